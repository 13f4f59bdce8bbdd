// Token ids to text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace sightline {

using TokenId = int;

// The text of a caption is its tokens' bytes one after another. Immutable; any thread.
class Vocabulary {
public:
    // From vocabulary.json of a bundle: {"tokens": [base64, ...]}, one entry per id. With `cleansUp`, spaces before
    // punctuation and inside "it ' s" are taken out, as Transformers' clean_up_tokenization does. Error: Model.
    static Result<Vocabulary> parse(std::string_view json, bool cleansUp = false);

    explicit Vocabulary(std::vector<std::string> tokens, bool cleansUp = false)
        : tokens_(std::move(tokens)), cleansUp_(cleansUp) {}

    // The id that adds exactly these bytes, if there is one.
    std::optional<TokenId> find(std::string_view bytes) const;

    int size() const { return static_cast<int>(tokens_.size()); }

    // A sentence: trimmed, first letter in upper case, bytes that are not UTF-8 replaced by U+FFFD. Special tokens
    // have no bytes; ids outside the vocabulary add none.
    std::string decode(std::span<const TokenId> tokens) const;

private:
    std::vector<std::string> tokens_;
    bool cleansUp_;
};

}  // namespace sightline
