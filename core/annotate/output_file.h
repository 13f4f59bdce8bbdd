// One output file: whether it may be written, its former content kept, and what is remembered of it.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/annotate/replace_rule.h"
#include "core/base/result.h"
#include "core/captions/project.h"

namespace sightline {

// Nothing when it is no file or may not be read.
std::optional<std::string> contentOf(const std::filesystem::path& path);
std::optional<std::string> digestOfFile(const std::filesystem::path& path);
// Of a video, which may have gigabytes: its length, beginning and end tell one from another.
std::optional<std::string> digestOfVideo(const std::filesystem::path& path);

// What a project calls a file beside it whose name begins as its own, as ".srt"; empty for others, of which it keeps
// no record. `stem` is the project's path without its extension.
std::string endingOf(const std::filesystem::path& path, const std::filesystem::path& stem);
const OutputRecord* recordOf(const std::vector<OutputRecord>& records, std::string_view ending);
// With `record` in place of one of the same ending.
std::vector<OutputRecord> withRecord(std::vector<OutputRecord> records, OutputRecord record);

struct OutputWriting {
    OutputAction action = OutputAction::Keep;
    std::optional<std::filesystem::path> former;  // where the file that was replaced is now
    std::optional<Error> failed;
    std::optional<std::string> digest;  // of what was written
};

// Any thread; blocks as `write` does.
OutputWriting writeOutput(const std::filesystem::path& path, const OutputFacts& facts, Existing existing,
                          const std::function<Result<void>()>& write,
                          const std::function<std::optional<std::string>()>& digest);

// As a person asks for it by name: what is there is replaced, and kept under another name where replace_rule.h says so.
// `known`: what the project has of this file; null: nothing. Any thread; blocks as `write` does.
OutputWriting writeAsked(const std::filesystem::path& path, bool isVideo, const OutputRecord* known,
                         const std::function<Result<void>()>& write);

// Why the file is left alone and what to do, for people; `why` may say more.
std::string reasonToLeave(const std::filesystem::path& path, OutputOwner owner, const std::string& why = {});

}  // namespace sightline
