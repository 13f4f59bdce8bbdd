// A project of thousands of cues over a long video, as no person would write it.
#pragma once

#include <filesystem>

#include <fmt/format.h>

#include "core/captions/project_editor.h"

namespace sightline {

// Saves it beside the video. False when that fails, which is told on standard error.
inline bool makeProject(const std::filesystem::path& video, int cues, MediaTime length) {
    auto source = referTo(video);
    if (!source) {
        fmt::print(stderr, "{}\n", source.error().message);
        return false;
    }
    Project project;
    project.source = std::move(*source);
    project.track.videoDuration = length;
    const MediaTime each = length / cues;
    for (int i = 0; i < cues; ++i) {
        project.track.cues.push_back({i * each, (i + 1) * each - std::chrono::milliseconds(100),
                                      fmt::format("A group of people is standing in front of house number {}", i),
                                      0.4 + 0.1 * (i % 5), CueOrigin::Model});
        project.shots.push_back(i * each + each / 2);
    }
    auto path = video;
    auto editor = ProjectEditor::create(path.replace_extension(kProjectExtension), std::move(project));
    return editor && (*editor)->saveAs(path);
}

}  // namespace sightline
