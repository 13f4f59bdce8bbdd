#include "core/inference/zip_directory.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <unordered_set>

namespace sightline {
namespace {

constexpr std::uint64_t kMostRecords = 20'000;  // the largest imported captioner has about 2,000
constexpr std::uint64_t kMostDirectoryBytes = 8U << 20;
constexpr std::uint64_t kUnpacked = 64U << 20;  // how much larger than the file all of it may be: code may be packed

constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kEnd64Locator = 0x07064b50;
constexpr std::uint32_t kRecord = 0x02014b50;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEnd64Bytes = 56;
constexpr std::size_t kLocatorBytes = 20;
constexpr std::size_t kRecordBytes = 46;
constexpr std::size_t kLocalBytes = 30;
constexpr std::uint64_t kIsIn64 = 0xffffffff;  // in place of a number that stands in the 64-bit part
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflated = 8;

tl::unexpected<Error> refuse(std::string why) { return fail(ErrorCode::Corrupt, std::move(why)); }

tl::unexpected<Error> cutShort() { return refuse({}); }

// Little-endian numbers, inside bounds that the caller has checked.
template <typename T>
T number(std::string_view bytes, std::size_t at) {
    T value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        value =
            static_cast<T>(value | static_cast<T>(static_cast<T>(static_cast<unsigned char>(bytes[at + i])) << 8 * i));
    }
    return value;
}

struct Directory {
    std::uint64_t records = 0;
    std::uint64_t size = 0;
    std::uint64_t offset = 0;
};

Result<Directory> findDirectory(std::uint64_t size, const ReadAt& read) {
    std::array<char, kEndBytes> room{};
    const std::string_view end(room.data(), room.size());
    // At the very end: a comment behind it could hold another one for other programs to find.
    if (size < kEndBytes || !read(size - kEndBytes, room.data(), room.size()) ||
        number<std::uint32_t>(end, 0) != kEnd) {
        return cutShort();
    }
    Directory found{number<std::uint16_t>(end, 10), number<std::uint32_t>(end, 12), number<std::uint32_t>(end, 16)};
    std::uint64_t before = size - kEndBytes;  // where the directory ends at the latest
    std::array<char, kLocatorBytes> locatorRoom{};
    const std::string_view locator(locatorRoom.data(), locatorRoom.size());
    if (before >= kLocatorBytes && read(before - kLocatorBytes, locatorRoom.data(), locatorRoom.size()) &&
        number<std::uint32_t>(locator, 0) == kEnd64Locator) {
        const auto at = number<std::uint64_t>(locator, 8);
        std::array<char, kEnd64Bytes> room64{};
        const std::string_view end64(room64.data(), room64.size());
        if (at > before || before - at < kEnd64Bytes + kLocatorBytes || !read(at, room64.data(), room64.size()) ||
            number<std::uint32_t>(end64, 0) != kEnd64) {
            return refuse("its list of records is not where it says");
        }
        found = {number<std::uint64_t>(end64, 32), number<std::uint64_t>(end64, 40), number<std::uint64_t>(end64, 48)};
        before = at;
    }
    if (found.offset > before || found.size > before - found.offset) {
        return refuse("its list of records is not where it says");
    }
    if (found.records > kMostRecords || found.size > kMostDirectoryBytes) {
        return refuse("it has more records than any model");
    }
    return found;
}

bool isHarmlessName(std::string_view name) {
    const bool printable = std::ranges::all_of(name, [](char c) { return c >= ' ' && c <= '~' && c != '\\'; });
    const std::string path = "/" + std::string(name) + "/";
    return printable && !name.empty() && name.front() != '/' && path.find("/../") == std::string::npos;
}

struct Record {
    std::string name;
    std::uint64_t packed = 0;
    std::uint64_t unpacked = 0;
    std::uint64_t offset = 0;
};

// Replaces numbers that stand in the 64-bit part of `extra`; false where it lacks them.
bool take64(Record& record, std::string_view extra) {
    std::string_view numbers;
    for (std::size_t at = 0; at + 4 <= extra.size();) {
        const std::size_t length = number<std::uint16_t>(extra, at + 2);
        if (extra.size() - at - 4 < length) {
            return false;
        }
        if (number<std::uint16_t>(extra, at) == 1) {
            numbers = extra.substr(at + 4, length);
            break;
        }
        at += 4 + length;
    }
    for (std::uint64_t* value : {&record.unpacked, &record.packed, &record.offset}) {
        if (*value == kIsIn64) {
            if (numbers.size() < sizeof *value) {
                return false;
            }
            *value = number<std::uint64_t>(numbers, 0);
            numbers.remove_prefix(sizeof *value);
        }
    }
    return true;
}

// Each takes the records as they stand in `list` and adds up what they hold.
Result<void> checkRecords(std::string_view list, std::uint64_t count, std::uint64_t size) {
    std::unordered_set<std::string> names;
    std::uint64_t packed = 0;
    std::uint64_t unpacked = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (list.size() < kRecordBytes || number<std::uint32_t>(list, 0) != kRecord) {
            return refuse("its list of records is damaged");
        }
        const auto flags = number<std::uint16_t>(list, 8);
        const auto method = number<std::uint16_t>(list, 10);
        const std::size_t nameLength = number<std::uint16_t>(list, 28);
        const std::size_t extraLength = number<std::uint16_t>(list, 30);
        const std::size_t whole = kRecordBytes + nameLength + extraLength + number<std::uint16_t>(list, 32);
        if (list.size() < whole) {
            return refuse("its list of records is damaged");
        }
        Record record{std::string(list.substr(kRecordBytes, nameLength)), number<std::uint32_t>(list, 20),
                      number<std::uint32_t>(list, 24), number<std::uint32_t>(list, 42)};
        if (!take64(record, list.substr(kRecordBytes + nameLength, extraLength))) {
            return refuse("its list of records is damaged");
        }
        list.remove_prefix(whole);
        if (!isHarmlessName(record.name)) {
            return refuse("a record has a name that no model has");
        }
        // LibTorch does not tell capital letters from small ones.
        std::ranges::transform(record.name, record.name.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        if (!names.insert(record.name).second) {
            return refuse("two of its records have the same name");
        }
        if ((flags & 1U) != 0 || (method != kStored && method != kDeflated)) {
            return refuse("a record is packed in a way that no model is");
        }
        if (record.offset > size || size - record.offset < kLocalBytes + record.packed || record.packed > size ||
            (method == kStored && record.packed != record.unpacked)) {
            return refuse("a record claims to be larger than the file");
        }
        packed += kLocalBytes + record.packed;  // each at most the size of the file, so there is no overflow
        if (record.unpacked > size + kUnpacked || unpacked + record.unpacked > size + kUnpacked) {
            return refuse("it would unpack to many times its size");
        }
        unpacked += record.unpacked;
        if (packed > size) {
            return refuse("its records lie in each other's place");
        }
    }
    return {};
}

}  // namespace

Result<void> checkZipDirectory(std::uint64_t size, const ReadAt& read) {
    const auto directory = findDirectory(size, read);
    if (!directory) {
        return tl::unexpected(directory.error());
    }
    std::string list(static_cast<std::size_t>(directory->size), '\0');
    if (!read(directory->offset, list.data(), list.size())) {
        return cutShort();
    }
    return checkRecords(list, directory->records, size);
}

Result<void> checkZipDirectory(std::string_view bytes) {
    return checkZipDirectory(bytes.size(), [bytes](std::uint64_t offset, char* to, std::size_t count) {
        const bool isThere = offset <= bytes.size() && count <= bytes.size() - offset;
        if (isThere) {
            std::memcpy(to, bytes.data() + offset, count);
        }
        return isThere;
    });
}

}  // namespace sightline
