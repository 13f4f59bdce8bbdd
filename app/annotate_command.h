// `sightline annotate`: the captions of many videos into files.
#pragma once

#include <string>
#include <vector>

#include "app/settings.h"
#include "core/annotate/annotate_plan.h"
#include "core/annotate/replace_rule.h"
#include "core/base/clock.h"
#include "core/media/writing/caption_look.h"
#include "core/narration/narration.h"

namespace sightline {

enum class Quality : std::uint8_t {
    Fast,      // greedy search, a caption every 2 s of a picture that changes
    Balanced,  // the model's own search, every second
    Best,      // five beams, every half second
};

struct AnnotateCommand {
    std::vector<std::string> inputs;  // files, folders, patterns
    std::string outputFolder;
    std::vector<std::string> formats{"srt"};  // names of subtitle formats and collections
    Existing existing = Existing::Skip;
    Quality quality = Quality::Balanced;
    int jobs = 1;              // files at once
    double fromSeconds = 0.0;  // half-open range of each video
    double toSeconds = 0.0;    // zero: to its end
    Shard shard;               // of the files
    bool mux = false;          // also copies of the videos with the captions as a track
    bool burnIn = false;       // also copies with the captions in the picture
    CaptionLook look;          // of those
    bool describe = false;     // also copies that say the captions where nobody speaks
    NarrationOptions narration;
    std::vector<std::string> sounds;   // also the mix of those alone: "wav", "flac", "opus"
    std::vector<std::string> scripts;  // also what is said, to be read: "md", "html"
    bool timings = false;              // tell where the time went
};

// Returns an exit code. `out` gets a line per file and a summary, standard error the progress.
int runAnnotateCommand(const AnnotateCommand& command, const Settings& settings, std::FILE* out);

}  // namespace sightline
