// A source of numbered frames that stands in for a webcam or a file.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "core/media/frame_source.h"

namespace sightline::test {

struct NumberedSourceOptions {
    int frames = 10;
    MediaTime frameDuration = std::chrono::milliseconds(40);
    bool live = false;
    std::optional<Error> failure{};  // instead of the end of the stream
    bool blocks = false;             // instead of the end: read() waits for interrupt(), as a silent camera does
};

// Frame n is a 64 x 48 picture whose first pixel holds n, at pts n * frameDuration.
class NumberedSource final : public FrameSource {
public:
    explicit NumberedSource(NumberedSourceOptions options);

    const StreamDescription& description() const override { return description_; }
    Result<Frame> read() override;
    Result<void> seek(MediaTime time) override;
    void interrupt() override;

private:
    const NumberedSourceOptions options_;
    StreamDescription description_;
    int next_ = 0;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool interrupted_ = false;
};

int numberOf(const Image& image);
Frame numberedFrame(int number, std::uint32_t generation = 0);

}  // namespace sightline::test
