// `sightline live`, the real program on real sources.
#include <algorithm>
#include <csignal>
#include <sstream>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <nlohmann/json.hpp>

#include "core/captions/project.h"
#include "tests/app/program.h"
#include "tests/support/child_process.h"
#include "tests/support/fixtures.h"
#include "tests/support/probe.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;
using test::ChildProcess;
using test::run;

const std::string kSample = test::sourceFile("resources/sample.mp4");

std::vector<nlohmann::json> lines(const std::string& text) {
    std::vector<nlohmann::json> result;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        result.push_back(nlohmann::json::parse(line));
    }
    return result;
}

// A camera that never ends: HTTP MJPEG of the sample clip.
class Server {
public:
    Server()
        : process_({"ffmpeg", "-nostdin", "-loglevel", "error", "-re", "-stream_loop", "-1", "-i", kSample, "-vf",
                    "scale=320:-2", "-c:v", "mjpeg", "-f", "mpjpeg", "-listen", "1", address()}) {}
    std::string address() const { return "http://127.0.0.1:" + std::to_string(port_) + "/video.mjpg"; }

private:
    const int port_ = test::freePort();
    ChildProcess process_;
};

// The program in the background, its output in files.
class Background {
public:
    explicit Background(const std::string& arguments)
        : process_({"sh", "-c",
                    "XDG_CONFIG_HOME=" + folder_.file("config").string() + " exec " SIGHTLINE_PROGRAM " " + arguments +
                        " > " + folder_.file("out").string() + " 2> " + folder_.file("err").string()}) {}

    std::string out() const { return test::readBytes(folder_.file("out")); }
    std::string err() const { return test::readBytes(folder_.file("err")); }
    ChildProcess& process() { return process_; }

    template <typename Predicate>
    bool waitFor(Predicate predicate) {
        const auto deadline = std::chrono::steady_clock::now() + 60s;
        while (!predicate()) {
            if (std::chrono::steady_clock::now() > deadline) {
                return false;
            }
            std::this_thread::sleep_for(50ms);  // another process gives no signal
        }
        return true;
    }

private:
    test::TemporaryFolder folder_;
    ChildProcess process_;
};

TEST(LiveCommand, AFileIsCaptionedAtItsOwnPaceOneLineAChange) {
    const auto begin = std::chrono::steady_clock::now();
    const auto outcome = run("live --json --source " + kSample);
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_GT(std::chrono::steady_clock::now() - begin, 15s);
    const auto found = lines(outcome.out);
    ASSERT_GE(found.size(), 4U) << "the clip shows four pictures";
    EXPECT_LT(found.size(), 40U) << "of 400 frames";
    double before = -1.0;
    for (const auto& line : found) {
        EXPECT_EQ(line.at("source"), "sample.mp4");
        EXPECT_GT(line.at("caption").get<std::string>().size(), 5U);
        EXPECT_GT(line.at("confidence").get<double>(), 0.0);
        EXPECT_GT(line.at("age_ms").get<double>(), 0.0);
        EXPECT_GT(line.at("position").get<double>(), before);
        before = line.at("position");
    }
}

TEST(LiveCommand, EachRefusalHasItsExitCode) {
    EXPECT_EQ(run("live").code, 2);
    EXPECT_EQ(run("live --source screen:/0x").code, 2);
    EXPECT_EQ(run("live --source x --steadiness 2").code, 2);
    EXPECT_EQ(run("live --source /nowhere/x.mp4").code, 1);
    EXPECT_EQ(run("live --source camera:250").code, 4);
    const auto refused = run("live --source http://127.0.0.1:" + std::to_string(test::freePort()) + "/");
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.err.find("nothing listens there"), std::string::npos) << refused.err;
    EXPECT_EQ(std::ranges::count(refused.err, '\n'), 1) << "is told once: " << refused.err;
    const auto name = run("live --record /tmp/a.mp4 --source " + kSample);
    EXPECT_EQ(name.code, 1);
    EXPECT_NE(name.err.find(".mkv"), std::string::npos);
}

