// Every frame of every kind of file, by the number that its picture carries: read straight through and sought.
#include <algorithm>
#include <fstream>
#include <ostream>

#include <gtest/gtest.h>

#include "core/media/files/ffmpeg_file_source.h"
#include "tests/support/fixtures.h"
#include "tests/support/numbered_picture.h"
#include "tests/support/videos.h"

namespace sightline {
namespace {

constexpr int kSeeks = 200;
// ffprobe rounds to microseconds, both of the two times that are subtracted.
constexpr auto kRounding = std::chrono::microseconds(2);

struct NumberedVideo {
    const char* file;
    const char* what;   // is special about it
    double lead = 0.0;  // seconds of sound before the first picture
};

void PrintTo(const NumberedVideo& video, std::ostream* out) { *out << video.file; }

constexpr NumberedVideo kVideos[] = {
    {"bframes.mp4", "H.264 with B-frames, MP4"},
    {"bframes.mkv", "the same in Matroska"},
    {"open_gop.mp4", "open groups of pictures, B-pyramid"},
    {"open_gop.ts", "the same in a transport stream"},
    {"open_gop_hevc.mkv", "HEVC, 10 bits, open groups of pictures"},
    {"open_gop_hevc.ts", "the same in a transport stream"},
    {"intra_refresh.mp4", "no keyframes but the first"},
    {"vfr.mp4", "variable frame rate, MP4"},
    {"vfr.mkv", "variable frame rate, Matroska"},
    {"edit_list.mp4", "edit list hides the first half second"},
    {"edit_list_open_gop.mp4", "edit list over open groups of pictures"},
    {"delayed.mp4", "video starts after the sound", 0.7},
    {"offset.ts", "times start at 37.5 s"},
    {"wrap.ts", "33-bit times wrap; the first are negative"},
    {"leap_back.ts", "times start over in the middle"},
    {"leap_ahead.ts", "times leap an hour ahead"},
    {"no_key.ts", "begins in the middle of a group of pictures, H.264"},
    {"no_key_mpeg2.ts", "the same in MPEG-2"},
    {"resize.ts", "pictures grow in the middle"},
    {"program.mpg", "MPEG program stream"},
    {"fragments.mp4", "fragmented MP4"},
    {"piped_fragments.mp4", "fragmented MP4, written to a pipe"},
    {"piped.mkv", "Matroska written to a pipe: no index, no duration"},
    {"piped.flv", "FLV written to a pipe"},
    {"flash.flv", "FLV with sound"},
    {"old_flash.flv", "Sorenson H.263 in FLV"},
    {"elementary.h264", "H.264 without container or times"},
    {"elementary.hevc", "HEVC without container or times"},
    {"elementary.m2v", "MPEG-2 without container"},
    {"simple.avi", "MPEG-4 in AVI"},
    {"vbr_audio.avi", "MPEG-4 with B-frames in AVI, VBR sound"},
    {"bframes.avi", "H.264 with B-frames in AVI"},
    {"no_index.avi", "AVI without its index"},
    {"no_index_vbr.avi", "AVI without its index, VBR sound"},
    {"zero_rate.avi", "AVI whose headers say 0/0 pictures a second"},
    {"motion_jpeg.avi", "Motion JPEG"},
    {"vp8.webm", "VP8, WebM"},
    {"vp9.webm", "VP9 with hidden reference pictures, WebM"},
    {"theora.ogv", "Theora, Ogg"},
    {"windows_media.asf", "WMV 8, ASF"},
    {"prores.mov", "ProRes, QuickTime"},
    {"animation.mov", "QuickTime Animation"},
    {"lossless.mkv", "FFV1"},
    {"animation.gif", "GIF"},
    {"interlaced.mkv", "interlaced H.264, deinterlaced"},
    {"two_videos.mkv", "the second video is the default one"},
    {"cover_and_video.mp4", "a cover picture before the video"},
    {"huge_header.mp4", "the container says 65535 x 65535"},
    {"picture.mp4", "a PNG picture by the name of a video"},
    {"100%: 50%d ünï.mp4", "colon, percent and umlauts in the name"},
    {"rotate0.mp4", "display matrix: as stored"},
    {"rotate90.mp4", "display matrix: 90 degrees"},
    {"rotate180.mp4", "display matrix: 180 degrees"},
    {"rotate270.mp4", "display matrix: 270 degrees"},
    {"mirror.mp4", "display matrix: mirrored left to right"},
    {"flip.mp4", "display matrix: mirrored upside down"},
    {"transpose.mp4", "display matrix: mirrored at the diagonal"},
    {"transverse.mp4", "display matrix: mirrored at the other diagonal"},
};

struct Expected {
    int number;
    double seconds;
};

std::vector<Expected> readExpected(const std::string& name) {
    std::ifstream file(test::fixture(name + ".expected"));
    std::vector<Expected> pictures;
    for (Expected picture{}; file >> picture.number >> picture.seconds;) {
        pictures.push_back(picture);
    }
    return pictures;
}

class ExactReading : public testing::TestWithParam<NumberedVideo> {};

TEST_P(ExactReading, EveryPictureComesInOrderAtItsTime) {
    const auto expected = readExpected(GetParam().file);
    ASSERT_FALSE(expected.empty());
    auto source = test::openOk(test::fixture(GetParam().file));
    ASSERT_TRUE(source);
    Error end;
    const auto frames = test::readAll(*source, &end);
    EXPECT_EQ(end.code, ErrorCode::EndOfStream) << end.message;
    for (std::size_t i = 0; i < std::min(frames.size(), expected.size()); ++i) {
        ASSERT_EQ(test::readPictureNumber(frames[i].image), expected[i].number) << "picture " << i;
        ASSERT_NEAR(toSeconds(frames[i].pts), expected[i].seconds - expected[0].seconds + GetParam().lead,
                    toSeconds(kRounding))
            << "picture " << i;
        ASSERT_EQ(frames[i].id, i);
    }
    EXPECT_EQ(frames.size(), expected.size());
    RecordProperty("what", GetParam().what);
    RecordProperty("pictures", static_cast<int>(frames.size()));
}

TEST_P(ExactReading, EverySeekLandsOnThePictureOnScreen) {
    auto straight = test::openOk(test::fixture(GetParam().file));
    auto source = test::openOk(test::fixture(GetParam().file));
    ASSERT_TRUE(straight && source);
    test::expectExactSeeks(*source, test::readAll(*straight), kSeeks, test::Compare::Pixels);
    RecordProperty("seeks", kSeeks);
}

// Names of tests are letters, digits and underscores.
INSTANTIATE_TEST_SUITE_P(Files, ExactReading, testing::ValuesIn(kVideos), [](const auto& parameter) {
    std::string name;
    for (const char* c = parameter.param.file; *c != 0; ++c) {
        name += std::isalnum(static_cast<unsigned char>(*c)) ? *c : '_';
    }
    return name;
});

}  // namespace
}  // namespace sightline
