#include "core/media/writing/subtitle_muxer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/media/language_code.h"
#include "core/media/writing/copy_target.h"
#include "tests/support/expect_failure.h"
#include "tests/support/ffmpeg_version.h"
#include "tests/support/fixtures.h"
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

const std::vector<SubtitleText> kSubtitles = {{500ms, 1s, "A dog & a cat"}, {1500ms, 2250ms, "Two\nlines, äöü <3"}};

std::string srtTime(double seconds) {
    const long ms = std::lround(seconds * 1000);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%02ld:%02ld:%02ld,%03ld", ms / 3'600'000, ms / 60'000 % 60, ms / 1000 % 60,
                  ms % 1000);
    return text.data();
}

std::string srtRange(double zero, double start, double end) {
    return srtTime(zero + start) + " --> " + srtTime(zero + end);
}

int streamCount(const std::filesystem::path& file) {
    return static_cast<int>(probe(file, "-show_entries stream=index").size());
}

std::vector<std::string> ofStream(const std::filesystem::path& file, const std::string& stream,
                                  const std::string& entries) {
    return probe(file, "-select_streams " + stream + " -show_entries " + entries);
}

// A folder to write into, and a check that a failed writer leaves nothing there.
class MuxErrors : public testing::Test {
protected:
    void expectNothingLeft(std::size_t files = 0) { EXPECT_EQ(test::filesIn(folder_.file("")), files); }
    TemporaryFolder folder_;
    const std::filesystem::path input_ = fixture("export.mp4");
};

class MuxedFile : public testing::TestWithParam<const char*> {
protected:
    std::filesystem::path mux() {
        const auto output = folder_.file(GetParam());
        const auto muxed = muxSubtitles(fixture(GetParam()), output, kSubtitles);
        EXPECT_TRUE(muxed) << muxed.error().message << " " << muxed.error().detail;
        return output;
    }
    TemporaryFolder folder_;
};

TEST_P(MuxedFile, PacketsOfCopiedStreamsAreTheInputsAtTheInputsTimes) {
    const auto output = mux();
    const int streams = streamCount(fixture(GetParam()));
    int compared = 0;
    for (int i = 0; i < streams; ++i) {
        if (ofStream(fixture(GetParam()), std::to_string(i), "stream=codec_type") == std::vector<std::string>{"data"}) {
            continue;  // the chapters' own track, made anew
        }
        const auto expected = packetsOf(fixture(GetParam()), i);
        ASSERT_GT(expected.size(), 0U) << i;
        EXPECT_EQ(packetsOf(output, i), expected) << "stream " << i;
        ++compared;
    }
    EXPECT_GE(compared, 2);
    EXPECT_EQ(test::filesIn(folder_.file("")), 1U);
}

TEST_P(MuxedFile, SubtitlesComeBackWithTheirTimesAndText) {
    const auto output = mux();
    const int tracks = static_cast<int>(ofStream(output, "s", "stream=index").size());
    const std::string found = test::subtitlesOf(output, tracks - 1);
    const double zero = frameTimes(fixture(GetParam())).front();
    EXPECT_NE(found.find(srtRange(zero, 0.5, 1.0) + "\nA dog & a cat\n"), std::string::npos) << found;
    EXPECT_NE(found.find(srtRange(zero, 1.5, 2.25) + "\nTwo\nlines, äöü <3\n"), std::string::npos) << found;
    EXPECT_EQ(std::count(found.begin(), found.end(), '>'), 2) << found;
}

TEST_P(MuxedFile, TheNewTrackIsTaggedAsDescriptionsInItsLanguage) {
    const auto output = mux();
    const int tracks = static_cast<int>(ofStream(output, "s", "stream=index").size());
    const std::string track = "s:" + std::to_string(tracks - 1);
    EXPECT_EQ(ofStream(output, track, "stream_tags=language"), std::vector<std::string>{"eng"});
    // WebM would call such a track metadata, which players do not show.
    const char* descriptions = std::string(GetParam()) == "export.webm" ? "0" : "1";
    EXPECT_EQ(ofStream(output, track, "stream_disposition=descriptions"), std::vector<std::string>{descriptions});
    EXPECT_EQ(ofStream(output, track, "stream_disposition=default"), std::vector<std::string>{"0"});
    const std::string title = std::string(GetParam()) == "export.mp4" ? "handler_name" : "title";
    EXPECT_EQ(ofStream(output, track, "stream_tags=" + title), std::vector<std::string>{"Descriptions"});
}

