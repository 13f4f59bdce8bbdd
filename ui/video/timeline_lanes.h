// What the timeline draws beside the cues: pictures and sound, from whoever can provide them.
#pragma once

#include <cstdint>
#include <vector>

#include <QImage>
#include <QObject>

#include "core/captions/time_range.h"

namespace sightline {

// Whether a cue finds its place as audio description.
enum class Fit : std::uint8_t {
    Unknown,
    Fits,   // as it is
    Tight,  // faster, or with fewer words
    Unfit,  // it is not said
};

struct CueFit {
    Fit fit = Fit::Unknown;
    TimeRange said;  // unless it is not

    bool operator==(const CueFit&) const = default;
};

// UI thread only. Never blocks: what is not there yet is made elsewhere and told.
class ThumbnailProvider : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    // The picture shown at `time`, of any size, or one near to it for a while; null while there is none. A better one
    // is told by thumbnailReady(). The timeline asks for the times it shows, again and again: what it has not asked for
    // lately need not be made.
    virtual QImage thumbnail(MediaTime time) = 0;

signals:
    void thumbnailReady(MediaTime time);
};

// UI thread only. Never blocks, as above.
class WaveformProvider : public QObject {
    Q_OBJECT

public:
    using QObject::QObject;

    // The loudest sample, 0..1, in each of `count` equal parts of [start, end); empty while it is not known, then
    // peaksReady() follows.
    virtual std::vector<float> peaks(MediaTime start, MediaTime end, int count) = 0;

signals:
    void peaksReady();
};

}  // namespace sightline
