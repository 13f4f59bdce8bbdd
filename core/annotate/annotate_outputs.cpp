#include "core/annotate/annotate_outputs.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "core/annotate/former_file.h"
#include "core/annotate/hand_edits.h"
#include "core/base/atomic_file.h"
#include "core/base/sha256.h"
#include "core/captions/source_reference.h"
#include "core/media/writing/copy_target.h"
#include "core/subtitles/subtitle_format.h"

namespace sightline {
namespace {

// Nothing when it is no file or may not be read.
std::optional<std::string> contentOf(const std::filesystem::path& path) {
    std::error_code ignored;
    std::ifstream file(path, std::ios::binary);
    if (!std::filesystem::is_regular_file(path, ignored) || !file) {
        return std::nullopt;
    }
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    return file.bad() ? std::nullopt : std::optional(std::move(bytes));
}

// Of a video, which may have gigabytes: its length, beginning and end tell one from another.
std::optional<std::string> fingerprintOf(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        return std::nullopt;
    }
    auto source = referTo(path);
    return source ? std::optional(std::move(source->fingerprint)) : std::nullopt;
}

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
    return copyTargetFor(job.input, job.output.string() + ".captioned", stop);
}

std::filesystem::path burnInPath(const AnnotateJob& job) { return job.output.string() + ".burned-in.mp4"; }

bool AnnotateOutputs::isMissing(const std::filesystem::path& path) {
    std::error_code ignored;
    return !std::filesystem::exists(std::filesystem::symlink_status(path, ignored));
}

std::string AnnotateOutputs::endingOf(const std::filesystem::path& path) const {
    return path.string().substr(job_.output.string().size());
}

const OutputRecord* AnnotateOutputs::recordOf(const Project& project, const std::filesystem::path& path) const {
    const auto found = std::ranges::find(project.outputs, endingOf(path), &OutputRecord::ending);
    return found == project.outputs.end() ? nullptr : &*found;
}

void AnnotateOutputs::remember(ProjectEditor& editor, OutputRecord record) const {
    auto outputs = editor.project().outputs;
    std::erase_if(outputs, [&record](const OutputRecord& other) { return other.ending == record.ending; });
    outputs.push_back(std::move(record));
    editor.setOutputs(std::move(outputs));
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
        if (*bytes == format->write(project.track)) {  // a run ended before it could note that it wrote this
            remember(editor, {endingOf(path), digest, "", digestOf(project.track.cues)});
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
        if (isMissing(path)) {
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
    const std::string fresh = format.write(editor.project().track);
    const std::string freshDigest = Sha256::hexOf(fresh);
    const auto bytes = contentOf(path);
    const std::string digest = bytes ? Sha256::hexOf(*bytes) : "";
    const OutputRecord* record = recordOf(editor.project(), path);
    write(
        editor, path,
        {.isThere = !isMissing(path),
         .isReadable = bytes.has_value(),
         .digest = digest,
         .written = record ? std::string_view(record->written) : std::string_view(),
         .takenOver = record ? std::string_view(record->takenOver) : std::string_view(),
         .fresh = freshDigest},
        [&] { return writeFileAtomically(path, fresh); }, [&] { return std::optional(freshDigest); }, outcome);
}

void AnnotateOutputs::writeVideo(ProjectEditor& editor, const std::filesystem::path& path,
                                 const std::function<Result<void>()>& write, OutputOutcome& outcome) {
    const auto fingerprint = fingerprintOf(path);
    const OutputRecord* record = recordOf(editor.project(), path);
    this->write(
        editor, path,
        {.isThere = !isMissing(path),
         .isReadable = fingerprint.has_value(),
         .digest = fingerprint ? std::string_view(*fingerprint) : std::string_view(),
         .written = record ? std::string_view(record->written) : std::string_view(),
         .takenOver = {},
         .fresh = {}},
        write, [&path] { return fingerprintOf(path); }, outcome);
}

void AnnotateOutputs::write(ProjectEditor& editor, const std::filesystem::path& path, const OutputFacts& facts,
                            const std::function<Result<void>()>& write,
                            const std::function<std::optional<std::string>()>& digest, OutputOutcome& outcome) {
    const OutputAction action = decideOutput(facts, existing_);
    if (action == OutputAction::LeaveAlone) {
        outcome.leftAlone.push_back(reasonToLeave(path, ownerOf(facts)));
        return;
    }
    if (action == OutputAction::Keep) {
        return;
    }
    if (action == OutputAction::WriteKeepingFormer) {
        auto former = keepFormerFile(path);
        if (!former) {
            outcome.failed.push_back(former.error());
            return;
        }
        outcome.former.push_back(std::move(*former));
    }
    if (auto written = write(); !written) {
        outcome.failed.push_back(written.error());
        return;
    }
    outcome.written.push_back(path);
    if (const auto content = digest()) {
        remember(editor, {endingOf(path), *content, "", digestOf(editor.project().track.cues)});
        if (auto saved = editor.save(); !saved) {  // a later run will not know the file for ours, and leave it alone
            outcome.failed.push_back(saved.error());
        }
    }
}

void AnnotateOutputs::leaveAlone(const std::filesystem::path& path, OutputOutcome& outcome) const {
    outcome.leftAlone.push_back(
        reasonToLeave(path, fingerprintOf(path) ? OutputOwner::Foreign : OutputOwner::Unreadable));
}

std::string AnnotateOutputs::reasonToLeave(const std::filesystem::path& path, OutputOwner owner) const {
    const std::string toDo = fmt::format("Choose another folder for -o, or --existing replace, which keeps it as {}~1.",
                                         path.filename().string());
    if (owner == OutputOwner::Unreadable) {
        return fmt::format(
            "{} was left alone: it is no file that can be read. Move it away, or choose another folder "
            "for -o.",
            path.string());
    }
    if (owner == OutputOwner::Foreign) {
        return fmt::format("{} was left alone: this program did not write it. {}", path.string(), toDo);
    }
    const auto why = std::ranges::find(untaken_, path, &std::pair<std::filesystem::path, std::string>::first);
    return why == untaken_.end()
               ? fmt::format("{} was left alone: it was changed since this program wrote it. {}", path.string(), toDo)
               : fmt::format(
                     "{} was left alone: it was changed since this program wrote it, and its edits cannot be "
                     "taken over. {} {}",
                     path.string(), why->second, toDo);
}

}  // namespace sightline
