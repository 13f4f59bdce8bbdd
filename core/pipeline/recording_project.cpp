#include "core/pipeline/recording_project.h"

#include <utility>

#include "core/base/atomic_file.h"
#include "core/media/writing/recorded_captions.h"

namespace sightline {

std::filesystem::path recordingProject(const std::filesystem::path& video) {
    return std::filesystem::path(video).replace_extension(kProjectExtension);
}

Result<std::filesystem::path> writeRecordingProject(const std::filesystem::path& video,
                                                    std::optional<Provenance> captioner, std::vector<Cue> cues,
                                                    MediaTime duration) {
    auto source = referTo(std::filesystem::absolute(video));
    if (!source) {
        return tl::unexpected(source.error());
    }
    Project project;
    project.source = *source;
    project.captioner = std::move(captioner);
    project.track.cues = std::move(cues);
    project.track.videoName = video.filename().string();
    project.track.videoDuration = duration;
    auto path = recordingProject(video);
    if (auto written = writeFileAtomically(path, writeProject(project)); !written) {
        return tl::unexpected(written.error());
    }
    return path;
}

Result<std::filesystem::path> recoverRecording(const std::filesystem::path& video, const std::stop_token& stop) {
    std::error_code status;
    if (auto path = recordingProject(video); std::filesystem::exists(path, status)) {
        return path;
    }
    const auto recorded = readRecordedCaptions(video, stop);
    if (!recorded) {
        return tl::unexpected(recorded.error());
    }
    std::vector<Cue> cues;
    for (const RecordedCaption& caption : recorded->captions) {
        cues.push_back({caption.start, caption.end, caption.text, 0.0, CueOrigin::Model});
    }
    return writeRecordingProject(video, std::nullopt, std::move(cues), recorded->end);
}

}  // namespace sightline
