#include "core/inference/int8_linear.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <string_view>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "core/inference/simd_math.h"

namespace sightline {
namespace {

constexpr int kAlignment = 64;  // one AVX-512 register of bytes
constexpr int kRowsAtOnce = 4;  // rows that share one reading of the weights; their sums fit in registers

int padded(int width) { return (width + kAlignment - 1) / kAlignment * kAlignment; }

struct Sums {
    std::int32_t values[kRowsAtOnce][Int8Linear::kBlock];
};

// One block of outputs for up to kRowsAtOnce rows: sums[r][o] = x[r] . w[o], w: [16, width].
void dotPortable(const std::int8_t* x, int rows, int width, const std::int8_t* w, Sums& sums) {
    for (int r = 0; r < rows; ++r) {
        for (int o = 0; o < Int8Linear::kBlock; ++o) {
            std::int32_t sum = 0;
            for (int i = 0; i < width; ++i) {
                sum += static_cast<std::int32_t>(x[r * width + i]) * w[o * width + i];
            }
            sums.values[r][o] = sum;
        }
    }
}

#if defined(__x86_64__)

// w: [width / 4, 16, 4]. Sixteen-bit products: maddubs would add two 8-bit products in 16 bits and saturate.
template <int rows>
__attribute__((target("avx2"))) void dotAvx2(const std::int8_t* x, int width, const std::int8_t* w,
                                             std::int32_t (*sums)[Int8Linear::kBlock]) {
    constexpr int kQuarters = 4;          // of a block: four outputs with two partial sums each
    __m256i total[rows][kQuarters] = {};  // at three rows all of it stays in registers
    for (int i = 0; i < width; i += 4) {
        __m256i value[rows];
#pragma GCC unroll 4
        for (int r = 0; r < rows; ++r) {
            std::int32_t four = 0;
            std::memcpy(&four, x + r * width + i, sizeof four);
            value[r] = _mm256_cvtepi8_epi16(_mm_set1_epi32(four));
        }
#pragma GCC unroll 4
        for (int q = 0; q < kQuarters; ++q) {
            const auto* bytes = reinterpret_cast<const __m128i*>(w + i * Int8Linear::kBlock) + q;
            const __m256i weight = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes));
#pragma GCC unroll 4
            for (int r = 0; r < rows; ++r) {
                total[r][q] = _mm256_add_epi32(total[r][q], _mm256_madd_epi16(value[r], weight));
            }
        }
    }
    for (int r = 0; r < rows; ++r) {
        for (int q = 0; q < kQuarters; q += 2) {
            const __m256i pairs = _mm256_hadd_epi32(total[r][q], total[r][q + 1]);
            _mm256_storeu_si256(reinterpret_cast<__m256i*>(sums[r] + 4 * q), _mm256_permute4x64_epi64(pairs, 0xd8));
        }
    }
}

void dotAvx2(const std::int8_t* x, int rows, int width, const std::int8_t* w, Sums& sums) {
    switch (rows) {
        case 1: return dotAvx2<1>(x, width, w, sums.values);
        case 2: return dotAvx2<2>(x, width, w, sums.values);
        case 3: return dotAvx2<3>(x, width, w, sums.values);
        default:  // two by two: the sums of four rows do not fit in registers
            dotAvx2<2>(x, width, w, sums.values);
            dotAvx2<2>(x + 2 * width, width, w, sums.values + 2);
    }
}

// w: [width / 4, 16, 4]. x is shifted to unsigned bytes; the caller takes 128 x sum(w) off again.
template <int rows>
__attribute__((target("avx512f,avx512bw,avx512vnni"))) void dotVnni(const std::int8_t* x, int width,
                                                                    const std::int8_t* w, Sums& sums) {
    // Two sums a row, because one addition's latency is several times its rate.
    __m512i even[rows];
    __m512i odd[rows];
    for (int r = 0; r < rows; ++r) {
        even[r] = odd[r] = _mm512_setzero_si512();
    }
    const __m512i shift = _mm512_set1_epi8(static_cast<char>(0x80));
    for (int i = 0; i < width; i += 8) {
        const __m512i first = _mm512_loadu_si512(w + i * Int8Linear::kBlock);
        const __m512i second = _mm512_loadu_si512(w + (i + 4) * Int8Linear::kBlock);
        for (int r = 0; r < rows; ++r) {
            std::int32_t four = 0;
            std::memcpy(&four, x + r * width + i, sizeof four);
            even[r] = _mm512_dpbusd_epi32(even[r], _mm512_xor_si512(_mm512_set1_epi32(four), shift), first);
            std::memcpy(&four, x + r * width + i + 4, sizeof four);
            odd[r] = _mm512_dpbusd_epi32(odd[r], _mm512_xor_si512(_mm512_set1_epi32(four), shift), second);
        }
    }
    for (int r = 0; r < rows; ++r) {
        _mm512_storeu_si512(sums.values[r], _mm512_add_epi32(even[r], odd[r]));
    }
}

