#include "core/media/writing/burn_in.h"

#include <algorithm>
#include <cstdlib>

#include <gtest/gtest.h>

#include "core/media/files/ffmpeg_file_source.h"
#include "tests/support/expect_failure.h"
#include "tests/support/ffmpeg_version.h"
#include "tests/support/fixtures.h"
#include "tests/support/numbered_picture.h"
#include "tests/support/probe.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::expectFailure;
using test::fixture;
using test::frameTimes;
using test::packetsOf;
using test::probe;
using test::TemporaryFolder;

// White letters at the bottom of the picture from 0.5 s to 1.5 s.
const std::string kAss = R"([Script Info]
ScriptType: v4.00+
PlayResX: 320
PlayResY: 240

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BorderStyle, Outline, Shadow, Alignment, MarginV
Style: Default,DejaVu Sans,28,&H00FFFFFF,&H00000000,1,0,0,2,10

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.50,0:00:01.50,Default,HHHH
)";

std::string noCaptions() { return kAss.substr(0, kAss.find("Dialogue:")); }

BurnInOptions fast() {
    BurnInOptions options;
    options.preset = "ultrafast";
    options.threads = 1;
    return options;
}

// The bright pixels of a picture: the letters, on what is grey otherwise.
struct Letters {
    int left = 10'000, right = -1, top = 10'000, bottom = -1;
    bool any() const { return right >= 0; }
    int width() const { return right - left + 1; }
    int height() const { return bottom - top + 1; }
};

Letters lettersIn(const Image& image) {
    Letters letters;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.row(y)[x * Image::kChannels + 1] > 160) {
                letters.left = std::min(letters.left, x);
                letters.right = std::max(letters.right, x);
                letters.top = std::min(letters.top, y);
                letters.bottom = std::max(letters.bottom, y);
            }
        }
    }
    return letters;
}

std::vector<Frame> framesOf(const std::filesystem::path& file) {
    std::vector<Frame> frames;
    auto source = openVideoFile(file);
    EXPECT_TRUE(source) << file;
    while (source) {
        auto frame = (*source)->read();
        if (!frame) {
            EXPECT_EQ(frame.error().code, ErrorCode::EndOfStream) << frame.error().message;
            break;
        }
        frames.push_back(std::move(*frame));
    }
    return frames;
}

std::vector<std::string> videoEntries(const std::filesystem::path& file, const std::string& entries) {
    return probe(file, "-select_streams v -show_entries stream=" + entries);
}

class BurnInTest : public testing::Test {
protected:
    std::filesystem::path burn(const std::string& input, const std::string& output, const std::string& ass = kAss) {
        const auto done = burnInSubtitles(fixture(input), folder_.file(output), ass, fast());
        EXPECT_TRUE(done) << input << ": " << (done ? "" : done.error().message + done.error().detail);
        return folder_.file(output);
    }
    void expectNothingLeft(std::size_t files = 0) { EXPECT_EQ(test::filesIn(folder_.file("")), files); }
    TemporaryFolder folder_;
};

TEST_F(BurnInTest, TheLowerThirdChangesDuringTheCueAndOnlyThen) {
    const auto output = burn("grey.mp4", "out.mp4");
    int during = 0;
    for (const Frame& frame : framesOf(output)) {
        const Letters letters = lettersIn(frame.image);
        const bool shown = frame.pts >= 500ms && frame.pts < 1500ms;
        EXPECT_EQ(letters.any(), shown) << toSeconds(frame.pts);
        EXPECT_TRUE(!shown || letters.top >= frame.image.height() * 2 / 3) << letters.top;
        during += shown ? 1 : 0;
    }
    EXPECT_EQ(during, 25);
    expectNothingLeft(1);
}

