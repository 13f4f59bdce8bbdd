#include "core/media/camera_source.h"

#include <atomic>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>

namespace sightline {
namespace {

constexpr std::int64_t kWaitNanoseconds = 200'000'000;
constexpr auto kSilenceLimit = std::chrono::seconds(2);  // a working camera sends a picture every 33 to 200 ms

class CameraSource final : public FrameSource {
public:
    CameraSource(cv::VideoCapture capture, StreamDescription description)
        : capture_(std::move(capture)), description_(std::move(description)) {}

    const StreamDescription& description() const override { return description_; }

    Result<Frame> read() override {
        if (interrupted_) {
            return fail(ErrorCode::Cancelled, "Camera reading was cancelled.");
        }
        try {
            // In short waits, so that interrupt() works while the camera is silent.
            const auto deadline = std::chrono::steady_clock::now() + kSilenceLimit;
            std::vector<int> ready;
            while (!cv::VideoCapture::waitAny({capture_}, ready, kWaitNanoseconds) &&
                   std::chrono::steady_clock::now() < deadline) {
                if (interrupted_) {
                    return fail(ErrorCode::Cancelled, "Camera reading was cancelled.");
                }
            }
            if (ready.empty() || !capture_.read(bgr_) || bgr_.empty()) {
                return fail(ErrorCode::Device, fmt::format("{} sends no pictures any more: it may be unplugged. Plug "
                                                           "it in again and reopen it.",
                                                           description_.name));
            }
        } catch (const cv::Exception& error) {
            return fail(ErrorCode::Device, fmt::format("{} failed. Plug it in again and reopen it.", description_.name),
                        error.what());
        }
        Frame frame;
        frame.captured = std::chrono::steady_clock::now();
        if (next_ == 0) {
            first_ = frame.captured;
        }
        frame.id = next_++;
        frame.pts = frame.captured - first_;
        frame.image = Image(bgr_.cols, bgr_.rows);
        cv::Mat bgra(bgr_.rows, bgr_.cols, CV_8UC4, frame.image.data());
        cv::cvtColor(bgr_, bgra, cv::COLOR_BGR2BGRA);
        return frame;
    }

    Result<void> seek(MediaTime) override { return fail(ErrorCode::Unsupported, "A camera cannot be sought."); }

    void interrupt() override { interrupted_ = true; }

private:
    // reading thread only
    cv::VideoCapture capture_;
    cv::Mat bgr_;
    std::uint64_t next_ = 0;
    SteadyTime first_{};

    // immutable
    const StreamDescription description_;

    std::atomic<bool> interrupted_ = false;
};

}  // namespace

Result<std::unique_ptr<FrameSource>> openCamera(const CameraOptions& options) {
    const std::string name = fmt::format("Camera {}", options.index);
    const std::string device = fmt::format("/dev/video{}", options.index);
    if (!std::filesystem::exists(device)) {
        return fail(ErrorCode::Device, fmt::format("Cannot open camera {}: there is no {}. Plug a camera in, or choose "
                                                   "another number.",
                                                   options.index, device));
    }
    if (::access(device.c_str(), R_OK | W_OK) != 0) {
        return fail(ErrorCode::Device, fmt::format("Cannot open camera {}: no permission for {}. Add your user to the "
                                                   "group 'video' and log in again.",
                                                   options.index, device));
    }
    try {
        cv::VideoCapture capture(options.index, cv::CAP_V4L2);
        if (!capture.isOpened()) {
            return fail(ErrorCode::Device,
                        fmt::format("Cannot open camera {}: another program may be using it, or {} gives no pictures. "
                                    "Close that program or choose another camera.",
                                    options.index, device));
        }
        capture.set(cv::CAP_PROP_FOURCC, cv::VideoWriter::fourcc('M', 'J', 'P', 'G'));
        capture.set(cv::CAP_PROP_FRAME_WIDTH, options.width);
        capture.set(cv::CAP_PROP_FRAME_HEIGHT, options.height);
        capture.set(cv::CAP_PROP_FPS, options.frameRate);
        StreamDescription description;
        description.name = name;
        description.width = static_cast<int>(capture.get(cv::CAP_PROP_FRAME_WIDTH));
        description.height = static_cast<int>(capture.get(cv::CAP_PROP_FRAME_HEIGHT));
        description.frameRate = capture.get(cv::CAP_PROP_FPS);
        description.live = true;
        return std::make_unique<CameraSource>(std::move(capture), std::move(description));
    } catch (const cv::Exception& error) {
        return fail(ErrorCode::Device, fmt::format("Cannot open camera {}. Choose another camera.", options.index),
                    error.what());
    }
}

}  // namespace sightline
