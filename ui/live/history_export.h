// The history of a live session as a file: captions with times, or a project with its pictures.
#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>

#include <QString>

#include "core/captions/cue.h"
#include "ui/live/history_store.h"

namespace sightline {

// A filter of file dialogs for each format, and for projects.
QString historyFilters();
// `path` with the ending of the filter where it has none that is known.
QString withEnding(const QString& path, const QString& filter);

// The captions as time ranges from the first one on; the last one ends at `now` where it is still shown.
CueTrack historyTrack(const HistoryStore& store, SteadyTime now, const QString& title);

// By the name's ending. A project gets a video of its own beside it, NAME.mkv, in which each picture stands as long as
// its caption did; `progress` is told how far that is. Blocks; any thread. Errors: Io, Unsupported, Cancelled.
Result<void> exportHistory(const HistoryStore& store, SteadyTime now, const QString& title,
                           const std::filesystem::path& path, const std::function<void(MediaTime)>& progress = {},
                           const std::stop_token& stop = {});

}  // namespace sightline
