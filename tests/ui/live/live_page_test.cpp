#include <QAccessible>
#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSlider>
#include <QSpinBox>
#include <QStorageInfo>
#include <QTableView>
#include <QTcpServer>
#include <QTcpSocket>
#include <QUrlQuery>
#include <QtTest>

#include "core/captions/project.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/narration/heard_description.h"
#include "core/narration/voice.h"
#include "tests/support/fake_captioner.h"
#include "tests/support/fixtures.h"
#include "tests/support/numbered_source.h"
#include "ui/live/alert_center.h"
#include "ui/live/alert_command.h"
#include "ui/live/frame_clock.h"
#include "ui/live/history_export.h"
#include "ui/live/history_model.h"
#include "ui/live/history_panel.h"
#include "ui/live/live_page.h"
#include "ui/live/overlay_menu.h"
#include "ui/live/screen_picker.h"
#include "ui/live/sparkline.h"
#include "ui/message_bar.h"

namespace sightline {

using test::NumberedSource;
using namespace std::chrono_literals;

// Speaks until it is told that it has finished.
class FakeSpeaker final : public Speaker {
public:
    void say(const QString& text) override {
        said << text;
        speaking_ = true;
    }
    void stop() override { speaking_ = false; }
    bool isSpeaking() const override { return speaking_; }
    void setDone(std::function<void()> done) override { done_ = std::move(done); }
    void finish() {
        speaking_ = false;
        done_();
    }

    QStringList said;

private:
    bool speaking_ = false;
    std::function<void()> done_;
};

class LivePageTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<LivePage> makePage() {
        LivePageHooks hooks;
        hooks.open = [this](const QString& address, const std::shared_ptr<SourceHealth>& health) {
            opened_ << address;
            return open_(health);
        };
        hooks.listCameras = [] {
            Camera camera;
            camera.name = "Desk Camera";
            camera.address = "/dev/v4l/by-id/desk";
            Camera other;
            other.name = "Other";
            other.address = other.path = "/dev/video4";
            other.busy = true;
            return std::vector<Camera>{camera, other};
        };
        hooks.chooseFile = [this](QWidget*) { return file_; };
        hooks.captureFolder = folder_->file("captures");
        hooks.settings = std::make_shared<QSettings>(QString::fromStdString(folder_->file("settings.ini").string()),
                                                     QSettings::IniFormat);
        hooks.historyFolder = QString::fromStdString(folder_->file("history").string());
        hooks.chooseSave = [this](QWidget*, const QString&, const QString&, const QString&, QString&) { return file_; };
        hooks.askName = [this](QWidget*, const QString&) { return name_; };
        hooks.pickScreen = [this](ScreenPart part, QWidget*, const SourceBar::Picked& picked) {
            parts_ << (part == ScreenPart::Area ? QStringLiteral("area") : QStringLiteral("window"));
            picked(picked_);
        };
        hooks.hidesWindow = [this](std::uint32_t window) { return window == hidden_; };
        hooks.openSpeaker = [this]() -> std::unique_ptr<Speaker> {
            auto speaker = mute_ ? nullptr : std::make_unique<FakeSpeaker>();
            speaker_ = speaker.get();
            return speaker;
        };
        hooks.speech = sound_;
        hooks.alerts.beep = [this] { ++beeps_; };
        hooks.alerts.notify = [this](const QString& title, const QString& text) { notices_ << title + u'|' + text; };
        hooks.showError = [this](QWidget*, const QString&, const QString& text) { errors_ << text; };
        auto page = std::make_unique<LivePage>(std::move(hooks));
        QSignalSpy ready(&page->player().bridge(), &SessionBridge::modelReady);
        page->player().bridge().loadCaptioner(
            [] { return Result<std::unique_ptr<Captioner>>(std::make_unique<test::FakeCaptioner>()); }, 0);
        [&] { QVERIFY(ready.wait()); }();
        page->resize(1200, 700);
        page->show();
        return page;
    }

    static QString historyText(LivePage& page, int row) {
        const QAbstractItemModel* model = find<QTableView>(page, "history")->model();
        return model->index(row, 0).data().toString();
    }
    static int historyCount(LivePage& page) { return find<QTableView>(page, "history")->model()->rowCount(); }

    template <typename T>
    static T* find(LivePage& page, const char* name) {
        auto* found = page.findChild<T*>(name);
        Q_ASSERT(found);
        return found;
    }

    // Four frames, each with a caption of its own, then silence.
    static std::unique_ptr<FrameSource> frames(int count = 4) {
        return std::make_unique<NumberedSource>(test::NumberedSourceOptions{
            .frames = count, .frameDuration = std::chrono::milliseconds(100), .blocks = true});
    }

    static void useFreePort(LivePage& page) {
        QTcpServer free;
        QVERIFY(free.listen(QHostAddress::LocalHost));
        find<QSpinBox>(page, "feedPort")->setValue(free.serverPort());
    }

    // What the feed says until `end` comes.
    static QByteArray ask(const QUrl& address, const QByteArray& path, const QByteArray& end) {
        QTcpSocket socket;
        socket.connectToHost(address.host(), static_cast<quint16>(address.port()));
        socket.write("GET " + path + "?" + address.query().toUtf8() +
                     " HTTP/1.1\r\nHost: " + address.authority().toUtf8() + "\r\n\r\n");
        QByteArray answer;
        while (!answer.contains(end) && socket.waitForReadyRead(5000)) {
            answer += socket.readAll();
        }
        return answer;
    }

    std::unique_ptr<test::TemporaryFolder> folder_;
    std::function<Result<std::unique_ptr<FrameSource>>(const std::shared_ptr<SourceHealth>&)> open_;
    QString file_;
    QString picked_;
    std::uint32_t hidden_ = 0;  // the window of another program that ours hides
    QStringList parts_;
    std::optional<QString> name_;
    QStringList opened_;
    QStringList errors_;
    QStringList notices_;
    int beeps_ = 0;
    FakeSpeaker* speaker_ = nullptr;
    std::shared_ptr<LiveSpeech> sound_;
    bool mute_ = false;

    // Sources open, and the test tells how they fare.
    void keepHealth(std::shared_ptr<SourceHealth>& health) {
        open_ = [this, &health](const auto& given) {
            health = given;
            return Result<std::unique_ptr<FrameSource>>(frames());
        };
    }

private slots:
    void init() {
        folder_ = std::make_unique<test::TemporaryFolder>();
        open_ = [](const auto&) { return Result<std::unique_ptr<FrameSource>>(frames()); };
        file_.clear();
        picked_.clear();
        hidden_ = 0;
        parts_.clear();
        name_.reset();
        opened_.clear();
        errors_.clear();
        notices_.clear();
        beeps_ = 0;
        speaker_ = nullptr;
        mute_ = false;
    }

    void camerasAreListedByNameAndOpenedByTheirLastingAddress() {
        auto page = makePage();
        auto* box = find<QComboBox>(*page, "source");
        QCOMPARE(box->itemText(0), QStringLiteral("Desk Camera"));
        QCOMPARE(box->itemText(1), QStringLiteral("Other (in use)"));
        QVERIFY(box->findText(QStringLiteral("Screen")) > 0);
        box->setCurrentIndex(0);
        emit box->activated(0);
        QCOMPARE(opened_, QStringList{QStringLiteral("camera:/dev/v4l/by-id/desk")});
    }