TEST(LiveCommand, AStreamIsCaptionedForTheTimeGiven) {
    Server server;
    const auto outcome = run("live --wait --duration 6s --source " + server.address());
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_NE(outcome.out.find("("), std::string::npos) << outcome.out << outcome.err;
    EXPECT_NE(outcome.err.find(", 320x"), std::string::npos) << "the mode is told: " << outcome.err;
}

TEST(LiveCommand, AReaderThatHasEnoughEndsIt) {
    const auto begin = std::chrono::steady_clock::now();
    const auto outcome = run("live --steadiness 0 --json --source " + kSample + " | head -1");
    EXPECT_EQ(lines(outcome.out).size(), 1U);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 14s) << "before the clip's end";
}

TEST(LiveCommand, AnOutputWithoutRoomIsAnError) {
    for (const char* format : {"--json", ""}) {
        const auto outcome =
            run("live --steadiness 0 " + std::string(format) + " --source " + kSample + " > /dev/full");
        EXPECT_EQ(outcome.code, 1) << outcome.err;
        EXPECT_NE(outcome.err.find("Cannot write the captions"), std::string::npos) << outcome.err;
    }
}

TEST(LiveCommand, AFileHoldsTheCurrentCaption) {
    const test::TemporaryFolder folder;
    const auto file = folder.file("caption.txt");
    Background live("live --json --source " + kSample + " --caption-file " + file.string());
    ASSERT_TRUE(live.waitFor([&] { return live.out().ends_with("\n") && !test::readBytes(file).empty(); }))
        << live.err();
    const std::string caption = test::readBytes(file);
    bool printed = false;
    for (const auto& line : lines(live.out())) {
        printed = printed || line.at("caption") == caption;
    }
    EXPECT_TRUE(printed) << caption;
    live.process().kill(SIGTERM);
    EXPECT_EQ(WEXITSTATUS(live.process().wait()), 0) << live.err();
    EXPECT_EQ(test::readBytes(file), "") << "nothing is current any more";
    const auto refused = run("live --caption-file /nowhere/c.txt --source " + kSample);
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.err.find("/nowhere"), std::string::npos) << refused.err;
}

TEST(LiveCommand, APasswordIsNowhereInWhatItTells) {
    const auto outcome =
        run("live --log-level trace --source 'http://joe:q7/x9@127.0.0.1:" + std::to_string(test::freePort()) +
            "/a?pwd=q7z'");
    EXPECT_EQ(outcome.code, 1);
    EXPECT_NE(outcome.err.find("nothing listens there"), std::string::npos) << outcome.err;
    EXPECT_EQ(outcome.err.find("q7"), std::string::npos) << outcome.err;
}

TEST(LiveCommand, APipelineIsCaptioned) {
    const auto outcome = run("live --json --source 'gst:videotestsrc num-buffers=60 ! video/x-raw,width=320'");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    const auto found = lines(outcome.out);
    ASSERT_FALSE(found.empty()) << outcome.err;
    EXPECT_EQ(found[0].at("source"), "gst:videotestsrc num-buffers=60 ! video/x-raw,width=320");
    EXPECT_EQ(run("live --source 'gst:videotestsrc ! nosuch'").code, 1);
    EXPECT_EQ(run("live --source x --feed 0 --feed-allow-origin example.org/a").code, 2);
}

