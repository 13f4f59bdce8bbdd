// Zip files for tests: sound ones, and those that lie.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/sha256.h"

namespace sightline::test {

struct ZipRecord {
    std::string name;
    std::string content;
    std::optional<std::uint32_t> claimed;  // size that it says it unpacks to, where that is not its own
    std::uint16_t method = 0;              // 0: stored, 8: deflated
};

inline std::uint32_t crc32(const std::string& bytes) {
    std::uint32_t crc = 0xffffffff;
    for (const char byte : bytes) {
        crc ^= static_cast<unsigned char>(byte);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ (0xedb88320 & (0U - (crc & 1U)));
        }
    }
    return ~crc;
}

inline std::string littleEndian(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i) {
        text += static_cast<char>(value >> 8 * i & 0xff);
    }
    return text;
}

// `overlapping`: every record is where the first one is.
inline std::string zipFile(const std::vector<ZipRecord>& records, bool overlapping = false) {
    std::string file;
    std::string directory;
    for (const ZipRecord& record : records) {
        const std::string about = littleEndian(record.method, 2) + std::string(4, '\0') +
                                  littleEndian(crc32(record.content), 4) + littleEndian(record.content.size(), 4) +
                                  littleEndian(record.claimed.value_or(record.content.size()), 4) +
                                  littleEndian(record.name.size(), 2) + littleEndian(0, 2);
        directory += "PK\1\2" + littleEndian(20, 2) + littleEndian(20, 2) + littleEndian(0, 2) + about +
                     std::string(10, '\0') + littleEndian(overlapping ? 0 : file.size(), 4) + record.name;
        if (!overlapping || file.empty()) {
            file += "PK\3\4" + littleEndian(20, 2) + littleEndian(0, 2) + about + record.name + record.content;
        }
    }
    const std::size_t offset = file.size();
    return file + directory + "PK\5\6" + std::string(4, '\0') + littleEndian(records.size(), 2) +
           littleEndian(records.size(), 2) + littleEndian(directory.size(), 4) + littleEndian(offset, 4) +
           littleEndian(0, 2);
}

// Those of a file whose records are all stored, as bundles are.
inline std::vector<ZipRecord> zipRecords(const std::string& file) {
    const auto number = [&file](std::size_t at, int bytes) {
        std::size_t value = 0;
        for (int i = bytes; i-- > 0;) {
            value = value << 8 | static_cast<unsigned char>(file[at + static_cast<std::size_t>(i)]);
        }
        return value;
    };
    std::vector<ZipRecord> records;
    for (std::size_t at = 0; file.compare(at, 4, "PK\3\4") == 0;) {
        const std::size_t size = number(at + 22, 4);
        const std::size_t nameLength = number(at + 26, 2);
        const std::size_t content = at + 30 + nameLength + number(at + 28, 2);
        records.push_back({file.substr(at + 30, nameLength), file.substr(content, size), {}, 0});
        at = content + size;
    }
    return records;
}

// What a bundle's manifest has to say of its records (models/sightline_models/bundle.py).
inline std::string contentDigest(const std::vector<ZipRecord>& records) {
    std::vector<std::pair<std::string, std::string>> named;
    for (const ZipRecord& record : records) {
        const std::string name = record.name.substr(record.name.find('/') + 1);
        if (name != "extra/manifest.json" && name != ".data/serialization_id") {
            named.emplace_back(name, record.content);
        }
    }
    std::sort(named.begin(), named.end());
    Sha256 total;
    for (const auto& [name, content] : named) {
        Sha256 part;
        part.add(content.data(), content.size());
        const auto digest = part.finish();
        total.add(name.c_str(), name.size() + 1);
        total.add(digest.data(), digest.size());
    }
    return Sha256::hex(total.finish());
}

}  // namespace sightline::test
