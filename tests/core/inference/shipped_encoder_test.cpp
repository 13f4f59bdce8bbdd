#include "tests/support/shipped_encoder.h"

#include <gtest/gtest.h>

#include "core/inference/preprocess.h"
#include "core/inference/work_team.h"
#include "core/media/files/still_image.h"
#include "tests/support/emulated_kernels.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

// Features of pictures, by one set of kernels after the other: those of this CPU and those that it lacks, emulated.
TEST(ShippedEncoder, EveryInstructionSetGivesTheSameFeatures) {
    const test::ShippedEncoder shipped = test::shippedEncoder();
    WorkTeam team;
    const ParallelFor parallel = [&](int count, const WorkTeam::Job& job) { team.run(count, 2, job); };
    std::vector<std::pair<std::string, FusedEncoder>> encoders;
    const auto add = [&](const char* set, Result<FusedEncoder> encoder) {
        ASSERT_TRUE(encoder) << set << ": " << encoder.error().message;
        encoders.emplace_back(set, std::move(*encoder));
    };
    for (const SimdPath path : simdPathsHere()) {
        add(name(path), FusedEncoder::make(shipped.weights, shipped.input.size, path, parallel));
    }
    for (const test::EmulatedKernels& emulated : test::emulatedKernels()) {
        add(emulated.name, FusedEncoder::make(shipped.weights, shipped.input.size, *emulated.convolutions, parallel));
    }
    for (const char* file : {"cat.jpg", "rocket.jpg"}) {
        const auto image = readStillImage(test::sourceFile(std::string("tests/data/") + file));
        ASSERT_TRUE(image);
        std::vector<std::uint8_t> pixels;
        preprocess(*image, shipped.input, pixels);
        std::vector<float> first;
        for (auto& [set, encoder] : encoders) {
            std::vector<float> features(static_cast<std::size_t>(encoder.cells() * encoder.channels()), -1.0F);
            encoder.encode(pixels.data(), features.data());
            if (first.empty()) {
                first = features;
            }
            EXPECT_TRUE(features == first) << file << " by " << set << " and " << encoders.front().first;
        }
    }
}

}  // namespace
}  // namespace sightline
