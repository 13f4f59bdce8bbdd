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

// Byte-level BPE: the text of a caption is its tokens' bytes one after another. Immutable; any thread.
class Vocabulary {
public:
    // From vocabulary.json of a bundle: {"tokens": [base64, ...]}, one entry per id. Error: Model.
    static Result<Vocabulary> parse(std::string_view json);

    explicit Vocabulary(std::vector<std::string> tokens) : tokens_(std::move(tokens)) {}

    // The id that adds exactly these bytes, if there is one.
    std::optional<TokenId> find(std::string_view bytes) const;

    int size() const { return static_cast<int>(tokens_.size()); }

    // A sentence: trimmed, first letter in upper case, bytes that are not UTF-8 replaced by U+FFFD. Special tokens
    // have no bytes; ids outside the vocabulary add none.
    std::string decode(std::span<const TokenId> tokens) const;

private:
    std::vector<std::string> tokens_;
};

}  // namespace sightline
