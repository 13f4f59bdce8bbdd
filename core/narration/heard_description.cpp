#include "core/narration/heard_description.h"

#include <algorithm>
#include <atomic>
#include <cmath>

#include "core/narration/scratch_folder.h"
#include "core/narration/spoken_file.h"

namespace sightline {
namespace {

std::int64_t frameAt(MediaTime time, int rate) { return std::llround(toSeconds(time) * rate); }

class HearingOver final : public AudioSource {
public:
    HearingOver(std::unique_ptr<AudioSource> programme, std::shared_ptr<HeardSlot> slot)
        : programme_(std::move(programme)), slot_(std::move(slot)), shares_(centreShares(programme_->format())) {}

    const AudioFormat& format() const override { return programme_->format(); }

    Result<std::size_t> read(std::span<float> samples) override {
        auto count = programme_->read(samples);
        if (count) {
            if (const auto heard = slot_->get()) {
                mix(samples.first(*count * shares_.size()), *heard);
            }
            position_ += static_cast<std::int64_t>(*count);
        }
        return count;
    }

    Result<void> seek(MediaTime time) override {
        auto sought = programme_->seek(time);
        if (sought) {
            position_ = frameAt(std::max(time, MediaTime::zero()), format().rate);
        }
        return sought;
    }

    void interrupt() override { programme_->interrupt(); }

private:
    void mix(std::span<float> samples, const HeardDescription& heard) const {
        const int rate = format().rate;
        DuckingCurve curve({heard.range}, heard.mix);
        const std::int64_t start = frameAt(heard.range.start, rate);
        for (std::size_t i = 0; i * shares_.size() < samples.size(); ++i) {
            const std::int64_t frame = position_ + static_cast<std::int64_t>(i);
            const double down = curve.at(timeOfFrame(frame, rate));
            const auto factor = down < 0.0 ? static_cast<float>(std::pow(10.0, down / 20.0)) : 1.0F;
            const auto at = frame - start;
            const bool isSaid = at >= 0 && at < static_cast<std::int64_t>(heard.samples.size());
            if (!isSaid && down == 0.0) {
                continue;
            }
            const float said = isSaid ? heard.samples[static_cast<std::size_t>(at)] : 0.0F;
            for (std::size_t channel = 0; channel < shares_.size(); ++channel) {
                float& sample = samples[i * shares_.size() + channel];
                sample = std::clamp(sample * factor + said * shares_[channel], -1.0F, 1.0F);
            }
        }
    }

    const std::unique_ptr<AudioSource> programme_;
    const std::shared_ptr<HeardSlot> slot_;
    const std::vector<float> shares_;
    std::int64_t position_ = 0;  // sample frame
};

class Silence final : public AudioSource {
public:
    Silence(const AudioFormat& format, MediaTime duration) : format_(format), frames_(frameAt(duration, format.rate)) {}

    const AudioFormat& format() const override { return format_; }

    Result<std::size_t> read(std::span<float> samples) override {
        if (interrupted_) {
            return fail(ErrorCode::Cancelled, "Reading was interrupted.");
        }
        const auto channels = static_cast<std::size_t>(format_.channels);
        const auto left = static_cast<std::size_t>(std::max<std::int64_t>(0, frames_ - position_));
        const std::size_t count = std::min(samples.size() / channels, left);
        std::ranges::fill(samples.first(count * channels), 0.0F);
        position_ += static_cast<std::int64_t>(count);
        return count;
    }

    Result<void> seek(MediaTime time) override {
        position_ = frameAt(std::max(time, MediaTime::zero()), format_.rate);
        return {};
    }

    void interrupt() override { interrupted_ = true; }

private:
    const AudioFormat format_;
    const std::int64_t frames_;
    std::int64_t position_ = 0;
    std::atomic<bool> interrupted_ = false;
};

}  // namespace

Result<std::vector<float>> heardSamples(const SpokenSound& sound, int rate, double fastness, double gain) {
    const auto folder = ScratchFolder::create();
    if (!folder) {
        return tl::unexpected(folder.error());
    }
    const auto file = folder->file("said.wav");
    if (auto written = writeSpokenFile(file, sound); !written) {
        return tl::unexpected(written.error());
    }
    const auto length =
        std::chrono::ceil<MediaTime>(std::chrono::duration<double>(toSeconds(sound.length()) / fastness));
    return samplesOf({{}, length, file, fastness, gain}, rate);
}

void HeardSlot::set(std::shared_ptr<const HeardDescription> heard) {
    const std::lock_guard lock(mutex_);
    heard_ = std::move(heard);
}

std::shared_ptr<const HeardDescription> HeardSlot::get() const {
    const std::lock_guard lock(mutex_);
    return heard_;
}

std::unique_ptr<AudioSource> hearingOver(std::unique_ptr<AudioSource> programme, std::shared_ptr<HeardSlot> slot) {
    return std::make_unique<HearingOver>(std::move(programme), std::move(slot));
}

std::unique_ptr<AudioSource> silence(const AudioFormat& format, MediaTime duration) {
    return std::make_unique<Silence>(format, duration);
}

}  // namespace sightline
