// Which files a run of `sightline annotate` reads, and what each one's outputs are called.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace sightline {

struct AnnotateJob {
    std::filesystem::path input;
    std::filesystem::path output;  // without an extension: each format and the project add theirs

    bool operator==(const AnnotateJob&) const = default;
};

// Files are taken as they are; of folders, and the folders in them, every file with a video's extension; of patterns (*
// ?
// [...]) that no file is called, what they match. Below `folder` the layout inside a named folder is kept, and files
// whose outputs would have one name keep their extension in it (a.mp4 and a.mkv: a.mp4.srt, a.mkv.srt). The order is
// that of the names. Errors: NotFound, an input that is not there or a pattern that matches nothing; Unsupported, a
// folder without videos.
Result<std::vector<AnnotateJob>> planAnnotation(const std::vector<std::string>& inputs,
                                                const std::filesystem::path& folder);

}  // namespace sightline
