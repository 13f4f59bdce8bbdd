// When the caption on screen changes: because the scene did, and not because the captioner wavered.
//
// Captions of single frames vote. The caption on screen gives way to the one that agrees most with the votes of the
// last moments (their medoid, weighted by confidence) once that agrees clearly better than itself does. How clearly is
// what `steadiness` sets, and how far back votes count; a picture that drifted away from the one last described asks
// for less. A cut, or a picture that has become another one altogether, discards all votes, so the next caption shows
// at once however steady captions are to be.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "core/base/clock.h"
#include "core/scenes/frame_signature.h"

namespace sightline {

// One thread at a time.
class CaptionStabilizer {
public:
    static constexpr double kDefaultSteadiness = 0.5;

    // 0 shows every caption as it comes, 1 changes least; values outside are brought into the range.
    void setSteadiness(double steadiness);

    // Takes the next caption, `time` being that of its frame, and says whether it shall replace what is on screen:
    // true for the first one. Frames come in order.
    bool push(const std::string& text, double confidence, const FrameSignature& signature,
              std::chrono::nanoseconds time);

    // Forgets everything but the steadiness: another source.
    void restart();

private:
    struct Vote {
        std::chrono::nanoseconds time{};
        std::vector<std::string> words;
        double weight = 0.0;
    };

    // All votes for captions of the same words.
    struct Choice {
        const std::vector<std::string>* words;
        double weight;
    };

    bool isOtherScene(const FrameSignature& signature);
    std::vector<Choice> choices() const;
    double usualJump() const;
    void show(const std::string& text, std::vector<std::string> words, const FrameSignature& signature);

    double steadiness_ = kDefaultSteadiness;
    bool started_ = false;
    std::string text_;                  // on screen
    std::vector<std::string> words_;    // of it
    FrameSignature described_;          // last frame whose caption agreed with the one on screen
    FrameSignature previous_;           // last frame
    std::deque<double> jumps_;          // differences of the last frames to those before them
    std::deque<Vote> votes_;            // of this scene, oldest first
    std::chrono::nanoseconds scene_{};  // when it began
};

}  // namespace sightline
