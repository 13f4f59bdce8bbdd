#include "core/feed/feed_token.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

namespace sightline {
namespace {

constexpr std::size_t kBytes = 16;

}  // namespace

Result<std::string> makeFeedToken() {
    std::array<unsigned char, kBytes> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
        return fail(ErrorCode::Internal, "Cannot make a token for the feed: the system gives no random numbers.");
    }
    std::string token;
    for (const unsigned char byte : bytes) {
        token += fmt::format("{:02x}", byte);
    }
    return token;
}

bool isFeedToken(std::string_view text) {
    return text.size() == 2 * kBytes && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

bool sameToken(std::string_view given, std::string_view right) {
    return given.size() == right.size() && CRYPTO_memcmp(given.data(), right.data(), right.size()) == 0;
}

}  // namespace sightline
