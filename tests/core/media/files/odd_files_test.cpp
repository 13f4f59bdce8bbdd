// Files that are whole and read wrongly by what one expects of most: slides under long sound, pictures that move,
// videos that are none, times that count from elsewhere.
#include <gtest/gtest.h>

#include "core/media/files/audio_reader.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/media/files/keyframe_reader.h"
#include "core/media/files/still_image.h"
#include "tests/support/fixtures.h"
#include "tests/support/probe.h"
#include "tests/support/videos.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::ffmpeg;

class OddFile : public testing::Test {
protected:
    std::filesystem::path make(const std::string& name, const std::string& arguments) {
        const auto file = folder_.file(name);
        EXPECT_TRUE(ffmpeg(arguments + " '" + file.string() + "'")) << arguments;
        return file;
    }

    // The pictures of an intact file, and where they are.
    std::vector<MediaTime> expectIntact(const std::filesystem::path& file) {
        std::vector<MediaTime> times;
        const auto source = test::openOk(file);
        if (source) {
            Error end;
            for (const Frame& frame : test::readAll(*source, &end)) {
                times.push_back(frame.pts);
            }
            EXPECT_EQ(end.code, ErrorCode::EndOfStream) << file << ": " << end.message;
            duration_ = source->description().duration;
        }
        return times;
    }

    test::TemporaryFolder folder_;
    MediaTime duration_{};
};

constexpr const char* kPictures = "-f lavfi -i testsrc=size=64x48:rate=25:duration=3 ";

TEST_F(OddFile, AGifIsAsFastAsInBrowsers) {
    const auto file = make("a.gif", "-f lavfi -i testsrc=size=64x48:rate=10:duration=0.6");
    std::string bytes = test::readBytes(file);
    constexpr int kDelays[] = {0, 1, 2, 3, 50, 0};  // 1/100 s
    std::size_t at = 0;
    for (const int delay : kDelays) {
        at = bytes.find("\x21\xf9\x04", at + 1);
        ASSERT_NE(at, std::string::npos);
        bytes[at + 4] = static_cast<char>(delay);
        bytes[at + 5] = 0;
    }
    test::writeBytes(file, bytes);
    const std::vector<MediaTime> expected = {0ms, 100ms, 200ms, 220ms, 250ms, 750ms};
    EXPECT_EQ(expectIntact(file), expected);
    const auto source = test::openOk(file);
    const auto frames = test::readAll(*source);
    EXPECT_EQ(frames.back().duration, 100ms);
    test::expectExactSeeks(*test::openOk(file), frames, 60, test::Compare::Pixels);
    auto keyframes = KeyframeReader::open(file);
    ASSERT_TRUE(keyframes);
    EXPECT_EQ((*keyframes)->at(700ms, 24)->pts, 250ms);
}

TEST_F(OddFile, OnePictureUnderLongSoundLastsAsLongAsTheSound) {
    const std::string streams =
        "-f lavfi -i testsrc=size=64x48:rate=25:duration=0.04 -f lavfi -i sine=duration=20 -c:v mpeg4 ";
    for (const char* name : {"a.mp4", "a.mkv", "a.avi", "a.mov"}) {
        EXPECT_EQ(expectIntact(make(name, streams)), std::vector<MediaTime>{0ms}) << name;
        EXPECT_NEAR(toSeconds(duration_), 20, 0.2) << name;
    }
}

TEST_F(OddFile, SoundThatGoesOnIsNoDamage) {
    EXPECT_EQ(
        expectIntact(make("a.wmv", std::string(kPictures) + "-f lavfi -i sine=duration=9 -c:v wmv2 -c:a wmav2")).size(),
        75U);
    EXPECT_NEAR(toSeconds(duration_), 9, 0.3);
    // The DURATION tag counts from zero.
    EXPECT_EQ(expectIntact(make("b.mkv", std::string(kPictures) + "-c:v mpeg4 -output_ts_offset 30")).size(), 75U);
    EXPECT_NEAR(toSeconds(duration_), 3, 0.1);
    EXPECT_EQ(expectIntact(make("c.flv", std::string(kPictures) + "-c:v flv1 -output_ts_offset 30")).size(), 75U);
}

