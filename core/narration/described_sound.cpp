#include "core/narration/described_sound.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "core/media/files/audio_reader.h"
#include "core/media/files/time_stretch.h"

namespace sightline {
namespace {

constexpr std::size_t kStep = 4096;     // sample frames mixed at once
constexpr std::size_t kCurveStep = 32;  // sample frames between which the gain goes straight
constexpr auto kFade = std::chrono::milliseconds(5);
constexpr std::uint64_t kLeft = 1;
constexpr std::uint64_t kRight = 2;
constexpr std::uint64_t kCentre = 4;
constexpr float kHalfPower = 0.70710678F;

float factorOf(double decibels) { return static_cast<float>(std::pow(10.0, decibels / 20.0)); }

std::uint64_t usualPlaces(int channels) {
    // As FFmpeg has them: mono, stereo, 2.1, 4.0, 5.0, 5.1, 6.1, 7.1.
    constexpr std::array<std::uint64_t, 9> kUsual{0, 0x4, 0x3, 0xb, 0x107, 0x37, 0x3f, 0x70f, 0x63f};
    return channels > 0 && channels < static_cast<int>(kUsual.size()) ? kUsual[static_cast<std::size_t>(channels)] : 0;
}

}  // namespace

Result<std::vector<float>> samplesOf(const SpokenClip& clip, int rate) {
    auto source = openSoundFile(clip.file, {rate, 1});
    if (!source) {
        return tl::unexpected(source.error());
    }
    std::unique_ptr<TimeStretch> stretch;
    if (clip.rate != 1.0) {
        auto made = TimeStretch::create({rate, 1}, clip.rate);
        if (!made) {
            return tl::unexpected(made.error());
        }
        stretch = std::move(*made);
    }
    std::vector<float> samples;
    std::vector<float> step(kStep);
    while (true) {
        const auto count = (*source)->read(step);
        if (!count) {
            return tl::unexpected(count.error());
        }
        const auto read = std::span(step).first(*count);
        if (stretch) {
            stretch->push(read);
            stretch->pull(samples);
        } else {
            samples.insert(samples.end(), read.begin(), read.end());
        }
        if (*count == 0) {
            break;
        }
    }
    const auto length = static_cast<std::size_t>(std::floor(toSeconds(clip.length) * rate));
    const bool isCut = samples.size() > length;
    samples.resize(std::min(samples.size(), length));
    const float gain = factorOf(clip.gain);
    for (float& sample : samples) {
        sample *= gain;
    }
    // What stretching left over is silent; if not, it does not click.
    const auto fade = std::min(samples.size(), static_cast<std::size_t>(rate * kFade / std::chrono::seconds(1)));
    for (std::size_t i = 0; isCut && i < fade; ++i) {
        samples[samples.size() - 1 - i] *= static_cast<float>(i) / static_cast<float>(fade);
    }
    return samples;
}

DuckingCurve::DuckingCurve(const std::vector<TimeRange>& descriptions, const MixOptions& options) : options_(options) {
    for (const TimeRange& range : descriptions) {
        if (!stretches_.empty() && range.start - stretches_.back().end < options.attack + options.release) {
            stretches_.back().end = std::max(stretches_.back().end, range.end);
        } else {
            stretches_.push_back(range);
        }
    }
}

double DuckingCurve::at(MediaTime time) {
    while (next_ < stretches_.size() && time >= stretches_[next_].end + options_.release) {
        ++next_;
    }
    if (next_ == stretches_.size()) {
        return 0.0;
    }
    const TimeRange& range = stretches_[next_];
    if (time < range.start) {
        const MediaTime left = range.start - time;
        return left >= options_.attack ? 0.0 : -options_.ducking * (1.0 - toSeconds(left) / toSeconds(options_.attack));
    }
    if (time < range.end) {
        return -options_.ducking;
    }
    return -options_.ducking * (1.0 - toSeconds(time - range.end) / toSeconds(options_.release));
}

std::vector<float> centreShares(const AudioFormat& format) {
    std::vector<float> shares(static_cast<std::size_t>(format.channels), 0.0F);
    const std::uint64_t places = format.places != 0 ? format.places : usualPlaces(format.channels);
    const auto indexOf = [places](std::uint64_t place) {
        return static_cast<std::size_t>(std::popcount(places & (place - 1)));
    };
    if ((places & kCentre) != 0) {
        shares[indexOf(kCentre)] = 1.0F;
    } else if ((places & kLeft) != 0 && (places & kRight) != 0) {
        shares[indexOf(kLeft)] = kHalfPower;
        shares[indexOf(kRight)] = kHalfPower;
    } else {
        std::ranges::fill(shares, 1.0F / std::sqrt(static_cast<float>(format.channels)));
    }
    return shares;
}

namespace {

std::vector<TimeRange> rangesOf(const std::vector<SpokenClip>& clips) {
    std::vector<TimeRange> ranges;
    for (const SpokenClip& clip : clips) {
        if (clip.ducks) {
            ranges.push_back({clip.start, clip.start + clip.length});
        }
    }
    return ranges;
}

}  // namespace

DescribedSound::DescribedSound(std::unique_ptr<AudioSource> programme, const AudioFormat& format,
                               std::vector<SpokenClip> clips, MediaTime duration, const MixOptions& options)
    : format_(format), programme_(std::move(programme)), clips_(std::move(clips)), shares_(centreShares(format)),
      curve_(rangesOf(clips_), options), limiter_(format, options.ceiling), programmeEnded_(!programme_) {
    end_ = frameAt(duration);
    if (!clips_.empty()) {
        end_ = std::max(end_, frameAt(clips_.back().start + clips_.back().length));
    }
}

std::int64_t DescribedSound::frameAt(MediaTime time) const {
    return static_cast<std::int64_t>(std::llround(toSeconds(time) * format_.rate));
}

Result<std::size_t> DescribedSound::read(std::span<float> samples) {
    const auto channels = static_cast<std::size_t>(format_.channels);
    while (pending_.size() - given_ < samples.size() && !isFinished_) {
        if (auto mixed = mixMore(); !mixed) {
            return tl::unexpected(mixed.error());
        }
    }
    const std::size_t count = std::min(samples.size(), pending_.size() - given_);
    std::copy_n(pending_.begin() + static_cast<std::ptrdiff_t>(given_), count, samples.begin());
    given_ += count;
    if (given_ > kStep * channels * 4 || given_ == pending_.size()) {
        pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(given_));
        given_ = 0;
    }
    return count / channels;
}

