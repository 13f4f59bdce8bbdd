// What is on an X11 screen: places of windows, and where a window of ours lies on it.
#pragma once

#include <cstdint>
#include <vector>

#include <QRect>
#include <QString>

class QWidget;

namespace sightline {

// In pixels of the display, as screen addresses count them.
struct ScreenWindow {
    std::uint32_t id = 0;
    QString title;
    QRect place;

    QString address() const;  // as openSource() takes it
    static bool isAddress(const QString& address);
};

// UI thread. False on Wayland, whose screens cannot be read this way, and without a screen.
bool isOnX11();

// The windows of other programs that are to be seen, topmost first; none where isOnX11() is false.
std::vector<ScreenWindow> listX11Windows();

// Whether a window of ours lies on one of another program and nothing keeps them apart (a compositor does): then the
// picture of that one shows ours. `id`: an X id.
bool hidesX11Window(std::uint32_t id);

// With its title bar.
QRect placeOnScreen(const QWidget& window);

}  // namespace sightline
