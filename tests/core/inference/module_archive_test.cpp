#include "core/inference/module_archive.h"

#include <array>
#include <bit>
#include <cstring>

#include <gtest/gtest.h>

#include "core/inference/bundle.h"
#include "core/inference/decoder_weights.h"
#include "core/inference/encoder_weights.h"
#include "tests/support/fixtures.h"
#include "tests/support/zip_writer.h"

namespace sightline {
namespace {

// Instructions of pickle, as TorchScript writes them.
std::string name(const std::string& module, const std::string& of) { return "c" + module + "\n" + of + "\n"; }
std::string text(const std::string& value) { return "X" + test::littleEndian(value.size(), 4) + value; }
std::string whole(unsigned value) { return "J" + test::littleEndian(value, 4); }
std::string tuple(const std::string& items) { return "(" + items + "t"; }
std::string object(const std::string& of, const std::string& members) {
    return name("__torch__.layers", of) + ")\x81}(" + members + "ub";
}

struct TensorText {
    std::string storage = "FloatStorage";
    unsigned stored = 6;
    unsigned offset = 0;
    std::string sizes = whole(2) + whole(3);
    std::string strides = whole(3) + whole(1);
};

std::string tensor(const TensorText& is, const std::string& record) {
    const std::string storage =
        tuple(text("storage") + name("torch", is.storage) + text(record) + text("cpu") + whole(is.stored)) + "Q";
    return name("torch._utils", "_rebuild_tensor_v2") +
           tuple(storage + whole(is.offset) + tuple(is.sizes) + tuple(is.strides) + "\x89" +
                 name("collections", "OrderedDict") + ")R") +
           "R";
}

std::string pickle(const std::string& value) { return "\x80\x02" + value + "."; }

template <typename T>
std::string bytes(const std::vector<T>& numbers) {
    return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)};
}

const std::string kSixFloats = bytes<float>({1, 2, 3, 4, 5, 6});

// A file with its archive; `use` gets both parsed.
template <typename Use>
void withArchive(const std::string& pickled, const std::string& content, const Use& use) {
    const std::string file = test::zipFile({{"a/data.pkl", pickled, {}, 0}, {"a/data/0", content, {}, 0}});
    const auto zip = ZipArchive::open(file.size(), bytesOf(file));
    ASSERT_TRUE(zip);
    use(ModuleArchive(*zip, folderOf(*zip)));
}

void expectRefused(const std::string& pickled, const std::string& content, const std::string& why) {
    try {
        withArchive(pickled, content, [](const ModuleArchive& archive) {
            const ArchivedTensor weight = archive.root().tensor("weight");
            EXPECT_FALSE(archive.values<float>(weight).empty());
        });
        ADD_FAILURE() << "was taken, though " << why;
    } catch (const ArchiveError& error) {
        EXPECT_NE(std::string(error.what()).find(why), std::string::npos) << error.what();
    }
}

