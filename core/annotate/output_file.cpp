#include "core/annotate/output_file.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "core/annotate/former_file.h"
#include "core/base/sha256.h"
#include "core/captions/source_reference.h"

namespace sightline {

std::optional<std::string> contentOf(const std::filesystem::path& path) {
    std::error_code ignored;
    std::ifstream file(path, std::ios::binary);
    if (!std::filesystem::is_regular_file(path, ignored) || !file) {
        return std::nullopt;
    }
    std::string bytes{std::istreambuf_iterator<char>(file), {}};
    return file.bad() ? std::nullopt : std::optional(std::move(bytes));
}

std::optional<std::string> digestOfFile(const std::filesystem::path& path) {
    const auto bytes = contentOf(path);
    return bytes ? std::optional(Sha256::hexOf(*bytes)) : std::nullopt;
}

std::optional<std::string> digestOfVideo(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) {
        return std::nullopt;
    }
    auto source = referTo(path);
    return source ? std::optional(std::move(source->fingerprint)) : std::nullopt;
}

std::string endingOf(const std::filesystem::path& path, const std::filesystem::path& stem) {
    const std::string name = path.string();
    const bool begins = name.starts_with(stem.string() + ".");
    return begins ? name.substr(stem.string().size()) : std::string();
}

const OutputRecord* recordOf(const std::vector<OutputRecord>& records, std::string_view ending) {
    const auto found = std::ranges::find(records, ending, &OutputRecord::ending);
    return found == records.end() ? nullptr : &*found;
}

std::vector<OutputRecord> withRecord(std::vector<OutputRecord> records, OutputRecord record) {
    std::erase_if(records, [&record](const OutputRecord& other) { return other.ending == record.ending; });
    records.push_back(std::move(record));
    return records;
}

OutputWriting writeOutput(const std::filesystem::path& path, const OutputFacts& facts, Existing existing,
                          const std::function<Result<void>()>& write,
                          const std::function<std::optional<std::string>()>& digest) {
    OutputWriting writing{.action = decideOutput(facts, existing), .former = {}, .failed = {}, .digest = {}};
    if (writing.action == OutputAction::LeaveAlone || writing.action == OutputAction::Keep) {
        return writing;
    }
    if (writing.action == OutputAction::WriteKeepingFormer) {
        auto former = keepFormerFile(path);
        if (!former) {
            writing.failed = former.error();
            return writing;
        }
        writing.former = std::move(*former);
    }
    if (auto written = write(); !written) {
        writing.failed = written.error();
        std::error_code ignored;
        if (writing.former && std::filesystem::equivalent(path, *writing.former, ignored)) {  // nothing was replaced
            std::filesystem::remove(*writing.former, ignored);
            writing.former.reset();
        }
    } else {
        writing.digest = digest();
    }
    return writing;
}

OutputWriting writeAsked(const std::filesystem::path& path, bool isVideo, const OutputRecord* known,
                         const std::function<Result<void>()>& write) {
    const auto digest = [&] { return isVideo ? digestOfVideo(path) : digestOfFile(path); };
    const auto former = digest();
    const OutputFacts facts{.isThere = isTaken(path),
                            .isReadable = former.has_value(),
                            .digest = former ? std::string_view(*former) : std::string_view(),
                            .written = known ? std::string_view(known->written) : std::string_view(),
                            .takenOver = known ? std::string_view(known->takenOver) : std::string_view(),
                            .fresh = {}};
    OutputWriting writing = writeOutput(path, facts, Existing::Replace, write, digest);
    if (writing.action == OutputAction::LeaveAlone) {
        writing.failed =
            Error{ErrorCode::Io,
                  fmt::format("Cannot write {}: what is there is no file that can be read. Move it away or "
                              "choose another name.",
                              path.string()),
                  {}};
    }
    return writing;
}

std::string reasonToLeave(const std::filesystem::path& path, OutputOwner owner, const std::string& why) {
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
    return why.empty()
               ? fmt::format("{} was left alone: it was changed since this program wrote it. {}", path.string(), toDo)
               : fmt::format(
                     "{} was left alone: it was changed since this program wrote it, and its edits cannot be "
                     "taken over. {} {}",
                     path.string(), why, toDo);
}

}  // namespace sightline
