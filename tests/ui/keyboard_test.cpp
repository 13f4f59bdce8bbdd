// The whole window by keyboard alone, and by ear: every control is reached and has a name.
#include <algorithm>

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAccessible>
#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QScrollBar>
#include <QSlider>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QToolButton>
#include <QtTest>

#include "tests/support/fake_captioner.h"
#include "tests/support/fixtures.h"
#include "ui/main_window.h"
#include "ui/player/focus_mark.h"
#include "ui/video/timeline_view.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

bool isControl(const QWidget* widget) {
    return qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QComboBox*>(widget) ||
           qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QSlider*>(widget) ||
           qobject_cast<const QAbstractSpinBox*>(widget) || qobject_cast<const QAbstractItemView*>(widget) ||
           qobject_cast<const QPlainTextEdit*>(widget) || qobject_cast<const QTabBar*>(widget) ||
           qobject_cast<const TimelineView*>(widget) || qobject_cast<const VideoView*>(widget);
}

// Parts of Qt's own widgets.
bool isInner(const QWidget* widget) {
    for (const QWidget* at = widget->parentWidget(); at; at = at->parentWidget()) {
        if (qobject_cast<const QAbstractItemView*>(at) || qobject_cast<const QComboBox*>(at) ||
            qobject_cast<const QAbstractSpinBox*>(at) || qobject_cast<const QLineEdit*>(at) ||
            qobject_cast<const QTabBar*>(at)) {
            return true;
        }
    }
    return widget->objectName().startsWith(QLatin1String("qt_"));
}

QString nameOf(const QWidget* widget) {
    return QStringLiteral("%1 %2 in %3")
        .arg(QLatin1String(widget->metaObject()->className()), widget->objectName(),
             widget->parentWidget() ? widget->parentWidget()->objectName() : QString());
}

}  // namespace

class KeyboardTest final : public QObject {
    Q_OBJECT

private:
    static QString spokenName(QWidget* widget) {
        QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(widget);
        return spoken ? spoken->text(QAccessible::Name) : QString();
    }

