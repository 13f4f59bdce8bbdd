// Which operators of TorchScript a captioner's networks are made of.
#pragma once

#include <string_view>

namespace sightline {

// "aten::add", "prim::If", "quantized::linear"; those of networks of models/sightline_models and what PyTorch's own
// layers bring along. None of them touches files, other processes or the clock. Any thread.
bool isNetworkOperator(std::string_view name);

}  // namespace sightline
