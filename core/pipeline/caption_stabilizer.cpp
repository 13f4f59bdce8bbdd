#include "core/pipeline/caption_stabilizer.h"

#include <algorithm>

#include "core/scenes/caption_similarity.h"

namespace sightline {
namespace {

// Similarity from which captions say the same, as in CueOptions.
constexpr double kAgreement = 0.3;
// Of captions of two scenes: "a man sits at a table" and "a man rides a horse" agree, but only up to here do they name
// different things.
constexpr double kSameThings = 0.75;
// Differences of signatures, of 255, as in SamplePicker: below the first nothing moved, above the second it is another
// picture.
constexpr double kSame = 1.0;
constexpr double kOther = 7.0;
constexpr double kSettled = 3.0;
// A cut stands out from the differences before it; noise and shaking do not.
constexpr double kCutRatio = 3.0;
constexpr std::size_t kJumps = 15;
// At steadiness 1.
constexpr auto kLongestMemory = std::chrono::seconds(5);
constexpr double kWidestMargin = 0.4;  // of the votes' agreement, 0..1

}  // namespace

void CaptionStabilizer::setSteadiness(double steadiness) { steadiness_ = std::clamp(steadiness, 0.0, 1.0); }

void CaptionStabilizer::restart() {
    const double steadiness = steadiness_;
    *this = CaptionStabilizer();
    steadiness_ = steadiness;
}

double CaptionStabilizer::usualJump() const {
    if (jumps_.empty()) {
        return 0.0;
    }
    std::vector<double> sorted(jumps_.begin(), jumps_.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
}

bool CaptionStabilizer::isOtherScene(const FrameSignature& signature) {
    const double usual = usualJump();
    const double jump = difference(previous_, signature);
    const bool cut = jump > kOther && jump > kCutRatio * usual;
    const bool settled = jump < std::max(kSettled, 1.5 * usual);
    const bool other = difference(described_, signature) > kOther + kCutRatio * usual;
    if (!cut) {
        jumps_.push_back(jump);
        if (jumps_.size() > kJumps) {
            jumps_.pop_front();
        }
    }
    return cut || (settled && other);
}

std::vector<CaptionStabilizer::Choice> CaptionStabilizer::choices() const {
    std::vector<Choice> choices;
    for (const Vote& vote : votes_) {
        const auto same = std::find_if(choices.begin(), choices.end(),
                                       [&](const Choice& choice) { return *choice.words == vote.words; });
        if (same == choices.end()) {
            choices.push_back({&vote.words, vote.weight});
        } else {
            same->weight += vote.weight;
        }
    }
    return choices;
}

void CaptionStabilizer::show(const std::string& text, std::vector<std::string> words, const FrameSignature& signature) {
    text_ = text;
    words_ = std::move(words);
    described_ = signature;
}

bool CaptionStabilizer::push(const std::string& text, double confidence, const FrameSignature& signature,
                             std::chrono::nanoseconds time) {
    auto words = contentWords(text);
    const bool other = !started_ || isOtherScene(signature);
    previous_ = signature;
    if (other) {
        votes_.clear();
        scene_ = time;
    }
    const bool first = !started_;
    started_ = true;
    const auto memory = std::chrono::duration_cast<std::chrono::nanoseconds>(steadiness_ * kLongestMemory);
    while (!votes_.empty() && votes_.front().time + memory < time) {
        votes_.pop_front();
    }
    votes_.push_back({time, words, std::max(confidence, 1e-3)});

    if (steadiness_ == 0.0 || first) {
        const bool changes = first || text != text_;
        show(text, std::move(words), signature);
        return changes;
    }
    const double likeness = similarity(words, words_);
    if (other) {
        described_ = signature;
        if (likeness < kSameThings) {
            show(text, std::move(words), signature);
        }
        return likeness < kSameThings;
    }
    // Only a caption that is there now can be shown with the frame it describes, so it must be the best one itself.
    const double drift = difference(described_, signature) - usualJump();
    const double still = 1.0 - std::clamp((drift - kSame) / (kOther - kSame), 0.0, 1.0);
    const double settled =
        std::min(1.0, std::chrono::duration<double>(time - scene_) / std::chrono::duration<double>(memory));
    const double margin = steadiness_ * kWidestMargin * still * settled;
    const auto all = choices();
    // How far all votes agree with a caption, 0..1.
    const auto support = [&](const std::vector<std::string>& caption) {
        double sum = 0.0;
        double weights = 0.0;
        for (const Choice& choice : all) {
            sum += choice.weight * similarity(caption, *choice.words);
            weights += choice.weight;
        }
        return sum / weights;
    };
    const double own = support(words);
    const bool best = std::all_of(all.begin(), all.end(), [&](const Choice& choice) {
        constexpr double kRounding = 1e-9;
        return support(*choice.words) <= own + kRounding;
    });
    if (best && own > support(words_) + margin) {
        show(text, std::move(words), signature);
        return true;
    }
    if (likeness >= kAgreement) {
        described_ = signature;
    }
    return false;
}

}  // namespace sightline
