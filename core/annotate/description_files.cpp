#include "core/annotate/description_files.h"

#include "core/annotate/annotate_description.h"
#include "core/annotate/output_file.h"
#include "core/base/atomic_file.h"
#include "core/subtitles/subtitle_format.h"

namespace sightline {
namespace {

constexpr double kPrepared = 0.7;  // share of the time that finding, speaking and measuring takes, about

struct File {
    std::filesystem::path path;
    std::function<Result<void>(const Narration::Progress&)> write;
};

}  // namespace

DescriptionWritten writeDescription(const Project& project, const std::filesystem::path& stem,
                                    const DescriptionFiles& files, const NarrationOptions& options,
                                    const std::function<void(double)>& progress, const std::stop_token& stop) {
    DescriptionWritten result;
    const auto tell = [&progress](double share) {
        if (progress) {
            progress(share);
        }
    };
    std::optional<std::filesystem::path> copy;
    if (files.copy) {
        auto path = describedCopyPath(files.job, options, stop);
        if (!path) {
            result.failed = path.error();
            return result;
        }
        copy = std::move(*path);
    }
    auto made = Narration::prepare(
        files.job.input, project.track, project.shots, options, [&](double share) { tell(share * kPrepared); }, stop);
    if (!made) {
        result.failed = made.error();
        return result;
    }
    result.narration = std::move(*made);
    const Narration& narration = *result.narration;
    std::vector<File> wanted;
    if (copy) {
        wanted.push_back({*copy, [&](const auto& each) { return narration.writeVideo(*copy, each, stop); }});
    }
    for (const std::string& kind : files.sounds) {
        const auto path = describedPath(files.job, options, kind);
        wanted.push_back({path, [&, path](const auto& each) { return narration.writeSound(path, each, stop); }});
    }
    if (files.times) {
        const auto path = describedPath(files.job, options, "vtt");
        wanted.push_back({path, [&, path](const auto&) {
                              return writeFileAtomically(path,
                                                         findSubtitleFormat("vtt")->write(narration.spokenTrack()));
                          }});
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        const auto& [path, write] = wanted[i];
        const std::string ending = endingOf(path, stem);
        auto writing = writeAsked(path, true, recordOf(project.outputs, ending), [&] {
            return write([&](double share) {
                tell(kPrepared +
                     (1.0 - kPrepared) * (static_cast<double>(i) + share) / static_cast<double>(wanted.size()));
            });
        });
        if (writing.former) {
            result.former.push_back(*writing.former);
        }
        if (writing.failed) {
            result.failed = writing.failed;
            return result;
        }
        result.written.push_back(path);
        if (writing.digest && !ending.empty()) {
            result.records.push_back({ending, *writing.digest, "", digestOf(project.track.cues)});
        }
    }
    return result;
}

}  // namespace sightline