TEST_F(BurnInTest, ACueThatStartsWithAFrameIsOnThatFrame) {
    // 3.7 s in this file's time base, times 1000, is a little less than 3700 in floating-point numbers.
    const auto video = folder_.file("thirty.mp4");
    const std::string make =
        "ffmpeg -v error -f lavfi -i color=0x404040:size=320x240:rate=30:duration=4.2 -c:v libx264 "
        "-preset ultrafast -pix_fmt yuv420p -video_track_timescale 15360 '" +
        video.string() + "'";
    ASSERT_EQ(std::system(make.c_str()), 0);  // NOLINT(cert-env33-c,concurrency-mt-unsafe): the tests' own tool
    std::string ass = kAss;
    ass.replace(ass.find("0:00:00.50,0:00:01.50"), 21, "0:00:03.70,0:00:04.00");
    const auto output = folder_.file("out.mp4");
    const auto done = burnInSubtitles(video, output, ass, fast());
    ASSERT_TRUE(done) << done.error().message;
    const auto frames = framesOf(output);
    ASSERT_EQ(frames.size(), 126U);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        EXPECT_EQ(lettersIn(frames[i].image).any(), i >= 111 && i < 120) << i;
    }
}

TEST_F(BurnInTest, EveryFrameKeepsItsTimestamp) {
    for (const auto& [input, output] : {std::pair{"grey_vfr.mp4", "vfr.mp4"}, std::pair{"bframes.mp4", "b.mp4"},
                                        std::pair{"edited.mp4", "edited.mp4"}, std::pair{"bframes.mkv", "b.mkv"}}) {
        EXPECT_EQ(frameTimes(burn(input, output)), frameTimes(fixture(input))) << output;
    }
}

TEST_F(BurnInTest, CuesCountFromTheFirstFrameOfARecordingThatStartsLate) {
    const auto frames = framesOf(burn("grey_offset.ts", "out.mp4"));
    ASSERT_EQ(frames.size(), 75U);
    for (const Frame& frame : frames) {
        EXPECT_EQ(lettersIn(frame.image).any(), frame.pts >= 500ms && frame.pts < 1500ms) << toSeconds(frame.pts);
    }
}

TEST_F(BurnInTest, TheTextStandsAtTheBottomOfTheDisplayedPictureOfARotatedClip) {
    for (const char* name : {"grey_rotate90.mp4", "grey_rotate180.mp4", "grey_rotate270.mp4"}) {
        const auto output = burn(name, name);
        EXPECT_TRUE(probe(output, "-show_entries stream_side_data=rotation").empty()) << name;
        EXPECT_EQ(frameTimes(output), frameTimes(fixture(name))) << name;
        auto source = openVideoFile(fixture(name));
        ASSERT_TRUE(source);
        int seen = 0;
        for (const Frame& frame : framesOf(output)) {
            EXPECT_EQ(frame.image.width(), (*source)->description().width);
            EXPECT_EQ(frame.image.height(), (*source)->description().height);
            const Letters letters = lettersIn(frame.image);
            if (letters.any()) {
                EXPECT_GE(letters.top, frame.image.height() * 2 / 3) << name;
                EXPECT_GT(letters.width(), 2 * letters.height()) << name;
                ++seen;
            }
        }
        EXPECT_GT(seen, 3) << name;
    }
}

TEST_F(BurnInTest, EveryPictureOfAMirroredClipIsTheOneThatIsDisplayed) {
    for (const char* name : {"mirror.mp4", "flip.mp4", "transpose.mp4", "transverse.mp4", "rotate90.mp4"}) {
        const auto before = framesOf(fixture(name));
        const auto after = framesOf(burn(name, name));
        ASSERT_EQ(after.size(), before.size()) << name;
        for (std::size_t i = 0; i < before.size(); ++i) {
            const int number = test::readPictureNumber(before[i].image);
            ASSERT_GE(number, 0) << name;
            EXPECT_EQ(test::readPictureNumber(after[i].image), number) << name;
        }
    }
}

TEST_F(BurnInTest, ColourTagsAndPixelAspectStay) {
    const auto output = burn("grey.mp4", "out.mp4");
    for (const char* entry :
         {"sample_aspect_ratio", "color_range", "color_space", "color_transfer", "color_primaries"}) {
        EXPECT_EQ(videoEntries(output, entry), videoEntries(fixture("grey.mp4"), entry)) << entry;
    }
    EXPECT_EQ(videoEntries(output, "sample_aspect_ratio"), std::vector<std::string>{"4:3"});
    EXPECT_EQ(videoEntries(output, "color_space"), std::vector<std::string>{"bt709"});
}