    // By Tab, or what it does is in a menu.
    bool isReached(const QWidget* widget) const {
        if ((widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus) {
            return true;
        }
        const auto* button = qobject_cast<const QToolButton*>(widget);
        const QAction* action = button ? button->defaultAction() : nullptr;
        const auto owners = action ? action->associatedObjects() : QList<QObject*>();
        const bool inMenu = std::ranges::any_of(owners, [](const QObject* owner) {
            const auto* menu = qobject_cast<const QMenu*>(owner);
            const auto* view = qobject_cast<const QWidget*>(owner);
            return menu || (view && view->contextMenuPolicy() == Qt::ActionsContextMenu);
        });
        return inMenu || (button && button->menu() && menus().contains(button->menu()->menuAction()));
    }

    QList<QAction*> menus() const {
        QList<QAction*> all;
        for (const QMenu* menu : window_->findChildren<QMenu*>()) {
            all << menu->actions();
        }
        return all;
    }

    QTableView* table() { return window_->findChild<QTableView*>("cues"); }
    MediaTime shown() { return window_->video().player().view().frame()->pts; }
    QStringList popUp(QWidget* widget) {
        QStringList entries;
        QTimer::singleShot(0, this, [&entries] {
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            if (menu) {
                for (const QAction* action : menu->actions()) {
                    entries << action->objectName();
                }
                menu->close();
            }
        });
        const QPoint middle = widget->rect().center();
        QContextMenuEvent event(QContextMenuEvent::Keyboard, middle, widget->mapToGlobal(middle));
        QApplication::sendEvent(widget, &event);
        return entries;
    }

    std::unique_ptr<test::TemporaryFolder> folder_;
    std::unique_ptr<MainWindow> window_;

private slots:
    void init() {
        folder_ = std::make_unique<test::TemporaryFolder>();
        std::filesystem::copy_file(test::sourceFile("resources/sample.mp4"), folder_->file("clip.mp4"));
        MainWindowHooks hooks = MainWindowHooks::standard();
        hooks.setShowError([](QWidget*, const QString& title, const QString& text) { qWarning() << title << text; });
        hooks.live.listCameras = [] { return std::vector<Camera>(); };
        hooks.video.project.unsavedFolder = folder_->file("unsaved");
        hooks.lab.historyFolder = folder_->file("runs");
        window_ = std::make_unique<MainWindow>(hooks);
        window_->show();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        QVERIFY(window_->video().openVideo(QString::fromStdString(folder_->file("clip.mp4").string())));
        QTRY_VERIFY(window_->video().player().view().frame());
        window_->video().player().session().setPaused(true);
        window_->video().project().addCue(1s, 3s);
        window_->video().project().addCue(4s, 6s);
        window_->video().setCurrentCue(0);
        QTRY_COMPARE(shown(), MediaTime(1s));
    }

    void theWheelTurnsOnlyWhatHasTheFocus() {
        auto* speed = window_->findChild<QComboBox*>("speed");
        const int before = speed->currentIndex();
        const auto turn = [speed] {
            const QPointF middle = speed->rect().center();
            QWheelEvent wheel(middle, speed->mapToGlobal(middle), {}, QPoint(0, -120), Qt::NoButton, Qt::NoModifier,
                              Qt::NoScrollPhase, false);
            QApplication::sendEvent(speed, &wheel);
        };
        QVERIFY(!(speed->focusPolicy() & Qt::WheelFocus & ~Qt::StrongFocus));
        turn();
        QCOMPARE(speed->currentIndex(), before);
        speed->setFocus();
        turn();
        QVERIFY(speed->currentIndex() != before);
    }

    void theFocusIsSeenWhereTheStyleShowsNone() {
        for (const char* name : {"videoView", "timeline", "cues"}) {
            auto* part = window_->video().findChild<QWidget*>(QLatin1String(name));
            auto* mark = part->findChild<FocusMark*>();
            QVERIFY2(mark, name);
            window_->video().setFocus();
            QVERIFY2(!mark->isVisible(), name);
            part->setFocus();
            QVERIFY2(mark->isVisible() && mark->size() == part->size(), name);
        }
    }

    void cleanup() { window_.reset(); }

    void everyControlIsReachedAndNamed() {
        auto* pages = window_->findChild<QTabWidget*>("pages");
        QStringList problems;
        int controls = 0;
        for (int page = 0; page < pages->count(); ++page) {
            pages->setCurrentIndex(page);
            QTest::qWait(20);
            for (QWidget* widget : window_->findChildren<QWidget*>()) {
                if (!widget->isVisible() || !isControl(widget) || isInner(widget)) {
                    continue;
                }
                ++controls;
                if (spokenName(widget).isEmpty()) {
                    problems << nameOf(widget) + " has no name";
                }
                if (!isReached(widget)) {
                    problems << nameOf(widget) + " is out of reach";
                }
            }
        }
        QVERIFY2(problems.isEmpty(), qPrintable(problems.join('\n')));
        QVERIFY2(controls > 60, qPrintable(QString::number(controls)));
    }

    void tabLeavesTheTable() {
        table()->setFocus();
        QTest::keyClick(table(), Qt::Key_Tab);
        QVERIFY(!table()->hasFocus());
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Backtab);
        QVERIFY(table()->hasFocus());
    }

