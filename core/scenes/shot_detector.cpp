#include "core/scenes/shot_detector.h"

#include <algorithm>
#include <iterator>

namespace sightline {
namespace {

// Chosen on the development clips of tests/benchmark/shots; its README has the figures.
constexpr double kCutRatio = 3.0;  // to the neighbours' change; PySceneDetect's default
constexpr double kLeastCut = 7.0;  // change, of 255
// Of less, which dark and plain pictures have, if the two are nothing alike.
constexpr double kLeastPlainCut = 3.5;
constexpr double kUnlike = 0.4;  // correlation
constexpr double kRelit = 0.93;  // correlation of one picture in two lights
// Neighbours that a cut must stand out from, on each side: those within kNear, at least kNeighbours if they are within
// kFar, and in any case the next one.
constexpr MediaTime kNear = std::chrono::milliseconds(90);
constexpr MediaTime kFar = std::chrono::milliseconds(200);
constexpr int kNeighbours = 2;
constexpr double kRepeated = 0.05;    // change of a frame shown again, as when a rate was converted; no neighbour
constexpr double kLongestWait = 4.0;  // how much more change a longer wait between frames may explain

// What is looked at around a picture; the middle of one that stands for an hour need not be.
constexpr MediaTime kStillSpan = ShotDetector::kLookAhead + std::chrono::seconds(2);

constexpr MediaTime kLongestFlash = std::chrono::milliseconds(350);
constexpr double kFlashShare = 0.5;   // of a cut's change, from which a flash beside it could hide it
constexpr double kFlashReturn = 0.4;  // of the jump that may be left once the picture is back

constexpr MediaTime kLongestBlank = std::chrono::seconds(2);  // from here on it is a shot
constexpr MediaTime kLongestRamp = std::chrono::milliseconds(1300);
constexpr double kRampStep = 1.02;  // by which the contrast grows with each frame of a ramp
constexpr double kBack = 0.4;       // correlation of a picture that came back after a blank

// A fade explains the jumps in it, a cut the mixtures of frames around it.
int rank(Transition transition) {
    switch (transition) {
        case Transition::Fade: return 2;
        case Transition::Cut: return 1;
        case Transition::Dissolve: return 0;
    }
    return 0;
}

}  // namespace

const char* transitionName(Transition transition) {
    switch (transition) {
        case Transition::Cut: return "cut";
        case Transition::Fade: return "fade";
        case Transition::Dissolve: return "dissolve";
    }
    return "";
}

std::vector<ShotBoundary> ShotDetector::push(const FrameSignature& signature, MediaTime pts) {
    std::vector<ShotBoundary> certain;
    if (!entries_.empty() && pts - entries_.back().pts > kStill) {
        const FrameSignature still = entries_.back().signature;
        const MediaTime start = entries_.back().pts;
        for (MediaTime time = start + kStillTick; time < pts; time += kStillTick) {
            if (time > start + kStillSpan && time < pts - kStillSpan) {
                time = pts - kStillSpan;
            }
            take(still, time, certain);
        }
    }
    take(signature, pts, certain);
    return certain;
}

void ShotDetector::take(const FrameSignature& signature, MediaTime pts, std::vector<ShotBoundary>& certain) {
    Entry entry{signature, pts, 0.0, brightness(signature), false};
    entry.change = entries_.empty() ? 0.0 : difference(entries_.back().signature, signature);
    entry.blank = isBlank(entry.light);
    entries_.push_back(entry);
    followBlank();
    while (!blanks_.empty() && blanks_.front().end + kLongestRamp <= pts) {
        judgeBlank(blanks_.front());
        blanks_.pop_front();
    }
    judgeCuts(pts - kLongestFlash);
    if (const auto dissolve = dissolves_.push(signature, pts, entry.blank)) {
        add({dissolve->middle, dissolve->start, dissolve->end, Transition::Dissolve}, dissolve->score);
    }
    std::ranges::move(takeUpTo(pts - kLookAhead), std::back_inserter(certain));
    while (judged_ > 1 && entries_[1].pts + kLookAhead + kLongestRamp < pts) {
        entries_.pop_front();
        --judged_;
    }
}

std::vector<ShotBoundary> ShotDetector::finish() {
    judgeCuts(MediaTime::max());
    for (const BlankRun& run : blanks_) {
        judgeBlank(run);
    }
    blanks_.clear();
    return takeUpTo(MediaTime::max());
}

void ShotDetector::judgeCuts(MediaTime before) {
    for (; judged_ < entries_.size() && entries_[judged_].pts < before; ++judged_) {
        if (isCut(judged_)) {
            const MediaTime time = entries_[judged_].pts;
            add({time, time, time, Transition::Cut}, entries_[judged_].change);
        }
    }
}

bool ShotDetector::isCut(std::size_t at) const {
    const Entry& before = entries_[at - 1];
    const Entry& now = entries_[at];
    if (now.change < kLeastPlainCut || before.blank || now.blank || now.change < kCutRatio * expectedChange(at)) {
        return false;
    }
    const double alike = correlation(before.signature, now.signature);
    return alike < (now.change < kLeastCut ? kUnlike : kRelit) && !isFlash(at);
}

double ShotDetector::expectedChange(std::size_t at) const {
    const Entry& now = entries_[at];
    const double wait = toSeconds(now.pts - entries_[at - 1].pts);
    double sum = 0.0;
    int count = 0;
    for (const std::ptrdiff_t step : {-1, 1}) {
        const int enough = count + kNeighbours;
        const auto end = static_cast<std::ptrdiff_t>(entries_.size());
        for (auto i = static_cast<std::ptrdiff_t>(at) + step; i >= 1 && i < end; i += step) {
            const Entry& other = entries_[static_cast<std::size_t>(i)];
            const MediaTime distance = std::chrono::abs(other.pts - now.pts);
            const bool next = i == static_cast<std::ptrdiff_t>(at) + step;
            if (!next && (distance > kFar || (distance > kNear && count >= enough))) {
                break;
            }
            const bool large = other.change > kFlashShare * now.change;
            if (other.change < kRepeated || (large && isFlash(static_cast<std::size_t>(i)))) {
                continue;
            }
            const double otherWait = toSeconds(other.pts - entries_[static_cast<std::size_t>(i) - 1].pts);
            const double scale = otherWait > 0 ? std::clamp(wait / otherWait, 1.0, kLongestWait) : 1.0;
            sum += std::min(other.change * scale, now.change);
            ++count;
        }
    }
    return count > 0 ? sum / count : 0.0;
}

bool ShotDetector::isFlash(std::size_t at) const {
    const double left = kFlashReturn * entries_[at].change;
    // The picture before comes back ...
    for (std::size_t i = at + 1; i < entries_.size() && entries_[i].pts - entries_[at].pts <= kLongestFlash; ++i) {
        if (difference(entries_[at - 1].signature, entries_[i].signature) < left) {
            return true;
        }
    }
    // ... or this is where it does.
    for (std::size_t i = at - 1; i-- > 0 && entries_[at].pts - entries_[i + 1].pts <= kLongestFlash;) {
        if (difference(entries_[i].signature, entries_[at].signature) < left) {
            return true;
        }
    }
    return false;
}

void ShotDetector::followBlank() {
    const Entry& now = entries_.back();
    if (!now.blank) {
        if (blank_ && (blank_->afterPicture || blank_->shot)) {
            blank_->end = now.pts;
            blanks_.push_back(*blank_);
        }
        blank_.reset();
        sawPicture_ = true;
        return;
    }
    if (!blank_) {
        blank_ = BlankRun{now.pts, {}, sawPicture_, false};
    }
    if (!blank_->shot && now.pts - blank_->start >= kLongestBlank) {
        blank_->shot = true;
        if (blank_->afterPicture) {
            add({blank_->start, rampStart(blank_->start), blank_->start, Transition::Fade}, 0.0);
        }
    }
}

void ShotDetector::judgeBlank(const BlankRun& run) {
    const MediaTime end = rampEnd(run.end);
    if (run.shot) {
        add({run.end, run.end, end, Transition::Fade}, 0.0);
        return;
    }
    const MediaTime start = rampStart(run.start);
    const std::size_t first = indexAt(start);
    const bool back =
        correlation(entries_[first > 0 ? first - 1 : 0].signature, entries_[indexAt(end)].signature) > kBack;
    if (back && end - start <= kLongestFlash) {
        return;  // a flash, or a blink
    }
    add({run.start + (run.end - run.start) / 2, start, end, Transition::Fade}, 0.0);
}

MediaTime ShotDetector::rampStart(MediaTime blankStart) const {
    std::size_t i = indexAt(blankStart);
    while (i >= 2 && blankStart - entries_[i - 1].pts <= kLongestRamp &&
           entries_[i - 2].light.deviation > kRampStep * entries_[i - 1].light.deviation) {
        --i;
    }
    return entries_[i].pts;
}

MediaTime ShotDetector::rampEnd(MediaTime blankEnd) const {
    std::size_t i = indexAt(blankEnd);
    while (i + 1 < entries_.size() && entries_[i + 1].pts - blankEnd <= kLongestRamp &&
           entries_[i + 1].light.deviation > kRampStep * entries_[i].light.deviation) {
        ++i;
    }
    return entries_[i].pts;
}

std::size_t ShotDetector::indexAt(MediaTime time) const {
    const auto after = std::upper_bound(entries_.begin(), entries_.end(), time,
                                        [](MediaTime value, const Entry& entry) { return value < entry.pts; });
    return after == entries_.begin() ? 0 : static_cast<std::size_t>(after - entries_.begin()) - 1;
}

void ShotDetector::add(const ShotBoundary& boundary, double strength) {
    if (lastGiven_ != MediaTime::min() && boundary.time < lastGiven_ + options_.shortest) {
        return;
    }
    // What overlaps is one change seen twice.
    const auto overlaps = [&](const Candidate& other) {
        const ShotBoundary& known = other.boundary;
        return (boundary.start < known.end && known.start < boundary.end) ||
               std::chrono::abs(boundary.time - known.time) < options_.shortest;
    };
    const int own = rank(boundary.transition);
    const bool known = std::ranges::any_of(found_, [&](const Candidate& other) {
        const int others = rank(other.boundary.transition);
        return overlaps(other) && (others > own || (others == own && other.strength >= strength));
    });
    if (known) {
        return;
    }
    std::erase_if(found_, overlaps);
    found_.push_back({boundary, strength});
    std::ranges::sort(found_, {}, [](const Candidate& candidate) { return candidate.boundary.time; });
}

std::vector<ShotBoundary> ShotDetector::takeUpTo(MediaTime time) {
    std::vector<ShotBoundary> given;
    for (; !found_.empty() && found_.front().boundary.time <= time; found_.erase(found_.begin())) {
        given.push_back(found_.front().boundary);
        lastGiven_ = given.back().time;
    }
    return given;
}

}  // namespace sightline
