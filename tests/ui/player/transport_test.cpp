// The controls below a video, driven as a user does, in the real window.
#include <QAction>
#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>

#include "tests/support/fixtures.h"
#include "ui/main_window.h"
#include "ui/player/counters_panel.h"

namespace sightline {
namespace {

class TransportTest final : public QObject {
    Q_OBJECT

private slots:
    void init() {
        auto hooks = MainWindowHooks::standard();
        hooks.setShowError([](QWidget*, const QString&, const QString& text) { qWarning("%s", qPrintable(text)); });
        hooks.video.project.unsavedFolder = folder_.file("unsaved").string();
        window_ = std::make_unique<MainWindow>(hooks);
        window_->show();
        page_ = window_->findChild<VideoPage*>();
        QVERIFY(page_);
        const QString file = QString::fromStdString(test::fixture("vfr.mp4").string());
        QVERIFY(page_->openVideo(file));
        QTRY_VERIFY(frame());
        session().setPaused(true);
        session().seek(MediaTime::zero());
        QTRY_VERIFY(isCurrent());
        QCOMPARE(frame()->pts.count(), 0);
    }
    void cleanup() { window_.reset(); }

    void stepsFollowTheVideosOwnFrames() {
        std::vector<MediaTime> forth{MediaTime::zero()};
        for (int i = 0; i < 20; ++i) {
            const MediaTime before = frame()->pts;
            trigger("stepForward");
            QTRY_VERIFY(frame()->pts > before);
            forth.push_back(frame()->pts);
        }
        QVERIFY(forth[3] - forth[2] != forth[2] - forth[1]);  // the frame rate does vary
        for (std::size_t i = forth.size() - 1; i-- > 0;) {
            trigger("stepBack");
            QTRY_COMPARE(frame()->pts.count(), forth[i].count());
        }
        QCOMPARE(session().state(), PlayState::Paused);
    }

    void keysPlayPauseAndChangeTheSpeed() {
        auto* speed = page_->findChild<QComboBox*>("speed");
        page_->setFocus();
        QTest::keyClick(window_.get(), Qt::Key_L);
        QCOMPARE(session().state(), PlayState::Playing);
        QTest::keyClick(window_.get(), Qt::Key_L);
        QCOMPARE(session().speed(), 1.5);
        QCOMPARE(speed->currentData().toDouble(), 1.5);
        QTest::keyClick(window_.get(), Qt::Key_K);
        QCOMPARE(session().state(), PlayState::Paused);
        QCOMPARE(session().speed(), 1.0);
        QTest::keyClick(window_.get(), Qt::Key_Period);
        QTRY_VERIFY(frame()->pts.count() > 0);
    }

    void theSpeedIsChosenFromAList() {
        auto* speed = page_->findChild<QComboBox*>("speed");
        speed->setCurrentIndex(0);
        emit speed->activated(0);
        QCOMPARE(session().speed(), 0.25);
    }

    void theTimeIsShownToTheMillisecond() {
        session().seek(std::chrono::milliseconds(1290));
        const auto* time = page_->findChild<QLabel*>("preciseTime");
        QTRY_VERIFY(isCurrent());
        const auto ms = std::chrono::round<std::chrono::milliseconds>(frame()->pts).count();
        QTRY_VERIFY(time->text().startsWith(QStringLiteral("0:01.%1").arg(ms % 1000, 3, 10, QLatin1Char('0'))));
    }

    void withoutACueThereIsNothingToLoop() {
        auto* loop = page_->findChild<QAction*>("loopCue");
        loop->trigger();
        QVERIFY(!loop->isChecked());
        QVERIFY(!session().loopRange());
    }

    void theCueOnScreenIsLooped() {
        page_->project().addCue(MediaTime::zero());
        auto* loop = page_->findChild<QAction*>("loopCue");
        loop->trigger();
        QVERIFY(loop->isChecked());
        QVERIFY(session().loopRange());
        QCOMPARE(session().loopRange()->start.count(), 0);
        loop->trigger();
        QVERIFY(!session().loopRange());
    }

    void withoutAVideoThereIsNothingToStepThrough() {
        QVERIFY(page_->findChild<QAction*>("stepForward")->isEnabled());
        page_->closeDocument();
        for (const char* name : {"stepBack", "stepForward", "jumpBack", "playFaster", "loopCue"}) {
            QTRY_VERIFY2(!page_->findChild<QAction*>(name)->isEnabled(), name);
        }
    }

    void countersHaveTheCommaOfTheLanguage() {
        CountersPanel panel;
        SessionMetrics metrics;
        metrics.capturedFps = 12.5;
        const QLocale before;
        QLocale::setDefault(QLocale(QLocale::German));
        panel.showMetrics(metrics, 25.0);
        QLocale::setDefault(before);
        QCOMPARE(panel.findChild<QLabel*>("capturedFps")->text(), QStringLiteral("12,5"));
        QCOMPARE(panel.findChild<QLabel*>("displayedFps")->text(), QStringLiteral("25,0"));
    }

private:
    void trigger(const char* name) { page_->findChild<QAction*>(name)->trigger(); }
    LiveSession& session() { return page_->player().session(); }
    bool isCurrent() { return frame()->generation == session().generation(); }  // after the latest seek
    const FramePtr& frame() { return page_->player().view().frame(); }

    test::TemporaryFolder folder_;
    std::unique_ptr<MainWindow> window_;
    VideoPage* page_ = nullptr;
};

}  // namespace
}  // namespace sightline

QTEST_MAIN(sightline::TransportTest)
#include "transport_test.moc"
