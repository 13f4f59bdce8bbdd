#include "core/scenes/cue_builder.h"

#include <algorithm>
#include <span>

#include "core/scenes/caption_similarity.h"

namespace sightline {
namespace {

struct Sample {
    const SampledCaption* caption;
    std::vector<std::string> words;
};

// Neighbouring samples that say the same, and the time they cover.
struct Group {
    std::vector<Sample> samples;
    MediaTime start{};
    MediaTime end{};
};

std::size_t medoid(const std::vector<Sample>& samples) {
    std::size_t best = 0;
    double bestGain = -1.0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        double gain = 0.0;
        for (const Sample& other : samples) {
            gain += other.caption->confidence * similarity(samples[i].words, other.words);
        }
        if (gain > bestGain + 1e-9) {
            best = i;
            bestGain = gain;
        }
    }
    return best;
}

class ShotCues {
public:
    ShotCues(const CueOptions& options, MediaTime start, MediaTime end) : options_(options), start_(start), end_(end) {}

    std::vector<Cue> build(std::vector<Sample> samples) {
        group(std::move(samples));
        placeGroups();
        joinShortGroups();
        std::vector<Cue> cues;
        for (const Group& group : groups_) {
            append(cues, group);
        }
        return cues;
    }

private:
    bool agree(const Sample& a, const Sample& b) const { return similarity(a.words, b.words) >= options_.agreement; }

    bool belongs(const Sample& sample, const Group& group) const {
        // The medoid stands for the group; the last sample lets a slow change go on.
        return agree(sample, group.samples[medoid(group.samples)]) || agree(sample, group.samples.back());
    }

    void group(std::vector<Sample> samples) {
        std::vector<Sample> deviating;  // at most one: the next sample decides what it was
        for (Sample& sample : samples) {
            if (groups_.empty()) {
                groups_.push_back({{std::move(sample)}, {}, {}});
            } else if (belongs(sample, groups_.back())) {
                deviating.clear();
                groups_.back().samples.push_back(std::move(sample));
            } else if (!deviating.empty()) {
                groups_.push_back({std::move(deviating), {}, {}});
                deviating.clear();
                if (agree(sample, groups_.back().samples.back())) {
                    groups_.back().samples.push_back(std::move(sample));
                } else {
                    deviating.push_back(std::move(sample));
                }
            } else {
                deviating.push_back(std::move(sample));
            }
        }
        if (!deviating.empty()) {
            groups_.push_back({std::move(deviating), {}, {}});
        }
    }

    // A change lies somewhere between two samples: in the middle.
    void placeGroups() {
        for (std::size_t i = 0; i < groups_.size(); ++i) {
            groups_[i].start = i == 0 ? start_ : groups_[i - 1].end;
            groups_[i].end =
                i + 1 == groups_.size()
                    ? end_
                    : groups_[i].samples.back().caption->time +
                          (groups_[i + 1].samples.front().caption->time - groups_[i].samples.back().caption->time) / 2;
        }
    }

    void joinShortGroups() {
        for (std::size_t i = 0; groups_.size() > 1 && i < groups_.size();) {
            if (groups_[i].end - groups_[i].start >= options_.shortest) {
                ++i;
                continue;
            }
            const std::size_t into = i == 0 ? 1 : i + 1 == groups_.size() ? i - 1 : nearer(i);
            const std::size_t first = std::min(i, into);
            auto& earlier = groups_[first];
            auto& later = groups_[first + 1];
            std::ranges::move(later.samples, std::back_inserter(earlier.samples));
            earlier.end = later.end;
            groups_.erase(groups_.begin() + static_cast<std::ptrdiff_t>(first) + 1);
            i = first;
        }
    }

    std::size_t nearer(std::size_t i) const {
        const auto& words = groups_[i].samples[medoid(groups_[i].samples)].words;
        const auto to = [&](std::size_t other) {
            return similarity(words, groups_[other].samples[medoid(groups_[other].samples)].words);
        };
        return to(i - 1) >= to(i + 1) ? i - 1 : i + 1;
    }

    void append(std::vector<Cue>& cues, const Group& group) const {
        const Sample& best = group.samples[medoid(group.samples)];
        double confidence = 0.0;
        int agreeing = 0;
        for (const Sample& sample : group.samples) {
            if (agree(sample, best)) {
                confidence += sample.caption->confidence;
                ++agreeing;
            }
        }
        const MediaTime length = group.end - group.start;
        const auto parts = std::max<std::int64_t>(1, (length + options_.longest - MediaTime(1)) / options_.longest);
        for (std::int64_t part = 0; part < parts; ++part) {
            cues.push_back({group.start + length * part / parts, group.start + length * (part + 1) / parts,
                            best.caption->text, agreeing > 0 ? confidence / agreeing : best.caption->confidence,
                            CueOrigin::Model});
        }
    }

    const CueOptions& options_;
    const MediaTime start_;
    const MediaTime end_;
    std::vector<Group> groups_;
};

bool inTransition(MediaTime time, const std::vector<ShotBoundary>& boundaries) {
    return std::ranges::any_of(boundaries, [time](const ShotBoundary& boundary) {
        return boundary.start < boundary.end && boundary.start <= time && time < boundary.end;
    });
}

}  // namespace

std::vector<Cue> buildCues(const std::vector<SampledCaption>& captions, const std::vector<ShotBoundary>& boundaries,
                           MediaTime from, MediaTime to, const CueOptions& options) {
    std::vector<Cue> cues;
    auto caption = captions.begin();
    MediaTime start = from;
    for (std::size_t i = 0; i <= boundaries.size(); ++i) {
        const MediaTime end = i < boundaries.size() ? std::clamp(boundaries[i].time, from, to) : to;
        std::vector<Sample> clean;
        std::vector<Sample> mixed;
        for (; caption != captions.end() && caption->time < end; ++caption) {
            if (caption->time >= start && !caption->text.empty()) {
                auto& target = inTransition(caption->time, boundaries) ? mixed : clean;
                target.push_back({&*caption, contentWords(caption->text)});
            }
        }
        if (auto& samples = clean.empty() ? mixed : clean; !samples.empty() && start < end) {
            std::ranges::move(ShotCues(options, start, end).build(std::move(samples)), std::back_inserter(cues));
        }
        start = std::max(start, end);
    }
    return cues;
}

}  // namespace sightline
