#include "ui/video/timeline_scale.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace sightline {
namespace {

using namespace std::chrono_literals;

constexpr double kNearest = 1e6;  // nanoseconds a pixel: a frame of 25 frames/s is 40 pixels wide

}  // namespace

double TimelineScale::widest() const {
    return std::max(kNearest, static_cast<double>(duration_.count()) / std::max(1, width_));
}

void TimelineScale::setExtent(MediaTime duration, int width) {
    const bool all = perPixel_ == 0.0 || duration != duration_ || showsAll();
    duration_ = duration;
    width_ = std::max(1, width);
    perPixel_ = all ? widest() : std::clamp(perPixel_, kNearest, widest());
    scrollTo(start_);
}

MediaTime TimelineScale::timeAt(double pixel) const { return start_ + span(pixel); }

void TimelineScale::scrollTo(MediaTime start) {
    start_ = std::clamp(start, MediaTime::zero(), std::max(MediaTime::zero(), duration_ - visible()));
}

void TimelineScale::zoom(double factor, double pixel) {
    const MediaTime fixed = timeAt(pixel);
    perPixel_ = std::clamp(perPixel_ / factor, kNearest, widest());
    scrollTo(fixed - span(pixel));
}

void TimelineScale::showAll() {
    perPixel_ = widest();
    start_ = MediaTime::zero();
}

MediaTime TimelineScale::tickStep(double pixels) const {
    constexpr std::array<MediaTime, 22> kRound{10ms,  20ms,  50ms,  100ms,  200ms,  500ms, 1s,   2s,
                                               5s,    10s,   15s,   30s,    1min,   2min,  5min, 10min,
                                               15min, 30min, 60min, 120min, 360min, 720min};
    const auto step = std::ranges::lower_bound(kRound, span(pixels));
    return step == kRound.end() ? kRound.back() : *step;
}

}  // namespace sightline
