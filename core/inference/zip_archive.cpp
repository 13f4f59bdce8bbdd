#include "core/inference/zip_archive.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <unordered_set>

#include <zlib.h>

namespace sightline {
namespace {

constexpr std::uint64_t kMostRecords = 20'000;  // the largest imported captioner has about 2,000
constexpr std::uint64_t kMostDirectoryBytes = 8U << 20;
constexpr std::uint64_t kUnpacked = 64U << 20;  // how much larger than the file all of it may be: code may be packed

constexpr std::uint32_t kEnd = 0x06054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kEnd64Locator = 0x07064b50;
constexpr std::uint32_t kRecord = 0x02014b50;
constexpr std::uint32_t kLocal = 0x04034b50;
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

// Replaces numbers that stand in the 64-bit part of `extra`; false where it lacks them.
bool take64(ZipRecord& record, std::string_view extra) {
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

// Takes the records as they stand in `list` and adds up what they hold.
Result<std::vector<ZipRecord>> takeRecords(std::string_view list, std::uint64_t count, std::uint64_t size) {
    std::vector<ZipRecord> records;
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
        ZipRecord record{std::string(list.substr(kRecordBytes, nameLength)), number<std::uint32_t>(list, 20),
                         number<std::uint32_t>(list, 24), number<std::uint32_t>(list, 42), method == kDeflated};
        if (!take64(record, list.substr(kRecordBytes + nameLength, extraLength))) {
            return refuse("its list of records is damaged");
        }
        list.remove_prefix(whole);
        if (!isHarmlessName(record.name)) {
            return refuse("a record has a name that no model has");
        }
        // LibTorch does not tell capital letters from small ones.
        std::string small = record.name;
        std::ranges::transform(small, small.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
        if (!names.insert(std::move(small)).second) {
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
        records.push_back(std::move(record));
    }
    return records;
}

// Raw deflate (RFC 1951) of as many bytes as `unpacked` has room for.
bool inflateAll(std::string& packed, std::string& unpacked) {
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) {
        return false;
    }
    const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
    // zlib counts in 32 bits.
    std::size_t taken = 0;
    std::size_t made = 0;
    int state = Z_OK;
    while (state == Z_OK) {
        constexpr std::size_t kPart = 1U << 30;
        stream.next_in = reinterpret_cast<Bytef*>(packed.data() + taken);
        stream.avail_in = static_cast<uInt>(std::min(kPart, packed.size() - taken));
        stream.next_out = reinterpret_cast<Bytef*>(unpacked.data() + made);
        stream.avail_out = static_cast<uInt>(std::min(kPart, unpacked.size() - made));
        const auto in = stream.avail_in;
        const auto out = stream.avail_out;
        state = inflate(&stream, Z_NO_FLUSH);
        taken += in - stream.avail_in;
        made += out - stream.avail_out;
    }
    return state == Z_STREAM_END && made == unpacked.size();
}

}  // namespace

ReadAt bytesOf(std::string_view bytes) {
    return [bytes](std::uint64_t offset, char* to, std::size_t count) {
        const bool isThere = offset <= bytes.size() && count <= bytes.size() - offset;
        if (isThere) {
            std::memcpy(to, bytes.data() + offset, count);
        }
        return isThere;
    };
}

Result<ZipArchive> ZipArchive::open(std::uint64_t size, ReadAt read) {
    const auto directory = findDirectory(size, read);
    if (!directory) {
        return tl::unexpected(directory.error());
    }
    std::string list(static_cast<std::size_t>(directory->size), '\0');
    if (!read(directory->offset, list.data(), list.size())) {
        return cutShort();
    }
    auto records = takeRecords(list, directory->records, size);
    if (!records) {
        return tl::unexpected(records.error());
    }
    return ZipArchive(size, std::move(read), std::move(*records));
}

const ZipRecord* ZipArchive::find(std::string_view name) const {
    const auto found = std::ranges::find(records_, name, &ZipRecord::name);
    return found == records_.end() ? nullptr : &*found;
}

Result<std::string> ZipArchive::read(const ZipRecord& record) const {
    std::array<char, kLocalBytes> room{};
    const std::string_view header(room.data(), room.size());
    if (!read_(record.offset, room.data(), room.size())) {
        return cutShort();
    }
    const std::uint64_t names =
        std::uint64_t{number<std::uint16_t>(header, 26)} + number<std::uint16_t>(header, 28);  // in front of the bytes
    if (number<std::uint32_t>(header, 0) != kLocal || size_ - record.offset - kLocalBytes < names + record.packed) {
        return refuse("a record is not where its list says");
    }
    std::string bytes(static_cast<std::size_t>(record.packed), '\0');
    if (!read_(record.offset + kLocalBytes + names, bytes.data(), bytes.size())) {
        return cutShort();
    }
    if (!record.isDeflated) {
        return bytes;
    }
    std::string unpacked(static_cast<std::size_t>(record.unpacked), '\0');
    if (!inflateAll(bytes, unpacked)) {
        return refuse("a record cannot be unpacked");
    }
    return unpacked;
}

}  // namespace sightline
