// Captions and picture for other programs on this machine, over HTTP.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>

#include "core/base/result.h"
#include "core/feed/caption_board.h"
#include "core/feed/preview_board.h"

namespace httplib {
class Server;
struct Request;
struct Response;
}  // namespace httplib

namespace sightline {

inline constexpr int kFeedPort = 8137;  // where nothing else is asked for

struct FeedOptions {
    int port = kFeedPort;  // 0: any free one
    std::string token;
    std::chrono::milliseconds heartbeat = std::chrono::seconds(10);  // of the stream of captions
    int mostStreams = 8;                                             // readers of captions and picture at once
    std::string allowedOrigin;  // "https://example.org": whose pages may read the feed; empty: none, "null": files
};

// Listens on 127.0.0.1 only. Every request needs the token, as `?token=` or as `Authorization: Bearer`, and a Host
// header that names this machine, which a page of another site that points its name here (DNS rebinding) cannot send.
//
//   GET /caption       the current caption as JSON (caption_json.h); 204 while there is none
//   GET /captions      server-sent events: the current caption, then each new one, named "caption", with its number;
//                      "clear" when no caption is current any more
//   GET /preview.mjpg  the picture, a JPEG a part
//   GET /              feed_page.h
//
// Refusals: 401 wrong token, 403 wrong Host, 404 other paths, 503 too many streams.
//
// Threads of its own; a reader that takes what it gets slowly misses pictures and holds up nobody else. The destructor
// ends every connection and returns within a fraction of a second. One owner.
class FeedServer {
public:
    // The boards must outlive the server. Error: Io, when the port is taken or may not be used.
    static Result<std::unique_ptr<FeedServer>> start(const FeedOptions& options, const CaptionBoard& captions,
                                                     PreviewBoard& preview);
    ~FeedServer();
    FeedServer(const FeedServer&) = delete;
    FeedServer& operator=(const FeedServer&) = delete;

    int port() const { return port_; }
    // Of the page, with the token.
    std::string address() const;

    int streams() const { return streams_; }  // being read now

private:
    FeedServer(const FeedOptions& options, const CaptionBoard& captions, PreviewBoard& preview);
    Result<void> listen();
    void addRoutes();
    bool allows(const httplib::Request& request, httplib::Response& response) const;
    bool answersOrigin(const httplib::Request& request, httplib::Response& response) const;
    bool takeStream(httplib::Response& response);
    std::uint64_t startOf(const httplib::Request& request) const;
    void streamCaptions(const httplib::Request& request, httplib::Response& response);
    void streamPreview(httplib::Response& response);
    void endConnections() const;

    // immutable once listen() returned
    const FeedOptions options_;
    const CaptionBoard& captions_;
    PreviewBoard& preview_;
    int port_ = 0;
    std::string run_;  // tells a page that the feed it read was started anew

    // safe by themselves
    std::stop_source stop_;
    std::atomic<int> streams_ = 0;
    std::unique_ptr<httplib::Server> server_;

    std::jthread thread_;  // accepts
};

}  // namespace sightline
