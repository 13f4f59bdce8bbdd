#include "core/pipeline/steady_captions.h"

#include "core/scenes/frame_signature.h"

namespace sightline {

void SteadyCaptions::setSteadiness(double steadiness) {
    const std::lock_guard lock(mutex_);
    steadiness_ = steadiness;
    stabilizer_.setSteadiness(steadiness);
}

double SteadyCaptions::steadiness() const {
    const std::lock_guard lock(mutex_);
    return steadiness_;
}

bool SteadyCaptions::push(const FramePtr& frame, const Caption& caption) {
    const FrameSignature signature = FrameSignature::of(frame->image);
    const std::lock_guard lock(mutex_);
    if (caption.generation < oldest_) {
        return false;
    }
    const bool changes =
        stabilizer_.push(caption.text, caption.confidence, signature, caption.captured.time_since_epoch());
    if (changes) {
        current_ = ShownCaption{caption, frame, caption.captured, ++changes_};
        history_.append(caption);
    } else {
        current_->confirmed = caption.captured;
    }
    return changes;
}

std::optional<ShownCaption> SteadyCaptions::current() const {
    const std::lock_guard lock(mutex_);
    return current_;
}

std::vector<Caption> SteadyCaptions::after(std::uint64_t number) const {
    const std::lock_guard lock(mutex_);
    std::vector<Caption> all = history_.all();
    const std::size_t wanted = changes_ > number ? static_cast<std::size_t>(changes_ - number) : 0;
    if (all.size() > wanted) {
        all.erase(all.begin(), all.end() - static_cast<std::ptrdiff_t>(wanted));
    }
    return all;
}

void SteadyCaptions::silence() {
    const std::lock_guard lock(mutex_);
    stabilizer_.restart();
    current_.reset();
}

void SteadyCaptions::restart(std::uint32_t generation) {
    const std::lock_guard lock(mutex_);
    stabilizer_.restart();
    current_.reset();
    oldest_ = generation;
}

}  // namespace sightline
