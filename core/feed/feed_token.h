// The secret that a client of the feed must know.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace sightline {

// 128 random bits as letters and digits that need no escaping in an address. Error: Internal (no randomness).
Result<std::string> makeFeedToken();

// True for what makeFeedToken() makes; a settings file may hold anything.
bool isFeedToken(std::string_view text);

// Takes as long wherever the two differ, so that nobody can guess a token piece by piece.
bool sameToken(std::string_view given, std::string_view right);

}  // namespace sightline
