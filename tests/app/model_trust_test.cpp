// Bundles that somebody else made: asked for first, and tried where they can do no harm. Their archives are written by
// hand, as nobody's exporter would.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "core/inference/bundle.h"
#include "core/inference/bundle_check.h"
#include "tests/app/program.h"
#include "tests/support/zip_writer.h"

namespace sightline {
namespace {

using test::Outcome;
using test::ZipRecord;

const std::string kCat = test::sourceFile("tests/data/cat.jpg");

std::string pickled(const std::string& text) { return "X" + test::littleEndian(text.size(), 4) + text; }

// An object of class M with one attribute more than it needs, perhaps.
std::string object(const std::string& attributes = {}) {
    return "\x80\x02"
           "c__torch__\nM\n)\x81}(" +
           pickled("training") + "\x89" + attributes + "ub.";
}

// A thousand numbers, of which the archive may have fewer.
std::string weight() {
    return pickled("weight") + "ctorch._utils\n_rebuild_tensor_v2\n((" + pickled("storage") + "ctorch\nFloatStorage\n" +
           pickled("0") + pickled("cpu") + "M\xe8\x03tQK" + std::string(1, '\0') + "(M\xe8\x03t(K\x01t\x89" +
           "ccollections\nOrderedDict\n)RtR";
}

struct Part {
    std::string methods;     // of class M
    std::string attributes;  // declared, beside `training`
    std::string state = object();
    std::string numbers;  // of the weight
};

std::vector<ZipRecord> archive(const Part& part) {
    const std::string code = "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n" +
                             part.attributes + part.methods;
    std::vector<ZipRecord> records{{"m/data.pkl", part.state, {}, 0},
                                   {"m/code/__torch__.py", code, {}, 0},
                                   {"m/constants.pkl", "\x80\x02).", {}, 0},
                                   {"m/version", "10\n", {}, 0},
                                   {"m/byteorder", "little", {}, 0}};
    if (!part.numbers.empty()) {
        records.push_back({"m/data/0", part.numbers, {}, 0});
    }
    return records;
}

std::string method(const std::string& head, const std::string& body) {
    return "  def " + head + " -> Tensor:\n" + body;
}

const std::string kEncode = method("encode(self: __torch__.M, pixels: Tensor)", "    return torch.zeros([1, 1, 1])\n");
const std::string kPrefill =
    method("prefill(self: __torch__.M, features: Tensor)", "    return torch.zeros([1, 2, 1, 1, 1, 4])\n");
const std::string kStep = method("step(self: __torch__.M, tokens: Tensor, length: int, cache: Tensor)",
                                 "    return torch.zeros([torch.size(tokens, 0), 8])\n");

// `body` makes an x, which is used: what is not would be left out when the code is compiled.
std::string encodeAnd(const std::string& body) {
    return method("encode(self: __torch__.M, pixels: Tensor)",
                  body + "    return torch.add(torch.zeros([1, 1, 1]), torch.mean(x))\n");
}

// Captions every picture with its first token.
std::string bundle(const Part& encoder = {kEncode, {}, object(), {}}, const std::string& name = "tiny") {
    nlohmann::json manifest = nlohmann::json::parse(R"({
        "format": "sightline-bundle", "version": 2, "name": "tiny", "family": "imported", "architecture": "none",
        "precision": "fp32", "engines": {"encoder": "", "decoder": ""},
        "input": {"size": 32, "resizing": "squash", "resized": 32, "filter": "bicubic", "colour": "RGB"},
        "cache": {"layers": 1, "heads": 1, "prefix": 1, "width": 4, "prefix_rows": "all"},
        "vocabulary_size": 8, "special_tokens": {"bos": 1, "eos": 2}, "prompt": [], "max_tokens": 3,
        "tokenizer": {"kind": "WordPiece", "cleans_up": false},
        "search": {"beams": 1, "length_penalty": 1.0, "rules": "transformers", "early_stopping": false},
        "licence": "none", "training_data": "none"})");
    manifest["name"] = name;
    auto records = archive({kPrefill + kStep, {}, object(), {}});
    records.push_back({"m/extra/encoder.pt", test::zipFile(archive(encoder)), {}, 0});
    records.push_back({"m/extra/vocabulary.json",
                       R"({"tokens": ["IG1vdXNl", "", "", "YQ==", "YQ==", "YQ==", "YQ==", "YQ=="]})",
                       {},
                       0});
    manifest["sha256"] = test::contentDigest(records);
    records.push_back({"m/extra/manifest.json", manifest.dump(), {}, 0});
    return test::zipFile(records);
}

class TriedBundle : public testing::Test {
protected:
    std::string whyRefused(const Part& encoder, const BundleCheckLimits& limits) {
        test::writeBytes(path_, bundle(encoder));
        const auto checked = checkBundle(SIGHTLINE_PROGRAM, path_, limits);
        EXPECT_FALSE(checked);
        if (checked) {
            return {};
        }
        EXPECT_EQ(checked.error().code, ErrorCode::Model);
        EXPECT_NE(checked.error().message.find(path_.string()), std::string::npos);
        return checked.error().message + " " + checked.error().detail;
    }

