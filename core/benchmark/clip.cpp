#include "core/benchmark/clip.h"

#include <fmt/format.h>

#include "core/media/files/ffmpeg_file_source.h"

namespace sightline {

Result<std::vector<Image>> readClip(const std::filesystem::path& path, int count) {
    auto source = openVideoFile(path);
    if (!source) {
        return tl::unexpected(source.error());
    }
    const MediaTime duration = (*source)->description().duration;
    std::vector<Image> pictures;
    while (static_cast<int>(pictures.size()) < count) {
        auto frame = (*source)->read();
        if (!frame) {
            if (frame.error().code != ErrorCode::EndOfStream) {
                return tl::unexpected(frame.error());
            }
            return fail(ErrorCode::Unsupported,
                        fmt::format("{} has too few frames for {} pictures. Choose a longer clip or fewer pictures.",
                                    path.string(), count));
        }
        if (frame->pts >= duration / count * static_cast<int>(pictures.size())) {
            pictures.push_back(std::move(frame->image));
        }
    }
    return pictures;
}

}  // namespace sightline
