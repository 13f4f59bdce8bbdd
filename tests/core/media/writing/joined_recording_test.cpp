// Recordings put one behind another, whose timestamps leap, and videos that start after their sound: what is read, what
// is copied and what is drawn stand on one clock.
#include <cstdlib>
#include <numeric>

#include <gtest/gtest.h>

#include "core/media/files/audio_reader.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/media/files/keyframe_reader.h"
#include "core/media/writing/burn_in.h"
#include "core/media/writing/copy_target.h"
#include "core/media/writing/subtitle_muxer.h"
#include "tests/support/beeps.h"
#include "tests/support/fixtures.h"
#include "tests/support/probe.h"
#include "tests/support/videos.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::ffmpeg;
using test::TemporaryFolder;

std::vector<MediaTime> timesIn(const std::filesystem::path& file) {
    std::vector<MediaTime> times;
    if (const auto source = test::openOk(file)) {
        Error end;
        for (const Frame& frame : test::readAll(*source, &end)) {
            times.push_back(frame.pts);
        }
        EXPECT_EQ(end.code, ErrorCode::EndOfStream) << end.message;
    }
    return times;
}

bool hasLetters(const Image& image) {
    for (int y = image.height() / 2; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.row(y)[x * Image::kChannels + 1] > 160) {
                return true;
            }
        }
    }
    return false;
}

std::string assFrom(double start, double end) {
    const auto time = [](double seconds) {
        std::string text = "0:00:0" + std::to_string(seconds);
        return text.substr(0, 10);
    };
    return "[Script Info]\nScriptType: v4.00+\nPlayResX: 320\nPlayResY: 240\n\n[V4+ Styles]\n"
           "Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BorderStyle, Outline, Shadow, Alignment, "
           "MarginV\nStyle: Default,DejaVu Sans,48,&H00FFFFFF,&H00000000,1,0,0,2,10\n\n[Events]\n"
           "Format: Layer, Start, End, Style, Text\nDialogue: 0," +
           time(start) + "," + time(end) + ",Default,HHHH\n";
}

// Four seconds of grey at 25 pictures a second in two or three parts, with sound.
class Recording : public testing::Test {
protected:
    std::filesystem::path part(const std::string& name, double seconds, const std::string& options) {
        const auto file = folder_.file(name);
        EXPECT_TRUE(ffmpeg("-f lavfi -i color=0x404040:size=160x120:rate=25:duration=" + std::to_string(seconds) +
                           " -f lavfi -i sine=330:duration=" + std::to_string(seconds) + " " + options + " '" +
                           file.string() + "'"));
        return file;
    }
    std::filesystem::path joined(const std::string& name, const std::vector<std::filesystem::path>& parts) {
        std::string bytes;
        for (const auto& one : parts) {
            bytes += test::readBytes(one);
        }
        test::writeBytes(folder_.file(name), bytes);
        return folder_.file(name);
    }
    std::size_t packets(const std::filesystem::path& file, const std::string& stream) {
        return test::probe(file, "-select_streams " + stream + " -show_entries packet=size").size();
    }

    // All pictures and sounds are in copies, each picture at the time at which it is read, and captions at theirs.
    void expectOneClock(const std::filesystem::path& input, std::size_t pictures) {
        const auto times = timesIn(input);
        ASSERT_EQ(times.size(), pictures) << input;
        // Known before anything is read, or players would show another length.
        const auto opened = test::openOk(input);
        EXPECT_NEAR(toSeconds(opened->description().duration), 0.04 * static_cast<double>(pictures), 0.1) << input;
        for (std::size_t i = 1; i < times.size(); ++i) {
            EXPECT_NEAR(toSeconds(times[i] - times[i - 1]), 0.04, 0.021) << input << " " << i;
        }
        const auto copy = folder_.file("copy.mkv");
        const auto muxed = muxSubtitles(input, copy, {{times[60], times[85], "late"}}, {"en", "D", true, true});
        ASSERT_TRUE(muxed) << muxed.error().message;
        const auto copied = timesIn(copy);
        ASSERT_EQ(copied.size(), times.size()) << input;
        const double zero = test::frameTimes(copy).front() - toSeconds(copied.front());
        for (std::size_t i = 0; i < times.size(); ++i) {
            EXPECT_NEAR(toSeconds(copied[i]), toSeconds(times[i]), 0.0021) << input << " " << i;
        }
        // At a join, what would be heard while the sound before it still is may be missing.
        EXPECT_LE(packets(copy, "a"), packets(input, "a"));
        EXPECT_GE(packets(copy, "a") + 4, packets(input, "a"));
        const auto caption = test::probe(copy, "-select_streams s -show_entries packet=pts_time");
        ASSERT_EQ(caption.size(), 1U);
        EXPECT_NEAR(std::stod(caption[0]) - zero, toSeconds(times[60]), 0.0021) << input;
        const auto sound = test::probe(copy, "-select_streams a -show_entries packet=pts_time");
        EXPECT_NEAR(std::stod(sound.back()) - zero, toSeconds(times.back()), 0.3) << input;

        const auto burned = folder_.file("burned.mp4");
        BurnInOptions options;
        options.preset = "ultrafast";
        options.overwrite = true;
        const auto done = burnInSubtitles(input, burned, assFrom(toSeconds(times[60]), toSeconds(times[85])), options);
        ASSERT_TRUE(done) << done.error().message;
        const auto source = test::openOk(burned);
        ASSERT_TRUE(source);
        const auto frames = test::readAll(*source);
        ASSERT_EQ(frames.size(), times.size()) << input;
        for (std::size_t i = 0; i < frames.size(); ++i) {
            if (i != 60 && i != 85) {  // ASS has hundredths of a second
                EXPECT_EQ(hasLetters(frames[i].image), i > 60 && i < 85) << input << " " << i;
            }
        }
    }