    void anAddressCanBeTypedAndAFileChosen() {
        auto page = makePage();
        auto* box = find<QComboBox>(*page, "source");
        box->setEditText(QStringLiteral("rtsp://cam/live"));
        QTest::mouseClick(find<QPushButton>(*page, "startSource"), Qt::LeftButton);
        file_ = QStringLiteral("/a/clip.mp4");
        const int entry = box->findText(QStringLiteral("File…"));
        box->setCurrentIndex(entry);
        emit box->activated(entry);
        QCOMPARE(opened_, (QStringList{QStringLiteral("rtsp://cam/live"), QStringLiteral("/a/clip.mp4")}));
    }

    void aPasswordIsNotShownAndOpensTheSourceAgain() {
        auto page = makePage();
        auto* box = find<QComboBox>(*page, "source");
        for (const auto& [typed, shown] :
             {std::pair("rtsp://joe:se/cret@cam/live", "rtsp://cam/live"),
              std::pair("http://cam/snap.jpg?pwd=secret", "http://cam/snap.jpg?pwd=***")}) {
            box->setEditText(QString::fromUtf8(typed));
            QTest::mouseClick(find<QPushButton>(*page, "startSource"), Qt::LeftButton);
            QCOMPARE(box->currentText(), QString::fromUtf8(shown));
            find<QAction>(*page, "listSources")->trigger();
            QCOMPARE(box->currentText(), QString::fromUtf8(shown));
            QTest::mouseClick(find<QPushButton>(*page, "stopSource"), Qt::LeftButton);
            QCOMPARE(box->currentText(), QString::fromUtf8(shown));
            QTest::mouseClick(find<QPushButton>(*page, "startSource"), Qt::LeftButton);
            QCOMPARE(opened_.takeLast(), QString::fromUtf8(typed));
            QCOMPARE(opened_.takeLast(), QString::fromUtf8(typed));
        }
        page.reset();
        QFile settings(QString::fromStdString(folder_->file("settings.ini").string()));
        QVERIFY(!settings.open(QIODevice::ReadOnly) || !settings.readAll().contains("cret"));
    }

    void theNextWindowRemembersSourceAndLook() {
        {
            auto page = makePage();
            page->openAddress(QStringLiteral("rtsp://cam/live"));
            find<QSlider>(*page, "steadiness")->setValue(80);
            find<QAction>(*page, "overlayTop")->trigger();
            page->openAddress(QStringLiteral("rtsp://joe:secret@cam/live"));
        }
        auto page = makePage();
        QCOMPARE(find<QComboBox>(*page, "source")->currentText(), QStringLiteral("rtsp://cam/live"));
        QCOMPARE(page->player().session().steady().steadiness(), 0.8);
        QVERIFY(page->player().view().captionStyle().atTop);
    }

    void theStateOfTheSourceIsTold() {
        std::shared_ptr<SourceHealth> health;
        keepHealth(health);
        auto page = makePage();
        page->openAddress(QStringLiteral("x"));
        auto* status = find<QLabel>(*page, "sourceStatus");
        StreamDescription mode;
        mode.width = 1280;
        mode.height = 720;
        mode.frameRate = 30;
        health->set({SourceState::Live, std::nullopt, 0, {}, mode});
        QTRY_COMPARE(status->text(), QStringLiteral("1280 × 720, 30 fps"));
        health->set({SourceState::Waiting,
                     Error{ErrorCode::Device, "It was unplugged.", {}},
                     1,
                     std::chrono::steady_clock::now() + std::chrono::seconds(3),
                     {}});
        QTRY_VERIFY(status->text().startsWith(QStringLiteral("Trying again in ")));
    }

    void aSourceThatCannotBeOpenedIsExplained() {
        open_ = [](const auto&) -> Result<std::unique_ptr<FrameSource>> {
            return fail(ErrorCode::Device, "Cannot open camera 0.");
        };
        auto page = makePage();
        QVERIFY(!page->openAddress(QStringLiteral("camera:0")));
        auto* problem = find<MessageBar>(*page, "sourceProblem");
        QCOMPARE(problem->text(), QStringLiteral("Cannot open camera 0."));
        QCOMPARE(page->player().view().hint(), QStringLiteral("Cannot open camera 0."));
        QTRY_COMPARE(find<QLabel>(*page, "sourceStatus")->text(), QStringLiteral("Not watched: it failed"));
        QVERIFY(errors_.isEmpty());  // no dialog is in the way

        open_ = [](const auto&) { return Result<std::unique_ptr<FrameSource>>(frames()); };
        problem->findChild<QPushButton*>("messageAnswer2")->click();  // Retry
        QTRY_VERIFY(page->player().view().frame());
        QVERIFY(!problem->isVisible());
        QCOMPARE(opened_, (QStringList{QStringLiteral("camera:0"), QStringLiteral("camera:0")}));
    }

    void aStartThatFailsLaterEndsInAStateThatSaysSo() {
        open_ = [](const auto& health) {
            health->set({SourceState::Connecting, std::nullopt, 1, {}, {}});
            return Result<std::unique_ptr<FrameSource>>(std::make_unique<NumberedSource>(test::NumberedSourceOptions{
                .frames = 0, .live = true, .failure = Error{ErrorCode::Device, "Nothing answers at cam.", {}}}));
        };
        auto page = makePage();
        QVERIFY(page->openAddress(QStringLiteral("rtsp://cam/live")));
        auto* problem = find<MessageBar>(*page, "sourceProblem");
        QTRY_COMPARE(problem->text(), QStringLiteral("Nothing answers at cam."));
        QCOMPARE(page->player().view().hint(), QStringLiteral("Nothing answers at cam."));
        QTRY_COMPARE(find<QLabel>(*page, "sourceStatus")->text(), QStringLiteral("Not watched: it failed"));
        QVERIFY(find<QPushButton>(*page, "startSource")->isEnabled());
        QVERIFY(!find<QPushButton>(*page, "stopSource")->isEnabled());
        QVERIFY(!find<QAction>(*page, "record")->isEnabled());
        problem->findChild<QPushButton*>("messageAnswer2")->click();
        QTRY_COMPARE(opened_.size(), 2);
    }

    void startStopAndRecordAreOnWhenTheyCanDoSomething() {
        auto page = makePage();
        auto* start = find<QPushButton>(*page, "startSource");
        auto* stop = find<QPushButton>(*page, "stopSource");
        auto* record = find<QAction>(*page, "record");
        auto* snapshot = find<QAction>(*page, "snapshot");
        find<QComboBox>(*page, "source")->setEditText({});
        QVERIFY(!start->isEnabled() && !stop->isEnabled() && !record->isEnabled() && !snapshot->isEnabled());
        find<QComboBox>(*page, "source")->setEditText(QStringLiteral("rtsp://cam/live"));
        QVERIFY(start->isEnabled());
        QTest::mouseClick(start, Qt::LeftButton);
        QTRY_VERIFY(snapshot->isEnabled());
        QVERIFY(!start->isEnabled() && stop->isEnabled() && record->isEnabled());
        find<QComboBox>(*page, "source")->setEditText(QStringLiteral("rtsp://other/live"));
        QVERIFY(start->isEnabled());  // another source
        QTest::mouseClick(stop, Qt::LeftButton);
        QTRY_VERIFY(!stop->isEnabled());
        QCOMPARE(page->player().session().state(), PlayState::Closed);
        QVERIFY(!page->player().view().frame());
        QVERIFY(!record->isEnabled() && !snapshot->isEnabled());
        QVERIFY(historyCount(*page) > 0);  // it stays
    }

