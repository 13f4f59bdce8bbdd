// Greedy and beam search over a decoder's next-token scores. Knows nothing of pictures or tensors.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/inference/vocabulary.h"

namespace sightline {

enum class SearchRules : std::uint8_t {
    Captions,      // those of this project's captioners
    Transformers,  // those of `generate` in Hugging Face's Transformers, nothing barred
};

struct SearchOptions {
    int beams = 1;               // 1 is greedy
    int maxTokens = 24;          // end token included
    double lengthPenalty = 0.7;  // finished captions compete by log-probability / length^penalty (Wu et al. 2016)
    std::chrono::milliseconds timeLimit{0};  // zero: none; a search out of time returns its best so far
    int minTokens = 0;   // the end token cannot come before; for benchmarks, whose captions are all of one length
    int candidates = 0;  // captions to list; a search for several goes on until as many have ended
    SearchRules rules = SearchRules::Captions;
    bool earlyStopping = false;  // Transformers: ends as soon as as many captions have ended as there are beams

    bool operator==(const SearchOptions&) const = default;
};

// Two words of which a caption guesses one, "man" and "woman", and the word that covers both, "person".
struct GuessedWords {
    TokenId first;
    TokenId second;
    TokenId neutral;
};

// Tokens that a search knows by their meaning.
struct MeaningfulTokens {
    TokenId begin = 0;
    TokenId end = 0;
    std::optional<TokenId> conjunction;  // "and"
    std::vector<TokenId> articles;       // "a", "an", "the"
    std::vector<GuessedWords> guesses;
    std::vector<TokenId> prompt = {};  // fed after `begin` and before the caption
};

// One caption that a search came to.
struct SearchCandidate {
    std::vector<TokenId> tokens;          // end token included
    std::vector<float> logProbabilities;  // natural logarithm, one per token
};

// A decoder whose cache holds one row per live beam.
class StepDecoder {
public:
    StepDecoder() = default;
    StepDecoder(const StepDecoder&) = delete;
    StepDecoder& operator=(const StepDecoder&) = delete;
    virtual ~StepDecoder() = default;

    // Feeds token `position` of every beam and returns their next-token logits, float32 [beams, vocabulary] row by
    // row, valid until the next call.
    virtual std::span<const float> step(std::span<const TokenId> tokens, int position) = 0;

    // Makes beam i continue what was beam parents[i], `positions` tokens long.
    virtual void reorder(std::span<const int> parents, int positions) = 0;
};

struct SearchResult {
    std::vector<TokenId> tokens;              // end token included where it came
    std::vector<float> logProbabilities;      // natural logarithm, one per token
    bool ended = false;                       // false: cut by the token or time limit
    int steps = 0;                            // decoder steps taken
    std::vector<SearchCandidate> candidates;  // ended ones, best first, the result itself among them; as many as asked
};

// The same search, step for step, as models/sightline_models/search.py, which has no minTokens.
// SearchRules::Captions: no three tokens in a row come twice in a caption (Paulus et al. 2017, arXiv:1705.04304), and
// none comes again behind an "and" that follows it, with or without an article ("white and white", "a man and a man");
// probabilities are those before these rules. Where neither of two guessed words is twice as likely as the other, the
// neutral one takes over their probability. SearchRules::Transformers: a caption ends when its end is among the `beams`
// likeliest continuations, and the search when as many have ended and the best live one, ended as it is, would not be
// among them; what the limit cuts off competes with them. Ties go to the lower beam, then the lower id. Throws what the
// decoder throws, and std::runtime_error for scores that are not finite.
SearchResult searchTokens(StepDecoder& decoder, const MeaningfulTokens& known, const SearchOptions& options);

// Geometric mean of the token probabilities, 0..1.
double meanProbability(std::span<const float> logProbabilities);

}  // namespace sightline
