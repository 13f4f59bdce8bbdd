// Streams from real servers on loopback, and a real X display.
#include "core/media/live/live_input.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>

#include "core/media/live/open_source.h"
#include "core/media/live/reconnecting_source.h"
#include "tests/support/child_process.h"
#include "tests/support/eventually.h"
#include "tests/support/expect_red.h"
#include "tests/support/fixtures.h"
#include "tests/support/probe.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::ChildProcess;
using test::expectRed;
using test::TemporaryFolder;

std::vector<std::string> ffmpeg(std::vector<std::string> rest) {
    std::vector<std::string> command{
        "ffmpeg", "-nostdin", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "color=c=red:size=320x240:rate=20"};
    command.insert(command.end(), rest.begin(), rest.end());
    return command;
}

// A server of one client needs a moment until it listens.
Result<std::unique_ptr<FrameSource>> openSoon(const std::string& address, const SourceOptions& options = {}) {
    const auto deadline = std::chrono::steady_clock::now() + test::kDeadline;
    while (true) {
        auto opened = openSource(address, options);
        if (opened || std::chrono::steady_clock::now() > deadline) {
            return opened;
        }
        std::this_thread::sleep_for(100ms);
    }
}

std::string httpAddress(int port, const std::string& path) {
    return "http://127.0.0.1:" + std::to_string(port) + "/" + path;
}

// Reads two pictures, makes the server silent, and measures how long until that is told.
void expectStallIsTold(FrameSource& source, ChildProcess& server) {
    for (int i = 0; i < 2; ++i) {
        const auto frame = source.read();
        ASSERT_TRUE(frame) << frame.error().message;
        expectRed(frame->image);
    }
    server.kill(SIGSTOP);
    auto last = std::chrono::steady_clock::now();
    while (true) {  // what was under way still arrives
        const auto frame = source.read();
        if (!frame) {
            EXPECT_EQ(frame.error().code, ErrorCode::Device);
            EXPECT_NE(frame.error().message.find("no pictures any more"), std::string::npos) << frame.error().message;
            break;
        }
        last = std::chrono::steady_clock::now();
    }
    EXPECT_LT(std::chrono::steady_clock::now() - last, 2s);
}

TEST(LiveInput, HttpMjpeg) {
    const int port = test::freePort();
    ChildProcess server(ffmpeg({"-c:v", "mjpeg", "-f", "mpjpeg", "-listen", "1", httpAddress(port, "video.mjpg")}));
    auto source = openSoon(httpAddress(port, "video.mjpg"));
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_TRUE((*source)->description().live);
    EXPECT_EQ((*source)->description().width, 320);
    EXPECT_EQ((*source)->description().height, 240);
    expectStallIsTold(**source, server);
}

TEST(LiveInput, MpegTsOverTcp) {
    const int port = test::freePort();
    const std::string address = "tcp://127.0.0.1:" + std::to_string(port);
    ChildProcess server(
        ffmpeg({"-c:v", "mpeg2video", "-b:v", "1M", "-g", "10", "-f", "mpegts", address + "?listen=1"}));
    auto source = openSoon(address);
    ASSERT_TRUE(source) << source.error().message;
    expectStallIsTold(**source, server);
}

// Encoders put a picture that stands alone in every ten seconds, unless they are told otherwise.
TEST(LiveInput, TheOnlyKeyframeForLongIsTheFirst) {
    const int port = test::freePort();
    const std::string address = "tcp://127.0.0.1:" + std::to_string(port);
    ChildProcess server(ffmpeg({"-c:v", "libx264", "-g", "250", "-f", "mpegts", address + "?listen=1"}));
    auto source = openSoon(address);
    ASSERT_TRUE(source) << source.error().message;
    expectStallIsTold(**source, server);
}

