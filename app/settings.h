// The one table of settings: it feeds the settings file and the command line.
#pragma once

#include <span>
#include <string>
#include <variant>

#include "core/base/result.h"

namespace sightline {

struct Settings {
    std::string model;            // "base" or a bundle file; empty: "base"
    int threads = 2;              // intra-op CPU threads of inference
    int interOp = 0;              // inter-op CPU threads of inference; 0: LibTorch's default
    int beams = 0;                // 0: what the bundle asks for
    int views = 0;                // ways to look at a picture; 0: one, or as many as the quality of `annotate` has
    int snapshotInterval = 1000;  // milliseconds between two pictures of an http address that gives single ones
    std::string logLevel = "warn";
    std::string missingModel;  // not a setting: the model that the settings file names, where its file is gone

    Settings();
};

struct Setting {
    const char* key;   // in the settings file
    const char* flag;  // on the command line
    std::variant<int Settings::*, std::string Settings::*> value;
    int least;  // range of a number; unused for text
    int most;
    const char* help;
    std::span<const char* const> choices{};  // of a text; empty: any
};

std::span<const Setting> settingsTable();

// Defaults, overridden by the user's settings file; values of it that are out of range are ignored with a warning.
Settings readSettings();

// True until the number of threads was stored once: nobody has chosen it for this machine yet.
bool threadsAreUnset();

// What clients of the feed must know, of this user; made when it is first asked for. Error: Internal.
Result<std::string> feedToken();

// Puts one setting into the user's settings file, for later starts.
void storeSetting(const char* key, int value);
void storeSetting(const char* key, const std::string& value);

}  // namespace sightline
