#include "core/inference/vocabulary.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <openssl/evp.h>
#include <nlohmann/json.hpp>

namespace sightline {
namespace {

constexpr std::size_t kLongestToken = 1 << 16;  // in base64

std::optional<std::string> fromBase64(const std::string& text) {
    if (text.size() % 4 != 0 || text.size() > kLongestToken) {
        return std::nullopt;
    }
    std::string bytes(text.size() / 4 * 3, '\0');
    const int length =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    const auto padding = text.size() - (text.find_last_not_of('=') + 1);
    if (length < static_cast<int>(padding) || padding > 2) {
        return std::nullopt;
    }
    bytes.resize(static_cast<std::size_t>(length) - padding);  // EVP_DecodeBlock counts padding as zero bytes
    return bytes;
}

// In this order; each takes what the ones before it left.
constexpr std::pair<std::string_view, std::string_view> kCleanUps[] = {
    {" .", "."},     {" ?", "?"},   {" !", "!"},   {" ,", ","},     {" ' ", "'"},
    {" n't", "n't"}, {" 'm", "'m"}, {" 's", "'s"}, {" 've", "'ve"}, {" 're", "'re"}};

void cleanUp(std::string& text) {
    for (const auto& [spaced, close] : kCleanUps) {
        for (auto at = text.find(spaced); at != std::string::npos; at = text.find(spaced, at + close.size())) {
            text.replace(at, spaced.size(), close);
        }
    }
}

}  // namespace

Result<Vocabulary> Vocabulary::parse(std::string_view json, bool cleansUp) {
    std::vector<std::string> tokens;
    try {
        const auto root = nlohmann::json::parse(json);
        for (const auto& entry : root.at("tokens")) {
            auto bytes = fromBase64(entry.get<std::string>());
            if (!bytes) {
                return fail(ErrorCode::Model, "The bundle's vocabulary is damaged. Get an intact bundle.");
            }
            tokens.push_back(std::move(*bytes));
        }
    } catch (const nlohmann::json::exception& error) {
        return fail(ErrorCode::Model, "The bundle's vocabulary is damaged. Get an intact bundle.", error.what());
    }
    return Vocabulary(std::move(tokens), cleansUp);
}

std::optional<TokenId> Vocabulary::find(std::string_view bytes) const {
    const auto found = std::ranges::find(tokens_, bytes);
    return found == tokens_.end() ? std::nullopt : std::optional(static_cast<TokenId>(found - tokens_.begin()));
}

std::string Vocabulary::decode(std::span<const TokenId> tokens) const {
    std::string text;
    for (const TokenId token : tokens) {
        if (token >= 0 && token < size()) {
            text += tokens_[static_cast<std::size_t>(token)];
        }
    }
    const auto first = text.find_first_not_of(' ');
    const auto last = text.find_last_not_of(' ');
    text = first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
    if (cleansUp_) {
        cleanUp(text);
    }
    if (!text.empty()) {
        text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    }
    // The JSON library's serializer is the validator: it replaces what is not UTF-8.
    const std::string quoted = nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return nlohmann::json::parse(quoted).get<std::string>();
}

}  // namespace sightline
