// Damaged files in great number: whatever stands in one, reading ends with a sound track or an error.
#include <random>

#include <gtest/gtest.h>

#include "core/subtitles/subtitle_format.h"
#include "core/subtitles/text_encoding.h"
#include "tests/core/subtitles/sample_track.h"
#include "tests/core/subtitles/soundness.h"

namespace sightline {
namespace {

constexpr int kMutations = 600;  // of each format

std::string mutated(std::string bytes, std::mt19937& random) {
    const auto below = [&random](std::size_t limit) {
        return static_cast<std::size_t>(random() % std::max<std::size_t>(limit, 1));
    };
    // What has a meaning somewhere.
    const std::string pieces[] = {"\n\n",
                                  "\r",
                                  "-->",
                                  "99999999999999999999",
                                  "-1",
                                  "1e999",
                                  "NaN",
                                  "<",
                                  ">",
                                  "&",
                                  "\"",
                                  "{",
                                  "}",
                                  "[",
                                  "]",
                                  "\\",
                                  ",",
                                  ":",
                                  "\xff",
                                  "\xc3",
                                  "\xef\xbb\xbf",
                                  std::string(1, '\0'),
                                  "<!--",
                                  "<![CDATA[",
                                  "&#x110000;",
                                  "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>",
                                  "&e;",
                                  std::string(400, '<'),
                                  std::string(400, '['),
                                  "null"};
    for (std::size_t changes = 1 + below(4); changes > 0 && !bytes.empty(); --changes) {
        const std::size_t at = below(bytes.size());
        const std::size_t length = below(std::min<std::size_t>(bytes.size() - at, 60));
        switch (below(6)) {
            case 0: bytes[at] = static_cast<char>(random()); break;
            case 1: bytes.erase(at, length); break;
            case 2: bytes.insert(at, pieces[below(std::size(pieces))]); break;
            case 3: bytes.insert(below(bytes.size()), bytes.substr(at, length)); break;
            case 4: bytes.replace(at, length, pieces[below(std::size(pieces))]); break;
            default: bytes.resize(below(8) == 0 ? at : bytes.size()); break;
        }
    }
    return bytes;
}

void expectSound(const Result<SubtitleReading>& reading) {
    if (!reading) {
        EXPECT_FALSE(reading.error().message.empty());
        return;
    }
    EXPECT_EQ(test::whyUnsound(*reading), "");
}

class MutatedFiles : public testing::TestWithParam<const SubtitleFormat*> {};

INSTANTIATE_TEST_SUITE_P(Subtitles, MutatedFiles,
                         testing::ValuesIn(subtitleFormats().begin(), subtitleFormats().end()));

TEST_P(MutatedFiles, GiveASoundTrackOrAnError) {
    std::mt19937 random(20'240'501);
    auto texts = test::hardTexts();
    texts.pop_back();  // 5000 times the same letter would take most of the hits
    const std::string sound = GetParam()->write(test::trackOf(texts));
    int read = 0;
    for (int i = 0; i < kMutations; ++i) {
        const std::string bytes = mutated(sound, random);
        SCOPED_TRACE(i);
        expectSound(GetParam()->read(bytes));
        if (const auto text = decodeText(bytes)) {
            const auto reading = GetParam()->read(text->utf8);
            expectSound(reading);
            read += reading ? 1 : 0;
        }
    }
    // Otherwise the mutations are so coarse that they test little.
    EXPECT_GT(read, kMutations / 20);
}

TEST_P(MutatedFiles, CutAnywhereGiveASoundTrackOrAnError) {
    const std::string sound = GetParam()->write(test::trackOf({"a dog", "שלום", "two\nlines & <b>more</b>"}));
    for (std::size_t length = 0; length < sound.size(); ++length) {
        SCOPED_TRACE(length);
        expectSound(GetParam()->read(sound.substr(0, length)));
    }
}

}  // namespace
}  // namespace sightline