TEST_P(MuxedFile, MetadataChaptersAndDispositionsStay) {
    const auto output = mux();
    const auto input = fixture(GetParam());
    for (const char* entries :
         {"-show_entries format_tags=title,comment", "-show_entries chapter=start_time,end_time",
          "-show_entries chapter_tags=title", "-select_streams v -show_entries stream_disposition",
          "-select_streams a -show_entries stream_disposition",
          "-select_streams a -show_entries stream_tags=language"}) {
        EXPECT_EQ(probe(output, entries), probe(input, entries)) << entries;
    }
}

INSTANTIATE_TEST_SUITE_P(Containers, MuxedFile, testing::Values("export.mp4", "export.mkv", "export.webm"),
                         [](const auto& parameter) { return std::string(parameter.param).substr(7); });

TEST(SubtitleMuxer, TheTrackInWebmIsOneOfSubtitles) {
    const TemporaryFolder folder;
    ASSERT_TRUE(muxSubtitles(fixture("export.webm"), folder.file("out.webm"), kSubtitles));
    const std::string bytes = test::readBytes(folder.file("out.webm"));
    EXPECT_NE(bytes.find("D_WEBVTT/SUBTITLES"), std::string::npos);
    EXPECT_EQ(bytes.find("D_WEBVTT/DESCRIPTIONS"), std::string::npos);
}

// FFmpeg's own muxer tells what a track is for in .mp4 only.
TEST(SubtitleMuxer, TracksInQuickTimeAreMarkedAsInMp4) {
    const TemporaryFolder folder;
    for (const char* name : {"out.mp4", "out.mov"}) {
        ASSERT_TRUE(muxSubtitles(fixture("export.mp4"), folder.file(name), kSubtitles));
    }
    for (const char* stream : {"a:0", "a:1", "s:0", "s:1"}) {
        for (const char* entries : {"stream=codec_tag_string", "stream_tags=language", "stream_tags=handler_name",
                                    "stream_disposition=default,comment,descriptions,visual_impaired"}) {
            EXPECT_EQ(ofStream(folder.file("out.mov"), stream, entries),
                      ofStream(folder.file("out.mp4"), stream, entries))
                << stream << " " << entries;
        }
    }
    EXPECT_EQ(ofStream(folder.file("out.mov"), "s:1", "stream_disposition=descriptions"),
              std::vector<std::string>{"1"});
    EXPECT_EQ(ofStream(folder.file("out.mov"), "a:1", "stream_disposition=comment"), std::vector<std::string>{"1"});
    EXPECT_EQ(packetsOf(folder.file("out.mov"), 0), packetsOf(folder.file("out.mp4"), 0));
    const std::string bytes = test::readBytes(folder.file("out.mov"));
    EXPECT_NE(bytes.find("mhlrsbtl"), std::string::npos) << "players take text for chapters";
}

TEST(SubtitleMuxer, WhatLooksLikeMarkupIsShownAsWritten) {
    const TemporaryFolder folder;
    const std::string text = "R&D &amp; <b>1 < 2 {x} C:\\New";
    ASSERT_TRUE(muxSubtitles(fixture("export.mkv"), folder.file("out.mkv"), {{0ms, 1s, text}}));
    const auto tracks = ofStream(folder.file("out.mkv"), "s", "stream=index").size();
    // As players get it from FFmpeg: "\\{" is a brace, and U+2060, which is not seen, parts what would be a tag.
    const auto ass = folder.file("out.ass");
    ASSERT_TRUE(test::ffmpeg("-i '" + folder.file("out.mkv").string() + "' -map 0:s:" + std::to_string(tracks - 1) +
                             " '" + ass.string() + "'"));
    EXPECT_NE(test::readBytes(ass).find(",R&D &amp; <\u2060b>1 < 2 \\{x} C:\\\u2060New"), std::string::npos)
        << test::readBytes(ass);
}

