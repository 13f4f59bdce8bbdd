// Numbers that are read again and again for every picture, in pages of 2 MB where the system gives them: with 4 KB
// each, the CPU looks up thousands of addresses a caption, which takes a twentieth of its time
// (tests/benchmark/engine). Any thread.
#pragma once

#include <cstddef>
#include <new>
#include <vector>

namespace sightline {

// Memory that begins at a cache line. Throws std::bad_alloc. Many share a page, which goes when the last of them does.
void* takeFromLargePages(std::size_t bytes);
void giveBackToLargePages(void* memory) noexcept;

// Leaves numbers as they are where a vector would fill them with zeros.
template <typename Number>
struct LargePageAllocator {
    using value_type = Number;

    LargePageAllocator() = default;
    template <typename Other>
    explicit LargePageAllocator(const LargePageAllocator<Other>& /*other*/) noexcept {}

    Number* allocate(std::size_t count) {
        if (count > static_cast<std::size_t>(-1) / 2 / sizeof(Number)) {
            throw std::bad_array_new_length();
        }
        return static_cast<Number*>(takeFromLargePages(count * sizeof(Number)));
    }
    void deallocate(Number* numbers, std::size_t /*count*/) noexcept { giveBackToLargePages(numbers); }
    template <typename Other>
    void construct(Other* number) noexcept {
        ::new (static_cast<void*>(number)) Other;
    }
    template <typename Other, typename Value>
    void construct(Other* number, const Value& value) noexcept {
        ::new (static_cast<void*>(number)) Other(value);
    }

    friend bool operator==(const LargePageAllocator& /*a*/, const LargePageAllocator& /*b*/) { return true; }
};

template <typename Number>
using LargeVector = std::vector<Number, LargePageAllocator<Number>>;

}  // namespace sightline
