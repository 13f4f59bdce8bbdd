// Properties: what has to hold whatever is made up, tried on many made-up things.
//
//     forAll([](Random& random) {
//         const auto cues = ...;  // of random.below(), random.chance(), random.of()
//         EXPECT_EQ(undone(done(cues)), cues);
//     });
//
// Each try has a seed of its own, which a failure shows; SIGHTLINE_PROPERTY_SEED=N runs that one alone, and
// SIGHTLINE_PROPERTY_TRIES=N as many tries. Things grow from try to try, so that the first failure is a small one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace sightline::test {

// The same numbers on every system, which the standard library's distributions do not promise.
class Random {
public:
    Random(std::uint64_t seed, std::size_t size) : engine_(seed), size_(size) {}

    std::uint64_t bits() { return engine_(); }
    std::size_t below(std::size_t limit) { return limit == 0 ? 0 : static_cast<std::size_t>(engine_() % limit); }
    // Both included.
    std::int64_t between(std::int64_t least, std::int64_t most) {
        return least + static_cast<std::int64_t>(engine_() % (static_cast<std::uint64_t>(most - least) + 1));
    }
    bool chance(double share) { return real() < share; }
    double real() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }  // below 1
    // A count for the things of this try.
    std::size_t count() { return below(size_ + 1); }

    template <typename T>
    const T& of(const std::vector<T>& things) {
        return things[below(things.size())];
    }
    template <typename T>
    T of(std::initializer_list<T> things) {
        return *std::next(things.begin(), static_cast<std::ptrdiff_t>(below(things.size())));
    }

private:
    std::mt19937_64 engine_;
    const std::size_t size_;
};

template <typename Property>
void forAll(const Property& property, std::size_t tries = 300, std::size_t largest = 24) {
    const char* only = std::getenv("SIGHTLINE_PROPERTY_SEED");
    const char* asked = std::getenv("SIGHTLINE_PROPERTY_TRIES");
    tries = asked ? std::strtoull(asked, nullptr, 10) : tries;
    for (std::size_t seed = 0; seed < tries; ++seed) {
        if (only) {
            seed = std::strtoull(only, nullptr, 10);
            tries = seed + 1;
        }
        const ::testing::ScopedTrace trace(__FILE__, __LINE__, "SIGHTLINE_PROPERTY_SEED=" + std::to_string(seed));
        Random random(seed, 1 + std::min(seed, largest - 1));
        property(random);
        if (::testing::Test::HasFailure()) {
            return;
        }
    }
}

}  // namespace sightline::test