    void aLostStreamIsSaidInThePicture() {
        std::shared_ptr<SourceHealth> health;
        keepHealth(health);
        auto page = makePage();
        page->openAddress(QStringLiteral("x"));
        VideoView& view = page->player().view();
        QTRY_VERIFY(view.frame());
        health->set({SourceState::Live, std::nullopt, 0, {}, {}});
        QTRY_VERIFY(view.notice().isEmpty());
        health->set({SourceState::Waiting,
                     Error{ErrorCode::Device, "It was unplugged.", {}},
                     1,
                     std::chrono::steady_clock::now() + std::chrono::seconds(4),
                     {}});
        static const QRegularExpression form(
            QStringLiteral(R"(No pictures since \d\d:\d\d:\d\d\. Trying again in \d s\.)"));
        QTRY_VERIFY(form.match(view.notice()).hasMatch());
        const QImage grey = view.grab().toImage();
        const QPoint corner(view.width() / 2, view.height() - 3);
        QCOMPARE(grey.pixelColor(corner).saturation(), 0);
        health->set({SourceState::Connecting, Error{ErrorCode::Device, "It was unplugged.", {}}, 2, {}, {}});
        QTRY_VERIFY(view.notice().endsWith(QStringLiteral("Connecting again…")));
        health->set({SourceState::Live, std::nullopt, 0, {}, {}});
        QTRY_VERIFY(view.notice().isEmpty());
    }

    void recentAndNamedSourcesAreOffered() {
        {
            auto page = makePage();
            for (const char* address : {"rtsp://cam/one", "rtsp://joe:secret@cam/two", "/films/holiday.mp4"}) {
                page->openAddress(QString::fromLatin1(address));
                QTRY_VERIFY(find<QComboBox>(*page, "source")->findData(QString::fromLatin1(address)) > 0);
            }
            open_ = [](const auto&) {
                return Result<std::unique_ptr<FrameSource>>(std::make_unique<NumberedSource>(
                    test::NumberedSourceOptions{.frames = 0, .live = true, .blocks = true}));
            };
            page->openAddress(QStringLiteral("rtsp://cam/wrong"));
            QTest::qWait(100);
            name_ = QStringLiteral("Front door");
            find<QComboBox>(*page, "source")->setEditText(QStringLiteral("rtsp://cam/one"));
            find<QAction>(*page, "nameSource")->trigger();
            QCOMPARE(find<QComboBox>(*page, "source")->currentText(), QStringLiteral("Front door"));
        }
        auto page = makePage();
        auto* box = find<QComboBox>(*page, "source");
        QCOMPARE(box->itemText(0), QStringLiteral("Front door"));
        QVERIFY(box->findText(QStringLiteral("holiday.mp4")) > 0);
        QVERIFY2(box->findData(QStringLiteral("rtsp://cam/wrong")) < 0, "no picture of it came");
        QVERIFY(box->findData(QStringLiteral("rtsp://joe:secret@cam/two")) < 0);  // it holds a password
        opened_.clear();
        box->setCurrentIndex(0);
        emit box->activated(0);
        QCOMPARE(opened_, QStringList{QStringLiteral("rtsp://cam/one")});
        find<QAction>(*page, "forgetSources")->trigger();
        QVERIFY(box->findText(QStringLiteral("holiday.mp4")) < 0);
        QVERIFY(!find<QAction>(*page, "forgetSources")->isEnabled());
        name_ = QString();  // takes the name away
        box->setCurrentIndex(0);
        find<QAction>(*page, "nameSource")->trigger();
        QVERIFY(box->findText(QStringLiteral("Front door")) < 0);
    }

    void partsOfTheScreenArePicked() {
        auto page = makePage();
        auto* box = find<QComboBox>(*page, "source");
        picked_ = QStringLiteral("screen:/300x200+10+20");
        const int entry = box->findText(QStringLiteral("An area of the screen…"));
        box->setCurrentIndex(entry);
        emit box->activated(entry);
        picked_ = QStringLiteral("screen:/window=0x2a00003");
        find<QAction>(*page, "pickWindow")->trigger();
        picked_.clear();
        find<QAction>(*page, "pickArea")->trigger();  // given up
        QCOMPARE(parts_, (QStringList{QStringLiteral("area"), QStringLiteral("window"), QStringLiteral("area")}));
        QCOMPARE(opened_,
                 (QStringList{QStringLiteral("screen:/300x200+10+20"), QStringLiteral("screen:/window=0x2a00003")}));
        QCOMPARE(box->currentText(), QStringLiteral("screen:/window=0x2a00003"));
    }

    void anAreaIsDraggedAndAWindowClicked() {
        QScreen* screen = QGuiApplication::primaryScreen();
        QPixmap picture(screen->size());
        picture.fill(Qt::darkGreen);
        const auto drag = [](QWidget& widget, QPoint from, QPoint to) {
            QTest::mousePress(&widget, Qt::LeftButton, {}, from);
            QMouseEvent move(QEvent::MouseMove, to, widget.mapToGlobal(to), Qt::NoButton, Qt::LeftButton, {});
            QApplication::sendEvent(&widget, &move);
            QTest::mouseRelease(&widget, Qt::LeftButton, {}, to);
        };
        auto* area = new ScreenPicker(ScreenPart::Area, picture, {}, screen);
        QSignalSpy picked(area, &ScreenPicker::picked);
        area->show();
        drag(*area, {100, 80}, {103, 82});  // a click is no area
        QCOMPARE(picked.size(), 0);
        drag(*area, {100, 80}, {299, 179});
        QCOMPARE(picked.size(), 1);
        QCOMPARE(picked[0][0].toString(), QStringLiteral("screen:/200x100+100+80"));
        area->close();

        auto* window = new ScreenPicker(ScreenPart::Window, picture,
                                        {{0x2a, QStringLiteral("On top"), QRect(50, 50, 100, 100)},
                                         {0x3b, QStringLiteral("Below"), QRect(0, 0, 400, 300)}},
                                        screen);
        QSignalSpy chosen(window, &ScreenPicker::picked);
        window->show();
        QTest::mouseClick(window, Qt::LeftButton, {}, {60, 60});
        QCOMPARE(chosen[0][0].toString(), QStringLiteral("screen:/window=0x2a"));
        window->close();

        auto* given = new ScreenPicker(ScreenPart::Area, picture, {}, screen);
        QSignalSpy cancelled(given, &ScreenPicker::cancelled);
        given->show();
        QTest::keyClick(given, Qt::Key_Escape);
        QCOMPARE(cancelled.size(), 1);
        given->close();
    }

    void watchingTheScreenThatTheWindowIsOnIsTold() {
        auto page = makePage();
        auto* hint = find<MessageBar>(*page, "ownWindowHint");
        page->openAddress(QStringLiteral("screen:"));
        QVERIFY(hint->text().contains(QStringLiteral("This window is on the screen")));
        page->openAddress(QStringLiteral("screen:/window=0x2a00003"));
        QVERIFY(!hint->isVisible());
        page->openAddress(QStringLiteral("screen:/40x40+9000+9000"));
        QVERIFY(!hint->isVisible());
        page->openAddress(QStringLiteral("screen:/4000x4000+0+0"));
        QVERIFY(hint->isVisible());
        picked_ = QStringLiteral("screen:/40x40+9000+9000");
        hint->findChild<QPushButton*>("messageAnswer3")->click();  // Pick an area
        QVERIFY(!hint->isVisible());
        QCOMPARE(opened_.last(), picked_);
    }

