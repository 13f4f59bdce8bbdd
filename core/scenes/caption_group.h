// Captions of one cue, as far as they differ.
#pragma once

#include <string>
#include <vector>

#include "core/scenes/cue_builder.h"

namespace sightline {

// Equal captions are kept once with their weight, so that an hour that says one thing costs little.
class CaptionGroup {
public:
    // `caption` must outlive the group.
    void add(const SampledCaption& caption, std::vector<std::string> words);
    void add(const CaptionGroup& other);
    // A caption from among the group's that says something else; it weighs, but the group does not go on from it.
    void addDeviating(const SampledCaption& caption, std::vector<std::string> words);

    // Whether a caption of these words says what the group says, or what it said last: slow changes go on.
    bool accepts(const std::vector<std::string>& words, double agreement) const;

    MediaTime firstTime() const { return firstTime_; }
    MediaTime lastTime() const { return lastTime_; }

    struct Summary {
        std::string text;
        double confidence = 0.0;
        std::vector<std::string> alternatives;
    };
    Summary summary(const CueOptions& options) const;

    // Of the captions with most weight, 0..1.
    double similarityTo(const CaptionGroup& other) const;

private:
    struct Variant {
        std::vector<std::string> words;
        const SampledCaption* best = nullptr;  // the most confident one of these words
        double weight = 0.0;                   // sum of confidences
        std::size_t count = 0;
    };

    const Variant& leader() const { return variants_[leader_]; }
    std::size_t place(const Variant& variant);

    std::vector<Variant> variants_;
    std::size_t leader_ = 0;  // most weight
    std::size_t last_ = 0;    // added last
    MediaTime firstTime_{};
    MediaTime lastTime_{};
};

}  // namespace sightline
