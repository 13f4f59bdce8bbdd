#include "core/inference/module_archive.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>
#include <unordered_map>

namespace sightline {
namespace {

using Kind = ArchivedValue::Kind;

constexpr std::uint64_t kMostPickleBytes = 8U << 20;  // the shipped bundle's has 11 kB
constexpr std::size_t kMostValues = 500'000;
constexpr std::size_t kMostDimensions = 8;

static_assert(std::endian::native == std::endian::little, "weights are stored as little-endian numbers");

NumberType typeOf(std::string_view storageClass) {
    if (storageClass == "torch FloatStorage") {
        return NumberType::Float;
    }
    if (storageClass == "torch DoubleStorage") {
        return NumberType::Double;
    }
    if (storageClass == "torch CharStorage") {
        return NumberType::Int8;
    }
    if (storageClass == "torch LongStorage") {
        return NumberType::Int64;
    }
    return storageClass == "torch QInt8Storage" ? NumberType::QuantizedInt8 : NumberType::Other;
}

const ArchivedValue& expect(const ArchivedValue* value, Kind kind) {
    requireArchived(value && value->kind == kind, "a value of the archive is of another kind");
    return *value;
}

const ArchivedValue& itemOf(const ArchivedValue& tuple, std::size_t index) {
    requireArchived(index < tuple.items.size(), "a tuple of the archive is too short");
    return *tuple.items[index];
}

std::vector<std::int64_t> wholes(const ArchivedValue& tuple) {
    std::vector<std::int64_t> numbers;
    for (const ArchivedValue* item : expect(&tuple, Kind::Tuple).items) {
        numbers.push_back(expect(item, Kind::Int).whole);
    }
    return numbers;
}

// The largest index has to lie in the storage, which has to have as many numbers at least.
void checkBounds(const ArchivedTensor& tensor) {
    requireArchived(tensor.sizes.size() == tensor.strides.size() && tensor.sizes.size() <= kMostDimensions,
                    "a weight has too many dimensions");
    requireArchived(tensor.stored >= 0 && tensor.offset >= 0 && tensor.offset <= tensor.stored,
                    "a weight claims more numbers than it has");
    if (std::ranges::find(tensor.sizes, 0) != tensor.sizes.end()) {
        return;
    }
    std::int64_t count = 1;
    std::int64_t left = tensor.stored - tensor.offset - 1;  // beyond the first
    for (std::size_t i = 0; i < tensor.sizes.size(); ++i) {
        const std::int64_t size = tensor.sizes[i];
        const std::int64_t stride = tensor.strides[i];
        requireArchived(size > 0 && stride >= 0 && size <= tensor.stored / count,
                        "a weight claims more numbers than it has");
        count *= size;
        requireArchived(stride == 0 || size - 1 <= std::max<std::int64_t>(left, 0) / stride,
                        "a weight claims more numbers than it has");
        left -= (size - 1) * stride;
    }
    requireArchived(left >= 0, "a weight claims more numbers than it has");
}

// The machine of pickle's instructions, for those that TorchScript writes.
class Unpickler {
public:
    Unpickler(std::string_view pickle, std::deque<ArchivedValue>& values) : rest_(pickle), values_(values) {}

    const ArchivedValue* run() {
        for (;;) {
            const char code = text(1).front();
            if (code == '.') {
                return pop();
            }
            step(code);
        }
    }

private:
    void step(char code);
    void store(std::uint64_t index) { memo_[index] = top(); }
    void load(std::uint64_t index) {
        const auto found = memo_.find(index);
        requireArchived(found != memo_.end(), "its list of values names one that is not there");
        push(found->second);
    }
    void reduce();
    void rebuildTensor(const std::string& function, const ArchivedValue& arguments);
    void setState();
    void fill(std::size_t from);

