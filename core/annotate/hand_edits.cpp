#include "core/annotate/hand_edits.h"

#include <algorithm>

#include <fmt/format.h>

namespace sightline {
namespace {

// Without what ELAN's format carries besides captions: the date, and where the video is.
std::string withoutCircumstances(std::string line) {
    for (const std::string_view attribute : {" DATE=\"", " MEDIA_URL=\"", " RELATIVE_MEDIA_URL=\""}) {
        if (const auto from = line.find(attribute); from != std::string::npos) {
            const auto end = line.find('"', from + attribute.size());
            line.erase(from, end == std::string::npos ? end : end + 1 - from);
        }
    }
    return line;
}

// The lines that say something, in any order: programs number, order, indent and quote cues in their own ways.
std::vector<std::string> linesOf(std::string_view text) {
    std::vector<std::string> lines;
    std::string line;
    const auto add = [&] {
        line = withoutCircumstances(std::move(line));
        std::erase_if(line, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '"'; });
        if (!std::ranges::all_of(line, [](char c) { return '0' <= c && c <= '9'; })) {
            lines.push_back(std::move(line));
        }
        line.clear();
    };
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    for (const char c : text) {
        if (c == '\n') {
            add();
        } else {
            line += c;
        }
    }
    add();
    std::ranges::sort(lines);
    return lines;
}

}  // namespace

Result<CueTrack> readWhole(std::string_view bytes, const SubtitleFormat& format) {
    const std::string_view mark = "\xEF\xBB\xBF";
    auto reading = format.read(bytes.starts_with(mark) ? bytes.substr(mark.size()) : bytes);
    if (!reading) {
        return tl::unexpected(reading.error());
    }
    if (!reading->warnings.empty()) {
        const SubtitleWarning& first = reading->warnings.front();
        return fail(ErrorCode::Corrupt,
                    first.line > 0 ? fmt::format("Line {}: {}", first.line, first.message) : first.message);
    }
    if (reading->skippedCues > 0) {
        return fail(ErrorCode::Corrupt, fmt::format("{} cue(s) of it cannot be read.", reading->skippedCues));
    }
    if (linesOf(bytes) != linesOf(format.write(reading->track))) {
        return fail(ErrorCode::Corrupt, "It holds more than captions and their times, or is written in another way.");
    }
    return std::move(reading->track);
}

Result<std::vector<Cue>> withHandEdits(const CueTrack& track, const SubtitleFormat& format, const CueTrack& edited) {
    const auto base = format.read(format.write(track));
    if (!base || base->track.cues.size() != track.cues.size()) {
        return fail(ErrorCode::Unsupported, "Its cues cannot be told apart from the project's.");
    }
    if (base->track.language != edited.language || base->track.title != edited.title) {
        return fail(ErrorCode::Unsupported, "Its title or language was changed.");
    }
    std::vector<bool> used(track.cues.size());
    std::vector<Cue> cues;
    for (const Cue& cue : edited.cues) {
        std::size_t same = 0;
        while (same < used.size() && (used[same] || base->track.cues[same] != cue)) {
            ++same;
        }
        if (same < used.size()) {
            used[same] = true;
            cues.push_back(track.cues[same]);
        } else {
            cues.push_back(cue);
            cues.back().origin = CueOrigin::Edited;
        }
    }
    std::ranges::stable_sort(cues, {}, &Cue::start);
    return cues;
}

}  // namespace sightline