    void hidingTheWindowThatIsWatchedIsToldUntilItIsMovedAside() {
        auto page = makePage();
        auto* hint = find<MessageBar>(*page, "ownWindowHint");
        page->openAddress(QStringLiteral("screen:/window=0x2a00003"));
        QVERIFY(!hint->isVisible());
        hidden_ = 0x2a00003;
        QTRY_VERIFY(hint->text().contains(QStringLiteral("hides the one that is watched")));
        hidden_ = 0;
        QTRY_VERIFY(!hint->isVisible());
        hidden_ = 0x2a00003;
        QTRY_VERIFY(hint->isVisible());
        hint->findChild<QPushButton*>("messageAnswer1")->click();  // Close
        hidden_ = 0;
        QTest::qWait(1100);
        hidden_ = 0x2a00003;
        QTest::qWait(1100);
        QVERIFY2(!hint->isVisible(), "said once, for this window");
        page->openAddress(QStringLiteral("screen:/window=0x2a00003"));
        QVERIFY(hint->isVisible());
    }

    void onALowWindowThePictureHasTheRoomOfTheCounters() {
        auto page = makePage();
        auto* counters = find<QWidget>(*page, "countersPanel");
        QVERIFY(counters->isVisible());
        page->resize(660, 280);
        QVERIFY(!counters->isVisible());
        QTRY_VERIFY(page->player().view().height() >= 120);
        page->resize(1200, 700);
        QVERIFY(counters->isVisible());
    }

    void captionsShowWithAgeAndConfidenceAndGoIntoTheHistory() {
        auto page = makePage();
        find<QSlider>(*page, "steadiness")->setValue(0);
        page->openAddress(QStringLiteral("x"));
        VideoView& view = page->player().view();
        QTRY_COMPARE(view.caption(), QStringLiteral("Number 3"));
        QTRY_VERIFY(view.badge().contains(QStringLiteral("50 % sure")));
        QTRY_VERIFY(view.badge().contains(QStringLiteral(" s ago")));
        QCOMPARE(historyCount(*page), 4);
        QVERIFY(historyText(*page, 3).endsWith(QStringLiteral("Number 3")));
        const QAbstractItemModel* model = find<QTableView>(*page, "history")->model();
        QVERIFY(!model->index(3, 0).data(Qt::DecorationRole).value<QPixmap>().isNull());

        find<QLineEdit>(*page, "historySearch")->setText(QStringLiteral("number 2"));
        QCOMPARE(historyCount(*page), 1);
        QVERIFY(historyText(*page, 0).endsWith(QStringLiteral("Number 2")));
        QTest::mouseClick(find<QPushButton>(*page, "historyCopy"), Qt::LeftButton);
        QVERIFY(QGuiApplication::clipboard()->text().endsWith(QStringLiteral("  Number 2")));

        find<QLineEdit>(*page, "historySearch")->clear();
        page->openAddress(QStringLiteral("y"));  // the history outlives the source
        QTRY_COMPARE(historyCount(*page), 8);
    }

    void aSteadyCaptionStays() {
        auto page = makePage();
        find<QSlider>(*page, "steadiness")->setValue(100);
        page->openAddress(QStringLiteral("x"));
        QTRY_COMPARE(page->player().session().captions().size(), 4U);
        QCOMPARE(page->player().view().caption(), QStringLiteral("Number 0"));  // the pictures are alike
        QCOMPARE(historyCount(*page), 1);
    }

    void aClickOnTheCaptionShowsItsPicture() {
        auto page = makePage();
        page->openAddress(QStringLiteral("x"));
        VideoView& view = page->player().view();
        QTRY_VERIFY(!view.captionRect().isEmpty());
        QTest::mouseClick(&view, Qt::LeftButton, {}, view.captionRect().center().toPoint());
        auto* dialog = page->findChild<QDialog*>("sourceFrame");
        QVERIFY(dialog && dialog->isVisible());
        dialog->close();
    }

    void aSnapshotCarriesItsCaption() {
        auto page = makePage();
        page->openAddress(QStringLiteral("x"));
        QTRY_VERIFY(!page->player().view().caption().isEmpty());
        find<QAction>(*page, "snapshot")->trigger();
        const QDir folder(QString::fromStdString(folder_->file("captures").string()));
        const QStringList files = folder.entryList({QStringLiteral("*.png")});
        QCOMPARE(files.size(), 1);
        const QImage image(folder.filePath(files[0]));
        QCOMPARE(image.size(), QSize(64, 48));
        QCOMPARE(image.text(QStringLiteral("Description")), page->player().view().caption());
    }

    void theHistoryIsClearedOnlyAfterAYes() {
        open_ = [](const auto&) { return Result<std::unique_ptr<FrameSource>>(frames()); };
        auto page = makePage();
        page->openAddress(QStringLiteral("x"));
        QTRY_VERIFY(historyCount(*page) > 0);
        auto* question = find<MessageBar>(*page, "alertBar");
        for (const int answer : {1, 2}) {
            find<QPushButton>(*page, "historyClear")->click();
            QVERIFY(question->isVisible());
            QVERIFY2(question->text().contains("Clear the history?"), qPrintable(question->text()));
            QVERIFY(historyCount(*page) > 0);
            find<QPushButton>(*page, qPrintable(QStringLiteral("messageAnswer%1").arg(answer)))->click();
            QCOMPARE(historyCount(*page) > 0, answer == 1);
        }
    }

    void aRecordingBecomesAProject() {
        open_ = [](const auto&) { return Result<std::unique_ptr<FrameSource>>(frames(20)); };
        auto page = makePage();
        auto* record = find<QAction>(*page, "record");
        auto* annotate = find<QAction>(*page, "openRecording");
        QVERIFY(!annotate->isEnabled());
        page->openAddress(QStringLiteral("x"));
        QTRY_VERIFY(record->isEnabled());
        auto* state = find<QLabel>(*page, "recordingState");
        QVERIFY(!state->isVisible());
        record->trigger();
        QVERIFY(state->isVisible());
        QTRY_VERIFY(page->player().view().frame() && page->player().view().frame()->id == 19);
        QTRY_VERIFY(state->text().contains(QStringLiteral("0:0")));
        if (QStorageInfo(QDir::tempPath()).bytesAvailable() >= 0) {
            QVERIFY2(state->text().endsWith(QStringLiteral(" left")), qPrintable(state->text()));
        }
        record->trigger();
        QVERIFY(!state->isVisible());
        QVERIFY(errors_.isEmpty());
        QVERIFY(annotate->isEnabled());
        QSignalSpy wanted(page.get(), &LivePage::projectWanted);
        annotate->trigger();
        QCOMPARE(wanted.size(), 1);
        QVERIFY(QFileInfo::exists(wanted[0][0].toString()));
    }

    void withoutAFolderNothingIsRecordedAndTheButtonIsOut() {
        open_ = [](const auto&) { return Result<std::unique_ptr<FrameSource>>(frames(20)); };
        test::writeBytes(folder_->file("captures"), "a file where the folder should be");
        auto page = makePage();
        page->openAddress(QStringLiteral("x"));
        auto* record = find<QAction>(*page, "record");
        QTRY_VERIFY(record->isEnabled());
        record->trigger();
        QVERIFY(!record->isChecked());
        QCOMPARE(errors_.size(), 1);
        QVERIFY2(errors_[0].endsWith("Choose another one in File > Preferences."), qPrintable(errors_[0]));
    }

