// Audio description in the real window: what fits is shown, remembered, heard and exported.
#include <algorithm>

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDialog>
#include <QDoubleSpinBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>
#include <QtTest>

#include "tests/core/narration/film.h"
#include "tests/support/bad_voice.h"
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

    void setVoice(const std::string& voice) {
        DescriptionSettings settings;
        settings.voice = voice;  // not on: it speaks for the export alone
        planner().setSettings(settings);
    }
    void openDialog() {
        act("exportDescription");
        dialog_ = find<QDialog>("descriptionDialog");
    }
    void choosePlace(const char* place) {
        auto* box = dialog_->findChild<QComboBox*>("descriptionPlace");
        box->setCurrentIndex(box->findData(QString::fromLatin1(place)));
    }
    void check(const char* name) { dialog_->findChild<QCheckBox*>(name)->click(); }
    void write() { dialog_->findChild<QPushButton*>("descriptionWrite")->click(); }
    // Files of an export, whole or not.
    QStringList described() {
        QStringList names;
        for (const auto& file : std::filesystem::directory_iterator(folder_->file(""))) {
            const auto name = QString::fromStdString(file.path().filename().string());
            if (name.contains("described") || name.startsWith(".sightline-")) {
                names << name;
            }
        }
        return names;
    }
    QString message() { return dialog_->findChild<QLabel*>("descriptionMessage")->text(); }

    std::unique_ptr<test::TemporaryFolder> folder_;
    std::chrono::milliseconds patience_ = 30s;
    test::Film film_;
    QString chosen_;
    QStringList errors_;
    std::unique_ptr<MainWindow> window_;
    QPointer<QDialog> dialog_;

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
        openDialog();
        check("descriptionKind_flac");
        write();
        QTRY_VERIFY2_WITH_TIMEOUT(message().contains("2 of 3"), qPrintable(message()), 60'000);
        for (const char* name : {"film.described.mkv", "film.described.vtt", "film.described.flac"}) {
            QVERIFY2(std::filesystem::exists(folder_->file(name)), name);
        }
        const QString report = dialog_->findChild<QPlainTextEdit*>("descriptionReport")->toPlainText();
        QVERIFY2(report.contains("0:09.000") && report.contains("A grey cat"), qPrintable(report));
        // Once more: what is there is kept.
        test::writeBytes(folder_->file("film.described.vtt"), "mine");
        write();
        QTRY_VERIFY_WITH_TIMEOUT(message().contains("film.described.vtt~1"), 60'000);
        QCOMPARE(QString::fromStdString(test::readBytes(folder_->file("film.described.vtt~1"))),
                 QStringLiteral("mine"));
        dialog_->reject();
    }

    void exportsEveryKindAndRemembersTheChoice() {
        openFilm();
        switchOn();
        awaitReady();
        openDialog();
        const auto* name = dialog_->findChild<QLineEdit*>("descriptionName");
        choosePlace("mixed");
        QVERIFY2(name->text().endsWith("film.described-mixed.…, film.described.…"), qPrintable(name->text()));
        for (const char* kind : {"wav", "opus", "html", "md"}) {
            check(("descriptionKind_" + std::string(kind)).c_str());
        }
        write();
        QTRY_VERIFY2_WITH_TIMEOUT(message().contains("2 of 3"), qPrintable(message()), 60'000);
        for (const char* file : {"film.described-mixed.mkv", "film.described.vtt", "film.described.wav",
                                 "film.described.opus", "film.described.html", "film.described.md"}) {
            QVERIFY2(std::filesystem::exists(folder_->file(file)), file);
        }
        QVERIFY(!std::filesystem::exists(folder_->file("film.described.mkv")));
        QCOMPARE(test::probe(folder_->file("film.described-mixed.mkv"),
                             "-select_streams a -show_entries stream_disposition=visual_impaired"),
                 std::vector<std::string>{"1"});
        choosePlace("extended");
        QVERIFY2(name->text().endsWith("film.described-extended.…"), qPrintable(name->text()));
        write();
        QTRY_VERIFY2_WITH_TIMEOUT(message().contains("3 of 3"), qPrintable(message()), 60'000);
        QVERIFY2(message().contains("The picture waits"), qPrintable(message()));
        for (const char* kind : {"mp4", "vtt", "wav", "opus", "html", "md"}) {
            QVERIFY2(std::filesystem::exists(folder_->file(std::string("film.described-extended.") + kind)), kind);
        }
        QVERIFY(std::stod(test::probe(folder_->file("film.described-extended.mp4"),
                                      "-show_entries format=duration")[0]) > 16.5);
        check("descriptionTimes");  // off
        write();
        QTRY_VERIFY2_WITH_TIMEOUT(message().contains("3 of 3"), qPrintable(message()), 60'000);
        dialog_->reject();
        QTRY_VERIFY(!dialog_);
        openDialog();
        QCOMPARE(dialog_->findChild<QComboBox*>("descriptionPlace")->currentData().toString(),
                 QStringLiteral("extended"));
        QVERIFY(dialog_->findChild<QCheckBox*>("descriptionCopy")->isChecked());
        QVERIFY(!dialog_->findChild<QCheckBox*>("descriptionTimes")->isChecked());
        for (const auto& [kind, on] :
             {std::pair{"wav", true}, std::pair{"flac", false}, std::pair{"opus", true}, std::pair{"html", true}}) {
            QCOMPARE(dialog_->findChild<QCheckBox*>(QStringLiteral("descriptionKind_") + kind)->isChecked(), on);
        }
        dialog_->reject();
    }

    void aVideoWithoutSoundIsExportedInEveryWay() {
        makeWindow();
        std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), folder_->file("clip.mp4"));
        openVideo(folder_->file("clip.mp4"));
        window_->video().project().addCue(1s, 3s);
        document()->setText(0, "A cat.");
        for (const auto& [place, file] :
             {std::pair{"second", "clip.described.mp4"}, std::pair{"mixed", "clip.described-mixed.mp4"},
              std::pair{"extended", "clip.described-extended.mp4"}}) {
            openDialog();
            choosePlace(place);
            write();
            QTRY_VERIFY2_WITH_TIMEOUT(message().contains("1 of 1"), qPrintable(message()), 60'000);
            QCOMPARE(test::probe(folder_->file(file), "-show_entries stream=codec_type"),
                     (std::vector<std::string>{"video", "audio"}));
            dialog_->reject();
            QTRY_VERIFY(!dialog_);
        }
    }

    void anExportWhoseVoiceFailsIsToldAndLeavesNothing() {
        openFilm();
        for (const auto& [instead, told] : test::voiceFailures(*folder_)) {
            setVoice(test::badVoice(*folder_, instead));
            for (const char* place : {"second", "mixed", "extended"}) {
                openDialog();
                choosePlace(place);
                write();
                QTRY_COMPARE_WITH_TIMEOUT(errors_.size(), 1, 30'000);
                QVERIFY2(errors_[0].contains(QString::fromStdString(told)), qPrintable(errors_[0]));
                errors_.clear();
                QVERIFY(dialog_->findChild<QPushButton*>("descriptionWrite")->isEnabled());
                QCOMPARE(described(), QStringList());
                dialog_->reject();
                QTRY_VERIFY(!dialog_);
            }
        }
        QCOMPARE(document()->cues().size(), 3U);
    }

    void anExportThatHangsIsCancelledAtOnce() {
        patience_ = std::chrono::hours(1);  // or the test never ends
        openFilm();
        const std::string begun = folder_->file("begun").string();
        const std::string hang = "touch " + begun + "; exec sleep 1000";
        for (const std::string& voice : {"command:sh -c '" + hang + "' {output}", test::badVoice(*folder_, hang)}) {
            setVoice(voice);
            for (const char* place : {"second", "mixed", "extended"}) {
                std::filesystem::remove(begun);
                openDialog();
                choosePlace(place);
                write();
                QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(begun), 30'000);
                dialog_->findChild<QPushButton*>("descriptionCancel")->click();
                QTRY_COMPARE(message(), QStringLiteral("Cancelled; nothing was written."));
                std::filesystem::remove(begun);
                QCOMPARE(described(), QStringList());
                write();
                QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(begun), 30'000);
                dialog_->reject();  // and closing it, too
                QTRY_VERIFY(!dialog_);
            }
        }
    }

    void anExportToAFullDiskIsToldAndLeavesNoHalfFile() {
        openFilm();
        document()->setText(1, "A cat.");
        for (const char* place : {"second", "mixed", "extended"}) {
            openDialog();
            choosePlace(place);
            check("descriptionTimes");  // off
            {
                const test::FileSizeLimit limit(150'000);  // what is spoken is smaller
                write();
                QTRY_COMPARE_WITH_TIMEOUT(errors_.size(), 1, 60'000);
            }
            QVERIFY2(errors_[0].contains("Cannot write"), qPrintable(errors_[0]));
            errors_.clear();
            QCOMPARE(described(), QStringList());
            dialog_->reject();
            QTRY_VERIFY(!dialog_);
            windowSettings()->clear();
        }
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::DescriptionTest)
#include "description_test.moc"
