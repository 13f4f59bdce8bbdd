#include "tests/support/numbered_picture.h"

#include <array>

namespace sightline::test {
namespace {

constexpr int kBlocks = 12;
constexpr int kColumns = kBlocks + 2;  // a margin as wide as a block on either side

// Mean green of the inner half of a block, which coding hardly touches.
int brightness(const Image& image, int block) {
    const int left = image.width() * (4 * (block + 1) + 1) / (4 * kColumns);
    const int right = image.width() * (4 * (block + 1) + 3) / (4 * kColumns);
    const int top = image.height() * 3 / 16;
    const int bottom = image.height() * 5 / 16;
    int sum = 0;
    for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) {
            sum += image.row(y)[x * Image::kChannels + 1];
        }
    }
    return sum / ((bottom - top) * (right - left));
}

}  // namespace

int readPictureNumber(const Image& image) {
    constexpr int kBlack = 80;
    constexpr int kWhite = 175;
    std::array<int, kBlocks> bits{};
    for (int block = 0; block < kBlocks; ++block) {
        const int value = brightness(image, block);
        if (value > kBlack && value < kWhite) {
            return -1;
        }
        bits[static_cast<std::size_t>(block)] = value >= kWhite ? 1 : 0;
    }
    int number = 0;
    int parity = bits[11];
    for (std::size_t i = 2; i < 11; ++i) {
        number = number * 2 + bits[i];
        parity ^= bits[i];
    }
    return bits[0] == 1 && bits[1] == 0 && parity == 0 ? number : -1;
}

}  // namespace sightline::test