TEST(SubtitleMuxer, AVideoWhoseOwnKindOfFileHoldsAllKeepsIt) {
    const TemporaryFolder folder;
    for (const char* name : {"export.mp4", "export.mkv", "export.webm", "attached.mkv"}) {
        const auto target = copyTargetFor(fixture(name), folder.file("a.b"));
        ASSERT_TRUE(target) << target.error().message;
        EXPECT_EQ(target->string(), folder.file("a.b").string() + fixture(name).extension().string());
    }
}

// What recorders and cameras write, and the kind of file that its copy becomes.
struct CopyCase {
    const char *input, *extension;
    const char* later = nullptr;  // where FFmpeg has learnt to keep all in another kind
    int since = test::kFfmpeg61;  // libavformat
};

class CopiedVideo : public testing::TestWithParam<CopyCase> {};

TEST_P(CopiedVideo, GoesWhereAllItsStreamsAreKept) {
    const TemporaryFolder folder;
    const auto& [name, before, later, since] = GetParam();
    const char* extension = later && LIBAVFORMAT_VERSION_INT >= since ? later : before;
    const auto input = fixture(name);
    const auto target = copyTargetFor(input, folder.file("out"));
    ASSERT_TRUE(target) << target.error().message;
    EXPECT_EQ(target->filename(), std::string("out") + extension);
    const auto muxed = muxSubtitles(input, *target, kSubtitles);  // with nothing left out
    ASSERT_TRUE(muxed) << muxed.error().message << " " << muxed.error().detail;
    EXPECT_EQ(streamCount(*target), streamCount(input) + 1);
    for (const char* kind : {"v", "a"}) {
        EXPECT_EQ(ofStream(*target, kind, "stream=codec_name"), ofStream(input, kind, "stream=codec_name"));
        EXPECT_EQ(ofStream(*target, kind, "packet=data_hash -show_data_hash md5"),
                  ofStream(input, kind, "packet=data_hash -show_data_hash md5"));
    }
    const auto pictures = "frame=width,height,pix_fmt";
    EXPECT_EQ(ofStream(*target, "v", pictures), ofStream(input, "v", pictures));
    EXPECT_GE(ofStream(*target, "v", pictures).size(), 3U * 5);
    const auto rotation = "stream_side_data=rotation";
    EXPECT_EQ(ofStream(*target, "v", rotation), ofStream(input, "v", rotation));
}

INSTANTIATE_TEST_SUITE_P(CodecsAndContainers, CopiedVideo,
                         testing::Values(CopyCase{"copy_h264.webm", ".mkv"}, CopyCase{"copy_vp8.mp4", ".mkv"},
                                         CopyCase{"copy_wmv2.wmv", ".mkv"}, CopyCase{"copy_gif.gif", ".mkv"},
                                         CopyCase{"copy_flv1.flv", ".mkv"}, CopyCase{"copy_h263.3gp", ".mkv"},
                                         CopyCase{"copy_dv.dv", ".mkv"}, CopyCase{"copy_dnxhd.mxf", ".mkv"},
                                         CopyCase{"copy_huffyuv.avi", ".mkv"}, CopyCase{"copy_utvideo.avi", ".mkv"},
                                         CopyCase{"copy_cinepak.avi", ".mkv"}, CopyCase{"copy_rgb.avi", ".mkv"},
                                         CopyCase{"copy_cfhd.mov", ".mkv", ".mov"}, CopyCase{"copy_prores.mp4", ".mov"},
                                         CopyCase{"copy_pcm.mp4", ".mkv", ".mp4"},
                                         CopyCase{"copy_pcm_quicktime.mp4", ".mov", ".mp4"},
                                         CopyCase{"copy_mulaw.avi", ".mkv"}, CopyCase{"copy_ima.avi", ".mkv"},
                                         CopyCase{"copy_upper.MOV", ".MOV"}, CopyCase{"copy_rotated.MOV", ".MOV"},
                                         CopyCase{"copy_rotated.3gp", ".mov", ".mkv", test::kFfmpeg7},
                                         CopyCase{"copy_rotated.mkv", ".mov", ".mkv", test::kFfmpeg7}),
                         [](const auto& parameter) {
                             std::string name = parameter.param.input;
                             std::replace(name.begin(), name.end(), '.', '_');
                             return name;
                         });

