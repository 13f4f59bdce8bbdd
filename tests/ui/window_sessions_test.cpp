// Nothing hides work: after a crash, in a second window, in a cell of the table, after a run that was broken off.
#include "ui/window_sessions.h"

#include <QAction>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>
#include <QtTest>

#include "tests/support/fake_captioner.h"
#include "tests/support/fixtures.h"
#include "tests/support/numbered_source.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"

namespace sightline {

using namespace std::chrono_literals;

class WindowSessionsTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<MainWindow> makeWindow() {
        MainWindowHooks hooks = MainWindowHooks::standard();
        hooks.setShowError([this](QWidget*, const QString&, const QString& text) { errors_ << text; });
        hooks.live.listCameras = [] { return std::vector<Camera>(); };
        hooks.live.captureFolder = folder_->file("captures");
        hooks.live.open = [](const QString&, const std::shared_ptr<SourceHealth>&) {
            return Result<std::unique_ptr<FrameSource>>(
                std::make_unique<test::NumberedSource>(test::NumberedSourceOptions{.frames = 1000, .blocks = true}));
        };
        hooks.sessionFolder = QString::fromStdString(folder_->file("windows").string());
        hooks.video.project.unsavedFolder = folder_->file("unsaved");
        hooks.video.project.loadCaptioner = [this]() -> Result<std::unique_ptr<Captioner>> {
            return std::make_unique<test::FakeCaptioner>(during_);
        };
        auto window = std::make_unique<MainWindow>(hooks);
        window->show();
        return window;
    }

    std::unique_ptr<MainWindow> makeOpened() {
        auto window = makeWindow();
        [&] {
            QVERIFY(window->video().openVideo(video_));
            QTRY_VERIFY(window->video().player().view().frame());
        }();
        window->video().player().session().setPaused(true);
        return window;
    }

    static MessageBar* bar(MainWindow& window, const char* name) { return window.findChild<MessageBar*>(name); }
    static void answer(MessageBar* bar, int number) {
        bar->findChild<QPushButton*>(QStringLiteral("messageAnswer%1").arg(number))->click();
    }
    static const Cues& cues(MainWindow& window) { return window.video().project().document()->cues(); }

