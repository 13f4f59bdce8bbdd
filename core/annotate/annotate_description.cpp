#include "core/annotate/annotate_description.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/annotate/output_file.h"
#include "core/base/atomic_file.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/media/writing/copy_target.h"
#include "core/narration/script.h"
#include "core/pipeline/caption_alternatives.h"
#include "core/subtitles/subtitle_format.h"

namespace sightline {
namespace {

constexpr const char* kSecond = ".described";
constexpr const char* kMixed = ".described-mixed";
constexpr const char* kExtended = ".described-extended";
constexpr int kAlternatives = 8;

// Share of the time that finding, speaking and measuring takes, about; less where the picture is encoded.
constexpr double kPrepared = 0.7;
constexpr double kPreparedToEncode = 0.2;

// How long files take, next to each other.
constexpr double kText = 0.01;
constexpr double kSound = 1.0;
constexpr double kPicture = 10.0;

}  // namespace

// One of the files.
struct DescriptionOutputs::File {
    std::filesystem::path path;
    double effort = kSound;
    std::function<Result<void>(const Narration&, const Narration::Progress&)> write;
};

std::vector<std::string> describedMarks() { return {kSecond, kMixed, kExtended}; }

std::filesystem::path describedPath(const AnnotateJob& job, const NarrationOptions& options,
                                    const std::string& extension) {
    return job.output.string() + (options.schedule.freezes ? kExtended : kSecond) + "." + extension;
}

std::filesystem::path describedCopyStem(const AnnotateJob& job, const NarrationOptions& options) {
    return job.output.string() + (options.schedule.freezes                   ? kExtended
                                  : options.track == DescriptionTrack::Mixed ? kMixed
                                                                             : kSecond);
}

std::function<std::vector<std::string>(const Cue&)> shorterWords(const std::filesystem::path& video,
                                                                 Captioner& captioner, std::stop_token stop) {
    return
        [video, &captioner, stop = std::move(stop), source = std::shared_ptr<FrameSource>()](const Cue& cue) mutable {
            std::vector<std::string> shorter;
            if (!source) {
                if (auto opened = openVideoFile(video)) {
                    source = std::move(*opened);
                } else {
                    return shorter;
                }
            }
            const auto found = captionAlternatives(*source, captioner, {cue.start, cue.end}, kAlternatives, stop, 1);
            for (const CaptionCandidate& candidate : found ? *found : std::vector<CaptionCandidate>()) {
                if (candidate.text.size() < cue.text.size()) {
                    shorter.push_back(candidate.text);
                }
            }
            return shorter;
        };
}

const Result<std::filesystem::path>& DescriptionOutputs::copy() {
    if (!copy_) {
        auto stem = describedCopyStem(job_, options_.narration);
        // A picture that may have to be encoded goes into the one kind of file.
        copy_ = options_.narration.schedule.freezes ? Result<std::filesystem::path>(stem += ".mp4")
                                                    : copyTargetFor(job_.input, stem.string(), stop_);
    }
    return *copy_;
}

std::vector<DescriptionOutputs::File> DescriptionOutputs::wanted() {
    const NarrationOptions& how = options_.narration;
    std::vector<File> files;
    if (options_.copy) {
        if (const auto& path = copy()) {
            files.push_back({*path, how.schedule.freezes ? kPicture : kSound,
                             [this, path = *path](const Narration& narration, const Narration::Progress& progress) {
                                 return narration.writeVideo(path, progress, stop_);
                             }});
        }
    }
    if (options_.times) {
        const auto path = describedPath(job_, how, "vtt");
        files.push_back({path, kText, [path](const Narration& narration, const Narration::Progress&) {
                             return writeFileAtomically(path,
                                                        findSubtitleFormat("vtt")->write(narration.spokenTrack()));
                         }});
    }
    for (const std::string& kind : options_.sounds) {
        const auto path = describedPath(job_, how, kind);
        files.push_back({path, kSound, [this, path](const Narration& narration, const Narration::Progress& progress) {
                             return narration.writeSound(path, progress, stop_);
                         }});
    }
    for (const std::string& kind : options_.scripts) {
        const auto path = describedPath(job_, how, kind);
        const auto scriptKind = kind == "html" ? ScriptKind::Html : ScriptKind::Markdown;
        files.push_back({path, kText, [this, path, scriptKind](const Narration& narration, const Narration::Progress&) {
                             const ScriptHead head{job_.input.filename().string(), narration.language()};
                             return writeFileAtomically(path, scriptOf(narration.cues(), head, scriptKind));
                         }});
    }
    return files;
}

std::vector<std::filesystem::path> DescriptionOutputs::files() {
    std::vector<std::filesystem::path> paths;
    for (const File& file : wanted()) {
        paths.push_back(file.path);
    }
    return paths;
}

Result<const Narration*> DescriptionOutputs::narrate(const Project& project, const Narration::Progress& progress) {
    if (!narration_) {
        auto made = Narration::prepare(job_.input, project.track, project.shots, options_.narration, progress, stop_);
        if (!made) {
            return tl::unexpected(made.error());
        }
        narration_ = std::move(*made);
    }
    return narration_.get();
}

Result<void> DescriptionOutputs::write(const Project& project, const Rule& rule,
                                       const std::function<void(double)>& progress) {
    const auto files = wanted();
    const double prepared = options_.narration.schedule.freezes && options_.copy ? kPreparedToEncode : kPrepared;
    double all = 0.0;
    for (const File& file : files) {
        all += file.effort;
    }
    double done = 0.0;
    for (const File& file : files) {
        bool isSpoken = true;
        const bool goesOn = rule(file.path, [&]() -> Result<void> {
            const auto made = narrate(project, [&](double share) { progress(share * prepared); });
            isSpoken = made.has_value();
            return made ? file.write(**made,
                                     [&](double share) {
                                         progress(prepared + (1.0 - prepared) * (done + share * file.effort) / all);
                                     })
                        : tl::unexpected(made.error());
        });
        if (!goesOn || !isSpoken) {
            return {};
        }
        done += file.effort;
    }
    return !options_.copy || copy() ? Result<void>() : tl::unexpected(copy().error());
}

DescriptionReport reportOf(const Narration& narration) {
    DescriptionReport report;
    report.said = narration.saidCount();
    report.cues = narration.cues().size();
    report.frozen = narration.frozen();
    for (const NarratedCue& one : narration.cues()) {
        if (!one.scheduled.isSaid) {
            const double seconds = toSeconds(one.cue.start);
            const auto minutes = static_cast<int>(seconds) / 60;
            report.unsaid.push_back(fmt::format("{}:{:04.1f} not said, {}: {}", minutes, seconds - minutes * 60,
                                                whyUnsaid(one.scheduled), one.text));
        }
    }
    return report;
}

DescriptionWritten writeDescription(const Project& project, const std::filesystem::path& stem, const AnnotateJob& job,
                                    const AudioDescription& options, const std::function<void(double)>& progress,
                                    const std::stop_token& stop) {
    DescriptionWritten result;
    DescriptionOutputs outputs(job, options, stop);
    const auto writeOne = [&](const std::filesystem::path& path, const std::function<Result<void>()>& write) {
        const std::string ending = endingOf(path, stem);
        auto writing = writeAsked(path, true, recordOf(project.outputs, ending), write);
        if (writing.former) {
            result.former.push_back(*writing.former);
        }
        if (writing.failed) {
            result.failed = writing.failed;
            return false;
        }
        result.written.push_back(path);
        if (writing.digest && !ending.empty()) {
            result.records.push_back({ending, *writing.digest, "", digestOf(project.track.cues)});
        }
        return true;
    };
    const auto tell = [&progress](double share) {
        if (progress) {
            progress(share);
        }
    };
    if (auto done = outputs.write(project, writeOne, tell); !done) {
        result.failed = done.error();
    }
    result.narration = outputs.takeNarration();
    return result;
}

}  // namespace sightline