    void expectRefused(const Part& encoder, const std::string& why) {
        const std::string said = whyRefused(encoder, limitsOf(path_));
        EXPECT_NE(said.find(why), std::string::npos) << said;
    }

    const test::TemporaryFolder folder_;
    const std::filesystem::path path_ = folder_.file("bundle.pt");
};

TEST_F(TriedBundle, ASoundOneIsFine) {
    test::writeBytes(path_, bundle());
    const auto checked = checkBundle(SIGHTLINE_PROGRAM, path_, limitsOf(path_));
    EXPECT_TRUE(checked) << checked.error().message << checked.error().detail;
    const auto shipped = test::sourceFile("models/sightline-base.pt");
    const auto ours = checkBundle(SIGHTLINE_PROGRAM, shipped, limitsOf(shipped));
    EXPECT_TRUE(ours) << ours.error().message << ours.error().detail;
}

TEST_F(TriedBundle, ALoopIsRefusedWithoutRunningIt) {
    expectRefused({encodeAnd("    x = pixels\n    while True:\n      x = torch.add(x, x)\n"), {}, object(), {}},
                  "a loop of another kind");
    expectRefused({encodeAnd("    x = pixels\n    for i in range(9):\n      x = torch.add(x, x)\n"), {}, object(), {}},
                  "a loop that computes tensors");
}

// Two calls of a method that makes two calls, and so on.
TEST_F(TriedBundle, CodeThatTakesForEverIsGivenUp) {
    std::string methods = method("f0(self: __torch__.M, x: Tensor)", "    return torch.add(x, x)\n");
    for (int i = 1; i < 48; ++i) {
        const std::string inner = "(self).f" + std::to_string(i - 1);
        methods += method("f" + std::to_string(i) + "(self: __torch__.M, x: Tensor)",
                          "    return " + inner + "(" + inner + "(x, ), )\n");
    }
    const std::string said = whyRefused({methods + encodeAnd("    x = (self).f47(pixels, )\n"), {}, object(), {}},
                                        {20'000'000'000, std::chrono::seconds(2)});
    EXPECT_NE(said.find("made no caption within 2 s"), std::string::npos) << said;
}

TEST_F(TriedBundle, CodeThatWantsAllMemoryIsRefused) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    GTEST_SKIP() << "skipped: memory is not bounded under a sanitizer";
#endif
    expectRefused({encodeAnd("    x = torch.zeros([100000, 100000])\n"), {}, object(), {}},
                  "asks for more than 1000 MB of memory");
}

TEST_F(TriedBundle, FilesAreNeitherReadNorWritten) {
    const auto written = folder_.file("written");
    expectRefused({encodeAnd("    x = torch.from_file(\"/etc/hostname\", None, 4)\n"), {}, object(), {}},
                  "aten::from_file");
    // Code that runs while the file is loaded.
    const std::string state =
        "  def __getstate__(self: __torch__.M) -> int:\n    return 1\n"
        "  def __setstate__(self: __torch__.M, state: int) -> NoneType:\n"
        "    self.training = True\n    torch.save(1, \"" +
        written.string() + "\")\n    return None\n";
    expectRefused({state + kEncode,
                   {},
                   "\x80\x02"
                   "c__torch__\nM\n)\x81K\x01"
                   "b.",
                   {}},
                  "aten::save");
    EXPECT_FALSE(std::filesystem::exists(written));
}

TEST_F(TriedBundle, AWeightThatClaimsMoreThanTheFileHasIsRefused) {
    const std::string declared = "  weight : Tensor\n";
    expectRefused({kEncode, declared, object(weight()), std::string(400, '\0')}, "claims more numbers");
    test::writeBytes(path_, bundle({kEncode, declared, object(weight()), std::string(4000, '\0')}));
    const auto whole = checkBundle(SIGHTLINE_PROGRAM, path_, limitsOf(path_));
    EXPECT_TRUE(whole) << whole.error().message << whole.error().detail;
}

TEST_F(TriedBundle, OtherObjectsOfLibTorchAreRefused) {
    const std::string native =
        "c__torch__.torch.classes.quantized\nEmbeddingPackedParamsBase\n)\x81K\x01"
        "b";
    expectRefused({kEncode, {}, object(pickled("other") + native), {}}, "EmbeddingPackedParamsBase");
}

TEST_F(TriedBundle, OneThatCrashesTheTrialIsRefused) {
    // The parser of LibTorch goes as deep as the text does.
    const std::string deep = "    x = " + std::string(3'000'000, '(') + "pixels" + std::string(3'000'000, ')') + "\n";
    const std::string said = whyRefused({encodeAnd(deep), {}, object(), {}}, limitsOf(path_));
    EXPECT_NE(said.find("The model "), std::string::npos) << said;
}

// The program, with settings that stay from one start to the next.
class ForeignModel : public testing::Test {
protected:
    Outcome run(const std::string& arguments) const { return test::runIn(folder_, arguments); }

    const test::TemporaryFolder folder_;
    const std::filesystem::path path_ = folder_.file("tiny.pt");
    const std::string model_ = "--model " + path_.string() + " ";
};

TEST_F(ForeignModel, IsRefusedUntilTheUserTrustsIt) {
    test::writeBytes(path_, bundle());
    for (const std::string command : {"caption ", "bench threads --quick ", "bench engine "}) {
        const Outcome refused = run(command + model_ + (command == "caption " ? kCat : ""));
        EXPECT_EQ(refused.code, 3) << command << refused.err;
        EXPECT_NE(refused.err.find("add --trust-model"), std::string::npos) << refused.err;
    }
    const Outcome trusted = run("caption --trust-model " + model_ + kCat);
    EXPECT_EQ(trusted.code, 0) << trusted.err;
    EXPECT_NE(trusted.out.find("Mouse"), std::string::npos) << trusted.out;
    const Outcome later = run("caption " + model_ + kCat);
    EXPECT_EQ(later.code, 0) << later.err;
    EXPECT_EQ(later.out, trusted.out);

    test::writeBytes(path_, bundle({kEncode, {}, object(), {}}, "other"));
    const Outcome other = run("caption " + model_ + kCat);
    EXPECT_EQ(other.code, 3) << "another model under the old name: " << other.err;
}

TEST_F(ForeignModel, TrustDoesNotHelpOneThatDoesHarm) {
    test::writeBytes(path_,
                     bundle({encodeAnd("    x = torch.from_file(\"/etc/hostname\", None, 4)\n"), {}, object(), {}}));
    const Outcome refused = run("caption --trust-model " + model_ + kCat);
    EXPECT_EQ(refused.code, 3) << refused.err;
    EXPECT_NE(refused.err.find("aten::from_file"), std::string::npos) << refused.err;
    const Outcome again = run("caption " + model_ + kCat);
    EXPECT_NE(again.err.find("add --trust-model"), std::string::npos) << "nothing is remembered: " << again.err;
}

TEST_F(ForeignModel, VersionTellsThatTheShippedOneIsVerified) {
    const Outcome version = run("--version");
    EXPECT_NE(version.out.find(", verified"), std::string::npos) << version.out;
}

}  // namespace
}  // namespace sightline
