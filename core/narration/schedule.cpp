#include "core/narration/schedule.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>

#include "core/narration/wording.h"

namespace sightline {
namespace {

constexpr MediaTime kForever = std::chrono::hours(100'000);
constexpr double kRateStep = 0.05;  // what ears tell apart at most

MediaTime atRate(MediaTime length, double rate) {
    return MediaTime(static_cast<MediaTime::rep>(std::ceil(static_cast<double>(length.count()) / rate)));
}

// A description while a group of them is placed.
struct Candidate {
    std::size_t index = 0;  // of the description
    const Description* description = nullptr;
    std::vector<TimeRange> gaps;  // of its shots
    double worth = 0.0;

    std::size_t wording = 0;
    double rate = 1.0;
    bool isIn = true;
    Unsaid reason = Unsaid::Crowded;
    MediaTime missing{};
    MediaTime earliest{}, latest{}, start{};

    MediaTime shortest(double fastest) const { return atRate(description->wordings.back().length, fastest); }
    MediaTime length() const { return atRate(description->wordings[wording].length, rate); }
    MediaTime longestGap() const {
        MediaTime longest{};
        for (const TimeRange& gap : gaps) {
            longest = std::max(longest, gap.end - gap.start);
        }
        return longest;
    }
};

// The first time at or after `from` that begins a stretch of `length` in a gap.
std::optional<MediaTime> firstAfter(const std::vector<TimeRange>& gaps, MediaTime from, MediaTime length) {
    for (const TimeRange& gap : gaps) {
        const MediaTime start = std::max(gap.start, from);
        if (start + length <= gap.end) {
            return start;
        }
    }
    return std::nullopt;
}

// The last time at which a stretch of `length` can begin that ends in a gap, and at or before `until`.
std::optional<MediaTime> lastBefore(const std::vector<TimeRange>& gaps, MediaTime until, MediaTime length) {
    for (auto gap = gaps.rbegin(); gap != gaps.rend(); ++gap) {
        const MediaTime start = std::min(gap->end, until) - length;
        if (start >= gap->start) {
            return start;
        }
    }
    return std::nullopt;
}

// The time nearest to `wanted`, between `from` and `until`, at which a stretch of `length` fits into a gap.
MediaTime nearest(const std::vector<TimeRange>& gaps, MediaTime from, MediaTime until, MediaTime wanted,
                  MediaTime length) {
    MediaTime best = until;
    for (const TimeRange& gap : gaps) {
        const MediaTime first = std::max(gap.start, from);
        const MediaTime last = std::min(gap.end - length, until);
        if (first > last) {
            continue;
        }
        const MediaTime here = std::clamp(wanted, first, last);
        if (std::chrono::abs(here - wanted) < std::chrono::abs(best - wanted)) {
            best = here;
        }
    }
    return best;
}

// Descriptions whose shots hang together, so that they compete for the same gaps.
class Group {
public:
    Group(std::vector<Candidate> candidates, MediaTime after, const ScheduleOptions& options)
        : candidates_(std::move(candidates)), after_(after), options_(options) {}

    std::vector<Candidate> place() {
        // As short and fast as can be, so that as few as possible are left out.
        for (Candidate& one : candidates_) {
            one.wording = one.description->wordings.size() - 1;
            one.rate = options_.fastest;
        }
        while (!fits()) {
            leastWorth()->isIn = false;
        }
        bringBack();
        useMoreWords();
        slowDown();
        settle();
        return std::move(candidates_);
    }

private:
    // Whether all that are in can be said, one after the other: each as early as the one before allows.
    bool fits() {
        MediaTime from = after_;
        for (Candidate& one : candidates_) {
            if (!one.isIn) {
                continue;
            }
            const auto start = firstAfter(one.gaps, from, one.length());
            if (!start) {
                return false;
            }
            one.earliest = *start;
            from = *start + one.length() + options_.pause;
        }
        return true;
    }

    Candidate* leastWorth() {
        Candidate* least = nullptr;
        for (Candidate& one : candidates_) {
            if (one.isIn && (!least || one.worth <= least->worth)) {
                least = &one;
            }
        }
        return least;
    }

    std::vector<Candidate*> byWorth() {
        std::vector<Candidate*> all;
        for (Candidate& one : candidates_) {
            all.push_back(&one);
        }
        std::ranges::stable_sort(all, std::greater{}, &Candidate::worth);
        return all;
    }

    // One that made no room for the others need not have been left out.
    void bringBack() {
        for (Candidate* one : byWorth()) {
            if (!one->isIn) {
                one->isIn = true;
                one->isIn = fits();
            }
        }
    }

    // The most words that fit at the highest rate, the surest first.
    void useMoreWords() {
        for (Candidate* one : byWorth()) {
            const std::size_t least = one->wording;
            for (one->wording = 0; one->isIn && one->wording < least && !fits(); ++one->wording) {
            }
            one->wording = std::min(one->wording, least);
        }
    }

    // All at the lowest rate that fits, then each alone.
    void slowDown() {
        const auto rates = ratesUpTo(options_.fastest);
        const auto setAll = [this](double rate) {
            for (Candidate& one : candidates_) {
                one.rate = rate;
            }
            return fits();
        };
        for (const double rate : rates) {
            if (setAll(rate)) {
                break;
            }
        }
        for (Candidate* one : byWorth()) {
            const double before = one->rate;
            for (const double rate : rates) {
                one->rate = std::min(rate, before);
                if (rate >= before || fits()) {
                    break;
                }
            }
        }
    }

    static std::vector<double> ratesUpTo(double fastest) {
        std::vector<double> rates;
        for (int step = 0; 1.0 + step * kRateStep < fastest - 1e-9; ++step) {
            rates.push_back(1.0 + step * kRateStep);
        }
        rates.push_back(fastest);
        return rates;
    }

    // Each as near to its cue's start as those behind it allow.
    void settle() {
        fits();
        MediaTime until = kForever;
        for (auto one = candidates_.rbegin(); one != candidates_.rend(); ++one) {
            if (one->isIn) {
                one->latest = lastBefore(one->gaps, until, one->length()).value_or(one->earliest);
                until = one->latest - options_.pause;
            }
        }
        MediaTime from = after_;
        for (Candidate& one : candidates_) {
            if (one.isIn) {
                one.start = nearest(one.gaps, from, one.latest, one.description->cue.start, one.length());
                from = one.start + one.length() + options_.pause;
            }
        }
    }

    std::vector<Candidate> candidates_;
    const MediaTime after_;
    const ScheduleOptions& options_;
};

class Scheduler {
public:
    Scheduler(const std::vector<Description>& descriptions, const ScheduledVideo& video, const ScheduleOptions& options)
        : descriptions_(descriptions), video_(video), options_(options), results_(descriptions.size()) {}

    std::vector<ScheduledDescription> run() {
        std::size_t first = 0;
        while (first < descriptions_.size()) {
            MediaTime end = shotsOf(first).end;
            std::size_t last = first + 1;
            while (last < descriptions_.size() && shotsOf(last).start < end) {
                end = std::max(end, shotsOf(last).end);
                ++last;
            }
            placeGroup(first, last);
            first = last;
        }
        if (options_.freezes) {
            freezeForOthers();
        }
        return std::move(results_);
    }

private:
    // From the start of the shot in which the cue begins to the end of that in which it ends.
    TimeRange shotsOf(std::size_t index) const {
        const TimeRange& cue = descriptions_[index].cue;
        TimeRange range{MediaTime::zero(), video_.duration > MediaTime::zero() ? video_.duration : kForever};
        for (const MediaTime shot : video_.shots) {
            if (shot <= cue.start) {
                range.start = shot;
            }
            if (shot >= cue.end && shot > cue.start) {
                range.end = std::min(range.end, shot);
                break;
            }
        }
        return range;
    }

    // Why it cannot be said even if it were alone; nothing when it can.
    void judgeAlone(Candidate& one) {
        one.gaps = speechGaps(shotsOf(one.index), video_.speech, options_);
        const MediaTime shortest = one.shortest(options_.fastest);
        const MediaTime longest = one.longestGap();
        if (longest >= shortest) {
            return;
        }
        one.isIn = false;
        one.reason = longest > MediaTime::zero() ? Unsaid::TooLong : Unsaid::SpeechAllOver;
        one.missing = shortest - longest;
    }

    void placeGroup(std::size_t first, std::size_t last) {
        std::vector<bool> repeats(last - first, false);
        std::vector<Candidate> placed;
        // What repeats another is heard once that other one is left out; so it is tried again.
        for (int round = 0; round < 3; ++round) {
            std::vector<Candidate> in;
            std::vector<Candidate> out;
            std::string before = said_;
            for (std::size_t i = first; i < last; ++i) {
                Candidate one;
                one.index = i;
                one.description = &descriptions_[i];
                if (one.description->wordings.empty()) {
                    one.isIn = false;
                    one.reason = Unsaid::NoWords;
                } else if (round == 0 ? isRepeat(one, before) : repeats[i - first]) {
                    one.isIn = false;
                    one.reason = Unsaid::NothingNew;
                } else {
                    judgeAlone(one);
                }
                repeats[i - first] = !one.isIn && one.reason == Unsaid::NothingNew;
                if (one.isIn) {
                    one.worth = worthOf(one, before);
                    before = one.description->wordings.front().text;
                }
                (one.isIn ? in : out).push_back(std::move(one));
            }
            placed = Group(std::move(in), after_, options_).place();
            placed.insert(placed.end(), std::make_move_iterator(out.begin()), std::make_move_iterator(out.end()));
            std::ranges::sort(placed, {}, &Candidate::index);
            if (!findsOthersNew(placed, repeats)) {
                break;
            }
        }
        for (const Candidate& one : placed) {
            take(one);
        }
    }

    static bool isRepeat(const Candidate& one, const std::string& before) {
        const std::string& text = one.description->wordings.front().text;
        return one.description->byPerson ? text == before : saysNothingNew(text, before);
    }

    // Share of certainty and news; what a person wrote comes first.
    static double worthOf(const Candidate& one, const std::string& before) {
        const Description& description = *one.description;
        if (description.byPerson) {
            return 2.0;
        }
        const auto sentences = sentencesOf(description.wordings.front().text);
        const auto isNew = std::ranges::count_if(
            sentences, [&](const std::string& sentence) { return !saysNothingNew(sentence, before); });
        const double news =
            sentences.empty() ? 0.0 : static_cast<double>(isNew) / static_cast<double>(sentences.size());
        return description.confidence * (0.5 + 0.5 * news);
    }

    // Whether one that was left out as a repeat is news after what is said before it now.
    bool findsOthersNew(const std::vector<Candidate>& placed, std::vector<bool>& repeats) const {
        bool found = false;
        std::string before = said_;
        for (std::size_t i = 0; i < placed.size(); ++i) {
            if (placed[i].isIn) {
                before = placed[i].description->wordings[placed[i].wording].text;
            } else if (repeats[i] && !isRepeat(placed[i], before)) {
                repeats[i] = false;
                found = true;
                before = placed[i].description->wordings.front().text;
            }
        }
        return found;
    }

    void take(const Candidate& one) {
        ScheduledDescription& result = results_[one.index];
        result.isSaid = one.isIn;
        if (!one.isIn) {
            result.reason = one.reason;
            result.missing = one.missing;
            return;
        }
        result.start = one.start;
        result.rate = one.rate;
        result.wording = one.wording;
        result.length = one.length();
        after_ = result.end() + options_.pause;
        said_ = one.description->wordings[one.wording].text;
    }

    // The picture stands still where nobody speaks, in the cue's shots: as near to its start as can be, but not before
    // what was said last is over, nor in the middle of another.
    void freezeForOthers() {
        for (std::size_t i = 0; i < results_.size(); ++i) {
            ScheduledDescription& one = results_[i];
            if (one.isSaid || one.reason == Unsaid::NoWords || one.reason == Unsaid::NothingNew) {
                continue;
            }
            TimeRange range = shotsOf(i);
            for (std::size_t other = 0; other < results_.size(); ++other) {
                if (other < i && results_[other].isSaid) {
                    const auto& before = results_[other];
                    range.start =
                        std::max(range.start, before.freeze > MediaTime::zero() ? before.start : before.end());
                } else if (other > i && results_[other].isSaid) {
                    range.end = std::min(range.end, results_[other].start);
                }
            }
            const auto place = quietMoment(range, descriptions_[i].cue.start);
            if (!place) {
                one.reason = Unsaid::SpeechAllOver;
                continue;
            }
            one.isSaid = true;
            one.start = *place;
            one.rate = 1.0;
            one.wording = 0;
            one.length = descriptions_[i].wordings.front().length;
            one.freeze = one.length + options_.headMargin + options_.tailMargin;
        }
    }

    std::optional<MediaTime> quietMoment(const TimeRange& range, MediaTime wanted) const {
        if (range.start > range.end) {
            return std::nullopt;
        }
        const MediaTime target = std::clamp(wanted, range.start, range.end);
        std::optional<MediaTime> best;
        const auto consider = [&](MediaTime time) {
            if (time >= range.start && time <= range.end &&
                (!best || std::chrono::abs(time - target) < std::chrono::abs(*best - target))) {
                best = time;
            }
        };
        const auto speech = std::ranges::find_if(
            video_.speech, [&](const TimeRange& spoken) { return spoken.start < target && target < spoken.end; });
        if (speech == video_.speech.end()) {
            return target;
        }
        consider(speech->start);
        consider(speech->end);
        return best;
    }

    const std::vector<Description>& descriptions_;
    const ScheduledVideo& video_;
    const ScheduleOptions& options_;
    std::vector<ScheduledDescription> results_;
    MediaTime after_{};  // the next one begins here at the earliest
    std::string said_;   // last
};

}  // namespace

const char* unsaidName(Unsaid reason) {
    switch (reason) {
        case Unsaid::NoWords: return "no-words";
        case Unsaid::NothingNew: return "nothing-new";
        case Unsaid::SpeechAllOver: return "speech-all-over";
        case Unsaid::TooLong: return "too-long";
        case Unsaid::Crowded: return "crowded";
    }
    return "";
}

std::vector<TimeRange> speechGaps(const TimeRange& range, const std::vector<TimeRange>& speech,
                                  const ScheduleOptions& options) {
    std::vector<TimeRange> gaps;
    // The pause itself counts, not what of it lies in the range.
    MediaTime from = MediaTime::zero();
    bool isAfterSpeech = false;
    const auto add = [&](MediaTime until, bool isBeforeSpeech) {
        if (until - from < options.leastGap && (isAfterSpeech || isBeforeSpeech)) {
            return;
        }
        const TimeRange gap{std::max(range.start, from + (isAfterSpeech ? options.headMargin : MediaTime::zero())),
                            std::min(range.end, until - (isBeforeSpeech ? options.tailMargin : MediaTime::zero()))};
        if (gap.start < gap.end) {
            gaps.push_back(gap);
        }
    };
    // Only speech about the range matters.
    auto next = std::ranges::lower_bound(speech, range.start, {}, &TimeRange::end);
    if (next != speech.begin()) {
        from = std::prev(next)->end;
        isAfterSpeech = true;
    }
    for (; next != speech.end() && from < range.end; ++next) {
        add(next->start, true);
        from = next->end;
        isAfterSpeech = true;
    }
    if (from < range.end) {
        add(std::max(range.end, from + options.leastGap), false);  // a pause that goes on
    }
    return gaps;
}

std::vector<ScheduledDescription> schedule(const std::vector<Description>& descriptions, const ScheduledVideo& video,
                                           const ScheduleOptions& options) {
    return Scheduler(descriptions, video, options).run();
}

FrozenTimeLine freezesFor(const std::vector<ScheduledDescription>& scheduled) {
    std::vector<Freeze> freezes;
    for (const ScheduledDescription& one : scheduled) {
        if (one.isSaid && one.freeze > MediaTime::zero()) {
            freezes.push_back({one.start, one.freeze});
        }
    }
    return FrozenTimeLine(std::move(freezes));
}

std::vector<MediaTime> spokenStarts(const std::vector<ScheduledDescription>& scheduled,
                                    const ScheduleOptions& options) {
    const FrozenTimeLine times = freezesFor(scheduled);
    std::vector<MediaTime> starts;
    MediaTime at{-1};  // of the freeze before
    MediaTime over{};  // and its end on the longer time line
    for (const ScheduledDescription& one : scheduled) {
        starts.emplace_back(0);
        if (!one.isSaid) {
            continue;
        }
        if (one.freeze == MediaTime::zero()) {
            starts.back() = times.startAt(one.start);
            continue;
        }
        const MediaTime begins = one.start == at ? over : times.endAt(one.start);
        starts.back() = begins + options.headMargin;
        at = one.start;
        over = begins + one.freeze;
    }
    return starts;
}

}  // namespace sightline
