#include "core/scenes/dissolve_finder.h"

#include <algorithm>
#include <cmath>

namespace sightline {
namespace {

// Chosen on the development clips of tests/benchmark/shots; its README has the figures.
constexpr MediaTime kTick = std::chrono::milliseconds(35);  // frames that follow sooner add nothing
constexpr std::size_t kLeastInner = 4;                      // frames between the ends
constexpr double kLeastDistance = 12.0;                     // root mean square of the ends' difference, of 255
constexpr double kAlike = 0.9;                              // correlation of ends that are one picture, moved or relit
constexpr double kBackwards = 0.1;                          // that the share of the new picture may fall
constexpr double kLongestStep = 0.4;                        // of the share, between frames; more is a cut
constexpr double kBegun = 0.1;                              // share from which a frame counts as a mixture
constexpr std::size_t kLeastMixtures = 3;
constexpr double kHopeless = 0.85;  // unexplained rest of one frame, of the ends' distance
constexpr double kRestWeight = 1.2;
constexpr double kMostDoubt = 0.5;       // up to a second's length
constexpr double kDoubtPerSecond = 0.1;  // less for each further one: slow movement has more time to look like it
constexpr double kMostRest = 0.2;        // where the variance tells nothing; pans leave 0.25 and more
constexpr double kLeastPrediction = 25;  // variance that a mixture must lose for a dip to be told from noise

double innerProduct(const FrameSignature& a, const FrameSignature& b) {
    float sum = 0.0F;
    for (std::size_t i = 0; i < a.values.size(); ++i) {
        sum += a.values[i] * b.values[i];
    }
    return static_cast<double>(sum) / static_cast<double>(a.values.size());
}

// A straight line through shares over time, in seconds from the first.
class Line {
public:
    void add(double x, double y) {
        n_ += 1;
        x_ += x;
        y_ += y;
        xx_ += x * x;
        xy_ += x * y;
    }
    // Where the line reaches `y`; nothing unless it rises.
    std::optional<double> at(double y) const {
        const double slope = (n_ * xy_ - x_ * y_) / (n_ * xx_ - x_ * x_);
        return slope > 0 ? std::optional((y - (y_ - slope * x_) / n_) / slope) : std::nullopt;
    }

private:
    double n_ = 0, x_ = 0, y_ = 0, xx_ = 0, xy_ = 0;
};

}  // namespace

double DissolveFinder::product(std::size_t a, std::size_t b) const {
    return a > b ? ticks_[a].products[a - b] : ticks_[b].products[b - a];
}

double DissolveFinder::covariance(std::size_t a, std::size_t b) const {
    double means = 0.0;
    for (std::size_t i = 0; i < 3; ++i) {
        means += ticks_[a].means[i] * ticks_[b].means[i];
    }
    return product(a, b) - means / 3;
}

std::optional<Dissolve> DissolveFinder::push(const FrameSignature& signature, MediaTime pts, bool blank) {
    if (!ticks_.empty() && pts < ticks_.back().pts + kTick) {
        return std::nullopt;
    }
    Tick& tick = ticks_.emplace_back();
    tick.signature = signature;
    tick.pts = pts;
    tick.blank = blank;
    for (std::size_t plane = 0; plane < 3; ++plane) {
        float sum = 0.0F;
        for (std::size_t i = 0; i < FrameSignature::kCells; ++i) {
            sum += signature.values[plane * FrameSignature::kCells + i];
        }
        tick.means[plane] = static_cast<double>(sum) / FrameSignature::kCells;
    }
    while (ticks_.front().pts + kLongest < pts || ticks_.size() > kMostTicks) {
        ticks_.pop_front();
    }
    const std::size_t last = ticks_.size() - 1;
    for (std::size_t i = 0; i <= last; ++i) {
        ticks_[last].products[last - i] = innerProduct(ticks_[last].signature, ticks_[i].signature);
    }
    std::optional<Dissolve> best;
    for (std::size_t first = last; first-- > 0 && !ticks_[first].blank && !blank;) {
        if (last - first <= kLeastInner) {
            continue;
        }
        const auto found = judge(first, last);
        if (found && (!best || found->score > best->score)) {
            best = found;
        }
    }
    return best;
}

std::optional<Dissolve> DissolveFinder::judge(std::size_t first, std::size_t last) const {
    const double distance = product(first, first) + product(last, last) - 2 * product(first, last);
    const double before = covariance(first, first);
    const double after = covariance(last, last);
    const double common = covariance(first, last);
    if (distance < kLeastDistance * kLeastDistance || common > kAlike * std::sqrt(before * after)) {
        return std::nullopt;
    }
    Line line;
    double shareBefore = 0.0;
    double highest = 0.0;
    double rest = 0.0;
    double dip = 0.0;
    double predicted = 0.0;
    std::size_t mixtures = 0;
    for (std::size_t k = first + 1; k <= last; ++k) {
        const double share =
            (product(k, last) - product(k, first) - product(first, last) + product(first, first)) / distance;
        if (share < highest - kBackwards || share > shareBefore + kLongestStep) {
            return std::nullopt;
        }
        highest = std::max(highest, share);
        shareBefore = share;
        if (k == last) {
            break;
        }
        const double length = product(k, k) + product(first, first) - 2 * product(k, first);
        const double unexplained = std::sqrt(std::max(0.0, length / distance - share * share));
        if (unexplained > kHopeless) {
            return std::nullopt;
        }
        if (share < kBegun || share > 1 - kBegun) {
            continue;
        }
        ++mixtures;
        rest += unexplained;
        const double straight = (1 - share) * before + share * after;
        const double mixed =
            (1 - share) * (1 - share) * before + share * share * after + 2 * share * (1 - share) * common;
        predicted += straight - mixed;
        dip += straight - covariance(k, k);
        line.add(toSeconds(ticks_[k].pts - ticks_[first].pts), share);
    }
    if (mixtures < kLeastMixtures) {
        return std::nullopt;
    }
    rest /= static_cast<double>(mixtures);
    const auto start = line.at(0.0);
    const auto middle = line.at(0.5);
    const auto end = line.at(1.0);
    if (!start || !middle || !end) {
        return std::nullopt;
    }
    // Where the shots move, frames between are no exact mixtures; where they only move, the variance does not dip.
    const bool dips = predicted > kLeastPrediction * static_cast<double>(mixtures);
    const double doubt = kRestWeight * rest + (dips ? std::abs(1.0 - dip / predicted) : 0.0);
    const double most = kMostDoubt - kDoubtPerSecond * std::max(0.0, *end - *start - 1.0);
    if (doubt > most || (!dips && rest > kMostRest)) {
        return std::nullopt;
    }
    const auto time = [&](double seconds) {
        const auto offset = std::chrono::duration_cast<MediaTime>(std::chrono::duration<double>(seconds));
        return std::clamp(ticks_[first].pts + offset, ticks_[first].pts, ticks_[last].pts);
    };
    return Dissolve{time(*middle), time(*start), time(*end), std::sqrt(distance) * (1 - doubt)};
}

}  // namespace sightline
