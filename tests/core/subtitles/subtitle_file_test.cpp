#include "core/subtitles/subtitle_file.h"

#include <gtest/gtest.h>

#include "core/subtitles/text_encoding.h"
#include "tests/core/subtitles/reading.h"
#include "tests/core/subtitles/sample_track.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

using test::Cues;
using test::cuesOf;

constexpr const char* kSrt = "1\n00:00:01,000 --> 00:00:02,000\n";

std::string utf16(std::u16string_view text, bool bigEndian) {
    std::string bytes;
    for (const char16_t unit : text) {
        const char high = static_cast<char>(unit >> 8U);
        const char low = static_cast<char>(unit & 0xffU);
        bytes += bigEndian ? high : low;
        bytes += bigEndian ? low : high;
    }
    return bytes;
}

// Reads the bytes as a file of that name; fails the test when there is an error.
SubtitleFile readBytesAs(const std::string& name, const std::string& bytes) {
    const test::TemporaryFolder folder;
    test::writeBytes(folder.file(name), bytes);
    auto file = readSubtitleFile(folder.file(name));
    EXPECT_TRUE(file) << file.error().message;
    return file ? *file : SubtitleFile();
}

Error errorOf(const std::string& name, const std::string& bytes) {
    const test::TemporaryFolder folder;
    test::writeBytes(folder.file(name), bytes);
    const auto file = readSubtitleFile(folder.file(name));
    EXPECT_FALSE(file);
    return file ? Error() : file.error();
}

TEST(SubtitleFile, WhatIsWrittenIsReadInEveryFormat) {
    const test::TemporaryFolder folder;
    for (const SubtitleFormat* format : subtitleFormats()) {
        const auto path = folder.file(std::string(format->name()) + "." + std::string(format->extension()));
        ASSERT_TRUE(writeSubtitleFile(test::trackOf({"ein Hund läuft", "שלום"}), path, *format));
        const auto file = readSubtitleFile(path);
        ASSERT_TRUE(file) << file.error().message;
        EXPECT_EQ(file->format, format);
        EXPECT_EQ(file->encoding, "UTF-8");
        EXPECT_EQ(cuesOf(file->reading), (Cues{"0-1000 ein Hund läuft", "1000-2000 שלום"})) << format->name();
    }
}

TEST(SubtitleFile, TheContentSaysTheFormatWhereTheExtensionLies) {
    const test::TemporaryFolder folder;
    for (const SubtitleFormat* format : subtitleFormats()) {
        for (const char* name : {"lying.srt", "lying.vtt", "lying.xml", "no extension"}) {
            ASSERT_TRUE(writeSubtitleFile(test::trackOf({"a dog"}), folder.file(name), *format));
            const auto file = readSubtitleFile(folder.file(name));
            ASSERT_TRUE(file) << file.error().message;
            EXPECT_EQ(file->format, format) << name;
        }
    }
}

TEST(SubtitleFile, AByteOrderMarkNamesTheEncoding) {
    const std::u16string text = u"1\n00:00:01,000 --> 00:00:02,000\nשלום 🐕 ä\n";
    const Cues expected{"1000-2000 שלום 🐕 ä"};
    for (const auto& [encoding, bytes] : {std::pair("UTF-8", std::string("\xef\xbb\xbf") + kSrt + "שלום 🐕 ä\n"),
                                          std::pair("UTF-16LE", "\xff\xfe" + utf16(text, false)),
                                          std::pair("UTF-16BE", "\xfe\xff" + utf16(text, true))}) {
        const auto file = readBytesAs("a.srt", bytes);
        EXPECT_EQ(file.encoding, encoding);
        EXPECT_EQ(cuesOf(file.reading), expected) << encoding;
    }
}

TEST(SubtitleFile, Utf16WithoutAMarkIsFound) {
    const std::u16string text = u"1\r\n00:00:01,000 --> 00:00:02,000\r\n一只狗在海滩上奔跑\r\n";
    for (const bool bigEndian : {false, true}) {
        const auto file = readBytesAs("a.srt", utf16(text, bigEndian));
        EXPECT_EQ(file.encoding, bigEndian ? "UTF-16BE" : "UTF-16LE");
        EXPECT_EQ(cuesOf(file.reading), Cues{"1000-2000 一只狗在海滩上奔跑"});
    }
}

