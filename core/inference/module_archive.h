// The numbers, texts and weights of a TorchScript archive, read as data: none of its code is looked at, and LibTorch is
// not needed.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/inference/zip_archive.h"

namespace sightline {

// What all of these throw for an archive that is damaged or holds something of another kind.
class ArchiveError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

enum class NumberType : std::uint8_t { Float, Double, Int8, Int64, QuantizedInt8, Other };

// A weight, which stays in the archive until ModuleArchive::values() reads it.
struct ArchivedTensor {
    std::string storage;  // name of its record in data/
    NumberType type = NumberType::Other;
    std::int64_t stored = 0;  // numbers in the storage
    std::int64_t offset = 0;  // numbers before the first
    std::vector<std::int64_t> sizes;
    std::vector<std::int64_t> strides;
    // Of quantized numbers, one each for every index of the first dimension.
    std::shared_ptr<const ArchivedTensor> scales;
    std::shared_ptr<const ArchivedTensor> zeroPoints;

    std::int64_t count() const;
};

// One value of the archive. Borrowed from its ModuleArchive.
struct ArchivedValue {
    enum class Kind : std::uint8_t { None, Bool, Int, Real, Text, Name, Tuple, Dictionary, Object, Tensor, Storage };

    Kind kind = Kind::None;
    std::int64_t whole = 0;  // of Bool and Int
    double real = 0.0;
    std::string text;                         // of Text; of Name and Object the class, "package.module Class"
    std::vector<const ArchivedValue*> items;  // of Tuple; of Dictionary key, value, key, value
    const ArchivedValue* state = nullptr;     // of Object
    std::shared_ptr<const ArchivedTensor> tensor;
};

// An object of the archive, such as a layer.
class ArchivedModule {
public:
    explicit ArchivedModule(const ArchivedValue& object);

    std::string className() const;  // without the modules it lies in
    bool has(std::string_view name) const;
    bool isNone(std::string_view name) const;
    ArchivedModule part(std::string_view name) const;
    std::vector<ArchivedModule> children() const;  // all parts that are objects, in their order
    const ArchivedTensor& tensor(std::string_view name) const;
    double real(std::string_view name) const;
    std::int64_t whole(std::string_view name) const;
    bool flag(std::string_view name) const;
    // Of a class that keeps its state as a tuple, in which the items have no names.
    const ArchivedValue& item(std::size_t index, ArchivedValue::Kind kind) const;
    ArchivedValue::Kind itemKind(std::size_t index) const;
    std::size_t itemCount() const;

private:
    const ArchivedValue& attribute(std::string_view name, ArchivedValue::Kind kind) const;
    const ArchivedValue* find(std::string_view name) const;

    const ArchivedValue* object_;
};

// Bounded by the archive's own size, whatever it claims. One thread at a time. Formats: pickle protocol 2
// (Python's Lib/pickletools.py), of which what TorchScript writes is known, and PyTorch's
// torch/csrc/jit/serialization/unpickler.cpp.
class ModuleArchive {
public:
    // `folder`: the folder in which all records lie. `archive` has to outlive it.
    ModuleArchive(const ZipArchive& archive, std::string folder);

    ArchivedModule root() const { return ArchivedModule(*root_); }

    // In the order of the dimensions. T: float, double, std::int64_t or, for Int8 and QuantizedInt8, std::int8_t.
    template <typename T>
    std::vector<T> values(const ArchivedTensor& tensor) const;
    // Of one that has to have `count`; float of either float or double.
    std::vector<float> floats(const ArchivedTensor& tensor, std::int64_t count) const;

private:
    const ZipArchive& archive_;
    const std::string folder_;
    std::deque<ArchivedValue> values_;
    const ArchivedValue* root_ = nullptr;
};

// Throws an ArchiveError that says `why`.
inline void requireArchived(bool isSo, const std::string& why) {
    if (!isSo) {
        throw ArchiveError(why);
    }
}

}  // namespace sightline
