// Looks at a zip file's list of contents before anything in the file is read or memory is taken for it.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "core/base/result.h"

namespace sightline {

// Fills `to` with the bytes from `offset` on; false where they cannot be read.
using ReadAt = std::function<bool(std::uint64_t offset, char* to, std::size_t count)>;

// Refuses a file of `size` bytes that claims more than it can hold: too many records, some that unpack to far more than
// the file, lie in each other's place, have the same name, or names that lead out of a folder. Reads the end of the
// file only, 8 MiB at most (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3). Any thread. Error:
// Corrupt, `message` says what is wrong as in "two of its records have the same name", empty where it ends too early.
Result<void> checkZipDirectory(std::uint64_t size, const ReadAt& read);
Result<void> checkZipDirectory(std::string_view bytes);

}  // namespace sightline