TEST(SubtitleMuxer, TimesCountFromTheFirstFrameThatIsShown) {
    const TemporaryFolder folder;
    struct Case {
        const char *input, *output;
        double hidden;  // seconds that an edit list hides and Matroska cannot
    };
    for (const auto& [input, target, hidden] :
         {Case{"edited.mp4", "edited.mp4", 0}, Case{"edited.mp4", "edited.mkv", 0.2},
          Case{"offset.ts", "offset.mp4", 0}, Case{"offset.ts", "offset.mkv", 0}}) {
        const auto output = folder.file(target);
        const auto muxed = muxSubtitles(fixture(input), output, kSubtitles);
        ASSERT_TRUE(muxed) << target << ": " << muxed.error().message << " " << muxed.error().detail;
        const double zero = frameTimes(output).front();
        EXPECT_LT(zero, 0.5) << target;
        const std::string found = test::subtitlesOf(output, 0);
        EXPECT_NE(found.find(srtRange(zero + hidden, 0.5, 1.0)), std::string::npos) << target << "\n" << found;
    }
}

TEST(SubtitleMuxer, OverlappingSubtitlesAreJoinedWhereTheTrackShowsOneAtATime) {
    const TemporaryFolder folder;
    const auto output = folder.file("out.mp4");
    ASSERT_TRUE(
        muxSubtitles(fixture("rotate0.mp4"), output,
                     {{200ms, 400ms, "second"}, {100ms, 300ms, "first"}, {0ms, 0ms, "empty"}, {0ms, 1s, " \n"}}));
    const std::string found = test::subtitlesOf(output, 0);
    EXPECT_NE(found.find("00:00:00,100 --> 00:00:00,200\nfirst\n"), std::string::npos) << found;
    EXPECT_NE(found.find("00:00:00,200 --> 00:00:00,300\nfirst\nsecond\n"), std::string::npos) << found;
    EXPECT_NE(found.find("00:00:00,300 --> 00:00:00,400\nsecond\n"), std::string::npos) << found;
    EXPECT_EQ(std::count(found.begin(), found.end(), '>'), 3) << found;
}

TEST(SubtitleMuxer, RotationStaysAndIsNeverLostSilently) {
    const TemporaryFolder folder;
    const auto output = folder.file("out.mov");
    ASSERT_TRUE(muxSubtitles(fixture("rotate90.mp4"), output, kSubtitles));
    const std::string entries = "stream_side_data=rotation";
    EXPECT_EQ(ofStream(output, "v", entries), ofStream(fixture("rotate90.mp4"), "v", entries));
    EXPECT_EQ(ofStream(output, "v", entries).size(), 1U);
    const auto matroska = muxSubtitles(fixture("rotate90.mp4"), folder.file("out.mkv"), kSubtitles);
    if (matroska) {
        EXPECT_EQ(ofStream(folder.file("out.mkv"), "v", entries), ofStream(output, "v", entries));
    } else {
        expectFailure(matroska, ErrorCode::Unsupported, "Cannot keep the rotation of stream 0");
    }
}

TEST(SubtitleMuxer, AttachedFilesStay) {
    const TemporaryFolder folder;
    const auto output = folder.file("out.mkv");
    ASSERT_TRUE(muxSubtitles(fixture("attached.mkv"), output, kSubtitles));
    const std::string entries = "stream=extradata_size:stream_tags=filename,mimetype";
    EXPECT_EQ(ofStream(output, "t", entries), ofStream(fixture("attached.mkv"), "t", entries));
    EXPECT_EQ(ofStream(output, "t", entries).size(), 3U);
}

TEST(SubtitleMuxer, ProgressRisesToTheLastFrame) {
    const TemporaryFolder folder;
    std::vector<MediaTime> times;
    ASSERT_TRUE(muxSubtitles(fixture("export.mp4"), folder.file("out.mp4"), kSubtitles, {},
                             [&](MediaTime time) { times.push_back(time); }));
    EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
    EXPECT_EQ(times.front(), 0ns);
    EXPECT_EQ(times.back(), 74 * 40ms);
}

