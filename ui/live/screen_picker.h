// Covers a screen with its own picture, to choose an area of it or a window by mouse.
#pragma once

#include <functional>
#include <vector>

#include <QPixmap>
#include <QWidget>

#include "ui/live/x11_windows.h"

namespace sightline {

enum class ScreenPart : std::uint8_t { Area, Window };

// UI thread only. Escape and the right button give up. Deletes itself when it is closed.
class ScreenPicker final : public QWidget {
    Q_OBJECT

public:
    // `windows` are what can be picked of ScreenPart::Window, topmost first.
    ScreenPicker(ScreenPart part, const QPixmap& picture, std::vector<ScreenWindow> windows, QScreen* screen);

    // On each screen, once `window` is out of the way; it comes back afterwards. `done` gets a screen address, empty
    // when nothing was picked.
    static void start(ScreenPart part, QWidget* window, std::function<void(const QString& address)> done);

signals:
    void picked(const QString& address);
    void cancelled();

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    QRect onDisplay(const QRect& local) const;
    QRect local(const QRect& onDisplay) const;
    const ScreenWindow* windowAt(const QPoint& local) const;
    QRect chosen() const;  // what would be picked now, here
    void end(const QString& address);

    const ScreenPart part_;
    const QPixmap picture_;
    const std::vector<ScreenWindow> windows_;
    const QPoint origin_;  // of the screen, in the display's pixels
    const double ratio_;
    QPoint from_;
    QPoint to_;
    bool drags_ = false;
    bool ended_ = false;
};

}  // namespace sightline
