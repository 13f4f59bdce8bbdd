#include "tests/support/numbered_source.h"

#include <algorithm>
#include <cstring>

namespace sightline::test {

int numberOf(const Image& image) {
    int number = 0;
    std::memcpy(&number, image.data(), sizeof number);
    return number;
}

Frame numberedFrame(int number, std::uint32_t generation) {
    Frame frame;
    frame.id = static_cast<std::uint64_t>(number);
    frame.generation = generation;
    frame.captured = std::chrono::steady_clock::now();
    frame.image = Image(64, 48);
    std::fill_n(frame.image.data(), frame.image.sizeBytes(), std::uint8_t{60});
    std::memcpy(frame.image.data(), &number, sizeof number);
    return frame;
}

NumberedSource::NumberedSource(NumberedSourceOptions options) : options_(std::move(options)) {
    description_.name = "numbers";
    description_.width = 64;
    description_.height = 48;
    description_.live = options_.live;
    description_.duration = options_.live ? MediaTime::zero() : options_.frames * options_.frameDuration;
}

Result<Frame> NumberedSource::read() {
    std::unique_lock lock(mutex_);
    if (next_ >= options_.frames && options_.blocks) {
        changed_.wait(lock, [this] { return interrupted_; });
    }
    if (interrupted_) {
        return fail(ErrorCode::Cancelled, "cancelled");
    }
    if (next_ >= options_.frames) {
        return tl::unexpected(options_.failure.value_or(Error{ErrorCode::EndOfStream, "end", {}}));
    }
    Frame frame = numberedFrame(next_);
    frame.pts = next_ * options_.frameDuration;
    frame.duration = options_.frameDuration;
    ++next_;
    return frame;
}

Result<void> NumberedSource::seek(MediaTime time) {
    const std::lock_guard lock(mutex_);
    next_ = static_cast<int>(std::clamp<std::int64_t>(time / options_.frameDuration, 0, options_.frames - 1));
    return {};
}

void NumberedSource::interrupt() {
    {
        const std::lock_guard lock(mutex_);
        interrupted_ = true;
    }
    changed_.notify_all();
}

}  // namespace sightline::test
