// Where one shot ends and the next begins.
//
// Cuts: the change to the frame before stands out from its neighbours' (the idea of PySceneDetect's AdaptiveDetector),
// unless the picture comes back within a third of a second, which is a flash, or only its light changed. Fades: the
// picture goes through black or white; what stays black or white for two seconds is a shot of its own. Dissolves: see
// dissolve_finder.h. What is on screen counts by its duration, not by its number of frames: a picture that stands
// longer than kStill (a slide, a screen recorded where it changes) counts as a picture every kStillTick. Changes are
// those of luma and colour differences instead of HSV: hue is noise where a picture is grey or dark, and only a linear
// space shows mixtures. Wipes are not looked for.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/base/clock.h"
#include "core/scenes/dissolve_finder.h"
#include "core/scenes/frame_signature.h"

namespace sightline {

enum class Transition : std::uint8_t { Cut, Fade, Dissolve };

struct ShotBoundary {
    MediaTime time{};   // first frame of the new shot; the middle of a gradual transition
    MediaTime start{};  // of the transition; equal to `time` for a cut
    MediaTime end{};
    Transition transition = Transition::Cut;

    bool operator==(const ShotBoundary&) const = default;
};

const char* transitionName(Transition transition);  // "cut", "fade", "dissolve"

struct ShotOptions {
    MediaTime shortest = std::chrono::milliseconds(500);  // of two boundaries closer than this the clearer one stays
};

// One thread at a time. Works from presentation times, so frame rates may vary. Keeps the frames of the last seconds as
// signatures, 7 kB each.
class ShotDetector {
public:
    // A boundary is certain once frames this much later were seen: a longer dissolve may still explain it.
    static constexpr MediaTime kLookAhead = DissolveFinder::kDelay + std::chrono::milliseconds(400);

    static constexpr MediaTime kStill = std::chrono::milliseconds(750);
    static constexpr MediaTime kStillTick = std::chrono::milliseconds(100);

    explicit ShotDetector(const ShotOptions& options = {}) : options_(options) {}

    // Frames in presentation order; gives the boundaries that became certain, in order.
    std::vector<ShotBoundary> push(const FrameSignature& signature, MediaTime pts);

    // No more frames come; gives what is left.
    std::vector<ShotBoundary> finish();

private:
    struct Entry {
        FrameSignature signature;
        MediaTime pts{};
        double change = 0.0;  // difference to the frame before
        Brightness light;
        bool blank = false;  // black or white all over
    };

    struct Candidate {
        ShotBoundary boundary;
        double strength = 0.0;  // compared between those of one kind
    };

    // A stretch of blank frames and the first frame after it.
    struct BlankRun {
        MediaTime start{};
        MediaTime end{};
        bool afterPicture = false;
        bool shot = false;  // so long that its start is a boundary already
    };

    void take(const FrameSignature& signature, MediaTime pts, std::vector<ShotBoundary>& certain);
    void judgeCuts(MediaTime before);
    bool isCut(std::size_t at) const;
    double expectedChange(std::size_t at) const;
    bool isFlash(std::size_t at) const;
    void followBlank();
    void judgeBlank(const BlankRun& run);
    MediaTime rampStart(MediaTime blankStart) const;
    MediaTime rampEnd(MediaTime blankEnd) const;
    std::size_t indexAt(MediaTime time) const;  // of the last entry at or before `time`
    void add(const ShotBoundary& boundary, double strength);
    std::vector<ShotBoundary> takeUpTo(MediaTime time);

    const ShotOptions options_;
    DissolveFinder dissolves_;
    std::deque<Entry> entries_;
    std::size_t judged_ = 1;        // entries before this one were looked at for cuts
    std::vector<Candidate> found_;  // not yet given out, in order
    MediaTime lastGiven_ = MediaTime::min();
    std::optional<BlankRun> blank_;  // goes on at the end of entries_
    std::deque<BlankRun> blanks_;    // over, and what follows is not seen yet
    bool sawPicture_ = false;
};

}  // namespace sightline
