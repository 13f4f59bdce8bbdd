#include "core/inference/large_pages.h"

#include <cstdint>
#include <limits>
#include <thread>

#include <gtest/gtest.h>

namespace sightline {
namespace {

constexpr std::size_t kLine = 64;

bool beginsALine(const void* memory) { return reinterpret_cast<std::uintptr_t>(memory) % kLine == 0; }

TEST(LargePages, NumbersBeginAtALineAndStayWhatTheyAre) {
    std::vector<LargeVector<std::uint32_t>> vectors;
    for (std::uint32_t i = 0; i < 200; ++i) {
        vectors.emplace_back(std::size_t{1} + i * 997 % 70'000, i);
    }
    vectors.emplace_back(std::size_t{3} << 20U, 200U);  // more than a page
    for (std::size_t i = 0; i < vectors.size(); i += 2) {
        vectors[i].resize(vectors[i].size() + 1000, static_cast<std::uint32_t>(i));
    }
    for (std::size_t i = 0; i < vectors.size(); ++i) {
        EXPECT_TRUE(beginsALine(vectors[i].data()));
        for (const std::uint32_t number : vectors[i]) {
            ASSERT_EQ(number, i);
        }
    }
}

TEST(LargePages, AVectorOfNothingTakesNothing) {
    LargeVector<float> none;
    EXPECT_EQ(none.data(), nullptr);
    const LargeVector<float> copy = none;
    EXPECT_TRUE(copy.empty());
}

TEST(LargePages, MoreThanThereIsThrows) {
    LargeVector<float> numbers;
    EXPECT_THROW(numbers.resize(std::size_t{1} << 60U), std::exception);
    EXPECT_THROW(static_cast<void>(LargePageAllocator<double>().allocate(std::numeric_limits<std::size_t>::max() / 2)),
                 std::bad_alloc);
    EXPECT_THROW(static_cast<void>(takeFromLargePages(std::size_t{1} << 60U)), std::bad_alloc);
    numbers.resize(3, 1.0F);
    EXPECT_EQ(numbers.back(), 1.0F);
}

// A page is given back with the last that lay in it: taking and giving back for ever takes no more memory.
TEST(LargePages, ThreadsTakeAndGiveBackForEver) {
    constexpr std::size_t kBytes = std::size_t{1} << 20U;
    constexpr int kTimes = 100'000;  // 200 GB in all, of which nothing is written
    const auto work = [] {
        for (int i = 0; i < kTimes; ++i) {
            giveBackToLargePages(takeFromLargePages(kBytes));
        }
    };
    std::thread other(work);
    work();
    other.join();
    LargeVector<std::uint8_t> still(kBytes, std::uint8_t{9});
    EXPECT_EQ(still.back(), 9);
}

}  // namespace
}  // namespace sightline
