// Reads zip files, whose list of contents is looked at before anything in the file is read or memory is taken for it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace sightline {

// Fills `to` with the bytes from `offset` on; false where they cannot be read.
using ReadAt = std::function<bool(std::uint64_t offset, char* to, std::size_t count)>;

// Of `bytes`, which have to outlive it.
ReadAt bytesOf(std::string_view bytes);

struct ZipRecord {
    std::string name;
    std::uint64_t packed = 0;    // bytes in the file
    std::uint64_t unpacked = 0;  // bytes
    std::uint64_t offset = 0;    // of its header
    bool isDeflated = false;
};

// Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3. One thread at a time. Errors: Corrupt;
// `message` says what is wrong as in "two of its records have the same name", empty where the file ends too early.
class ZipArchive {
public:
    // Refuses a file of `size` bytes that claims more than it can hold: too many records, some that unpack to far more
    // than the file, lie in each other's place, have the same name, or names that lead out of a folder. Reads the end
    // of the file only, 8 MiB at most.
    static Result<ZipArchive> open(std::uint64_t size, ReadAt read);

    const std::vector<ZipRecord>& records() const { return records_; }  // in the order of the list
    const ZipRecord* find(std::string_view name) const;                 // null where there is none

    Result<std::string> read(const ZipRecord& record) const;

private:
    ZipArchive(std::uint64_t size, ReadAt read, std::vector<ZipRecord> records)
        : size_(size), read_(std::move(read)), records_(std::move(records)) {}

    std::uint64_t size_;
    ReadAt read_;
    std::vector<ZipRecord> records_;
};

}  // namespace sightline
