#include "core/pipeline/recording_recovery.h"

#include "core/base/atomic_file.h"
#include "core/captions/project.h"
#include "core/media/writing/recorded_captions.h"

namespace sightline {

Result<std::filesystem::path> recoverRecording(const std::filesystem::path& video, const std::stop_token& stop) {
    auto path = std::filesystem::path(video).replace_extension(kProjectExtension);
    std::error_code status;
    if (std::filesystem::exists(path, status)) {
        return path;
    }
    const auto recorded = readRecordedCaptions(video, stop);
    if (!recorded) {
        return tl::unexpected(recorded.error());
    }
    auto source = referTo(std::filesystem::absolute(video, status));
    if (!source) {
        return tl::unexpected(source.error());
    }
    Project project;
    project.source = *source;
    for (const RecordedCaption& caption : recorded->captions) {
        project.track.cues.push_back({caption.start, caption.end, caption.text, 0.0, CueOrigin::Model});
    }
    project.track.videoName = video.filename().string();
    project.track.videoDuration = recorded->end;
    if (auto written = writeFileAtomically(path, writeProject(project)); !written) {
        return tl::unexpected(written.error());
    }
    return path;
}

}  // namespace sightline