TEST(ModuleArchive, AttributesHaveTheirKinds) {
    const std::string real = "G" + std::string("\x3f\xe0\0\0\0\0\0\0", 8);
    const std::string inner = object("Inner", text("deep") + "\x88");
    const std::string large = "\x8a\x05" + test::littleEndian(5'000'000'000, 5);
    const std::string members = text("count") + "K\x07" + text("scale") + real + text("none") + "N" + text("inner") +
                                inner + text("large") + large + text("less") + "\x8a\x01\xff" + text("many") +
                                "M\x01\x02";
    withArchive(pickle(object("Outer", members)), {}, [](const ModuleArchive& archive) {
        const ArchivedModule root = archive.root();
        EXPECT_EQ(root.className(), "Outer");
        EXPECT_EQ(root.whole("count"), 7);
        EXPECT_EQ(root.whole("many"), 0x201);
        EXPECT_EQ(root.whole("large"), 5'000'000'000);
        EXPECT_EQ(root.whole("less"), -1);
        EXPECT_EQ(root.real("scale"), 0.5);
        EXPECT_TRUE(root.isNone("none"));
        EXPECT_FALSE(root.has("other"));
        EXPECT_EQ(root.part("inner").className(), "Inner");
        EXPECT_TRUE(root.part("inner").flag("deep"));
        EXPECT_EQ(root.children().size(), 1U);
        EXPECT_THROW(root.whole("scale"), ArchiveError);
        EXPECT_THROW(root.real("other"), ArchiveError);
        EXPECT_THROW(root.part("none"), ArchiveError);
    });
}

TEST(ModuleArchive, WeightsAreReadInTheOrderOfTheirDimensions) {
    const auto values = [](const TensorText& is) {
        std::vector<float> found;
        withArchive(
            pickle(object("Layer", text("weight") + tensor(is, "0"))), kSixFloats,
            [&](const ModuleArchive& archive) { found = archive.values<float>(archive.root().tensor("weight")); });
        return found;
    };
    EXPECT_EQ(values({}), (std::vector<float>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(values({.sizes = whole(3) + whole(2), .strides = whole(1) + whole(3)}),
              (std::vector<float>{1, 4, 2, 5, 3, 6}));
    EXPECT_EQ(values({.offset = 2, .sizes = whole(2), .strides = whole(2)}), (std::vector<float>{3, 5}));
    EXPECT_EQ(values({.offset = 5, .sizes = {}, .strides = {}}), std::vector<float>{6});
    EXPECT_EQ(values({.offset = 6, .sizes = whole(0), .strides = whole(1)}), std::vector<float>{});
}

TEST(ModuleArchive, WeightsThatClaimMoreThanThereIsAreRefused) {
    const auto refused = [](const TensorText& is, const std::string& content = kSixFloats) {
        expectRefused(pickle(object("Layer", text("weight") + tensor(is, "0"))), content,
                      "a weight claims more numbers than it has");
    };
    refused({.sizes = whole(2) + whole(4)});
    refused({.offset = 1});
    refused({.offset = 7, .sizes = whole(1), .strides = whole(1)});
    refused({.sizes = whole(2) + whole(3), .strides = whole(0) + whole(4)});
    refused({.sizes = whole(7), .strides = whole(0)});  // one number, over and over
    refused({.sizes = whole(2'000'000'000) + whole(2'000'000'000)});
    refused({.sizes = whole(0x80000000U), .strides = whole(1)});  // a negative one
    refused({.stored = 7});
    refused({}, kSixFloats.substr(4));
    expectRefused(pickle(object("Layer", text("weight") + tensor({.storage = "ByteStorage"}, "0"))), kSixFloats,
                  "numbers of another kind");
    expectRefused(pickle(object("Layer", text("weight") + tensor({}, "1"))), kSixFloats, "it lacks a/data/1");
}

TEST(ModuleArchive, WhatNoModelHasIsRefused) {
    expectRefused(pickle(name("posix", "system") + tuple(text("true")) + "R"), {}, "values that no model has");
    expectRefused(pickle("V" + std::string("x\n")), {}, "instructions that no model has");
    expectRefused(pickle("K\x01"), {}, "no object");
    expectRefused(pickle("h\x05"), {}, "names one that is not there");
    expectRefused(pickle("b"), {}, "damaged");
    expectRefused(pickle("\x86"), {}, "damaged");
    expectRefused(pickle("t"), {}, "damaged");
    expectRefused("\x80\x02", {}, "ends too early");
    expectRefused(pickle(object("Layer", text("weight") + "N")), {}, "no such weight");
    std::string many = "\x80\x02(";
    for (int i = 0; i < 600'000; ++i) {
        many += 'N';
    }
    expectRefused(many + "t.", {}, "more values than any model");
}

// A list within itself, as pickle allows: nobody follows it for ever.
TEST(ModuleArchive, AValueMayHoldItself) {
    withArchive(pickle(object("Layer", text("self") + "]q\x01h\x01"
                                                      "a")),
                {}, [](const ModuleArchive& archive) { EXPECT_TRUE(archive.root().has("self")); });
}

// Every byte wrong in turn: an answer or an ArchiveError, and no reading outside (the sanitizers look).
TEST(ModuleArchive, AnyByteMayBeWrong) {
    const std::string sound = pickle(
        object("Layer", text("weight") + tensor({}, "0") + text("inner") + object("Inner", text("deep") + "\x88")));
    int refused = 0;
    for (std::size_t at = 0; at < sound.size(); ++at) {
        for (const char value : {'\0', '\x7f', '\xff', 'R', '(', 'u'}) {
            std::string changed = sound;
            changed[at] = value;
            try {
                withArchive(changed, kSixFloats, [](const ModuleArchive& archive) {
                    const ArchivedTensor weight = archive.root().tensor("weight");
                    EXPECT_EQ(std::ssize(archive.values<float>(weight)), weight.count());
                });
            } catch (const ArchiveError&) {
                ++refused;
            }
        }
    }
    EXPECT_GT(refused, static_cast<int>(sound.size()));
}

TEST(ModuleArchive, TheShippedModelIsRead) {
    const auto bundle = readBundle(test::sourceFile("models/sightline-base.pt"));
    ASSERT_TRUE(bundle);
    const auto inside = ZipArchive::open(bundle->encoder.size(), bytesOf(bundle->encoder));
    ASSERT_TRUE(inside);
    const EncoderWeights encoder = encoderWeights(ModuleArchive(*inside, folderOf(*inside)));
    ASSERT_FALSE(encoder.backbones.empty());
    EXPECT_EQ(encoder.backbones[0].stem.inputs, 3);
    const ModuleArchive decoder(bundle->archive, bundle->folder);
    EXPECT_EQ(decoder.root().className(), "DecoderNetwork");
    const DecoderWeights weights = decoderWeights(decoder, bundle->manifest, SimdPath::Portable);
    EXPECT_EQ(static_cast<int>(weights.blocks.size()), bundle->manifest.layers);
    EXPECT_EQ(prefillWeights(decoder, bundle->manifest, SimdPath::Portable).blocks.size(), weights.blocks.size());
}

}  // namespace
}  // namespace sightline