    std::string_view text(std::uint64_t count) {
        requireArchived(count <= rest_.size(), "its list of values ends too early");
        const std::string_view taken = rest_.substr(0, static_cast<std::size_t>(count));
        rest_.remove_prefix(taken.size());
        return taken;
    }
    std::string line() {
        const std::size_t end = rest_.find('\n');
        requireArchived(end != std::string_view::npos, "its list of values ends too early");
        std::string taken(text(end));
        text(1);
        return taken;
    }
    template <typename T>
    T number() {
        T value{};
        std::memcpy(&value, text(sizeof value).data(), sizeof value);
        return value;
    }
    ArchivedValue& make(Kind kind) {
        requireArchived(values_.size() < kMostValues, "it has more values than any model");
        values_.emplace_back().kind = kind;
        push(&values_.back());
        return values_.back();
    }
    void makeWhole(std::int64_t value) { make(Kind::Int).whole = value; }
    void makeTuple(std::size_t from) {
        requireArchived(from <= stack_.size(), "its list of values is damaged");
        std::vector<const ArchivedValue*> items(stack_.begin() + static_cast<std::ptrdiff_t>(from), stack_.end());
        stack_.resize(from);
        make(Kind::Tuple).items = std::move(items);
    }
    void push(ArchivedValue* value) { stack_.push_back(value); }
    ArchivedValue* top() {
        requireArchived(!stack_.empty(), "its list of values is damaged");
        return stack_.back();
    }
    ArchivedValue* pop() {
        ArchivedValue* value = top();
        stack_.pop_back();
        return value;
    }
    std::size_t takeMark() {
        requireArchived(!marks_.empty() && marks_.back() <= stack_.size(), "its list of values is damaged");
        const std::size_t mark = marks_.back();
        marks_.pop_back();
        return mark;
    }

