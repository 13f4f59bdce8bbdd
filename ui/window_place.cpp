#include "ui/window_place.h"

#include <algorithm>

#include <QGuiApplication>
#include <QMargins>
#include <QScreen>
#include <QWidget>

#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr QSize kFirstSize(1320, 800);
constexpr QSize kLeastSize(640, 400);
constexpr QMargins kFrame(4, 32, 4, 4);  // title bar and borders, which nobody tells before the window is shown
constexpr const char* kLastScreenKey = "window/screen";

// The same monitor with another resolution or scale has another place.
QString nameOf(const QScreen& screen) {
    const QSize size = screen.size();
    QString name = QStringLiteral("%1-%2x%3").arg(screen.name()).arg(size.width()).arg(size.height());
    return name.replace(QLatin1Char('/'), QLatin1Char('_'));
}

QString placeKey(const QScreen& screen) { return QStringLiteral("window/place/") + nameOf(screen); }
QString maximizedKey(const QScreen& screen) { return QStringLiteral("window/maximized/") + nameOf(screen); }

}  // namespace

QSize leastWindowSize(const QRect& available) { return kLeastSize.boundedTo(available.marginsRemoved(kFrame).size()); }

QRect placeWithin(const QRect& wanted, const QRect& available) {
    const QRect room = available.marginsRemoved(kFrame);
    QRect place(wanted.topLeft(), wanted.size().boundedTo(room.size()));
    place.moveLeft(std::clamp(place.left(), room.left(), room.right() - place.width() + 1));
    place.moveTop(std::clamp(place.top(), room.top(), room.bottom() - place.height() + 1));
    return place;
}

QSize sizeOnScreen(const QWidget& dialog, const QSize& wanted) {
    return placeWithin(QRect(QPoint(), wanted), dialog.screen()->availableGeometry()).size();
}

void restorePlace(QWidget& window) {
    const auto settings = windowSettings();
    const QScreen* screen = QGuiApplication::primaryScreen();
    for (const QScreen* each : QGuiApplication::screens()) {
        if (nameOf(*each) == settings->value(kLastScreenKey).toString()) {
            screen = each;
        }
    }
    const QRect available = screen->availableGeometry();
    QRect first(QPoint(), kFirstSize);
    first.moveCenter(available.center());
    window.setMinimumSize(leastWindowSize(available));
    window.setGeometry(placeWithin(settings->value(placeKey(*screen), first).toRect(), available));
    if (settings->value(maximizedKey(*screen), false).toBool()) {
        window.setWindowState(window.windowState() | Qt::WindowMaximized);
    }
}

void keepPlace(const QWidget& window) {
    const QScreen& screen = *window.screen();
    const auto settings = windowSettings();
    settings->setValue(kLastScreenKey, nameOf(screen));
    settings->setValue(maximizedKey(screen), window.isMaximized());
    if (const QRect place = window.normalGeometry(); place.isValid()) {
        settings->setValue(placeKey(screen), place);
    }
}

}  // namespace sightline
