// The files of a video's audio description, as a person asks for them.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/annotate/annotate_plan.h"
#include "core/captions/project.h"
#include "core/narration/narration.h"

namespace sightline {

struct DescriptionFiles {
    AnnotateJob job;                  // names them, as it does for `annotate`
    bool copy = true;                 // of the video, with the description as a second sound track
    bool times = true;                // WebVTT
    std::vector<std::string> sounds;  // the mix alone: "wav", "flac", "opus"
};

struct DescriptionWritten {
    std::unique_ptr<Narration> narration;  // null when it failed before
    std::vector<std::filesystem::path> written;
    std::vector<std::filesystem::path> former;  // where files that were replaced are now
    std::vector<OutputRecord> records;          // of those that are called as the project
    std::optional<Error> failed;                // then the files after it are not written
};

// `project`: the open one; `stem`: its path without its extension. Files that are there are replaced as writeAsked()
// does. Any thread; blocks. Errors: those of Narration; Cancelled.
DescriptionWritten writeDescription(const Project& project, const std::filesystem::path& stem,
                                    const DescriptionFiles& files, const NarrationOptions& options,
                                    const std::function<void(double)>& progress = {}, const std::stop_token& stop = {});

}  // namespace sightline
