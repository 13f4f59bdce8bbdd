#include "core/inference/token_search.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <stdexcept>

#include "core/inference/simd_math.h"

namespace sightline {
namespace {

constexpr float unsureRatio = 2.0F;  // of two guesses' probabilities

struct Beam {
    std::vector<TokenId> tokens;
    std::vector<float> logProbabilities;
    double total = 0.0;
    bool ended = false;

    double score(double lengthPenalty) const {
        return total / std::pow(static_cast<double>(std::max<std::size_t>(1, tokens.size())), lengthPenalty);
    }
};

struct Extension {
    double total;
    float logProbability;
    int parent;
    TokenId token;
};

bool better(const Extension& a, const Extension& b) {
    if (a.total != b.total) {
        return a.total > b.total;
    }
    return a.parent != b.parent ? a.parent < b.parent : a.token < b.token;
}

double logSumExp(std::span<const float> logits, float peak) { return peak + std::log(sumOfExponentials(logits, peak)); }

// Tokens that would make three in a row that the caption holds already ("a close up of a close up of ...") or say one
// thing twice around an "and".
std::vector<TokenId> repeatingTokens(const std::vector<TokenId>& caption, const MeaningfulTokens& known) {
    std::vector<TokenId> found;
    for (std::size_t i = 0; i + 2 < caption.size(); ++i) {
        if (caption[i] == caption[caption.size() - 2] && caption[i + 1] == caption.back()) {
            found.push_back(caption[i + 2]);
        }
    }
    auto last = caption.rbegin();
    if (last != caption.rend() && std::ranges::find(known.articles, *last) != known.articles.end()) {
        ++last;
    }
    if (caption.rend() - last >= 2 && *last == known.conjunction) {
        found.push_back(*std::next(last));
    }
    return found;
}

// Makes every unsure guess neutral, in logits: the row's probabilities keep their sum. Whether there was one.
bool sayNeutrally(std::vector<float>& row, const std::vector<GuessedWords>& guesses) {
    bool changed = false;
    for (const GuessedWords& guess : guesses) {
        float& first = row[static_cast<std::size_t>(guess.first)];
        float& second = row[static_cast<std::size_t>(guess.second)];
        float& neutral = row[static_cast<std::size_t>(guess.neutral)];
        if (std::abs(first - second) < std::log(unsureRatio)) {
            const std::array<float, 3> all{first, second, neutral};
            neutral = static_cast<float>(logSumExp(all, std::ranges::max(all)));
            first = second = -std::numeric_limits<float>::infinity();
            changed = true;
        }
    }
    return changed;
}

std::vector<float> stretchesOf(std::span<const float> row) {
    std::vector<float> largest((row.size() + kStretch - 1) / kStretch);
    largestOfStretches(row, largest.data());
    return largest;
}

// The `count` highest tokens of a row but the `barred`, best first. `largest` of its stretches tell what is surely too
// low, which is most of the row.
std::vector<TokenId> bestTokens(std::span<const float> row, const std::vector<float>& largest, std::size_t count,
                                const std::vector<TokenId>& barred) {
    const auto higher = [row](TokenId x, TokenId y) {
        const float a = row[static_cast<std::size_t>(x)];
        const float c = row[static_cast<std::size_t>(y)];
        return a != c ? a > c : x < y;
    };
    float least = -std::numeric_limits<float>::infinity();
    if (const std::size_t enough = count + barred.size(); enough <= largest.size()) {
        std::vector<float> ordered = largest;
        const auto last = ordered.begin() + static_cast<std::ptrdiff_t>(enough) - 1;
        std::ranges::nth_element(ordered, last, std::greater());
        least = *last;
    }
    std::vector<TokenId> best;
    const auto isKept = [&](float value) {
        return value >= least && (best.size() < count || value > row[static_cast<std::size_t>(best.back())]);
    };
    for (std::size_t stretch = 0; stretch < largest.size(); ++stretch) {
        if (!isKept(largest[stretch])) {
            continue;
        }
        for (std::size_t i = stretch * kStretch; i < std::min(row.size(), (stretch + 1) * kStretch); ++i) {
            const auto token = static_cast<TokenId>(i);
            if (!isKept(row[i]) || std::find(barred.begin(), barred.end(), token) != barred.end()) {
                continue;
            }
            if (best.size() == count) {
                best.pop_back();
            }
            best.insert(std::upper_bound(best.begin(), best.end(), token, higher), token);
        }
    }
    return best;
}

// The `count` best continuations over all live beams, best first, none of them `barred` where that is given.
std::vector<Extension> bestExtensions(std::span<const float> logits, std::span<const Beam> live, std::size_t count,
                                      const MeaningfulTokens& known, SearchRules rules, std::optional<TokenId> barred) {
    const std::size_t vocabulary = logits.size() / live.size();
    const std::size_t perBeam = std::min(count, vocabulary);
    std::vector<Extension> best;
    std::vector<float> row;
    for (std::size_t b = 0; b < live.size(); ++b) {
        const auto scores = logits.subspan(b * vocabulary, vocabulary);
        std::vector<float> largest = stretchesOf(scores);
        const double normalizer = logSumExp(scores, std::ranges::max(largest));
        if (!std::isfinite(normalizer)) {
            throw std::runtime_error("the decoder's scores are not finite");
        }
        row.assign(scores.begin(), scores.end());
        std::vector<TokenId> unwanted;
        if (rules == SearchRules::Captions) {
            if (sayNeutrally(row, known.guesses)) {
                largest = stretchesOf(row);
            }
            unwanted = repeatingTokens(live[b].tokens, known);
        }
        if (barred) {
            unwanted.push_back(*barred);
        }
        for (const TokenId token : bestTokens(row, largest, perBeam, unwanted)) {
            const auto logProbability = static_cast<float>(row[static_cast<std::size_t>(token)] - normalizer);
            best.push_back({live[b].total + logProbability, logProbability, static_cast<int>(b), token});
        }
    }
    std::sort(best.begin(), best.end(), better);
    best.resize(std::min(best.size(), count));
    return best;
}

const Beam& bestOf(const std::vector<Beam>& beams, double lengthPenalty) {
    return *std::max_element(beams.begin(), beams.end(), [lengthPenalty](const Beam& a, const Beam& b) {
        return a.score(lengthPenalty) < b.score(lengthPenalty);
    });
}

double bestScore(const std::vector<Beam>& finished, double lengthPenalty) {
    return finished.empty() ? -std::numeric_limits<double>::infinity()
                            : bestOf(finished, lengthPenalty).score(lengthPenalty);
}

// Of what begins with `total`: that total over the longest length.
double bestPossible(double total, const SearchOptions& options) {
    return total / std::pow(options.maxTokens, options.lengthPenalty);
}

// Whether no live beam can change which captions are best, after `length` tokens. `finished` is sorted by its scores
// where the rules ask for it.
bool isDecided(std::vector<Beam>& finished, const std::vector<Beam>& live, int length, const SearchOptions& options) {
    const double penalty = options.lengthPenalty;
    const double total = std::ranges::max_element(live, {}, [](const Beam& beam) { return beam.total; })->total;
    if (options.rules == SearchRules::Transformers) {
        const auto places = static_cast<std::size_t>(std::max(1, options.beams));
        if (finished.size() < places) {
            return false;
        }
        std::ranges::stable_sort(finished, std::greater(), [penalty](const Beam& beam) { return beam.score(penalty); });
        return options.earlyStopping || finished[places - 1].score(penalty) >= total / std::pow(length, penalty);
    }
    return finished.size() >= static_cast<std::size_t>(std::max(0, options.candidates)) &&
           bestPossible(total, options) <= bestScore(finished, penalty);
}

// Leaves out live beams that cannot end better than the best finished one. Whatever they would keep from being followed
// has a smaller total than they, and cannot either: the best caption stays the same.
void leaveOutHopeless(std::vector<Beam>& live, std::vector<int>& parents, const std::vector<Beam>& finished,
                      const SearchOptions& options) {
    const double best = bestScore(finished, options.lengthPenalty);
    std::size_t kept = 0;
    for (std::size_t b = 0; b < live.size(); ++b) {
        if (bestPossible(live[b].total, options) > best) {
            std::swap(live[kept], live[b]);
            parents[kept++] = parents[b];
        }
    }
    live.resize(kept);
    parents.resize(kept);
}

std::vector<SearchCandidate> bestCandidates(std::vector<Beam> finished, const SearchOptions& options) {
    std::ranges::stable_sort(finished, std::greater(),
                             [&options](const Beam& beam) { return beam.score(options.lengthPenalty); });
    finished.resize(std::min(finished.size(), static_cast<std::size_t>(options.candidates)));
    std::vector<SearchCandidate> candidates;
    for (Beam& beam : finished) {
        candidates.push_back({std::move(beam.tokens), std::move(beam.logProbabilities)});
    }
    return candidates;
}

}  // namespace

SearchResult searchTokens(StepDecoder& decoder, const MeaningfulTokens& known, const SearchOptions& options) {
    const auto started = std::chrono::steady_clock::now();
    const auto width = static_cast<std::size_t>(std::max(1, options.beams));
    std::vector<Beam> live(1);
    std::vector<Beam> finished;
    SearchResult result;
    const bool transformers = options.rules == SearchRules::Transformers;
    const auto before = static_cast<int>(known.prompt.size());
    TokenId first = known.begin;
    for (int i = 0; i < before; ++i) {
        decoder.step({&first, 1}, i);
        first = known.prompt[static_cast<std::size_t>(i)];
    }
    for (int position = 0; position < options.maxTokens; ++position) {
        std::vector<TokenId> tokens;
        for (const Beam& beam : live) {
            tokens.push_back(beam.tokens.empty() ? first : beam.tokens.back());
        }
        const auto logits = decoder.step(tokens, before + position);
        ++result.steps;

        std::vector<Beam> following;
        std::vector<int> parents;
        const auto barred = position + 1 < options.minTokens ? std::optional(known.end) : std::nullopt;
        const bool cut = transformers && position + 1 == options.maxTokens;
        std::size_t rank = 0;
        for (const Extension& extension : bestExtensions(logits, live, 2 * width, known, options.rules, barred)) {
            ++rank;
            Beam beam = live[static_cast<std::size_t>(extension.parent)];
            beam.tokens.push_back(extension.token);
            beam.logProbabilities.push_back(extension.logProbability);
            beam.total = extension.total;
            beam.ended = extension.token == known.end;
            if (beam.ended || cut) {
                if (!transformers || rank <= width) {
                    finished.push_back(std::move(beam));
                }
            } else {
                following.push_back(std::move(beam));
                parents.push_back(extension.parent);
            }
            if (following.size() == width || (width == 1 && !finished.empty())) {
                break;
            }
        }
        live = std::move(following);
        if (!transformers && options.candidates == 0) {
            leaveOutHopeless(live, parents, finished, options);
        }
        if ((width == 1 && !finished.empty()) || live.empty()) {
            break;
        }
        if (isDecided(finished, live, position + 1, options)) {
            break;
        }
        const bool late =
            options.timeLimit.count() > 0 && std::chrono::steady_clock::now() - started > options.timeLimit;
        if (late) {
            break;
        }
        const bool same = tokens.size() == 1 && parents.size() == 1;  // greedy: the cache is right as it is
        if (!same && position + 1 < options.maxTokens) {
            decoder.reorder(parents, before + position + 1);
        }
    }
    const Beam& best = bestOf(finished.empty() ? live : finished, options.lengthPenalty);
    result.tokens = best.tokens;
    result.logProbabilities = best.logProbabilities;
    result.ended = best.ended;
    if (options.candidates > 0) {
        result.candidates = bestCandidates(std::move(finished), options);
    }
    return result;
}

double meanProbability(std::span<const float> logProbabilities) {
    if (logProbabilities.empty()) {
        return 0.0;
    }
    const double sum = std::accumulate(logProbabilities.begin(), logProbabilities.end(), 0.0);
    return std::exp(sum / static_cast<double>(logProbabilities.size()));
}

}  // namespace sightline