    std::string_view rest_;
    std::deque<ArchivedValue>& values_;
    std::vector<ArchivedValue*> stack_;
    std::vector<std::size_t> marks_;  // sizes of the stack
    std::unordered_map<std::uint64_t, ArchivedValue*> memo_;
};

void Unpickler::step(char code) {
    switch (code) {
        case '\x80': text(1); break;  // protocol
        case '(': marks_.push_back(stack_.size()); break;
        case 'q': store(number<std::uint8_t>()); break;
        case 'r': store(number<std::uint32_t>()); break;
        case 'h': load(number<std::uint8_t>()); break;
        case 'j': load(number<std::uint32_t>()); break;
        case 'N': make(Kind::None); break;
        case '\x88': make(Kind::Bool).whole = 1; break;
        case '\x89': make(Kind::Bool).whole = 0; break;
        case 'K': makeWhole(number<std::uint8_t>()); break;
        case 'M': makeWhole(number<std::uint16_t>()); break;
        case 'J': makeWhole(number<std::int32_t>()); break;
        case '\x8a': {  // as many bytes as it says, the last one's sign counts
            const std::string_view bytes = text(number<std::uint8_t>());
            requireArchived(bytes.size() <= sizeof(std::int64_t), "a number of it is too large");
            std::int64_t value = !bytes.empty() && (bytes.back() & 0x80) != 0 ? -1 : 0;
            std::memcpy(&value, bytes.data(), bytes.size());
            makeWhole(value);
            break;
        }
        case 'G': {  // the only one whose bytes stand the other way round
            std::array<char, sizeof(double)> bytes{};
            std::ranges::reverse_copy(text(bytes.size()), bytes.begin());
            make(Kind::Real).real = std::bit_cast<double>(bytes);
            break;
        }
        case 'X': {
            const std::string_view bytes = text(number<std::uint32_t>());
            make(Kind::Text).text = bytes;
            break;
        }
        case 'c': {
            std::string module = line();
            make(Kind::Name).text = std::move(module) + " " + line();
            break;
        }
        case ')':
        case ']': make(Kind::Tuple); break;
        case 't': makeTuple(takeMark()); break;
        case '\x85': makeTuple(stack_.size() - 1); break;
        case '\x86': makeTuple(stack_.size() - 2); break;
        case '\x87': makeTuple(stack_.size() - 3); break;
        case 'a': fill(stack_.size() - 1); break;
        case 'e': fill(takeMark()); break;
        case '}': make(Kind::Dictionary); break;
        case 's': fill(stack_.size() - 2); break;
        case 'u': fill(takeMark()); break;
        case 'Q': {
            const ArchivedValue* key = pop();
            make(Kind::Storage).items = expect(key, Kind::Tuple).items;
            break;
        }
        case '\x81': {
            pop();  // arguments, of which objects of TorchScript have none
            const std::string name = expect(pop(), Kind::Name).text;
            make(Kind::Object).text = name;
            break;
        }
        case 'R': reduce(); break;
        case 'b': setState(); break;
        default: throw ArchiveError("its list of values has instructions that no model has");
    }
}

// Moves what lies above `from` into the list or dictionary below it.
void Unpickler::fill(std::size_t from) {
    requireArchived(from >= 1 && from <= stack_.size(), "its list of values is damaged");
    ArchivedValue& holder = *stack_[from - 1];
    const bool isDictionary = holder.kind == Kind::Dictionary;
    requireArchived((isDictionary && (stack_.size() - from) % 2 == 0) || holder.kind == Kind::Tuple,
                    "its list of values is damaged");
    holder.items.insert(holder.items.end(), stack_.begin() + static_cast<std::ptrdiff_t>(from), stack_.end());
    stack_.resize(from);
}

void Unpickler::setState() {
    const ArchivedValue* state = pop();
    requireArchived(top()->kind == Kind::Object && !top()->state, "its list of values is damaged");
    top()->state = state;
}

void Unpickler::reduce() {
    const ArchivedValue& arguments = expect(pop(), Kind::Tuple);
    const std::string function = expect(pop(), Kind::Name).text;
    if (function == "collections OrderedDict") {
        make(Kind::Dictionary);
    } else if (function.starts_with("torch._utils _rebuild_")) {
        rebuildTensor(function, arguments);
    } else if (function.starts_with("torch.jit._pickle ")) {
        push(const_cast<ArchivedValue*>(&itemOf(arguments, 0)));  // a list that says what it is a list of
    } else {
        throw ArchiveError("it has values that no model has, of " + function);
    }
}

// (storage, offset, sizes, strides, [quantization,] ...), where the storage is ("storage", class, record, place, count)
// and the quantization (kind, scales, zero points, dimension).
void Unpickler::rebuildTensor(const std::string& function, const ArchivedValue& arguments) {
    const bool isQuantized = function == "torch._utils _rebuild_qtensor";
    requireArchived(isQuantized || function == "torch._utils _rebuild_tensor_v2", "it has tensors of another kind");
    const ArchivedValue& storage = expect(&itemOf(arguments, 0), Kind::Storage);
    ArchivedTensor tensor;
    tensor.type = typeOf(expect(&itemOf(storage, 1), Kind::Name).text);
    tensor.storage = expect(&itemOf(storage, 2), Kind::Text).text;
    tensor.stored = expect(&itemOf(storage, 4), Kind::Int).whole;
    tensor.offset = expect(&itemOf(arguments, 1), Kind::Int).whole;
    tensor.sizes = wholes(itemOf(arguments, 2));
    tensor.strides = wholes(itemOf(arguments, 3));
    checkBounds(tensor);
    if (isQuantized) {
        const ArchivedValue& how = expect(&itemOf(arguments, 4), Kind::Tuple);
        requireArchived(expect(&itemOf(how, 0), Kind::Name).text == "torch per_channel_affine" &&
                            expect(&itemOf(how, 3), Kind::Int).whole == 0,
                        "weights are quantized another way");
        tensor.scales = expect(&itemOf(how, 1), Kind::Tensor).tensor;
        tensor.zeroPoints = expect(&itemOf(how, 2), Kind::Tensor).tensor;
    }
    make(Kind::Tensor).tensor = std::make_shared<const ArchivedTensor>(std::move(tensor));
}

bool isInOrder(const ArchivedTensor& tensor) {
    std::int64_t stride = 1;
    for (std::size_t i = tensor.sizes.size(); i-- > 0;) {
        if (tensor.strides[i] != stride && tensor.sizes[i] != 1) {
            return false;
        }
        stride *= tensor.sizes[i];
    }
    return true;
}

template <typename T>
bool holds(NumberType type) {
    if constexpr (std::is_same_v<T, float>) {
        return type == NumberType::Float;
    } else if constexpr (std::is_same_v<T, double>) {
        return type == NumberType::Double;
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
        return type == NumberType::Int64;
    } else {
        return type == NumberType::Int8 || type == NumberType::QuantizedInt8;
    }
}

std::string recordOf(const ZipArchive& archive, const std::string& name) {
    const ZipRecord* record = archive.find(name);
    requireArchived(record != nullptr, "it lacks " + name);
    auto bytes = archive.read(*record);
    requireArchived(bytes.has_value(), bytes ? std::string() : bytes.error().message);
    return std::move(*bytes);
}

}  // namespace

std::int64_t ArchivedTensor::count() const {
    std::int64_t product = 1;
    for (const std::int64_t size : sizes) {
        product *= size;
    }
    return product;
}

ArchivedModule::ArchivedModule(const ArchivedValue& object) : object_(&object) {
    requireArchived(object.kind == Kind::Object && object.state, "a part of the archive is no object");
}

std::string ArchivedModule::className() const { return object_->text.substr(object_->text.find(' ') + 1); }

const ArchivedValue* ArchivedModule::find(std::string_view name) const {
    const ArchivedValue& state = *object_->state;
    for (std::size_t i = 0; state.kind == Kind::Dictionary && i + 1 < state.items.size(); i += 2) {
        if (state.items[i]->kind == Kind::Text && state.items[i]->text == name) {
            return state.items[i + 1];
        }
    }
    return nullptr;
}

const ArchivedValue& ArchivedModule::attribute(std::string_view name, Kind kind) const {
    const ArchivedValue* value = find(name);
    requireArchived(value && value->kind == kind, className() + " has no such " + std::string(name));
    return *value;
}

bool ArchivedModule::has(std::string_view name) const { return find(name) != nullptr; }

bool ArchivedModule::isNone(std::string_view name) const {
    const ArchivedValue* value = find(name);
    return value && value->kind == Kind::None;
}

ArchivedModule ArchivedModule::part(std::string_view name) const {
    return ArchivedModule(attribute(name, Kind::Object));
}

std::vector<ArchivedModule> ArchivedModule::children() const {
    std::vector<ArchivedModule> found;
    const ArchivedValue& state = *object_->state;
    for (std::size_t i = 1; state.kind == Kind::Dictionary && i < state.items.size(); i += 2) {
        if (state.items[i]->kind == Kind::Object) {
            found.emplace_back(*state.items[i]);
        }
    }
    return found;
}

const ArchivedTensor& ArchivedModule::tensor(std::string_view name) const {
    return *attribute(name, Kind::Tensor).tensor;
}

double ArchivedModule::real(std::string_view name) const { return attribute(name, Kind::Real).real; }

std::int64_t ArchivedModule::whole(std::string_view name) const { return attribute(name, Kind::Int).whole; }

bool ArchivedModule::flag(std::string_view name) const { return attribute(name, Kind::Bool).whole != 0; }

std::size_t ArchivedModule::itemCount() const {
    return object_->state->kind == Kind::Tuple ? object_->state->items.size() : 0;
}

Kind ArchivedModule::itemKind(std::size_t index) const {
    return itemOf(expect(object_->state, Kind::Tuple), index).kind;
}

const ArchivedValue& ArchivedModule::item(std::size_t index, Kind kind) const {
    return expect(&itemOf(expect(object_->state, Kind::Tuple), index), kind);
}

ModuleArchive::ModuleArchive(const ZipArchive& archive, std::string folder)
    : archive_(archive), folder_(std::move(folder)) {
    const ZipRecord* pickle = archive.find(folder_ + "data.pkl");
    requireArchived(pickle && pickle->unpacked <= kMostPickleBytes, "it has no list of values, or a far too long one");
    if (archive.find(folder_ + "byteorder")) {
        requireArchived(recordOf(archive, folder_ + "byteorder") == "little", "its numbers are stored big end first");
    }
    const std::string bytes = recordOf(archive, folder_ + "data.pkl");
    root_ = Unpickler(bytes, values_).run();
}

template <typename T>
std::vector<T> ModuleArchive::values(const ArchivedTensor& tensor) const {
    requireArchived(holds<T>(tensor.type), "a weight has numbers of another kind");
    const std::string bytes = recordOf(archive_, folder_ + "data/" + tensor.storage);
    // No product, which could overflow.
    requireArchived(static_cast<std::uint64_t>(tensor.stored) == bytes.size() / sizeof(T),
                    "a weight claims more numbers than it has");
    std::vector<T> result(static_cast<std::size_t>(tensor.count()));
    if (isInOrder(tensor)) {
        if (!result.empty()) {
            std::memcpy(result.data(), bytes.data() + static_cast<std::size_t>(tensor.offset) * sizeof(T),
                        result.size() * sizeof(T));
        }
        return result;
    }
    std::vector<std::int64_t> index(tensor.sizes.size());
    std::int64_t from = tensor.offset;
    for (T& value : result) {
        std::memcpy(&value, bytes.data() + static_cast<std::size_t>(from) * sizeof(T), sizeof(T));
        for (std::size_t i = index.size(); i-- > 0;) {
            from += tensor.strides[i];
            if (++index[i] < tensor.sizes[i]) {
                break;
            }
            from -= tensor.strides[i] * tensor.sizes[i];
            index[i] = 0;
        }
    }
    return result;
}

template std::vector<float> ModuleArchive::values(const ArchivedTensor&) const;
template std::vector<double> ModuleArchive::values(const ArchivedTensor&) const;
template std::vector<std::int64_t> ModuleArchive::values(const ArchivedTensor&) const;
template std::vector<std::int8_t> ModuleArchive::values(const ArchivedTensor&) const;

std::vector<float> ModuleArchive::floats(const ArchivedTensor& tensor, std::int64_t count) const {
    requireArchived(tensor.count() == count,
                    "a weight has " + std::to_string(tensor.count()) + " numbers, not " + std::to_string(count));
    if (tensor.type == NumberType::Double) {
        const auto wide = values<double>(tensor);
        return {wide.begin(), wide.end()};  // rounded as LibTorch does
    }
    return values<float>(tensor);
}

}  // namespace sightline
