#include "core/media/files/animated_webp.h"

#include <algorithm>
#include <atomic>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <webp/demux.h>

namespace sightline {
namespace {

constexpr MediaTime kLongestIgnored = std::chrono::milliseconds(10);
constexpr MediaTime kInstead = std::chrono::milliseconds(100);

struct DecoderDeleter {
    void operator()(WebPAnimDecoder* decoder) const { WebPAnimDecoderDelete(decoder); }
};

class AnimatedWebp final : public FrameSource {
public:
    AnimatedWebp(std::string bytes, std::filesystem::path path) : bytes_(std::move(bytes)), path_(std::move(path)) {}

    Result<void> open() {
        WebPAnimDecoderOptions options;
        WebPAnimDecoderOptionsInit(&options);
        options.color_mode = MODE_bgrA;  // with the alpha multiplied in, which is the picture on black
        const WebPData data{reinterpret_cast<const std::uint8_t*>(bytes_.data()), bytes_.size()};
        decoder_.reset(WebPAnimDecoderNew(&data, &options));
        WebPAnimInfo info{};
        if (!decoder_ || WebPAnimDecoderGetInfo(decoder_.get(), &info) == 0) {
            return tl::unexpected(damaged());
        }
        description_.name = path_.filename().string();
        description_.width = static_cast<int>(info.canvas_width);
        description_.height = static_cast<int>(info.canvas_height);
        frames_ = info.frame_count;
        WebPIterator frame{};
        for (int found = WebPDemuxGetFrame(WebPAnimDecoderGetDemuxer(decoder_.get()), 1, &frame); found != 0;
             found = WebPDemuxNextFrame(&frame)) {
            description_.duration += onScreen(std::chrono::milliseconds(frame.duration));
        }
        WebPDemuxReleaseIterator(&frame);
        if (description_.duration > MediaTime::zero()) {
            description_.frameRate = frames_ / toSeconds(description_.duration);
        }
        return {};
    }

    const StreamDescription& description() const override { return description_; }

    Result<Frame> read() override {
        if (ahead_ && !interrupted_) {
            return std::move(*std::exchange(ahead_, std::nullopt));
        }
        return decode();
    }

    Result<void> seek(MediaTime time) override {
        ahead_.reset();
        if (time < next_) {
            WebPAnimDecoderReset(decoder_.get());
            next_ = MediaTime::zero();
            last_ = 0;
        }
        while (!interrupted_) {
            auto frame = decode();
            if (!frame && frame.error().code == ErrorCode::Cancelled) {
                return tl::unexpected(frame.error());
            }
            if (!frame) {
                return {};  // past the end the last one stays
            }
            ahead_ = std::move(*frame);
            if (ahead_->pts + ahead_->duration > time) {
                break;
            }
        }
        return {};
    }

    void interrupt() override { interrupted_ = true; }

private:
    static MediaTime onScreen(MediaTime duration) { return duration <= kLongestIgnored ? kInstead : duration; }

    Error damaged() const {
        return {ErrorCode::Corrupt,
                fmt::format("Cannot read {}: it is damaged or cut short. Get an intact copy.", path_.string()),
                {}};
    }

    Result<Frame> decode() {
        if (interrupted_) {
            return fail(ErrorCode::Cancelled, "Reading was cancelled.");
        }
        if (WebPAnimDecoderHasMoreFrames(decoder_.get()) == 0) {
            return fail(ErrorCode::EndOfStream, "End of the video.");
        }
        std::uint8_t* pixels = nullptr;
        int end = 0;  // ms, of the picture
        if (WebPAnimDecoderGetNext(decoder_.get(), &pixels, &end) == 0) {
            return tl::unexpected(damaged());
        }
        Frame frame;
        frame.image = Image(description_.width, description_.height);
        std::copy_n(pixels, frame.image.sizeBytes(), frame.image.data());
        for (std::size_t i = Image::kChannels - 1; i < frame.image.sizeBytes(); i += Image::kChannels) {
            frame.image.data()[i] = 0xff;
        }
        frame.pts = next_;
        frame.duration = onScreen(std::chrono::milliseconds(end - std::exchange(last_, end)));
        next_ += frame.duration;
        frame.id = id_++;
        frame.captured = std::chrono::steady_clock::now();
        return frame;
    }

    // immutable after open()
    const std::string bytes_;
    const std::filesystem::path path_;
    StreamDescription description_;
    std::uint32_t frames_ = 0;

    std::atomic<bool> interrupted_ = false;

    // reading thread only
    std::unique_ptr<WebPAnimDecoder, DecoderDeleter> decoder_;
    std::optional<Frame> ahead_;  // sought, not yet read
    MediaTime next_{};            // pts of what is decoded next
    int last_ = 0;                // its start by the file, ms
    std::uint64_t id_ = 0;
};

}  // namespace

bool isAnimatedWebp(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::string head(21, '\0');
    constexpr unsigned kAnimation = 2;  // of the flags (https://developers.google.com/speed/webp/docs/riff_container)
    return file.read(head.data(), static_cast<std::streamsize>(head.size())) && head.substr(0, 4) == "RIFF" &&
           head.substr(8, 8) == "WEBPVP8X" && (static_cast<unsigned char>(head[20]) & kAnimation) != 0;
}

Result<std::unique_ptr<FrameSource>> openAnimatedWebp(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    if (!file) {
        return fail(ErrorCode::Io, fmt::format("Cannot read {}: check that it is a file you may read.", path.string()));
    }
    auto source = std::make_unique<AnimatedWebp>(std::move(bytes).str(), path);
    if (auto opened = source->open(); !opened) {
        return tl::unexpected(opened.error());
    }
    return source;
}

}  // namespace sightline
