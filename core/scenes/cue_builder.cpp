#include "core/scenes/cue_builder.h"

#include <algorithm>
#include <utility>

#include "core/scenes/caption_group.h"
#include "core/scenes/caption_similarity.h"

namespace sightline {
namespace {

// Captions in a row that say something else than the cue, and than each other, until the cue is over.
constexpr std::size_t kMostDeviating = 3;

// A group and the time it covers.
struct Stretch {
    CaptionGroup group;
    MediaTime start{};
    MediaTime end{};
};

// A caption that the present cue does not say, until it is known whether it was noise.
struct Deviation {
    const SampledCaption* caption;
    std::vector<std::string> words;
};

std::vector<Stretch> groupCaptions(const std::vector<const SampledCaption*>& captions, double agreement) {
    std::vector<Stretch> stretches;
    std::vector<Deviation> deviating;
    const auto beginWith = [&](Deviation& deviation) {
        stretches.emplace_back().group.add(*deviation.caption, std::move(deviation.words));
    };
    // What deviated was noise. It is not lost: it may be an alternative.
    const auto passOver = [&] {
        for (Deviation& noise : deviating) {
            stretches.back().group.addDeviating(*noise.caption, std::move(noise.words));
        }
        deviating.clear();
    };
    for (const SampledCaption* caption : captions) {
        Deviation next{caption, contentWords(caption->text)};
        if (stretches.empty()) {
            beginWith(next);
        } else if (stretches.back().group.accepts(next.words, agreement)) {
            passOver();
            stretches.back().group.add(*caption, std::move(next.words));
        } else if (!deviating.empty() && similarity(deviating.back().words, next.words) >= agreement) {
            Deviation first = std::move(deviating.back());
            deviating.pop_back();
            passOver();
            beginWith(first);
            stretches.back().group.add(*caption, std::move(next.words));
        } else {
            deviating.push_back(std::move(next));
            if (deviating.size() == kMostDeviating) {
                beginWith(deviating.front());
                deviating.erase(deviating.begin());
            }
        }
    }
    passOver();
    return stretches;
}

// Between the last caption of one stretch and the first of the next lies the change: in the middle.
void placeStretches(std::vector<Stretch>& stretches, MediaTime start, MediaTime end) {
    for (std::size_t i = 0; i < stretches.size(); ++i) {
        stretches[i].start = i == 0 ? start : stretches[i - 1].end;
        if (i + 1 == stretches.size()) {
            stretches[i].end = end;
        } else {
            const MediaTime last = stretches[i].group.lastTime();
            stretches[i].end = last + (stretches[i + 1].group.firstTime() - last) / 2;
        }
    }
}

void joinWithNext(std::vector<Stretch>& stretches, std::size_t i) {
    stretches[i].group.add(stretches[i + 1].group);
    stretches[i].end = stretches[i + 1].end;
    stretches.erase(stretches.begin() + static_cast<std::ptrdiff_t>(i) + 1);
}

void joinShort(std::vector<Stretch>& stretches, MediaTime shortest) {
    for (std::size_t i = 0; stretches.size() > 1 && i < stretches.size();) {
        if (stretches[i].end - stretches[i].start >= shortest) {
            ++i;
            continue;
        }
        const bool last = i + 1 == stretches.size();
        const bool earlier = last || (i > 0 && stretches[i].group.similarityTo(stretches[i - 1].group) >=
                                                   stretches[i].group.similarityTo(stretches[i + 1].group));
        i = earlier ? i - 1 : i;
        joinWithNext(stretches, i);
    }
}

void joinAlike(std::vector<Stretch>& stretches, double agreement) {
    for (std::size_t i = 0; i + 1 < stretches.size();) {
        if (stretches[i].group.similarityTo(stretches[i + 1].group) >= agreement) {
            joinWithNext(stretches, i);
        } else {
            ++i;
        }
    }
}

void appendCues(BuiltCues& built, const Stretch& stretch, const CueOptions& options) {
    const auto summary = stretch.group.summary(options);
    const MediaTime length = stretch.end - stretch.start;
    const bool limited = options.longest > MediaTime::zero();
    const std::int64_t parts = limited ? (length + options.longest - MediaTime(1)) / options.longest : 1;
    for (std::int64_t part = 0; part < parts; ++part) {
        // Dividing first keeps hours in nanoseconds within 64 bits.
        const auto edge = [&](std::int64_t n) {
            return n == parts ? stretch.end : stretch.start + n * (length / parts);
        };
        built.cues.push_back({edge(part), edge(part + 1), summary.text, summary.confidence, CueOrigin::Model});
        built.alternatives.push_back(summary.alternatives);
    }
}

}  // namespace

SampledCaption sampledCaption(const Caption& caption) { return {caption.start, caption.text, caption.confidence}; }

BuiltCues buildCues(const std::vector<SampledCaption>& captions, const std::vector<ShotBoundary>& boundaries,
                    MediaTime from, MediaTime to, const CueOptions& options) {
    BuiltCues built;
    auto caption = captions.begin();
    MediaTime start = from;
    for (std::size_t i = 0; i <= boundaries.size(); ++i) {
        const MediaTime end = i < boundaries.size() ? std::clamp(boundaries[i].time, from, to) : to;
        // A shot begins in the second half of one transition and ends in the first half of the next.
        const MediaTime clearFrom = i > 0 ? boundaries[i - 1].end : from;
        const MediaTime clearTo = i < boundaries.size() ? boundaries[i].start : to;
        std::vector<const SampledCaption*> clear;
        std::vector<const SampledCaption*> mixed;
        for (; caption != captions.end() && (caption->time < end || i == boundaries.size()); ++caption) {
            if (caption->time < start || caption->time >= end) {
                continue;
            }
            const bool inside = caption->time < clearFrom || (caption->time >= clearTo && clearTo < end);
            const bool silent = contentWords(caption->text).empty();
            if (!caption->text.empty()) {
                (inside || silent ? mixed : clear).push_back(&*caption);
            }
        }
        if (const auto& chosen = clear.empty() ? mixed : clear; !chosen.empty() && start < end) {
            auto stretches = groupCaptions(chosen, options.agreement);
            placeStretches(stretches, start, end);
            joinShort(stretches, options.shortest);
            joinAlike(stretches, options.agreement);
            for (const Stretch& stretch : stretches) {
                appendCues(built, stretch, options);
            }
        }
        start = std::max(start, end);
    }
    return built;
}

}  // namespace sightline