TEST(LiveInput, AStreamIsWaitedForUntilItsNextKeyframe) {
    if (!test::findProgram("python3")) {
        GTEST_SKIP() << "skipped: python3 is the server";
    }
    const TemporaryFolder folder;
    const auto file = folder.file("a.ts");
    ASSERT_TRUE(test::ffmpeg("-f lavfi -i color=c=red:size=320x240:rate=20:duration=8 -c:v libx264 -g 100 '" +
                             file.string() + "'"));
    const auto packets = test::probe(file, "-select_streams v -show_entries packet=pos");
    const std::string bytes = test::readBytes(file);
    const std::size_t begin = std::stoul(packets[20]);  // a second behind its first keyframe, four before the next
    test::writeBytes(file, bytes.substr(begin));
    const int port = test::freePort();
    const std::string script =
        "import socket,sys,time\n"
        "data = open(sys.argv[1], 'rb').read()\n"
        "client = socket.create_server(('127.0.0.1', int(sys.argv[2]))).accept()[0]\n"
        "for i in range(140):\n"  // pictures of 20 a second
        "    client.sendall(data[len(data) * i // 140:len(data) * (i + 1) // 140])\n"
        "    time.sleep(0.05)\n"
        "time.sleep(60)\n";
    ChildProcess server({"python3", "-c", script, file.string(), std::to_string(port)});
    auto source = openSoon("tcp://127.0.0.1:" + std::to_string(port));
    ASSERT_TRUE(source) << source.error().message;
    EXPECT_EQ((*source)->description().width, 320);
    for (int i = 0; i < 10; ++i) {
        const auto frame = (*source)->read();
        ASSERT_TRUE(frame) << frame.error().message;
        expectRed(frame->image);
    }
}

class Ear final : public SoundTap {
public:
    bool isWanted() const override { return isWanted_; }
    void opened(bool hasSound) override { hasSound_ = hasSound; }
    void heard(std::span<const float> samples) override {
        samples_.insert(samples_.end(), samples.begin(), samples.end());
    }

    bool isWanted_ = true;
    std::optional<bool> hasSound_;
    std::vector<float> samples_;
};

TEST(LiveInput, SoundIsHeardWithThePictures) {
    for (const bool hasSound : {true, false}) {
        const int port = test::freePort();
        const std::string address = "tcp://127.0.0.1:" + std::to_string(port);
        std::vector<std::string> rest{"-c:v", "mpeg2video", "-b:v", "1M", "-g", "10", "-f", "mpegts"};
        if (hasSound) {
            rest.insert(rest.begin(),
                        {"-re", "-f", "lavfi", "-i", "sine=frequency=1000:sample_rate=44100", "-c:a", "aac"});
        }
        rest.push_back(address + "?listen=1");
        ChildProcess server(ffmpeg(rest));
        const auto ear = std::make_shared<Ear>();
        SourceOptions options;
        options.live.sound = ear;
        auto source = openSoon(address, options);
        ASSERT_TRUE(source) << source.error().message;
        EXPECT_EQ(ear->hasSound_, hasSound);
        for (int i = 0; i < 40; ++i) {  // two seconds
            ASSERT_TRUE((*source)->read());
        }
        if (!hasSound) {
            EXPECT_TRUE(ear->samples_.empty());
            continue;
        }
        // A tone of 1000 Hz passes zero 2000 times a second.
        ASSERT_GT(ear->samples_.size(), SoundTap::kRate / 2U);
        int passes = 0;
        const auto heard = std::span(ear->samples_).last(SoundTap::kRate / 4);
        for (std::size_t i = 1; i < heard.size(); ++i) {
            passes += (heard[i - 1] < 0.0F) != (heard[i] < 0.0F) ? 1 : 0;
        }
        EXPECT_NEAR(passes, 500, 5);
    }
}

#ifdef SIGHTLINE_RTSP_SERVER
TEST(LiveInput, Rtsp) {
    const int port = test::freePort();
    ChildProcess server({SIGHTLINE_RTSP_SERVER, std::to_string(port)});
    ASSERT_TRUE(test::listensOn(port));
    const std::string address = "rtsp://127.0.0.1:" + std::to_string(port);
    auto source = openSource(address + "/test");
    ASSERT_TRUE(source) << source.error().message << source.error().detail;
    expectStallIsTold(**source, server);
    server.kill(SIGCONT);
    const auto missing = openSource(address + "/other");
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find("knows no such address"), std::string::npos) << missing.error().message;
}
TEST(LiveInput, TheSoundOfACameraIsAskedForOnlyWhileSomebodyListens) {
    const int port = test::freePort();
    const TemporaryFolder folder;
    const auto log = folder.file("log");
    ChildProcess server({SIGHTLINE_RTSP_SERVER, std::to_string(port), log.string()});
    ASSERT_TRUE(test::listensOn(port));
    const auto asked = [&log] {
        const std::string lines = test::readBytes(log);
        return std::ranges::count(lines, '\n');
    };
    const auto ear = std::make_shared<Ear>();
    ear->isWanted_ = false;
    SourceOptions options;
    options.live.sound = ear;
    auto source = openSource("rtsp://127.0.0.1:" + std::to_string(port) + "/talk", options);
    ASSERT_TRUE(source) << source.error().message << source.error().detail;
    const auto readSome = [&] {
        for (int i = 0; i < 20; ++i) {  // a second
            const auto frame = (*source)->read();
            ASSERT_TRUE(frame) << frame.error().message << frame.error().detail;
            expectRed(frame->image);
        }
    };
    readSome();
    EXPECT_EQ(asked(), 1);
    EXPECT_FALSE(ear->hasSound_);
    EXPECT_TRUE(ear->samples_.empty());
    ear->isWanted_ = true;
    readSome();
    EXPECT_EQ(asked(), 3);
    EXPECT_EQ(ear->hasSound_, true);
    EXPECT_FALSE(ear->samples_.empty());
    ear->isWanted_ = false;
    readSome();
    EXPECT_EQ(asked(), 4);
    const std::size_t heard = ear->samples_.size();
    readSome();
    EXPECT_EQ(ear->samples_.size(), heard);
}
#endif

