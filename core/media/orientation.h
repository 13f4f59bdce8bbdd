// How a picture is turned and mirrored before it is shown. Included by core/media only.
#pragma once

#include "core/media/ffmpeg_common.h"
#include "core/media/image.h"

namespace sightline {

// The eight ways a picture can stand: first its rows become columns, then it is mirrored.
struct Orientation {
    bool transposed = false;
    bool mirroredLeftRight = false;
    bool mirroredUpDown = false;

    bool operator==(const Orientation&) const = default;
};

// As the display matrix says: of the stream (track header of MP4, projection of Matroska) or, where that has none, of
// the picture (SEI of H.264, EXIF of JPEG). Angles between quarter turns are rounded to the nearest one.
Orientation displayOrientation(const AVStream& stream);
Orientation displayOrientation(const AVStream& stream, const AVFrame& picture);

// The picture as displayed. Any thread.
Image turned(Image image, const Orientation& orientation);

}  // namespace sightline
