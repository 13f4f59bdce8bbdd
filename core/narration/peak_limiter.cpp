#include "core/narration/peak_limiter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace sightline {
namespace {

constexpr std::size_t kPhases = 4;
constexpr std::size_t kTaps = 12;  // of each phase, as BS.1770's own filter has
constexpr std::size_t kBefore = kTaps / 2 - 1;
constexpr std::size_t kAfter = kTaps / 2;
constexpr double kAttack = 0.005;  // s
constexpr double kRelease = 0.1;   // s
constexpr float kNothing = 1.0F;

using Filter = std::array<std::array<float, kTaps>, kPhases - 1>;

// Of the three moments between two samples: a sinc under a Hann window.
Filter makeFilter() {
    Filter filter{};
    for (std::size_t phase = 1; phase < kPhases; ++phase) {
        for (std::size_t tap = 0; tap < kTaps; ++tap) {
            const double x = static_cast<double>(tap) - static_cast<double>(kBefore) -
                             static_cast<double>(phase) / static_cast<double>(kPhases);
            const double angle = std::numbers::pi * x;
            const double window = 0.5 + 0.5 * std::cos(angle / (static_cast<double>(kTaps) / 2.0));
            filter[phase - 1][tap] = static_cast<float>(std::sin(angle) / angle * window);
        }
    }
    return filter;
}

const Filter& filterOf() {
    static const Filter filter = makeFilter();
    return filter;
}

// No moment between samples is higher than this times the highest sample near it.
float mostGain() {
    static const float most = [] {
        float highest = 1.0F;
        for (const auto& phase : filterOf()) {
            float sum = 0.0F;
            for (const float tap : phase) {
                sum += std::abs(tap);
            }
            highest = std::max(highest, sum);
        }
        return highest;
    }();
    return most;
}

}  // namespace

PeakLimiter::PeakLimiter(const AudioFormat& format, double ceiling)
    : channels_(static_cast<std::size_t>(format.channels)),
      ceiling_(static_cast<float>(std::pow(10.0, ceiling / 20.0))),
      attack_(std::max<std::size_t>(1, static_cast<std::size_t>(kAttack * format.rate))),
      release_(static_cast<float>(1.0 - std::exp(-1.0 / (kRelease * format.rate)))), held_(kBefore * channels_, 0.0F),
      wanted_(kBefore, kNothing), ready_(kBefore) {}

void PeakLimiter::push(std::span<const float> samples, std::vector<float>& out) {
    held_.insert(held_.end(), samples.begin(), samples.end());
    const std::size_t frames = held_.size() / channels_;
    measure(frames > kAfter ? frames - kAfter : 0);
    giveOut(attack_, out);
}

void PeakLimiter::finish(std::vector<float>& out) {
    held_.insert(held_.end(), kAfter * channels_, 0.0F);
    measure(held_.size() / channels_ - kAfter);
    giveOut(0, out);
}

double PeakLimiter::mostOver() const { return -20.0 * std::log10(static_cast<double>(least_)); }

void PeakLimiter::measure(std::size_t last) {
    constexpr std::size_t kBlock = 64;
    const float harmless = ceiling_ / mostGain();
    while (wanted_.size() < last) {
        const std::size_t first = wanted_.size();
        const std::size_t end = std::min(first + kBlock, last);
        const auto near =
            std::span(held_).subspan((first - kBefore) * channels_, (end + kAfter - first + kBefore) * channels_);
        float highest = 0.0F;
        for (const float sample : near) {
            highest = std::max(highest, std::abs(sample));
        }
        if (highest <= harmless) {
            wanted_.resize(end, kNothing);
            continue;
        }
        for (std::size_t frame = first; frame < end; ++frame) {
            const float peak = peakAt(frame);
            wanted_.push_back(peak > ceiling_ ? ceiling_ / peak : kNothing);
            least_ = std::min(least_, wanted_.back());
            lastOver_ = peak > ceiling_ ? static_cast<std::ptrdiff_t>(frame) : lastOver_;
        }
    }
}

// Of the sample and the three moments behind it.
float PeakLimiter::peakAt(std::size_t frame) const {
    float peak = 0.0F;
    for (std::size_t channel = 0; channel < channels_; ++channel) {
        peak = std::max(peak, std::abs(held_[frame * channels_ + channel]));
        for (const auto& phase : filterOf()) {
            float value = 0.0F;
            for (std::size_t tap = 0; tap < kTaps; ++tap) {
                value += phase[tap] * held_[(frame - kBefore + tap) * channels_ + channel];
            }
            peak = std::max(peak, std::abs(value));
        }
    }
    return peak;
}

// All frames whose peaks, and those of the `keep` frames behind, are known.
void PeakLimiter::giveOut(std::size_t keep, std::vector<float>& out) {
    const std::size_t end = wanted_.size() > keep ? wanted_.size() - keep : 0;
    for (; ready_ < end; ++ready_) {
        // On a straight line down to what each peak ahead asks for, so that the gain is there in time.
        float target = kNothing;
        const bool isPeakAhead = static_cast<std::ptrdiff_t>(ready_) <= lastOver_;
        const std::size_t ahead = isPeakAhead ? std::min(ready_ + attack_ + 1, wanted_.size()) : ready_;
        float steepest = 1.0F;
        for (std::size_t i = ready_; i < ahead; ++i) {
            if (wanted_[i] < gain_) {
                const auto left = static_cast<float>(i - ready_ + 1);
                steepest = std::min(steepest, gain_ - (gain_ - wanted_[i]) / left);
                target = std::min(target, wanted_[i]);
            }
        }
        if (target < gain_) {
            gain_ = std::min(gain_, steepest);
        } else if (gain_ < 1.0F) {
            gain_ += (1.0F - gain_) * release_;
            gain_ = gain_ > 0.9999F ? 1.0F : gain_;
            gain_ = std::min(gain_, wanted_[ready_]);
        }
        for (std::size_t channel = 0; channel < channels_; ++channel) {
            const float sample = held_[ready_ * channels_ + channel];
            out.push_back(gain_ < 1.0F ? sample * gain_ : sample);
        }
    }
    const std::size_t given = ready_ > kBefore ? ready_ - kBefore : 0;
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(given * channels_));
    wanted_.erase(wanted_.begin(), wanted_.begin() + static_cast<std::ptrdiff_t>(given));
    ready_ -= given;
    lastOver_ = std::max<std::ptrdiff_t>(lastOver_ - static_cast<std::ptrdiff_t>(given), -1);
}

}  // namespace sightline
