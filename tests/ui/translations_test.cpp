// Every string of the window is translated, and the window speaks the user's language.
#include "ui/translations.h"

#include <QFile>
#include <QRegularExpression>
#include <QTabWidget>
#include <QXmlStreamReader>
#include <QtTest>

#include "tests/support/fixtures.h"
#include "ui/main_window.h"
#include "ui/video/finding_text.h"

namespace sightline {

class TranslationsTest final : public QObject {
    Q_OBJECT

private:
    struct Message {
        QString source;
        QStringList translations;
        bool unfinished = false;
    };

    static std::vector<Message> read(const QString& language) {
        QFile file(QString::fromStdString(
            test::sourceFile(QStringLiteral("resources/translations/sightline_%1.ts").arg(language).toStdString())
                .string()));
        if (!file.open(QIODevice::ReadOnly)) {
            return {};
        }
        std::vector<Message> messages;
        QXmlStreamReader xml(&file);
        while (!xml.atEnd()) {
            if (!xml.readNextStartElement()) {
                continue;
            }
            if (xml.name() == QLatin1String("source")) {
                messages.push_back({xml.readElementText(), {}, false});
            } else if (xml.name() == QLatin1String("translation")) {
                messages.back().unfinished = xml.attributes().hasAttribute("type");
                QString text;
                while (!xml.atEnd() && !(xml.readNext() == QXmlStreamReader::EndElement &&
                                         xml.name() == QLatin1String("translation"))) {
                    if (xml.isStartElement()) {  // a form of a plural
                        messages.back().translations << xml.readElementText();
                    } else if (xml.isCharacters()) {
                        text += xml.text();
                    }
                }
                if (messages.back().translations.isEmpty() && !text.isEmpty()) {
                    messages.back().translations << text;
                }
            }
        }
        return messages;
    }

    static QStringList placeholders(const QString& text) {
        QStringList all;
        static const QRegularExpression pattern(QStringLiteral("%[0-9n]|\\\\[0-9]"));
        for (auto found = pattern.globalMatch(text); found.hasNext();) {
            all << found.next().captured();
        }
        all.sort();
        return all;
    }

private slots:
    void noStringIsUnfinished_data() {
        QTest::addColumn<QString>("language");
        QTest::newRow("German") << "de";
        QTest::newRow("Chinese") << "zh_CN";
    }

    void noStringIsUnfinished() {
        QFETCH(QString, language);
        const auto messages = read(language);
        QVERIFY(messages.size() > 200);
        for (const Message& message : messages) {
            QVERIFY2(!message.unfinished && !message.translations.isEmpty(), qPrintable(message.source));
            for (const QString& translation : message.translations) {
                QVERIFY2(!translation.trimmed().isEmpty() || message.source.trimmed().isEmpty(),
                         qPrintable(message.source));
                QVERIFY2(placeholders(translation) == placeholders(message.source), qPrintable(message.source));
            }
        }
    }

    void theLanguagesHaveTheSameStrings() {
        const auto german = read("de");
        const auto chinese = read("zh_CN");
        QVERIFY(!german.empty());
        QCOMPARE(german.size(), chinese.size());
        for (std::size_t i = 0; i < german.size(); ++i) {
            QCOMPARE(german[i].source, chinese[i].source);
        }
    }

    void theWindowSpeaksTheUsersLanguage() {
        QCOMPARE(findingName(CueProblem::Overlap), QStringLiteral("overlap"));
        installTranslations(*QCoreApplication::instance(), QLocale(QLocale::German, QLocale::Germany));
        QCOMPARE(findingName(CueProblem::Overlap), QStringLiteral("Überlappung"));
        const MainWindow window(MainWindowHooks::standard());
        const auto* annotate = window.findChild<QAction*>("annotate");
        QCOMPARE(annotate->text(), QStringLiteral("&Beschreiben"));
        installTranslations(*QCoreApplication::instance(), QLocale(QLocale::Chinese, QLocale::China));
        QCOMPARE(findingName(CueProblem::Overlap), QStringLiteral("重叠"));
    }

    void pluralsOfEnglishAreWordsAndStandInForOtherLanguages() {
        installTranslations(*QCoreApplication::instance(), QLocale(QLocale::Finnish));
        QCOMPARE(QCoreApplication::translate("sightline::CueActions", "%n cue(s) to review", nullptr, 1),
                 QStringLiteral("1 cue to review"));
        QCOMPARE(QCoreApplication::translate("sightline::CueActions", "%n cue(s) to review", nullptr, 2),
                 QStringLiteral("2 cues to review"));
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::TranslationsTest)
#include "translations_test.moc"
