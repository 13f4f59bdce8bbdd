// Where one shot ends and the next begins.
//
// Cuts: the difference to the frame before stands out from its neighbours' (the idea of PySceneDetect's adaptive
// detector); a picture that comes back within a third of a second was a flash. Fades: a picture goes through black or
// white. Dissolves: every frame of a stretch is a mixture of its first and last one. Camera movement passes through
// pictures that are no mixture, so pans and zooms do not count.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/base/clock.h"
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

const char* transitionName(Transition transition);

// One thread at a time. Works from presentation times, so frame rates may vary. About 25 kB a second of video are kept
// for the last few seconds only.
class ShotDetector {
public:
    // A boundary is certain once this much later frames were seen, except at the end.
    static constexpr MediaTime kLookAhead = std::chrono::milliseconds(2800);

    // Takes frames in presentation order and gives the boundaries that became certain, in order.
    std::vector<ShotBoundary> push(const FrameSignature& signature, MediaTime pts);

    // No more frames come.
    std::vector<ShotBoundary> finish();

private:
    struct Entry {
        FrameSignature signature;
        MediaTime pts{};
        double change = 0.0;  // difference to the frame before
        bool blank = false;   // black or white all over
    };

    struct Candidate {
        ShotBoundary boundary;
        double strength = 0.0;  // difference between its two sides
    };

    void findCut(std::size_t at);
    bool isFlash(std::size_t at) const;
    void findFade(bool atEnd);
    void findDissolve();
    std::optional<ShotBoundary> mixture(std::size_t first, std::size_t last) const;
    std::size_t indexAt(MediaTime time) const;  // of the last entry at or before `time`
    void add(const ShotBoundary& boundary, double strength);
    std::vector<ShotBoundary> takeUpTo(MediaTime time);

    std::deque<Entry> entries_;
    std::size_t judged_ = 1;        // entries before this one were looked at for cuts
    std::vector<Candidate> found_;  // not yet given out, in order
    MediaTime lastGiven_ = MediaTime::min();
    MediaTime nextDissolveCheck_{};
    std::size_t blankRun_ = 0;  // entries at the end that are blank
    MediaTime fadeStart_{};
    bool sawPicture_ = false;  // before the blank run
};

}  // namespace sightline