    // At 1 s and 2 s a white picture and a beep. Pictures and sound end when told, which is not together.
    std::filesystem::path marked(const std::string& name, double pictures, double sound, const std::string& options) {
        const auto file = folder_.file(name);
        EXPECT_TRUE(
            ffmpeg("-f lavfi -i \"color=black:size=64x48:rate=25:duration=" + std::to_string(pictures) +
                   ",geq=lum='if(lt(mod(T+0.001\\,1)\\,0.04)*gte(T\\,0.5)\\,235\\,16)':cb=128:cr=128\""
                   " -f lavfi -i "
                   "\"aevalsrc='0.8*cos(2*PI*1000*t)*lt(mod(t\\,1)\\,0.05)*gte(t\\,0.5)':sample_rate=48000:duration=" +
                   std::to_string(sound) + "\" " + options + " '" + file.string() + "'"));
        return file;
    }

    // Pictures and sound of a file that plays straight on: eight marks of each, none further apart than a picture.
    static void expectTogether(const std::filesystem::path& file) {
        std::vector<double> flashes;
        if (const auto source = test::openOk(file)) {
            for (const Frame& frame : test::readAll(*source)) {
                if (frame.image.row(24)[32 * Image::kChannels + 1] > 128) {
                    flashes.push_back(toSeconds(frame.pts));
                }
            }
        }
        const auto sound = openAudio(file);
        ASSERT_TRUE(sound) << sound.error().message;
        const auto beeps = test::beepStarts(test::readAll(**sound), (*sound)->format());
        ASSERT_EQ(flashes.size(), 8U) << file;
        ASSERT_EQ(beeps.size(), 8U) << file;
        for (std::size_t i = 0; i < beeps.size(); ++i) {
            EXPECT_NEAR(static_cast<double>(beeps[i]) / (*sound)->format().rate, flashes[i], 0.04) << file << " " << i;
        }
    }

    TemporaryFolder folder_;
};

// Sound that is longer or shorter than its pictures moves nothing behind the join, however many there are.
TEST_F(Recording, SoundStaysWithItsPicturesOverAllJoins) {
    for (const auto& [extension, codecs] :
         {std::pair(".ts", "-c:v mpeg2video -c:a mp2"), std::pair(".ts", "-c:v libx264 -preset ultrafast -c:a aac"),
          std::pair(".vob", "-c:v mpeg2video -bf 2 -c:a ac3 -f vob"),
          std::pair(".vob", "-c:v mpeg2video -c:a pcm_dvd -f vob")}) {
        const std::string kind = extension;
        const auto one = marked("1" + kind, 2.9, 2.5, codecs);
        const auto two =
            marked("2" + kind, 2.5, 2.9, std::string(codecs) + (kind == ".ts" ? " -output_ts_offset 3600" : ""));
        const auto input = joined("joined" + kind, {one, two, one, two});
        expectTogether(input);  // as it is played
        BurnInOptions options;
        options.preset = "ultrafast";
        options.overwrite = true;
        for (const char* name : {"burned.mp4", "burned.mkv"}) {
            const auto burned = burnInSubtitles(input, folder_.file(name), assFrom(1, 2), options);
            ASSERT_TRUE(burned) << codecs << ": " << burned.error().message;
            expectTogether(folder_.file(name));
        }
        const auto copy = copyTargetFor(input, folder_.file("copy"));
        if (std::string(codecs).find("pcm_dvd") != std::string::npos) {
            ASSERT_FALSE(copy);
            EXPECT_NE(copy.error().message.find("stream 1 (audio, pcm_dvd)"), std::string::npos)
                << copy.error().message;
            continue;
        }
        ASSERT_TRUE(copy) << codecs << ": " << copy.error().message;
        const auto muxed = muxSubtitles(input, *copy, {{1s, 2s, "one"}}, {"en", "D", true, true});
        ASSERT_TRUE(muxed) << codecs << ": " << muxed.error().message;
        expectTogether(*copy);
    }
}

