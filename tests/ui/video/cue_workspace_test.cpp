// Editing in the real window: keys, inspector, timeline, dialogs, and what the model is asked.
#include <algorithm>

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QDialog>
#include <QDialogButtonBox>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QTreeWidget>
#include <QtTest>

#include "core/subtitles/subtitle_file.h"
#include "tests/support/fake_captioner.h"
#include "tests/support/fixtures.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/video/cue_inspector.h"
#include "ui/video/cue_model.h"
#include "ui/video/recent_files.h"
#include "ui/video/timeline_view.h"

namespace sightline {

using namespace std::chrono_literals;

class CueWorkspaceTest final : public QObject {
    Q_OBJECT

private:
    // A window with the sample clip, paused at its start, and three cues.
    void makeWindow(bool withVideo = true) {
        MainWindowHooks hooks = MainWindowHooks::standard();
        hooks.setShowError([this](QWidget*, const QString&, const QString& text) { errors_ << text; });
        hooks.video.project.unsavedFolder = folder_->file("unsaved");
        hooks.video.project.chooseSave = [this](QWidget*, const QString&, const QString&, const QString&, QString&) {
            return chosen_;
        };
        hooks.video.chooseSubtitles = [this](QWidget*) { return chosen_; };
        hooks.video.project.loadCaptioner = []() -> Result<std::unique_ptr<Captioner>> {
            return std::make_unique<test::FakeCaptioner>();
        };
        window_ = std::make_unique<MainWindow>(hooks);
        window_->show();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        if (!withVideo) {
            return;
        }
        QVERIFY(window_->video().openVideo(video_));
        QTRY_VERIFY(window_->video().player().view().frame());
        window_->video().player().session().setPaused(true);
    }

    void makeCues() {
        makeWindow();
        window_->video().project().addCue(1s, 3s);
        document()->edit("Test", {{1s, 3s, "one", 0.9, CueOrigin::Model},
                                  {4s, 6s, "two", 0.3, CueOrigin::Model},
                                  {8s, 10s, "three", 0.6, CueOrigin::Model}});
        document()->undoStack().clear();
        table()->selectionModel()->clear();
    }

    ProjectDocument* document() { return window_->video().project().document(); }
    const Cues& cues() { return document()->cues(); }
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
    QTableView* table() { return find<QTableView>("cues"); }
    void select(int row, int count = 1) {
        const auto* model = table()->model();
        table()->setCurrentIndex(model->index(row, 0));
        table()->selectionModel()->select({model->index(row, 0), model->index(row + count - 1, 0)},
                                          QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    }
    void goTo(MediaTime time) {
        window_->video().player().session().seek(time);
        QTRY_COMPARE(window_->video().player().view().frame()->pts, time);
    }
    void answer(int number) { find<QPushButton>(qPrintable(QStringLiteral("messageAnswer%1").arg(number)))->click(); }

    std::unique_ptr<test::TemporaryFolder> folder_;
    QString video_;
    QString chosen_;
    QStringList errors_;
    std::unique_ptr<MainWindow> window_;

private slots:
    void init() {
        folder_ = std::make_unique<test::TemporaryFolder>();
        std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), folder_->file("clip.mp4"));
        video_ = QString::fromStdString(folder_->file("clip.mp4").string());
        chosen_.clear();
        errors_.clear();
    }

    void cleanup() {
        window_.reset();
        QVERIFY2(errors_.isEmpty(), qPrintable(errors_.join('\n')));
    }

    void splitsAtThePlayheadAndMergesAgain() {
        makeCues();
        goTo(5s);
        select(1);
        QTest::keyClick(table(), Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(cues().size(), 4U);
        QCOMPARE(cues()[1].end, MediaTime(5s));
        QCOMPARE(cues()[2].start, MediaTime(5s));
        select(1, 2);
        QTest::keyClick(table(), Qt::Key_M, Qt::ControlModifier);
        QCOMPARE(cues().size(), 3U);
        QCOMPARE(cues()[1].end, MediaTime(6s));
        act("undo");
        act("undo");
        QCOMPARE(cues()[1].origin, CueOrigin::Model);
    }

    void columnsGiveWayToCaptionsWhereItIsNarrow() {
        makeCues();
        auto* cues = table();
        const auto least = [&] { return 12 * cues->fontMetrics().height(); };
        for (const int width : {1800, 1300, 1000, 800, 640}) {
            window_->resize(width, 720);
            QTRY_VERIFY2(cues->columnWidth(CueModel::Text) >= std::min(least(), cues->viewport()->width() / 2),
                         qPrintable(QStringLiteral("%1 of %2 at %3")
                                        .arg(cues->columnWidth(CueModel::Text))
                                        .arg(cues->viewport()->width())
                                        .arg(width)));
            for (const char* name : {"cueStart", "cueEnd", "cueLength"}) {
                const auto* field = find<QLineEdit>(name);
                QVERIFY2(field->width() > field->fontMetrics().horizontalAdvance("0:00:00.000"), name);
            }
        }
        QVERIFY(cues->isColumnHidden(CueModel::Origin));
        QVERIFY(!cues->isColumnHidden(CueModel::Text));
        window_->resize(1800, 720);
        QTRY_VERIFY(!cues->isColumnHidden(CueModel::Origin));
    }

    // Paused, the picture is that of the cue that one edits, however it was chosen.
    void choosingACueShowsItsPicture() {
        makeCues();
        const auto shows = [this](int row) {
            const MediaTime at = window_->video().player().view().frame()->pts;
            return table()->currentIndex().row() == row && at >= cues()[static_cast<std::size_t>(row)].start &&
                   at < cues()[static_cast<std::size_t>(row)].end;
        };
        const auto click = [this](int row) {
            const QRect cell = table()->visualRect(table()->model()->index(row, CueModel::Text));
            QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, cell.center());
        };
        click(1);
        QTRY_VERIFY(shows(1));
        QTest::keyClick(table(), Qt::Key_Down);
        QTRY_VERIFY(shows(2));
        QTest::keyClick(table(), Qt::Key_Up);
        QTRY_VERIFY(shows(1));
        act("findReplace");
        find<QLineEdit>("findText")->setText("three");
        find<QPushButton>("findNext")->click();
        QTRY_VERIFY(shows(2));
        qobject_cast<QDialog*>(find<QPushButton>("findNext")->window())->close();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        auto* timeline = find<TimelineView>("timeline");
        QTest::mouseClick(timeline->viewport(), Qt::LeftButton, {}, timeline->blockRect(0).center().toPoint());
        QTRY_VERIFY(shows(0));
        goTo(9s);  // elsewhere by hand: the cue there is chosen
        QCOMPARE(table()->currentIndex().row(), 2);
        goTo(7s);  // where there is none it stays
        QCOMPARE(table()->currentIndex().row(), 2);
        find<QAction>("followPlayback")->setChecked(false);
        select(0);
        QTRY_VERIFY(shows(0));
        goTo(9s);  // what is chosen stays, and comes back with the next click or E
        QCOMPARE(table()->currentIndex().row(), 0);
        emit table()->clicked(table()->model()->index(0, 0));
        QTRY_VERIFY(shows(0));
        goTo(9s);
        QTest::keyClick(table(), Qt::Key_E);
        find<QAction>("followPlayback")->setChecked(true);
        QTRY_VERIFY(shows(0));
        QVERIFY(find<QPlainTextEdit>("cueText")->hasFocus());
        // Faster than pictures come: the last one counts, also where the first picture is still on screen.
        select(2);
        select(0);
        QTest::qWait(100);
        QTRY_VERIFY(shows(0));
        find<QAction>("deleteCue")->trigger();
        QTRY_VERIFY(shows(0));
    }

