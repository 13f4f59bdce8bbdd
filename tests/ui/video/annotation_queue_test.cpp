// Several videos in the background: what runs, what is stopped, and what the window shows of it.
#include "ui/video/annotation_queue.h"

#include <QAction>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QSemaphore>
#include <QTreeWidget>
#include <QtTest>

#include "tests/support/fixtures.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/video/queue_dialog.h"
#include "ui/video/unfinished_queue.h"
#include "ui/window_settings.h"

namespace sightline {

using State = AnnotationQueue::State;

class AnnotationQueueTest final : public QObject {
    Q_OBJECT

private:
    // Named files end as their names say; "slow" waits until it is stopped or let go.
    QueueHooks hooks() {
        return {[this](const QString& video, const std::function<void(double)>& progress,
                       const std::stop_token& stop) -> Result<QueueOutcome> {
            progress(0.5);
            if (video.endsWith("slow.mp4")) {
                while (!gate_.tryAcquire(1, 20) && !stop.stop_requested()) {
                }
                if (stop.stop_requested()) {
                    return fail(ErrorCode::Cancelled, "stopped");
                }
            }
            if (video.endsWith("bad.mp4")) {
                return fail(ErrorCode::Corrupt, "It is damaged.");
            }
            if (video.endsWith("mute.mp4")) {
                return QueueOutcome{0, true, {}};
            }
            if (video.endsWith("torn.mp4")) {
                return QueueOutcome{3, true, QStringLiteral("It ends after 4 s: the rest is damaged.")};
            }
            return QueueOutcome{7, !video.endsWith("kept.mp4"), {}};
        }};
    }

    static std::vector<State> states(const AnnotationQueue& queue) {
        std::vector<State> all;
        for (const auto& entry : queue.entries()) {
            all.push_back(entry.state);
        }
        return all;
    }

    QSemaphore gate_;

private slots:
    void goesThroughAllFilesWhateverBecomesOfOne() {
        AnnotationQueue queue(hooks(), [](const QString&) { return QString(); });
        QSignalSpy finished(&queue, &AnnotationQueue::finished);
        queue.add({"/a.mp4", "/bad.mp4", "/kept.mp4", "/a.mp4"});
        QVERIFY(finished.wait());
        QCOMPARE(states(queue), (std::vector{State::Done, State::Failed, State::Kept}));
        QCOMPARE(queue.entries()[0].cues, 7);
        QCOMPARE(queue.entries()[0].progress, 0.5);
        QCOMPARE(queue.entries()[1].problem, QStringLiteral("It is damaged."));
    }

    void oneIsStoppedAndTheOthersGoOn() {
        AnnotationQueue queue(hooks(), [](const QString&) { return QString(); });
        queue.add({"/slow.mp4", "/b.mp4", "/c.mp4"});
        QTRY_COMPARE(queue.entries()[0].progress, 0.5);
        queue.cancel(1);
        queue.cancel(0);
        QTRY_COMPARE(states(queue), (std::vector{State::Cancelled, State::Cancelled, State::Done}));
        gate_.release();
        queue.add({"/slow.mp4"});  // again
        QTRY_COMPARE(queue.entries()[0].state, State::Done);
        queue.clearFinished();
        QVERIFY(queue.entries().empty());
    }

    void whatFailedIsKeptForTheNextStartWhileOthersAreDue() {
        AnnotationQueue queue(hooks(), [](const QString&) { return QString(); });
        UnfinishedQueue unfinished(&queue, nullptr);
        queue.add({"/bad.mp4", "/slow.mp4", "/c.mp4"});
        QTRY_COMPARE(queue.entries()[1].progress, 0.5);
        const auto kept = [] { return windowSettings()->value("video/queue").toStringList(); };
        QCOMPARE(kept(), (QStringList{"/bad.mp4", "/slow.mp4", "/c.mp4"}));
        gate_.release();
        QTRY_COMPARE(kept(), QStringList());
    }

    void whatMustNotBeAnnotatedIsLeftAlone() {
        AnnotationQueue queue(hooks(), [](const QString&) { return QStringLiteral("Save it first."); });
        queue.add({"/a.mp4"});
        QCOMPARE(states(queue), std::vector{State::Failed});
        QCOMPARE(queue.entries()[0].problem, QStringLiteral("Save it first."));
    }

