// The window fits small screens, in every language: nothing lies outside it and no text is cut.
#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAction>
#include <QComboBox>
#include <QGroupBox>
#include <QLabel>
#include <QMenuBar>
#include <QScrollArea>
#include <QTabBar>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <QtTest>

#include "tests/support/fixtures.h"
#include "tests/support/numbered_source.h"
#include "ui/lab/quick_tune.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/translations.h"
#include "ui/window_place.h"
#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr QMargins kPanel(0, 0, 0, 40);  // of the desktop

// What the user can scroll to, or the window.
const QWidget* reachOf(const QWidget* widget) {
    for (const QWidget* at = widget; at->parentWidget(); at = at->parentWidget()) {
        const auto* area = qobject_cast<const QScrollArea*>(at->parentWidget()->parentWidget());
        if (area && area->widget() == at) {
            return at;
        }
    }
    return widget->window();
}

bool isText(const QWidget* widget) {
    return qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QLabel*>(widget);
}

// Parts of Qt's own widgets arrange themselves.
bool isInner(const QWidget* widget) {
    for (const QWidget* at = widget->parentWidget(); at; at = at->parentWidget()) {
        if (qobject_cast<const QAbstractItemView*>(at) || qobject_cast<const QComboBox*>(at) ||
            (qobject_cast<const QAbstractScrollArea*>(at) && !qobject_cast<const QScrollArea*>(at))) {
            return true;
        }
    }
    return widget->objectName().startsWith(QLatin1String("qt_")) || qobject_cast<const QMenu*>(widget);
}

bool isCut(const QWidget* widget) {
    if (const auto* label = qobject_cast<const QLabel*>(widget)) {
        if (label->text().isEmpty()) {
            return false;
        }
        return label->wordWrap() ? label->height() < label->heightForWidth(label->width())
                                 : label->width() < label->sizeHint().width();
    }
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    const auto* tool = qobject_cast<const QToolButton*>(widget);
    const bool bare = button && (button->text().isEmpty() ||
                                 (tool && tool->toolButtonStyle() == Qt::ToolButtonIconOnly && !tool->icon().isNull()));
    return button && !bare &&
           button->width() < button->fontMetrics().size(Qt::TextShowMnemonic, button->text()).width();
}

// Of a bar of tabs that has no room for all; Qt lays one beside the other when it shows them.
bool isArrow(const QWidget* widget) { return widget->objectName().startsWith(QLatin1String("Scroll")); }

QString nameOf(const QWidget* widget) {
    QString text;
    if (const auto* label = qobject_cast<const QLabel*>(widget)) {
        text = label->text();
    } else if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) {
        text = button->text();
    }
    return QStringLiteral("%1 %2 \"%3\" in %4")
        .arg(QLatin1String(widget->metaObject()->className()), widget->objectName(), text,
             widget->parentWidget() ? widget->parentWidget()->objectName() : QString());
}

// What Alt and a letter do on what is shown: each letter, and the texts that have it.
QMap<QString, QStringList> lettersOf(const MainWindow& window) {
    QMap<QString, QStringList> letters;
    const auto take = [&letters](const QString& text) {
        if (const QKeySequence keys = QKeySequence::mnemonic(text); !keys.isEmpty()) {
            letters[keys.toString()] << text;
        }
    };
    for (const QAction* menu : window.menuBar()->actions()) {
        take(menu->text());  // a menu that is not shown takes its letter all the same
    }
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible()) {
            continue;
        }
        if (const auto* button = qobject_cast<const QAbstractButton*>(widget); button && !isInner(widget)) {
            take(button->text());
        }
        if (const auto* label = qobject_cast<const QLabel*>(widget); label && label->buddy()) {
            take(label->text());
        }
        if (const auto* box = qobject_cast<const QGroupBox*>(widget)) {
            take(box->title());
        }
        if (const auto* tabs = qobject_cast<const QTabBar*>(widget)) {
            for (int tab = 0; tab < tabs->count(); ++tab) {
                take(tabs->tabText(tab));
            }
        }
    }
    return letters;
}