TEST_F(BurnInTest, LettersKeepTheirShapeOnPixelsThatAreNotSquare) {
    const auto shape = [](const std::vector<Frame>& frames) {
        const Letters letters = lettersIn(frames.at(frames.size() / 3).image);  // within the cue
        return frames.front().pixelAspect * letters.width() / letters.height();
    };
    const double square = shape(framesOf(burn("grey_pcm.mkv", "square.mkv")));
    EXPECT_NEAR(shape(framesOf(burn("grey.mp4", "wide.mp4"))), square, 0.08 * square);
}

TEST_F(BurnInTest, AudioIsCopiedWhereTheContainerTakesIt) {
    EXPECT_EQ(packetsOf(burn("grey.mp4", "out.mp4"), 1), packetsOf(fixture("grey.mp4"), 1));
    EXPECT_EQ(packetsOf(burn("grey_pcm.mkv", "out.mkv"), 1), packetsOf(fixture("grey_pcm.mkv"), 1));
}

TEST_F(BurnInTest, AudioTheContainerDoesNotTakeBecomesAacOfTheSameLength) {
    const auto output = burn("grey_pcm.mkv", "out.mp4");
    const char* codec = LIBAVFORMAT_VERSION_INT < test::kFfmpeg61 ? "aac" : "pcm_s16le";  // which MP4 holds since
    EXPECT_EQ(probe(output, "-select_streams a -show_entries stream=codec_name"), std::vector<std::string>{codec});
    const auto duration = probe(output, "-select_streams a -show_entries stream=duration");
    ASSERT_EQ(duration.size(), 1U);
    EXPECT_NEAR(std::stod(duration.front()), 3.0, 0.03);
}

TEST_F(BurnInTest, AllTracksChaptersAndMetadataComeAlong) {
    const auto output = burn("export.mp4", "out.mp4");
    for (const char* entries :
         {"-show_entries format_tags=title,comment", "-show_entries chapter=start_time,end_time",
          "-select_streams a -show_entries stream_tags=language", "-select_streams s -show_entries stream=codec_name",
          "-select_streams a -show_entries stream_disposition"}) {
        EXPECT_EQ(probe(output, entries), probe(fixture("export.mp4"), entries)) << entries;
    }
    EXPECT_EQ(packetsOf(output, 2), packetsOf(fixture("export.mp4"), 2));
}

TEST_F(BurnInTest, PicturesOfOddSizeAreScaledToEven) {
    const auto output = burn("grey_odd.mp4", "out.mp4");
    EXPECT_EQ(videoEntries(output, "width"), std::vector<std::string>{"322"});
    EXPECT_EQ(videoEntries(output, "height"), std::vector<std::string>{"242"});
    EXPECT_EQ(videoEntries(output, "pix_fmt"), std::vector<std::string>{"yuv420p"});
    EXPECT_EQ(frameTimes(output).size(), 10U);
    const auto darkest =
        probe("movie=" + output.string() + ",signalstats", "-f lavfi -show_entries frame_tags=lavfi.signalstats.YMIN");
    ASSERT_FALSE(darkest.empty());
    EXPECT_GT(std::stod(darkest.front()), 0x40);  // no black border
}

TEST_F(BurnInTest, ProgressNamesEachFrame) {
    std::vector<MediaTime> times;
    ASSERT_TRUE(burnInSubtitles(fixture("grey.mp4"), folder_.file("out.mp4"), kAss, fast(),
                                [&](MediaTime time) { times.push_back(time); }));
    ASSERT_EQ(times.size(), 75U);
    EXPECT_EQ(times.front(), 0ns);
    EXPECT_EQ(times.back(), 74 * 40ms);
}

