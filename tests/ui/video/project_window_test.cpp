// The real window from a video to saved and exported captions.
#include <algorithm>

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QTableView>
#include <QtTest>

#include "core/base/sha256.h"
#include "core/captions/project.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/subtitles/subtitle_file.h"
#include "tests/support/fake_captioner.h"
#include "tests/support/fixtures.h"
#include "ui/main_window.h"
#include "ui/player/video_view.h"
#include "ui/video/cue_model.h"
#include "ui/window_settings.h"

namespace sightline {

using namespace std::chrono_literals;

class ProjectWindowTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<MainWindow> makeWindow() {
        MainWindowHooks hooks = MainWindowHooks::standard();
        hooks.setShowError([this](QWidget*, const QString&, const QString& text) { errors_ << text; });
        hooks.video.project.chooseSave = [this](QWidget*, const QString&, const QString& suggestion, const QString&,
                                                QString&) {
            suggestion_ = suggestion;
            return chosen_;
        };
        hooks.video.chooseVideo = [this](QWidget*) { return video_; };
        hooks.video.project.unsavedFolder = folder_->file("unsaved");
        hooks.video.project.loadCaptioner = [this]() -> Result<std::unique_ptr<Captioner>> {
            if (modelBroken_) {
                return fail(ErrorCode::Model, "The bundle is damaged.");
            }
            return std::make_unique<test::FakeCaptioner>(during_);
        };
        auto window = std::make_unique<MainWindow>(hooks);
        window->show();
        return window;
    }

    // A window with the sample clip, paused, and a cue for each of its four shots.
    std::unique_ptr<MainWindow> makeAnnotated() {
        auto window = makeWindow();
        window->video().openVideo(video_);
        window->video().player().session().setPaused(true);
        action(*window, "annotate")->trigger();
        [&] { QTRY_VERIFY_WITH_TIMEOUT(!window->video().project().annotating(), 60000); }();
        return window;
    }

    static QAction* action(MainWindow& window, const char* name) { return window.video().findChild<QAction*>(name); }
    static QTableView* table(MainWindow& window) { return window.findChild<QTableView*>("cues"); }
    static QString cell(MainWindow& window, int row, int column) {
        return table(window)->model()->index(row, column).data().toString();
    }

    // In the open export dialog.
    void exportAs(MainWindow& window, const QString& format) {
        auto* list = window.findChild<QListWidget*>("exportFormats");
        QVERIFY(list);
        const auto found = list->findItems(format, Qt::MatchStartsWith);
        QVERIFY2(!found.isEmpty(), qPrintable(format));
        list->setCurrentItem(found.first());
        window.findChild<QPushButton*>("exportWrite")->click();
        QTRY_VERIFY_WITH_TIMEOUT(!window.findChild<QLabel*>("exportMessage")->text().isEmpty() || !errors_.isEmpty(),
                                 60000);
    }

