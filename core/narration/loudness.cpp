#include "core/narration/loudness.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <ebur128.h>

namespace sightline {
namespace {

constexpr std::size_t kMeterStep = 16'384;  // sample frames
constexpr double kNoProgramme = -60.0;      // LUFS; what is under it is no programme

// What BS.1770 weighs for the places that WAVE numbers, from the lowest bit on; rooms with more are rare.
constexpr std::array kPlaces{EBUR128_LEFT,          EBUR128_RIGHT,          EBUR128_CENTER,        EBUR128_UNUSED,
                             EBUR128_LEFT_SURROUND, EBUR128_RIGHT_SURROUND, EBUR128_CENTER,        EBUR128_CENTER,
                             EBUR128_Mp180,         EBUR128_LEFT_SURROUND,  EBUR128_RIGHT_SURROUND};

// Further from usual levels, the voice would drown or shout: R 128 S2's range for streams is -20 to -16.
constexpr double kQuietest = -40.0;  // LUFS
constexpr double kLoudest = -10.0;

}  // namespace

double descriptionLoudness(std::optional<double> programme) {
    return std::clamp(programme.value_or(kTargetLoudness), kQuietest, kLoudest);
}

struct LoudnessMeter::State {
    ebur128_state* meter = nullptr;
    std::size_t channels = 0;
    float peak = 0.0F;
};

LoudnessMeter::LoudnessMeter(const AudioFormat& format) : state_(std::make_unique<State>()) {
    state_->channels = static_cast<std::size_t>(format.channels);
    state_->meter = ebur128_init(static_cast<unsigned>(format.channels), static_cast<unsigned long>(format.rate),
                                 EBUR128_MODE_I | EBUR128_MODE_HISTOGRAM);
    unsigned channel = 0;
    for (std::size_t place = 0; place < 64 && state_->meter && channel < static_cast<unsigned>(format.channels);
         ++place) {
        if ((format.places >> place & 1U) != 0) {
            ebur128_set_channel(state_->meter, channel++, place < kPlaces.size() ? kPlaces[place] : EBUR128_UNUSED);
        }
    }
}

LoudnessMeter::LoudnessMeter(LoudnessMeter&&) noexcept = default;

LoudnessMeter::~LoudnessMeter() {
    if (state_ && state_->meter) {
        ebur128_destroy(&state_->meter);
    }
}

void LoudnessMeter::add(std::span<const float> samples) {
    for (const float sample : samples) {
        state_->peak = std::max(state_->peak, std::abs(sample));
    }
    if (state_->meter) {
        ebur128_add_frames_float(state_->meter, samples.data(), samples.size() / state_->channels);
    }
}

std::optional<double> LoudnessMeter::integrated() const {
    double loudness = 0.0;
    if (!state_->meter || ebur128_loudness_global(state_->meter, &loudness) != EBUR128_SUCCESS ||
        !std::isfinite(loudness) || loudness < kNoProgramme) {
        return std::nullopt;
    }
    return loudness;
}

float LoudnessMeter::peak() const { return state_->peak; }

Result<void> measure(AudioSource& source, LoudnessMeter& meter, const std::function<void(MediaTime)>& progress,
                     const std::stop_token& stop) {
    const AudioFormat& format = source.format();
    std::vector<float> samples(kMeterStep * static_cast<std::size_t>(format.channels));
    std::int64_t heard = 0;
    while (!stop.stop_requested()) {
        const auto count = source.read(samples);
        if (!count) {
            return tl::unexpected(count.error());
        }
        if (*count == 0) {
            return {};
        }
        meter.add(std::span(samples).first(*count * static_cast<std::size_t>(format.channels)));
        heard += static_cast<std::int64_t>(*count);
        if (progress) {
            progress(timeOfFrame(heard, format.rate));
        }
    }
    return fail(ErrorCode::Cancelled, "Measuring the loudness was cancelled.");
}

Result<std::optional<double>> loudnessOf(AudioSource& source, const std::function<void(MediaTime)>& progress,
                                         const std::stop_token& stop) {
    LoudnessMeter meter(source.format());
    if (auto measured = measure(source, meter, progress, stop); !measured) {
        return tl::unexpected(measured.error());
    }
    return meter.integrated();
}

}  // namespace sightline