    void theListSaysWhyAndOffersToTryAgain() {
        AnnotationQueue queue(hooks(), [](const QString&) { return QString(); });
        QueueDialog dialog(
            &queue, [](QWidget*) { return QStringList(); }, nullptr);
        dialog.show();
        queue.add({"/films/bad.mp4", "/films/mute.mp4", "/films/torn.mp4", "/films/fine.mp4", "/films/slow.mp4"});
        auto* list = dialog.findChild<QTreeWidget*>("queue");
        const auto why = [&](int row) { return list->topLevelItem(row)->text(2); };
        QTRY_COMPARE(queue.entries()[4].progress, 0.5);
        QCOMPARE(list->topLevelItem(0)->text(1), QStringLiteral("failed"));
        QCOMPARE(why(0), QStringLiteral("It is damaged."));
        QVERIFY(why(1).startsWith(QStringLiteral("Nothing to say")));
        QCOMPARE(list->topLevelItem(2)->text(1), QStringLiteral("3 cue(s), cut short"));
        QCOMPARE(why(2), QStringLiteral("It ends after 4 s: the rest is damaged."));
        QVERIFY(why(3).isEmpty());
        QVERIFY(!list->topLevelItem(0)->icon(1).isNull() && !list->topLevelItem(1)->icon(1).isNull());
        QVERIFY(list->topLevelItem(3)->icon(1).isNull());
        QCOMPARE(list->topLevelItem(0)->toolTip(0), QStringLiteral("/films/bad.mp4\nIt is damaged."));
        QVERIFY(dialog.findChild<QLabel*>("queueSummary")->text().contains(QStringLiteral("1 failed.")));

        auto* retry = dialog.findChild<QPushButton*>("queueRetry");
        auto* folder = dialog.findChild<QPushButton*>("queueFolder");
        QVERIFY(retry->isEnabled() && !folder->isEnabled());
        list->setCurrentItem(list->topLevelItem(3));
        QVERIFY(!retry->isEnabled());  // it is done
        QSignalSpy folders(&dialog, &QueueDialog::folderWanted);
        folder->click();
        QCOMPARE(folders[0][0].toString(), QStringLiteral("/films"));
        list->setCurrentItem(list->topLevelItem(0));
        QVERIFY(dialog.findChild<QLabel*>("queueSummary")->text().contains(why(0)));
        retry->click();
        QCOMPARE(queue.entries()[0].state, State::Waiting);
        gate_.release();
        QTRY_COMPARE(queue.entries()[0].state, State::Failed);  // still damaged
    }

    void whatAWindowLeftUndoneIsOfferedByTheNext() {
        const test::TemporaryFolder folder;
        QStringList videos;
        for (const char* name : {"one.mp4", "slow.mp4", "three.mp4"}) {
            std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), folder.file(name));
            videos << QString::fromStdString(folder.file(name).string());
        }
        MainWindowHooks hooks = MainWindowHooks::standard();
        hooks.video.project.unsavedFolder = folder.file("unsaved");
        hooks.video.queue = this->hooks();
        const auto texts = [](const MainWindow& window) {
            QStringList all;
            for (const auto* bar : window.findChildren<MessageBar*>()) {
                all << bar->text();
            }
            return all.join(QLatin1Char('\n'));
        };
        {
            MainWindow window(hooks);
            window.show();
            window.video().annotateFiles(videos);
            auto* list = window.findChild<QTreeWidget*>("queue");
            QTRY_COMPARE(list->topLevelItem(1)->text(1), QStringLiteral("50 %"));
        }
        {
            MainWindow window(hooks);
            window.show();
            QVERIFY2(texts(window).contains("2 video"), qPrintable(texts(window)));
            for (auto* button : window.findChildren<QPushButton*>("messageAnswer2")) {
                if (button->text() == QStringLiteral("Go on with them")) {
                    button->click();
                }
            }
            auto* list = window.findChild<QTreeWidget*>("queue");
            QCOMPARE(list->topLevelItemCount(), 2);
            gate_.release();
            QTRY_COMPARE(list->topLevelItem(1)->text(1), QStringLiteral("7 cue(s)"));
        }
        MainWindow window(hooks);
        window.show();
        QVERIFY(!texts(window).contains("still to do"));
    }

    void whatFailedWhileTheListWasClosedIsTold() {
        MainWindowHooks hooks = MainWindowHooks::standard();
        hooks.video.queue = this->hooks();
        MainWindow window(hooks);
        window.show();
        window.video().annotateFiles({"/films/slow.mp4", "/films/bad.mp4"});
        auto* dialog = window.findChild<QueueDialog*>();
        dialog->close();
        gate_.release();
        QPushButton* show = nullptr;
        QTRY_VERIFY([&] {
            for (auto* button : window.findChildren<QPushButton*>("messageAnswer2")) {
                show = button->text() == QStringLiteral("Show why") ? button : show;
            }
            return show != nullptr;
        }());
        show->click();
        QVERIFY(dialog->isVisible());
    }

    void severalFilesDroppedOnTheWindowAreQueuedAndOpened() {
        const test::TemporaryFolder folder;
        QList<QUrl> urls;
        for (const char* name : {"one.mp4", "two.mp4"}) {
            std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), folder.file(name));
            urls << QUrl::fromLocalFile(QString::fromStdString(folder.file(name).string()));
        }
        MainWindowHooks hooks = MainWindowHooks::standard();
        hooks.video.project.unsavedFolder = folder.file("unsaved");
        hooks.video.queue = this->hooks();
        MainWindow window(hooks);
        window.show();
        QMimeData files;
        files.setUrls(urls);
        QDragEnterEvent enter(QPoint(10, 10), Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop(QPointF(10, 10), Qt::CopyAction, &files, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&window, &drop);
        auto* list = window.findChild<QTreeWidget*>("queue");
        QVERIFY(list->isVisible());
        QTRY_COMPARE(list->topLevelItemCount(), 2);
        QTRY_COMPARE(list->topLevelItem(1)->text(1), QStringLiteral("7 cue(s)"));
        QVERIFY(window.windowTitle() == QStringLiteral("Sightline"));
        QVERIFY(!window.findChild<QPushButton*>("queueOpen")->isEnabled());  // nothing is chosen
        list->setCurrentItem(list->topLevelItem(1));
        window.findChild<QPushButton*>("queueOpen")->click();
        QVERIFY(window.windowTitle().startsWith("two.mp4"));
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::AnnotationQueueTest)
#include "annotation_queue_test.moc"
