#include "core/inference/kernels/simd_path.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include <gtest/gtest.h>

namespace sightline {
namespace {

// Sets SIGHTLINE_MAX_SIMD, and what it was again.
class Limit {
public:
    explicit Limit(const char* value) : had_(std::getenv(kName) != nullptr), was_(had_ ? std::getenv(kName) : "") {
        setenv(kName, value, 1);
    }
    ~Limit() { had_ ? setenv(kName, was_.c_str(), 1) : unsetenv(kName); }
    Limit(const Limit&) = delete;
    Limit& operator=(const Limit&) = delete;

private:
    static constexpr const char* kName = "SIGHTLINE_MAX_SIMD";
    bool had_;
    std::string was_;
};

TEST(SimdPath, PortableIsAlwaysThereAndLast) {
    const auto paths = simdPathsHere();
    EXPECT_EQ(paths.front(), bestSimdPath());
    EXPECT_EQ(paths.back(), SimdPath::Portable);
    EXPECT_TRUE(std::ranges::is_sorted(paths, std::ranges::greater()));
}

TEST(SimdPath, TheVariableLimitsIt) {
    const auto all = [] {
        const Limit none("");
        return simdPathsHere();
    }();
    const auto has = [&](SimdPath path) { return std::ranges::find(all, path) != all.end(); };
    {
        const Limit limit("portable");
        EXPECT_EQ(simdPathsHere(), std::vector{SimdPath::Portable});
    }
    {
        const Limit limit("avx2");
        EXPECT_EQ(bestSimdPath(), has(SimdPath::Avx2) ? SimdPath::Avx2 : SimdPath::Portable);
    }
    {
        const Limit limit("avxvnni");
        EXPECT_EQ(bestSimdPath(), has(SimdPath::AvxVnni) ? SimdPath::AvxVnni
                                  : has(SimdPath::Avx2)  ? SimdPath::Avx2
                                                         : SimdPath::Portable);
    }
    for (const char* unlimited : {"avx512", "neon", "nonsense"}) {
        const Limit limit(unlimited);
        if (std::string(unlimited) != "avx512" || !has(SimdPath::NeonDot)) {
            EXPECT_EQ(simdPathsHere(), all) << unlimited;
        }
    }
}

// tests/aarch64_kernels.sh says what the CPU that it emulates has.
TEST(SimdPath, IsThatOfTheCpu) {
    const char* expected = std::getenv("SIGHTLINE_EXPECTED_SIMD");
    if (!expected) {
        GTEST_SKIP() << "skipped: SIGHTLINE_EXPECTED_SIMD names no instruction set";
    }
    EXPECT_STREQ(name(bestSimdPath()), expected);
}

}  // namespace
}  // namespace sightline
