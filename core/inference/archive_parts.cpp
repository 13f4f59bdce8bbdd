#include "core/inference/archive_parts.h"

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <torch/script.h>

namespace sightline {

torch::jit::Module part(const torch::jit::Module& module, const char* name) { return module.attr(name).toModule(); }

template <typename T>
std::vector<T> values(const at::Tensor& tensor) {
    // A tensor may repeat a few numbers for any size.
    TORCH_CHECK(tensor.nbytes() <= tensor.storage().nbytes(), "a weight claims more numbers than it has");
    const at::Tensor dense = tensor.contiguous();
    return {dense.data_ptr<T>(), dense.data_ptr<T>() + dense.numel()};
}

template <typename T>
std::vector<T> values(const at::Tensor& tensor, std::int64_t count) {
    TORCH_CHECK(tensor.numel() == count, "a weight has ", tensor.numel(), " numbers, not ", count);
    return values<T>(tensor);
}

template std::vector<float> values(const at::Tensor&);
template std::vector<std::int8_t> values(const at::Tensor&);
template std::vector<float> values(const at::Tensor&, std::int64_t);
template std::vector<std::int8_t> values(const at::Tensor&, std::int64_t);

}  // namespace sightline