TEST(LiveInput, APlaylistsOwnSoundIsFetchedOnlyWhileSomebodyListens) {
    if (!test::findProgram("python3")) {
        GTEST_SKIP() << "skipped: python3 serves the playlist";
    }
    const TemporaryFolder folder;
    ChildProcess writer({"ffmpeg",
                         "-nostdin",
                         "-loglevel",
                         "error",
                         "-re",
                         "-f",
                         "lavfi",
                         "-i",
                         "color=c=red:size=320x240:rate=20",
                         "-re",
                         "-f",
                         "lavfi",
                         "-i",
                         "sine=frequency=1000:sample_rate=44100",
                         "-map",
                         "0:v",
                         "-map",
                         "1:a",
                         "-c:v",
                         "mpeg2video",
                         "-g",
                         "20",
                         "-c:a",
                         "aac",
                         "-f",
                         "hls",
                         "-hls_time",
                         "1",
                         "-hls_list_size",
                         "4",
                         "-master_pl_name",
                         "live.m3u8",
                         "-var_stream_map",
                         "v:0,agroup:a,name:pictures a:0,agroup:a,default:yes,name:sound",
                         folder.file("%v.m3u8").string()});
    const int port = test::freePort();
    const std::string log = folder.file("log").string();
    ChildProcess server({"sh", "-c",
                         "exec python3 -m http.server " + std::to_string(port) + " --bind 127.0.0.1 --directory " +
                             folder.file("").string() + " 2> " + log});
    ASSERT_TRUE(test::listensOn(port));
    const auto ear = std::make_shared<Ear>();
    ear->isWanted_ = false;
    SourceOptions options;
    options.live.sound = ear;
    auto source = openSoon(httpAddress(port, "live.m3u8"), options);
    ASSERT_TRUE(source) << source.error().message;
    const auto fetched = [&log](const std::string& name) {
        const std::string lines = test::readBytes(log);
        int count = 0;
        for (auto at = lines.find("GET /" + name); at != std::string::npos; at = lines.find("GET /" + name, at + 1)) {
            count += lines.compare(lines.find(".", at), 4, ".ts ") == 0 ? 1 : 0;
        }
        return count;
    };
    const auto read = [&](int pictures) {
        for (int i = 0; i < pictures; ++i) {
            const auto frame = (*source)->read();
            ASSERT_TRUE(frame) << frame.error().message << frame.error().detail;
        }
    };
    read(1);
    const int before = fetched("sound");  // looked at to see what it is
    const int pictures = fetched("pictures");
    read(60);
    EXPECT_GE(fetched("pictures"), pictures + 2);
    EXPECT_EQ(fetched("sound"), before);
    EXPECT_TRUE(ear->samples_.empty());
    ear->isWanted_ = true;
    read(80);
    EXPECT_GT(fetched("sound"), before);
    EXPECT_FALSE(ear->samples_.empty());
}

