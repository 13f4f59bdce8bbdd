// Audio description in the real window: what fits is shown, remembered, heard and exported.
#include <QAction>
#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>
#include <QtTest>

#include "tests/core/narration/film.h"
#include "tests/support/fake_captioner.h"
#include "tests/support/fixtures.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/video/cue_model.h"
#include "ui/video/description_planner.h"
#include "ui/video/timeline_view.h"
#include "ui/window_settings.h"

namespace sightline {

using namespace std::chrono_literals;
using Stage = DescriptionPlanner::Stage;

class DescriptionTest final : public QObject {
    Q_OBJECT

private:
    void makeWindow() {
        MainWindowHooks hooks = MainWindowHooks::standard();
        hooks.setShowError([this](QWidget*, const QString&, const QString& text) { errors_ << text; });
        hooks.video.project.unsavedFolder = folder_->file("unsaved");
        hooks.video.project.chooseSave = [this](QWidget*, const QString&, const QString&, const QString&, QString&) {
            return chosen_;
        };
        hooks.video.project.loadCaptioner = []() -> Result<std::unique_ptr<Captioner>> {
            return std::make_unique<test::FakeCaptioner>();
        };
        hooks.video.description.speechModel = test::sourceFile("resources/silero_vad.jit");
        hooks.video.description.speechCache = folder_->file("speech");
        hooks.video.description.patience = patience_;
        window_ = std::make_unique<MainWindow>(hooks);
        window_->show();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }

    // Somebody speaks from 3 s and from 9 s on. The second shot, 9 s to 11 s, has no room for a long caption.
    void openFilm() {
        makeWindow();
        film_ = test::makeFilm(
            folder_->file("film.mkv"), 16s,
            {{3s, "Good evening, and welcome to the programme."}, {9s, "We never went there after dark."}});
        openVideo(film_.file);
        window_->video().project().addCue(1s, 2s);
        document()->takeAnnotation({}, {9s, 11s}, {});
        document()->edit("Test", {{0s, 9s, "A red sofa stands in a room.", 0.9, CueOrigin::Model},
                                  {9s, 11s, "A grey cat with a long tail sits on a wooden table by the window", 0.8,
                                   CueOrigin::Model},
                                  {11s, 16s, "Snow falls on a street.", 0.9, CueOrigin::Model}});
    }

    void openVideo(const std::filesystem::path& file) {
        QVERIFY(window_->video().openVideo(QString::fromStdString(file.string())));
        QTRY_VERIFY(window_->video().player().view().frame());
        window_->video().player().session().setPaused(true);
    }

    void switchOn() {
        act("audioDescription");
        QVERIFY(find<QAction>("audioDescription")->isChecked());
    }

