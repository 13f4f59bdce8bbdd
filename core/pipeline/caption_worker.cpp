#include "core/pipeline/caption_worker.h"

#include "core/base/logging.h"
#include "core/base/thread_name.h"

namespace sightline {

CaptionWorker::CaptionWorker(std::unique_ptr<Captioner> captioner, const SearchOptions& search, LatestFrame& frames,
                             const std::atomic<std::uint32_t>& generation, const Clock& clock, CaptionTrack& track,
                             SteadyCaptions& steady, std::function<void()> wake)
    : search_(search), frames_(frames), generation_(generation), clock_(clock), track_(track), steady_(steady),
      wake_(std::move(wake)), captioner_(std::move(captioner)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

std::optional<StageTimes> CaptionWorker::lastStages() const {
    const std::lock_guard lock(mutex_);
    return lastStages_;
}

std::optional<Error> CaptionWorker::lastError() const {
    const std::lock_guard lock(mutex_);
    return lastError_;
}

std::optional<double> CaptionWorker::reusedShare() const {
    const std::lock_guard lock(mutex_);
    return captions_ == 0 ? std::nullopt : std::optional(static_cast<double>(reused_) / static_cast<double>(captions_));
}

void CaptionWorker::resetMetrics() {
    rate_.reset();
    inference_.reset();
    age_.reset();
    latency_.reset();
    const std::lock_guard lock(mutex_);
    lastStages_.reset();
    lastError_.reset();
    captions_ = 0;
    reused_ = 0;
}

void CaptionWorker::run(const std::stop_token& stop) {
    nameThisThread("inference");
    while (const FramePtr frame = frames_.take(stop)) {
        if (frame->generation != generation_) {
            continue;
        }
        auto generated = captioner_->caption(frame->image, search_);
        if (frame->generation != generation_) {
            continue;
        }
        const SteadyTime finished = clock_.now();
        bool isNewError = false;  // logged once, not per frame
        {
            const std::lock_guard lock(mutex_);
            isNewError = !generated && !lastError_;
            captions_ += generated ? 1 : 0;
            reused_ += generated && generated->reused ? 1 : 0;
            lastError_ = generated ? std::nullopt : std::optional(generated.error());
            lastStages_ = generated ? std::optional(generated->times) : lastStages_;
        }
        if (isNewError) {
            // Who asks for lastError() tells it.
            logger("inference")->info("{} {}", generated.error().message, generated.error().detail);
        }
        if (generated) {
            rate_.tick(finished);
            if (!generated->reused) {
                inference_.add(generated->times.total());  // what a caption takes, not what repeating one does
            }
            age_.add(finished - frame->captured);
            latency_.add(finished - frame->captured);
            Caption caption{std::move(generated->text),
                            generated->confidence,
                            std::move(generated->search.tokens),
                            frame->id,
                            frame->generation,
                            frame->pts,
                            frame->pts + frame->duration,
                            frame->captured,
                            finished};
            steady_.push(frame, caption);
            track_.append(std::move(caption));
        }
        wake_();
    }
}

}  // namespace sightline
