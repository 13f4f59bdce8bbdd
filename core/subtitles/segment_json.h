// JSON that speech recognisers and video sites write: a list of segments, each with its times and its text.
#pragma once

#include <string_view>

#include <nlohmann/json.hpp>

#include "core/subtitles/subtitle_format.h"

namespace sightline {

// Whether a document has such a list: Whisper's "segments", whisper.cpp's "transcription", YouTube's "events" (json3),
// or a list without more, as autosub's.
bool holdsSegments(const nlohmann::json& root);

// Times are "start" and "end" or "duration" in seconds or as clock times, "start_ms" and "end_ms", whisper.cpp's
// "offsets" and YouTube's "tStartMs" in milliseconds. Whole numbers without a unit are told apart as a table's.
SubtitleReading readSegments(const nlohmann::json& root);

}  // namespace sightline