Result<void> DescribedSound::mixMore() {
    const auto channels = static_cast<std::size_t>(format_.channels);
    std::vector<float> mixed(kStep * channels, 0.0F);
    std::size_t frames = 0;
    while (!programmeEnded_ && frames < kStep) {
        const auto count = programme_->read(std::span(mixed).subspan(frames * channels));
        if (!count) {
            return tl::unexpected(count.error());
        }
        programmeEnded_ = *count == 0;
        frames += *count;
    }
    if (programmeEnded_) {
        const auto left = std::max<std::int64_t>(end_ - position_, 0);
        frames = std::max(frames, std::min(kStep, static_cast<std::size_t>(left)));
    }
    if (frames == 0) {
        limiter_.finish(pending_);
        isFinished_ = true;
        return {};
    }
    mixed.resize(frames * channels);
    for (std::size_t first = 0; first < frames; first += kCurveStep) {
        const std::size_t last = std::min(first + kCurveStep, frames);
        const double decibels = curve_.at(timeOfFrame(position_ + static_cast<std::int64_t>(first), format_.rate));
        if (decibels < 0.0) {
            const float factor = factorOf(decibels);
            for (std::size_t i = first * channels; i < last * channels; ++i) {
                mixed[i] *= factor;
            }
        }
    }
    if (auto added = addClips(mixed); !added) {
        return added;
    }
    position_ += static_cast<std::int64_t>(frames);
    limiter_.push(mixed, pending_);
    return {};
}

Result<void> DescribedSound::addClips(std::span<float> mixed) {
    const auto channels = static_cast<std::size_t>(format_.channels);
    const auto frames = static_cast<std::int64_t>(mixed.size() / channels);
    while (nextClip_ < clips_.size()) {
        const SpokenClip& clip = clips_[nextClip_];
        const std::int64_t start = frameAt(clip.start);
        if (start >= position_ + frames) {
            return {};
        }
        if (clip_.empty()) {
            auto samples = samplesOf(clip, format_.rate);
            if (!samples) {
                return tl::unexpected(samples.error());
            }
            clip_ = std::move(*samples);
        }
        const std::int64_t end = start + static_cast<std::int64_t>(clip_.size());
        for (std::int64_t at = std::max(start, position_); at < std::min(end, position_ + frames); ++at) {
            const float sample = clip_[static_cast<std::size_t>(at - start)];
            for (std::size_t channel = 0; channel < channels; ++channel) {
                mixed[static_cast<std::size_t>(at - position_) * channels + channel] += sample * shares_[channel];
            }
        }
        if (end > position_ + frames) {
            return {};
        }
        clip_.clear();
        ++nextClip_;
    }
    return {};
}

}  // namespace sightline