TEST(SubtitleFile, WesternEuropeanTextIsFound) {
    const auto file = readBytesAs("a.srt", std::string(kSrt) +
                                               "Der gro\xdf"
                                               "e Hund l\xe4uft \xfc"
                                               "ber den gr\xfcnen H\xfcgel, f\xfcr f\xfcnf \x80\n");
    EXPECT_EQ(cuesOf(file.reading), Cues{"1000-2000 Der große Hund läuft über den grünen Hügel, für fünf €"});
}

TEST(SubtitleFile, CyrillicTextIsFound) {
    // "Собака бежит по пляжу, а кошка сидит на окне и смотрит на море" in Windows-1251.
    const auto file =
        readBytesAs("a.srt", std::string(kSrt) +
                                 "\xd1\xee\xe1\xe0\xea\xe0 \xe1\xe5\xe6\xe8\xf2 \xef\xee \xef\xeb\xff\xe6\xf3, \xe0 "
                                 "\xea\xee\xf8\xea\xe0 \xf1\xe8\xe4\xe8\xf2 \xed\xe0 \xee\xea\xed\xe5 \xe8 "
                                 "\xf1\xec\xee\xf2\xf0\xe8\xf2 \xed\xe0 \xec\xee\xf0\xe5\n");
    EXPECT_EQ(file.encoding, "WINDOWS-1251");
    EXPECT_EQ(cuesOf(file.reading), Cues{"1000-2000 Собака бежит по пляжу, а кошка сидит на окне и смотрит на море"});
}

TEST(SubtitleFile, HebrewTextIsFoundWithItsLastLetter) {
    // Windows-1255, where a letter may be followed by its points.
    const auto file = readBytesAs(
        "a.srt", std::string(kSrt) +
                     "\xe4\xeb\xec\xe1 \xf8\xf5 \xf2\xec \xe4\xe7\xe5\xf3 \xe5\xe4\xe7\xfa\xe5\xec \xe9\xe5\xf9\xe1 "
                     "\xf2\xec \xe0\xe3\xef \xe4\xe7\xec\xe5\xef \xe5\xee\xf1\xfa\xeb\xec \xf2\xec \xe4\xe9\xed");
    EXPECT_EQ(file.encoding, "WINDOWS-1255");
    EXPECT_EQ(cuesOf(file.reading), Cues{"1000-2000 הכלב רץ על החוף והחתול יושב על אדן החלון ומסתכל על הים"});
}

TEST(SubtitleFile, ShortPolishTextWithLettersOfWindowsIsWindows) {
    const auto file = readBytesAs("a.srt", std::string(kSrt) +
                                               "\x8frebi\xea\n\n2\n00:00:03,000 --> 00:00:04,000\n"
                                               "\xa3\xf3"
                                               "d\x9f na jeziorze\n");
    EXPECT_EQ(file.encoding, "WINDOWS-1250");
    EXPECT_EQ(cuesOf(file.reading), (Cues{"1000-2000 Źrebię", "3000-4000 Łódź na jeziorze"}));
}

TEST(SubtitleFile, AnXmlDeclarationNamesTheEncoding) {
    const auto file =
        readBytesAs("a.ttml",
                    "<?xml version=\"1.0\" encoding=\"ISO-8859-2\"?><tt><body><div><p begin=\"1s\" end=\"2s\">ma\xb3y "
                    "pies</p></div></body></tt>");
    EXPECT_EQ(file.encoding, "ISO-8859-2");
    EXPECT_EQ(cuesOf(file.reading), Cues{"1000-2000 mały pies"});
}

TEST(SubtitleFile, ACharacterCutOffAtTheEndIsReplaced) {
    const auto file = readBytesAs("a.srt", std::string(kSrt) + "für immer \xe2\x82");
    EXPECT_EQ(file.encoding, "UTF-8");
    EXPECT_EQ(cuesOf(file.reading), Cues{"1000-2000 für immer ��"});
}

TEST(SubtitleFile, OneDamagedByteLeavesUtf8AsItIsAndIsTold) {
    for (const char* after : {"跑", "", "\n\n2\n00:00:03,000 --> 00:00:04,000\n猫"}) {
        const auto file = readBytesAs("a.srt", std::string(kSrt) + "一只狗\n在海\xe6\xbb上" + after + "\n");
        EXPECT_EQ(file.encoding, "UTF-8");
        ASSERT_FALSE(file.reading.track.cues.empty());
        EXPECT_TRUE(file.reading.track.cues[0].text.starts_with("一只狗\n在海��上"));
        ASSERT_EQ(file.reading.warnings.size(), 1U);
        EXPECT_EQ(file.reading.warnings[0].line, 4U);
        EXPECT_NE(file.reading.warnings[0].message.find("no UTF-8 text"), std::string::npos);
        EXPECT_EQ(file.reading.skippedCues, 0U);
    }
}

