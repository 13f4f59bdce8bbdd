// Parts of a TorchScript archive. All throw c10::Error for what is of another kind.
#pragma once

#include <cstdint>
#include <vector>

namespace at {
class Tensor;
}
namespace torch::jit {
struct Module;
}

namespace sightline {

torch::jit::Module part(const torch::jit::Module& module, const char* name);

// The numbers of a weight, float or std::int8_t, in the order of its dimensions.
template <typename T>
std::vector<T> values(const at::Tensor& tensor);
// Of one that has to have `count`.
template <typename T>
std::vector<T> values(const at::Tensor& tensor, std::int64_t count);

}  // namespace sightline
