// Errors of core in the language of the window, whatever names and texts stand in them.
#include "ui/error_text.h"

#include <array>
#include <fstream>

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>

#include "core/base/atomic_file.h"
#include "core/subtitles/subtitle_file.h"
#include "ui/core_messages.h"
#include "ui/translations.h"

namespace sightline {

class ErrorTextTest final : public QObject {
    Q_OBJECT

private:
    // The gaps filled with a value, the braces that fmt and translations double as they are meant.
    static QString filled(QString form, const QString& value) {
        form.replace("{{", QChar(1)).replace("}}", QChar(2));
        for (int number = 0; number < 8; ++number) {
            form.replace(QStringLiteral("{%1}").arg(number), QChar(3));
        }
        form.replace("{}", QChar(3)).replace(QChar(1), "{").replace(QChar(2), "}");
        return form.replace(QChar(3), value);
    }

    // Whether the value says something of which it is open what it belongs to.
    static bool isOpen(const QString& message, const QString& value) {
        const QStringList literals = message.split("{}");
        const auto holds = [&](const QString& literal) { return value.contains(literal); };
        return value.contains(". ") ||
               (literals.size() > 2 && std::any_of(literals.begin() + 1, literals.end() - 1, holds));
    }

    static void speak(QLocale::Language language) {
        installTranslations(*QCoreApplication::instance(), QLocale(language));
    }

    const QTemporaryDir folder_;