    void awaitReady() {
        QTRY_VERIFY2_WITH_TIMEOUT(planner().stage() == Stage::Ready, qPrintable(planner().failure()), 60'000);
    }

    DescriptionPlanner& planner() { return window_->video().description(); }
    ProjectDocument* document() { return window_->video().project().document(); }
    template <typename T>
    T* find(const char* name) {
        auto* found = window_->findChild<T*>(name);
        Q_ASSERT(found);
        return found;
    }
    void act(const char* name) {
        auto* action = find<QAction>(name);
        QVERIFY2(action->isEnabled(), name);
        action->trigger();
    }
    QString checks(int row) {
        const auto* model = find<QTableView>("cues")->model();
        return model->data(model->index(row, CueModel::Checks), Qt::DisplayRole).toString();
    }
    QString state() { return find<QLabel>("descriptionState")->text(); }

    std::unique_ptr<test::TemporaryFolder> folder_;
    std::chrono::milliseconds patience_ = 30s;
    test::Film film_;
    QString chosen_;
    QStringList errors_;
    std::unique_ptr<MainWindow> window_;

private slots:
    void init() {
        folder_ = std::make_unique<test::TemporaryFolder>();
        patience_ = 30s;
        chosen_.clear();
        errors_.clear();
        windowSettings()->clear();
    }

    void cleanup() {
        window_.reset();
        windowSettings()->clear();
        QVERIFY2(errors_.isEmpty(), qPrintable(errors_.join('\n')));
    }

    void tellsWhichCaptionsFitAndFollowsEdits() {
        openFilm();
        const auto* panel = find<QWidget>("descriptionPanel");
        QVERIFY(!panel->isVisible());
        const int height = find<TimelineView>("timeline")->sizeHint().height();
        switchOn();
        QVERIFY(panel->isVisible());
        awaitReady();
        QVERIFY(find<TimelineView>("timeline")->sizeHint().height() > height);  // a lane more
        QCOMPARE(planner().speech()->size(), 2U);
        QVERIFY(checks(0).isEmpty());
        QVERIFY2(checks(1).contains("too long for the gap") || checks(1).contains("speech all through"),
                 qPrintable(checks(1)));
        QVERIFY(!checks(1).contains("fast"));  // nobody reads it
        QTRY_COMPARE(state(), QStringLiteral("2 of 3 captions are said."));
        document()->setTimes(1, 9s, 11s);
        document()->setText(2, "");
        QTRY_VERIFY(checks(2).contains("nothing to say"));
        act("undo");
        QTRY_VERIFY(checks(2).isEmpty());
        const int withLane = find<TimelineView>("timeline")->sizeHint().height();
        act("audioDescription");
        QVERIFY(!panel->isVisible());
        QVERIFY(!checks(1).contains("gap"));
        QVERIFY(checks(1).contains("fast"));
        QVERIFY(find<TimelineView>("timeline")->sizeHint().height() < withLane);
    }

    void rowsKeepWhatIsKnownWhileOthersChange() {
        openFilm();
        switchOn();
        awaitReady();
        document()->remove(0, 1);
        QVERIFY(planner().at(0) && !planner().at(0)->scheduled.isSaid);  // it was the second before
        awaitReady();
        QCOMPARE(planner().cueCount(), 2U);
    }

    void isRememberedInTheProject() {
        openFilm();
        chosen_ = QString::fromStdString(folder_->file("film.sightline").string());
        act("saveProject");
        switchOn();
        find<QDoubleSpinBox>("descriptionFastest")->setValue(1.5);
        find<QDoubleSpinBox>("descriptionGap")->setValue(1.0);
        find<QDoubleSpinBox>("descriptionDucking")->setValue(12.0);
        auto* voice = find<QComboBox>("descriptionVoice");
        voice->setEditText("espeak:en-gb");
        emit voice->lineEdit()->editingFinished();
        awaitReady();
        window_.reset();
        makeWindow();
        QVERIFY(window_->video().openVideo(chosen_));
        QVERIFY(find<QAction>("audioDescription")->isChecked());
        QCOMPARE(find<QDoubleSpinBox>("descriptionFastest")->value(), 1.5);
        QCOMPARE(find<QDoubleSpinBox>("descriptionGap")->value(), 1.0);
        QCOMPARE(find<QDoubleSpinBox>("descriptionDucking")->value(), 12.0);
        QCOMPARE(find<QComboBox>("descriptionVoice")->currentText(), QStringLiteral("espeak:en-gb"));
        awaitReady();
        // Another video begins as any.
        std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), folder_->file("clip.mp4"));
        openVideo(folder_->file("clip.mp4"));
        QVERIFY(!find<QAction>("audioDescription")->isChecked());
    }