TEST(SubtitleMuxer, AnExistingFileIsReplacedOnlyWhenAllowed) {
    const TemporaryFolder folder;
    test::writeBytes(folder.file("out.mp4"), "old");
    expectFailure(muxSubtitles(fixture("export.mp4"), folder.file("out.mp4"), kSubtitles), ErrorCode::Io, "it exists");
    EXPECT_EQ(test::readBytes(folder.file("out.mp4")), "old");
    SubtitleMuxOptions options;
    options.overwrite = true;
    ASSERT_TRUE(muxSubtitles(fixture("export.mp4"), folder.file("out.mp4"), kSubtitles, options));
    EXPECT_GT(std::filesystem::file_size(folder.file("out.mp4")), 1000U);
    EXPECT_EQ(test::filesIn(folder.file("")), 1U);
}

TEST_F(MuxErrors, ContainersWithoutTextSubtitlesAreRefusedWithAFix) {
    for (const char* name : {"out.avi", "out.ts", "out.flv", "out"}) {
        expectFailure(muxSubtitles(input_, folder_.file(name), kSubtitles), ErrorCode::Unsupported, ".mkv");
    }
    expectNothingLeft();
}

TEST_F(MuxErrors, AStreamTheTargetCannotHoldIsNamedOrLeftOutOnRequest) {
    const auto output = folder_.file("out.mp4");
    const auto input = fixture("attached.mkv");
    expectFailure(muxSubtitles(input, output, kSubtitles), ErrorCode::Unsupported, "stream 3 (subtitle, subrip)");
    expectNothingLeft();
    SubtitleMuxOptions options;
    options.leaveOutUnsupported = true;
    const auto muxed = muxSubtitles(input, output, kSubtitles, options);
    ASSERT_TRUE(muxed) << muxed.error().message << muxed.error().detail;
    EXPECT_EQ(ofStream(output, "s", "stream=codec_name"), std::vector<std::string>{"mov_text"});
    EXPECT_EQ(ofStream(output, "a", "stream=index").size(), 2U);
}

TEST_F(MuxErrors, PictureAndSoundAreNeverLeftOut) {
    SubtitleMuxOptions options;
    options.leaveOutUnsupported = true;
    const auto expectRefused = [&](const char* input, const char* output, const char* stream, const char* better) {
        const auto muxed = muxSubtitles(fixture(input), folder_.file(output), kSubtitles, options);
        expectFailure(muxed, ErrorCode::Unsupported, stream);
        EXPECT_NE(muxed.error().message.find(better), std::string::npos) << muxed.error().message;
    };
    expectRefused("copy_h264.webm", "out.webm", "stream 0 (video, h264)", "ends in .mkv");
    if (LIBAVFORMAT_VERSION_INT < test::kFfmpeg61) {  // MP4 holds it since
        expectRefused("copy_pcm.mp4", "out.mp4", "stream 1 (audio, pcm_s16be)", "ends in .mkv");
    }
    expectRefused("copy_wmv2.wmv", "out.mp4", "stream 0 (video, wmv2)", "ends in .mkv");
    expectRefused("unknown_codec.mp4", "out.mp4", "stream 0 (video, none)", "Convert the video");
    expectRefused("elementary.h264", "out.mkv", "stream 0 (video, h264)", "Convert the video");
    expectRefused("elementary.hevc", "out.mkv", "stream 0 (video, hevc)", "Convert the video");
    expectNothingLeft();
}

TEST_F(MuxErrors, AnAnimationThatNoKindOfFileHoldsIsNamed) {
    const auto input = folder_.file("a.webp");
    ASSERT_TRUE(
        test::ffmpeg("-f lavfi -i testsrc=size=64x48:rate=2:duration=2 -c:v libwebp_anim '" + input.string() + "'"));
    const auto target = copyTargetFor(input, folder_.file("out"));
    ASSERT_FALSE(target);
    EXPECT_NE(target.error().message.find("stream 0 (video, webp)"), std::string::npos) << target.error().message;
    for (const char* name : {"out.mkv", "out.mov", "out.mp4"}) {
        expectFailure(muxSubtitles(input, folder_.file(name), kSubtitles, {"en", "D", true, true}),
                      ErrorCode::Unsupported, "stream 0 (video, webp)");
    }
    expectNothingLeft(1);
}

