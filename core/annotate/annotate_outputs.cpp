#include "core/annotate/annotate_outputs.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/annotate/former_file.h"
#include "core/annotate/hand_edits.h"
#include "core/annotate/output_file.h"
#include "core/base/atomic_file.h"
#include "core/base/sha256.h"
#include "core/media/writing/copy_target.h"
#include "core/subtitles/subtitle_file.h"

namespace sightline {
namespace {

bool sayTheSame(const std::vector<Cue>& some, const std::vector<Cue>& others) {
    return std::ranges::equal(some, others, [](const Cue& one, const Cue& other) {
        return one.start == other.start && one.end == other.end && one.text == other.text;
    });
}

}  // namespace

std::filesystem::path exportPath(const AnnotateJob& job, const SubtitleFormat& format) {
    // Two formats may share an extension.
    const std::string kind = format.name() == format.extension() ? "" : fmt::format(".{}", format.name());
    return fmt::format("{}{}.{}", job.output.string(), kind, format.extension());
}

Result<std::filesystem::path> muxPath(const AnnotateJob& job, const std::stop_token& stop) {
    return copyTargetFor(job.input, job.output.string() + kCaptionedMark, stop);
}

std::filesystem::path burnInPath(const AnnotateJob& job) { return job.output.string() + kBurnedInMark + ".mp4"; }

const OutputRecord* AnnotateOutputs::recordOf(const Project& project, const std::filesystem::path& path) const {
    return sightline::recordOf(project.outputs, endingOf(path, job_.output));
}

void AnnotateOutputs::remember(ProjectEditor& editor, OutputRecord record) {
    editor.setOutputs(withRecord(editor.project().outputs, std::move(record)));
}

Result<std::vector<std::string>> AnnotateOutputs::takeOverEdits(ProjectEditor& editor,
                                                                const std::vector<const SubtitleFormat*>& formats) {
    const Project& project = editor.project();
    std::vector<std::string> names;
    std::vector<OutputRecord> records;
    std::optional<std::vector<Cue>> cues;
    bool isWhole = true;
    for (const SubtitleFormat* format : formats) {
        const auto path = exportPath(job_, *format);
        const OutputRecord* record = recordOf(project, path);
        const auto bytes = contentOf(path);
        if (!bytes) {
            continue;
        }
        const std::string digest = Sha256::hexOf(*bytes);
        if (record != nullptr && (digest == record->written || digest == record->takenOver)) {
            continue;
        }
        if (*bytes ==
            format->write(project.track,
                          contextOf(path, job_.input))) {  // a run ended before it could note that it wrote this
            remember(editor, {endingOf(path, job_.output), digest, "", digestOf(project.track.cues)});
            continue;
        }
        if (record == nullptr) {
            continue;
        }
        const auto edited = [&]() -> Result<std::vector<Cue>> {
            if (record->cues != digestOf(project.track.cues)) {
                return fail(ErrorCode::Unsupported, "The project was changed since, too.");
            }
            const auto track = readWhole(*bytes, *format);
            return track ? withHandEdits(project.track, *format, *track) : tl::unexpected(track.error());
        }();
        if (!edited) {
            untaken_.emplace_back(path, edited.error().message);
            isWhole = false;
        } else if (cues && !sayTheSame(*cues, *edited)) {
            untaken_.emplace_back(path, "Another file was edited in another way.");
            isWhole = false;
        } else {
            cues = *edited;
            names.push_back(path.filename().string());
            records.push_back(*record);
            records.back().takenOver = digest;
        }
    }
    if (!cues || !isWhole) {
        for (const OutputRecord& record : records) {
            untaken_.emplace_back(job_.output.string() + record.ending,
                                  "Another file was edited as well, and the edits of both do not go together.");
        }
        return std::vector<std::string>{};
    }
    const std::string state = digestOf(*cues);
    if (auto replaced = editor.replaceCues(0, project.track.cues.size(), std::move(*cues)); !replaced) {
        return tl::unexpected(replaced.error());
    }
    for (OutputRecord& record : records) {
        record.cues = state;
        remember(editor, std::move(record));
    }
    if (auto saved = editor.save(); !saved) {
        return tl::unexpected(saved.error());
    }
    return names;
}

std::vector<Cue> AnnotateOutputs::foreignCues(const std::vector<const SubtitleFormat*>& formats) const {
    std::vector<Cue> cues;
    for (const SubtitleFormat* format : formats) {
        const auto path = exportPath(job_, *format);
        if (!isTaken(path)) {
            continue;
        }
        const auto bytes = contentOf(path);
        auto track = bytes ? readWhole(*bytes, *format) : fail(ErrorCode::Io, "");
        if (!track || (!cues.empty() && !sayTheSame(cues, track->cues))) {
            return {};
        }
        cues = std::move(track->cues);
    }
    for (Cue& cue : cues) {
        cue.origin = CueOrigin::Edited;
    }
    return cues;
}

void AnnotateOutputs::writeCaptions(ProjectEditor& editor, const SubtitleFormat& format, OutputOutcome& outcome) {
    const auto path = exportPath(job_, format);
    const std::string fresh = format.write(editor.project().track, contextOf(path, job_.input));
    const std::string freshDigest = Sha256::hexOf(fresh);
    const auto bytes = contentOf(path);
    const std::string digest = bytes ? Sha256::hexOf(*bytes) : "";
    const OutputRecord* record = recordOf(editor.project(), path);
    write(
        editor, path,
        {.isThere = isTaken(path),
         .isReadable = bytes.has_value(),
         .digest = digest,
         .written = record ? std::string_view(record->written) : std::string_view(),
         .takenOver = record ? std::string_view(record->takenOver) : std::string_view(),
         .fresh = freshDigest},
        [&] { return writeFileAtomically(path, fresh); }, [&] { return std::optional(freshDigest); }, outcome);
}

void AnnotateOutputs::writeVideo(ProjectEditor& editor, const std::filesystem::path& path,
                                 const std::function<Result<void>()>& write, OutputOutcome& outcome) {
    const auto fingerprint = digestOfVideo(path);
    const OutputRecord* record = recordOf(editor.project(), path);
    this->write(
        editor, path,
        {.isThere = isTaken(path),
         .isReadable = fingerprint.has_value(),
         .digest = fingerprint ? std::string_view(*fingerprint) : std::string_view(),
         .written = record ? std::string_view(record->written) : std::string_view(),
         .takenOver = {},
         .fresh = {}},
        write, [&path] { return digestOfVideo(path); }, outcome);
}

void AnnotateOutputs::write(ProjectEditor& editor, const std::filesystem::path& path, const OutputFacts& facts,
                            const std::function<Result<void>()>& write,
                            const std::function<std::optional<std::string>()>& digest, OutputOutcome& outcome) {
    OutputWriting writing = writeOutput(path, facts, existing_, write, digest);
    if (writing.former) {
        outcome.former.push_back(std::move(*writing.former));
    }
    if (writing.failed) {
        outcome.failed.push_back(std::move(*writing.failed));
        return;
    }
    if (writing.action == OutputAction::LeaveAlone) {
        outcome.leftAlone.push_back(reasonToLeave(path, ownerOf(facts), whyUntaken(path)));
    }
    if (writing.action == OutputAction::LeaveAlone || writing.action == OutputAction::Keep) {
        return;
    }
    outcome.written.push_back(path);
    if (writing.digest) {
        remember(editor, {endingOf(path, job_.output), *writing.digest, "", digestOf(editor.project().track.cues)});
        if (auto saved = editor.save(); !saved) {  // a later run will not know the file for ours, and leave it alone
            outcome.failed.push_back(saved.error());
        }
    }
}

void AnnotateOutputs::leaveAlone(const std::filesystem::path& path, OutputOutcome& outcome) const {
    outcome.leftAlone.push_back(
        reasonToLeave(path, digestOfVideo(path) ? OutputOwner::Foreign : OutputOwner::Unreadable));
}

std::string AnnotateOutputs::whyUntaken(const std::filesystem::path& path) const {
    const auto why = std::ranges::find(untaken_, path, &std::pair<std::filesystem::path, std::string>::first);
    return why == untaken_.end() ? std::string() : why->second;
}

}  // namespace sightline