TEST(LiveInput, HlsIsShownAtItsOwnPace) {
    const TemporaryFolder folder;
    if (!test::findProgram("python3")) {
        GTEST_SKIP() << "skipped: python3 serves the playlist";
    }
    ChildProcess writer(ffmpeg({"-c:v", "mpeg2video", "-g", "20", "-f", "hls", "-hls_time", "1", "-hls_list_size", "4",
                                folder.file("live.m3u8").string()}));
    const int port = test::freePort();
    ChildProcess server({"python3", "-m", "http.server", std::to_string(port), "--bind", "127.0.0.1", "--directory",
                         folder.file("").string()});
    ASSERT_TRUE(test::listensOn(port));
    auto source = openSoon(httpAddress(port, "live.m3u8"));
    ASSERT_TRUE(source) << source.error().message;
    ASSERT_TRUE((*source)->read());
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < 40; ++i) {
        const auto frame = (*source)->read();
        ASSERT_TRUE(frame) << frame.error().message;
        expectRed(frame->image);
    }
    const auto took = std::chrono::steady_clock::now() - begin;
    EXPECT_GT(took, 1500ms) << "40 pictures of a stream of 20 a second";
}

TEST(LiveInput, AnRtspCameraThatRefusesTcpIsWatchedOverUdp) {
    if (!test::findProgram("python3")) {
        GTEST_SKIP() << "skipped: python3 is the camera";
    }
    const int port = test::freePort();
    ChildProcess camera({"python3", test::sourceFile("tests/support/udp_camera.py"), std::to_string(port)});
    ASSERT_TRUE(test::listensOn(port));
    auto source = openSoon("rtsp://127.0.0.1:" + std::to_string(port) + "/live");
    ASSERT_TRUE(source) << source.error().message << source.error().detail;
    const auto frame = (*source)->read();
    ASSERT_TRUE(frame) << frame.error().message;
    expectRed(frame->image);
}

TEST(LiveInput, ALeapOfAPlaylistsClockFreezesNothing) {
    if (!test::findProgram("python3")) {
        GTEST_SKIP() << "skipped: python3 serves the playlist";
    }
    const TemporaryFolder folder;
    std::string playlist = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n";
    int piece = 0;
    for (const char* colour : {"red", "lime", "blue"}) {  // each 12 s later than it should be
        const std::string name = std::string(colour) + ".ts";
        ChildProcess maker({"ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i",
                            "color=c=" + std::string(colour) + ":size=320x240:rate=20:duration=2", "-c:v", "mpeg2video",
                            "-b:v", "1M", "-output_ts_offset", std::to_string(14 * piece++), "-f", "mpegts",
                            folder.file(name).string()});
        maker.wait();
        playlist += "#EXTINF:2.0,\n" + name + "\n";
    }
    test::writeBytes(folder.file("live.m3u8"), playlist);
    const int port = test::freePort();
    ChildProcess server({"python3", "-m", "http.server", std::to_string(port), "--bind", "127.0.0.1", "--directory",
                         folder.file("").string()});
    ASSERT_TRUE(test::listensOn(port));
    auto source = openSoon(httpAddress(port, "live.m3u8"));
    ASSERT_TRUE(source) << source.error().message;
    std::array<int, 3> seen{};  // pictures that are mostly red, green, blue
    SteadyTime first{};
    SteadyTime last{};
    for (int i = 0; i < 118; ++i) {  // of 120: the decoder holds back the last ones
        const auto frame = (*source)->read();
        ASSERT_TRUE(frame) << frame.error().message << " after " << i;
        const std::uint8_t* middle = frame->image.row(120) + 160 * Image::kChannels;
        seen[0] += middle[2] > 150 ? 1 : 0;
        seen[1] += middle[1] > 150 ? 1 : 0;
        seen[2] += middle[0] > 150 ? 1 : 0;
        last = frame->captured;
        first = i == 0 ? last : first;
    }
    EXPECT_GE(*std::min_element(seen.begin(), seen.end()), 38) << "of 40 each";
    EXPECT_LT(last - first, 14s) << "6 s of pictures, without the 24 s that the clock leaps";
}

