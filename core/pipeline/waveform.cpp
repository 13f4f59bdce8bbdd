#include "core/pipeline/waveform.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace sightline {
namespace {

constexpr std::size_t kFactor = 4;  // from one level to the next
constexpr std::string_view kMagic = "Sightline waveform 1\n";
constexpr float kScale = 127.0F;

std::int8_t quantized(float sample) {
    return static_cast<std::int8_t>(std::lround(std::clamp(sample, -1.0F, 1.0F) * kScale));
}

}  // namespace

void Waveform::append(float lowest, float highest) { append(Extent{quantized(lowest), quantized(highest)}); }

void Waveform::append(Extent extent) {
    for (std::size_t level = 0;; ++level) {
        if (level == levels_.size()) {
            levels_.emplace_back();
        }
        auto& extents = levels_[level];
        extents.push_back(extent);
        if (extents.size() % kFactor != 0) {
            return;
        }
        for (std::size_t i = extents.size() - kFactor; i < extents.size(); ++i) {
            extent.lowest = std::min(extent.lowest, extents[i].lowest);
            extent.highest = std::max(extent.highest, extents[i].highest);
        }
    }
}

std::vector<float> Waveform::peaks(MediaTime start, MediaTime end, int count) const {
    std::vector<float> result(static_cast<std::size_t>(std::max(count, 0)), 0.0F);
    if (levels_.empty() || end <= start) {
        return result;
    }
    const double part = static_cast<double>((end - start).count()) / static_cast<double>(count);
    // The coarsest level whose step fits into a part, so that each part looks at few.
    std::size_t level = 0;
    auto step = static_cast<double>(kStep.count());
    while (level + 1 < levels_.size() && step * kFactor <= part) {
        ++level;
        step *= kFactor;
    }
    const auto loudest = [](const std::vector<Extent>& extents, double from, double to) {
        int peak = 0;
        const auto first = static_cast<std::size_t>(std::max(0.0, std::floor(from)));
        const auto last = std::min(extents.size(), static_cast<std::size_t>(std::max(0.0, std::ceil(to))));
        for (std::size_t i = first; i < last; ++i) {
            peak = std::max({peak, -extents[i].lowest, static_cast<int>(extents[i].highest)});
        }
        return static_cast<float>(peak) / kScale;
    };
    // The end of a coarse level lacks what does not fill a step of it; the finest has it.
    const double filled = static_cast<double>(levels_[level].size()) * step;
    for (std::size_t i = 0; i < result.size(); ++i) {
        const double from = static_cast<double>(start.count()) + part * static_cast<double>(i);
        const double to = from + part;
        result[i] = loudest(levels_[level], from / step, to / step);
        if (level > 0 && to > filled) {
            const auto finest = static_cast<double>(kStep.count());
            result[i] = std::max(result[i], loudest(levels_[0], std::max(from, filled) / finest, to / finest));
        }
    }
    return result;
}

std::string Waveform::toBytes() const {
    std::string bytes(kMagic);
    if (!levels_.empty()) {
        const std::size_t size = levels_[0].size() * sizeof(Extent);
        bytes.resize(kMagic.size() + size);
        std::memcpy(bytes.data() + kMagic.size(), levels_[0].data(), size);
    }
    return bytes;
}

Result<Waveform> Waveform::fromBytes(std::string_view bytes) {
    if (!bytes.starts_with(kMagic) || (bytes.size() - kMagic.size()) % sizeof(Extent) != 0) {
        return fail(ErrorCode::Corrupt, "This is no waveform, or of another version. It is computed anew.");
    }
    Waveform waveform;
    for (std::size_t at = kMagic.size(); at < bytes.size(); at += sizeof(Extent)) {
        Extent extent;
        std::memcpy(&extent, bytes.data() + at, sizeof extent);
        waveform.append(extent);
    }
    return waveform;
}

}  // namespace sightline
