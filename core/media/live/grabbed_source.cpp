#include "core/media/live/grabbed_source.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/thread_name.h"

namespace sightline {
namespace {

using std::chrono::steady_clock;

constexpr auto kInterruptAgain = std::chrono::milliseconds(50);

struct Picture {
    Image image;
    SteadyTime captured;
};

// Shared by the source and its thread, either of which may end first.
struct Grabbing {
    explicit Grabbing(std::unique_ptr<FrameGrabber> made) : grabber(std::move(made)) {}

    const std::unique_ptr<FrameGrabber> grabber;

    // guarded by mutex
    std::mutex mutex;
    std::condition_variable_any changed;
    std::optional<Result<StreamDescription>> opened;
    std::optional<Picture> newest;
    std::optional<Error> failure;
    bool ended = false;
};

void grabAll(const std::stop_token& stop, Grabbing& grabbing) {
    nameThisThread("grab");
    auto opened = grabbing.grabber->open();
    bool goes = opened.has_value();
    {
        const std::lock_guard lock(grabbing.mutex);
        grabbing.opened = std::move(opened);
    }
    grabbing.changed.notify_all();
    while (goes && !stop.stop_requested()) {
        auto image = grabbing.grabber->grab();
        if (image && image->empty()) {
            continue;
        }
        goes = image.has_value();
        {
            const std::lock_guard lock(grabbing.mutex);
            if (image) {
                grabbing.newest = Picture{std::move(*image), steady_clock::now()};
            } else {
                grabbing.failure = image.error();
            }
        }
        grabbing.changed.notify_all();
    }
    grabbing.grabber->close();
    {
        const std::lock_guard lock(grabbing.mutex);
        grabbing.ended = true;
    }
    grabbing.changed.notify_all();
}

// Threads that hung in a driver when their source was closed. They are joined when they have ended, at the next chance;
// the program's end does not wait for them.
class Stragglers {
public:
    static Stragglers& all() {
        static auto* const stragglers = new Stragglers;  // never destroyed: its threads may not end
        return *stragglers;
    }

    void keep(std::jthread thread, std::shared_ptr<Grabbing> grabbing) {
        const std::lock_guard lock(mutex_);
        std::erase_if(kept_, [](const auto& one) {
            const std::lock_guard inner(one.second->mutex);
            return one.second->ended;
        });
        kept_.emplace_back(std::move(thread), std::move(grabbing));
    }

private:
    std::mutex mutex_;
    std::vector<std::pair<std::jthread, std::shared_ptr<Grabbing>>> kept_;
};

class GrabbedSource final : public FrameSource {
public:
    GrabbedSource(std::unique_ptr<FrameGrabber> grabber, const GrabOptions& options)
        : options_(options), grabbing_(std::make_shared<Grabbing>(std::move(grabber))),
          thread_([grabbing = grabbing_](const std::stop_token& stop) { grabAll(stop, *grabbing); }) {}
    ~GrabbedSource() override;

    Result<void> waitUntilOpen(const std::stop_token& stop);

    const StreamDescription& description() const override { return description_; }
    Result<Frame> read() override;
    Result<void> seek(MediaTime) override { return fail(ErrorCode::Unsupported, "A live source cannot be sought."); }
    void interrupt() override { interrupted_.request_stop(); }

private:
    // immutable after waitUntilOpen()
    const GrabOptions options_;
    StreamDescription description_;
    const std::shared_ptr<Grabbing> grabbing_;

    // safe by itself
    std::stop_source interrupted_;

    // reading thread only
    std::uint64_t next_ = 0;
    SteadyTime first_{};

    std::jthread thread_;
};

GrabbedSource::~GrabbedSource() {
    thread_.request_stop();
    const auto deadline = steady_clock::now() + options_.closeTimeout;
    bool ended = false;
    while (!ended && steady_clock::now() < deadline) {
        grabbing_->grabber->interrupt();
        std::unique_lock lock(grabbing_->mutex);
        ended = grabbing_->changed.wait_for(lock, kInterruptAgain, [this] { return grabbing_->ended; });
    }
    if (!ended) {
        Stragglers::all().keep(std::move(thread_), grabbing_);
    }
}

Result<void> GrabbedSource::waitUntilOpen(const std::stop_token& stop) {
    std::unique_lock lock(grabbing_->mutex);
    const bool answered = grabbing_->changed.wait_until(lock, stop, steady_clock::now() + options_.openTimeout,
                                                        [this] { return grabbing_->opened.has_value(); });
    if (stop.stop_requested()) {
        return fail(ErrorCode::Cancelled, "Opening was cancelled.");
    }
    if (!answered) {
        return fail(ErrorCode::Device, options_.late);
    }
    if (!*grabbing_->opened) {
        return tl::unexpected(grabbing_->opened->error());
    }
    description_ = **grabbing_->opened;
    return {};
}

Result<Frame> GrabbedSource::read() {
    std::unique_lock lock(grabbing_->mutex);
    grabbing_->changed.wait_until(lock, interrupted_.get_token(), steady_clock::now() + options_.stallTimeout,
                                  [this] { return grabbing_->newest || grabbing_->failure; });
    if (interrupted_.stop_requested()) {
        return fail(ErrorCode::Cancelled, "Reading was cancelled.");
    }
    if (!grabbing_->newest) {
        if (grabbing_->failure) {
            return tl::unexpected(*grabbing_->failure);
        }
        return fail(ErrorCode::Device, options_.silent);
    }
    Picture picture = std::move(*grabbing_->newest);
    grabbing_->newest.reset();
    lock.unlock();
    Frame frame;
    frame.captured = picture.captured;
    if (next_ == 0) {
        first_ = frame.captured;
    }
    frame.id = next_++;
    frame.pts = frame.captured - first_;
    frame.image = std::move(picture.image);
    return frame;
}

}  // namespace

Result<std::unique_ptr<FrameSource>> openGrabbed(std::unique_ptr<FrameGrabber> grabber, const GrabOptions& options,
                                                 const std::stop_token& stop) {
    auto source = std::make_unique<GrabbedSource>(std::move(grabber), options);
    if (auto opened = source->waitUntilOpen(stop); !opened) {
        return tl::unexpected(opened.error());
    }
    return source;
}

}  // namespace sightline
