#include "core/captions/project_editor.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/base/atomic_file.h"
#include "core/base/logging.h"
#include "core/base/sha256.h"
#include "core/captions/cue_json.h"

namespace sightline {
namespace {

constexpr auto kShortestPiece = std::chrono::milliseconds(500);  // of a fresh cue beside an edited one

std::filesystem::path journalOf(const std::filesystem::path& project) { return project.string() + ".journal"; }

std::string stateOf(std::string_view saved) {
    Sha256 digest;
    digest.add(saved.data(), saved.size());
    return "sightline-journal 1 " + Sha256::hex(digest.finish());
}

std::vector<Cue> ordered(std::vector<Cue> cues) {
    std::ranges::stable_sort(cues, {}, &Cue::start);
    return cues;
}

// `kept`, and of `fresh` what lies neither in it nor in `taken`.
std::vector<Cue> filledUp(std::vector<Cue> kept, std::vector<TimeRange> taken, const std::vector<Cue>& fresh) {
    for (const Cue& cue : kept) {
        taken.push_back({cue.start, cue.end});
    }
    for (const Cue& cue : fresh) {
        for (const TimeRange& piece : without({cue.start, cue.end}, taken)) {
            const bool whole = piece == TimeRange{cue.start, cue.end};
            if (whole || piece.end - piece.start >= kShortestPiece) {
                Cue part = cue;
                part.start = piece.start;
                part.end = piece.end;
                kept.push_back(std::move(part));
            }
        }
    }
    return ordered(std::move(kept));
}

nlohmann::ordered_json lineOf(std::size_t first, std::size_t count, const std::vector<Cue>& cues) {
    nlohmann::ordered_json line{{"first", first}, {"count", count}, {"cues", nlohmann::ordered_json::array()}};
    for (const Cue& cue : cues) {
        line["cues"].push_back(toJson(cue));
    }
    return line;
}

std::string oneLine(const nlohmann::ordered_json& line) {
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

void apply(Project& project, std::size_t first, std::size_t count, std::vector<Cue> cues, Author author) {
    auto& all = project.track.cues;
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(first);
    const auto to = from + static_cast<std::ptrdiff_t>(count);
    for (auto cue = from; cue != to && author == Author::Person; ++cue) {
        project.cleared = joined(std::move(project.cleared), {cue->start, cue->end});
    }
    const auto next =
        all.insert(all.erase(from, to), std::make_move_iterator(cues.begin()), std::make_move_iterator(cues.end()));
    std::vector<TimeRange> covered;
    for (auto cue = next; cue != next + static_cast<std::ptrdiff_t>(cues.size()); ++cue) {
        covered.push_back({cue->start, cue->end});
    }
    std::vector<TimeRange> left;
    for (const TimeRange& range : project.cleared) {
        std::ranges::copy(without(range, covered), std::back_inserter(left));
    }
    project.cleared = std::move(left);
}

// Whether the cues are in order with `cues` in the place of the `count` from `first` on.
bool keepsOrder(const std::vector<Cue>& all, std::size_t first, std::size_t count, const std::vector<Cue>& cues) {
    return std::ranges::is_sorted(cues, {}, &Cue::start) &&
           (cues.empty() || ((first == 0 || all[first - 1].start <= cues.front().start) &&
                             (first + count == all.size() || cues.back().start <= all[first + count].start)));
}

}  // namespace

Result<void> replay(Project& project, const std::string& line) {
    try {
        const auto json = nlohmann::json::parse(line);
        std::vector<Cue> cues;
        for (const auto& cue : json.at("cues")) {
            cues.push_back(cueFromJson(cue));
        }
        const auto& all = project.track.cues;
        const auto first = wholeNumber<std::size_t>(json.at("first"));
        const auto count = wholeNumber<std::size_t>(json.at("count"));
        if (first > all.size() || count > all.size() - first || !keepsOrder(all, first, count, cues)) {
            return fail(ErrorCode::Corrupt, "A change of cues does not fit the cues.");
        }
        const bool byCaptioner = json.value("author", "person") == "captioner";
        std::optional<std::vector<TimeRange>> cleared;
        if (json.contains("cleared_ns")) {
            cleared = rangesFromJson(json.at("cleared_ns"));
        }
        apply(project, first, count, std::move(cues), byCaptioner ? Author::Captioner : Author::Person);
        if (cleared) {
            project.cleared = std::move(*cleared);
        }
        return {};
    } catch (const std::exception& error) {  // nlohmann::json::exception, std::out_of_range
        return fail(ErrorCode::Corrupt, "A change of cues cannot be read.", error.what());
    }
}

std::vector<Cue> keepingEdits(const std::vector<Cue>& existing, const std::vector<TimeRange>& cleared,
                              const std::vector<Cue>& fresh) {
    std::vector<Cue> kept;
    std::ranges::copy_if(existing, std::back_inserter(kept), isPeoples);
    return filledUp(std::move(kept), cleared, fresh);
}

std::vector<Cue> recaptioned(const std::vector<Cue>& existing, const TimeRange& range, const std::vector<Cue>& fresh,
                             const std::vector<TimeRange>& cleared) {
    std::vector<Cue> kept;
    std::ranges::copy_if(existing, std::back_inserter(kept), [&range](const Cue& cue) {
        return isPeoples(cue) || cue.start < range.start || cue.end > range.end;
    });
    return filledUp(std::move(kept), cleared, fresh);
}

ProjectEditor::ProjectEditor(std::filesystem::path path, Project project)
    : path_(std::move(path)), project_(std::move(project)), saved_(project_) {}

ProjectEditor::~ProjectEditor() {
    if (journal_ && unsaved_ == 0) {
        journal_->remove();
    }
}

Result<std::unique_ptr<ProjectEditor>> ProjectEditor::create(const std::filesystem::path& path, Project project) {
    std::unique_ptr<ProjectEditor> editor(new ProjectEditor(path, std::move(project)));
    if (auto saved = editor->save(); !saved) {
        return tl::unexpected(saved.error());
    }
    return editor;
}

Result<std::unique_ptr<ProjectEditor>> ProjectEditor::open(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(ErrorCode::NotFound,
                    fmt::format("Cannot open {}: there is no such file, or no permission to read it. Check the name.",
                                path.string()));
    }
    const std::string saved{std::istreambuf_iterator<char>(file), {}};
    auto project = parseProject(saved);
    if (!project) {
        project.error().message = fmt::format("Cannot open {}: {}", path.string(), project.error().message);
        return tl::unexpected(project.error());
    }
    std::unique_ptr<ProjectEditor> editor(new ProjectEditor(path, std::move(*project)));
    editor->state_ = stateOf(saved);
    std::vector<std::string> lines;
    auto journal = EditJournal::open(journalOf(path), editor->state_, lines);
    if (journal) {
        editor->journal_ = std::move(*journal);
    } else if (journal.error().code == ErrorCode::Io) {  // a folder that may only be read: look, do not edit
        logger("captions")->warn("{}", journal.error().message);
    } else {
        return tl::unexpected(journal.error());
    }
    for (const std::string& line : lines) {
        if (const auto replayed = replay(editor->project_, line); !replayed) {
            logger("captions")
                ->warn("The journal of {} ends early. {} {}", path.string(), replayed.error().message,
                       replayed.error().detail);
            break;
        }
        ++editor->recovered_;
    }
    editor->unsaved_ = editor->recovered_;
    return editor;
}

bool ProjectEditor::changedOnDisk() const {
    std::ifstream file(path_, std::ios::binary);
    return file && stateOf(std::string{std::istreambuf_iterator<char>(file), {}}) != state_;
}

Result<void> ProjectEditor::replaceCues(std::size_t first, std::size_t count, std::vector<Cue> cues, Author author) {
    nlohmann::ordered_json line = lineOf(first, count, cues);
    if (author == Author::Captioner) {
        line["author"] = "captioner";
    }
    apply(project_, first, count, std::move(cues), author);
    return remember(oneLine(line));
}

Result<void> ProjectEditor::restoreCues(std::size_t first, std::size_t count, std::vector<Cue> cues,
                                        std::vector<TimeRange> cleared) {
    nlohmann::ordered_json line = lineOf(first, count, cues);
    line["cleared_ns"] = toJson(cleared);
    apply(project_, first, count, std::move(cues), Author::Person);
    project_.cleared = std::move(cleared);
    return remember(oneLine(line));
}

Result<void> ProjectEditor::remember(const std::string& line) {
    ++unsaved_;
    if (!journal_) {
        return fail(ErrorCode::Io,
                    fmt::format("Edits of {} are kept in memory only: its folder cannot be written. Save "
                                "the project elsewhere.",
                                path_.string()));
    }
    return journal_->append(line);
}

Result<void> ProjectEditor::setAnnotation(Provenance captioner, std::vector<MediaTime> shots,
                                          std::vector<TimeRange> captioned) {
    project_.captioner = std::move(captioner);
    project_.shots = std::move(shots);
    project_.captioned = std::move(captioned);
    ++unsaved_;
    return save();
}

Result<void> ProjectEditor::takeAnnotation(Provenance captioner, std::vector<MediaTime> shots,
                                           const std::vector<Cue>& cues) {
    project_.track.cues = keepingEdits(project_.track.cues, project_.cleared, cues);
    return setAnnotation(std::move(captioner), std::move(shots));
}

Result<void> ProjectEditor::takeAnnotation(Provenance captioner, const TimeRange& range,
                                           const std::vector<MediaTime>& shots, const std::vector<Cue>& cues) {
    const bool wasAll = project_.captioner && project_.captioned.empty();
    project_.track.cues = recaptioned(project_.track.cues, range, cues, project_.cleared);
    std::vector<MediaTime> all = project_.shots;
    std::erase_if(all, [&range](MediaTime shot) { return shot >= range.start && shot < range.end; });
    all.insert(all.end(), shots.begin(), shots.end());
    std::ranges::sort(all);
    const MediaTime length = project_.track.videoDuration;
    const MediaTime end = length > MediaTime::zero() ? std::min(range.end, length) : range.end;
    return setAnnotation(std::move(captioner), std::move(all),
                         wasAll ? std::vector<TimeRange>() : joined(project_.captioned, {range.start, end}));
}

Result<void> ProjectEditor::save() { return saveAs(path_); }

Result<void> ProjectEditor::saveAs(const std::filesystem::path& path) {
    const std::string bytes = writeProject(project_);
    std::unique_ptr<EditJournal> journal;
    std::error_code unreadable;
    const bool isNew = !std::filesystem::exists(journalOf(path), unreadable);
    if (path != path_ || !journal_) {
        std::vector<std::string> earlier;
        auto opened = EditJournal::open(journalOf(path), stateOf(bytes), earlier);
        if (!opened) {
            return tl::unexpected(opened.error());
        }
        journal = std::move(*opened);
    }
    if (auto written = writeFileAtomically(path, bytes); !written) {
        if (journal && isNew) {
            journal->remove();
        }
        return written;
    }
    // A crash before the journal is restarted leaves one of another state, which is ignored: all of it is saved.
    if (journal) {
        if (journal_) {
            journal_->remove();
        }
        journal_ = std::move(journal);
        path_ = path;
    }
    saved_ = project_;
    state_ = stateOf(bytes);
    unsaved_ = 0;
    return journal_->restart(state_);
}

Result<void> ProjectEditor::revert() {
    project_ = saved_;
    unsaved_ = 0;
    return journal_ ? journal_->restart(state_) : Result<void>{};
}

}  // namespace sightline
