// The feed's token, kept so that what reads the feed need be set up once only.
#pragma once

#include <string>

#include "core/base/result.h"

class QSettings;

namespace sightline {

inline constexpr const char* kFeedTokenKey = "feed/token";  // removed from the settings, it is made anew

// The one in the settings; where there is none, a new one, which is put there. The file is then for its owner's eyes
// only. Error: Internal (no random numbers).
Result<std::string> storedFeedToken(QSettings& settings);

}  // namespace sightline