TEST_F(MuxErrors, AnInputThatIsNoVideoIsToldApart) {
    const auto output = folder_.file("out.mkv");
    expectFailure(muxSubtitles(fixture("no_such.mp4"), output, kSubtitles), ErrorCode::NotFound, "no such file");
    expectFailure(muxSubtitles(fixture("noise.mp4"), output, kSubtitles), ErrorCode::Corrupt, "damaged");
    expectFailure(muxSubtitles(fixture("audio_only.m4a"), output, kSubtitles), ErrorCode::Unsupported, "no video");
    expectNothingLeft();
}

TEST_F(MuxErrors, TheInputIsNeverReplacedByWhateverName) {
    const auto original = folder_.file("in.mp4");
    std::filesystem::copy_file(input_, original);
    std::filesystem::create_hard_link(original, folder_.file("hard.mp4"));
    std::filesystem::create_symlink(original, folder_.file("soft.mp4"));
    const std::string bytes = test::readBytes(original);
    SubtitleMuxOptions options;
    options.overwrite = true;
    for (const char* name : {"in.mp4", "./in.mp4", "hard.mp4", "soft.mp4"}) {
        expectFailure(muxSubtitles(original, folder_.file(name), kSubtitles, options), ErrorCode::Unsupported,
                      "it is the video that is read");
    }
    expectFailure(muxSubtitles(folder_.file("soft.mp4"), original, kSubtitles, options), ErrorCode::Unsupported,
                  "it is the video that is read");
    EXPECT_EQ(test::readBytes(original), bytes);
    expectNothingLeft(3);
}

TEST_F(MuxErrors, AMissingFolderIsToldWithAFix) {
    expectFailure(muxSubtitles(input_, folder_.file("no/out.mp4"), kSubtitles), ErrorCode::NotFound,
                  "Make the folder first");
}

TEST_F(MuxErrors, AFolderWithoutPermissionIsToldWithAFix) {
    if (::geteuid() == 0) {
        GTEST_SKIP() << "root may write everywhere";
    }
    std::filesystem::permissions(folder_.file(""), std::filesystem::perms(0500));
    const auto muxed = muxSubtitles(input_, folder_.file("out.mp4"), kSubtitles);
    std::filesystem::permissions(folder_.file(""), std::filesystem::perms(0700));
    expectFailure(muxed, ErrorCode::Io, "Change the folder's permissions");
    expectNothingLeft();
}

TEST_F(MuxErrors, WithoutRoomTheOldFileStaysAndNothingElseIsLeft) {
    for (const char* name : {"out.mp4", "out.mkv"}) {
        test::writeBytes(folder_.file(name), "old");
        SubtitleMuxOptions options;
        options.overwrite = true;
        options.leaveOutUnsupported = true;
        Result<void> muxed;
        {
            const test::FileSizeLimit limit(40'000);
            muxed = muxSubtitles(input_, folder_.file(name), kSubtitles, options);
        }
        expectFailure(muxed, ErrorCode::Io, "Cannot write");
        EXPECT_NE(muxed.error().message.find("File too large"), std::string::npos) << muxed.error().message;
        EXPECT_EQ(test::readBytes(folder_.file(name)), "old");
    }
    expectNothingLeft(2);
}

TEST_F(MuxErrors, AStopRequestEndsItWithNothingLeft) {
    std::stop_source stop;
    const auto muxed = muxSubtitles(
        input_, folder_.file("out.mp4"), kSubtitles, {},
        [&](MediaTime time) {
            if (time > 1s) {
                stop.request_stop();
            }
        },
        stop.get_token());
    expectFailure(muxed, ErrorCode::Cancelled, "cancelled");
    expectNothingLeft();
}

TEST(LanguageCode, TagsBecomeThreeLetters) {
    EXPECT_EQ(threeLetterLanguage("en"), "eng");
    EXPECT_EQ(threeLetterLanguage("de-CH"), "deu");
    EXPECT_EQ(threeLetterLanguage("ZU"), "zul");
    EXPECT_EQ(threeLetterLanguage("aa"), "aar");
    EXPECT_EQ(threeLetterLanguage("fil"), "fil");
    EXPECT_EQ(threeLetterLanguage("xx"), "und");
    EXPECT_EQ(threeLetterLanguage(""), "und");
}

}  // namespace
}  // namespace sightline
