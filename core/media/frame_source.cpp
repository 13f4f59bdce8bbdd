#include "core/media/frame_source.h"

#include <utility>

namespace sightline {

Result<Frame> developed(FrameGlimpse glimpse) {
    if (glimpse.frame.image.empty() && glimpse.makeImage) {
        auto image = glimpse.makeImage();
        if (!image) {
            return tl::unexpected(image.error());
        }
        glimpse.frame.image = std::move(*image);
    }
    return std::move(glimpse.frame);
}

Result<FrameGlimpse> FrameSource::glimpse() {
    auto frame = read();
    if (!frame) {
        return tl::unexpected(frame.error());
    }
    return FrameGlimpse{std::move(*frame), {}, {}};
}

}  // namespace sightline