QStringList problemsOf(const QWidget& window) {
    QStringList problems;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || widget->window() != &window || isInner(widget) || widget->size().isEmpty()) {
            continue;
        }
        const QWidget* reach = reachOf(widget);
        const QRect place(widget->mapTo(reach, QPoint()), widget->size());
        if (!reach->rect().contains(place)) {
            problems << nameOf(widget) + QStringLiteral(" lies outside");
        }
        if (isCut(widget)) {
            problems << nameOf(widget) +
                            QStringLiteral(" is cut at %1 x %2").arg(widget->width()).arg(widget->height());
        }
        for (const QObject* other : widget->parentWidget()->children()) {
            const auto* sibling = qobject_cast<const QWidget*>(other);
            if (sibling && sibling != widget && !isArrow(widget) && isText(widget) && isText(sibling) &&
                sibling->isVisible() && sibling->geometry().intersects(widget->geometry())) {
                problems << nameOf(widget) + QStringLiteral(" overlaps ") + nameOf(sibling);
            }
        }
    }
    return problems;
}

}  // namespace

class SmallWindowTest final : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<MainWindow> makeWindow() {
        MainWindowHooks hooks = MainWindowHooks::standard();
        hooks.setShowError([](QWidget*, const QString& title, const QString& text) { qWarning() << title << text; });
        hooks.live.listCameras = [] { return std::vector<Camera>(); };
        hooks.live.open = [](const QString&, const std::shared_ptr<SourceHealth>&) {
            return Result<std::unique_ptr<FrameSource>>(
                std::make_unique<test::NumberedSource>(test::NumberedSourceOptions{.live = true, .blocks = true}));
        };
        hooks.live.hidesWindow = [](std::uint32_t) { return true; };
        hooks.live.pickScreen = [](ScreenPart, QWidget*, const SourceBar::Picked&) {};
        hooks.models = {{}};
        hooks.video.project.unsavedFolder = folder_.filePath("unsaved").toStdString();
        hooks.lab.historyFolder = folder_.filePath("runs").toStdString();
        return std::make_unique<MainWindow>(hooks);
    }

    static std::vector<std::pair<const char*, QLocale>> languages() {
        return {{"English", QLocale(QLocale::English, QLocale::UnitedStates)},
                {"German", QLocale(QLocale::German, QLocale::Germany)},
                {"Chinese", QLocale(QLocale::Chinese, QLocale::China)}};
    }

    QTemporaryDir folder_;