    void aRecordingEndsWithItsSource() {
        open_ = [](const auto&) -> Result<std::unique_ptr<FrameSource>> {
            return std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 20});
        };
        auto page = makePage();
        auto* record = find<QAction>(*page, "record");
        page->openAddress(QStringLiteral("x"));
        QTRY_VERIFY(record->isEnabled());
        record->trigger();
        QVERIFY(record->isChecked());
        QTRY_COMPARE(page->player().session().state(), PlayState::Ended);
        QTRY_VERIFY(!record->isChecked());
        QVERIFY(!find<QLabel>(*page, "recordingState")->isVisible());
        QVERIFY(errors_.isEmpty());
        QVERIFY(find<QAction>(*page, "openRecording")->isEnabled());
    }

    void theFeedIsOffUntilItIsSwitchedOnAndKeepsItsAddress() {
        QString before;
        for (int run = 0; run < 2; ++run) {
            auto page = makePage();
            auto* address = find<QLineEdit>(*page, "feedAddress");
            QCOMPARE(address->text(), QStringLiteral("The feed is off"));
            QVERIFY(!find<QAction>(*page, "feedCopy")->isEnabled());
            useFreePort(*page);
            find<QAction>(*page, "feedOn")->trigger();
            QVERIFY2(errors_.isEmpty(), qPrintable(errors_.join(QLatin1Char(' '))));
            find<QAction>(*page, "feedCopy")->trigger();
            QCOMPARE(QGuiApplication::clipboard()->text(), address->text());
            const QString token = QUrlQuery(QUrl(address->text())).queryItemValue(QStringLiteral("token"));
            QCOMPARE(token.size(), 32);
            QVERIFY(run == 0 || token == before);
            before = token;
            find<QAction>(*page, "feedRenew")->trigger();
            QVERIFY(QUrlQuery(QUrl(address->text())).queryItemValue(QStringLiteral("token")) != token);
            before = QUrlQuery(QUrl(address->text())).queryItemValue(QStringLiteral("token"));
            find<QAction>(*page, "feedOn")->trigger();
            QCOMPARE(address->text(), QStringLiteral("The feed is off"));
        }
        const QFileInfo file(QString::fromStdString(folder_->file("settings.ini").string()));
        QVERIFY(!file.permission(QFile::ReadOther) && !file.permission(QFile::ReadGroup));
    }

    void theFeedTellsCaptionAndPictureAsThePageShowsThem() {
        auto page = makePage();
        find<QSlider>(*page, "steadiness")->setValue(0);
        useFreePort(*page);
        page->openAddress(QStringLiteral("x"));
        find<QAction>(*page, "feedOn")->trigger();
        QTRY_COMPARE(page->player().view().caption(), QStringLiteral("Number 3"));
        const QUrl address(find<QLineEdit>(*page, "feedAddress")->text());
        const QByteArray caption = ask(address, "/caption", "}");
        QVERIFY(caption.contains("\"caption\":\"Number 3\""));
        const QByteArray stream = ask(address, "/preview.mjpg", "\xff\xd9\r\n--sightline\r\n");
        const auto begin = stream.indexOf("\xff\xd8");
        QVERIFY(begin > 0);
        const QImage picture = QImage::fromData(stream.mid(begin));
        QCOMPARE(picture.size(), QSize(64, 48));
        QVERIFY(picture.pixelColor(picture.rect().center()).lightness() !=
                picture.pixelColor(1, 1).lightness());  // the caption's box covers most of so small a picture
        page->openAddress(QStringLiteral("y"));         // readers stay, and see the other source
        QTRY_VERIFY(ask(address, "/caption", "}").contains("\"caption\":\"Number 3\""));
    }

    void theCaptionOfASourceThatDiedDisappears() {
        std::shared_ptr<SourceHealth> health;
        keepHealth(health);
        auto page = makePage();
        find<QSlider>(*page, "steadiness")->setValue(0);
        useFreePort(*page);
        page->openAddress(QStringLiteral("x"));
        find<QAction>(*page, "feedOn")->trigger();
        QTRY_COMPARE(page->player().view().caption(), QStringLiteral("Number 3"));
        health->set({SourceState::Waiting, Error{ErrorCode::Device, "It was unplugged.", {}}, 1, {}, {}});
        QTRY_COMPARE(page->player().view().caption(), QString());
        const QUrl address(find<QLineEdit>(*page, "feedAddress")->text());
        QVERIFY(ask(address, "/caption", "\r\n\r\n").startsWith("HTTP/1.1 204"));
    }

    void aPortInUseIsExplained() {
        QTcpServer other;
        QVERIFY(other.listen(QHostAddress::LocalHost));
        auto page = makePage();
        find<QSpinBox>(*page, "feedPort")->setValue(other.serverPort());
        auto* on = find<QAction>(*page, "feedOn");
        on->trigger();
        QCOMPARE(errors_.size(), 1);
        QVERIFY(errors_[0].contains(QStringLiteral("another program uses it")));
        QVERIFY(!on->isChecked());
    }

    void anAlertNotifiesSoundsKeepsAPictureAndRunsACommand() {
        auto page = makePage();
        find<QSlider>(*page, "steadiness")->setValue(0);
        const QString out = QString::fromStdString(folder_->file("out").string());
        test::writeBytes(folder_->file("note.sh"), "printf '%s' \"$1\" > '" + out.toStdString() + "'");
        find<QAction>(*page, "editAlerts")->trigger();
        auto* dialog = find<QDialog>(*page, "alertsDialog");
        QVERIFY(!find<QLineEdit>(*page, "alertPattern")->isEnabled());
        QTest::mouseClick(find<QPushButton>(*page, "alertAdd"), Qt::LeftButton);
        QTest::keyClicks(find<QLineEdit>(*page, "alertName"), QStringLiteral("Three"));
        QTest::keyClicks(find<QLineEdit>(*page, "alertPattern"), QStringLiteral("dog, number 3"));
        find<QCheckBox>(*page, "alertSound")->setChecked(true);
        find<QCheckBox>(*page, "alertSnapshot")->setChecked(true);
        QTest::keyClicks(
            find<QLineEdit>(*page, "alertCommand"),
            QStringLiteral("sh %1 {caption}").arg(QString::fromStdString(folder_->file("note.sh").string())));
        dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok)->click();
        QVERIFY(!dialog->isVisible());

        page->openAddress(QStringLiteral("x"));
        QTRY_COMPARE(page->player().view().caption(), QStringLiteral("Number 3"));
        QCOMPARE(notices_, QStringList{QStringLiteral("Three|Number 3")});
        QCOMPARE(beeps_, 1);
        QCOMPARE(find<MessageBar>(*page, "alertBar")->text(), QStringLiteral("Three: Number 3"));
        const QDir folder(QString::fromStdString(folder_->file("captures").string()));
        QTRY_COMPARE(folder.entryList({QStringLiteral("*.png")}).size(), 1);
        const QImage image(folder.filePath(folder.entryList({QStringLiteral("*.png")})[0]));
        QCOMPARE(image.text(QStringLiteral("Description")), QStringLiteral("Number 3"));
        QTRY_COMPARE(test::readBytes(out.toStdString()), std::string("Number 3"));
    }

    void alertsAreKeptAndCheckedWhenTheyAreEdited() {
        {
            auto page = makePage();
            find<QAction>(*page, "editAlerts")->trigger();
            QTest::mouseClick(find<QPushButton>(*page, "alertAdd"), Qt::LeftButton);
            find<QComboBox>(*page, "alertKind")->setCurrentIndex(1);
            QTest::keyClicks(find<QLineEdit>(*page, "alertPattern"), QStringLiteral("(dog"));
            auto* dialog = find<QDialog>(*page, "alertsDialog");
            auto* ok = dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Ok);
            ok->click();
            QVERIFY(dialog->isVisible());
            QVERIFY(find<QLabel>(*page, "alertProblem")->text().contains(QStringLiteral("no regular expression")));
            QTest::keyClicks(find<QLineEdit>(*page, "alertPattern"), QStringLiteral(")"));
            QTest::mouseClick(find<QPushButton>(*page, "alertAdd"), Qt::LeftButton);
            QTest::keyClicks(find<QLineEdit>(*page, "alertPattern"), QStringLiteral("cat"));
            auto* list = find<QListWidget>(*page, "alertList");
            list->item(1)->setCheckState(Qt::Unchecked);
            ok->click();
            QVERIFY(!dialog->isVisible());
        }
        auto page = makePage();
        find<QAction>(*page, "editAlerts")->trigger();
        auto* list = find<QListWidget>(*page, "alertList");
        QCOMPARE(list->count(), 2);
        QCOMPARE(find<QLineEdit>(*page, "alertPattern")->text(), QStringLiteral("(dog)"));
        QCOMPARE(list->item(1)->checkState(), Qt::Unchecked);
        QTest::mouseClick(find<QPushButton>(*page, "alertRemove"), Qt::LeftButton);
        QCOMPARE(list->count(), 1);
        QCOMPARE(find<QLineEdit>(*page, "alertPattern")->text(), QStringLiteral("cat"));
    }

    void anAlertsCommandThatFailsIsTold() {
        AlertCenter alerts(nullptr, {[] {}, [](const QString&, const QString&) {}});
        AlertRule rule;
        rule.pattern = "dog";
        rule.command = "no-such-program-here";
        QVERIFY(alerts.setRules({rule}));
        QSignalSpy failed(&alerts, &AlertCenter::failed);
        Caption caption;
        caption.text = "A dog";
        alerts.consider(caption);
        QVERIFY(failed.wait());
        QVERIFY(failed[0][0].toString().contains(QStringLiteral("Cannot start no-such-program-here")));
    }

    void aCommandsWordsArePartedByQuotationMarksAndTheCaptionStaysOne() {
        AlertRule rule;
        rule.command = "note --title \"Seen it\" \"{caption}\" {caption}";
        Caption caption;
        caption.text = "A \"dog\"; runs $HOME";
        QCOMPARE(alertCommand(rule, caption),
                 (std::vector<std::string>{"note", "--title", "Seen it", caption.text, caption.text}));
    }

    void newCaptionsAreSpokenNewestOnlyAndNotTooOften() {
        auto owned = std::make_unique<FakeSpeaker>();
        FakeSpeaker& speaker = *owned;
        CaptionSpeech speech([&] { return std::move(owned); });
        speech.say(QStringLiteral("before"));  // off
        QVERIFY(speech.setEnabled(true));
        QElapsedTimer time;
        time.start();
        speech.say(QStringLiteral("one"));
        speech.say(QStringLiteral("two"));
        speech.say(QStringLiteral("three"));
        QCOMPARE(speaker.said, QStringList{QStringLiteral("one")});
        speaker.finish();
        QTest::qWait(50);
        QCOMPARE(speaker.said.size(), 1);  // too soon
        QTRY_COMPARE(speaker.said, (QStringList{QStringLiteral("one"), QStringLiteral("three")}));
        QVERIFY(time.elapsed() >= CaptionSpeech::kLeastGap.count() * 9 / 10);  // Qt's coarse timers
        QTest::qWait(static_cast<int>(CaptionSpeech::kLeastGap.count()) + 200);
        speech.say(QStringLiteral("four"));
        QCOMPARE(speaker.said.size(), 2);  // a long sentence is said to its end
        speaker.finish();
        QTRY_COMPARE(speaker.said.size(), 3);
        speech.say(QStringLiteral("five"));
        speech.forget();
        speaker.finish();
        QTest::qWait(50);
        QCOMPARE(speaker.said.size(), 3);
        QVERIFY(!speaker.isSpeaking());
    }

    void whatTheMenuSaysIsSpokenAndRemembered() {
        {
            auto page = makePage();
            find<QAction>(*page, "overlaySpeak")->trigger();
            page->openAddress(QStringLiteral("x"));
            QTRY_VERIFY(speaker_ && !speaker_->said.isEmpty());
            QCOMPARE(speaker_->said[0], QStringLiteral("Number 0"));
            QCOMPARE(QAccessible::queryAccessibleInterface(&page->player().view())->text(QAccessible::Description),
                     page->player().view().caption());
        }
        auto page = makePage();
        QVERIFY(find<QAction>(*page, "overlaySpeak")->isChecked());
    }

    void captionsWaitWhileSomebodySpeaksInTheSource() {
        sound_ = std::make_shared<LiveSpeech>(test::sourceFile("resources/silero_vad.jit"));
        auto page = makePage();
        auto* quiet = find<QAction>(*page, "overlayQuiet");
        QVERIFY(!quiet->isEnabled());
        find<QAction>(*page, "overlaySpeak")->trigger();
        QVERIFY(quiet->isEnabled());
        QVERIFY(!sound_->isWanted());
        quiet->trigger();
        QVERIFY(sound_->isWanted());
        sound_->opened(false);
        QTRY_VERIFY(quiet->text().contains("no sound"));
        const auto voice = openVoice("espeak:en-us");
        const auto said = (*voice)->speak("I have lived in this town all my life, and we never went there.", {});
        const auto samples = heardSamples(*said, SoundTap::kRate, 1.0, 0.0);
        open_ = [&](const std::shared_ptr<SourceHealth>&) {
            sound_->opened(true);
            for (std::size_t at = 0; at + 3072 <= samples->size() && sound_->state() != LiveSpeech::State::Speech;
                 at += 3072) {
                sound_->heard(std::span(*samples).subspan(at, 3072));
                QTest::qWait(100);
            }
            return frames();
        };
        page->openAddress(QStringLiteral("x"));
        QCOMPARE(sound_->state(), LiveSpeech::State::Speech);
        QTRY_VERIFY(!page->player().view().caption().isEmpty());
        QVERIFY(speaker_->said.isEmpty());
        QVERIFY(!quiet->text().contains("no sound"));
        for (int hop = 0; hop < 20 && sound_->state() == LiveSpeech::State::Speech; ++hop) {
            sound_->heard(std::vector<float>(3072, 0.0F));
            QTest::qWait(50);
        }
        QTRY_COMPARE(speaker_->said.size(), 1);
        page.reset();
        QVERIFY(!sound_->isWanted());
        sound_.reset();
        QVERIFY(find<QAction>(*makePage(), "overlayQuiet")->isChecked());  // remembered
    }

    void aProgramSaysTheTextWhateverItHolds() {
        const auto script = folder_->file("say.sh");
        const auto out = folder_->file("out");
        test::writeBytes(script, "printf '%s|' \"$@\" > '" + out.string() + "'; [ \"$3\" = slow ] && exec sleep 60");
        ProgramSpeaker speaker(QStringLiteral("sh"), {QString::fromStdString(script.string()), QStringLiteral("-w")});
        int done = 0;
        speaker.setDone([&] { ++done; });
        speaker.say(QStringLiteral("--stop; $HOME \"x\""));
        QTRY_COMPARE(done, 1);
        QCOMPARE(test::readBytes(out), std::string("-w|--|--stop; $HOME \"x\"|"));
        speaker.say(QStringLiteral("slow"));
        QVERIFY(speaker.isSpeaking());
        speaker.stop();
        QVERIFY(!speaker.isSpeaking());
        ProgramSpeaker none(QStringLiteral("no-such-program-here"), {});
        none.setDone([&] { done = 10; });
        none.say(QStringLiteral("x"));
        QTRY_COMPARE(done, 10);
        QVERIFY(!none.isSpeaking());
    }

    void withoutAVoiceSpeakingStaysOff() {
        mute_ = true;
        auto page = makePage();
        QSignalSpy told(page.get(), &LivePage::told);
        find<QAction>(*page, "overlaySpeak")->trigger();
        QVERIFY(!find<QAction>(*page, "overlaySpeak")->isChecked());
        QVERIFY(told[0][0].toString().contains(QStringLiteral("no voice")));
    }

    void theCountersMeasureWhileTheyAreShown() {
        auto page = makePage();
        find<QSlider>(*page, "steadiness")->setValue(0);
        auto* counters = find<QAction>(*page, "counters");
        QVERIFY(!find<QLabel>(*page, "dockLatency")->isVisible());
        counters->trigger();
        page->openAddress(QStringLiteral("x"));
        const auto text = [&](const char* name) { return find<QLabel>(*page, name)->text(); };
        QTRY_VERIFY(text("dockLatency").contains(QStringLiteral(" ms")));
        QCOMPARE(text("dockStages"), QStringLiteral("0.0 · 1.0 · 0.0 · 0.0 ms"));
        QCOMPARE(text("dockReused"), QStringLiteral("0 %"));
        QTRY_VERIFY(text("dockFrameTime").contains(QStringLiteral(" ms")));
        QVERIFY(text("dockMemory").contains(QStringLiteral(" MB, ")));
        QVERIFY(text("dockCores").endsWith(QStringLiteral(" %")));
        QTest::mouseClick(find<QPushButton>(*page, "dockCopy"), Qt::LeftButton);
        const QStringList lines = QGuiApplication::clipboard()->text().split(QLatin1Char('\n'));
        QCOMPARE(lines.size(), 14);
        QCOMPARE(lines[3], QStringLiteral("Stages\t0.0 · 1.0 · 0.0 · 0.0 ms"));
        auto* line = page->findChildren<Sparkline*>().constFirst();
        QTRY_VERIFY(line->values().size() >= 2);
        counters->trigger();
        QVERIFY(line->values().empty());
    }

    void theFrameTimeIsHowLongTheThreadWasHeldUp() {
        FrameClock clock;
        QVERIFY(!clock.frameTime());
        clock.start();
        QTest::qWait(300);
        QTest::qSleep(150);  // as a slow slot does
        QTest::qWait(100);
        QVERIFY(clock.frameTime()->p99 >= std::chrono::milliseconds(150));
        QVERIFY(clock.frameTime()->p50 < std::chrono::milliseconds(100));
    }

    void aSparklineKeepsTheLastMinute() {
        Sparkline line;
        for (std::size_t i = 0; i < Sparkline::kMostValues + 5; ++i) {
            line.add(static_cast<double>(i));
        }
        QCOMPARE(line.values().size(), Sparkline::kMostValues);
        QCOMPARE(line.values().front(), 5.0);
    }

    static HistoryEntry entryAt(int second, const QString& caption) {
        return {QDateTime(QDate(2026, 3, 1), QTime(10, 0)).addSecs(second),
                SteadyTime(std::chrono::seconds(100 + second)),
                {},
                caption,
                0.75};
    }
    static QImage plain(const QColor& colour) {
        QImage picture(320, 180, QImage::Format_RGB32);
        picture.fill(colour);
        return picture;
    }
    QString historyFolder() const { return QString::fromStdString(folder_->file("history").string()); }
    std::unique_ptr<HistoryPanel> makeHistory() {
        auto panel = std::make_unique<HistoryPanel>(
            historyFolder(),
            [this](QWidget*, const QString&, const QString&, const QString&, QString&) { return file_; });
        panel->resize(300, 600);
        panel->show();
        return panel;
    }

    void theHistoryKeepsTheWholeSession() {
        constexpr int kMany = 3000;  // far more than are kept in memory
        auto panel = makeHistory();
        for (int i = 0; i < kMany; ++i) {
            panel->add(entryAt(i, QStringLiteral("Caption %1").arg(i)), i % 100 == 0 ? plain(Qt::red) : QImage());
        }
        const QAbstractItemModel* model = panel->findChild<QTableView*>("history")->model();
        QCOMPARE(model->rowCount(), kMany);
        QCOMPARE(model->index(0, 0).data().toString(), QStringLiteral("10:00:00\nCaption 0"));
        QVERIFY(!model->index(0, 0).data(Qt::DecorationRole).isNull());
        QVERIFY(model->index(1, 0).data(Qt::DecorationRole).isNull());
        QVERIFY(model->index(kMany - 1, 0).data().toString().endsWith(QStringLiteral("Caption 2999")));
        panel->findChild<QLineEdit*>("historySearch")->setText(QStringLiteral("CAPTION 1234"));
        QCOMPARE(model->rowCount(), 1);
        panel->findChild<QLineEdit*>("historySearch")->clear();
        QVERIFY(panel->findChild<QPushButton*>("historyExport")->isEnabled());
        QSignalSpy wanted(panel.get(), &HistoryPanel::clearWanted);
        panel->findChild<QPushButton*>("historyClear")->click();
        QCOMPARE(wanted.size(), 1);
        QCOMPARE(wanted[0][0].toInt(), kMany);
        QCOMPARE(model->rowCount(), kMany);
        panel->clear();
        QCOMPARE(model->rowCount(), 0);
        for (const char* button : {"historyCopy", "historyExport", "historyClear"}) {
            QVERIFY2(!panel->findChild<QPushButton*>(button)->isEnabled(), button);
        }
        panel.reset();
        QVERIFY(QDir(historyFolder()).isEmpty());  // nothing lies about
    }

    void whatWasNotExportedIsOfferedByTheNextStart() {
        makeHistory()->add(entryAt(0, QStringLiteral("a cat")), plain(Qt::red));
        auto panel = makeHistory();
        panel->add(entryAt(5, QStringLiteral("a dog")), plain(Qt::blue));
        panel->add(entryAt(9, QStringLiteral("a bird")), {});
        QVERIFY2(HistoryStore::leftBehind(historyFolder())->entry(0).caption == "a cat", "the other one is in use");
        panel.reset();

        auto page = makePage();
        page->enter();
        auto* offer = find<MessageBar>(*page, "alertBar");
        QVERIFY2(offer->text().startsWith(QStringLiteral("2 caption")), qPrintable(offer->text()));
        offer->findChild<QPushButton*>("messageAnswer3")->click();  // Show them
        QCOMPARE(historyCount(*page), 2);
        QVERIFY(historyText(*page, 1).endsWith(QStringLiteral("a bird")));
        QVERIFY(find<QPushButton>(*page, "historyExport")->isEnabled());
        page->openAddress(QStringLiteral("x"));
        QTRY_VERIFY(historyCount(*page) > 2);  // it goes on behind them
        const auto file = folder_->file("all.srt");
        file_ = QString::fromStdString(file.string());
        page->stop();
        QSignalSpy told(page.get(), &LivePage::told);
        find<QPushButton>(*page, "historyExport")->click();
        QTRY_VERIFY(told.last()[0].toString().startsWith(QStringLiteral("Exported to")));
        QVERIFY(test::readBytes(file).find("Number") != std::string::npos);
        page.reset();
        QCOMPARE(HistoryStore::leftBehind(historyFolder())->entry(0).caption, QStringLiteral("a cat"));

        page = makePage();
        page->enter();
        find<MessageBar>(*page, "alertBar")->findChild<QPushButton*>("messageAnswer2")->click();  // Forget them
        page.reset();
        QVERIFY(!HistoryStore::leftBehind(historyFolder()));
        QVERIFY(QDir(historyFolder()).isEmpty());
    }

    void timesOfAnEarlierStartComeOntoThisClock() {
        const auto now = QDateTime::currentDateTime();
        {
            HistoryStore store(historyFolder());
            QVERIFY(
                store.add({now.addSecs(-60), SteadyTime(7s), {}, QStringLiteral("one"), 0.5}, {}));  // of another boot
            QVERIFY(store.add({now.addSecs(-20), SteadyTime(47s), {}, QStringLiteral("two"), 0.5}, {}));
        }
        const auto left = HistoryStore::leftBehind(historyFolder());
        const auto ago = std::chrono::steady_clock::now() - left->entry(0).start;
        QVERIFY(ago > 55s && ago < 80s);
        QVERIFY(left->entry(1).start - left->entry(0).start == 40s);
        QVERIFY(left->entry(0).end == left->entry(1).start);
        QVERIFY(left->entry(1).end - left->entry(1).start == 1s);
    }

    void theHistoryFollowsAgainAfterASearchAndAResize() {
        auto panel = makeHistory();
        auto* list = panel->findChild<QTableView*>("history");
        auto* search = panel->findChild<QLineEdit*>("historySearch");
        const QScrollBar* bar = list->verticalScrollBar();
        int next = 0;
        const auto grow = [&](int count) {
            for (int i = 0; i < count; ++i, ++next) {
                panel->add(entryAt(next, QStringLiteral("Caption %1").arg(next)), {});
            }
            QTest::qWait(20);
        };
        const auto atEnd = [&] { return bar->maximum() > 0 && bar->value() == bar->maximum(); };
        grow(40);
        QVERIFY(atEnd());
        search->setText(QStringLiteral("Caption 17"));
        grow(5);
        search->clear();
        QTRY_VERIFY(atEnd());
        grow(5);
        QVERIFY(atEnd());
        panel->resize(300, 300);
        QTRY_VERIFY(atEnd());
        panel->resize(300, 700);
        grow(5);
        QVERIFY(atEnd());
        list->verticalScrollBar()->setValue(10);  // the user looks at something earlier
        grow(5);
        QCOMPARE(bar->value(), 10);
        list->verticalScrollBar()->setValue(bar->maximum());
        grow(5);
        QVERIFY(atEnd());
    }

    void aClickShowsThePictureAndADoubleClickEnlargesIt() {
        auto panel = makeHistory();
        panel->add(entryAt(0, QStringLiteral("A red wall")), plain(Qt::red));
        panel->add(entryAt(2, QStringLiteral("Nothing to see")), {});
        auto* list = panel->findChild<QTableView*>("history");
        auto* picture = panel->findChild<QLabel*>("historyPicture");
        QVERIFY(!picture->isVisible());
        const auto place = [&](int row) { return list->visualRect(list->model()->index(row, 0)).center(); };
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, place(0));
        QVERIFY(picture->isVisible());
        QVERIFY(picture->pixmap().toImage().pixelColor(10, 10).red() > 200);
        QVERIFY(picture->pixmap().width() > 200);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, place(1));
        QVERIFY(!picture->isVisible());
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, place(0));
        QTest::mouseDClick(list->viewport(), Qt::LeftButton, {}, place(0));
        auto* dialog = panel->findChild<QDialog*>("sourceFrame");
        QVERIFY(dialog && dialog->isVisible());
        QVERIFY(dialog->findChild<QLabel*>("enlargedPicture")->pixmap().width() > picture->pixmap().width());
        dialog->close();
    }

    void theHistoryIsExportedThoughNothingWasRecorded() {
        auto panel = makeHistory();
        QSignalSpy told(panel.get(), &HistoryPanel::told);
        panel->add(entryAt(0, QStringLiteral("A red wall")), plain(Qt::red));
        panel->add(entryAt(3, QStringLiteral("A blue wall")), plain(Qt::blue));
        panel->endLast(SteadyTime(std::chrono::seconds(110)));
        panel->add(entryAt(20, QStringLiteral("A green wall")), plain(Qt::green));
        panel->endLast(SteadyTime(std::chrono::seconds(124)));
        const auto exported = [&](const char* name) {
            const auto path = folder_->file(name);
            file_ = QString::fromStdString(path.string());
            told.clear();
            panel->findChild<QPushButton*>("historyExport")->click();
            [&] { QTRY_VERIFY(told.size() == 2 && told[1][0].toString().startsWith(QStringLiteral("Exported"))); }();
            return test::readBytes(path);
        };
        QCOMPARE(exported("walls.srt"), std::string("1\n00:00:00,000 --> 00:00:03,000\nA red wall\n\n"
                                                    "2\n00:00:03,000 --> 00:00:10,000\nA blue wall\n\n"
                                                    "3\n00:00:20,000 --> 00:00:24,000\nA green wall\n\n"));
        const auto project = parseProject(exported("walls.sightline"));
        QVERIFY(project.has_value());
        QCOMPARE(project->track.cues.size(), 3U);
        QCOMPARE(project->track.cues[1].confidence, 0.75);
        QCOMPARE(project->track.cues[1].origin, CueOrigin::Model);
        auto video = openVideoFile(locate(project->source, folder_->file("walls.sightline")).string());
        QVERIFY(video.has_value());
        QVERIFY((*video)->description().duration >= std::chrono::seconds(23));
        QVERIFY((*video)->seek(std::chrono::seconds(5)).has_value());
        const auto frame = (*video)->read();
        QVERIFY(frame.has_value());
        const std::uint8_t* pixel = frame->image.row(90) + 160 * Image::kChannels;
        QVERIFY(pixel[0] > 150 && pixel[2] < 100);  // blue, as it was then
    }

    void namesGetTheEndingOfTheirFormat() {
        QVERIFY(historyFilters().contains(QStringLiteral("(*.sightline)")));
        QCOMPARE(withEnding(QStringLiteral("/a/walls"), QStringLiteral("WebVTT (*.vtt)")),
                 QStringLiteral("/a/walls.vtt"));
        QCOMPARE(withEnding(QStringLiteral("/a/walls.srt"), QStringLiteral("WebVTT (*.vtt)")),
                 QStringLiteral("/a/walls.srt"));
        QCOMPARE(withEnding(QStringLiteral("/a/walls.old"), {}), QStringLiteral("/a/walls.old.srt"));
    }

    void theOverlayKeepsToItsLinesAndItsSide() {
        QImage image(640, 360, QImage::Format_RGB32);
        const QString text = QString(QStringLiteral("many words to wrap ")).repeated(12);
        QPainter painter(&image);
        CaptionStyle style;
        const QRectF two = paintCaption(painter, image.rect(), text, {}, style);
        style.twoLines = false;
        const QRectF all = paintCaption(painter, image.rect(), text, {}, style);
        QVERIFY(all.height() > 1.5 * two.height());
        QVERIFY(two.top() > 180);
        style.atTop = true;
        style.twoLines = true;
        QVERIFY(paintCaption(painter, image.rect(), text, QStringLiteral("50 % sure"), style).bottom() < 180);
    }

    void captionsFitUprightAndSmallPictures() {
        const QString text =
            QStringLiteral("A man in a yellow raincoat is leading two brown horses across a narrow wooden bridge");
        for (const QSize size : {QSize(180, 320), QSize(360, 640), QSize(320, 240), QSize(96, 96), QSize(96, 72)}) {
            QImage image(size, QImage::Format_RGB32);
            QPainter painter(&image);
            for (const int percent : {100, 200}) {
                for (const bool twoLines : {true, false}) {
                    CaptionStyle style;
                    style.sizePercent = percent;
                    style.twoLines = twoLines;
                    const QRectF box = paintCaption(painter, image.rect(), text, QStringLiteral("50 % sure"), style);
                    QVERIFY2(QRectF(image.rect()).contains(box), qPrintable(QStringLiteral("%1 x %2 at %3: %4")
                                                                                .arg(size.width())
                                                                                .arg(size.height())
                                                                                .arg(percent)
                                                                                .arg(box.top())));
                }
            }
        }
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::LivePageTest)
#include "live_page_test.moc"
