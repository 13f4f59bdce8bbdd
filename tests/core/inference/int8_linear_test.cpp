#include "core/inference/int8_linear.h"

#include <algorithm>
#include <random>
#include <string>

#include <gtest/gtest.h>

#include "core/inference/simd_math.h"
#include "tests/support/emulated_kernels.h"

namespace sightline {
namespace {

std::vector<std::pair<std::string, const LinearKernels*>> allKernels() {
    std::vector<std::pair<std::string, const LinearKernels*>> found;
    for (const SimdPath path : simdPathsHere()) {
        found.emplace_back(name(path), &linearKernels(path));
    }
    for (const test::EmulatedKernels& emulated : test::emulatedKernels()) {
        found.emplace_back(emulated.name, emulated.linear);
    }
    return found;
}

TEST(Int8Linear, EveryPathGivesTheExactSumsOfProducts) {
    std::mt19937 engine(7);
    std::uniform_int_distribution<int> bytes(-128, 127);
    std::normal_distribution<float> normal;
    for (const auto& [outputs, inputs] : {std::pair{37, 70}, {16, 64}, {1, 1}, {48, 384}, {150, 64}}) {
        for (int rows = 1; rows < 10; ++rows) {
            std::vector<std::int8_t> weights(static_cast<std::size_t>(outputs * inputs));
            std::ranges::generate(weights, [&] { return static_cast<std::int8_t>(bytes(engine)); });
            std::vector<float> numbers(static_cast<std::size_t>(rows * inputs));
            std::ranges::generate(numbers, [&] { return normal(engine); });
            const std::vector<float> scales(static_cast<std::size_t>(outputs), 0.5F);
            const std::vector<float> bias(static_cast<std::size_t>(outputs), 0.25F);
            std::vector<std::int8_t> x(numbers.size());
            std::vector<float> rowScales;
            for (int row = 0; row < rows; ++row) {
                const std::ptrdiff_t first = static_cast<std::ptrdiff_t>(row) * inputs;
                rowScales.push_back(
                    quantizeRow({numbers.data() + first, static_cast<std::size_t>(inputs)}, x.data() + first));
            }
            std::vector<float> expected;
            for (int i = 0; i < rows * outputs; ++i) {
                const int row = i / outputs;
                std::int32_t sum = 0;
                for (int k = 0; k < inputs; ++k) {
                    sum += x[static_cast<std::size_t>(row * inputs + k)] *
                           weights[static_cast<std::size_t>(i % outputs * inputs + k)];
                }
                volatile float value = static_cast<float>(sum) * rowScales[static_cast<std::size_t>(row)];
                value = value * 0.5F;  // volatile: each step is rounded
                value = value + 0.25F;
                expected.push_back(float{value});
            }
            for (const auto& [set, kernels] : allKernels()) {
                const Int8Linear layer(weights, scales, bias, outputs, inputs, *kernels);
                QuantizedRows quantized;
                layer.quantize(numbers, rows, quantized);
                std::vector<float> y(expected.size());
                const int half = (layer.parts() + 1) / 2;
                layer.apply(quantized, 0, half, y.data());  // in two parts, as two threads would
                layer.apply(quantized, half, layer.parts(), y.data());
                EXPECT_EQ(y, expected) << set << ", " << rows << " rows of " << inputs;
            }
        }
    }
}

TEST(Int8Linear, LargestBytesDoNotSaturate) {
    constexpr int kInputs = 1536;
    for (const auto& [set, kernels] : allKernels()) {
        for (const int weight : {-128, 127}) {
            const std::vector<std::int8_t> weights(16 * kInputs, static_cast<std::int8_t>(weight));
            const Int8Linear layer(weights, std::vector<float>(16, 1.0F), {}, 16, kInputs, *kernels);
            for (const float number : {-127.0F, 127.0F}) {
                QuantizedRows x;
                layer.quantize(std::vector<float>(kInputs, number), 1, x);
                std::vector<float> y(16);
                layer.apply(x, 0, 1, y.data());
                EXPECT_EQ(y.front(), number * static_cast<float>(weight) * kInputs) << set;
            }
        }
    }
}

}  // namespace
}  // namespace sightline
