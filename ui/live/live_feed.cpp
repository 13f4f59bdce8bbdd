#include "ui/live/live_feed.h"

namespace sightline {
namespace {

// About 15 pictures a second of a camera's 30.
constexpr auto kPictureInterval = std::chrono::milliseconds(60);

}  // namespace

LiveFeed::LiveFeed()
    : preview_([this](const Frame& frame) { return previewJpeg(frame, overlay()); }, kPictureInterval) {}

Result<void> LiveFeed::start(const FeedOptions& options) {
    server_.reset();
    auto server = FeedServer::start(options, captions_, preview_);
    if (!server) {
        return tl::unexpected(server.error());
    }
    server_ = std::move(*server);
    return {};
}

void LiveFeed::setOverlay(const Overlay& overlay) {
    const std::lock_guard lock(mutex_);
    overlay_ = overlay;
}

Overlay LiveFeed::overlay() const {
    const std::lock_guard lock(mutex_);
    return overlay_;
}

void LiveFeed::offer(const FramePtr& frame) {
    {
        const std::lock_guard lock(mutex_);
        last_ = frame;
    }
    preview_.offer(frame);
}

void LiveFeed::silence() {
    captions_.clear();
    setOverlay({});
    const FramePtr last = [this] {
        const std::lock_guard lock(mutex_);
        return last_;
    }();
    if (last) {
        preview_.offer(last);
    }
}

void LiveFeed::restart() {
    captions_.clear();
    offer(nullptr);
    setOverlay({});
}

}  // namespace sightline
