#include "core/feed/feed_server.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <future>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <httplib.h>
#include <sys/socket.h>

#include "core/base/thread_name.h"
#include "core/feed/feed_page.h"
#include "core/feed/feed_request.h"
#include "core/feed/feed_token.h"

namespace sightline {
namespace {

constexpr std::size_t kRequestThreads = 4;                   // beside those of the streams
constexpr auto kRequestPatience = std::chrono::seconds(2);   // for the next bytes of a request
constexpr auto kReaderPatience = std::chrono::seconds(5);    // for a reader to take what it asked for
constexpr auto kLookAgain = std::chrono::milliseconds(500);  // whether a silent stream's reader is still there
// Of the kernel's buffer for a reader: what it holds is late for a slow one. A picture is about 100 KB.
constexpr int kSendBytes = 128 * 1024;
constexpr const char* kBoundary = "sightline";

// The address that this end (getsockname) or the other one (getpeername) of a socket has.
bool isLoopbackPort(int file, int (*which)(int, sockaddr*, socklen_t*), std::optional<int> port) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    return which(file, reinterpret_cast<sockaddr*>(&address), &size) == 0 && address.sin_family == AF_INET &&
           address.sin_addr.s_addr == htonl(INADDR_LOOPBACK) && (!port || ntohs(address.sin_port) == *port);
}

std::string tokenOf(const httplib::Request& request) {
    return tokenIn(request.get_header_value("Authorization"), request.get_param_value("token"));
}

}  // namespace

Result<std::unique_ptr<FeedServer>> FeedServer::start(const FeedOptions& options, const CaptionBoard& captions,
                                                      PreviewBoard& preview) {
    std::unique_ptr<FeedServer> feed(new FeedServer(options, captions, preview));
    if (auto listening = feed->listen(); !listening) {
        return tl::unexpected(listening.error());
    }
    return feed;
}

FeedServer::FeedServer(const FeedOptions& options, const CaptionBoard& captions, PreviewBoard& preview)
    : options_(options), captions_(captions), preview_(preview), server_(std::make_unique<httplib::Server>()) {}

Result<void> FeedServer::listen() {
    server_->set_tcp_nodelay(true);
    // The library's own options let two programs share a port, and the second one would seem to work.
    server_->set_socket_options([](socket_t file) {
        const int yes = 1;
        ::setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        ::setsockopt(file, SOL_SOCKET, SO_SNDBUF, &kSendBytes, sizeof kSendBytes);  // accepted sockets inherit it
    });
    server_->set_keep_alive_max_count(1);
    server_->set_keep_alive_timeout(std::chrono::seconds(kRequestPatience).count());
    server_->set_read_timeout(kRequestPatience);
    server_->set_write_timeout(kReaderPatience);
    server_->set_payload_max_length(0);
    addRoutes();

    errno = 0;
    port_ = options_.port == 0 ? server_->bind_to_any_port(kFeedHost)
                               : (server_->bind_to_port(kFeedHost, options_.port) ? options_.port : -1);
    if (port_ <= 0) {
        const int problem = errno;
        const std::string cause = problem == EADDRINUSE ? "another program uses it"
                                  : problem == EACCES   ? "you have no permission for it"
                                                        : "the system refused";
        return fail(ErrorCode::Io,
                    fmt::format("Cannot start the feed on port {}: {}. Choose another port from 1024 to 65535.",
                                options_.port, cause),
                    problem != 0 ? std::strerror(problem) : "");
    }
    run_ = fmt::format("{:x}", std::chrono::steady_clock::now().time_since_epoch().count());
    // stop() is heard from here on only.
    auto listening = std::make_shared<std::promise<void>>();
    server_->new_task_queue = [this, listening] {
        listening->set_value();
        return new httplib::ThreadPool(static_cast<std::size_t>(options_.mostStreams) + kRequestThreads);
    };
    thread_ = std::jthread([this] {
        nameThisThread("feed");
        server_->listen_after_bind();
    });
    listening->get_future().wait();
    return {};
}

FeedServer::~FeedServer() {
    if (!thread_.joinable()) {
        return;
    }
    stop_.request_stop();  // streams that wait for something to send
    server_->stop();
    std::promise<void> joined;
    const std::jthread ender([this, done = joined.get_future()] {
        // One that was just being accepted is ended at the second look.
        do {
            endConnections();
        } while (done.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout);
    });
    thread_.join();  // which waits for the threads of all connections
    joined.set_value();
}

// The library keeps its sockets to itself, and would wait for each to run into its time limit.
void FeedServer::endConnections() const {
    std::error_code problem;
    for (auto entry = std::filesystem::directory_iterator("/proc/self/fd", problem);
         !problem && entry != std::filesystem::directory_iterator(); entry.increment(problem)) {
        const int file = static_cast<int>(numberIn(entry->path().filename().string()));
        if (isLoopbackPort(file, ::getsockname, port_) && isLoopbackPort(file, ::getpeername, std::nullopt)) {
            ::shutdown(file, SHUT_RDWR);
        }
    }
}

std::string FeedServer::address() const {
    return fmt::format("http://{}:{}/?token={}", kFeedHost, port_, options_.token);
}

bool FeedServer::allows(const httplib::Request& request, httplib::Response& response) const {
    const auto refuse = [&](int status, const char* why) {
        response.status = status;
        response.set_content(why, "text/plain");
        return false;
    };
    if (!namesThisMachine(request.get_header_value("Host"), port_)) {
        return refuse(403, "The feed answers to 127.0.0.1 and localhost only.\n");
    }
    if (!sameToken(tokenOf(request), options_.token)) {
        response.set_header("WWW-Authenticate", "Bearer");
        return refuse(401, "The token is missing or wrong. Copy the address from the Feed menu again.\n");
    }
    return true;
}

