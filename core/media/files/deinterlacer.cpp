#include "core/media/files/deinterlacer.h"

#include <utility>

namespace sightline {
namespace {

constexpr const char* kFilter = "bwdif=mode=send_frame:parity=auto:deint=interlaced";

}  // namespace

void Deinterlacer::push(AvFramePtr picture) {
    if (chain_ && (!picture || !chain_->fits(*picture))) {
        chain_->push(nullptr);
        drain();
        chain_.reset();
        previous_.reset();
    }
    if (!picture) {
        return;
    }
    if (!chain_ && isInterlaced(*picture) && !unusable_) {
        chain_ = FilterChain::make(kFilter, *picture, threads_);
        unusable_ = !chain_;
        const bool neighbour = chain_ && previous_ && chain_->fits(*previous_);
        if (neighbour) {
            chain_->push(previous_.get());
        }
        skipFirst_ = neighbour || (chain_ && from_ == From::Middle && !previous_);
        from_ = From::Start;
    }
    if (!chain_) {
        previous_.reset(av_frame_clone(picture.get()));
        ready_.push_back(std::move(picture));
        return;
    }
    chain_->push(picture.get());
    drain();
}

void Deinterlacer::drain() {
    while (AvFramePtr picture = chain_->pull()) {
        if (!std::exchange(skipFirst_, false)) {
            ready_.push_back(std::move(picture));
        }
    }
}

AvFramePtr Deinterlacer::pull() {
    if (ready_.empty()) {
        return nullptr;
    }
    AvFramePtr picture = std::move(ready_.front());
    ready_.pop_front();
    return picture;
}

void Deinterlacer::reset(From from) {
    from_ = from;
    chain_.reset();
    previous_.reset();
    ready_.clear();
    skipFirst_ = false;
}

}  // namespace sightline
