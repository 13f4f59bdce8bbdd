#include "core/subtitles/subtitle_format.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/base/ascii.h"
#include "core/subtitles/ass_format.h"
#include "core/subtitles/csv_format.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/eaf_format.h"
#include "core/subtitles/json_format.h"
#include "core/subtitles/srt_format.h"
#include "core/subtitles/text.h"
#include "core/subtitles/text_encoding.h"
#include "core/subtitles/time_unit.h"
#include "core/subtitles/ttml_format.h"
#include "core/subtitles/webvtt_format.h"

namespace sightline {
namespace {

void sortByStart(std::vector<Cue>& cues) {
    std::stable_sort(cues.begin(), cues.end(), [](const Cue& a, const Cue& b) { return a.start < b.start; });
}

}  // namespace

std::string SubtitleFormat::write(const CueTrack& track, const SubtitleContext& context) const {
    CueTrack clean = track;
    for (std::string* text : {&clean.language, &clean.title, &clean.videoName}) {
        *text = singleLine(cleanText(*text));
    }
    clean.videoDuration = std::clamp(track.videoDuration, MediaTime::zero(), kMaxCueTime);
    for (Cue& cue : clean.cues) {
        cue.text = cleanText(cue.text);
        cue.start = writtenTime(cue.start, traits().timeUnit);
        cue.end = std::max(cue.start, writtenTime(cue.end, traits().timeUnit));
        if (traits().longerThanNothing && cue.end == cue.start) {
            cue.end += traits().timeUnit;
        }
        cue.confidence = std::isfinite(cue.confidence) ? std::clamp(cue.confidence, 0.0, 1.0) : 0.0;
    }
    sortByStart(clean.cues);
    return encode(clean, context);
}

Result<SubtitleReading> SubtitleFormat::read(std::string_view utf8, const SubtitleContext& context) const {
    if (utf8.starts_with(kByteOrderMark)) {
        utf8.remove_prefix(kByteOrderMark.size());
    }
    if (const std::size_t bad = invalidUtf8At(utf8); bad != std::string_view::npos) {
        return corrupt(lineAt(utf8, bad), "is not UTF-8", "Save the file as UTF-8.");
    }
    // WebVTT says to replace NUL so, and nothing else has a use for it.
    const std::string_view nul("\0", 1);
    const bool hasNul = utf8.find(nul) != std::string_view::npos;
    auto reading = hasNul ? parse(replaceAll(utf8, nul, kReplacementCharacter), context) : parse(utf8, context);
    if (!reading) {
        return reading;
    }
    if (reading->track.cues.empty() && reading->skippedCues > 0) {
        const SubtitleWarning& first = reading->warnings.front();
        return fail(ErrorCode::Corrupt,
                    fmt::format("None of the {} cues can be read; the first: {} Correct it or get an intact file.",
                                reading->skippedCues, describeWarning(first)));
    }
    CueTrack& track = reading->track;
    for (std::string* text : {&track.language, &track.title, &track.videoName}) {
        *text = singleLine(cleanText(*text));
    }
    track.title = trimmed(std::string(track.title));
    track.language = trimmed(std::string(track.language));
    if (track.language.empty()) {  // nothing but what was cleaned away
        track.language = CueTrack().language;
    }
    for (Cue& cue : track.cues) {
        cue.text = cleanText(cue.text);
    }
    std::erase_if(track.cues, [](const Cue& cue) { return isBlank(cue.text); });
    sortByStart(track.cues);
    settleTimeUnit(*reading, context.videoDuration);
    return reading;
}

std::span<const SubtitleFormat* const> subtitleFormats() {
    static const SrtFormat srt;
    static const WebVttFormat vtt;
    static const WebVttJsonFormat vttJson;
    static const AssFormat ass;
    static const TtmlFormat ttml;
    static const CsvFormat csv;
    static const JsonFormat json;
    static const EafFormat eaf;
    static const std::array<const SubtitleFormat*, 8> all{&srt, &vtt, &vttJson, &ass, &ttml, &csv, &json, &eaf};
    return all;
}

std::vector<std::string> subtitleFormatNames() {
    std::vector<std::string> names;
    for (const SubtitleFormat* format : subtitleFormats()) {
        names.emplace_back(format->name());
    }
    return names;
}

const SubtitleFormat* findSubtitleFormat(std::string_view name) {
    const std::string wanted = lowerCase(name.starts_with('.') ? name.substr(1) : name);
    for (const auto property : {&SubtitleFormat::name, &SubtitleFormat::extension}) {
        for (const SubtitleFormat* format : subtitleFormats()) {
            if ((format->*property)() == wanted) {
                return format;
            }
        }
    }
    return nullptr;
}

}  // namespace sightline