TEST(LiveCommand, ASignalEndsItCleanlyWithWhatWasRecorded) {
    for (const int signal : {SIGINT, SIGTERM}) {
        const test::TemporaryFolder folder;
        Server server;
        Background live("live --wait --json --source " + server.address() + " --record " +
                        folder.file("s.mkv").string());
        ASSERT_TRUE(live.waitFor([&] { return !live.out().empty(); })) << live.err();
        std::this_thread::sleep_for(1s);
        live.process().kill(signal);
        const int status = live.process().wait();
        ASSERT_TRUE(WIFEXITED(status)) << "ended by " << WTERMSIG(status);
        EXPECT_EQ(WEXITSTATUS(status), 0) << live.err();
        EXPECT_NE(live.err().find("recorded"), std::string::npos) << live.err();
        const auto project = parseProject(test::readBytes(folder.file("s.sightline")));
        ASSERT_TRUE(project) << project.error().message;
        ASSERT_FALSE(project->track.cues.empty());
        EXPECT_EQ(project->track.cues.back().end, project->track.videoDuration);
        EXPECT_GT(test::frameTimes(folder.file("s.mkv")).size(), 10U);
    }
}

TEST(LiveCommand, AKilledRecordingCanBeRead) {
    const test::TemporaryFolder folder;
    const auto file = folder.file("s.mkv");
    Server server;
    Background live("live --wait --source " + server.address() + " --record " + file.string());
    ASSERT_TRUE(live.waitFor([&] { return !live.out().empty(); })) << live.err();
    std::this_thread::sleep_for(9s);
    live.process().kill(SIGKILL);
    live.process().wait();
    const auto times = test::frameTimes(file);
    ASSERT_GT(times.size(), 50U);
    EXPECT_GT(times.back(), 6.0) << "of about 9 s";
    EXPECT_NE(test::subtitlesOf(file, 0).find("-->"), std::string::npos) << test::subtitlesOf(file, 0);
}

TEST(LiveCommand, TheFeedTellsWhatIsPrinted) {
    Background live("live --json --feed 0 --source " + kSample);
    ASSERT_TRUE(live.waitFor([&] { return live.out().ends_with("\n"); })) << live.err();
    const std::string err = live.err();
    const auto begin = err.find("feed at http://127.0.0.1:");
    ASSERT_NE(begin, std::string::npos) << err;
    const std::string address = err.substr(begin + 8, err.find('\n', begin) - begin - 8);
    const auto query = address.find('?');
    const auto fetch = [&](const std::string& path) {
        const test::TemporaryFolder folder;
        ChildProcess reader({"ffmpeg", "-nostdin", "-loglevel", "error", "-i",
                             address.substr(0, query) + path + address.substr(query), "-frames:v", "5", "-c:v", "mjpeg",
                             folder.file("out.avi").string()});
        reader.wait();
        return test::frameTimes(folder.file("out.avi")).size();
    };
    EXPECT_EQ(fetch("preview.mjpg"), 5U) << "another program reads the picture";
    live.process().kill(SIGTERM);
    const int status = live.process().wait();
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 0) << live.err();
}

TEST(LiveCommand, AnAlertRunsItsCommand) {
    const test::TemporaryFolder folder;
    test::writeBytes(folder.file("note.sh"), "printf '%s' \"$1\" >> '" + folder.file("out").string() + "'; echo noted");
    const auto outcome = run("live --json --duration 6s --source " + kSample +
                             " --alert '^a ' --alert-interval 60 --alert-command 'sh " +
                             folder.file("note.sh").string() + " {caption}'");
    ASSERT_EQ(outcome.code, 0) << outcome.err;
    const auto found = lines(outcome.out);  // the command's output is not among the captions
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(test::readBytes(folder.file("out")), found[0].at("caption").get<std::string>());
    EXPECT_NE(outcome.err.find("sightline: alert: A "), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("noted"), std::string::npos) << outcome.err;
    EXPECT_EQ(run("live --source x --alert '('").code, 2);
    EXPECT_EQ(run("live --source x --alert-command x").code, 2);
}

TEST(LiveCommand, CamerasAreListed) {
    const auto outcome = run("live --list --json");
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    for (const auto& line : lines(outcome.out)) {
        EXPECT_TRUE(line.contains("source"));
    }
}

}  // namespace
}  // namespace sightline
