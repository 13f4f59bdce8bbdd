// Which time lies at which pixel of the timeline.
#pragma once

#include "core/base/clock.h"

namespace sightline {

// Value; zooming keeps the time under a pixel where it is.
class TimelineScale {
public:
    // Sets how much there is and how wide the view is; a scale that showed all goes on showing all.
    void setExtent(MediaTime duration, int width);

    MediaTime duration() const { return duration_; }
    MediaTime start() const { return start_; }  // at pixel 0
    MediaTime visible() const { return span(width_); }
    int width() const { return width_; }

    double pixelAt(MediaTime time) const { return static_cast<double>((time - start_).count()) / perPixel_; }
    MediaTime timeAt(double pixel) const;  // not limited to the video
    MediaTime span(double pixels) const { return MediaTime(static_cast<MediaTime::rep>(pixels * perPixel_)); }

    void scrollTo(MediaTime start);
    void zoom(double factor, double pixel);  // above 1: nearer
    void showAll();
    bool showsAll() const { return perPixel_ >= widest(); }

    // Distance of the ruler's labelled ticks: a round time that leaves at least `pixels` between them.
    MediaTime tickStep(double pixels) const;

private:
    double widest() const;

    MediaTime duration_{};
    MediaTime start_{};
    int width_ = 1;
    double perPixel_ = 0.0;  // nanoseconds; zero before the first extent
};

}  // namespace sightline