// Browsers record so, and so is a recording whose program was killed: the length is found, and all of it can be
// reached.
TEST_F(OddFile, WithoutALengthInItsHeadersTheEndIsFound) {
    const auto recorded = make("a.webm", std::string(kPictures) + "-c:v libvpx -g 25 -f webm -live 1");
    EXPECT_EQ(test::probe(recorded, "-show_entries format=duration"), std::vector<std::string>{"N/A"});
    EXPECT_EQ(expectIntact(recorded).size(), 75U);
    EXPECT_EQ(duration_, 3s);
    test::expectExactSeeks(*test::openOk(recorded), test::readAll(*test::openOk(recorded)), 40, test::Compare::Pixels);

    // Larger than what is read at the end for it; the sound goes on, a second longer.
    const auto large = make("b.mkv",
                            "-f lavfi -i testsrc=size=640x480:rate=25:duration=4 -f lavfi -i sine=duration=5 "
                            "-c:v rawvideo -pix_fmt yuv420p -f matroska -live 1");
    EXPECT_EQ(test::probe(large, "-show_entries format=duration"), std::vector<std::string>{"N/A"});
    ASSERT_GT(std::filesystem::file_size(large), 40U << 20U);
    EXPECT_NEAR(toSeconds(test::openOk(large)->description().duration), 5, 0.1);

    const std::string bytes = test::readBytes(large);
    test::writeBytes(large, bytes.substr(0, bytes.size() / 2));
    EXPECT_NEAR(toSeconds(test::openOk(large)->description().duration), 2, 0.1);
}

TEST_F(OddFile, WhatIsCutShortIsStillTold) {
    const auto whole = make(
        "a.mp4", std::string(kPictures) + "-f lavfi -i sine=duration=9 -c:v mpeg4 -q:v 1 -c:a aac -movflags faststart");
    EXPECT_EQ(expectIntact(whole).size(), 75U);
    const std::string bytes = test::readBytes(whole);
    test::writeBytes(whole, bytes.substr(0, bytes.size() / 3));
    const auto source = test::openOk(whole);
    Error end;
    test::readAll(*source, &end);
    EXPECT_EQ(end.code, ErrorCode::Corrupt);
}

TEST_F(OddFile, PicturesThatMoveAreVideos) {
    const std::string four = "-f lavfi -i testsrc=size=64x48:rate=2:duration=2 ";
    for (const auto& [name, options] : {std::pair{"a.png", "-f apng"}, std::pair{"a.apng", ""},
                                        std::pair{"a.webp", "-c:v libwebp_anim -lossless 1"}, std::pair{"a.gif", ""}}) {
        const auto file = make(name, four + options);
        EXPECT_FALSE(isStillImage(file)) << name;
        const std::vector<MediaTime> expected = {0ms, 500ms, 1s, 1500ms};
        EXPECT_EQ(expectIntact(file), expected) << name;
        const auto frames = test::readAll(*test::openOk(file));
        test::expectExactSeeks(*test::openOk(file), frames, 40, test::Compare::Pixels);
        EXPECT_FALSE(test::samePixels(frames[0].image, frames[1].image)) << name;
        const auto audio = openAudio(file);
        ASSERT_TRUE(audio) << name << ": " << audio.error().message;
        EXPECT_EQ(*audio, nullptr);
        EXPECT_TRUE(KeyframeReader::open(file)) << name;
    }
    for (const char* name : {"a.mjpg", "b.mjpeg"}) {
        const auto file = make(name, std::string(kPictures) + "-c:v mjpeg -f mjpeg");
        EXPECT_FALSE(isStillImage(file)) << name;
        EXPECT_EQ(expectIntact(file).size(), 75U) << name;
    }
}

TEST_F(OddFile, PicturesThatStandStillAreNone) {
    const std::string one = "-f lavfi -i testsrc=size=64x48:rate=25:duration=0.04 -frames:v 1 ";
    for (const char* name : {"a.png", "a.webp", "a.jpg", "a.bmp", "a.tiff", "a.pcx", "a.sgi", "a.dpx"}) {
        const auto file = make(name, one + "-update 1");
        EXPECT_TRUE(isStillImage(file)) << name;
        const auto image = readStillImage(file);
        ASSERT_TRUE(image) << name << ": " << image.error().message;
        EXPECT_EQ(image->width(), 64) << name;
    }
    // A photograph with its gain map or preview behind it.
    const std::string photo = test::readBytes(folder_.file("a.jpg"));
    const auto small = make("small.jpg", one + "-update 1 -vf scale=32:24");
    test::writeBytes(folder_.file("two.jpg"), photo + test::readBytes(small));
    EXPECT_TRUE(isStillImage(folder_.file("two.jpg")));
}

TEST_F(OddFile, AnEncryptedVideoIsCalledSo) {
    const auto file = make("a.mp4", std::string(kPictures) +
                                        "-c:v libx264 -encryption_scheme cenc-aes-ctr -encryption_key "
                                        "00112233445566778899aabbccddeeff -encryption_kid "
                                        "112233445566778899aabbccddeeff00");
    const auto frame = test::openOk(file)->read();
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().code, ErrorCode::Unsupported);
    EXPECT_NE(frame.error().message.find("encrypted"), std::string::npos) << frame.error().message;
}