TEST_F(BurnInTest, WhatCannotBeDoneIsToldWithAFix) {
    const auto input = fixture("grey.mp4");
    BurnInOptions wrong = fast();
    wrong.preset = "warp";
    expectFailure(burnInSubtitles(input, folder_.file("a.webm"), kAss), ErrorCode::Unsupported, ".mp4");
    expectFailure(burnInSubtitles(input, folder_.file("a.avi"), kAss), ErrorCode::Unsupported, ".mp4");
    expectFailure(burnInSubtitles(input, folder_.file("a.mp4"), "no ASS", fast()), ErrorCode::Unsupported, "ASS");
    expectFailure(burnInSubtitles(input, folder_.file("a.mp4"), kAss, wrong), ErrorCode::Unsupported, "ultrafast");
    expectFailure(burnInSubtitles(fixture("audio_only.m4a"), folder_.file("a.mp4"), kAss), ErrorCode::Unsupported,
                  "no video");
    expectFailure(burnInSubtitles(fixture("no_such.mp4"), folder_.file("a.mp4"), kAss), ErrorCode::NotFound, "Check");
    expectFailure(burnInSubtitles(input, folder_.file("no/a.mp4"), kAss), ErrorCode::NotFound, "Make the folder");
    expectNothingLeft();
    test::writeBytes(folder_.file("a.mp4"), "old");
    expectFailure(burnInSubtitles(input, folder_.file("a.mp4"), kAss), ErrorCode::Io, "it exists");
    EXPECT_EQ(test::readBytes(folder_.file("a.mp4")), "old");
}

// Only the fonts of one folder, for libass in this process.
class FontsOf {
public:
    explicit FontsOf(const TemporaryFolder& folder) {
        std::filesystem::create_directories(folder.file("fonts"));
        test::writeBytes(folder.file("fonts.conf"), "<fontconfig><dir>" + folder.file("fonts").string() +
                                                        "</dir><cachedir>" + folder.file("cache").string() +
                                                        "</cachedir></fontconfig>");
        ::setenv("FONTCONFIG_FILE", folder.file("fonts.conf").c_str(), 1);
    }
    ~FontsOf() { ::unsetenv("FONTCONFIG_FILE"); }
    FontsOf(const FontsOf&) = delete;
    FontsOf& operator=(const FontsOf&) = delete;
};

std::string assWith(const std::string& text) {
    std::string ass = kAss;
    return ass.replace(ass.find("HHHH"), 4, text);
}

TEST_F(BurnInTest, WithoutAFontForTheCaptionsThePackageIsNamedBeforeAnythingIsWritten) {
    const TemporaryFolder fonts;
    const FontsOf only(fonts);
    const auto input = fixture("grey.mp4");
    expectFailure(burnInSubtitles(input, folder_.file("a.mp4"), kAss, fast()), ErrorCode::Unsupported,
                  "no font is installed. Install the package fonts-dejavu-core");
    const std::filesystem::path dejavu = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf";
    if (!std::filesystem::exists(dejavu)) {
        GTEST_SKIP() << "skipped: no " << dejavu;
    }
    std::filesystem::copy_file(dejavu, fonts.file("fonts/DejaVuSans.ttf"));
    expectFailure(burnInSubtitles(input, folder_.file("a.mp4"), assWith("狗在跑"), fast()), ErrorCode::Unsupported,
                  "U+72D7 is installed. Install the package fonts-noto-cjk");
    expectFailure(burnInSubtitles(input, folder_.file("a.mp4"), assWith("क"), fast()), ErrorCode::Unsupported,
                  "fonts-noto-core");
    expectNothingLeft();
    const auto done = burnInSubtitles(input, folder_.file("a.mp4"), assWith("\u200eÄ\u200b \ufe0fя"), fast());
    EXPECT_TRUE(done) << done.error().message;  // letters that nobody sees need no font
    const auto most = burnInSubtitles(input, folder_.file("b.mp4"), assWith("A dog, a ball 🏐 and 狗"), fast());
    EXPECT_TRUE(most) << most.error().message;  // a box stands for what no font has
    expectFailure(burnInSubtitles(input, folder_.file("c.mp4"), assWith("{\\b1}🏐 \\N"), fast()),
                  ErrorCode::Unsupported, "U+1F3D0 is installed. Install the package fonts-noto-color-emoji");
}