void dotVnni(const std::int8_t* x, int rows, int width, const std::int8_t* w, Sums& sums) {
    switch (rows) {
        case 1: return dotVnni<1>(x, width, w, sums);
        case 2: return dotVnni<2>(x, width, w, sums);
        case 3: return dotVnni<3>(x, width, w, sums);
        default: return dotVnni<4>(x, width, w, sums);
    }
}

#endif

SimdPath widest() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw")) {
        return SimdPath::Avx512Vnni;
    }
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        return SimdPath::Avx2;
    }
#endif
    return SimdPath::Portable;
}

}  // namespace

SimdPath bestSimdPath() {
    const char* limit = std::getenv("SIGHTLINE_MAX_SIMD");
    const std::string_view allowed = limit ? limit : "avx512";
    const SimdPath most = allowed == "portable" ? SimdPath::Portable
                          : allowed == "avx2"   ? SimdPath::Avx2
                                                : SimdPath::Avx512Vnni;
    return std::min(widest(), most);
}

const char* name(SimdPath path) {
    switch (path) {
        case SimdPath::Avx512Vnni: return "AVX-512 VNNI";
        case SimdPath::Avx2: return "AVX2";
        case SimdPath::Portable: break;
    }
    return "portable";
}

void QuantizedRows::assign(std::span<const float> x, int rowCount) {
    const auto columns = static_cast<int>(x.size()) / rowCount;
    rows = rowCount;
    width = padded(columns);
    values.assign(static_cast<std::size_t>(rows) * width, 0);
    scales.resize(static_cast<std::size_t>(rows));
    for (int r = 0; r < rows; ++r) {
        const auto row = x.subspan(static_cast<std::size_t>(r) * columns, static_cast<std::size_t>(columns));
        scales[static_cast<std::size_t>(r)] = quantizeRow(row, values.data() + static_cast<std::ptrdiff_t>(r) * width);
    }
}

Int8Linear::Int8Linear(std::span<const std::int8_t> weights, std::span<const float> scales, std::span<const float> bias,
                       int outputs, int inputs, SimdPath path)
    : path_(path), outputs_(outputs), inputs_(inputs), width_(padded(inputs)) {
    const auto rows = static_cast<std::size_t>(blocks()) * kBlock;
    weights_.assign(rows * static_cast<std::size_t>(width_), 0);
    scales_.assign(rows, 0.0F);
    bias_.assign(rows, 0.0F);
    offsets_.assign(rows, 0);
    std::copy(scales.begin(), scales.end(), scales_.begin());
    std::copy(bias.begin(), bias.end(), bias_.begin());
    for (int o = 0; o < outputs; ++o) {
        const int block = o / kBlock;
        const int lane = o % kBlock;
        for (int i = 0; i < inputs; ++i) {
            const std::int8_t value = weights[static_cast<std::size_t>(o) * inputs + i];
            std::size_t at = static_cast<std::size_t>(o) * width_ + i;
            if (path_ != SimdPath::Portable) {
                at = (static_cast<std::size_t>(block) * (width_ / 4) + i / 4) * (kBlock * 4) + lane * 4 + i % 4;
            }
            if (path_ == SimdPath::Avx512Vnni) {
                offsets_[static_cast<std::size_t>(o)] += 128 * value;
            }
            weights_[at] = value;
        }
    }
}

void Int8Linear::apply(const QuantizedRows& x, int first, int last, float* y) const {
    Sums sums;
    for (int block = first; block < last; ++block) {
        const std::int8_t* w = weights_.data() + static_cast<std::ptrdiff_t>(block) * kBlock * width_;
        const int start = block * kBlock;
        const int count = std::min(kBlock, outputs_ - start);
        for (int row = 0; row < x.rows; row += kRowsAtOnce) {
            const int rows = std::min(kRowsAtOnce, x.rows - row);
            const std::int8_t* values = x.values.data() + static_cast<std::ptrdiff_t>(row) * width_;
            switch (path_) {
#if defined(__x86_64__)
                case SimdPath::Avx512Vnni: dotVnni(values, rows, width_, w, sums); break;
                case SimdPath::Avx2: dotAvx2(values, rows, width_, w, sums); break;
#endif
                default: dotPortable(values, rows, width_, w, sums);
            }
            for (int r = 0; r < rows; ++r) {
                float* out = y + static_cast<std::ptrdiff_t>(row + r) * outputs_ + start;
                const float scale = x.scales[static_cast<std::size_t>(row + r)];
                for (int o = 0; o < count; ++o) {
                    const auto sum =
                        static_cast<float>(sums.values[r][o] - offsets_[static_cast<std::size_t>(start + o)]);
                    out[o] = sum * scale * scales_[static_cast<std::size_t>(start + o)] +
                             bias_[static_cast<std::size_t>(start + o)];
                }
            }
        }
    }
}

}  // namespace sightline