    std::filesystem::path fileWith(const char* name, const char* content) const {
        std::filesystem::path path = folder_.filePath(name).toStdString();
        std::ofstream(path) << content;
        return path;
    }

private slots:
    void everyMessageIsTranslatedWithWhatStandsInItsGaps_data() {
        QTest::addColumn<QLocale::Language>("language");
        QTest::addColumn<QString>("value");
        const std::array<std::pair<const char*, QString>, 12> values{{{"a name", "film.mp4"},
                                                                      {"none", ""},
                                                                      {"spaces", "my  last film .mp4"},
                                                                      {"a colon", "a: b"},
                                                                      {"sentences", "One. Two."},
                                                                      {"quotes", "\"it's\" 'so' “here”"},
                                                                      {"braces", "{} {0} {{1}} }{ {"},
                                                                      {"percent signs", "100 % %1 %s %n"},
                                                                      {"a line break", "two\nlines\r\n"},
                                                                      {"other letters", "Überfüllt 字幕 🎬"},
                                                                      {"ten thousand letters", QString(10'000, 'x')},
                                                                      {"ten thousand blanks", QString(10'000, ' ')}}};
        for (const auto& [name, value] : values) {
            QTest::addRow("German, %s", name) << QLocale::German << value;
            QTest::addRow("Chinese, %s", name) << QLocale::Chinese << value;
        }
    }

    void everyMessageIsTranslatedWithWhatStandsInItsGaps() {
        QFETCH(QLocale::Language, language);
        QFETCH(QString, value);
        speak(language);
        for (const char* source : coreMessages()) {
            const QString pattern = QString::fromUtf8(source);
            const QString message = filled(pattern, value);
            const QString translation = QCoreApplication::translate("core", source);
            QVERIFY2(translation != pattern, source);
            if (pattern == "Line {}: {}") {  // a file may be called so; see below
                QCOMPARE(errorText(message), message);
            } else if (isOpen(pattern, value)) {
                QVERIFY2(errorText(message) != message, source);
            } else {
                QVERIFY2(errorText(message) == filled(translation, value), qPrintable(errorText(message).left(2'000)));
            }
        }
    }

    void messagesWithinMessagesAreTranslated() {
        speak(QLocale::German);
        QCOMPARE(
            errorText(
                QStringLiteral("Cannot write /a: b.mp4: No space left on device. Free space, or choose another disk.")),
            QStringLiteral("/a: b.mp4 lässt sich nicht schreiben: Auf dem Datenträger ist kein Platz mehr. Schaffen "
                           "Sie Platz, oder wählen Sie einen anderen Datenträger."));
        QCOMPARE(errorText(QStringLiteral(
                     "The voice does not speak: say failed with code 3. Try the command of --voice by hand.")),
                 QStringLiteral("Die Stimme spricht nicht: say scheiterte mit Code 3. Probieren Sie den Befehl der "
                                "Stimme von Hand."));
        QCOMPARE(errorText(QStringLiteral("Line 3: The cue has no end; it is left out.")),
                 QStringLiteral("Zeile 3: Der Untertitel hat kein Ende; er wird ausgelassen."));
    }

    void whatTranslationsOrderOtherwiseStandsWhereItBelongs() {
        speak(QLocale::Chinese);
        QCOMPARE(errorText(QStringLiteral(
                     "Cannot read a.mp4 from 2.50 s on: it is encrypted (DRM). Get a copy without encryption.")),
                 QStringLiteral("从 2.50 秒起无法读取 a.mp4：视频已加密（DRM）。请获取未加密的副本。"));
    }

    void theMessageThatExplainsMostIsTaken() {
        speak(QLocale::German);
        const QString known = errorText(QStringLiteral("Cannot open x.mp4: it is a folder. Name a file."));
        QCOMPARE(known, QStringLiteral("x.mp4 lässt sich nicht öffnen: Es ist ein Ordner. Nennen Sie eine Datei."));
        const QString half = errorText(QStringLiteral("Cannot open x.mp4: the moon is full."));
        QCOMPARE(half, QStringLiteral("x.mp4 lässt sich nicht öffnen: the moon is full."));
    }

    void aNameThatSoundsLikeAMessageStaysAName() {
        speak(QLocale::German);
        QCOMPARE(
            errorText(
                QStringLiteral("Cannot read it: is: a.srt: Line 2 is not JSON. Correct it or get an intact file.")),
            QStringLiteral("it: is: a.srt lässt sich nicht lesen: Zeile 2 ist kein JSON. Berichtigen Sie sie, oder "
                           "besorgen Sie eine unbeschädigte Datei."));
        QCOMPARE(errorText(QStringLiteral("Cannot open Line 1: Take 2.mp4: there is no such file. Check the name.")),
                 QStringLiteral("Line 1: Take 2.mp4 lässt sich nicht öffnen: Diese Datei gibt es nicht. Prüfen Sie den "
                                "Namen."));
    }

    void unknownMessagesStayAsTheyAre() {
        speak(QLocale::German);
        for (const QString& message : {QString(), QStringLiteral("The moon is full."), QStringLiteral("{} {0} %1"),
                                       QStringLiteral("no such file or directory"), QString(1'000'000, ':')}) {
            QCOMPARE(errorText(message), message);
        }
    }

    void anEnglishWindowShowsWhatCoreSaid() {
        speak(QLocale::English);
        for (const char* source : coreMessages()) {
            const QString message = filled(QString::fromUtf8(source), "{0}");
            QCOMPARE(errorText(message), message);
        }
    }

    void noMessageTakesLong() {
        speak(QLocale::German);
        QString colons;
        for (int i = 0; i < 2'500; ++i) {
            colons += "{}: . ";
        }
        QElapsedTimer timer;
        timer.start();
        for (const char* source : coreMessages()) {
            QVERIFY(!errorText(filled(QString::fromUtf8(source), colons)).isEmpty());
        }
        QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
    }

    void realErrorsAreShownInTheLanguageOfTheWindow() {
        speak(QLocale::German);
        const auto missing = readSubtitleFile("/no such/file.srt");
        QVERIFY(!missing);
        QCOMPARE(errorText(missing.error()),
                 QStringLiteral(
                     "/no such/file.srt lässt sich nicht öffnen: Diese Datei gibt es nicht. Prüfen Sie den Namen."));
        const auto damaged = readSubtitleFile(fileWith("a: b.vtt", "WEBVTT\n\nnow --> then\nA dog.\n"));
        QVERIFY(!damaged);
        QCOMPARE(errorText(damaged.error()),
                 folder_.filePath("a: b.vtt") +
                     QStringLiteral(
                         " lässt sich nicht lesen: Von 1 Untertiteln lässt sich keiner lesen; der erste: Zeile 3: "
                         "Der Untertitel hat keine Zeiten der Form 00:00:01.000 --> 00:00:02.000; er wird "
                         "ausgelassen. Berichtigen Sie ihn, oder besorgen Sie eine unbeschädigte Datei."));
        const auto unwritten = writeFileAtomically("/no such/file.srt", "");
        QVERIFY(!unwritten);
        QCOMPARE(
            errorText(unwritten.error()),
            QStringLiteral("/no such/file.srt lässt sich nicht schreiben: Datei oder Verzeichnis nicht gefunden. Legen "
                           "Sie zuerst den Ordner an, oder wählen Sie einen anderen."));
    }
};

}  // namespace sightline

QTEST_GUILESS_MAIN(sightline::ErrorTextTest)
#include "error_text_test.moc"
