#include "ui/live/screen_picker.h"

#include <algorithm>
#include <memory>

#include <QGuiApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPointer>
#include <QScreen>
#include <QTimer>

namespace sightline {
namespace {

constexpr int kLeastSide = 16;                          // of an area, in the display's pixels
constexpr auto kAway = std::chrono::milliseconds(400);  // until a window manager has put a window away

}  // namespace

ScreenPicker::ScreenPicker(ScreenPart part, const QPixmap& picture, std::vector<ScreenWindow> windows, QScreen* screen)
    : QWidget(nullptr, Qt::Window | Qt::FramelessWindowHint | Qt::WindowStaysOnTopHint | Qt::BypassWindowManagerHint),
      part_(part), picture_(picture), windows_(std::move(windows)), origin_(screen->geometry().topLeft()),
      ratio_(screen->devicePixelRatio()) {
    setObjectName("screenPicker");
    setAccessibleName(part == ScreenPart::Area ? tr("Pick an area") : tr("Pick a window"));
    setAttribute(Qt::WA_DeleteOnClose);
    setMouseTracking(true);
    setCursor(Qt::CrossCursor);
    setGeometry(screen->geometry());
    to_ = mapFromGlobal(QCursor::pos());
}

void ScreenPicker::start(ScreenPart part, QWidget* window, std::function<void(const QString& address)> done) {
    const bool wasMaximized = window->isMaximized();
    window->showMinimized();
    QTimer::singleShot(kAway, window, [part, window, wasMaximized, done = std::move(done)] {
        const auto windows = part == ScreenPart::Window ? listX11Windows() : std::vector<ScreenWindow>();
        auto pickers = std::make_shared<QList<QPointer<ScreenPicker>>>();
        const auto end = [window, wasMaximized, done, pickers](const QString& address) {
            for (const auto& picker : std::exchange(*pickers, {})) {
                if (picker) {
                    picker->close();
                }
            }
            wasMaximized ? window->showMaximized() : window->showNormal();
            window->raise();
            window->activateWindow();
            done(address);
        };
        for (QScreen* screen : QGuiApplication::screens()) {
            auto* picker = new ScreenPicker(part, screen->grabWindow(0), windows, screen);
            *pickers << picker;
            connect(picker, &ScreenPicker::picked, window, end);
            connect(picker, &ScreenPicker::cancelled, window, [end] { end({}); });
        }
        for (const auto& picker : *pickers) {
            picker->show();
            picker->activateWindow();
        }
        if (!pickers->isEmpty()) {
            pickers->first()->grabKeyboard();  // no window manager gives it the keys
        }
    });
}

QRect ScreenPicker::onDisplay(const QRect& local) const {
    return {origin_ + (QPointF(local.topLeft()) * ratio_).toPoint(), (QSizeF(local.size()) * ratio_).toSize()};
}

QRect ScreenPicker::local(const QRect& onDisplay) const {
    return {(QPointF(onDisplay.topLeft() - origin_) / ratio_).toPoint(), (QSizeF(onDisplay.size()) / ratio_).toSize()};
}

const ScreenWindow* ScreenPicker::windowAt(const QPoint& local) const {
    const QPoint at = onDisplay({local, QSize(1, 1)}).topLeft();
    const auto found =
        std::ranges::find_if(windows_, [&](const ScreenWindow& window) { return window.place.contains(at); });
    return found == windows_.end() ? nullptr : &*found;
}

QRect ScreenPicker::chosen() const {
    if (part_ == ScreenPart::Area) {
        return drags_ ? QRect(from_, to_).normalized().intersected(rect()) : QRect();
    }
    const ScreenWindow* window = windowAt(to_);
    return window ? local(window->place).intersected(rect()) : QRect();
}

void ScreenPicker::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.drawPixmap(rect(), picture_);
    const QRect clear = chosen();
    QRegion dim(rect());
    dim -= clear;
    painter.setClipRegion(dim);
    painter.fillRect(rect(), QColor(0, 0, 0, 130));
    painter.setClipping(false);
    QString words = part_ == ScreenPart::Area ? tr("Drag over what is to be watched. Escape gives up.")
                                              : tr("Click the window that is to be watched. Escape gives up.");
    if (!clear.isEmpty()) {
        painter.setPen(QPen(QColor(255, 200, 0), 2));
        painter.drawRect(clear.adjusted(1, 1, -1, -1));
        const QRect size = onDisplay(clear);
        const ScreenWindow* window = part_ == ScreenPart::Window ? windowAt(to_) : nullptr;
        words = window && !window->title.isEmpty() ? window->title : tr("%1 × %2").arg(size.width()).arg(size.height());
    }
    QFont font = painter.font();
    font.setPointSizeF(font.pointSizeF() * 1.4);
    painter.setFont(font);
    QRect box = painter.boundingRect(rect().adjusted(20, 20, -20, -20), Qt::AlignHCenter | Qt::TextWordWrap, words);
    painter.fillRect(box.adjusted(-10, -6, 10, 6), QColor(0, 0, 0, 200));
    painter.setPen(Qt::white);
    painter.drawText(box, Qt::AlignCenter | Qt::TextWordWrap, words);
}

void ScreenPicker::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        end({});
        return;
    }
    from_ = to_ = event->position().toPoint();
    drags_ = true;
    update();
}

void ScreenPicker::mouseMoveEvent(QMouseEvent* event) {
    to_ = event->position().toPoint();
    update();
}

void ScreenPicker::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !drags_) {
        return;
    }
    to_ = event->position().toPoint();
    const QRect area = onDisplay(chosen());
    drags_ = false;
    if (part_ == ScreenPart::Window) {
        const ScreenWindow* window = windowAt(to_);
        end(window ? window->address() : QString());
    } else if (area.width() >= kLeastSide && area.height() >= kLeastSide) {
        end(QStringLiteral("screen:/%1x%2+%3+%4").arg(area.width()).arg(area.height()).arg(area.x()).arg(area.y()));
    } else {
        update();  // a click is no area
    }
}

void ScreenPicker::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        end({});
    }
}

void ScreenPicker::end(const QString& address) {
    if (std::exchange(ended_, true)) {
        return;
    }
    releaseKeyboard();
    if (address.isEmpty()) {
        emit cancelled();
    } else {
        emit picked(address);
    }
}

}  // namespace sightline