TEST(LiveInput, AnAddressOfASinglePictureIsAskedAgain) {
    if (!test::findProgram("python3")) {
        GTEST_SKIP() << "skipped: python3 serves the picture";
    }
    const TemporaryFolder folder;
    const auto put = [&](const char* name) {
        test::writeBytes(folder.file("snap.jpg"), test::readBytes(test::sourceFile(std::string("tests/data/") + name)));
    };
    put("astronaut.jpg");
    const int port = test::freePort();
    ChildProcess server({"python3", "-m", "http.server", std::to_string(port), "--bind", "127.0.0.1", "--directory",
                         folder.file("").string()});
    ASSERT_TRUE(test::listensOn(port));
    SourceOptions options;
    options.live.snapshotInterval = 150ms;
    auto source = openSource(httpAddress(port, "snap.jpg"), options);
    ASSERT_TRUE(source) << source.error().message;
    std::vector<SteadyTime> times;
    for (int i = 0; i < 4; ++i) {
        const auto frame = (*source)->read();
        ASSERT_TRUE(frame) << frame.error().message << frame.error().detail;
        EXPECT_EQ(frame->id, static_cast<std::uint64_t>(i));
        times.push_back(frame->captured);
    }
    EXPECT_GE(times[3] - times[1], 290ms) << "no oftener than wanted";
    put("coffee.png");
    int width = 0;
    for (int i = 0; i < 4 && width != 240; ++i) {
        const auto frame = (*source)->read();
        ASSERT_TRUE(frame) << frame.error().message << frame.error().detail;
        width = frame->image.width();
    }
    EXPECT_EQ(width, 240) << "the camera's next picture, of another size and kind";
    std::filesystem::remove(folder.file("snap.jpg"));
    while (const auto frame = (*source)->read()) {
    }
    EXPECT_NE((*source)->read().error().message.find("Cannot open"), std::string::npos);
}

TEST(LiveInput, AnUnreachableAddressIsToldWithCauseAndFixAndWithoutItsPassword) {
    const auto refused = openSource("http://joe:secret@127.0.0.1:" + std::to_string(test::freePort()) + "/a");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Device);
    EXPECT_NE(refused.error().message.find("nothing listens there"), std::string::npos) << refused.error().message;
    EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
}

TEST(LiveInput, AWebPageIsNoVideo) {
    const TemporaryFolder folder;
    test::writeBytes(folder.file("page.html"), "<html><body>" + std::string(5000, 'x') + "</body></html>");
    if (!test::findProgram("python3")) {
        GTEST_SKIP() << "skipped: python3 serves the page";
    }
    const int port = test::freePort();
    ChildProcess server({"python3", "-m", "http.server", std::to_string(port), "--bind", "127.0.0.1", "--directory",
                         folder.file("").string()});
    ASSERT_TRUE(test::listensOn(port));
    const auto page = openSource(httpAddress(port, "page.html"));
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, ErrorCode::Unsupported);
    const auto missing = openSource(httpAddress(port, "none.mjpg"));
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().message.find("knows no such address"), std::string::npos) << missing.error().message;
}

TEST(LiveInput, AServerThatAcceptsAndSaysNothingTimesOut) {
    const int port = test::freePort();
    if (!test::findProgram("python3")) {
        GTEST_SKIP() << "skipped: python3 is the server";
    }
    ChildProcess server({"python3", "-c",
                         "import socket,time\ns=socket.create_server(('127.0.0.1'," + std::to_string(port) +
                             "))\nc=[]\nwhile True: c.append(s.accept())"});
    ASSERT_TRUE(test::listensOn(port));
    SourceOptions options;
    options.live.openTimeout = 700ms;
    const auto begin = std::chrono::steady_clock::now();
    const auto silent = openSource(httpAddress(port, "a"), options);
    ASSERT_FALSE(silent);
    EXPECT_NE(silent.error().message.find("no answer within"), std::string::npos) << silent.error().message;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST(LiveInput, OpeningCanBeCancelled) {
    const int port = test::freePort();
    if (!test::findProgram("python3")) {
        GTEST_SKIP() << "skipped: python3 is the server";
    }
    ChildProcess server({"python3", "-c",
                         "import socket,time\ns=socket.create_server(('127.0.0.1'," + std::to_string(port) +
                             "))\nc=[]\nwhile True: c.append(s.accept())"});
    ASSERT_TRUE(test::listensOn(port));
    std::stop_source stop;
    std::jthread later([&] {
        std::this_thread::sleep_for(300ms);
        stop.request_stop();
    });
    const auto begin = std::chrono::steady_clock::now();
    const auto opened = openSource(*parseSourceAddress(httpAddress(port, "a")), {}, stop.get_token());
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Cancelled);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 3s);
}