TEST_F(BurnInTest, ASecondSoundThatCannotBeDecodedIsLeftOut) {
    // As the spatial audio of telephones beside their ordinary one: four letters that no decoder here knows.
    const auto input = folder_.file("two.mov");
    ASSERT_TRUE(test::ffmpeg("-i '" + fixture("export.mp4").string() +
                             "' -map 0:v:0 -map 0:a:0 -map 0:a:0 -c:v copy "
                             "-c:a:0 aac -c:a:1 alac '" +
                             input.string() + "'"));
    std::string bytes = test::readBytes(input);
    for (std::size_t at = bytes.find("alac"); at != std::string::npos; at = bytes.find("alac", at)) {
        bytes.replace(at, 4, "apac");
    }
    test::writeBytes(input, bytes);
    const auto output = folder_.file("out.mp4");
    const auto done = burnInSubtitles(input, output, kAss, fast());
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(probe(output, "-select_streams a -show_entries stream=codec_name"), std::vector<std::string>{"aac"});
    EXPECT_EQ(frameTimes(output).size(), frameTimes(input).size());
}

TEST_F(BurnInTest, CaptionsThatComeAndGoWithinASlideAreDrawn) {
    for (const auto& [input, output] : {std::pair{"slides.mp4", "out.mp4"}, std::pair{"slides.avi", "out.mkv"}}) {
        std::vector<double> shown;
        for (const Frame& frame : framesOf(burn(input, output))) {
            if (lettersIn(frame.image).any()) {
                shown.push_back(toSeconds(frame.pts));
            }
        }
        ASSERT_EQ(shown.size(), 1U) << input;
        EXPECT_NEAR(shown.front(), 0.5, 0.002) << input;
        const auto times = frameTimes(folder_.file(output));
        ASSERT_EQ(times.size(), 4U) << input;  // two slides, and the first again for each change
        EXPECT_NEAR(times[2] - times[0], 1.5, 0.002) << input;
        EXPECT_NEAR(times[3] - times[0], 5.0, 0.002) << input;
    }
}

TEST_F(BurnInTest, InterlacedPicturesAreMadeWhole) {
    const auto output = burn("interlaced.mkv", "out.mp4");
    EXPECT_EQ(videoEntries(output, "field_order"), std::vector<std::string>{"progressive"});
    EXPECT_EQ(frameTimes(output).size(), frameTimes(fixture("interlaced.mkv")).size());
    const auto expected = framesOf(fixture("interlaced.mkv"));
    const auto pictures = framesOf(output);
    ASSERT_EQ(pictures.size(), expected.size());
    for (std::size_t i = 0; i < pictures.size(); ++i) {
        EXPECT_EQ(test::readPictureNumber(pictures[i].image), test::readPictureNumber(expected[i].image)) << i;
    }
}

TEST_F(BurnInTest, CaptionsGoIntoTheVideoThatIsCaptioned) {
    // The first of its two videos is the smaller one and not the default.
    const auto output = burn("grey_two_videos.mkv", "out.mkv");
    EXPECT_EQ(videoEntries(output, "codec_name"), (std::vector<std::string>{"mpeg4", "h264"}));
    auto source = openVideoFile(fixture("grey_two_videos.mkv"));
    ASSERT_TRUE(source);
    EXPECT_EQ(videoEntries(output, "width").back(), std::to_string((*source)->description().width));
}

TEST_F(BurnInTest, AChangeOfSizeKeepsTheShape) {
    const auto frames = framesOf(burn("sizes.ts", "out.mp4"));
    ASSERT_GT(frames.size(), 20U);
    const Image& last = frames.back().image;
    EXPECT_EQ(last.width(), 320);
    EXPECT_EQ(last.height(), 240);
    const auto green = [&](int x) { return static_cast<int>(last.row(120)[x * Image::kChannels + 1]); };
    EXPECT_LT(green(40), 0x18);  // an upright picture between bars
    EXPECT_GT(green(160), 0x30);
    EXPECT_LT(green(280), 0x18);
}

TEST_F(BurnInTest, CaptionsInHdrAreAsBrightAsReferenceWhite) {
    const auto brightest = [&](const char* input) {
        const auto output = burn(input, std::string(input) + ".mp4");
        const auto levels = probe("movie=" + output.string() + ",signalstats",
                                  "-f lavfi -show_entries frame_tags=lavfi.signalstats.YMAX");
        double most = 0;
        for (const std::string& level : levels) {
            most = std::max(most, std::stod(level));
        }
        return most;
    };
    EXPECT_NEAR(brightest("grey_pq.mkv"), 16 + 0.58 * 219, 8);
    EXPECT_NEAR(brightest("grey_pcm.mkv"), 235, 8);
}

