// How often a live caption changes, and how late it follows a cut: stability MODEL THREADS FRAMES_A_SECOND CLIP...
//
// Captions the clips once, then lets one stabilizer a setting see the same captions in the clips' own time, so that the
// figures do not depend on the machine. A clip's cuts are read from the .cuts file beside it; clips of one kind
// ("static-0.mp4") are summed up in one row a setting.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/inference/bundle_captioner.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/pipeline/caption_stabilizer.h"
#include "core/scenes/caption_similarity.h"

namespace {

using namespace sightline;

constexpr double kAgreement = 0.3;
constexpr double kSameThings = 0.75;
constexpr double kSettings[] = {0.0, 0.25, 0.5, 0.75, 1.0};

struct Seen {
    double time = 0.0;
    std::string text;
    double confidence = 0.0;
    FrameSignature signature;
    std::vector<std::string> words;
    std::size_t shot = 0;
};

struct Clip {
    std::string kind;
    std::vector<Seen> captions;
    std::vector<double> cuts;
    double duration = 0.0;
};

struct Figures {
    double minutes = 0.0;
    int changes = 0;     // of the text
    int turns = 0;       // changes to a caption that says something else
    int needed = 0;      // cuts
    double wrong = 0.0;  // share of captions during which something else showed than what most captions of the shot say
    int captions = 0;
    std::vector<double> delays;
};

[[noreturn]] void die(const Error& error) {
    fmt::print(stderr, "{} {}\n", error.message, error.detail);
    std::exit(1);
}

Clip captionClip(const std::filesystem::path& path, Captioner& captioner, double rate) {
    Clip clip;
    clip.kind = path.stem().string().substr(0, path.stem().string().find('-'));
    std::ifstream cuts(std::filesystem::path(path).replace_extension(".cuts"));
    for (double time = 0; cuts >> time;) {
        clip.cuts.push_back(time);
    }
    auto source = openVideoFile(path);
    if (!source) {
        die(source.error());
    }
    double due = 0.0;
    while (true) {
        auto frame = (*source)->read();
        if (!frame && frame.error().code == ErrorCode::EndOfStream) {
            return clip;
        }
        if (!frame) {
            die(frame.error());
        }
        const double time = toSeconds(frame->pts);
        clip.duration = time + toSeconds(frame->duration);
        if (time + 1e-6 < due) {
            continue;
        }
        due += 1.0 / rate;
        auto caption = captioner.caption(frame->image, captioner.defaultSearch());
        if (!caption) {
            die(caption.error());
        }
        const auto shot = std::upper_bound(clip.cuts.begin(), clip.cuts.end(), time + 1e-6) - clip.cuts.begin();
        clip.captions.push_back({time, caption->text, caption->confidence, FrameSignature::of(frame->image),
                                 contentWords(caption->text), static_cast<std::size_t>(shot)});
    }
}

// The caption of each shot that agrees most with the shot's others.
std::vector<std::vector<std::string>> medoids(const Clip& clip) {
    std::vector<std::vector<std::string>> best(clip.cuts.size() + 1);
    std::vector<double> most(best.size(), -1.0);
    for (const Seen& one : clip.captions) {
        double sum = 0.0;
        for (const Seen& other : clip.captions) {
            sum += other.shot == one.shot ? similarity(one.words, other.words) : 0.0;
        }
        if (sum > most[one.shot]) {
            most[one.shot] = sum;
            best[one.shot] = one.words;
        }
    }
    return best;
}

void measure(const Clip& clip, double steadiness, Figures& figures) {
    CaptionStabilizer stabilizer;
    stabilizer.setSteadiness(steadiness);
    const auto truth = medoids(clip);
    const Seen* shown = nullptr;
    std::vector<double> reached(truth.size(), -1.0);  // when a shot's caption agreed with it
    for (const Seen& seen : clip.captions) {
        const auto time =
            std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::duration<double>(seen.time));
        if (stabilizer.push(seen.text, seen.confidence, seen.signature, time)) {
            figures.changes += shown != nullptr ? 1 : 0;
            figures.turns += shown != nullptr && similarity(shown->words, seen.words) < kAgreement ? 1 : 0;
            shown = &seen;
        }
        const bool right = similarity(shown->words, truth[seen.shot]) >= kAgreement;
        figures.wrong += right ? 0.0 : 1.0;
        ++figures.captions;
        // A caption left over from the shot before counts only where it names the same things.
        const bool fresh = shown->shot == seen.shot || similarity(shown->words, truth[seen.shot]) >= kSameThings;
        if (right && fresh && reached[seen.shot] < 0.0) {
            reached[seen.shot] = seen.time;
        }
    }
    for (std::size_t i = 0; i < clip.cuts.size(); ++i) {
        const double end = i + 1 < clip.cuts.size() ? clip.cuts[i + 1] : clip.duration;
        figures.delays.push_back((reached[i + 1] < 0.0 ? end : reached[i + 1]) - clip.cuts[i]);
    }
    figures.needed += static_cast<int>(clip.cuts.size());
    figures.minutes += clip.duration / 60.0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) {
        fmt::print(stderr, "usage: stability MODEL THREADS FRAMES_A_SECOND CLIP...\n");
        return 2;
    }
    auto captioner = loadCaptioner(argv[1], std::atoi(argv[2]));
    if (!captioner) {
        die(captioner.error());
    }
    std::map<std::pair<std::string, double>, Figures> all;
    std::vector<std::string> kinds;
    for (int i = 4; i < argc; ++i) {
        const Clip clip = captionClip(argv[i], **captioner, std::atof(argv[3]));
        if (std::find(kinds.begin(), kinds.end(), clip.kind) == kinds.end()) {
            kinds.push_back(clip.kind);
        }
        for (const double steadiness : kSettings) {
            measure(clip, steadiness, all[{clip.kind, steadiness}]);
        }
    }
    fmt::print(
        "| clips | steadiness | changes a minute | of meaning | cuts a minute | after a cut, median | worst | "
        "other than the shot's |\n|---|---|---|---|---|---|---|---|\n");
    for (const std::string& kind : kinds) {
        for (const double steadiness : kSettings) {
            Figures& figures = all[{kind, steadiness}];
            std::sort(figures.delays.begin(), figures.delays.end());
            const auto delay = [&](std::size_t at) {
                return figures.delays.empty() ? std::string("-") : fmt::format("{:.2f} s", figures.delays[at]);
            };
            const std::size_t last = figures.delays.empty() ? 0 : figures.delays.size() - 1;
            fmt::print("| {} | {:.2f} | {:.1f} | {:.1f} | {:.1f} | {} | {} | {:.1f} % |\n", kind, steadiness,
                       figures.changes / figures.minutes, figures.turns / figures.minutes,
                       figures.needed / figures.minutes, delay(figures.delays.size() / 2), delay(last),
                       100.0 * figures.wrong / figures.captions);
        }
    }
}
