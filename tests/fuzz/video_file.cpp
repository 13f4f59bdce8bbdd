// Files that FFmpeg takes for videos: whatever is in them, reading ends, with frames of the size they say or an error.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "core/base/logging.h"
#include "core/media/files/ffmpeg_file_source.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;

namespace {

constexpr int kMostFrames = 30;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::filesystem::path path = "/dev/shm/sightline-fuzz-video-" + std::to_string(getpid());
    setLogLevel("off");
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    const auto source = openVideoFile(path);
    if (!source) {
        fuzz::expect(!source.error().message.empty(), "an error says what is wrong");
        return 0;
    }
    MediaTime last = MediaTime::min();
    for (int i = 0; i < kMostFrames; ++i) {
        const auto frame = (*source)->read();
        if (!frame) {
            break;
        }
        fuzz::expect(frame->pts >= last, "frames are in order");
        fuzz::expect(!frame->image.empty(), "a frame has a picture");
        last = frame->pts;
    }
    return 0;
}