TEST(SubtitleFile, DamageIsToldAfterAByteOrderMarkToo) {
    const auto file = readBytesAs("a.srt", std::string("\xef\xbb\xbf") + kSrt + "a d\xffg\n");
    EXPECT_EQ(cuesOf(file.reading), Cues{"1000-2000 a d�g"});
    ASSERT_EQ(file.reading.warnings.size(), 1U);
    EXPECT_EQ(file.reading.warnings[0].line, 3U);
}

TEST(SubtitleFile, ACharacterThatALineBreakSplitsIsDamagedUtf8) {
    const auto file = readBytesAs("a.vtt",
                                  "WEBVTT\n\n00:00.000 --> 00:02.000\naiz vi\xc5\x86"
                                  "a b\xc4\n\n"
                                  "00:02.000 --> 00:04.000\n\x93rns\n");
    EXPECT_EQ(file.encoding, "UTF-8");
    EXPECT_EQ(cuesOf(file.reading), (Cues{"0-2000 aiz viņa b�", "2000-4000 �rns"}));
    ASSERT_EQ(file.reading.warnings.size(), 2U);
    EXPECT_EQ(file.reading.warnings[0].line, 4U);
    EXPECT_EQ(file.reading.warnings[1].line, 7U);
}

TEST(SubtitleFile, WhatLooksLikeUtf8HereAndThereKeepsItsOwnEncoding) {
    // Windows-1252, where "É" and a quotation mark after it form a sequence of UTF-8.
    const auto file = readBytesAs("a.srt", std::string(kSrt) +
                                               "le \xab"
                                               "CAF\xc9\xbb est ferm\xe9 l'\xe9t\xe9\n");
    EXPECT_NE(file.encoding, "UTF-8");
    EXPECT_EQ(cuesOf(file.reading), Cues{"1000-2000 le «CAFÉ» est fermé l'été"});
    EXPECT_TRUE(file.reading.warnings.empty());
}

TEST(SubtitleFile, OneDamagedByteLeavesAnotherEncodingAsItIsAndIsTold) {
    std::u16string text = u"1\n00:00:01,000 --> 00:00:02,000\n";
    for (int i = 0; i < 20; ++i) {
        text += u"一只狗在海滩";
    }
    text.push_back(0xd800);  // the first half of a pair
    const auto file = readBytesAs("a.srt", "\xff\xfe" + utf16(text + u"跑", false));
    EXPECT_EQ(file.encoding, "UTF-16LE");
    ASSERT_EQ(file.reading.track.cues.size(), 1U);
    EXPECT_TRUE(file.reading.track.cues[0].text.ends_with("海滩�跑")) << file.reading.track.cues[0].text;
    ASSERT_EQ(file.reading.warnings.size(), 1U);
    EXPECT_EQ(file.reading.warnings[0].line, 3U);
}

TEST(SubtitleFile, TheLengthOfTheVideoTellsMillisecondsFromSeconds) {
    struct Case {
        const char* rows;
        std::chrono::seconds video;
        MediaTime end;
        std::size_t warnings;
    };
    using std::chrono::milliseconds;
    using std::chrono::seconds;
    for (const Case& tried : {
             Case{"0,200,a\n200,450,b\n", seconds(0), seconds(450), 1},  // seconds or milliseconds: told
             Case{"0,200,a\n200,450,b\n", seconds(500), seconds(450), 0},
             Case{"0,200,a\n200,450,b\n", seconds(10), milliseconds(450), 0},
             Case{"0,2480,a\n2480,5120,b\n", seconds(0), milliseconds(5120), 0},
             Case{"0,2480,a\n2480,5120,b\n", seconds(6), milliseconds(5120), 0},
             Case{"0,2480,a\n2480,5120,b\n", seconds(6000), seconds(5120), 0},  // chapters
             Case{"0,2,a\n2,9,b\n", seconds(3), seconds(9), 0},                 // of another video
         }) {
        const test::TemporaryFolder folder;
        test::writeBytes(folder.file("a.csv"), std::string("start,end,text\n") + tried.rows);
        const auto file = readSubtitleFile(folder.file("a.csv"), tried.video);
        ASSERT_TRUE(file) << file.error().message;
        ASSERT_EQ(file->reading.track.cues.size(), 2U);
        EXPECT_EQ(file->reading.track.cues[1].end, tried.end) << tried.rows << tried.video.count();
        EXPECT_EQ(file->reading.warnings.size(), tried.warnings) << tried.rows << tried.video.count();
    }
}

