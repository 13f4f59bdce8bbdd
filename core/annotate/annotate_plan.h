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

struct AnnotatePlan {
    std::vector<AnnotateJob> jobs;
    std::vector<Error> problems;                   // of each input that gives no job; the others go on
    std::vector<std::filesystem::path> ownCopies;  // copies that earlier runs made of videos, left out
};

// Files are taken as they are; of folders, and the folders in them, every file with a video's extension; of patterns (*
// ? [...]) that no file is called, what they match. What a killed run or another system left beside videos
// (.sightline-1-0.mp4, ._a.mp4) is none, nor are the copies with captions that runs make. Below `folder` the layout
// inside a named folder is kept. Files whose outputs would have one name keep the folders in which they differ (x/a.mp4
// and y/a.mp4: x/a.srt, y/a.srt), and those of one folder their extension (a.mp4 and a.mkv: a.mp4.srt, a.mkv.srt). The
// order is that of the names. Problems: NotFound, an input that is not there, a link to nothing or a pattern that
// matches nothing; Unsupported, a folder without videos; Io.
AnnotatePlan planAnnotation(const std::vector<std::string>& inputs, const std::filesystem::path& folder);

// One share of the files of a run that several machines do together.
struct Shard {
    int index = 1;  // from 1 to count
    int count = 1;
};

// Whether the job belongs to the share. It depends on the place of the outputs below `folder` alone, so that machines
// agree which see the same storage under other names, and keep agreeing when files are added.
bool isOfShard(const AnnotateJob& job, const std::filesystem::path& folder, const Shard& shard);

}  // namespace sightline
