#include "core/torch/script_check.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <sstream>
#include <string_view>
#include <unordered_map>

// No fmt in files that include LibTorch: it brings fmt headers of its own, of another version.
#include <caffe2/serialize/inline_container.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/serialization/import_source.h>
#include <torch/csrc/jit/serialization/unpickler.h>
#include <torch/script.h>

#include "core/torch/network_operators.h"

namespace sightline {
namespace {

// Objects that hold weights packed for the int8 engines.
constexpr std::array<std::string_view, 2> kObjects{"__torch__.torch.classes.quantized.Conv2dPackedParamsBase",
                                                   "__torch__.torch.classes.quantized.LinearPackedParamsBase"};
constexpr std::int64_t kMostTimes = 16;  // of a loop
constexpr int kMostNested = 2;           // loops
constexpr std::string_view kNativeObjects = "__torch__.torch.classes.";

void refuse(const std::string& what) {
    throw std::runtime_error("it uses " + what + ", which captioners have no need of");
}

bool isTrue(const torch::jit::Value* value) {
    const auto constant = torch::jit::toIValue(value);
    return constant && constant->isBool() && constant->toBool();
}

// PyTorch's own layers have "for" loops over a list of sizes or a few numbers; whatever else a loop is, it may take
// for ever.
void checkLoop(const torch::jit::Node& loop, int depth) {
    const torch::jit::Value* times = loop.inputs().at(0);
    const auto constant = torch::jit::toIValue(times);
    const bool few =
        constant ? constant->isInt() && constant->toInt() <= kMostTimes : times->node()->kind() == c10::aten::len;
    if (!few || depth >= kMostNested || !isTrue(loop.inputs().at(1)) || !isTrue(loop.blocks().at(0)->outputs().at(0))) {
        refuse("a loop of another kind than PyTorch's layers have");
    }
}

// `depth`: of loops around it.
void checkNodes(const torch::jit::Block& block, int depth = 0) {
    for (const torch::jit::Node* node : block.nodes()) {
        const char* name = node->kind().toQualString();
        if (!isNetworkOperator(name)) {
            refuse(name);
        }
        const bool loops = node->kind() == c10::prim::Loop;
        if (loops) {
            checkLoop(*node, depth);
        }
        for (const torch::jit::Value* made : node->outputs()) {
            if (depth > 0 && made->type()->kind() == c10::TypeKind::TensorType) {
                refuse("a loop that computes tensors");
            }
        }
        for (const torch::jit::Block* inner : node->blocks()) {
            checkNodes(*inner, loops ? depth + 1 : depth);
        }
    }
}

// One archive: a decoder, or an encoder. All throw.
class Archive {
public:
    explicit Archive(caffe2::serialize::PyTorchStreamReader& reader)
        : reader_(reader),
          importer_(
              unit_, &constants_, [this](const std::string& module) { return sourceOf(module); }, reader.version()) {}

    void check() {
        const c10::IValue constants = unpickle("constants");
        for (const c10::IValue& constant : constants.toTupleRef().elements()) {
            constants_.push_back(constant);
        }
        unpickle("data");
        // Compiling one function may bring others.
        for (std::size_t i = 0; i < unit_->get_functions().size(); ++i) {
            torch::jit::Function* function = unit_->get_functions()[i];
            if (!function->isGraphFunction()) {
                refuse(function->qualname().qualifiedName());
            }
            checkNodes(*torch::jit::toGraphFunction(*function).graph()->block());
        }
    }

private:
    // Of "__torch__.a.b", as loading finds it; none where there is none.
    std::shared_ptr<torch::jit::Source> sourceOf(std::string module) const {
        std::ranges::replace(module, '.', '/');
        const std::string record = "code/" + module + ".py";
        if (!reader_.hasRecord(record)) {
            return nullptr;
        }
        const auto [text, size] = reader_.getRecord(record);
        return std::make_shared<torch::jit::Source>(std::string_view(static_cast<const char*>(text.get()), size),
                                                    record, 1);
    }

    c10::StrongTypePtr typeOf(const c10::QualifiedName& name) {
        const std::string& whole = name.qualifiedName();
        if (whole.starts_with(kNativeObjects) && std::ranges::find(kObjects, whole) == kObjects.end()) {
            refuse(whole);
        }
        return {unit_, importer_.loadType(name)};
    }

    // As loading does, but objects stay empty: their code would fill them.
    c10::IValue unpickle(const std::string& name) {
        const auto [pickle, size] = reader_.getRecord(name + ".pkl");
        std::size_t at = 0;
        const auto next = [&, data = static_cast<const char*>(pickle.get()), size = size](char* to, std::size_t count) {
            const std::size_t taken = std::min(count, size - at);
            std::memcpy(to, data + at, taken);
            at += taken;
            return taken;
        };
        std::unordered_map<const void*, std::size_t> sizes;  // of what each storage really has
        std::vector<c10::IValue> states;
        torch::jit::Unpickler unpickler(
            next, [this](const c10::QualifiedName& type) { return typeOf(type); },
            [&](const c10::StrongTypePtr& type, c10::IValue state) {
                states.push_back(std::move(state));
                return c10::ivalue::Object::create(type, type.type_->expect<c10::ClassType>()->numAttributes());
            },
            [&](const std::string& key) {
                auto [data, bytes] = reader_.getRecord(name + "/" + key);
                sizes[data.get()] = bytes;
                return std::move(data);
            },
            at::kCPU);
        unpickler.set_version(reader_.version());
        c10::IValue whole = unpickler.parse_ivalue();
        states.push_back(whole);
        for (const c10::IValue& state : states) {
            state.visit([&](const c10::IValue& value) {
                if (value.isTensor()) {
                    checkTensor(value.toTensor(), sizes);
                }
                return false;
            });
        }
        return whole;
    }

    static void checkTensor(const at::Tensor& tensor, const std::unordered_map<const void*, std::size_t>& sizes) {
        if (!tensor.defined()) {
            return;
        }
        if (tensor.layout() != at::kStrided) {
            refuse("a sparse tensor");
        }
        const at::Storage& storage = tensor.storage();
        const auto found = sizes.find(storage.data());
        const std::size_t there = found == sizes.end() ? 0 : found->second;
        if (storage.nbytes() > there || tensor.nbytes() > there) {
            throw std::runtime_error("a weight claims more numbers than the file has");
        }
    }

    caffe2::serialize::PyTorchStreamReader& reader_;
    std::shared_ptr<torch::jit::CompilationUnit> unit_ = std::make_shared<torch::jit::CompilationUnit>();
    std::vector<c10::IValue> constants_;
    torch::jit::SourceImporter importer_;
};

}  // namespace

Result<void> checkTorchScripts(const std::filesystem::path& path, std::string encoder) {
    const auto unusable = [&path](const std::string& why, std::string detail = {}) {
        return fail(ErrorCode::Model,
                    "The model " + path.string() + " is not run: " + why +
                        ". Get it from its makers as a Hugging Face folder and import that, or choose another model.",
                    std::move(detail));
    };
    try {
        caffe2::serialize::PyTorchStreamReader decoder(path.string());
        Archive(decoder).check();
        std::istringstream encoderFile(std::move(encoder));
        caffe2::serialize::PyTorchStreamReader inside(&encoderFile);
        Archive(inside).check();
        return {};
    } catch (const c10::Error& error) {
        return unusable("its program code cannot be read", error.what_without_backtrace());
    } catch (const std::exception& error) {
        return unusable(error.what());
    }
}

}  // namespace sightline