// A big-endian number in a file's bytes.
std::uint32_t numberAt(const std::string& bytes, std::size_t at, std::size_t size) {
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < size; ++i) {
        number = number << 8U | static_cast<unsigned char>(bytes[at + i]);
    }
    return number;
}

void raiseAt(std::string& bytes, std::size_t at, std::size_t size, std::uint32_t by) {
    std::uint32_t number = numberAt(bytes, at, size) + by;
    for (std::size_t i = size; i-- > 0; number >>= 8U) {
        bytes[at + i] = static_cast<char>(number & 0xffU);
    }
}

// The HEIF file with one property more for its first item, as telephones write it: turned by `quarters` to the left
// (ISO/IEC 23008-12, 6.5.10). Boxes are those of heif-enc.
std::string withTurn(std::string bytes, char quarters) {
    const std::size_t ipco = bytes.find("ipco");
    const std::size_t end = ipco - 4 + numberAt(bytes, ipco - 4, 4);
    char properties = 1;
    for (std::size_t at = ipco + 4; at < end; at += numberAt(bytes, at, 4)) {
        ++properties;
    }
    const std::size_t iloc = bytes.find("iloc");
    const bool hasConstruction = bytes[iloc + 4] > 0;
    const auto offsetSize = static_cast<std::size_t>(static_cast<unsigned char>(bytes[iloc + 8]) >> 4U);
    const auto lengthSize = static_cast<std::size_t>(bytes[iloc + 8] & 0xf);
    const auto baseSize = static_cast<std::size_t>(static_cast<unsigned char>(bytes[iloc + 9]) >> 4U);
    std::size_t at = iloc + 12;
    for (std::uint32_t item = numberAt(bytes, iloc + 10, 2); item > 0; --item) {
        at += hasConstruction ? 6U : 4U;
        raiseAt(bytes, at, baseSize, baseSize > 0 ? 10 : 0);
        at += baseSize;
        const std::uint32_t extents = numberAt(bytes, at, 2);
        at += 2;
        for (std::uint32_t i = 0; i < extents; ++i, at += offsetSize + lengthSize) {
            raiseAt(bytes, at, offsetSize, baseSize > 0 ? 0 : 10);
        }
    }
    const std::size_t ipma = bytes.find("ipma", end);
    const std::size_t count = ipma + 4 + 4 + 4 + 2;
    const std::size_t last = count + 1 + static_cast<std::size_t>(bytes[count]);
    bytes.insert(last, 1, static_cast<char>(0x80 | properties));
    ++bytes[count];
    raiseAt(bytes, ipma - 4, 4, 1);
    bytes.insert(end, std::string("\0\0\0\x09irot", 8) + quarters);
    raiseAt(bytes, ipco - 4, 4, 9);
    raiseAt(bytes, bytes.find("iprp") - 4, 4, 10);
    raiseAt(bytes, bytes.find("meta") - 4, 4, 10);
    return bytes;
}

TEST_F(OddFile, PhotographsOfTelephonesStandUpright) {
    const auto picture = make("a.png",
                              "-f lavfi -i color=red:size=64x64 -f lavfi -i color=blue:size=64x64 "
                              "-filter_complex hstack -frames:v 1 -update 1");
    for (const auto& [name, coder] : {std::pair{"a.heic", ""}, std::pair{"a.avif", "-A"}}) {
        const auto file = folder_.file(name);
        const std::string command = std::string("heif-enc ") + coder + " -q 95 -o '" + file.string() + "' '" +
                                    picture.string() + "' >/dev/null 2>&1";
        ASSERT_EQ(std::system(command.c_str()), 0);  // NOLINT(cert-env33-c,concurrency-mt-unsafe): the tests' own tool
        const std::string bytes = test::readBytes(file);
        constexpr char kRight = 3;
        test::writeBytes(file, withTurn(bytes, kRight));
        EXPECT_TRUE(isStillImage(file));
        const auto image = readStillImage(file);
        ASSERT_TRUE(image) << image.error().message << image.error().detail;
        EXPECT_EQ(image->width(), 64) << name;
        EXPECT_EQ(image->height(), 128) << name;
        EXPECT_GT(image->row(20)[32 * Image::kChannels + 2], 180) << name << ": red is not on top";
        EXPECT_GT(image->row(100)[32 * Image::kChannels], 180) << name << ": blue is not below";

        test::writeBytes(folder_.file("cut"), bytes.substr(0, bytes.size() / 2));
        EXPECT_FALSE(readStillImage(folder_.file("cut")));
    }
}

}  // namespace
}  // namespace sightline
