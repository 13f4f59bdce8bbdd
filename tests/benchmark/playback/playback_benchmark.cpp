// How soon a sought frame is there, and how well a video plays:
//   playback_benchmark FILE [SEEKS] [SECONDS] [THREADS]
// Prints latencies of random seeks while paused, of dragging, of steps, and the counts of a stretch played with sound.
#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <mutex>
#include <random>
#include <vector>

#include <QGuiApplication>

#include "core/media/files/audio_reader.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "core/pipeline/live_session.h"
#include "ui/player/qt_audio_sink.h"

namespace {

using namespace sightline;
using namespace std::chrono_literals;

struct Latencies {
    std::vector<double> ms;

    void print(const char* what) {
        if (ms.empty()) {
            return;
        }
        std::ranges::sort(ms);
        const auto at = [this](double share) {
            return ms[std::min(ms.size() - 1, static_cast<std::size_t>(share * static_cast<double>(ms.size())))];
        };
        std::printf("%-34s n %4zu  p50 %7.1f  p95 %7.1f  max %7.1f ms\n", what, ms.size(), at(0.5), at(0.95),
                    ms.back());
    }
};

// Of all threads; a busy machine does not change it.
double processorMs() { return static_cast<double>(std::clock()) * 1000.0 / CLOCKS_PER_SEC; }

class Player {
public:
    Player()
        : session_(clock_,
                   {.frameReady = [this] { note(); }, .captionReady = [] {}, .stateChanged = [this] { wake(); }}) {}

    LiveSession& session() { return session_; }

    // Until a frame of that generation came.
    void waitFor(std::uint32_t generation) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return generation_ >= generation; });
    }
    void waitForFrames(int total) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return frames_ >= total; });
    }
    void play(MediaTime length) {
        std::unique_lock lock(mutex_);
        changed_.wait_for(lock, length, [&] { return session_.state() == PlayState::Ended; });
    }
    MediaTime pts() {
        const std::lock_guard lock(mutex_);
        return pts_;
    }
    int frames() {
        const std::lock_guard lock(mutex_);
        return frames_;
    }
    Latencies takeDistances() {
        const std::lock_guard lock(mutex_);
        return std::exchange(distances_, {});
    }

private:
    void note() {
        if (const auto frame = session_.takeFrame()) {
            const auto due = session_.position();
            const std::lock_guard lock(mutex_);
            generation_ = frame->generation;
            pts_ = frame->pts;
            ++frames_;
            if (due) {
                distances_.ms.push_back(std::abs(toMilliseconds(*due - frame->pts)));
            }
        }
        changed_.notify_all();
    }
    void wake() { changed_.notify_all(); }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint32_t generation_ = 0;
    MediaTime pts_{};
    int frames_ = 0;
    Latencies distances_;
    SystemClock clock_;
    LiveSession session_;
};

}  // namespace

int main(int argc, char** argv) {
    std::setvbuf(stdout, nullptr, _IOLBF, 0);
    const QGuiApplication application(argc, argv);
    if (argc < 2) {
        std::fprintf(stderr, "playback_benchmark FILE [SEEKS] [SECONDS] [THREADS]\n");
        return 2;
    }
    const std::filesystem::path path = argv[1];
    const int seeks = argc > 2 ? std::atoi(argv[2]) : 100;
    const int seconds = argc > 3 ? std::atoi(argv[3]) : 20;
    auto source = openVideoFile(path, {.decoderThreads = argc > 4 ? std::atoi(argv[4]) : kForPlayback.decoderThreads});
    if (!source) {
        std::fprintf(stderr, "%s\n", source.error().message.c_str());
        return 1;
    }
    const MediaTime duration = (*source)->description().duration;
    const auto sink = QtAudioSink::open();
    Player player;
    LiveSession& session = player.session();
    session.setAudioSink(sink.get());
    session.open(std::move(*source), {}, [path] { return openAudio(path); });
    player.waitForFrames(5);
    session.setPaused(true);

    std::mt19937 random(1);
    std::uniform_int_distribution<std::int64_t> anywhere(0, duration.count() * 99 / 100);
    Latencies scrub;
    const double computedBefore = processorMs();
    for (int i = 0; i < seeks; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        session.seek(MediaTime(anywhere(random)));
        player.waitFor(session.generation());
        scrub.ms.push_back(toMilliseconds(std::chrono::steady_clock::now() - begin));
    }
    scrub.print("seek to a random time");
    std::printf("%-34s %.1f ms\n", "computing time of one seek", (processorMs() - computedBefore) / seeks);

    // A drag: 60 requests a second across the whole video within 4 s; how long until each newest one is shown.
    Latencies drag;
    const int before = player.frames();
    for (int i = 0; i < 240; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        session.seek(duration * i / 240);
        if (i % 20 == 19) {
            player.waitFor(session.generation());
            drag.ms.push_back(toMilliseconds(std::chrono::steady_clock::now() - begin));
        } else {
            std::mutex mutex;
            std::unique_lock lock(mutex);
            std::condition_variable never;
            never.wait_until(lock, begin + 16ms, [] { return false; });
        }
    }
    drag.print("newest request while dragging");
    std::printf("%-34s %d of 240\n", "frames shown while dragging", player.frames() - before);

    session.seek(duration / 2);
    player.waitFor(session.generation());
    for (const int step : {1, -1}) {
        Latencies steps;
        for (int i = 0; i < seeks; ++i) {
            const auto begin = std::chrono::steady_clock::now();
            const int wanted = player.frames() + 1;
            session.step(step);
            player.waitForFrames(wanted);
            steps.ms.push_back(toMilliseconds(std::chrono::steady_clock::now() - begin));
        }
        steps.print(step > 0 ? "step forward" : "step back");
    }

    for (const double speed : {1.0, 2.0, 0.5}) {
        session.setSpeed(speed);
        session.seek(MediaTime::zero());
        player.waitFor(session.generation());
        const auto earlier = session.metrics();
        player.takeDistances();
        const int shown = player.frames();
        const MediaTime from = player.pts();
        const auto begin = std::chrono::steady_clock::now();
        session.setPaused(false);
        player.play(std::chrono::seconds(seconds));
        session.setPaused(true);
        const auto metrics = session.metrics();
        std::printf(
            "played at %.2fx: %.2f s of video in %.2f s, %d frames, %llu late, %llu not shown, %llu underruns, %s\n",
            speed, toSeconds(player.pts() - from), toSeconds(std::chrono::steady_clock::now() - begin),
            player.frames() - shown, static_cast<unsigned long long>(metrics.late - earlier.late),
            static_cast<unsigned long long>(metrics.notShown - earlier.notShown),
            static_cast<unsigned long long>(metrics.audioUnderruns - earlier.audioUnderruns),
            session.hasAudio() ? "with sound" : "on the clock");
        auto distances = player.takeDistances();
        distances.print("picture from what is heard");
    }
    return 0;
}