TEST(LiveInput, AServerThatComesBackIsFoundAgain) {
    const int port = test::freePort();
    const auto command = ffmpeg({"-c:v", "mjpeg", "-f", "mpjpeg", "-listen", "1", httpAddress(port, "v.mjpg")});
    std::optional<ChildProcess> server(std::in_place, command);
    const SystemClock clock;
    auto health = std::make_shared<SourceHealth>();
    const auto address = parseSourceAddress(httpAddress(port, "v.mjpg"));
    ReconnectingSource source(address->name,
                              [&](const std::stop_token& stop) { return openSource(*address, {}, stop); }, clock,
                              health, {.firstWait = 100ms, .longestWait = 500ms, .patient = true});
    auto frame = source.read();
    ASSERT_TRUE(frame) << frame.error().message;
    server.reset();
    server.emplace(command);
    const auto before = frame->id;
    bool waited = false;
    const auto deadline = std::chrono::steady_clock::now() + test::kDeadline;
    std::uint64_t after = 0;
    SourceHealth* told = health.get();
    for (int i = 0; i < 200 && std::chrono::steady_clock::now() < deadline; ++i) {
        frame = source.read();
        ASSERT_TRUE(frame) << frame.error().message;
        after = frame->id;
        waited = waited || told->status().state != SourceState::Live;
    }
    EXPECT_GT(after, before + 100);
}

class LiveInputScreen : public testing::Test {
protected:
    void SetUp() override {
        if (const auto reason = test::XDisplay::unavailable()) {
            GTEST_SKIP() << *reason;
        }
        display_.emplace();
        ASSERT_FALSE(display_->name().empty());
    }

    static int brightness(const Image& image, int x, int y) { return image.row(y)[x * Image::kChannels + 1]; }

    std::optional<test::XDisplay> display_;
};

TEST_F(LiveInputScreen, TheWholeScreenAndAPartOfIt) {
    const std::string xclock = test::findProgram("xclock").value_or("");
    if (xclock.empty()) {
        GTEST_SKIP() << "skipped: xclock is not installed";
    }
    ChildProcess clock({xclock, "-display", display_->name(), "-geometry", "120x100+200+150", "-bw", "0"});
    auto whole = openSource("screen:" + display_->name());
    ASSERT_TRUE(whole) << whole.error().message << whole.error().detail;
    EXPECT_EQ((*whole)->description().width, 640);
    EXPECT_EQ((*whole)->description().height, 480);
    const auto deadline = std::chrono::steady_clock::now() + test::kDeadline;
    bool seen = false;
    while (!seen && std::chrono::steady_clock::now() < deadline) {
        const auto frame = (*whole)->read();
        ASSERT_TRUE(frame) << frame.error().message;
        seen = brightness(frame->image, 203, 153) > 200 && brightness(frame->image, 316, 154) > 200;
        EXPECT_LT(brightness(frame->image, 190, 150), 50);
    }
    ASSERT_TRUE(seen) << "the window was not seen where it is";

    auto part = openSource("screen:" + display_->name() + "/120x100+200+150");
    ASSERT_TRUE(part) << part.error().message;
    const auto frame = (*part)->read();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->image.width(), 120);
    EXPECT_EQ(frame->image.height(), 100);
    EXPECT_GT(brightness(frame->image, 3, 3), 200);
    EXPECT_GT(brightness(frame->image, 116, 4), 200);
    EXPECT_EQ(frame->image.row(0)[3], 255) << "alpha";
}

TEST_F(LiveInputScreen, AnAreaBeyondTheScreenOrAnUnknownWindowIsRefused) {
    for (const char* area : {"/9000x9000+0+0", "/window=0x12345678"}) {
        const auto source = openSource("screen:" + display_->name() + area);
        ASSERT_FALSE(source) << area;
        EXPECT_EQ(source.error().code, ErrorCode::Device);
        EXPECT_NE(source.error().message.find("watch"), std::string::npos) << source.error().message;
    }
}

TEST_F(LiveInputScreen, AClosedDisplayIsTold) {
    auto source = openSource("screen:" + display_->name());
    ASSERT_TRUE(source) << source.error().message;
    ASSERT_TRUE((*source)->read());
    display_.reset();
    const auto begin = std::chrono::steady_clock::now();
    while ((*source)->read()) {
        ASSERT_LT(std::chrono::steady_clock::now() - begin, test::kDeadline);
    }
    const auto frame = (*source)->read();
    EXPECT_EQ(frame.error().code, ErrorCode::Device);
    EXPECT_NE(frame.error().message.find("was closed"), std::string::npos) << frame.error().message;
}

}  // namespace
}  // namespace sightline
