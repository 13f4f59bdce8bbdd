#include <algorithm>
#include <cmath>
#include <thread>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/inference/bundle.h"
#include "core/inference/bundle_captioner.h"
#include "core/inference/picture_views.h"
#include "core/media/files/still_image.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

const auto kBundle = test::sourceFile("models/sightline-base.pt");

std::unique_ptr<Captioner> load(int threads = 2) {
    auto captioner = loadCaptioner(kBundle, threads);
    EXPECT_TRUE(captioner) << (captioner ? "" : captioner.error().message + captioner.error().detail);
    return captioner ? std::move(*captioner) : nullptr;
}

Image cat() {
    auto image = readStillImage(test::sourceFile("tests/data/cat.jpg"));
    EXPECT_TRUE(image);
    return std::move(*image);
}

TEST(Bundle, TheShippedOneIsSound) {
    const auto bundle = readBundle(kBundle);
    ASSERT_TRUE(bundle) << bundle.error().message;
    EXPECT_EQ(bundle->manifest.name, "base");
    EXPECT_EQ(bundle->manifest.precision, "int8");
    EXPECT_FALSE(bundle->manifest.licence.empty());
    EXPECT_LT(std::filesystem::file_size(kBundle), 25'000'000U);
}

void expectRefused(const std::filesystem::path& path, const char* why) {
    const auto captioner = loadCaptioner(path, 1);
    ASSERT_FALSE(captioner) << path;
    EXPECT_NE(captioner.error().message.find(why), std::string::npos) << captioner.error().message;
    EXPECT_EQ(captioner.error().message.find("Exception raised"), std::string::npos) << "a backtrace in the message";
}

TEST(Bundle, ForeignTruncatedAndDamagedFilesAreRefused) {
    const test::TemporaryFolder folder;
    const std::string bytes = test::readBytes(kBundle);
    const auto path = folder.file("bundle.pt");

    expectRefused(folder.file("missing.pt"), "there is no such file");
    test::writeBytes(path, "");
    expectRefused(path, "not a Sightline bundle");
    test::writeBytes(path, "GGUF" + bytes.substr(4));
    expectRefused(path, "not a Sightline bundle");
    test::writeBytes(path, bytes.substr(0, bytes.size() / 2));
    expectRefused(path, "damaged or cut short");
    test::writeBytes(path, bytes.substr(0, 10));
    expectRefused(path, "damaged or cut short");
    std::string flipped = bytes;
    flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 0x10);
    test::writeBytes(path, flipped);
    expectRefused(path, "damaged");
    // tests/data/malformed is made by `python -m sightline_models golden`.
    expectRefused(test::sourceFile("tests/data/malformed/plain_torchscript.pt"), "no manifest");
    expectRefused(test::sourceFile("tests/data/malformed/newer_version.pt"), "format version 99");
    expectRefused(test::sourceFile("tests/data/malformed/missing_key.pt"), "incomplete");
    expectRefused(test::sourceFile("tests/data/malformed/wrong_digest.pt"), "does not match");
    expectRefused(test::sourceFile("tests/data/malformed/no_methods.pt"), "does not run here");
}

TEST(Captioner, CaptionsOfManyPicturesAreThoseOfEach) {
    Image small = cat();
    Image grey(320, 240);
    std::fill_n(grey.data(), grey.sizeBytes(), std::uint8_t{127});
    const std::vector<const Image*> pictures = {&small, &grey, &grey, &small};
    for (const int threads : {1, 2}) {
        auto captioner = load(threads);
        ASSERT_TRUE(captioner);
        const SearchOptions search = captioner->defaultSearch();
        for (const bool alwaysThere : {true, false}) {
            std::size_t at = 0;
            const auto next = [&](bool wait) {
                return at < pictures.size() && (wait || alwaysThere) ? pictures[at++] : nullptr;
            };
            std::vector<std::vector<TokenId>> captions;
            ASSERT_TRUE(captioner->captionAll(
                next, search, [&](const GeneratedCaption& caption) { captions.push_back(caption.search.tokens); }));
            ASSERT_EQ(captions.size(), pictures.size());
            for (std::size_t i = 0; i < captions.size(); ++i) {
                EXPECT_EQ(captions[i], captioner->caption(*pictures[i], search)->search.tokens) << threads << i;
            }
        }
    }
}

TEST(Captioner, OfSeveralViewsTheMostConfidentCaptionIsTaken) {
    auto captioner = load();
    ASSERT_TRUE(captioner);
    const Image picture = cat();
    const SearchOptions search = captioner->defaultSearch();
    auto surest = captioner->caption(picture, search);
    ASSERT_TRUE(surest);
    const int steps = surest->times.steps;
    for (int view = 1; view < kMostViews; ++view) {
        const Image seen = pictureView(picture, view);
        auto caption = captioner->caption(seen.empty() ? picture : seen, search);
        ASSERT_TRUE(caption);
        if (caption->confidence > surest->confidence) {
            surest = std::move(caption);
        }
    }
    captioner->setViews(kMostViews);
    const auto together = captioner->caption(picture, search);
    ASSERT_TRUE(together);
    EXPECT_EQ(together->text, surest->text);
    EXPECT_EQ(together->confidence, surest->confidence);
    EXPECT_GT(together->times.steps, 2 * steps) << "the steps of all views";
}