TEST(SubtitleFile, AnEmptyFileHasNoCuesWhereItsFormatAllowsThat) {
    EXPECT_TRUE(readBytesAs("a.srt", "").reading.track.cues.empty());
    EXPECT_EQ(errorOf("a.vtt", "").code, ErrorCode::Corrupt);
}

TEST(SubtitleFile, AnErrorNamesFileLineAndFix) {
    const Error error = errorOf("a.csv", "start,end,text\n1,2,\"a\n");
    EXPECT_EQ(error.code, ErrorCode::Corrupt);
    EXPECT_TRUE(error.message.starts_with("Cannot read ")) << error.message;
    EXPECT_NE(error.message.find("a.csv: Line 2 opens a quote that is never closed. Close it"), std::string::npos)
        << error.message;
}

TEST(SubtitleFile, OtherFilesAreUnsupported) {
    const Error error = errorOf("notes.txt", "milk and eggs\n");
    EXPECT_EQ(error.code, ErrorCode::Unsupported);
    EXPECT_NE(error.message.find("SubRip, WebVTT"), std::string::npos) << error.message;
}

TEST(SubtitleFile, PicturesAreAnError) {
    const auto picture = readSubtitleFile(test::sourceFile("tests/data/tiny.png"));
    ASSERT_FALSE(picture);
    EXPECT_TRUE(picture.error().code == ErrorCode::Unsupported || picture.error().code == ErrorCode::Corrupt);
}

TEST(SubtitleFile, AMissingFileIsNotFoundAndAFolderCannotBeRead) {
    const test::TemporaryFolder folder;
    EXPECT_EQ(readSubtitleFile(folder.file("missing.srt")).error().code, ErrorCode::NotFound);
    EXPECT_EQ(readSubtitleFile(folder.file("")).error().code, ErrorCode::Io);
}

TEST(SubtitleFile, AFileLargerThanAnyIsRefusedUnread) {
    const test::TemporaryFolder folder;
    test::writeBytes(folder.file("a.srt"), kSrt);
    std::filesystem::resize_file(folder.file("a.srt"), std::uintmax_t{1} << 40U);  // takes no room
    EXPECT_EQ(readSubtitleFile(folder.file("a.srt")).error().code, ErrorCode::Unsupported);
}

TEST(SubtitleFile, AFolderThatIsMissingIsNotFoundWhenWriting) {
    const test::TemporaryFolder folder;
    const auto written = writeSubtitleFile({}, folder.file("missing/a.srt"), *findSubtitleFormat("srt"));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::NotFound);
}

TEST(TextEncoding, WhatLiesBeyondUnicodeIsDamage) {
    // Is guessed to be in an encoding that reaches further.
    const std::string bytes("1\n00:00:01,000 --> 00:00:\0\n\0\xf4\xa2\x82\xaa\n", 33);
    const auto text = decodeText(bytes);
    if (text) {  // other libraries may guess otherwise
        EXPECT_EQ(invalidUtf8At(text->utf8), std::string_view::npos) << text->encoding;
    }
}

TEST(TextEncoding, WellFormedUtf8IsToldFromAllOther) {
    for (const char* good : {"", "a", "ä", "€", "🐕", "\xf4\x8f\xbf\xbf", "\xed\x9f\xbf", "\xef\xbf\xbf"}) {
        EXPECT_EQ(invalidUtf8At(good), std::string_view::npos) << good;
    }
    // A lone tail, overlong, a surrogate, beyond U+10FFFF, cut.
    for (const char* bad :
         {"a\x80", "a\xc0\xaf", "a\xe0\x80\xaf", "a\xed\xa0\x80", "a\xf4\x90\x80\x80", "a\xf5", "a\xe2\x82", "a\xff"}) {
        EXPECT_EQ(invalidUtf8At(bad), 1U);
    }
}

}  // namespace
}  // namespace sightline
