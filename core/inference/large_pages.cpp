#include "core/inference/large_pages.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <mutex>

namespace sightline {
namespace {

constexpr std::size_t kLine = 64;
constexpr std::size_t kPage = std::size_t{2} << 20U;

std::size_t roundedUp(std::size_t bytes, std::size_t unit) { return (bytes + unit - 1) / unit * unit; }

// Whole pages, handed out from the beginning on; what is given back in between is not used again.
struct Region {
    std::byte* begin;
    std::size_t size;
    std::size_t used;
    int taken;

    bool holds(const void* memory) const {
        const auto at = reinterpret_cast<std::uintptr_t>(memory);
        const auto first = reinterpret_cast<std::uintptr_t>(begin);
        return at >= first && at < first + size;
    }
};

Region newRegion(std::size_t bytes) {
    const std::size_t size = roundedUp(bytes, kPage);
    const std::size_t mapped = size + kPage;  // a beginning that a page can have lies in it
    void* memory = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        throw std::bad_alloc();
    }
    auto* const first = static_cast<std::byte*>(memory);
    const auto address = reinterpret_cast<std::uintptr_t>(memory);
    const std::size_t before = roundedUp(address, kPage) - address;
    if (before > 0) {
        munmap(first, before);
    }
    munmap(first + before + size, kPage - before);
    madvise(first + before, size, MADV_HUGEPAGE);  // small pages do as well
    return {first + before, size, 0, 0};
}

struct Pool {
    std::mutex mutex;
    std::vector<Region> regions;
};

// Never destroyed: threads give back what is theirs when they end.
Pool& pool() {
    static Pool& only = *new Pool;
    return only;
}

}  // namespace

void* takeFromLargePages(std::size_t bytes) {
    bytes = std::max(kLine, roundedUp(bytes, kLine));
    const std::lock_guard lock(pool().mutex);
    auto& regions = pool().regions;
    auto at =
        std::ranges::find_if(regions, [bytes](const Region& region) { return region.size - region.used >= bytes; });
    if (at == regions.end()) {
        at = regions.insert(at, newRegion(bytes));
    }
    void* memory = at->begin + at->used;
    at->used += bytes;
    ++at->taken;
    return memory;
}

void giveBackToLargePages(void* memory) noexcept {
    const std::lock_guard lock(pool().mutex);
    auto& regions = pool().regions;
    const auto at = std::ranges::find_if(regions, [memory](const Region& region) { return region.holds(memory); });
    if (at != regions.end() && --at->taken == 0) {
        munmap(at->begin, at->size);
        regions.erase(at);
    }
}

}  // namespace sightline
