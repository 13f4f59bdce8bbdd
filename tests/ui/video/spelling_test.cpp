// Spelling: dictionaries that are found, words that are marked, and the user's own words.
#include "ui/video/spell_checker.h"

#include <QAction>
#include <QMenu>
#include <QSignalSpy>
#include <QtTest>

#include "tests/support/fixtures.h"
#include "ui/main_window.h"
#include "ui/video/caption_edit.h"

namespace sightline {

class SpellingTest final : public QObject {
    Q_OBJECT

private:
    void writeDictionary(const std::string& name, const std::string& encoding, const std::string& words) const {
        test::writeBytes(folder_->file(name + ".aff"), "SET " + encoding + "\nTRY aehlost\nREP 1\nREP f ph\n");
        test::writeBytes(folder_->file(name + ".dic"), words);
    }

    SpellingFolders folders() const { return {{folder_->file("none"), folder_->file("")}, folder_->file("words")}; }

    static QStringList texts(const QMenu& menu, const char* name) {
        QStringList found;
        for (const QAction* action : menu.actions()) {
            if (action->objectName() == QLatin1String(name)) {
                found << action->text();
            }
        }
        return found;
    }

    std::unique_ptr<test::TemporaryFolder> folder_;

private slots:
    void init() {
        folder_ = std::make_unique<test::TemporaryFolder>();
        writeDictionary("en_US", "UTF-8", "5\na\nhouse\nphoto\ndon't\nof\n");
    }

    void findsWordsAndLeavesNumbersAlone() {
        const QString text = QStringLiteral("A 3D photo, don’t 12 naïve-looking");
        QStringList words;
        for (const auto& [start, length] : wordsOf(text)) {
            words << text.mid(start, length);
        }
        QCOMPARE(words, (QStringList{"A", "photo", "don’t", "naïve", "looking"}));
    }

    void knowsWhatTheDictionaryKnows() {
        auto checker = SpellChecker::open("en", folders());
        QVERIFY(checker.has_value());
        QVERIFY((*checker)->isRight("house"));
        QVERIFY((*checker)->isRight("House"));
        QVERIFY((*checker)->isRight(QStringLiteral("don’t")));
        QVERIFY(!(*checker)->isRight("hause"));
        QVERIFY((*checker)->suggestions("hoose").contains("house"));
    }

    void theRegionAskedForComesBeforeOthers() {
        writeDictionary("en_GB", "UTF-8", "1\ncolour\n");
        writeDictionary("pt_BR", "UTF-8", "1\ncasa\n");
        QVERIFY((*SpellChecker::open("en-GB", folders()))->isRight("colour"));
        QVERIFY((*SpellChecker::open("en", folders()))->isRight("house"));
        QVERIFY((*SpellChecker::open("pt", folders()))->isRight("casa"));  // not the one of its homeland
    }

    void readsDictionariesInOtherEncodings() {
        writeDictionary("de_DE", "ISO8859-1",
                        "1\nM\xfc"
                        "hle\n");
        auto checker = SpellChecker::open("de", folders());
        QVERIFY(checker.has_value());
        QVERIFY((*checker)->isRight(QStringLiteral("Mühle")));
        QVERIFY(!(*checker)->isRight(QStringLiteral("Mühlle")));
        QCOMPARE((*checker)->suggestions(QStringLiteral("Mühlle")), QStringList{QStringLiteral("Mühle")});
    }

    void aMissingDictionaryIsExplained() {
        const auto checker = SpellChecker::open("xx", folders());
        QVERIFY(!checker.has_value());
        QCOMPARE(checker.error().code, ErrorCode::NotFound);
        QVERIFY(QString::fromStdString(checker.error().message).contains("Install"));
    }

    void ownWordsAreKept() {
        auto checker = SpellChecker::open("en", folders());
        QVERIFY((*checker)->add(QStringLiteral("Zoë")).has_value());
        QVERIFY((*checker)->isRight(QStringLiteral("Zoë")));
        auto later = SpellChecker::open("en", folders());
        QVERIFY((*later)->isRight(QStringLiteral("Zoë")));
    }

