#include "core/media/frozen_sound.h"

#include <algorithm>
#include <cmath>

namespace sightline {
namespace {

constexpr auto kFade = std::chrono::milliseconds(10);

std::int64_t frameAt(MediaTime time, int rate) {
    return static_cast<std::int64_t>(std::llround(toSeconds(time) * rate));
}

}  // namespace

FrozenSound::FrozenSound(std::unique_ptr<AudioSource> sound, const FrozenTimeLine& times)
    : sound_(std::move(sound)), channels_(static_cast<std::size_t>(sound_->format().channels)),
      fade_(frameAt(kFade, sound_->format().rate)) {
    const int rate = sound_->format().rate;
    MediaTime frozen{};
    for (const Freeze& freeze : times.freezes()) {
        const std::int64_t start = frameAt(freeze.at + frozen, rate);
        frozen += freeze.length;
        const std::int64_t end = frameAt(freeze.at + frozen, rate);
        if (!pauses_.empty() && pauses_.back().start + pauses_.back().length == start) {
            pauses_.back().length = end - pauses_.back().start;  // at the same moment
        } else {
            pauses_.push_back({start, end - start});
        }
    }
}

Result<std::size_t> FrozenSound::read(std::span<float> samples) {
    std::size_t filled = 0;
    const std::size_t wanted = samples.size() / channels_;
    while (filled < wanted) {
        auto step = static_cast<std::int64_t>(wanted - filled);
        const Pause* pause = next_ < pauses_.size() ? &pauses_[next_] : nullptr;
        const bool isPaused = pause && position_ >= pause->start;
        if (pause) {
            step = std::min(step, pause->start + (isPaused ? pause->length : 0) - position_);
        }
        const auto part = samples.subspan(filled * channels_, static_cast<std::size_t>(step) * channels_);
        if (isPaused) {
            if (auto read = readAhead(); !read) {
                return tl::unexpected(read.error());
            }
            if (ahead_.empty()) {  // the sound is over
                break;
            }
            fillPause(part, *pause);
        } else {
            const auto count = readOn(part);
            if (!count) {
                return count;
            }
            if (*count == 0) {
                break;
            }
            step = static_cast<std::int64_t>(*count);
        }
        position_ += step;
        filled += static_cast<std::size_t>(step);
        next_ += isPaused && position_ == pause->start + pause->length ? 1 : 0;
    }
    return filled;
}

// From what was read ahead first.
Result<std::size_t> FrozenSound::readOn(std::span<float> samples) {
    std::size_t count = std::min(ahead_.size(), samples.size());
    if (count > 0) {
        std::copy_n(ahead_.begin(), count, samples.begin());
        ahead_.erase(ahead_.begin(), ahead_.begin() + static_cast<std::ptrdiff_t>(count));
    } else {
        const auto read = sound_->read(samples);
        if (!read) {
            return read;
        }
        count = *read * channels_;
    }
    const auto given = samples.first(count);
    before_.insert(before_.end(), given.begin(), given.end());
    const auto kept = static_cast<std::size_t>(fade_) * channels_;
    before_.erase(before_.begin(), before_.end() - static_cast<std::ptrdiff_t>(std::min(before_.size(), kept)));
    return count / channels_;
}

Result<void> FrozenSound::readAhead() {
    const std::size_t wanted = static_cast<std::size_t>(fade_) * channels_;
    while (ahead_.size() < wanted) {
        const std::size_t had = ahead_.size();
        ahead_.resize(wanted);
        const auto count = sound_->read(std::span(ahead_).subspan(had));
        ahead_.resize(had + (count ? *count * channels_ : 0));
        if (!count) {
            return tl::unexpected(count.error());
        }
        if (*count == 0) {
            break;
        }
    }
    return {};
}

void FrozenSound::fillPause(std::span<float> samples, const Pause& pause) const {
    std::ranges::fill(samples, 0.0F);
    const std::int64_t first = position_ - pause.start;
    const auto frames = static_cast<std::int64_t>(samples.size() / channels_);
    const auto add = [&](std::int64_t at, const float* frame, double share) {
        for (std::size_t channel = 0; channel < channels_; ++channel) {
            samples[static_cast<std::size_t>(at - first) * channels_ + channel] +=
                frame[channel] * static_cast<float>(share);
        }
    };
    const auto there = [&](const std::vector<float>& some) {
        return static_cast<std::int64_t>(some.size() / channels_);
    };
    for (std::int64_t at = first; at < std::min(first + frames, std::min(there(ahead_), fade_)); ++at) {
        add(at, ahead_.data() + static_cast<std::size_t>(at) * channels_,
            1.0 - static_cast<double>(at) / static_cast<double>(fade_));
    }
    const std::int64_t back = pause.length - there(before_);  // where `before_` begins again
    for (std::int64_t at = std::max({first, back, std::int64_t{0}}); at < first + frames; ++at) {
        add(at, before_.data() + static_cast<std::size_t>(at - back) * channels_,
            1.0 - static_cast<double>(pause.length - at) / static_cast<double>(fade_));
    }
}

Result<void> FrozenSound::seek(MediaTime time) {
    const int rate = format().rate;
    position_ = std::max<std::int64_t>(frameAt(time, rate), 0);
    std::int64_t old = position_;
    next_ = 0;
    for (const Pause& pause : pauses_) {
        if (position_ < pause.start) {
            break;
        }
        const bool isOver = position_ >= pause.start + pause.length;
        old -= isOver ? pause.length : position_ - pause.start;
        next_ += isOver ? 1 : 0;
        if (!isOver) {
            break;
        }
    }
    before_.clear();
    ahead_.clear();
    return sound_->seek(timeOfFrame(old, rate));
}

}  // namespace sightline
