#include "core/benchmark/statistics.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/support/fixtures.h"

namespace sightline {
namespace {

// Samples recorded on a machine, and what numpy and scipy say about them (record_statistics.py).
nlohmann::json recorded() {
    return nlohmann::json::parse(test::readBytes(test::sourceFile("tests/data/benchmark/statistics.json")));
}

TEST(Statistics, QuantilesAreThoseOfNumpy) {
    for (const auto& sample : recorded()) {
        const auto values = sample.at("values").get<std::vector<double>>();
        for (const auto& [share, expected] : sample.at("quantiles").items()) {
            EXPECT_NEAR(quantile(values, std::stod(share)), expected.get<double>(), 1e-9)
                << sample.at("name") << " at " << share;
        }
    }
}

TEST(Statistics, SpreadIsThatOfNumpy) {
    for (const auto& sample : recorded()) {
        EXPECT_NEAR(relativeSpread(sample.at("values").get<std::vector<double>>()),
                    sample.at("relative_spread").get<double>(), 1e-9)
            << sample.at("name");
    }
    EXPECT_EQ(relativeSpread(std::vector<double>{0.0, 0.0}), 0.0);
}

TEST(Statistics, IntervalsAreThoseOfTheBinomialDistribution) {
    for (const auto& sample : recorded()) {
        const Interval interval = medianInterval(sample.at("values").get<std::vector<double>>());
        EXPECT_EQ(interval.low, sample.at("interval").at(0).get<double>()) << sample.at("name");
        EXPECT_EQ(interval.high, sample.at("interval").at(1).get<double>()) << sample.at("name");
    }
}

TEST(Statistics, BadgesBeginAboveATenthAndAQuarter) {
    EXPECT_EQ(noiseOf(0.1), Noise::Quiet);
    EXPECT_EQ(noiseOf(0.101), Noise::Noisy);
    EXPECT_EQ(noiseOf(0.25), Noise::Noisy);
    EXPECT_EQ(noiseOf(0.251), Noise::VeryNoisy);
}

}  // namespace
}  // namespace sightline
