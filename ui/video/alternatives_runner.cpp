#include "ui/video/alternatives_runner.h"

#include "core/base/logging.h"
#include "core/base/thread_name.h"
#include "ui/error_text.h"

namespace sightline {

AlternativesRunner::AlternativesRunner(CaptionerLoader loader, QObject* parent)
    : QObject(parent), loader_(std::move(loader)) {}

AlternativesRunner::~AlternativesRunner() {
    const std::lock_guard lock(mutex_);
    running_.request_stop();
    thread_.request_stop();
}

void AlternativesRunner::setVideo(SourceOpener opener) {
    opener_ = std::move(opener);
    ++video_;
    const std::lock_guard lock(mutex_);
    wanted_.reset();
    running_.request_stop();
}

void AlternativesRunner::ask(const TimeRange& range) {
    if (!opener_) {
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        running_.request_stop();
        wanted_ = Request{opener_, range, video_, {}};
    }
    wake_.notify_one();
    if (!thread_.joinable()) {
        thread_ = std::jthread([this](const std::stop_token& stop) { work(stop); });
    }
}

void AlternativesRunner::work(const std::stop_token& stop) {
    nameThisThread("alternatives");
    while (true) {
        Request request;
        {
            std::unique_lock lock(mutex_);
            if (!wake_.wait(lock, stop, [this] { return wanted_.has_value(); })) {
                return;
            }
            request = std::move(*wanted_);
            wanted_.reset();
            running_ = request.stop;
        }
        tell(request, answer(request));
    }
}

AlternativesRunner::Outcome AlternativesRunner::answer(const Request& request) {
    if (!captioner_) {
        auto loaded = loader_();
        if (!loaded) {
            return tl::unexpected(loaded.error());
        }
        captioner_ = std::move(*loaded);
    }
    if (!source_ || sourceVideo_ != request.video) {
        auto opened = request.opener();
        if (!opened) {
            return tl::unexpected(opened.error());
        }
        source_ = std::move(*opened);
        sourceVideo_ = request.video;
    }
    return captionAlternatives(*source_, *captioner_, request.range, kCount, request.stop.get_token());
}

void AlternativesRunner::tell(const Request& request, const Outcome& outcome) {
    if (!outcome && outcome.error().code == ErrorCode::Cancelled) {
        return;
    }
    if (!outcome) {
        logger("ui")->error("{} {}", outcome.error().message, outcome.error().detail);
    }
    QMetaObject::invokeMethod(
        this,
        [this, video = request.video, range = request.range, outcome] {
            if (video != video_) {
                return;
            }
            if (outcome) {
                emit found(range, *outcome);
            } else {
                emit failed(errorText(outcome.error()));
            }
        },
        Qt::QueuedConnection);
}

}  // namespace sightline
