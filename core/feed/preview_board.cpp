#include "core/feed/preview_board.h"

#include <utility>

namespace sightline {

void PreviewBoard::offer(FramePtr frame) {
    {
        const std::lock_guard lock(mutex_);
        if (frame) {
            const SteadyTime now = std::chrono::steady_clock::now();
            if (frame_ && now - taken_ < interval_) {
                return;
            }
            taken_ = now;
            ++last_;
        } else {
            ready_ = {};
        }
        frame_.swap(frame);  // the one before is freed after the lock
    }
    changed_.notify_all();
}

PreviewPicture PreviewBoard::waitAfter(std::uint64_t after, SteadyTime until, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    // One that is a frame behind is good enough, so that readers share rather than encode one each; not an older one,
    // of when somebody last watched.
    const auto isReady = [&] { return ready_.number > after && last_ - ready_.number <= 1; };
    const bool found =
        changed_.wait_until(lock, stop, until, [&] { return frame_ && last_ > after && (isReady() || !encoding_); });
    if (!found) {
        return {};
    }
    if (isReady()) {
        return ready_;
    }
    encoding_ = true;
    const FramePtr frame = frame_;
    const std::uint64_t number = last_;
    lock.unlock();
    auto jpeg = std::make_shared<const std::string>(encode_(*frame));
    lock.lock();
    encoding_ = false;
    ready_ = {number, std::move(jpeg)};
    ++encoded_;
    const PreviewPicture picture = ready_;
    lock.unlock();
    changed_.notify_all();
    return picture;
}

std::uint64_t PreviewBoard::encoded() const {
    const std::lock_guard lock(mutex_);
    return encoded_;
}

}  // namespace sightline
