#include "core/media/live/open_source.h"

#include <algorithm>
#include <charconv>

#include "core/media/files/ffmpeg_file_source.h"

namespace sightline {

Result<std::unique_ptr<FrameSource>> openSource(const SourceAddress& address, const SourceOptions& options,
                                                const std::stop_token& stop) {
    switch (address.kind) {
        case SourceKind::Camera: {
            CameraOptions camera = options.camera;
            const std::string& target = address.target;
            camera.device.clear();
            camera.index = 0;
            const auto [end, problem] = std::from_chars(target.data(), target.data() + target.size(), camera.index);
            if (!target.empty() && (problem != std::errc() || end != target.data() + target.size())) {
                camera.device = target;
            }
            return openCamera(camera, stop);
        }
        case SourceKind::Stream:
        case SourceKind::Screen: return openLiveInput(address, options.live, stop);
        case SourceKind::Pipeline: return openPipeline(address.target, address.name, options.pipeline, stop);
        case SourceKind::File: return openVideoFile(address.target);
    }
    return fail(ErrorCode::Internal, "Cannot open the source: its kind is not known.");
}

Result<std::unique_ptr<FrameSource>> openSource(const std::string& address, const SourceOptions& options) {
    const auto parsed = parseSourceAddress(address);
    if (!parsed) {
        return tl::unexpected(parsed.error());
    }
    return openSource(*parsed, options);
}

}  // namespace sightline
