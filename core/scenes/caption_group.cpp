#include "core/scenes/caption_group.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "core/scenes/caption_similarity.h"

namespace sightline {
namespace {

// The search for the medoid compares all pairs. Beyond this many different captions the lightest cannot win.
constexpr std::size_t kMostCompared = 200;

}  // namespace

std::size_t CaptionGroup::place(const Variant& variant) {
    auto same = std::ranges::find(variants_, variant.words, &Variant::words);
    if (same == variants_.end()) {
        same = variants_.insert(same, variant);
    } else {
        same->weight += variant.weight;
        same->count += variant.count;
        if (variant.best->confidence > same->best->confidence) {
            same->best = variant.best;
        }
    }
    const auto index = static_cast<std::size_t>(same - variants_.begin());
    if (variants_[index].weight > leader().weight) {
        leader_ = index;
    }
    return index;
}

void CaptionGroup::add(const SampledCaption& caption, std::vector<std::string> words) {
    if (variants_.empty()) {
        firstTime_ = caption.time;
    }
    lastTime_ = caption.time;
    last_ = place({std::move(words), &caption, caption.confidence, 1});
}

void CaptionGroup::addDeviating(const SampledCaption& caption, std::vector<std::string> words) {
    place({std::move(words), &caption, caption.confidence, 1});
}

void CaptionGroup::add(const CaptionGroup& other) {
    firstTime_ = variants_.empty() ? other.firstTime_ : std::min(firstTime_, other.firstTime_);
    for (std::size_t i = 0; i < other.variants_.size(); ++i) {
        const std::size_t index = place(other.variants_[i]);
        if (i == other.last_ && other.lastTime_ >= lastTime_) {
            last_ = index;
        }
    }
    lastTime_ = std::max(lastTime_, other.lastTime_);
}

bool CaptionGroup::accepts(const std::vector<std::string>& words, double agreement) const {
    return similarity(words, leader().words) >= agreement || similarity(words, variants_[last_].words) >= agreement;
}

double CaptionGroup::similarityTo(const CaptionGroup& other) const {
    return similarity(leader().words, other.leader().words);
}

CaptionGroup::Summary CaptionGroup::summary(const CueOptions& options) const {
    std::vector<std::size_t> order(variants_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto heavier = [&](std::size_t a, std::size_t b) { return variants_[a].weight > variants_[b].weight; };
    std::ranges::stable_sort(order, heavier);
    order.resize(std::min(order.size(), kMostCompared));

    // The heaviest of equals comes first, so a tie goes to it.
    std::size_t best = order.front();
    double most = -1.0;
    for (const std::size_t i : order) {
        double gain = 0.0;
        for (const std::size_t other : order) {
            gain += variants_[other].weight * similarity(variants_[i].words, variants_[other].words);
        }
        if (gain > most + 1e-9) {
            best = i;
            most = gain;
        }
    }
    const Variant& medoid = variants_[best];
    Summary summary;
    summary.text = medoid.best->text;
    double weight = 0.0;
    std::size_t count = 0;
    std::vector<const Variant*> told{&medoid};
    for (const Variant& variant : variants_) {
        if (similarity(variant.words, medoid.words) >= options.agreement) {
            weight += variant.weight;
            count += variant.count;
        }
    }
    summary.confidence = weight / static_cast<double>(count);
    for (const std::size_t i : order) {
        const bool known = std::ranges::any_of(told, [&](const Variant* other) {
            return similarity(variants_[i].words, other->words) >= options.agreement;
        });
        if (!known && summary.alternatives.size() < options.alternatives) {
            summary.alternatives.push_back(variants_[i].best->text);
            told.push_back(&variants_[i]);
        }
    }
    return summary;
}

}  // namespace sightline
