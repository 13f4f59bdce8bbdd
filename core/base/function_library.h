// Libraries of the program's own that are loaded when something needs them, for what they bring with them: each gives a
// table of functions under one name. Any thread.
#pragma once

#include <string>

#include "core/base/result.h"

namespace sightline {

// What `library` has under the name `table`. It stays for as long as the process runs. Error: Unsupported, where it
// cannot be loaded; `what` is what it brings, for the message.
Result<const void*> loadFunctions(const std::string& library, const std::string& table, const std::string& what);

}  // namespace sightline