// True when the request only asks whether a page of another site may send its own.
bool FeedServer::answersOrigin(const httplib::Request& request, httplib::Response& response) const {
    const std::string origin = request.get_header_value("Origin");
    if (origin.empty() || origin != options_.allowedOrigin ||
        !namesThisMachine(request.get_header_value("Host"), port_)) {
        return false;
    }
    response.set_header("Access-Control-Allow-Origin", origin);
    response.set_header("Vary", "Origin");
    if (request.method != "OPTIONS") {
        return false;
    }
    response.set_header("Access-Control-Allow-Methods", "GET");
    response.set_header("Access-Control-Allow-Headers", "Authorization, Last-Event-ID");
    response.set_header("Access-Control-Allow-Private-Network", "true");
    response.status = 204;
    return true;
}

void FeedServer::addRoutes() {
    server_->set_default_headers(
        {{"Cache-Control", "no-store"},
         {"Content-Security-Policy", "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'"},
         {"Referrer-Policy", "no-referrer"},
         {"X-Content-Type-Options", "nosniff"}});
    server_->set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
        using Outcome = httplib::Server::HandlerResponse;
        // What is streamed has no length, so no ranges. Newer versions of the library answer 416 to players that ask
        // for "bytes=0-"; the request is the library's own and not constant there.
        const_cast<httplib::Request&>(request).ranges.clear();
        if (answersOrigin(request, response)) {
            return Outcome::Handled;
        }
        return allows(request, response) ? Outcome::Unhandled : Outcome::Handled;
    });
    server_->Get("/", [](const httplib::Request&, httplib::Response& response) {
        response.set_content(std::string(feedPage()), "text/html; charset=utf-8");
    });
    server_->Get("/caption", [this](const httplib::Request&, httplib::Response& response) {
        response.set_header("X-Feed-Run", run_);
        if (const auto current = captions_.current()) {
            response.set_content(current->json, "application/json");
        } else {
            response.status = 204;
        }
    });
    server_->Get("/captions", [this](const httplib::Request& request, httplib::Response& response) {
        streamCaptions(request, response);
    });
    server_->Get("/preview.mjpg",
                 [this](const httplib::Request&, httplib::Response& response) { streamPreview(response); });
}

bool FeedServer::takeStream(httplib::Response& response) {
    if (++streams_ <= options_.mostStreams) {
        return true;
    }
    --streams_;
    response.status = 503;
    response.set_content("Too many programs read the feed. Close one of them.\n", "text/plain");
    return false;
}

// After which caption a reader goes on: the last one it had, or before the current one.
std::uint64_t FeedServer::startOf(const httplib::Request& request) const {
    const std::uint64_t last = captions_.last();
    const std::uint64_t had = numberIn(request.get_header_value("Last-Event-ID"));
    if (had > 0 && had <= last) {
        return had;
    }
    return captions_.current() ? last - 1 : last;
}

void FeedServer::streamCaptions(const httplib::Request& request, httplib::Response& response) {
    if (!takeStream(response)) {
        return;
    }
    response.set_content_provider(
        "text/event-stream",
        [this, seen = startOf(request), beat = std::chrono::steady_clock::now()](std::size_t sent,
                                                                                 httplib::DataSink& sink) mutable {
            // The first answer goes out at once, so that the reader knows that it is connected.
            std::string text = sent == 0 ? "retry: 2000\n\n" : "";
            const auto wait = sent == 0 ? SteadyTime::duration::zero()
                                        : std::min<SteadyTime::duration>(kLookAgain, options_.heartbeat);
            const auto events = captions_.waitAfter(seen, std::chrono::steady_clock::now() + wait, stop_.get_token());
            for (const CaptionEvent& event : events) {
                text += event.json.empty()
                            ? fmt::format("id: {}\nevent: clear\ndata: {{}}\n\n", event.number)
                            : fmt::format("id: {}\nevent: caption\ndata: {}\n\n", event.number, event.json);
                seen = event.number;
            }
            const auto now = std::chrono::steady_clock::now();
            if (text.empty() && now - beat >= options_.heartbeat) {
                text = ": still here\n\n";
            }
            if (stop_.stop_requested() || !sink.is_writable()) {
                return false;
            }
            if (text.empty()) {
                return true;
            }
            beat = now;
            return sink.write(text.data(), text.size());
        },
        [this](bool) { --streams_; });
}

void FeedServer::streamPreview(httplib::Response& response) {
    if (!takeStream(response)) {
        return;
    }
    response.set_content_provider(
        fmt::format("multipart/x-mixed-replace; boundary={}", kBoundary),
        [this, seen = std::uint64_t{0}](std::size_t sent, httplib::DataSink& sink) mutable {
            const auto picture =
                preview_.waitAfter(seen, std::chrono::steady_clock::now() + kLookAgain, stop_.get_token());
            if (stop_.stop_requested() || !sink.is_writable()) {
                return false;
            }
            if (!picture.jpeg) {
                return true;
            }
            seen = picture.number;
            const std::string head =
                fmt::format("{}Content-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n",
                            sent == 0 ? fmt::format("--{}\r\n", kBoundary) : "", picture.jpeg->size());
            // The next boundary comes along, so that readers need not wait for the next picture to show this one.
            const std::string end = fmt::format("\r\n--{}\r\n", kBoundary);
            return sink.write(head.data(), head.size()) && sink.write(picture.jpeg->data(), picture.jpeg->size()) &&
                   sink.write(end.data(), end.size());
        },
        [this](bool) { --streams_; });
}

}  // namespace sightline