private slots:
    void nothingIsCutOrOutOfReach_data() {
        QTest::addColumn<QSize>("screen");
        QTest::addColumn<double>("scale");
        QTest::addColumn<QLocale>("locale");
        for (const auto& [language, locale] : languages()) {
            for (const QSize screen : {QSize(1366, 768), QSize(1280, 720), QSize(1920, 1080)}) {
                for (const double scale : {1.0, 1.5, 2.0}) {
                    QTest::newRow(qPrintable(QStringLiteral("%1 %2x%3 at %4")
                                                 .arg(QLatin1String(language))
                                                 .arg(screen.width())
                                                 .arg(screen.height())
                                                 .arg(scale)))
                        << screen << scale << locale;
                }
            }
        }
    }

    void nothingIsCutOrOutOfReach() {
        QFETCH(QSize, screen);
        QFETCH(double, scale);
        QFETCH(QLocale, locale);
        installTranslations(*QCoreApplication::instance(), locale);
        const QRect available = QRect(QPoint(), screen / scale).marginsRemoved(kPanel);
        const auto window = makeWindow();
        window->setMinimumSize(leastWindowSize(available));
        const QRect place = placeWithin(QRect(0, 0, 1320, 800), available);
        window->resize(place.size());
        window->show();
        auto* pages = window->findChild<QTabWidget*>("pages");
        window->findChild<QAction*>("counters")->setChecked(true);
        QVERIFY(window->video().openVideo(QString::fromStdString(test::sourceFile("resources/sample.mp4").string())));
        window->findChild<QAction*>("addCue")->trigger();
        window->startQuickTune([] {});
        emit window->video().warned(QStringLiteral("Another window has this project open. Close it there first."));
        for (int page = 0; page < pages->count(); ++page) {
            pages->setCurrentIndex(page);
            QCOMPARE(window->size(), place.size());  // the layouts let it be this small
            QStringList problems;
            const QDeadlineTimer settled(2000);  // the counters come in, and make room for themselves
            do {
                QTest::qWait(20);
                problems = problemsOf(*window);
            } while (!problems.isEmpty() && !settled.hasExpired());
            QVERIFY2(problems.isEmpty(), qPrintable(QStringLiteral("page %1\n").arg(page) + problems.join('\n')));
        }
    }

    void noLetterStandsForTwoThings_data() {
        QTest::addColumn<QLocale>("locale");
        for (const auto& [language, locale] : languages()) {
            QTest::newRow(language) << locale;
        }
    }

    void noLetterStandsForTwoThings() {
        QFETCH(QLocale, locale);
        installTranslations(*QCoreApplication::instance(), locale);
        const auto window = makeWindow();
        window->show();
        window->live().openAddress(QStringLiteral("screen:/window=0x1"));
        QVERIFY(window->findChild<MessageBar*>("ownWindowHint")->isVisibleTo(&window->live()));
        QVERIFY(window->video().openVideo(QString::fromStdString(test::sourceFile("resources/sample.mp4").string())));
        window->findChild<QAction*>("addCue")->trigger();
        auto* pages = window->findChild<QTabWidget*>("pages");
        QStringList clashes;
        for (int page = 0; page < pages->count(); ++page) {
            pages->setCurrentIndex(page);
            QTest::qWait(50);
            for (const QAction* menu : window->menuBar()->actions()) {
                QMap<QString, QStringList> entries;
                for (const QAction* entry : menu->menu()->actions()) {
                    if (const QKeySequence keys = QKeySequence::mnemonic(entry->text()); !keys.isEmpty()) {
                        entries[keys.toString()] << entry->text();
                    }
                }
                for (const auto& [letter, texts] : entries.toStdMap()) {
                    if (texts.size() > 1) {
                        clashes << QStringLiteral("menu %1, %2: %3")
                                       .arg(menu->text(), letter, texts.join(QStringLiteral(", ")));
                    }
                }
            }
            for (const auto& [letter, texts] : lettersOf(*window).toStdMap()) {
                if (texts.size() > 1) {
                    clashes
                        << QStringLiteral("page %1, %2: %3").arg(page).arg(letter, texts.join(QStringLiteral(", ")));
                }
            }
        }
        QVERIFY2(clashes.isEmpty(), qPrintable(clashes.join(QLatin1Char('\n'))));
    }

    void theFirstSizeFitsTheScreen() {
        for (const QSize screen : {QSize(1366, 728), QSize(683, 344), QSize(960, 500), QSize(3840, 2120)}) {
            const QRect available(QPoint(0, 40), screen);
            const QRect place = placeWithin(QRect(300, 200, 1320, 800), available);
            QVERIFY(available.contains(place));
            QVERIFY(place.height() + 32 <= available.height());  // with its title bar
            QVERIFY(leastWindowSize(available).width() <= place.width());
            QVERIFY(leastWindowSize(available).height() <= place.height());
        }
        QCOMPARE(leastWindowSize(QRect(0, 0, 1920, 1080)), QSize(640, 400));
        // One that was left on a screen that is gone comes back.
        QVERIFY(QRect(0, 0, 1280, 720).contains(placeWithin(QRect(2500, -300, 900, 600), QRect(0, 0, 1280, 720))));
    }

    void placeAndMaximizedStateAreRemembered() {
        windowSettings()->clear();
        {
            const auto window = makeWindow();
            window->show();
            window->setGeometry(40, 60, 700, 450);
            window->close();
        }
        {
            const auto window = makeWindow();
            QCOMPARE(window->geometry(), QRect(40, 60, 700, 450));
            window->showMaximized();
            window->close();
        }
        QVERIFY(makeWindow()->isMaximized());
        windowSettings()->clear();
    }

    void whatMustBeSeenStandsAboveThePage() {
        const auto window = makeWindow();
        window->show();
        emit window->live().warned(QStringLiteral("The alert's command failed."));
        auto* bar = window->findChild<MessageBar*>("windowMessages");
        QVERIFY(bar->isVisible());
        QCOMPARE(bar->text(), QStringLiteral("The alert's command failed."));
        window->startQuickTune([] {});
        const auto* skip = window->findChild<QToolButton*>("skipQuickTune");
        QVERIFY(skip->isVisible());
        QVERIFY(skip->mapTo(window.get(), QPoint()).y() < window->findChild<QTabWidget*>("pages")->y() + 60);
        auto* tune = window->findChild<QuickTune*>();
        emit tune->over(QStringLiteral("Skipped."), true);
        QCOMPARE(bar->text(), QStringLiteral("The alert's command failed."));
        bar->hide();
        emit tune->over(QStringLiteral("The CPU was too busy."), false);
        QVERIFY(bar->isVisible());
        QCOMPARE(bar->text(), QStringLiteral("The CPU was too busy."));
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::SmallWindowTest)
#include "small_window_test.moc"
