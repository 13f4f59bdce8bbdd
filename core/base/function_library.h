// Libraries of the program's own that are loaded when something needs them, for what they bring with them: each gives a
// table of functions under one name. Any thread.
#pragma once

#include <string>

#include "core/base/result.h"

namespace sightline {

// What `library` has under the name `table`.
Result<const void*> loadTable(const std::string& library, const std::string& table, const std::string& what);

// Of what it has there, which is the caller's to know. The library is loaded with the first call, the others find it at
// once; it stays for as long as the process runs. Error: Unsupported, where it cannot be loaded; `what` is what it
// brings, for the message.
template <typename Functions>
Result<const Functions*> loadFunctions(const std::string& library, const std::string& table, const std::string& what) {
    const auto found = loadTable(library, table, what);
    if (!found) {
        return tl::unexpected(found.error());
    }
    return static_cast<const Functions*>(*found);
}

}  // namespace sightline
