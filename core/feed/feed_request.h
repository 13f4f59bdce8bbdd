// What a request to the feed says, in whatever form it says it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sightline {

inline constexpr const char* kFeedHost = "127.0.0.1";

// "127.0.0.1:8137" or "localhost:8137", with the right port, which clients leave away where it is HTTP's own.
bool namesThisMachine(std::string_view host, int port);

// Of an Authorization header "Bearer TOKEN"; without such a one, of the parameter of the address. Empty: none.
std::string tokenIn(std::string_view authorization, std::string_view parameter);

// The number that a text starts with; zero where there is none or it is too big.
std::uint64_t numberIn(std::string_view text);

}  // namespace sightline
