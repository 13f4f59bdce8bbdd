#include "core/annotate/annotate_description.h"

#include <fmt/format.h>

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
constexpr double kPrepared = 0.7;  // share of the time that passes before anything is written

DescriptionReport reportOf(const Narration& narration) {
    DescriptionReport report;
    report.said = narration.saidCount();
    report.cues = narration.cues().size();
    for (const Freeze& freeze : narration.times().freezes()) {
        report.frozen += freeze.length;
    }
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

}  // namespace

std::vector<std::string> describedMarks() { return {kSecond, kMixed, kExtended}; }

std::filesystem::path describedPath(const AnnotateJob& job, const NarrationOptions& options,
                                    const std::string& extension) {
    return job.output.string() + (options.schedule.freezes ? kExtended : kSecond) + "." + extension;
}

Result<std::filesystem::path> describedCopyPath(const AnnotateJob& job, const NarrationOptions& options,
                                                const std::stop_token& stop) {
    if (options.schedule.freezes) {
        return describedPath(job, options, "mp4");
    }
    const char* mark = options.track == DescriptionTrack::Mixed ? kMixed : kSecond;
    return copyTargetFor(job.input, job.output.string() + mark, stop);
}

const Result<std::filesystem::path>& DescriptionOutputs::copy() {
    if (!copy_) {
        copy_ = describedCopyPath(job_, options_.narration, stop_);
    }
    return *copy_;
}

std::vector<std::filesystem::path> DescriptionOutputs::files() {
    std::vector<std::filesystem::path> files;
    if (const auto& video = copy()) {
        files.push_back(*video);
    }
    files.push_back(path("vtt"));
    for (const auto* kinds : {&options_.sounds, &options_.scripts}) {
        for (const std::string& kind : *kinds) {
            files.push_back(path(kind));
        }
    }
    return files;
}

// A video that cannot be read again has none: the caption is then told as too long.
std::vector<std::string> DescriptionOutputs::shorterThan(const Cue& cue) {
    if (!video_) {
        auto video = openVideoFile(job_.input);
        if (!video) {
            return {};
        }
        video_ = std::move(*video);
    }
    std::vector<std::string> shorter;
    const auto found = captionAlternatives(*video_, captioner_, {cue.start, cue.end}, kAlternatives, stop_, 1);
    for (const CaptionCandidate& candidate : found ? *found : std::vector<CaptionCandidate>()) {
        if (candidate.text.size() < cue.text.size()) {
            shorter.push_back(candidate.text);
        }
    }
    return shorter;
}

Result<const Narration*> DescriptionOutputs::narration(const ProjectEditor& editor,
                                                       const std::function<void(double)>& progress) {
    if (!narration_) {
        const Project& project = editor.project();
        NarrationOptions options = options_.narration;
        options.shorter = [this](const Cue& cue) { return shorterThan(cue); };
        auto made = Narration::prepare(
            job_.input, project.track, project.shots, options,
            [&progress](double share) { progress(share * kPrepared); }, stop_);
        if (!made) {
            return tl::unexpected(made.error());
        }
        narration_ = std::move(*made);
    }
    return narration_.get();
}

std::optional<DescriptionReport> DescriptionOutputs::write(ProjectEditor& editor, AnnotateOutputs& outputs,
                                                           const std::function<void(double)>& progress,
                                                           OutputOutcome& outcome) {
    bool hasFailed = false;  // to be spoken, which is told once
    using Write = std::function<Result<void>(const Narration&, const std::filesystem::path&)>;
    const auto write = [&](const std::filesystem::path& file, const Write& writeIt) {
        if (hasFailed) {
            return;
        }
        outputs.writeVideo(
            editor, file,
            [&]() -> Result<void> {
                const auto made = narration(editor, progress);
                hasFailed = !made;
                return made ? writeIt(**made, file) : tl::unexpected(made.error());
            },
            outcome);
    };
    const Narration::Progress rest = [&](double share) { progress(kPrepared + share * (1.0 - kPrepared)); };
    if (const auto& video = copy()) {
        write(*video, [&](const Narration& narration, const std::filesystem::path& file) {
            return narration.writeVideo(file, rest, stop_);
        });
    } else {
        outcome.failed.push_back(video.error());
    }
    write(path("vtt"), [](const Narration& narration, const std::filesystem::path& file) {
        return writeFileAtomically(file, findSubtitleFormat("vtt")->write(narration.spokenTrack()));
    });
    for (const std::string& sound : options_.sounds) {
        write(path(sound), [&](const Narration& narration, const std::filesystem::path& file) {
            return narration.writeSound(file, rest, stop_);
        });
    }
    for (const std::string& script : options_.scripts) {
        write(path(script), [&](const Narration& narration, const std::filesystem::path& file) {
            return writeFileAtomically(
                file, scriptOf(narration.cues(), {job_.input.filename().string(), editor.project().track.language},
                               script == "html" ? ScriptKind::Html : ScriptKind::Markdown));
        });
    }
    return narration_ ? std::optional(reportOf(*narration_)) : std::nullopt;
}

}  // namespace sightline