    void marksMisspeltWordsAndOffersOthers() {
        auto checker = SpellChecker::open("en", folders());
        CaptionEdit edit;
        edit.show(QStringLiteral("A foto of a hause"));
        QVERIFY(!edit.isMarked(2));
        edit.setSpelling(checker->get());
        QVERIFY(!edit.isMarked(0));
        QVERIFY(edit.isMarked(2));
        QVERIFY(!edit.isMarked(7));
        QVERIFY(edit.isMarked(12));
        QVERIFY(texts(*edit.makeMenu(0), "addWord").isEmpty());
        QVERIFY(texts(*edit.makeMenu(0), "edit-undo").isEmpty());
        QVERIFY(!texts(*edit.makeMenu(0), "select-all").isEmpty());
        {
            const auto menu = edit.makeMenu(3);
            QVERIFY(texts(*menu, "suggestion").contains("photo"));
            QSignalSpy changed(&edit, &QPlainTextEdit::textChanged);
            for (QAction* action : menu->actions()) {
                if (action->text() == QLatin1String("photo")) {
                    action->trigger();
                }
            }
            QCOMPARE(edit.toPlainText(), QStringLiteral("A photo of a hause"));
            QVERIFY(changed.count() > 0);
        }
        edit.makeMenu(14)->findChild<QAction*>("addWord")->trigger();
        QVERIFY(!edit.isMarked(14));
    }

    void theCaptionersOwnWordsAreRight() {
        auto checker = SpellChecker::open("en", folders());
        QVERIFY(checker.has_value());
        for (const char* word : {"frisbee", "Frisbee", "grey", "wakeboarding", "skatepark"}) {
            QVERIFY2((*checker)->isRight(word), word);
        }
        QVERIFY(!(*checker)->isRight("frizbee"));
        writeDictionary("de_DE", "UTF-8", "1\nHaus\n");
        auto german = SpellChecker::open("de", folders());
        QVERIFY(german.has_value());
        QVERIFY(!(*german)->isRight("wakeboarding"));
    }

    void theWindowChecksTheCaptionThatIsWritten() {
        std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), folder_->file("clip.mp4"));
        MainWindowHooks hooks = MainWindowHooks::standard();
        hooks.video.project.unsavedFolder = folder_->file("unsaved");
        hooks.video.project.spelling = folders();
        MainWindow window(hooks);
        window.show();
        QVERIFY(window.video().openVideo(QString::fromStdString(folder_->file("clip.mp4").string())));
        window.video().project().addCue(std::chrono::seconds(1));
        ProjectDocument* document = window.video().project().document();
        document->edit("Test", {{std::chrono::seconds(1), std::chrono::seconds(2), "a hause", 0.9, CueOrigin::Model}});
        window.video().setCurrentCue(0);
        auto* edit = window.findChild<CaptionEdit*>("cueText");
        QTRY_VERIFY(edit->isMarked(3));
        QCOMPARE(document->cues()[0].origin, CueOrigin::Model);  // marking is no edit
        auto* check = window.findChild<QAction*>("checkSpelling");
        QVERIFY(check->isEnabled());
        check->trigger();
        QVERIFY(!edit->isMarked(3));
        check->trigger();
        QVERIFY(edit->isMarked(3));
        QCOMPARE(document->cues()[0].origin, CueOrigin::Model);
    }

    void withoutADictionaryItIsOffAndSaysWhy() {
        std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), folder_->file("clip.mp4"));
        MainWindowHooks hooks = MainWindowHooks::standard();
        hooks.video.project.unsavedFolder = folder_->file("unsaved");
        hooks.video.project.spelling = {};
        MainWindow window(hooks);
        QVERIFY(window.video().openVideo(QString::fromStdString(folder_->file("clip.mp4").string())));
        window.video().project().addCue(std::chrono::seconds(1));
        const auto* check = window.findChild<QAction*>("checkSpelling");
        QVERIFY(!check->isEnabled());
        QVERIFY(check->text().contains("no dictionary"));
        QVERIFY(check->toolTip().contains("Install"));
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::SpellingTest)
#include "spelling_test.moc"
