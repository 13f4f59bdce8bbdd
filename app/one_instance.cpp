#include "app/one_instance.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <QLocalServer>
#include <QLocalSocket>

#include "core/base/logging.h"
#include "core/base/user_folders.h"

namespace sightline {
namespace {

constexpr timeval kPatience{10, 0};  // the first window may still be starting
constexpr int kMostWaiting = 16;
constexpr int kMostBytes = 16384;  // of a request
constexpr char kTaken = 'k';
constexpr char kLoop = 'l';
constexpr char kOnce = '1';

// One for each display: a window on another screen is of no use.
std::filesystem::path socketPath() {
    std::string display;
    for (const char* variable : {"WAYLAND_DISPLAY", "DISPLAY"}) {
        if (const char* value = std::getenv(variable); value && display.empty()) {
            display = value;
        }
    }
    std::ranges::replace_if(
        display, [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
    const auto folder = runtimeFolder();
    const auto path = folder / fmt::format("sightline-window{}.socket", display);
    return folder.empty() || path.string().size() >= sizeof(sockaddr_un::sun_path) ? std::filesystem::path() : path;
}

sockaddr_un addressOf(const std::filesystem::path& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
    return address;
}

std::filesystem::path lockPath() { return socketPath().string() + ".lock"; }

}  // namespace

std::unique_ptr<OneInstance> OneInstance::claim() {
    const auto path = socketPath();
    const auto alone = [] { return std::unique_ptr<OneInstance>(new OneInstance(-1)); };
    if (path.empty()) {
        return alone();
    }
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
    const int lock = ::open(lockPath().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0) {
        return alone();
    }
    if (::flock(lock, LOCK_EX | LOCK_NB) != 0) {
        ::close(lock);
        return nullptr;
    }
    std::unique_ptr<OneInstance> made(new OneInstance(lock));
    ::unlink(path.c_str());  // of one that crashed
    // Starts that come before there is a window wait in the queue.
    const sockaddr_un address = addressOf(path);
    made->socket_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (::bind(made->socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        ::chmod(path.c_str(), 0600) != 0 || ::listen(made->socket_, kMostWaiting) != 0) {
        logger("app")->info("Other starts open windows of their own: {}", std::strerror(errno));
    }
    return made;
}

bool OneInstance::handOver(const OpenRequest& request) {
    const auto path = socketPath();
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) {
        return false;
    }
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof(kPatience));
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof(kPatience));
    const sockaddr_un address = addressOf(path);
    std::string message(1, request.loop ? kLoop : kOnce);
    message += request.file.string();
    message += '\0';  // a name may hold anything else
    char reply = 0;
    const bool taken =
        ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
        ::send(socket, message.data(), message.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(message.size()) &&
        ::recv(socket, &reply, 1, 0) == 1 && reply == kTaken;
    ::close(socket);
    return taken;
}

OneInstance::OneInstance(int lock) : lock_(lock) {}

OneInstance::~OneInstance() {
    server_.reset();
    if (socket_ >= 0) {
        ::close(socket_);
    }
    if (lock_ >= 0) {
        ::unlink(socketPath().c_str());  // while nobody else may make one
        ::close(lock_);
    }
}

void OneInstance::onRequest(std::function<void(const OpenRequest&)> open) {
    open_ = std::move(open);
    if (socket_ < 0) {
        return;
    }
    // Not earlier: it needs the application.
    server_ = std::make_unique<QLocalServer>();
    connect(server_.get(), &QLocalServer::newConnection, this, &OneInstance::answer);
    if (server_->listen(socket_)) {
        socket_ = -1;  // the server's now
    }
}

void OneInstance::answer() {
    while (QLocalSocket* socket = server_->nextPendingConnection()) {
        connect(socket, &QLocalSocket::disconnected, socket, &QObject::deleteLater);
        const auto read = [this, socket] {
            const QByteArray message = socket->peek(kMostBytes);
            const auto end = message.indexOf('\0');
            if (end < 1) {
                if (message.size() == kMostBytes) {
                    socket->abort();
                }
                return;  // the rest is still to come
            }
            socket->readAll();
            socket->write(&kTaken, 1);
            socket->disconnectFromServer();
            open_({message.mid(1, end - 1).toStdString(), message.front() == kLoop});
        };
        connect(socket, &QLocalSocket::readyRead, this, read);
        read();
    }
}

}  // namespace sightline