    void splittingIsForTheCueAtThePlayhead() {
        makeCues();
        select(0);
        goTo(5s);
        act("splitCue");
        QCOMPARE(cues().size(), 4U);
        QCOMPARE(cues()[1].end, MediaTime(5s));
        QCOMPARE(table()->currentIndex().row(), 2);
        goTo(7s);
        act("splitCue");
        QCOMPARE(cues().size(), 4U);
    }

    void undoLeavesTheCurrentCueSelected() {
        makeCues();
        goTo(5s);
        act("splitCue");
        act("undo");
        QCOMPARE(cues().size(), 3U);
        const QModelIndexList selected = table()->selectionModel()->selectedRows();
        QCOMPARE(selected.size(), 1);
        QCOMPARE(selected.front().row(), table()->currentIndex().row());
    }

    // The keys come as the window system sends them: while Ctrl is held, tables add to what is selected.
    void whatSplittingMakesIsAllThatIsSelectedAndIsOnScreen() {
        makeCues();
        select(0);
        table()->setFocus();
        goTo(5s);
        QTest::keyClick(window_->windowHandle(), Qt::Key_D, Qt::ControlModifier);
        QCOMPARE(cues().size(), 4U);
        QCOMPARE(table()->currentIndex().row(), 2);
        const QModelIndexList selected = table()->selectionModel()->selectedRows();
        QCOMPARE(selected.size(), 1);
        QCOMPARE(selected.front().row(), 2);
        QCOMPARE(qobject_cast<CueModel*>(table()->model())->onScreen(), 2);
        QTest::keyClick(window_->windowHandle(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(cues().size(), 3U);
        QCOMPARE(qobject_cast<CueModel*>(table()->model())->onScreen(), 1);
    }

    void thePictureIsAsBrightWithTheFocusAsWithout() {
        makeCues();
        goTo(2s);
        VideoView& view = window_->video().player().view();
        QTRY_COMPARE(view.caption(), QStringLiteral("one"));
        const QPoint above(view.width() / 2, view.height() / 4);
        table()->setFocus();
        const QColor without = view.grab().toImage().pixelColor(above);
        view.setFocus(Qt::TabFocusReason);
        QVERIFY(view.hasFocus());
        QCOMPARE(view.grab().toImage().pixelColor(above), without);
        QVERIFY(without.lightness() > 0);
    }

    void whoClicksIntoTheTextSeesItsPicture() {
        makeCues();
        find<QAction>("followPlayback")->setChecked(false);
        select(1);
        goTo(9s);
        auto* text = window_->findChild<CueInspector*>()->findChild<QPlainTextEdit*>();
        QTest::mouseClick(text->viewport(), Qt::LeftButton);
        QTRY_COMPARE(window_->video().player().view().frame()->pts, MediaTime(4s));
        goTo(5s);  // still of this cue
        table()->setFocus();
        QTest::mouseClick(text->viewport(), Qt::LeftButton);
        QTest::qWait(100);
        QCOMPARE(window_->video().player().view().frame()->pts, MediaTime(5s));
        find<QAction>("followPlayback")->setChecked(true);
    }

    void aDoubleClickWritesInTheCell() {
        makeCues();
        const auto doubleClick = [this](int column) {
            const QPoint cell = table()->visualRect(table()->model()->index(1, column)).center();
            QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, cell);
            QTest::mouseDClick(table()->viewport(), Qt::LeftButton, {}, cell);
            return QApplication::focusWidget();
        };
        auto* text = qobject_cast<QPlainTextEdit*>(doubleClick(CueModel::Text));
        QVERIFY(text && table()->viewport()->isAncestorOf(text));
        QTest::keyClicks(text, QStringLiteral("a cat fed"));  // no key of it is taken for a command
        QTest::keyClick(text, Qt::Key_Return);
        QCOMPARE(QString::fromStdString(cues()[1].text), QStringLiteral("a cat fed"));
        QCOMPARE(cues()[1].origin, CueOrigin::Edited);
        // What cannot be written in leads to the caption.
        text = qobject_cast<QPlainTextEdit*>(doubleClick(CueModel::Confidence));
        QVERIFY(text);
        QTest::keyClick(text, Qt::Key_Escape);
        auto* start = qobject_cast<QLineEdit*>(doubleClick(CueModel::Start));
        QVERIFY(start);
        start->selectAll();
        QTest::keyClicks(start, QStringLiteral("0:00.500"));
        qobject_cast<CueModel*>(table()->model())->setOnScreen(2);  // as a picture that comes meanwhile
        qobject_cast<CueModel*>(table()->model())->setOnScreen(1);
        QTest::keyClick(start, Qt::Key_Return);
        QTRY_COMPARE(cues()[0].start, MediaTime(500ms));
        QCOMPARE(table()->currentIndex().row(), 0);  // it moved, and is the chosen one still
    }

    void boldTimesHaveRoomInOneLine() {
        makeCues();
        goTo(1s);
        QFont bold = table()->font();
        bold.setBold(true);
        for (const int width : {1320, 700}) {
            window_->resize(width, 600);
            QTRY_VERIFY(table()->columnWidth(CueModel::Start) > QFontMetrics(bold).horizontalAdvance("0:01.000"));
        }
    }

    void aCueThatMovesStaysTheChosenOne() {
        makeCues();
        select(0);
        auto* end = find<QLineEdit>("cueEnd");
        end->setFocus();
        end->selectAll();
        QTest::keyClicks(end, QStringLiteral("99"));
        QTest::keyClick(end, Qt::Key_Return);
        QVERIFY(find<QLabel>("timeProblem")->text().contains(QStringLiteral("The video ends at 0:16.000")));
        QCOMPARE(cues()[0].end, MediaTime(3s));
        end->selectAll();
        QTest::keyClicks(end, QStringLiteral("12"));
        QTest::keyClick(end, Qt::Key_Return);
        auto* start = find<QLineEdit>("cueStart");
        start->setFocus();
        start->selectAll();
        QTest::keyClicks(start, QStringLiteral("11"));
        QTest::keyClick(start, Qt::Key_Return);
        QCOMPARE(QString::fromStdString(cues()[2].text), QStringLiteral("one"));
        QCOMPARE(table()->currentIndex().row(), 2);
        QCOMPARE(find<QPlainTextEdit>("cueText")->toPlainText(), QStringLiteral("one"));
        act("undo");
        QCOMPARE(QString::fromStdString(cues()[0].text), QStringLiteral("one"));
        QCOMPARE(table()->currentIndex().row(), 0);
        QCOMPARE(find<QPlainTextEdit>("cueText")->toPlainText(), QStringLiteral("one"));
        act("redo");
        QCOMPARE(table()->currentIndex().row(), 2);
    }

    void aClickOnTheCurrentCueOpensNoEditor() {
        makeCues();
        select(1);
        const QPoint cell = table()->visualRect(table()->model()->index(1, CueModel::Text)).center();
        QTest::mouseClick(table()->viewport(), Qt::LeftButton, {}, cell);
        QTest::qWait(QApplication::doubleClickInterval() + 100);
        QVERIFY(!table()->viewport()->findChild<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
        QTest::keyClick(table(), Qt::Key_F2);
        QVERIFY(table()->viewport()->findChild<QWidget*>(QString(), Qt::FindDirectChildrenOnly));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    }

    void playbackKeepsItsPlaceAndIsFollowedOnlyWhereThatIsWanted() {
        makeCues();
        auto* follow = find<QAction>("followPlayback");
        QVERIFY(follow->isChecked());
        follow->setChecked(false);
        select(0);
        QTRY_COMPARE(window_->video().player().view().frame()->pts, MediaTime(1s));
        window_->video().player().session().seek(3800ms);
        window_->video().player().session().setPaused(false);
        QTRY_VERIFY(window_->video().player().view().frame()->pts > 4200ms);
        QCOMPARE(table()->currentIndex().row(), 0);
        select(2);
        QTest::qWait(100);
        QVERIFY(window_->video().player().view().frame()->pts < 8s);
        window_.reset();
        makeWindow();
        QVERIFY(!find<QAction>("followPlayback")->isChecked());
        find<QAction>("followPlayback")->setChecked(true);
    }

    void nudgesByAFrame() {
        makeCues();
        select(1);
        const auto frame = std::chrono::round<MediaTime>(
            std::chrono::duration<double>(1.0 / window_->video().player().session().description()->frameRate));
        QTest::keyClick(table(), Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(cues()[1].start, 4s + frame);
        QCOMPARE(cues()[1].end, 6s + frame);
        QTest::keyClick(table(), Qt::Key_Left, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(cues()[1].end, MediaTime(6s));
    }

    void setsStartAndEndAtThePlayhead() {
        makeCues();
        goTo(5s);
        select(1);
        QTest::keyClick(table(), Qt::Key_F11);
        QCOMPARE(cues()[1].start, MediaTime(5s));
        goTo(7s);
        QCOMPARE(table()->currentIndex().row(), 1);  // going somewhere while paused keeps what is chosen
        QTest::keyClick(table(), Qt::Key_F12);
        QCOMPARE(cues()[1].end, MediaTime(7s));
    }

    void marksACueWithTwoKeys() {
        makeCues();
        goTo(11s);
        QTest::keyClick(table(), Qt::Key_I);
        goTo(13s);
        QTest::keyClick(table(), Qt::Key_O);
        QCOMPARE(cues().size(), 4U);
        QCOMPARE(cues()[3].start, MediaTime(11s));
        QCOMPARE(cues()[3].end, MediaTime(13s));
        QCOMPARE(table()->currentIndex().row(), 3);  // the new one, while the picture stays
        QCOMPARE(window_->video().player().view().frame()->pts, MediaTime(13s));
        QTest::keyClick(table(), Qt::Key_O);
        QCOMPARE(cues().size(), 4U);
    }

    void aMarkedCueThatMeetsOthersSaysSo() {
        makeCues();
        QSignalSpy told(&window_->video(), &Page::told);
        const auto mark = [&](MediaTime from, MediaTime to) {
            goTo(from);
            QTest::keyClick(table(), Qt::Key_I);
            goTo(to);
            QTest::keyClick(table(), Qt::Key_O);
            return told.last()[0].toString();
        };
        QVERIFY(mark(7s, 9s).contains("ends where the next one begins"));
        QCOMPARE(cues()[2].end, MediaTime(8s));
        QVERIFY(mark(5s, MediaTime(6520ms)).contains("the one before is still shown"));
        QVERIFY(mark(4s, 5s).contains("Another cue begins there"));
        QCOMPARE(cues().size(), 5U);
    }

    void whatCannotBeDoneToACueSaysWhy() {
        makeCues();
        document()->edit("Test", {{0s, 3s, "one", 0.9, CueOrigin::Model}, {3s, 6s, "two", 0.3, CueOrigin::Model}});
        QSignalSpy told(&window_->video(), &Page::told);
        const auto says = [&](int row, const char* action) {
            select(row);
            act(action);
            return told.last()[0].toString();
        };
        QVERIFY(says(0, "nudgeEarlier").contains("video begins"));
        QVERIFY(says(0, "nudgeLater").contains("next cue begins"));
        QVERIFY(says(1, "nudgeEarlier").contains("cue before ends"));
        QVERIFY(says(1, "mergeCues").contains("no cue after"));
        document()->edit("Test", {{0s, 3s, "one", 0.9, CueOrigin::Model}, {3s, 16s, "two", 0.3, CueOrigin::Model}});
        QVERIFY(says(1, "nudgeLater").contains("video ends"));
        QVERIFY(says(1, "nudgeEndLater").contains("video ends"));
        goTo(3s);
        QVERIFY(says(1, "splitCue").contains("begins at the playhead"));
        QVERIFY(says(1, "startAtPlayhead").contains("begins there already"));
        QVERIFY(says(0, "endAtPlayhead").contains("ends there already"));
        goTo(0s);
        QVERIFY(says(1, "endAtPlayhead").contains("cannot end"));
        QCOMPARE(cues().size(), 2U);
    }

    void typingIsOneStepOfUndoAndShowsTheChecks() {
        makeCues();
        select(0);
        QTest::keyClick(table(), Qt::Key_E);
        auto* text = find<QPlainTextEdit>("cueText");
        QTRY_VERIFY(text->hasFocus());
        QTest::keyClicks(text, "a long text that nobody reads in two seconds, not at all 1 2 3");
        QCOMPARE(cues()[0].origin, CueOrigin::Edited);
        QVERIFY(find<QLabel>("cueFindings")->text().contains("characters a second"));
        QVERIFY(table()->model()->index(0, CueModel::Checks).data().toString().contains("fast"));
        QCOMPARE(document()->undoStack().count(), 1);
        select(1);
        QCOMPARE(text->toPlainText(), QStringLiteral("two"));
        select(0);
        QTest::keyClicks(text, "x");
        QCOMPARE(document()->undoStack().count(), 2);
        act("undo");
        act("undo");
        QCOMPARE(text->toPlainText(), QStringLiteral("one"));
        QCOMPARE(cues()[0].origin, CueOrigin::Model);
    }

    void timesAreEnteredInTheInspector() {
        makeCues();
        select(1);
        auto* length = find<QLineEdit>("cueLength");
        length->selectAll();
        QTest::keyClicks(length, "1.5");
        QTest::keyClick(length, Qt::Key_Return);
        QCOMPARE(cues()[1].end, MediaTime(5500ms));
        QCOMPARE(find<QLineEdit>("cueEnd")->text(), QStringLiteral("0:05.500"));
        auto* start = find<QLineEdit>("cueStart");
        start->selectAll();
        QTest::keyClicks(start, "nonsense");
        QTest::keyClick(start, Qt::Key_Return);
        QCOMPARE(start->text(), QStringLiteral("0:04.000"));
        auto* problem = find<QLabel>("timeProblem");
        QVERIFY(problem->isVisible());
        QVERIFY(problem->text().contains("nonsense"));
        QVERIFY(start->accessibleDescription().contains("nonsense"));
        start->selectAll();
        QTest::keyClicks(start, "7");
        QVERIFY(!problem->isVisible());
        QTest::keyClick(start, Qt::Key_Return);
        QVERIFY(problem->text().contains("must come after the start (0:07.000)"));
        QVERIFY(start->accessibleDescription().contains("must come after"));
        document()->setText(2, "changed");
        QVERIFY2(problem->isHidden(), "what was typed before is no problem any more");
        QCOMPARE(cues()[1].start, MediaTime(4s));
        select(0);
        QVERIFY(!problem->isVisible());
    }

    // The figure is the model's in its own words; words that people changed have none.
    void changedTextHasNoConfidence() {
        makeCues();
        const auto cell = [this](int row, int column) {
            return table()->model()->index(row, column).data().toString();
        };
        QCOMPARE(cell(0, CueModel::Confidence), QStringLiteral("90 %"));
        document()->setText(0, "mine");
        QCOMPARE(cell(0, CueModel::Confidence), QStringLiteral("–"));
        QCOMPARE(cell(0, CueModel::Origin), QStringLiteral("edited"));
        document()->setTimes(1, 4s, 5s);  // its words are still the model's
        QCOMPARE(cell(1, CueModel::Confidence), QStringLiteral("30 %"));
        document()->accept(0);
        QCOMPARE(cell(0, CueModel::Origin), QStringLiteral("edited"));
        act("undo");
        act("undo");
        QCOMPARE(cell(0, CueModel::Confidence), QStringLiteral("90 %"));
    }

    void copiesCuesAndPastesThemAtThePlayhead() {
        makeCues();
        select(1, 2);
        QTest::keyClick(table(), Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QGuiApplication::clipboard()->text().contains("00:00:04,000 --> 00:00:06,000"));
        goTo(10s);
        QTest::keyClick(table(), Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(cues().size(), 5U);
        QCOMPARE(cues()[3].start, MediaTime(10s));
        QCOMPARE(cues()[3].confidence, 0.3);
        QCOMPARE(cues()[4].start, MediaTime(14s));
        QGuiApplication::clipboard()->setText("WEBVTT\n\n00:00.000 --> 00:00.500\nfrom elsewhere\n");
        goTo(0s);
        QTest::keyClick(table(), Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(cues()[0].text, std::string("from elsewhere"));
    }

    void findsAndReplacesByRegularExpression() {
        makeCues();
        act("findReplace");
        find<QLineEdit>("findText")->setText("^(T)(w|h)");
        find<QLineEdit>("findReplacement")->setText("\\2\\1");
        find<QCheckBox>("findRegular")->setChecked(true);
        find<QPushButton>("replaceAll")->click();
        QCOMPARE(cues()[0].text, std::string("one"));
        QCOMPARE(cues()[1].text, std::string("wto"));
        QCOMPARE(cues()[2].text, std::string("htree"));
        QCOMPARE(document()->undoStack().count(), 1);
        find<QLineEdit>("findText")->setText("(");
        find<QPushButton>("findNext")->click();
        QVERIFY(find<QLabel>("findMessage")->text().contains("no regular expression"));
        find<QCheckBox>("findRegular")->setChecked(false);
        find<QPushButton>("findNext")->click();
        QVERIFY(find<QLabel>("findMessage")->text().contains("No caption"));
        find<QLineEdit>("findText")->setText("TREE");
        find<QPushButton>("findNext")->click();
        QCOMPARE(table()->currentIndex().row(), 2);
    }

    void shiftsAllCues() {
        makeCues();
        act("shiftTimes");
        QVERIFY(find<QRadioButton>("shiftLater")->isChecked());
        QVERIFY(find<QRadioButton>("shiftAll")->isChecked());
        find<QLineEdit>("shiftAmount")->setText("0.25");
        find<QRadioButton>("shiftEarlier")->setChecked(true);
        window_->findChild<QDialog*>("shiftDialog")
            ->findChild<QDialogButtonBox*>()
            ->button(QDialogButtonBox::Ok)
            ->click();
        QCOMPARE(cues()[0].start, MediaTime(750ms));
        QCOMPARE(cues()[2].end, MediaTime(9750ms));
    }

    void fixesWhatIsSafe() {
        makeCues();
        document()->setTimes(0, 1s, 3980ms);
        document()->setTimes(2, 6020ms, 10s);
        document()->setTimes(1, 4s, 6s);
        select(1);
        QSignalSpy told(&window_->video(), &Page::told);
        act("fixAll");
        QCOMPARE(cues()[0].end, MediaTime(4s));
        QCOMPARE(told.last()[0].toString(), QStringLiteral("2 cue(s) repaired and selected: 1, 2"));
        QCOMPARE(table()->selectionModel()->selectedRows().size(), 2);
        QCOMPARE(table()->currentIndex().row(), 0);
        act("fixAll");
        QVERIFY(told.last()[0].toString().startsWith("0 cue(s)"));
    }

    void cuesThatAreSelectedApartAreCopiedAndDeletedAlone() {
        makeCues();
        auto* selection = table()->selectionModel();
        select(0);
        selection->select(table()->model()->index(2, 0), QItemSelectionModel::Select | QItemSelectionModel::Rows);
        act("copyCues");
        QVERIFY(!QGuiApplication::clipboard()->text().contains("two"));
        QVERIFY(QGuiApplication::clipboard()->text().contains("three"));
        find<QAction>("deleteCue")->trigger();
        QCOMPARE(cues().size(), 1U);
        QCOMPARE(cues()[0].text, std::string("two"));
    }

    void aDragOnTheTimelineIsAnUndoableEdit() {
        makeCues();
        auto* timeline = find<TimelineView>("timeline");
        const QPoint from = timeline->blockRect(2).center().toPoint();
        const double to = from.x() + timeline->scale().pixelAt(2s) - timeline->scale().pixelAt(0s);
        QTest::mousePress(timeline->viewport(), Qt::LeftButton, {}, from);
        const QPointF position(to, from.y());
        QMouseEvent move(QEvent::MouseMove, position, position, Qt::NoButton, Qt::LeftButton, Qt::AltModifier);
        QApplication::sendEvent(timeline->viewport(), &move);
        QTest::mouseRelease(timeline->viewport(), Qt::LeftButton, {}, position.toPoint());
        QVERIFY(std::chrono::abs(cues()[2].start - 10s) < 100ms);
        QCOMPARE(table()->currentIndex().row(), 2);
        act("undo");
        QCOMPARE(cues()[2].start, MediaTime(8s));
    }

    void keysJumpToCuesAndShots() {
        makeCues();
        document()->takeAnnotation({}, {2s, 7s}, cues());
        const auto& view = window_->video().player().view();
        for (const auto& [key, time] : {std::pair("nextCue", 1s), std::pair("nextCue", 4s), std::pair("nextShot", 7s),
                                        std::pair("previousShot", 2s), std::pair("nextDoubtfulCue", 4s),
                                        std::pair("previousCue", 1s), std::pair("previousShot", 0s)}) {
            act(key);
            QTRY_COMPARE(view.frame()->pts, MediaTime(time));
        }
        goTo(4s);
        QCOMPARE(table()->currentIndex().row(), 1);
        act("nextCue");
        QTRY_COMPARE(table()->currentIndex().row(), 2);
    }

    void theTimelineShowsThePicturesOfTheVideo() {
        makeWindow();
        auto* timeline = window_->findChild<TimelineView*>();
        auto* pictures = window_->findChild<ThumbnailProvider*>();
        QTRY_VERIFY(!pictures->thumbnail(5s).isNull());
        const int withPictures = timeline->sizeHint().height();
        timeline->setThumbnails(nullptr);
        QVERIFY(timeline->sizeHint().height() < withPictures);
    }

    void reviewsTheLeastSureCueFirst() {
        makeCues();
        std::vector<int> order;
        select(2);  // wherever one comes from, the least sure is first
        for (int i = 0; i < 3; ++i) {
            QTest::keyClick(table(), Qt::Key_N);
            order.push_back(table()->currentIndex().row());
        }
        QCOMPARE(order, (std::vector{1, 2, 0}));
    }

    void acceptingGoesOnToTheNext() {
        makeCues();
        select(1);
        QTest::keyClick(table(), Qt::Key_A);
        QCOMPARE(cues()[1].origin, CueOrigin::Accepted);
        QCOMPARE(table()->model()->index(1, CueModel::Origin).data().toString(), QStringLiteral("accepted"));
        QVERIFY(cues()[1].confidence > 0.0);
        QCOMPARE(table()->currentIndex().row(), 2);
        QTRY_COMPARE(window_->video().player().view().frame()->pts, MediaTime(8s));
        QTest::keyClick(table(), Qt::Key_A);
        QTest::keyClick(table(), Qt::Key_A);
        QVERIFY(std::ranges::all_of(cues(), [](const Cue& cue) { return cue.origin == CueOrigin::Accepted; }));
    }

    void aKeyTakesAnotherCaption() {
        makeCues();
        select(1);
        QTest::keyClick(table(), Qt::Key_0);
        auto* list = find<QListWidget>("alternatives");
        QTRY_COMPARE(list->count(), 5);
        QTest::keyClick(table(), Qt::Key_2);
        QVERIFY(cues()[1].text.starts_with("Number"));
        QCOMPARE(cues()[1].confidence, 0.5);
        QCOMPARE(cues()[1].origin, CueOrigin::Edited);
        select(2);
        QCOMPARE(list->count(), 0);
        act("undo");
        QCOMPARE(cues()[1].text, std::string("two"));
    }

    void recaptioningARangeKeepsWhatWasEdited() {
        makeCues();
        document()->setText(1, "mine");
        select(0, 2);
        act("recaption");
        QTRY_VERIFY_WITH_TIMEOUT(!window_->video().project().annotating(), 60000);
        QVERIFY(cues()[0].text.starts_with("Number"));
        QCOMPARE(cues()[0].origin, CueOrigin::Model);
        QVERIFY(std::ranges::find(cues(), "mine", &Cue::text) != cues().end());
        QCOMPARE(cues().back().text, std::string("three"));  // outside of the range
        act("undo");
        QCOMPARE(cues()[0].text, std::string("one"));
    }

    void importsASecondTrackAndTakesItOver() {
        makeCues();
        test::writeBytes(folder_->file("old.srt"), "1\n00:00:11,000 --> 00:00:12,000\nimported\n");
        chosen_ = QString::fromStdString(folder_->file("old.srt").string());
        act("importCaptions");
        QVERIFY(find<MessageBar>("messageBar")->text().contains("old.srt"));
        QCOMPARE(cues().size(), 3U);
        answer(2);
        QCOMPARE(cues().back().text, std::string("imported"));
        QVERIFY(find<MessageBar>("messageBar")->isHidden());
    }

    void aFileWithoutCaptionsIsToldAsSuch() {
        makeCues();
        test::writeBytes(folder_->file("empty.srt"), "");
        chosen_ = QString::fromStdString(folder_->file("empty.srt").string());
        act("importCaptions");
        QCOMPARE(find<MessageBar>("messageBar")->text(), QStringLiteral("There are no captions in empty.srt."));
        QVERIFY(find<TimelineView>("timeline")->reference().empty());
        answer(1);
        QCOMPARE(cues().size(), 3U);
    }

    void asksWhatTimesCountWhereNeitherTheFileNorAVideoTells() {
        makeWindow(false);
        test::writeBytes(folder_->file("words.csv"), "start,end,text\n0,200,one\n200,450,two\n");
        chosen_ = QString::fromStdString(folder_->file("words.csv").string());
        act("importCaptions");
        auto* bar = find<MessageBar>("messageBar");
        QVERIFY2(bar->text().contains("nothing says what they count"), qPrintable(bar->text()));
        answer(3);
        QVERIFY2(bar->text().startsWith("2 cue"), qPrintable(bar->text()));
        QVERIFY2(!bar->text().contains("whole numbers"), qPrintable(bar->text()));
        QCOMPARE(find<TimelineView>("timeline")->reference().back().end, MediaTime(450ms));
        act("importCaptions");
        answer(2);
        QCOMPARE(find<TimelineView>("timeline")->reference().back().end, MediaTime(450s));
        act("importCaptions");
        answer(1);
        QVERIFY(bar->isHidden());
        QVERIFY(errors_.isEmpty());
    }

    void theLengthOfTheVideoTellsWhatTimesCount() {
        makeCues();  // 16 s
        test::writeBytes(folder_->file("words.csv"), "start,end,text\n0,200,one\n200,450,two\n");
        chosen_ = QString::fromStdString(folder_->file("words.csv").string());
        act("importCaptions");
        QVERIFY(find<MessageBar>("messageBar")->text().startsWith("2 cue"));
        QCOMPARE(find<TimelineView>("timeline")->reference().back().end, MediaTime(450ms));
    }

    void ofAFileOfManyVideosTheCaptionsOfThisOneAreImported() {
        makeCues();
        test::writeBytes(folder_->file("all.json"), R"({"v_a": {"timestamps": [[1, 2]], "sentences": ["other"]},)"
                                                    R"( "v_clip": {"timestamps": [[11, 12]], "sentences": ["mine"]}})");
        chosen_ = QString::fromStdString(folder_->file("all.json").string());
        act("importCaptions");
        answer(2);
        QCOMPARE(cues().back().text, std::string("mine"));
        test::writeBytes(folder_->file("all.json"), R"({"v_a": {"timestamps": [[1, 2]], "sentences": ["other"]}})");
        act("importCaptions");
        QCOMPARE(errors_.size(), 1);
        QVERIFY2(errors_[0].contains("v_a"), qPrintable(errors_[0]));
        errors_.clear();
    }

    void offersToDropWhatACrashLeft() {
        makeCues();
        const QString project = QString::fromStdString(folder_->file("mine.sightline").string());
        chosen_ = project;
        act("saveProject");
        document()->setText(0, "unsaved");
        const auto journal = folder_->file("mine.sightline.journal");
        const std::string left = test::readBytes(journal);
        window_.reset();
        test::writeBytes(journal, left);
        makeWindow();
        QVERIFY(window_->video().openVideo(project));
        QCOMPARE(cues()[0].text, std::string("unsaved"));
        QVERIFY(find<MessageBar>("messageBar")->text().contains("not saved"));
        answer(2);
        QCOMPARE(cues()[0].text, std::string("one"));
        QVERIFY(!window_->isWindowModified());
    }

    void tellsOfAProjectThatChangedOnTheDisk() {
        makeCues();
        chosen_ = QString::fromStdString(folder_->file("mine.sightline").string());
        act("saveProject");
        QTest::qWait(100);
        QVERIFY2(find<MessageBar>("messageBar")->isHidden(), "our own saving is no news");
        std::string bytes = test::readBytes(folder_->file("mine.sightline"));
        bytes.replace(bytes.find("three"), 5, "other");
        test::writeBytes(folder_->file("mine.sightline"), bytes);
        QTRY_VERIFY(find<MessageBar>("messageBar")->text().contains("another program"));
        answer(2);
        QCOMPARE(cues()[2].text, std::string("other"));
    }

    void theTableFollowsPlaybackAndKeepsWhatIsChosenUntilTheNextCue() {
        makeCues();
        select(0);
        goTo(1s);
        window_->video().player().session().seek(3500ms);
        window_->video().player().session().setPaused(false);
        QTRY_COMPARE(table()->currentIndex().row(), 1);
        select(2);
        const auto at = window_->video().player().view().frame()->pts;
        QTRY_VERIFY(window_->video().player().view().frame()->pts > at + 300ms);
        QCOMPARE(table()->currentIndex().row(), 2);
        select(0);
        window_->video().player().session().seek(7900ms);
        QTRY_COMPARE(table()->currentIndex().row(), 2);  // it begins
        QTest::keyClick(table(), Qt::Key_E);
        QCOMPARE(window_->video().player().session().state(), PlayState::Paused);
    }

    void keysAreGivenToActionsAndKept() {
        makeCues();
        act("shortcuts");
        auto* list = find<QTreeWidget>("shortcutList");
        const auto found = list->findItems("Split at playhead", Qt::MatchExactly);
        QCOMPARE(found.size(), 1);
        list->setCurrentItem(found.first());
        auto* keys = find<QKeySequenceEdit>("shortcutKeys");
        keys->setKeySequence(QKeySequence(Qt::Key_N));
        emit keys->editingFinished();
        QVERIFY2(find<QLabel>("shortcutMessage")->text().contains("Next least sure"), "taken keys are not given away");
        keys->setKeySequence(QKeySequence(Qt::Key_S));
        emit keys->editingFinished();
        window_->findChild<QDialog*>("shortcutsDialog")->close();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        goTo(5s);
        select(1);
        QTest::keyClick(table(), Qt::Key_S);
        QCOMPARE(cues().size(), 4U);
        window_.reset();
        makeWindow();
        QCOMPARE(find<QAction>("splitCue")->shortcut(), QKeySequence(Qt::Key_S));
        act("shortcuts");
        find<QPushButton>("shortcutAllDefaults")->click();
        QCOMPARE(find<QAction>("splitCue")->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_D));
    }

    void diagnosticsNameNoFiles() {
        makeCues();
        act("copyDiagnostics");
        const QString text = QGuiApplication::clipboard()->text();
        QVERIFY(text.contains("Qt 6"));
        QVERIFY(text.contains("project: 3 cues"));
        QVERIFY(!text.contains("clip"));
    }

    void undoWhileWritingIsTheWindows() {
        makeCues();
        document()->setTimes(2, 8s, 11s);
        select(1);
        QTest::keyClick(table(), Qt::Key_E);
        auto* text = find<QPlainTextEdit>("cueText");
        QTest::keyClick(text, Qt::Key_End);
        QTest::keyClicks(text, " and more");
        QCOMPARE(cues()[1].text, std::string("two and more"));
        QTest::keyClick(text, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(text->toPlainText(), QStringLiteral("two"));
        QTest::keyClick(text, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(cues()[2].end, MediaTime(10s));
        act("redo");
        act("redo");
        QCOMPARE(cues()[1].text, std::string("two and more"));
    }

    void keysAreLettersWhileOneWritesAndActionsElsewhere() {
        makeCues();
        select(1);
        QTest::keyClick(table(), Qt::Key_E);
        auto* text = find<QPlainTextEdit>("cueText");
        const QString keys = QStringLiteral("jklmnaeio 0123.,");
        QTest::keyClicks(text, keys);
        QCOMPARE(cues()[1].text, keys.toStdString());
        QCOMPARE(window_->video().player().session().state(), PlayState::Paused);
        QTest::keyClick(text, Qt::Key_Escape);
        QVERIFY(table()->hasFocus());
        QTest::keyClick(table(), Qt::Key_E);
        QTest::keyClick(text, Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(table()->currentIndex().row(), 2);  // the least sure of what is left
        QVERIFY(table()->hasFocus());
        for (const char* name : {"cueStart", "cueEnd", "cueLength"}) {
            auto* field = find<QLineEdit>(name);
            field->clear();
            QTest::keyClicks(field, "1,0");
            QCOMPARE(field->text(), QStringLiteral("1,0"));
        }
        QTRY_COMPARE(window_->video().player().view().frame()->pts, cues()[2].start);  // "," was no step back
    }

    void keysWorkOnAButtonWhichTheSpaceBarPresses() {
        makeCues();
        select(0);
        auto* button = find<QToolButton>("askAlternatives");
        button->setFocus(Qt::TabFocusReason);
        QTRY_VERIFY(button->hasFocus());
        QTest::keyClick(button, Qt::Key_N);
        QCOMPARE(table()->currentIndex().row(), 1);
        QVERIFY(button->hasFocus());
        QSignalSpy pressed(button, &QToolButton::clicked);
        QTest::keyClick(button, Qt::Key_Space);
        QCOMPARE(pressed.count(), 1);
        QCOMPARE(window_->video().player().session().state(), PlayState::Paused);
        table()->setFocus();
        QTest::keyClick(table(), Qt::Key_Space);
        QCOMPARE(window_->video().player().session().state(), PlayState::Playing);
    }

    void noTwoActionsOfAPageShareKeys() {
        makeCues();
        QMap<QKeySequence, QString> users;
        for (const QAction* action : window_->findChildren<QAction*>()) {
            const bool isLive = window_->live().isAncestorOf(qobject_cast<QWidget*>(action->parent())) ||
                                action->parent() == &window_->live();
            if (isLive || action->shortcut().isEmpty()) {
                continue;
            }
            QVERIFY2(!users.contains(action->shortcut()),
                     qPrintable(action->objectName() + " and " + users.value(action->shortcut())));
            users[action->shortcut()] = action->objectName();
        }
        QVERIFY(users.size() > 40);
    }

    // All that can be shown at once, in the smallest window.
    void theSmallestWindowHoldsEverything() {
        makeCues();
        document()->setText(0, "a text that nobody reads in two seconds, not at all, however hard one tries");
        select(0);
        QTest::keyClick(table(), Qt::Key_0);
        QTRY_COMPARE(find<QListWidget>("alternatives")->count(), 5);
        act("firstSteps");
        find<TimelineView>("timeline")->setReference({{1s, 2s, "reference"}});
        window_->resize(1024, 640);
        for (QWidget* page : {static_cast<QWidget*>(&window_->video()), static_cast<QWidget*>(&window_->live()),
                              static_cast<QWidget*>(&window_->lab())}) {
            find<QTabWidget>("pages")->setCurrentWidget(page);
            QTest::qWait(50);
            QCOMPARE(window_->size(), QSize(1024, 640));
            const QSize least = page->minimumSizeHint();
            QVERIFY2(least.width() <= page->width() && least.height() <= page->height(),
                     qPrintable(QStringLiteral("%1: %2 x %3 in %4 x %5")
                                    .arg(page->objectName())
                                    .arg(least.width())
                                    .arg(least.height())
                                    .arg(page->width())
                                    .arg(page->height())));
        }
    }

    void firstStepsAreShownOnceAndOnRequest() {
        makeWindow();
        act("firstSteps");
        QVERIFY(find<MessageBar>("messageBar")->text().contains("Ctrl+R"));
        answer(1);
        window_.reset();
        makeWindow();
        QVERIFY(find<MessageBar>("messageBar")->isHidden());
    }

    void remembersRecentFiles() {
        makeCues();
        auto* recent = find<RecentFiles>("recentFiles");
        QCOMPARE(recent->paths().first(), video_);
        QCOMPARE(recent->actions().first()->text(), QStringLiteral("clip.mp4"));
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::CueWorkspaceTest)
#include "cue_workspace_test.moc"
