#include "core/inference/zip_archive.h"

#include <gtest/gtest.h>

#include "tests/support/fixtures.h"
#include "tests/support/zip_writer.h"

namespace sightline {
namespace {

using test::littleEndian;
using test::zipFile;

Result<ZipArchive> open(std::string file) {
    const auto bytes = std::make_shared<const std::string>(std::move(file));
    return ZipArchive::open(bytes->size(), [bytes](std::uint64_t offset, char* to, std::size_t count) {
        return bytesOf(*bytes)(offset, to, count);
    });
}

void expectRefused(const std::string& file, const std::string& why) {
    const auto checked = open(file);
    ASSERT_FALSE(checked) << why;
    EXPECT_EQ(checked.error().message, why);
}

TEST(ZipArchive, SoundFilesPass) {
    EXPECT_TRUE(open(zipFile({})));
    EXPECT_TRUE(open(zipFile({{"a/one", "1", {}, 0}, {"a/two", "", {}, 0}})));
    EXPECT_TRUE(open(test::readBytes(test::sourceFile("models/sightline-base.pt"))));
    for (const char* name : {"plain_torchscript.pt", "no_methods.pt"}) {  // as PyTorch writes them, with 64-bit parts
        EXPECT_TRUE(open(test::readBytes(test::sourceFile("tests/data/malformed") / name))) << name;
    }
}

TEST(ZipArchive, RecordsAreRead) {
    const std::string many(100'000, 'x');
    const auto archive = open(zipFile({{"a/one", "1234", {}, 0}, {"a/two", "", {}, 0}, {"a/many", many, {}, 0}}));
    ASSERT_TRUE(archive);
    ASSERT_EQ(archive->records().size(), 3U);
    EXPECT_EQ(archive->read(archive->records()[0]), "1234");
    ASSERT_TRUE(archive->find("a/two"));
    EXPECT_EQ(archive->read(*archive->find("a/two")), "");
    EXPECT_EQ(archive->read(*archive->find("a/many")), many);
    EXPECT_FALSE(archive->find("a/ONE"));
}

// As PyTorch packs program code: "aaa...", deflated by Python's zlib.
TEST(ZipArchive, DeflatedRecordsAreUnpackedToTheSizeTheyClaim) {
    const std::string packed("\x4b\x4c\xa4\x3d\x00\x00", 6);
    const auto archive = open(zipFile({{"a/one", packed, 100U, 8}}));
    ASSERT_TRUE(archive);
    EXPECT_EQ(archive->read(archive->records()[0]), std::string(100, 'a'));
    for (const unsigned claimed : {99U, 101U}) {
        const auto wrong = open(zipFile({{"a/one", packed, claimed, 8}}));
        ASSERT_TRUE(wrong);
        EXPECT_FALSE(wrong->read(wrong->records()[0])) << claimed;
    }
}

TEST(ZipArchive, WhatEndsTooEarlyIsRefused) {
    const std::string sound = zipFile({{"a/one", "1234", {}, 0}, {"a/two", "5678", {}, 0}});
    for (std::size_t length = 0; length < sound.size(); ++length) {
        EXPECT_FALSE(open(sound.substr(0, length))) << length;
    }
}

TEST(ZipArchive, RecordsThatUnpackToFarMoreThanTheFileAreRefused) {
    expectRefused(zipFile({{"a/one", "1234", 3'000'000'000U, 8}}), "it would unpack to many times its size");
    expectRefused(zipFile({{"a/one", "1234", 60'000'000U, 8}, {"a/two", "1234", 60'000'000U, 8}}),
                  "it would unpack to many times its size");
}

TEST(ZipArchive, RecordsThatClaimMoreThanTheyHaveAreRefused) {
    expectRefused(zipFile({{"a/one", "1234", 5U, 0}}), "a record claims to be larger than the file");
    std::string file = zipFile({{"a/one", "1234", {}, 0}});
    const std::size_t entry = file.find("PK\1\2");
    file.replace(entry + 20, 8, littleEndian(400'000'000, 4) + littleEndian(400'000'000, 4));
    expectRefused(file, "a record claims to be larger than the file");
}

TEST(ZipArchive, RecordsInEachOthersPlaceAreRefused) {
    const std::string content(10'000, 'x');
    expectRefused(zipFile({{"a/one", content, {}, 0}, {"a/two", content, {}, 0}}, true),
                  "its records lie in each other's place");
}

TEST(ZipArchive, TwoRecordsOfOneNameAreRefused) {
    expectRefused(zipFile({{"a/one", "1", {}, 0}, {"a/one", "2", {}, 0}}), "two of its records have the same name");
    expectRefused(zipFile({{"a/one", "1", {}, 0}, {"a/ONE", "2", {}, 0}}), "two of its records have the same name");
}

TEST(ZipArchive, NamesThatLeadElsewhereAreRefused) {
    for (const std::string name : {"../a", "a/../../b", "/etc/passwd", "a\\..\\b", "a\nb", ""}) {
        expectRefused(zipFile({{name, "1", {}, 0}}), "a record has a name that no model has");
    }
}

TEST(ZipArchive, TooManyRecordsAreRefused) {
    std::vector<test::ZipRecord> records;
    for (int i = 0; i < 20'001; ++i) {
        records.push_back({"a/" + std::to_string(i), "", {}, 0});
    }
    expectRefused(zipFile(records), "it has more records than any model");
}

TEST(ZipArchive, OtherWaysToPackAreRefused) {
    expectRefused(zipFile({{"a/one", "1234", {}, 12}}), "a record is packed in a way that no model is");
}

TEST(ZipArchive, AListThatIsNotWhereItSaysIsRefused) {
    std::string file = zipFile({{"a/one", "1234", {}, 0}});
    file.replace(file.size() - 10, 8, littleEndian(0xfffffff0, 4) + littleEndian(0xfffffff0, 4));
    expectRefused(file, "its list of records is not where it says");
    // The 64-bit part counts where there is one; its numbers may add up to more than fits.
    const std::string sound = zipFile({{"a/one", "1234", {}, 0}});
    const std::string end = sound.substr(sound.size() - 22);
    std::string body = sound.substr(0, sound.size() - 22);
    const std::string lie = littleEndian(~0ULL - 5, 8);
    const std::string end64 = "PK\6\6" + littleEndian(44, 8) + std::string(20, '\0') + littleEndian(1, 8) + lie + lie;
    const std::string locator = "PK\6\7" + std::string(4, '\0') + littleEndian(body.size(), 8) + littleEndian(1, 4);
    expectRefused(body + end64 + locator + end, "its list of records is not where it says");
}

// Bytes of a sound file changed at every place: an answer, and no reading outside of it (the sanitizers look).
TEST(ZipArchive, AnyByteMayBeWrong) {
    const std::string sound = zipFile({{"a/one", "1234", {}, 0}, {"a/two", "5678", {}, 8}});
    for (std::size_t at = 0; at < sound.size(); ++at) {
        for (const char value : {'\0', '\x7f', '\xff'}) {
            std::string changed = sound;
            changed[at] = value;
            const auto checked = open(changed);
            EXPECT_TRUE(checked || checked.error().code == ErrorCode::Corrupt);
            for (std::size_t i = 0; checked && i < checked->records().size(); ++i) {
                const auto content = checked->read(checked->records()[i]);
                EXPECT_TRUE(content || content.error().code == ErrorCode::Corrupt);
            }
        }
    }
}

}  // namespace
}  // namespace sightline