TEST_F(BurnInTest, WhatIsTransparentLiesOnBlackAsItIsShown) {
    for (const char* name : {"alpha.mov", "alpha.webm"}) {
        const auto before = framesOf(fixture(name));
        const auto after = framesOf(burn(name, std::string(name) + ".mp4", noCaptions()));
        ASSERT_FALSE(after.empty());
        ASSERT_EQ(after.size(), before.size());
        for (const int x : {10, 50}) {
            for (int channel = 0; channel < 3; ++channel) {
                EXPECT_NEAR(after[0].image.row(20)[x * Image::kChannels + channel],
                            before[0].image.row(20)[x * Image::kChannels + channel], 8)
                    << name << " " << x << " " << channel;
            }
        }
    }
}

TEST_F(BurnInTest, AnimatedWebpKeepsItsPicturesAndTheirTimes) {
    const auto input = folder_.file("a.webp");
    ASSERT_TRUE(
        test::ffmpeg("-f lavfi -i color=0x404040:size=320x240:rate=4:duration=2 -f lavfi -i "
                     "color=red:size=40x40:rate=4:duration=2 -filter_complex "
                     "\"[0][1]overlay=x=40*(n-1):y=0,format=rgb24,pad=321:240:0:0:0x404040\" "
                     "-c:v libwebp_anim -lossless 1 '" +
                     input.string() + "'"));
    const auto before = framesOf(input);
    ASSERT_EQ(before.size(), 8U);
    for (const char* name : {"out.mp4", "out.mkv"}) {
        const auto done = burnInSubtitles(input, folder_.file(name), kAss, fast());
        ASSERT_TRUE(done) << done.error().message << done.error().detail;
        const auto after = framesOf(folder_.file(name));
        ASSERT_EQ(after.size(), before.size());
        for (std::size_t i = 0; i < after.size(); ++i) {
            EXPECT_EQ(after[i].pts, before[i].pts) << i;
            EXPECT_EQ(after[i].image.width(), 322);
            EXPECT_EQ(lettersIn(after[i].image).any(), after[i].pts >= 500ms && after[i].pts < 1500ms) << i;
            const std::uint8_t* bgra = after[i].image.row(20) + (40 * i + 20) * Image::kChannels;
            EXPECT_GT(bgra[2], 200) << i;
            EXPECT_LT(bgra[1], 60) << i;
        }
        EXPECT_NEAR(std::stod(probe(folder_.file(name), "-show_entries format=duration").at(0)), 2.0, 0.01);
    }
}

TEST_F(BurnInTest, TheInputIsNeverReplaced) {
    std::filesystem::copy_file(fixture("grey.mp4"), folder_.file("in.mp4"));
    std::filesystem::create_symlink(folder_.file("in.mp4"), folder_.file("soft.mp4"));
    BurnInOptions options = fast();
    options.overwrite = true;
    expectFailure(burnInSubtitles(folder_.file("soft.mp4"), folder_.file("in.mp4"), kAss, options),
                  ErrorCode::Unsupported, "it is the video that is read");
    EXPECT_EQ(test::readBytes(folder_.file("in.mp4")), test::readBytes(fixture("grey.mp4")));
}

TEST_F(BurnInTest, WithoutRoomNothingIsLeft) {
    Result<void> done;
    {
        const test::FileSizeLimit limit(20'000);
        done = burnInSubtitles(fixture("export.mp4"), folder_.file("out.mp4"), kAss, fast());
    }
    expectFailure(done, ErrorCode::Io, "File too large");
    expectNothingLeft();
}

TEST_F(BurnInTest, AStopRequestEndsItWithNothingLeft) {
    std::stop_source stop;
    const auto done = burnInSubtitles(
        fixture("grey.mp4"), folder_.file("out.mp4"), kAss, fast(), [&](MediaTime) { stop.request_stop(); },
        stop.get_token());
    expectFailure(done, ErrorCode::Cancelled, "cancelled");
    expectNothingLeft();
}

}  // namespace
}  // namespace sightline
