#include "core/scenes/shot_detector.h"

#include <algorithm>
#include <cmath>

namespace sightline {
namespace {

// Chosen on the development half of tests/benchmark/shots, see README.
constexpr int kNeighbours = 2;     // frames on each side that a cut must stand out from
constexpr double kCutRatio = 3.0;  // PySceneDetect's default
constexpr double kLeastCut = 7.0;  // difference, of 255
constexpr MediaTime kLongestFlash = std::chrono::milliseconds(350);
constexpr double kFlashReturn = 0.35;  // of the jump that may be left once the picture is back
constexpr MediaTime kShortestShot = std::chrono::milliseconds(300);

constexpr double kBlack = 20.0;  // mean luma of a black frame; studio black with noise is about 16
constexpr double kWhite = 235.0;
constexpr double kBlankDeviation = 5.0;
constexpr MediaTime kLongestFade = std::chrono::milliseconds(1500);  // of the picture's way into or out of the blank

constexpr MediaTime kDissolves[] = {std::chrono::milliseconds(400), std::chrono::milliseconds(700),
                                    std::chrono::milliseconds(1100), std::chrono::milliseconds(1600),
                                    std::chrono::milliseconds(2200)};
constexpr MediaTime kDissolveStep = std::chrono::milliseconds(80);  // between looks
constexpr double kLeastDissolve = 9.0;                              // difference of its ends
constexpr double kAlike = 0.55;           // correlation above which the ends are one picture that moved
constexpr double kMixtureResidual = 0.3;  // root mean square, of the ends' distance
constexpr double kBackwards = 0.08;       // that the share of the new picture may fall
constexpr double kBegun = 0.1;            // share of the new picture from which a dissolve is on
constexpr int kLeastMixtures = 4;         // frames

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
    Entry entry{signature, pts, 0.0, false};
    if (!entries_.empty()) {
        entry.change = difference(entries_.back().signature, signature);
    }
    const Brightness light = brightness(signature);
    entry.blank = light.deviation < kBlankDeviation && (light.mean < kBlack || light.mean > kWhite);
    entries_.push_back(entry);
    findFade(false);
    // A cut needs its later neighbours, and the time a flash may take.
    while (judged_ + kNeighbours < entries_.size() && entries_[judged_].pts + kLongestFlash < pts) {
        findCut(judged_++);
    }
    if (pts >= nextDissolveCheck_) {
        nextDissolveCheck_ = pts + kDissolveStep;
        findDissolve();
    }
    auto certain = takeUpTo(pts - kLookAhead);
    while (entries_.size() > 2 && judged_ > kNeighbours + 1 && entries_.front().pts + 2 * kLookAhead < pts) {
        entries_.pop_front();
        --judged_;
    }
    return certain;
}

std::vector<ShotBoundary> ShotDetector::finish() {
    while (judged_ < entries_.size()) {
        findCut(judged_++);
    }
    findFade(true);
    return takeUpTo(MediaTime::max());
}

void ShotDetector::findCut(std::size_t at) {
    const double change = entries_[at].change;
    if (change < kLeastCut || entries_[at].blank || entries_[at - 1].blank) {
        return;
    }
    double sum = 0.0;
    int count = 0;
    for (int offset = -kNeighbours; offset <= kNeighbours; ++offset) {
        const auto i = static_cast<std::ptrdiff_t>(at) + offset;
        if (offset != 0 && i >= 1 && i < static_cast<std::ptrdiff_t>(entries_.size())) {
            sum += entries_[static_cast<std::size_t>(i)].change;
            ++count;
        }
    }
    if (count == 0 || change >= kCutRatio * sum / count) {
        if (!isFlash(at)) {
            const MediaTime time = entries_[at].pts;
            add({time, time, time, Transition::Cut}, change);
        }
    }
}

bool ShotDetector::isFlash(std::size_t at) const {
    const double jump = entries_[at].change;
    // The picture before comes back ...
    for (std::size_t i = at + 1; i < entries_.size() && entries_[i].pts - entries_[at].pts <= kLongestFlash; ++i) {
        if (difference(entries_[at - 1].signature, entries_[i].signature) < kFlashReturn * jump) {
            return true;
        }
    }
    // ... or this is where it does.
    for (std::size_t i = at - 1; i-- > 0 && entries_[at].pts - entries_[i + 1].pts <= kLongestFlash;) {
        if (difference(entries_[i].signature, entries_[at].signature) < kFlashReturn * jump) {
            return true;
        }
    }
    return false;
}

void ShotDetector::findFade(bool atEnd) {
    const Entry& now = entries_.empty() ? Entry{} : entries_.back();
    if (!atEnd && now.blank) {
        if (blankRun_++ == 0) {
            fadeStart_ = now.pts;
        }
        return;
    }
    if (blankRun_ > 0 && !atEnd && sawPicture_) {
        const MediaTime end = now.pts;
        const std::size_t before = entries_.size() - 1 - std::min(blankRun_ + 1, entries_.size() - 1);
        // A blank picture of a few frames between two alike is a flash.
        const bool flash =
            end - fadeStart_ <= kLongestFlash && correlation(entries_[before].signature, now.signature) > kAlike;
        if (!flash) {
            add({fadeStart_ + (end - fadeStart_) / 2, fadeStart_, end, Transition::Fade}, 0.0);
        }
    }
    blankRun_ = 0;
    sawPicture_ = true;
}

std::size_t ShotDetector::indexAt(MediaTime time) const {
    const auto after = std::upper_bound(entries_.begin(), entries_.end(), time,
                                        [](MediaTime value, const Entry& entry) { return value < entry.pts; });
    return after == entries_.begin() ? 0 : static_cast<std::size_t>(after - entries_.begin()) - 1;
}

void ShotDetector::findDissolve() {
    const std::size_t last = entries_.size() - 1;
    for (const MediaTime length : kDissolves) {
        if (entries_[last].pts - entries_.front().pts < length) {
            return;
        }
        const std::size_t first = indexAt(entries_[last].pts - length);
        if (last - first <= kLeastMixtures) {
            continue;
        }
        if (const auto boundary = mixture(first, last)) {
            add(*boundary, difference(entries_[first].signature, entries_[last].signature));
            return;
        }
    }
}

std::optional<ShotBoundary> ShotDetector::mixture(std::size_t first, std::size_t last) const {
    const FrameSignature& from = entries_[first].signature;
    const FrameSignature& to = entries_[last].signature;
    if (difference(from, to) < kLeastDissolve || correlation(from, to) > kAlike) {
        return std::nullopt;
    }
    double distance = 0.0;
    for (std::size_t i = 0; i < from.values.size(); ++i) {
        const double step = to.values[i] - from.values[i];
        distance += step * step;
    }
    double shareBefore = 0.0;
    MediaTime timeBefore = entries_[first].pts;
    int mixtures = 0;
    bool crossed = false;
    ShotBoundary boundary{{}, entries_[first].pts, entries_[last].pts, Transition::Dissolve};
    for (std::size_t k = first + 1; k < last; ++k) {
        if (entries_[k].blank) {
            return std::nullopt;  // a fade
        }
        // The share of the new picture that explains this frame best, and what it leaves unexplained.
        double along = 0.0;
        double length = 0.0;
        for (std::size_t i = 0; i < from.values.size(); ++i) {
            const double offset = entries_[k].signature.values[i] - from.values[i];
            along += offset * (to.values[i] - from.values[i]);
            length += offset * offset;
        }
        const double share = along / distance;
        const double residual = std::sqrt(std::max(0.0, length / distance - share * share));
        if (residual > kMixtureResidual || share < shareBefore - kBackwards) {
            return std::nullopt;
        }
        if (!crossed && share >= 0.5) {
            const double part = share > shareBefore ? (0.5 - shareBefore) / (share - shareBefore) : 1.0;
            boundary.time = timeBefore + std::chrono::round<MediaTime>(part * (entries_[k].pts - timeBefore));
            crossed = true;
        }
        mixtures += share > kBegun && share < 1.0 - kBegun ? 1 : 0;
        boundary.start = share < kBegun ? entries_[k].pts : boundary.start;
        boundary.end = share < 1.0 - kBegun ? entries_[k + 1].pts : boundary.end;
        shareBefore = share;
        timeBefore = entries_[k].pts;
    }
    return crossed && mixtures >= kLeastMixtures ? std::optional(boundary) : std::nullopt;
}

void ShotDetector::add(const ShotBoundary& boundary, double strength) {
    if (boundary.time < lastGiven_ + kShortestShot && lastGiven_ != MediaTime::min()) {
        return;
    }
    for (Candidate& other : found_) {
        const ShotBoundary& known = other.boundary;
        if (boundary.start > known.end + kShortestShot || known.start > boundary.end + kShortestShot) {
            continue;
        }
        // One change was seen twice. A cut or a fade explains the mixtures around it, and a fade the jumps in it; of
        // two looks at a dissolve the one that sees more of it is right.
        const bool sharper = known.transition == Transition::Dissolve && boundary.transition != Transition::Dissolve;
        const bool explains = known.transition == Transition::Cut && boundary.transition == Transition::Fade;
        const bool wider = known.transition == Transition::Dissolve && boundary.transition == Transition::Dissolve &&
                           strength > other.strength;
        if (sharper || explains || wider) {
            other = {boundary, strength};
        }
        return;
    }
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