TEST(Captioner, AnEmptyPictureAmongManyEndsThemWithAnError) {
    const Image picture = cat();
    const Image empty;
    const std::vector<const Image*> pictures = {&picture, &empty, &picture};
    auto captioner = load();
    ASSERT_TRUE(captioner);
    std::size_t at = 0;
    int captions = 0;
    const auto done = captioner->captionAll([&](bool) { return at < pictures.size() ? pictures[at++] : nullptr; },
                                            captioner->defaultSearch(), [&](const GeneratedCaption&) { ++captions; });
    ASSERT_FALSE(done);
    EXPECT_NE(done.error().message.find("empty picture"), std::string::npos) << done.error().message;
    EXPECT_EQ(captions, 1);
}

// Written by Python from the same bundle (`python -m sightline_models golden`) on a CPU with VNNI, so this also
// compares the two implementations of the search, and kernels of our own with LibTorch's.
void expectGoldenTokens(const DecoderEngine& engine) {
    const auto golden = nlohmann::json::parse(test::readBytes(test::sourceFile("tests/data/golden/captions.json")));
    auto loaded = loadCaptioner(kBundle, 2, engine);
    ASSERT_TRUE(loaded) << loaded.error().message;
    Captioner& captioner = **loaded;
    ASSERT_EQ(captioner.manifest().sha256, golden.at("bundle").get<std::string>())
        << "run `python -m sightline_models golden` after a release";
    ASSERT_GE(golden.at("captions").size(), 4U);
    for (const auto& entry : golden.at("captions")) {
        const auto image = readStillImage(test::sourceFile(entry.at("image")));
        ASSERT_TRUE(image);
        SearchOptions search = captioner.defaultSearch();
        search.beams = entry.at("beams");
        const auto caption = captioner.caption(*image, search);
        ASSERT_TRUE(caption);
        EXPECT_EQ(caption->search.tokens, entry.at("tokens").get<std::vector<TokenId>>())
            << name(engine.simd) << ": " << caption->text;
        EXPECT_NEAR(meanProbability(caption->search.logProbabilities),
                    std::exp(entry.at("mean_log_probability").get<double>()), 0.02);
    }
}

TEST(Captioner, TokensEqualThePythonReferenceOnThisCpu) { expectGoldenTokens({}); }

TEST(Captioner, TokensEqualThePythonReferenceWithEveryInstructionSetOfThisCpu) {
    for (const SimdPath path : simdPathsHere()) {
        expectGoldenTokens({.simd = path});
    }
}

TEST(Captioner, TheSamePictureGivesTheSameCaptionOnAnyThreadAndThreadCount) {
    auto captioner = load(1);
    ASSERT_TRUE(captioner);
    const Image picture = cat();
    const auto search = captioner->defaultSearch();
    const auto first = captioner->caption(picture, search);
    ASSERT_TRUE(first);
    captioner->setThreads(2);
    std::thread([&] {
        for (int i = 0; i < 3; ++i) {
            const auto again = captioner->caption(picture, search);
            ASSERT_TRUE(again);
            EXPECT_EQ(again->search.tokens, first->search.tokens);
        }
    }).join();
}

TEST(Captioner, LimitsAreKeptAndTheNextCaptionIsWholeAgain) {
    auto captioner = load();
    ASSERT_TRUE(captioner);
    const Image picture = cat();
    auto search = captioner->defaultSearch();
    const auto whole = captioner->caption(picture, search);
    ASSERT_TRUE(whole);
    search.maxTokens = 3;
    const auto cut = captioner->caption(picture, search);
    ASSERT_TRUE(cut);
    EXPECT_EQ(cut->search.tokens.size(), 3U);
    EXPECT_FALSE(cut->search.ended);
    search = captioner->defaultSearch();
    search.beams = 8;
    ASSERT_TRUE(captioner->caption(picture, search));
    EXPECT_EQ(captioner->caption(picture, captioner->defaultSearch())->search.tokens, whole->search.tokens);
}

TEST(Captioner, StagesAreTimedAndAddUp) {
    auto captioner = load();
    ASSERT_TRUE(captioner);
    const auto started = std::chrono::steady_clock::now();
    const auto caption = captioner->caption(cat(), captioner->defaultSearch());
    const auto wall = std::chrono::steady_clock::now() - started;
    ASSERT_TRUE(caption);
    for (const auto stage :
         {caption->times.preprocess, caption->times.encode, caption->times.prefill, caption->times.generate}) {
        EXPECT_GT(stage.count(), 0);
    }
    EXPECT_LE(caption->times.total(), wall);
    EXPECT_GT(caption->confidence, 0.0);
    EXPECT_LE(caption->confidence, 1.0);
}

TEST(Captioner, CandidatesAreOtherSentencesOfTheSamePicture) {
    auto captioner = load();
    ASSERT_TRUE(captioner);
    auto options = captioner->defaultSearch(5);
    const auto plain = captioner->caption(cat(), options);
    options.candidates = 5;
    const auto caption = captioner->caption(cat(), options);
    ASSERT_TRUE(plain && caption);
    EXPECT_EQ(caption->text, plain->text);
    EXPECT_TRUE(plain->candidates.empty());
    ASSERT_GE(caption->candidates.size(), 2U);
    EXPECT_LE(caption->candidates.size(), 5U);
    EXPECT_EQ(caption->candidates[0], (CaptionCandidate{caption->text, caption->confidence}));
    EXPECT_NE(caption->candidates[1].text, caption->text);
}

TEST(Captioner, AnEmptyPictureIsAnError) {
    auto captioner = load();
    ASSERT_TRUE(captioner);
    EXPECT_EQ(captioner->caption(Image(), captioner->defaultSearch()).error().code, ErrorCode::Model);
}

}  // namespace
}  // namespace sightline