    void aVideoWithoutSoundSaysSo() {
        makeWindow();
        std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), folder_->file("clip.mp4"));
        openVideo(folder_->file("clip.mp4"));
        switchOn();  // before there are captions
        window_->video().project().addCue(1s, 3s);
        QVERIFY(document()->project().description.isOn);
        document()->setText(0, "A cat.");
        awaitReady();
        QTRY_VERIFY2(state().contains("no sound"), qPrintable(state()));
        QVERIFY(planner().at(0)->scheduled.isSaid);
    }

    void aVoiceThatIsNotThereIsToldWithTheFix() {
        openFilm();
        DescriptionSettings settings;
        settings.isOn = true;
        settings.voice = "robot:9";  // as another program may have written it
        planner().setSettings(settings);
        QTRY_COMPARE(planner().stage(), Stage::Failed);
        QTRY_VERIFY2(state().contains("There is no voice robot:9"), qPrintable(state()));
        QCOMPARE(document()->cues().size(), 3U);
        auto* button = find<QToolButton>("descriptionButton");
        QVERIFY(button->isVisible());
        settings.voice.clear();
        planner().setSettings(settings);
        awaitReady();
    }

    void aVoiceThatFailsAndOneThatHangsLeaveTheWindowAlive() {
        patience_ = 1s;
        openFilm();
        DescriptionSettings settings;
        settings.isOn = true;
        settings.voice = "command:false {output}";
        planner().setSettings(settings);
        QTRY_VERIFY_WITH_TIMEOUT(state().contains("The voice does not speak"), 30'000);
        settings.voice = "command:sh -c \"sleep 600\" {output}";
        planner().setSettings(settings);
        QTRY_VERIFY_WITH_TIMEOUT(planner().stage() == Stage::Failed, 30'000);
        QTRY_VERIFY2(state().contains("The voice does not speak"), qPrintable(state()));
        find<QToolButton>("descriptionButton")->click();  // again
        QVERIFY(planner().stage() != Stage::Failed);
        window_.reset();  // ends it
    }

    void searchingIsCancelledAndGoesOn() {
        openFilm();
        switchOn();
        QTRY_COMPARE(planner().stage(), Stage::Searching);
        planner().cancel();
        QTRY_COMPARE(planner().stage(), Stage::Stopped);
        QTRY_VERIFY(state().contains("Cancelled"));
        find<QToolButton>("descriptionButton")->click();
        awaitReady();
    }

    void hearingACaptionPlaysItsPlaceOrSaysWhyNot() {
        openFilm();
        switchOn();
        awaitReady();
        find<QTableView>("cues")->setCurrentIndex(find<QTableView>("cues")->model()->index(0, 0));
        QTest::keyClick(find<QTableView>("cues"), Qt::Key_H);
        if (window_->video().player().hasSoundOutput()) {
            QTRY_COMPARE(window_->video().player().session().state(), PlayState::Playing);
            QTRY_VERIFY(window_->video().player().view().frame()->pts > planner().at(0)->scheduled.start);
            QTRY_COMPARE_WITH_TIMEOUT(window_->video().player().session().state(), PlayState::Paused, 20'000);
        } else {
            const auto bars = window_->findChildren<MessageBar*>();
            QVERIFY(std::ranges::any_of(
                bars, [](const MessageBar* bar) { return bar->text().contains("no output for sound"); }));
        }
    }

    void exportsWhatTheCommandWrites() {
        openFilm();
        switchOn();
        awaitReady();
        act("exportDescription");
        auto* dialog = find<QDialog>("descriptionDialog");
        auto* sound = dialog->findChild<QComboBox*>("descriptionSound");
        sound->setCurrentIndex(sound->findData("flac"));
        dialog->findChild<QPushButton*>("descriptionWrite")->click();
        const auto* message = dialog->findChild<QLabel*>("descriptionMessage");
        QTRY_VERIFY2_WITH_TIMEOUT(message->text().contains("2 of 3"), qPrintable(message->text()), 60'000);
        for (const char* name : {"film.described.mkv", "film.described.vtt", "film.described.flac"}) {
            QVERIFY2(std::filesystem::exists(folder_->file(name)), name);
        }
        const QString report = dialog->findChild<QPlainTextEdit*>("descriptionReport")->toPlainText();
        QVERIFY2(report.contains("0:09.000") && report.contains("A grey cat"), qPrintable(report));
        // Once more: what is there is kept.
        test::writeBytes(folder_->file("film.described.vtt"), "mine");
        dialog->findChild<QPushButton*>("descriptionWrite")->click();
        QTRY_VERIFY_WITH_TIMEOUT(message->text().contains("film.described.vtt~1"), 60'000);
        QCOMPARE(QString::fromStdString(test::readBytes(folder_->file("film.described.vtt~1"))),
                 QStringLiteral("mine"));
        dialog->reject();
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::DescriptionTest)
#include "description_test.moc"
