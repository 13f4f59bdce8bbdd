// Whether a live session can go from source to source for ever: endurance_sources MODEL SECONDS SWITCH_MILLISECONDS
// ADDRESS...
//
// Captions the addresses in turn at full speed, going to the next one every SWITCH_MILLISECONDS, and prints memory and
// threads once a while. The first fifth is warm-up. Fails when memory grew by more than 20 MB after it, a thread was
// left behind, or closing a source took longer than a second.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "core/inference/bundle_captioner.h"
#include "core/media/live/open_source.h"
#include "core/media/live/reconnecting_source.h"
#include "core/pipeline/live_session.h"

namespace {

using namespace sightline;
using std::chrono::steady_clock;

constexpr double kWarmUp = 0.2;
constexpr double kMostGrowthMegabytes = 20.0;
constexpr double kMostCloseSeconds = 1.0;

double status(const std::string& field) {
    std::ifstream file("/proc/self/status");
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(field + ":")) {
            return std::atof(line.c_str() + field.size() + 1);
        }
    }
    return 0.0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 5) {
        fmt::print(stderr, "usage: endurance_sources MODEL SECONDS SWITCH_MILLISECONDS ADDRESS...\n");
        return 2;
    }
    const double seconds = std::atof(argv[2]);
    const auto turn = std::chrono::milliseconds(std::atoi(argv[3]));
    auto captioner = loadCaptioner(argv[1], 2);
    if (!captioner) {
        fmt::print(stderr, "{}\n", captioner.error().message);
        return 3;
    }
    const SystemClock clock;
    LiveSession session(clock, {[] {}, [] {}, [] {}});
    const SearchOptions search = (*captioner)->defaultSearch();
    session.setCaptioner(std::move(*captioner), search);
    const auto begin = steady_clock::now();
    const auto elapsed = [&] { return toSeconds(steady_clock::now() - begin); };
    double warm = 0.0;
    double threads = 0.0;
    double slowestClose = 0.0;
    double nextLine = 0.0;
    int opened = 0;
    int silent = 0;
    std::uint64_t captions = 0;
    while (elapsed() < seconds) {
        const auto address = parseSourceAddress(argv[4 + opened % (argc - 4)]);
        if (!address) {
            fmt::print(stderr, "{}\n", address.error().message);
            return 2;
        }
        session.open(std::make_unique<ReconnectingSource>(
            address->name, [address](const std::stop_token& stop) { return openSource(*address, {}, stop); }, clock,
            std::make_shared<SourceHealth>(), ReconnectOptions{.patient = true}));
        ++opened;
        std::this_thread::sleep_for(turn);
        const auto made = session.captions().size();
        captions += made;
        silent += made == 0 ? 1 : 0;
        const auto closing = steady_clock::now();
        session.close();
        slowestClose = std::max(slowestClose, toSeconds(steady_clock::now() - closing));
        if (warm == 0.0 && elapsed() > kWarmUp * seconds) {
            warm = status("VmRSS") / 1024.0;
            threads = status("Threads");
        }
        if (elapsed() > nextLine) {
            fmt::print("{:6.0f} s  {} sources  {} captions  {:.1f} MB  {:.0f} threads\n", elapsed(), opened, captions,
                       status("VmRSS") / 1024.0, status("Threads"));
            std::fflush(stdout);
            nextLine += seconds / 12;
        }
    }
    const double growth = status("VmRSS") / 1024.0 - warm;
    const double left = status("Threads") - threads;
    fmt::print(
        "{} sources in {:.0f} s, {} captions, {} sources without any, {:+.1f} MB and {:+.0f} threads after warm-up, "
        "slowest close {:.3f} s\n",
        opened, elapsed(), captions, silent, growth, left, slowestClose);
    return growth > kMostGrowthMegabytes || left > 0 || slowestClose > kMostCloseSeconds ? 1 : 0;
}