    std::unique_ptr<test::TemporaryFolder> folder_;
    QString video_;
    QStringList errors_;
    std::function<std::optional<Error>(int)> during_;

private slots:
    void init() {
        folder_ = std::make_unique<test::TemporaryFolder>();
        std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), folder_->file("clip.mp4"));
        video_ = QString::fromStdString(folder_->file("clip.mp4").string());
        errors_.clear();
        during_ = {};
    }

    void cleanup() { QVERIFY2(errors_.isEmpty(), qPrintable(errors_.join('\n'))); }

    void whatWasOpenInACrashIsOffered() {
        const QDir windows(QString::fromStdString(folder_->file("windows").string()));
        std::string left;
        QString name;
        {
            auto window = makeOpened();
            window->video().project().addCue(1s, 3s);
            window->video().project().addCue(4s, 6s);
            window->video().project().document()->setText(0, "not saved");
            window->video().player().session().seek(5s);
            QTRY_COMPARE(window->video().player().view().frame()->pts, MediaTime(5s));
            const auto files = windows.entryList({"*.ini"});
            QCOMPARE(files.size(), 1);
            name = files.first();
            const auto path = windows.filePath(name).toStdString();
            QTRY_VERIFY_WITH_TIMEOUT((left = test::readBytes(path)).find("5000000000") != std::string::npos, 10000);
        }
        QVERIFY2(windows.entryList({"*.ini"}).isEmpty(), "a window that closes leaves nothing");
        QVERIFY(bar(*makeWindow(), "windowMessages")->isHidden());
        test::writeBytes(windows.filePath(name).toStdString(), left);  // as a process that was killed
        auto window = makeWindow();
        auto* message = bar(*window, "windowMessages");
        QVERIFY2(message->text().contains("clip.mp4") && message->text().contains("0:05.000") &&
                     message->text().contains("not saved"),
                 qPrintable(message->text()));
        answer(message, 1);
        QTRY_VERIFY(window->video().player().view().frame());
        QTRY_COMPARE(window->video().player().view().frame()->pts, MediaTime(5s));
        QCOMPARE(window->video().player().session().state(), PlayState::Paused);
        QCOMPARE(cues(*window)[0].text, std::string("not saved"));
        QCOMPARE(window->findChild<QTableView*>("cues")->currentIndex().row(), 1);
        QVERIFY2(bar(*makeWindow(), "windowMessages")->isHidden(), "it is offered once");
    }

    void aRecordingThatWasCutOffIsOffered() {
        const QDir windows(QString::fromStdString(folder_->file("windows").string()));
        std::string left;
        QString name;
        {
            auto window = makeWindow();
            QVERIFY(window->live().openAddress(QStringLiteral("x")));
            QTRY_VERIFY(window->live().player().view().frame());
            window->findChild<QAction*>("record")->trigger();
            QTRY_VERIFY_WITH_TIMEOUT(!windows.entryList({"*.ini"}).isEmpty(), 10000);
            name = windows.entryList({"*.ini"}).first();
            left = test::readBytes(windows.filePath(name).toStdString());
            QTRY_VERIFY(window->live().player().view().frame()->id > 20);
        }
        test::writeBytes(windows.filePath(name).toStdString(), left);  // as a process that was killed
        QString project = QSettings(windows.filePath(name), QSettings::IniFormat).value("recording").toString();
        project.replace(".mkv", kProjectExtension);
        QVERIFY(QFile::remove(project));
        auto window = makeWindow();
        auto* message = bar(*window, "windowMessages");
        QVERIFY2(message->text().contains("The recording") && message->text().contains(".mkv"),
                 qPrintable(message->text()));
        answer(message, 1);
        QTRY_VERIFY_WITH_TIMEOUT(window->video().project().document(), 10000);
        QVERIFY2(window->windowTitle().contains(".mkv"), qPrintable(window->windowTitle()));
        QVERIFY2(QFileInfo::exists(project), "the project of the recording is made");
    }

    void locksOfWindowsThatWereKilledGo() {
        const QDir windows(QString::fromStdString(folder_->file("windows").string()));
        auto first = makeWindow();
        QCOMPARE(windows.entryList({"*.lock"}).size(), 1);
        const QString lock = windows.filePath(windows.entryList({"*.lock"}).first());
        std::string left = test::readBytes(lock.toStdString());
        constexpr const char* kNoProcess = "99999999";  // beyond what the kernel numbers
        left.replace(0, left.find('\n'), kNoProcess);
        test::writeBytes(windows.filePath("killed.lock").toStdString(), left);
        auto second = makeWindow();
        QVERIFY(!windows.exists("killed.lock"));
        QVERIFY2(QFileInfo::exists(lock), "that of a window that lives stays");
    }

    void aVideoThatWasClosedIsNotOffered() {
        const QDir windows(QString::fromStdString(folder_->file("windows").string()));
        auto window = makeOpened();
        QTRY_COMPARE(windows.entryList({"*.ini"}).size(), 1);
        window->findChild<QAction*>("closeDocument")->trigger();
        QTRY_VERIFY(windows.entryList({"*.ini"}).isEmpty());
    }

    void aSecondWindowSaysWhoHasTheCaptionsAndShowsThem() {
        auto first = makeOpened();
        first->video().project().addCue(1s, 3s);
        first->video().project().document()->setText(0, "in the first window");
        auto second = makeOpened();
        auto* message = bar(*second, "messageBar");
        QTRY_VERIFY2(message->text().contains("another window"), qPrintable(message->text()));
        QVERIFY(message->text().contains("clip.mp4 – Sightline"));
        QVERIFY(!message->text().contains("unsaved/"));
        second->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(second.get()));
        answer(message, 1);
        QTRY_VERIFY(first->isActiveWindow());
        second = makeOpened();
        message = bar(*second, "messageBar");
        QTRY_VERIFY(!message->isHidden());
        message->hide();
        second->video().project().addCue(1s, 3s);  // says again who has them, and no more
        QTRY_VERIFY(!message->isHidden());
        QVERIFY(!second->video().project().document());
        answer(message, 2);
        QCOMPARE(cues(*second)[0].text, std::string("in the first window"));
        QVERIFY(second->windowTitle().contains("read-only"));
        QVERIFY2(!second->isWindowModified(), "what the first window has not saved is not this one's");
        second->video().player().session().seek(2s);
        QTRY_COMPARE(second->video().player().view().caption(), QStringLiteral("in the first window"));
        second->video().project().document()->setText(0, "changed");
        QCOMPARE(cues(*second)[0].text, std::string("in the first window"));
        for (const char* edit :
             {"splitCue", "mergeCues", "reviewAccept", "reviewEdit", "askModel", "takeCaption1", "recaption",
              "startAtPlayhead", "markIn", "pasteCues", "fixAll", "shiftTimes", "addCue", "annotate"}) {
            QVERIFY2(!second->findChild<QAction*>(edit)->isEnabled(), edit);
        }
        second->video().setCurrentCue(0);
        QVERIFY(!second->findChild<QAction*>("reviewAccept")->isEnabled());
        QVERIFY(!second->findChild<QToolButton*>("askAlternatives")->isEnabled());
        QVERIFY(second->findChild<QAction*>("copyCues")->isEnabled());
        QVERIFY(second->findChild<QAction*>("reviewNext")->isEnabled());
        QVERIFY(!second->findChild<QAction*>("saveProject")->isEnabled());
        second.reset();
        QCOMPARE(cues(*first)[0].text, std::string("in the first window"));
    }

    void textInACellIsKeptAsItIsTyped() {
        auto window = makeOpened();
        window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window.get()));
        window->video().project().addCue(1s, 3s);
        auto* document = window->video().project().document();
        document->edit("Test", {{1s, 3s, "one", 0.9, CueOrigin::Model}});
        document->undoStack().clear();
        window->video().setCurrentCue(0);
        auto* table = window->findChild<QTableView*>("cues");
        table->setFocus();
        QTest::keyClick(table, Qt::Key_Home, Qt::ControlModifier);  // to the first column, too
        QTest::keyClick(table, Qt::Key_F2);
        auto* cell = window->findChild<QPlainTextEdit*>("cellText");
        QVERIFY(cell);
        QTest::keyClicks(cell, "two dogs, a");  // letters, no shortcuts
        QCOMPARE(document->cues()[0].text, std::string("two dogs, a"));
        QVERIFY(test::readBytes(document->path().string() + ".journal").find("two dogs, a") != std::string::npos);
        QCOMPARE(window->findChild<QPlainTextEdit*>("cueText")->toPlainText(), QStringLiteral("two dogs, a"));
        QCOMPARE(document->undoStack().count(), 1);
        QTest::keyClick(cell, Qt::Key_Escape);
        QCOMPARE(document->cues()[0], (Cue{1s, 3s, "one", 0.9, CueOrigin::Model}));
        QCOMPARE(document->undoStack().count(), 0);
        QTRY_VERIFY(!window->findChild<QPlainTextEdit*>("cellText"));
        QTest::keyClick(table, Qt::Key_F2);
        cell = window->findChild<QPlainTextEdit*>("cellText");
        QTest::keyClick(cell, Qt::Key_End);
        QTest::keyClick(cell, Qt::Key_Return, Qt::ShiftModifier);
        QTest::keyClicks(cell, "more");
        QTest::keyClick(cell, Qt::Key_Return);
        QCOMPARE(document->cues()[0].text, std::string("one\nmore"));
        QVERIFY(table->hasFocus());
    }

    void anInterruptedAnnotationGoesOnFromThere() {
        std::atomic<int> made = 0;
        during_ = [&made](int) {
            ++made;
            return std::optional<Error>();
        };
        const auto annotated = [](MainWindow& window) {
            QTRY_VERIFY_WITH_TIMEOUT(!window.video().project().annotating(), 60000);
        };
        auto window = makeOpened();
        window->video().project().annotate();
        annotated(*window);
        const int all = made.exchange(0);
        const Cues whole = cues(*window);
        window.reset();
        std::filesystem::remove_all(folder_->file("unsaved"));

        QSemaphore gate;
        during_ = [&](int) {
            if (++made == all / 2) {
                gate.acquire();
            }
            return std::optional<Error>();
        };
        window = makeOpened();
        QVERIFY(!bar(*window, "messageBar")->text().contains("interrupted"));
        window->video().project().annotate();
        QTRY_COMPARE_WITH_TIMEOUT(made.load(), all / 2, 60000);
        window->video().project().cancel();
        gate.release();
        annotated(*window);
        QTRY_VERIFY(bar(*window, "messageBar")->text().contains("interrupted at"));
        window.reset();  // also later
        window = makeOpened();
        auto* message = bar(*window, "messageBar");
        QVERIFY2(message->text().contains("of 0:16"), qPrintable(message->text()));
        answer(message, 2);
        QVERIFY(window->video().project().annotating());
        annotated(*window);
        QVERIFY2(made < all / 2 + all,
                 qPrintable(QStringLiteral("%1 of %2").arg(made).arg(all)));  // not from the start
        QVERIFY(cues(*window) == whole);
        QVERIFY(!window->video().project().isInterrupted());
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::WindowSessionsTest)
#include "window_sessions_test.moc"
