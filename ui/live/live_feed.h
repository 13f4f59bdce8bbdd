// What a live session shows, for other programs on this machine: the feed behind one switch.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "core/captions/caption.h"
#include "core/feed/caption_json.h"
#include "core/feed/feed_server.h"
#include "ui/live/preview_picture.h"

namespace sightline {

// Calls from the owner's thread, except where said. Needs a QGuiApplication, which has the fonts.
class LiveFeed {
public:
    LiveFeed();

    // In place of a feed that runs. Error: Io (the port is taken).
    Result<void> start(const FeedOptions& options);
    void stop() { server_.reset(); }
    const FeedServer* server() const { return server_.get(); }  // null while it does not run

    // A caption is shown from now on.
    void show(const Caption& caption, const std::string& source) { captions_.post(captionJson(caption, source)); }
    // What the picture carries from now on.
    void setOverlay(const Overlay& overlay);
    // Another source, or none.
    void restart();

    // The source gives nothing any more: no caption is current, and the last picture stands without one.
    void silence();

    // Any thread; returns at once.
    void offer(const FramePtr& frame);

private:
    Overlay overlay() const;

    // safe by themselves
    CaptionBoard captions_;
    PreviewBoard preview_;

    // guarded by mutex_
    mutable std::mutex mutex_;
    Overlay overlay_;
    FramePtr last_;

    std::unique_ptr<FeedServer> server_;  // last: it refers to the boards
};

}  // namespace sightline
