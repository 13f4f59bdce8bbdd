#include "ui/live/x11_windows.h"

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>

#include <QGuiApplication>
#include <QScreen>
#include <QWidget>
#include <QWindow>

#include <xcb/xcb.h>

namespace sightline {
namespace {

struct Freer {
    void operator()(void* reply) const { std::free(reply); }
};
template <typename Reply>
using ReplyPtr = std::unique_ptr<Reply, Freer>;

const QString kAddress = QStringLiteral("screen:/window=0x");
constexpr std::uint32_t kMostWords = 16 * 1024;  // of a property
constexpr int kLeastSide = 16;                   // smaller windows are nobody's

xcb_connection_t* connection() {
    auto* native = qGuiApp->nativeInterface<QNativeInterface::QX11Application>();
    return native ? native->connection() : nullptr;
}

xcb_atom_t atom(xcb_connection_t* x, const char* name) {
    const ReplyPtr<xcb_intern_atom_reply_t> reply(
        xcb_intern_atom_reply(x, xcb_intern_atom(x, 1, static_cast<std::uint16_t>(qstrlen(name)), name), nullptr));
    return reply ? reply->atom : static_cast<xcb_atom_t>(XCB_ATOM_NONE);
}

QByteArray property(xcb_connection_t* x, xcb_window_t window, xcb_atom_t name) {
    const ReplyPtr<xcb_get_property_reply_t> reply(xcb_get_property_reply(
        x, xcb_get_property(x, 0, window, name, XCB_GET_PROPERTY_TYPE_ANY, 0, kMostWords), nullptr));
    return reply ? QByteArray(static_cast<const char*>(xcb_get_property_value(reply.get())),
                              xcb_get_property_value_length(reply.get()))
                 : QByteArray();
}

std::vector<xcb_window_t> children(xcb_connection_t* x, xcb_window_t root) {
    const ReplyPtr<xcb_query_tree_reply_t> reply(xcb_query_tree_reply(x, xcb_query_tree(x, root), nullptr));
    if (!reply) {
        return {};
    }
    const xcb_window_t* first = xcb_query_tree_children(reply.get());
    return {first, first + xcb_query_tree_children_length(reply.get())};
}

// Bottom first: what the window manager says, or all there are where there is none.
std::vector<xcb_window_t> stacking(xcb_connection_t* x, xcb_window_t root) {
    const QByteArray bytes = property(x, root, atom(x, "_NET_CLIENT_LIST_STACKING"));
    if (bytes.isEmpty()) {
        return children(x, root);
    }
    std::vector<xcb_window_t> windows(static_cast<std::size_t>(bytes.size()) / sizeof(xcb_window_t));
    std::copy_n(reinterpret_cast<const xcb_window_t*>(bytes.constData()), windows.size(), windows.begin());
    return windows;
}

std::optional<QRect> placeOf(xcb_connection_t* x, xcb_window_t root, xcb_window_t window) {
    const ReplyPtr<xcb_get_window_attributes_reply_t> looks(
        xcb_get_window_attributes_reply(x, xcb_get_window_attributes(x, window), nullptr));
    const ReplyPtr<xcb_get_geometry_reply_t> size(xcb_get_geometry_reply(x, xcb_get_geometry(x, window), nullptr));
    const ReplyPtr<xcb_translate_coordinates_reply_t> corner(
        xcb_translate_coordinates_reply(x, xcb_translate_coordinates(x, window, root, 0, 0), nullptr));
    const bool seen = looks && size && corner && looks->map_state == XCB_MAP_STATE_VIEWABLE &&
                      looks->_class == XCB_WINDOW_CLASS_INPUT_OUTPUT && size->width >= kLeastSide &&
                      size->height >= kLeastSide;
    return seen ? std::optional(QRect(corner->dst_x, corner->dst_y, size->width, size->height)) : std::nullopt;
}

xcb_window_t rootOf(xcb_connection_t* x) { return xcb_setup_roots_iterator(xcb_get_setup(x)).data->root; }

// Whether windows are drawn apart, each whole, and put together afterwards.
bool isComposited(xcb_connection_t* x) {
    const ReplyPtr<xcb_get_selection_owner_reply_t> reply(
        xcb_get_selection_owner_reply(x, xcb_get_selection_owner(x, atom(x, "_NET_WM_CM_S0")), nullptr));
    return reply && reply->owner != XCB_WINDOW_NONE;
}

bool isOurs(xcb_window_t window) {
    const auto windows = QGuiApplication::topLevelWindows();
    return std::ranges::any_of(windows, [window](QWindow* ours) { return ours->handle() && ours->winId() == window; });
}

}  // namespace

QString ScreenWindow::address() const { return kAddress + QString::number(id, 16); }

bool ScreenWindow::isAddress(const QString& address) { return address.startsWith(kAddress); }

bool isOnX11() { return connection() != nullptr; }

std::vector<ScreenWindow> listX11Windows() {
    xcb_connection_t* x = connection();
    if (!x) {
        return {};
    }
    const xcb_window_t root = rootOf(x);
    const xcb_atom_t name = atom(x, "_NET_WM_NAME");
    std::vector<ScreenWindow> found;
    for (const xcb_window_t window : stacking(x, root)) {
        const auto place = placeOf(x, root, window);
        if (place && !isOurs(window)) {
            QByteArray title = property(x, window, name);
            title = title.isEmpty() ? property(x, window, XCB_ATOM_WM_NAME) : title;
            found.push_back({window, QString::fromUtf8(title), *place});
        }
    }
    std::ranges::reverse(found);
    return found;
}

bool hidesX11Window(std::uint32_t id) {
    xcb_connection_t* x = connection();
    if (!x || isComposited(x)) {
        return false;
    }
    const xcb_window_t root = rootOf(x);
    const auto watched = placeOf(x, root, id);
    const std::vector<xcb_window_t> windows = stacking(x, root);
    const auto above = std::ranges::find(windows, id);
    return watched && std::any_of(above, windows.end(), [&](xcb_window_t window) {
               return isOurs(window) && placeOf(x, root, window).value_or(QRect()).intersects(*watched);
           });
}

QRect placeOnScreen(const QWidget& window) {
    const QScreen* screen = window.screen();
    const QRect frame = window.frameGeometry();
    const double ratio = screen->devicePixelRatio();
    const QPoint origin = screen->geometry().topLeft();  // counted in the display's pixels
    return {origin + ((frame.topLeft() - origin) * ratio), frame.size() * ratio};
}

}  // namespace sightline