TEST_F(Recording, TransportStreamsPutOneBehindAnother) {
    const auto one = part("1.ts", 1.6, "-c:v libx264 -preset veryfast -g 10 -bf 2 -c:a aac");
    const auto two = part("2.ts", 2.4, "-c:v libx264 -preset veryfast -g 10 -bf 2 -c:a aac");
    expectOneClock(joined("joined.ts", {one, two, one}), 40 + 60 + 40);
}

TEST_F(Recording, APartThatIsAnHourLater) {
    const auto one = part("1.ts", 1.6, "-c:v mpeg2video -c:a mp2");
    const auto two = part("2.ts", 2.4, "-c:v mpeg2video -c:a mp2 -output_ts_offset 3600");
    expectOneClock(joined("joined.ts", {one, two}), 100);
    expectOneClock(joined("back.ts", {two, one}), 100);
}

TEST_F(Recording, ProgramStreamsAsDvdsHaveThem) {
    const auto one = part("1.vob", 1.6, "-c:v mpeg2video -bf 2 -c:a mp2 -f vob");
    const auto two = part("2.vob", 2.4, "-c:v mpeg2video -bf 2 -c:a mp2 -f vob");
    expectOneClock(joined("joined.vob", {one, two, one}), 140);
}

TEST_F(Recording, PicturesThatStartAfterTheirSoundCountFromTheSound) {
    const auto base = part("base.mp4", 3.0, "-c:v libx264 -preset ultrafast -c:a aac");
    for (const char* name : {"late.mp4", "late.mkv", "late.ts"}) {
        const auto late = folder_.file(name);
        ASSERT_TRUE(ffmpeg("-i '" + base.string() + "' -itsoffset 2 -i '" + base.string() +
                           "' -map 1:v -map 0:a -c copy '" + late.string() + "'"));
        const auto times = timesIn(late);
        ASSERT_EQ(times.size(), 75U) << name;
        EXPECT_NEAR(toSeconds(times.front()), 2.0, 0.03) << name;
        const auto source = test::openOk(late);
        ASSERT_TRUE(source);
        EXPECT_NEAR(toSeconds(source->description().duration), 5.0, 0.1) << name;
        for (const auto& [time, picture] : {std::pair(0.5, 0U), std::pair(3.99, 49U)}) {
            ASSERT_TRUE(source->seek(std::chrono::duration_cast<MediaTime>(std::chrono::duration<double>(time))));
            const auto frame = source->read();
            ASSERT_TRUE(frame);
            EXPECT_NEAR(toSeconds(frame->pts), toSeconds(times[picture]), 0.041) << name;
        }
        auto keyframes = KeyframeReader::open(late);
        ASSERT_TRUE(keyframes);
        const auto keyframe = (*keyframes)->at(4s, 40);
        ASSERT_TRUE(keyframe);
        EXPECT_NEAR(toSeconds(keyframe->pts), 2.0, 0.03) << name;

        const auto copy = folder_.file("copy.mkv");
        ASSERT_TRUE(muxSubtitles(late, copy, {{2500ms, 3s, "late"}}, {"en", "D", true, true}));
        const auto pictures = test::frameTimes(copy);
        const auto caption = test::probe(copy, "-select_streams s -show_entries packet=pts_time");
        ASSERT_EQ(caption.size(), 1U);
        EXPECT_NEAR(std::stod(caption[0]) - pictures.front(), 0.5, 0.03) << name;
    }
}

TEST_F(Recording, AFileThatStartsAtTenSecondsCountsFromItsFirstPicture) {
    for (const char* name : {"ten.mkv", "ten.ts"}) {
        const auto ten = part(name, 3.0, "-c:v libx264 -preset ultrafast -c:a aac -output_ts_offset 10");
        const auto times = timesIn(ten);
        ASSERT_EQ(times.size(), 75U) << name;
        EXPECT_EQ(times.front(), 0s) << name;
        const auto source = test::openOk(ten);
        EXPECT_NEAR(toSeconds(source->description().duration), 3.0, 0.2) << name;
    }
}

}  // namespace
}  // namespace sightline