    void aKeyGoesFromPartToPart() {
        table()->setFocus();
        const auto next = [](Qt::KeyboardModifiers modifiers) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_F6, modifiers);
            return QApplication::focusWidget();
        };
        auto* inspector = window_->findChild<QWidget*>("cueInspector");
        QVERIFY(inspector->isAncestorOf(next({})));
        QWidget* in = QApplication::focusWidget();
        QCOMPARE(next({})->objectName(), QStringLiteral("timeline"));
        int parts = 0;
        while (next({}) != table() && parts < 10) {
            ++parts;
        }
        QVERIFY(table()->hasFocus());
        QVERIFY(parts >= 2);  // the tabs and the player
        QVERIFY(window_->video().player().isAncestorOf(next(Qt::ShiftModifier)));
        QCOMPARE(next({}), table());
        QCOMPARE(next({}), in);
    }

    void keysChangeThePage() {
        auto* pages = window_->findChild<QTabWidget*>("pages");
        for (const auto& [key, page] : {std::pair(Qt::Key_3, 2), {Qt::Key_2, 1}, {Qt::Key_1, 0}}) {
            QTest::keyClick(window_.get(), key, Qt::ControlModifier);
            QCOMPARE(pages->currentIndex(), page);
        }
    }

    void arrowsSeekAndLeaveOtherControlsTheirs() {
        for (QWidget* widget :
             {static_cast<QWidget*>(table()), static_cast<QWidget*>(&window_->video().player().view()),
              window_->findChild<QWidget*>("timeline")}) {
            widget->setFocus();
            QVERIFY(widget->hasFocus());
            QTest::keyClick(widget, Qt::Key_Home);
            QTRY_COMPARE(shown(), MediaTime(0s));
            QTest::keyClick(widget, Qt::Key_Right);
            QTest::keyClick(widget, Qt::Key_Right, Qt::ShiftModifier);
            QTRY_COMPARE(shown(), MediaTime(6s));
            QTest::keyClick(widget, Qt::Key_Left);
            QTRY_COMPARE(shown(), MediaTime(1s));
            QTest::keyClick(widget, Qt::Key_End);
            QTRY_VERIFY(shown() > 15s);
        }
        auto* volume = window_->findChild<QSlider*>("volume");
        volume->setFocus();
        QTest::keyClick(volume, Qt::Key_Left);
        QVERIFY(volume->value() < volume->maximum());
        auto* text = window_->findChild<QPlainTextEdit*>("cueText");
        text->setFocus();
        QTRY_VERIFY(shown() < 15s);  // the picture of its cue
        const MediaTime there = shown();
        QTest::keyClick(text, Qt::Key_End);
        QTest::qWait(50);
        QCOMPARE(shown(), there);
        QTest::keyClick(text, Qt::Key_Home);
        QTest::keyClick(text, Qt::Key_F);
        QTest::qWait(50);
        QCOMPARE(shown(), there);
        QVERIFY(!window_->isFullScreen());
        QVERIFY(text->toPlainText().startsWith('f'));
    }

    void fullScreenShowsThePicture() {
        table()->setFocus();
        QTest::keyClick(table(), Qt::Key_F);
        QVERIFY(window_->isFullScreen());
        QVERIFY(!table()->isVisible());
        QVERIFY(!window_->menuBar()->isVisible());
        QVERIFY(window_->video().player().view().hasFocus());
        QTest::keyClick(&window_->video().player().view(), Qt::Key_Right);  // keys of menus that are not seen
        QTRY_COMPARE(shown(), MediaTime(6s));
        QTest::keyClick(&window_->video().player().view(), Qt::Key_Escape);
        QVERIFY(!window_->isFullScreen());
        QVERIFY(table()->isVisible() && window_->menuBar()->isVisible());
        QTest::mouseDClick(&window_->video().player().view(), Qt::LeftButton);
        QVERIFY(window_->isFullScreen());
        QTest::keyClick(window_.get(), Qt::Key_F);
        QVERIFY(!window_->isFullScreen());
    }

    void fullScreenShowsTheLivePictureToo() {
        auto* tabs = window_->findChild<QTabWidget*>("pages");
        tabs->setCurrentWidget(&window_->live());
        const auto isSeen = [this](const char* name) { return window_->findChild<QWidget*>(name)->isVisible(); };
        QVERIFY(isSeen("history") && isSeen("source") && isSeen("steadiness"));
        QTest::keyClick(&window_->live().player().view(), Qt::Key_F);
        QVERIFY(window_->isFullScreen());
        QTRY_VERIFY(!window_->live().findChild<QWidget*>("countersPanel")->isVisible());
        QVERIFY(!isSeen("history") && !isSeen("source") && !isSeen("steadiness"));
        QVERIFY(window_->live().player().view().hasFocus());
        QTest::keyClick(&window_->live().player().view(), Qt::Key_Escape);
        QVERIFY(isSeen("history") && isSeen("source") && isSeen("steadiness"));
    }

    void theMenuKeyShowsWhatCanBeDone() {
        const QStringList ofTable = popUp(table());
        QVERIFY2(ofTable.contains("splitCue") && ofTable.contains("deleteCue"), qPrintable(ofTable.join(' ')));
        const QStringList ofTimeline = popUp(window_->findChild<TimelineView*>()->viewport());
        QVERIFY2(ofTimeline.contains("mergeCues"), qPrintable(ofTimeline.join(' ')));
        const QStringList ofPicture = popUp(&window_->video().player().view());
        QVERIFY2(ofPicture.contains("fullScreen") && ofPicture.contains("copyPicture"),
                 qPrintable(ofPicture.join(' ')));
        window_->findChild<QTabWidget*>("pages")->setCurrentWidget(&window_->live());
        const QStringList ofLive = popUp(&window_->live().player().view());
        QVERIFY2(ofLive.contains("fullScreen"), qPrintable(ofLive.join(' ')));
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::KeyboardTest)
#include "keyboard_test.moc"