    std::unique_ptr<test::TemporaryFolder> folder_;
    QString video_;
    QString chosen_;
    QString suggestion_;
    QStringList errors_;
    bool modelBroken_ = false;
    std::function<std::optional<Error>(int)> during_;

private slots:
    void init() {
        folder_ = std::make_unique<test::TemporaryFolder>();
        std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), folder_->file("clip.mp4"));
        video_ = QString::fromStdString(folder_->file("clip.mp4").string());
        chosen_.clear();
        suggestion_.clear();
        errors_.clear();
        modelBroken_ = false;
        during_ = {};
    }

    // Listeners are half gone by then.
    void aDocumentThatGoesTellsNothing() {
        auto window = makeAnnotated();
        QVERIFY(window->video().project().document()->undoStack().count() > 0);
        QSignalSpy told(&window->video().project().document()->undoStack(), &QUndoStack::indexChanged);
        window.reset();
        QCOMPARE(told.size(), 0);
    }

    void aFileOfCaptionsIsNoVideoAndWhereItGoesIsTold() {
        auto window = makeWindow();
        test::writeBytes(folder_->file("clip.srt"), "1\n00:00:01,000 --> 00:00:02,000\none\n");
        QVERIFY(!window->video().openVideo(QString::fromStdString(folder_->file("clip.srt").string())));
        QCOMPARE(errors_.size(), 1);
        QVERIFY2(errors_[0].contains("choose Import captions in the menu Project"), qPrintable(errors_[0]));
    }

    void aCopiedPictureHasSquarePixels() {
        auto window = makeWindow();
        QVERIFY(window->video().openVideo(QString::fromStdString(test::fixture("anamorphic.mp4").string())));
        QTRY_VERIFY(window->video().player().view().frame());
        const auto& image = window->video().player().view().frame()->image;
        action(*window, "copyPicture")->trigger();
        const QImage copied = QGuiApplication::clipboard()->image();
        QCOMPARE(copied.size(), QSize(qRound(image.width() * 4.0 / 3.0), image.height()));
    }

    void ofADamagedProjectTheVideoOpensAndTheFileStays() {
        test::writeBytes(folder_->file("clip.sightline"), "torn");
        auto window = makeWindow();
        QSignalSpy warned(&window->video(), &Page::warned);
        QVERIFY(window->video().openVideo(video_));
        QCOMPARE(warned.size(), 1);
        QVERIFY2(warned[0][0].toString().endsWith("and the project stays as it is."),
                 qPrintable(warned[0][0].toString()));
        QCOMPARE(test::readBytes(folder_->file("clip.sightline")), std::string("torn"));
    }

    void fromAVideoToAnExportedFile() {
        auto window = makeAnnotated();
        QVERIFY2(errors_.isEmpty(), qPrintable(errors_.join(' ')));
        const auto* model = table(*window)->model();
        QVERIFY(model->rowCount() >= 4);
        const auto& cues = window->video().project().document()->cues();
        QCOMPARE(cues.front().start, MediaTime(0s));
        QCOMPARE(cues.back().end, MediaTime(16s));

        QVERIFY(table(*window)->model()->setData(model->index(0, CueModel::Text), "A puppy on a rug", Qt::EditRole));
        QCOMPARE(cell(*window, 0, CueModel::Origin), QStringLiteral("edited"));
        action(*window, "undo")->trigger();
        QVERIFY(cell(*window, 0, CueModel::Text).startsWith("Number"));
        QCOMPARE(cell(*window, 0, CueModel::Origin), QStringLiteral("model"));
        action(*window, "redo")->trigger();
        QCOMPARE(cell(*window, 0, CueModel::Text), QStringLiteral("A puppy on a rug"));

        chosen_ = QString::fromStdString(folder_->file("out.vtt").string());
        action(*window, "exportCaptions")->trigger();
        exportAs(*window, "WebVTT");
        const auto exported = readSubtitleFile(folder_->file("out.vtt"));
        QVERIFY(exported.has_value());
        QCOMPARE(exported->reading.track.cues.size(), cues.size());
        QCOMPARE(exported->reading.track.cues[0].text, std::string("A puppy on a rug"));
    }

    // So that a run of the command knows it for this program's.
    void theProjectRemembersWhatWasExported() {
        auto window = makeAnnotated();
        chosen_ = QString::fromStdString(folder_->file("clip.sightline").string());
        action(*window, "saveProjectAs")->trigger();
        test::writeBytes(folder_->file("clip.srt"), "another program's");
        chosen_ = QString::fromStdString(folder_->file("clip.srt").string());
        action(*window, "exportCaptions")->trigger();
        exportAs(*window, "SubRip");
        QVERIFY2(errors_.isEmpty(), qPrintable(errors_.join(' ')));
        QVERIFY(window->findChild<QLabel*>("exportMessage")->text().contains("clip.srt~1"));
        QCOMPARE(test::readBytes(folder_->file("clip.srt~1")), std::string("another program's"));
        window->findChild<QLabel*>("exportMessage")->clear();
        exportAs(*window, "SubRip");  // this time it is ours that is written over
        QVERIFY(!std::filesystem::exists(folder_->file("clip.srt~2")));
        const auto project = parseProject(test::readBytes(folder_->file("clip.sightline")));
        QVERIFY(project.has_value());
        QCOMPARE(project->outputs.size(), 1U);
        QCOMPARE(project->outputs[0].ending, std::string(".srt"));
        QCOMPARE(project->outputs[0].written, Sha256::hexOf(test::readBytes(folder_->file("clip.srt"))));
        QVERIFY(!window->isWindowModified());
    }

    // As somebody new does it: open, annotate, correct what the model was least sure of, undo, redo, export, reopen.
    void openAnnotateEditUndoExportReopen() {
        chosen_ = QString::fromStdString(folder_->file("out.srt").string());
        QString corrected;
        int row = -1;
        {
            auto window = makeWindow();
            window->activateWindow();
            QVERIFY(QTest::qWaitForWindowActive(window.get()));
            QTest::keyClick(window.get(), Qt::Key_O, Qt::ControlModifier);
            QTRY_VERIFY(window->video().player().view().frame());
            QTest::keyClick(window.get(), Qt::Key_R, Qt::ControlModifier);
            QTRY_VERIFY_WITH_TIMEOUT(
                table(*window)->model()->rowCount() >= 4 && !window->video().project().annotating(), 60000);
            QTest::keyClick(table(*window), Qt::Key_N);
            row = table(*window)->currentIndex().row();
            const QString before = cell(*window, row, CueModel::Text);
            QTest::keyClick(table(*window), Qt::Key_E);
            auto* text = window->findChild<QPlainTextEdit*>("cueText");
            QTest::keyClicks(text, "A puppy, mine");  // over what is selected
            corrected = text->toPlainText();
            QCOMPARE(corrected, QStringLiteral("A puppy, mine"));
            QTest::keyClick(text, Qt::Key_Z, Qt::ControlModifier);
            QCOMPARE(cell(*window, row, CueModel::Text), before);
            action(*window, "redo")->trigger();
            QTest::keyClick(text, Qt::Key_Return, Qt::ControlModifier);
            QCOMPARE(cell(*window, row, CueModel::Text), corrected);
            QVERIFY(table(*window)->hasFocus());
            QTest::keyClick(table(*window), Qt::Key_E, Qt::ControlModifier);
            exportAs(*window, "SubRip");
        }
        const auto exported = readSubtitleFile(folder_->file("out.srt"));
        QVERIFY(exported.has_value());
        auto window = makeWindow();
        QVERIFY(window->video().openVideo(video_));
        const auto& cues = window->video().project().document()->cues();
        QCOMPARE(cues.size(), exported->reading.track.cues.size());
        for (std::size_t i = 0; i < cues.size(); ++i) {
            QCOMPARE(cues[i].text, exported->reading.track.cues[i].text);
        }
        QCOMPARE(cell(*window, row, CueModel::Text), corrected);
        QCOMPARE(cell(*window, row, CueModel::Origin), QStringLiteral("edited"));
        QVERIFY(errors_.isEmpty());
    }

    void theExportIsShownBeforeItIsWritten() {
        auto window = makeAnnotated();
        window->video().project().document()->setText(0, "A puppy on a rug");
        action(*window, "exportCaptions")->trigger();
        auto* list = window->findChild<QListWidget*>("exportFormats");
        auto* preview = window->findChild<QPlainTextEdit*>("exportPreview");
        for (int row = 0; row < list->count(); ++row) {
            list->setCurrentRow(row);
            QVERIFY2(preview->toPlainText().contains("A puppy on a rug"), qPrintable(list->item(row)->text()));
        }
        QVERIFY(list->count() >= 9);
    }

    void theLookOfBurnedInCaptionsIsShownOnAPictureOfTheVideo() {
        auto window = makeAnnotated();
        action(*window, "exportCaptions")->trigger();
        auto* list = window->findChild<QListWidget*>("exportFormats");
        list->setCurrentRow(list->count() - 1);
        auto* picture = window->findChild<QLabel*>("burnInPicture");
        QTRY_VERIFY_WITH_TIMEOUT(!picture->pixmap().isNull(), 60000);
        const QImage usual = picture->pixmap().toImage();
        QVERIFY(usual.width() > 200);
        const auto changes = [&](const char* name, int row) {
            const QImage before = picture->pixmap().toImage();
            window->findChild<QComboBox*>(name)->setCurrentIndex(row);
            [&] { QTRY_VERIFY_WITH_TIMEOUT(picture->pixmap().toImage() != before, 60000); }();
        };
        changes("burnInPlace", 1);
        changes("burnInSize", 3);
        changes("burnInBox", 3);
        QCOMPARE(windowSettings()->value("burnIn/size").toInt(), 200);  // the next dialog begins with it
        windowSettings()->clear();
    }

    void videosWithCaptionsAreWritten() {
        auto window = makeAnnotated();
        action(*window, "exportCaptions")->trigger();
        for (const auto& [kind, suggested] : {std::pair{"Video with captions to switch on", "clip.captioned.mp4"},
                                              std::pair{"Video with captions in the picture", "clip.burned-in.mp4"}}) {
            const auto path = folder_->file("captioned.mp4");
            std::filesystem::remove(path);
            chosen_ = QString::fromStdString(path.string());
            window->findChild<QLabel*>("exportMessage")->clear();
            exportAs(*window, kind);
            QVERIFY2(errors_.isEmpty(), qPrintable(errors_.join(' ')));
            QVERIFY2(suggestion_.endsWith(suggested), qPrintable(suggestion_));
            QVERIFY2(openVideoFile(path).has_value(), kind);
        }
    }

    void aCancelledBurnInLeavesNothing() {
        auto window = makeAnnotated();
        action(*window, "exportCaptions")->trigger();
        auto* list = window->findChild<QListWidget*>("exportFormats");
        list->setCurrentRow(list->count() - 1);
        chosen_ = QString::fromStdString(folder_->file("captioned.mp4").string());
        window->findChild<QPushButton*>("exportWrite")->click();
        window->findChild<QPushButton*>("exportCancel")->click();
        QTRY_VERIFY(window->findChild<QLabel*>("exportMessage")->text().startsWith("Cancelled"));
        QVERIFY(!std::filesystem::exists(folder_->file("captioned.mp4")));
    }

    void editsAreBackAfterTheWindowIsGoneWithoutSaving() {
        {
            auto window = makeAnnotated();
            window->video().project().document()->setText(1, "Kept");
        }
        auto window = makeWindow();
        window->video().openVideo(video_);
        QVERIFY(window->video().project().document());
        QCOMPARE(cell(*window, 1, CueModel::Text), QStringLiteral("Kept"));
        QVERIFY(window->isWindowModified());
    }

    void aSavedProjectOpensWithItsVideo() {
        {
            auto window = makeAnnotated();
            window->video().project().document()->setText(0, "Saved");
            chosen_ = QString::fromStdString(folder_->file("mine").string());
            action(*window, "saveProject")->trigger();
            QVERIFY(suggestion_.endsWith("clip.sightline"));
            QVERIFY(!window->isWindowModified());
            QVERIFY(std::filesystem::is_empty(folder_->file("unsaved")));
        }
        auto window = makeWindow();
        QVERIFY(window->video().openVideo(QString::fromStdString(folder_->file("mine.sightline").string())));
        QCOMPARE(cell(*window, 0, CueModel::Text), QStringLiteral("Saved"));
        QVERIFY(window->windowTitle().startsWith("clip.mp4"));
    }

    void annotatingAgainKeepsWhatWasEditedAndDeleted() {
        auto window = makeAnnotated();
        auto* document = window->video().project().document();
        const Cue second = document->cues()[1];
        document->setText(0, "Mine");
        document->remove(1, 1);
        action(*window, "annotate")->trigger();
        QTRY_VERIFY_WITH_TIMEOUT(!window->video().project().annotating(), 60000);
        QCOMPARE(document->cues()[0].text, std::string("Mine"));
        QCOMPARE(document->cueAt(second.start), -1);
        QVERIFY(document->cues().size() >= 3);
    }

    void aCancelledRunLeavesTheCuesAlone() {
        auto window = makeAnnotated();
        const auto before = window->video().project().document()->cues();
        auto* gate = new QSemaphore;
        during_ = [gate](int) {
            gate->acquire();
            return std::optional<Error>();
        };
        action(*window, "annotate")->trigger();
        QVERIFY(window->video().findChild<QProgressBar*>("annotateProgress")->isVisible());
        QVERIFY(!action(*window, "annotate")->isEnabled());
        window->video().project().cancel();
        gate->release(1000);
        QTRY_VERIFY(!window->video().project().annotating());
        QVERIFY(!window->video().findChild<QProgressBar*>("annotateProgress")->isVisible());
        QVERIFY(window->video().project().document()->cues() == before);
        QVERIFY(errors_.isEmpty());
        during_ = {};
        window.reset();
        delete gate;
    }

    void aBrokenModelIsExplained() {
        modelBroken_ = true;
        auto window = makeAnnotated();
        QCOMPARE(errors_, QStringList{"The bundle is damaged."});
    }

    void theOverlayShowsTheCueThatIsChosen() {
        auto window = makeAnnotated();
        auto* document = window->video().project().document();
        const auto last = static_cast<int>(document->cues().size()) - 1;
        document->setText(last, "The last one");
        window->video().setCurrentCue(last);
        QTRY_COMPARE(window->video().findChild<VideoView*>("videoView")->caption(), QStringLiteral("The last one"));
        QTRY_COMPARE(table(*window)->currentIndex().row(), last);
        document->setText(last, "Changed while it is shown");
        QCOMPARE(window->video().findChild<VideoView*>("videoView")->caption(),
                 QStringLiteral("Changed while it is shown"));
    }

    void theTableKeepsTheModelsContract() {
        auto window = makeAnnotated();
        auto* document = window->video().project().document();
        const QAbstractItemModelTester tester(table(*window)->model(),
                                              QAbstractItemModelTester::FailureReportingMode::QtTest);
        document->add(1s, 2s, "Added");
        document->setTimes(0, 3s, 4s);
        document->remove(0, 2);
        while (document->undoStack().canUndo()) {
            document->undoStack().undo();
        }
        while (document->undoStack().canRedo()) {
            document->undoStack().redo();
        }
        QVERIFY(std::ranges::is_sorted(document->cues(), {}, &Cue::start));
    }

    void whatWasUndoneLeavesNoTrace() {
        auto window = makeAnnotated();
        auto* document = window->video().project().document();
        auto& undo = document->undoStack();
        const int from = undo.index();
        const Project before = document->project();
        document->add(1s, 2s, "Added");
        document->setTimes(0, 3s, 4s);
        document->remove(0, 2);
        const Project after = document->project();
        while (undo.index() > from) {
            undo.undo();
        }
        QVERIFY(document->project() == before);  // where an added cue was, a new run may write again
        while (undo.canRedo()) {
            undo.redo();
        }
        QVERIFY(document->project() == after);
    }

    void timesAreReadAsPeopleWriteThem() {
        QCOMPARE(parseTime("1:02:03.450"), MediaTime(3723450ms));
        QCOMPARE(parseTime(" 2:03,5 "), MediaTime(123500ms));
        QCOMPARE(parseTime("7.25"), MediaTime(7250ms));
        for (const char* wrong : {"", "x", "1:", "-1", "1:75", "1:2:3:4", "nan", "1e300"}) {
            QVERIFY2(parseTime(wrong) < MediaTime::zero(), wrong);
        }
        for (const MediaTime time : {MediaTime(0s), MediaTime(59999ms), MediaTime(3600s), MediaTime(36125500ms)}) {
            QCOMPARE(parseTime(timeText(time)), time);
        }
    }

    void aTimeThatMakesNoSenseIsNotTaken() {
        auto window = makeAnnotated();
        auto* model = table(*window)->model();
        const QString before = cell(*window, 0, CueModel::End);
        QVERIFY(!model->setData(model->index(0, CueModel::Start), "99:00", Qt::EditRole));
        QVERIFY(!model->setData(model->index(0, CueModel::End), "soon", Qt::EditRole));
        QCOMPARE(cell(*window, 0, CueModel::End), before);
        QVERIFY(model->setData(model->index(0, CueModel::End), "0:01.5", Qt::EditRole));
        QCOMPARE(cell(*window, 0, CueModel::End), QStringLiteral("0:01.500"));
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::ProjectWindowTest)
#include "project_window_test.moc"
