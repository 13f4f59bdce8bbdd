// Bundles that say of themselves what is not so. Those whose code does harm are in tests/app/model_trust_test.cpp.
#include <algorithm>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/inference/bundle.h"
#include "core/inference/bundle_captioner.h"
#include "tests/support/fixtures.h"
#include "tests/support/zip_writer.h"

namespace sightline {
namespace {

const auto kBundle = test::sourceFile("models/sightline-base.pt");

test::ZipRecord& recordOf(std::vector<test::ZipRecord>& records, const std::string& name) {
    const auto found = std::ranges::find_if(
        records, [&name](const test::ZipRecord& record) { return record.name.ends_with("/" + name); });
    EXPECT_NE(found, records.end()) << name;
    return *found;
}

// The shipped bundle with another manifest, which no digest in it covers.
std::vector<test::ZipRecord> withManifest(const std::string& pointer, const nlohmann::json& value) {
    auto records = test::zipRecords(test::readBytes(kBundle));
    std::string& text = recordOf(records, "extra/manifest.json").content;
    auto manifest = nlohmann::json::parse(text);
    manifest[nlohmann::json::json_pointer(pointer)] = value;
    text = manifest.dump();
    return records;
}

std::string whyRefused(const std::vector<test::ZipRecord>& records) {
    const test::TemporaryFolder folder;
    test::writeBytes(folder.file("bundle.pt"), test::zipFile(records));
    const auto captioner = loadCaptioner(folder.file("bundle.pt"), 1);
    EXPECT_FALSE(captioner);
    return captioner ? std::string() : captioner.error().message + " " + captioner.error().detail;
}

void expectRefused(const std::vector<test::ZipRecord>& records, const std::string& why) {
    const std::string said = whyRefused(records);
    EXPECT_NE(said.find(why), std::string::npos) << said;
}

TEST(HostileBundle, CaptionsLongerThanItsPositionsAreRefused) {
    expectRefused(withManifest("/max_tokens", 900), "positions");
}

TEST(HostileBundle, OtherNumbersOfLayersAndHeadsThanItHasAreRefused) {
    expectRefused(withManifest("/cache/layers", 3), "blocks");
    expectRefused(withManifest("/cache/width", 32), "numbers");
}

TEST(HostileBundle, AVocabularyOfAnotherSizeIsRefused) {
    expectRefused(withManifest("/vocabulary_size", 6143), "does not match its manifest");
}

TEST(HostileBundle, AnEndlessVocabularyOrManifestIsRefusedBeforeItIsRead) {
    auto records = test::zipRecords(test::readBytes(kBundle));
    recordOf(records, "extra/vocabulary.json").content.append(1'000'000, ' ');
    expectRefused(records, "vocabulary is too long");
    recordOf(records, "extra/manifest.json").content.append(2'000'000, ' ');
    expectRefused(records, "manifest is too long");
}

TEST(HostileBundle, ARecordThatClaimsGigabytesIsRefusedBeforeItIsRead) {
    auto records = test::zipRecords(test::readBytes(kBundle));
    recordOf(records, ".data/version").claimed = 4'000'000'000U;
    recordOf(records, ".data/version").method = 8;
    expectRefused(records, "unpack to many times its size");
}

TEST(HostileBundle, TheArchiveInsideIsLookedAtAsWell) {
    auto records = test::zipRecords(test::readBytes(kBundle));
    std::string& encoder = recordOf(records, "extra/encoder.pt").content;
    auto inner = test::zipRecords(encoder);
    inner.push_back(inner.back());
    encoder = test::zipFile(inner);
    auto& manifest = recordOf(records, "extra/manifest.json").content;
    auto json = nlohmann::json::parse(manifest);
    const test::TemporaryFolder folder;
    // Its digest is right: it is not what protects from malice.
    json["sha256"] = test::contentDigest(records);
    manifest = json.dump();
    expectRefused(records, "two of its records have the same name");
}

TEST(BundleIdentity, OnlyTheShippedOneIsVerified) {
    const auto shipped = identifyBundle(kBundle);
    ASSERT_TRUE(shipped) << shipped.error().message;
    EXPECT_EQ(shipped->origin, BundleOrigin::Verified);
    const test::TemporaryFolder folder;
    const auto copy = folder.file("copy.pt");
    std::filesystem::copy_file(kBundle, copy);
    EXPECT_EQ(identifyBundle(copy)->origin, BundleOrigin::Verified) << "whatever it is called";
    test::writeBytes(copy, test::zipFile(withManifest("/search/beams", 4)));
    EXPECT_EQ(identifyBundle(copy)->origin, BundleOrigin::Foreign);
    EXPECT_NE(identifyBundle(copy)->digest, shipped->digest);
    EXPECT_EQ(identifyBundle(folder.file("missing.pt")).error().code, ErrorCode::NotFound);
}

TEST(BundleIdentity, ChangedContentUnderTheShippedManifestIsFoundWhenItIsLoaded) {
    auto records = test::zipRecords(test::readBytes(kBundle));
    recordOf(records, "extra/vocabulary.json").content += ' ';
    expectRefused(records, "does not match its manifest");
}

}  // namespace
}  // namespace sightline
