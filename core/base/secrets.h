// Addresses as people and files may see them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace sightline {

// The text without user names and passwords of the URLs in it, and with *** for the values of what is called password,
// pwd, token and the like, as in "?password=" and "user-pw=". Any thread.
std::string withoutSecrets(std::string_view text);

// Where the URL has "user:password": from, and up to the @. A password may hold the / ? # that should be escaped in
// it, where it is clear that no port and path were meant.
std::optional<std::pair<std::size_t, std::size_t>> credentialsIn(std::string_view url);

}  // namespace sightline
