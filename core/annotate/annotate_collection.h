// One file with the captions of all videos of a run, beside those of each video.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>

#include "core/annotate/annotate_outputs.h"
#include "core/subtitles/activitynet.h"

namespace sightline {

struct CollectionKind {
    std::string_view name;      // for the command line: "activitynet"
    std::string_view fileName;  // in the folder of the outputs
    ActivityNetShape shape;
};

std::span<const CollectionKind> collectionKinds();
const CollectionKind* findCollectionKind(std::string_view name);  // null when there is none

// The file is merged over runs: videos of other runs stay in it. With Existing::Skip so do those of this run that are
// there. A record beside it (FILE.sightline-record) has the digest of what was written, so that replace_rule.h decides
// as for any output, and which video each id means: its file's name without extension, or, where another video has that
// one, the name of its outputs in the folder. add() on any thread; the others on one.
class AnnotateCollection {
public:
    AnnotateCollection(const CollectionKind& kind, std::filesystem::path folder, Existing existing)
        : kind_(kind), folder_(std::move(folder)), existing_(existing) {}

    void add(const AnnotateJob& job, CueTrack track);

    // All that was added; nothing when that is nothing. Told in `outcome`.
    void write(OutputOutcome& outcome);

private:
    struct Video {
        std::string id;
        CueTrack track;
    };
    struct Record;

    Record readRecord(const std::filesystem::path& path) const;

    // immutable
    const CollectionKind& kind_;
    const std::filesystem::path folder_;
    const Existing existing_;

    // guarded by mutex_
    std::mutex mutex_;
    std::map<std::string, Video> videos_;  // by the name of their outputs in the folder
};

}  // namespace sightline
