#include "core/opencv/camera_capture.h"

#include <algorithm>
#include <cmath>
#include <exception>

#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/videoio.hpp>
#include <opencv2/videoio/registry.hpp>

namespace sightline {
namespace {

// Of the driver: one is filled while the other is decoded, so that no picture waits. With a single one a USB camera
// has nowhere to put the next picture meanwhile, and gives half its rate. Pictures are taken as they come, so the one
// that waits is never older than the decoding of one.
constexpr int kBuffers = 2;

class OpenCvCapture final : public Capture {
public:
    explicit OpenCvCapture(cv::VideoCaptureAPIs backend) : backend_(backend) {
        // It would print what is told here in other words, passwords in pipelines too.
        cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    }

    bool open(const std::string& target, const CameraMode& wanted) override;
    CameraMode mode() const override;
    bool read(Image& picture) override;
    void close() override;

private:
    const cv::VideoCaptureAPIs backend_;
    cv::VideoCapture capture_;
    cv::Mat picture_;
};

bool OpenCvCapture::open(const std::string& target, const CameraMode& wanted) {
    try {
        if (!capture_.open(target, backend_)) {
            return false;
        }
        if (backend_ == cv::CAP_V4L2) {  // each is a wish; mode() tells what came of it
            capture_.set(cv::CAP_PROP_BUFFERSIZE, kBuffers);
            capture_.set(cv::CAP_PROP_FOURCC, wanted.format);
            capture_.set(cv::CAP_PROP_FRAME_WIDTH, wanted.width);
            capture_.set(cv::CAP_PROP_FRAME_HEIGHT, wanted.height);
            capture_.set(cv::CAP_PROP_FPS, wanted.frameRate);
        }
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

CameraMode OpenCvCapture::mode() const {
    CameraMode mode;
    if (backend_ == cv::CAP_V4L2) {
        mode.format = static_cast<std::uint32_t>(static_cast<std::int64_t>(capture_.get(cv::CAP_PROP_FOURCC)));
    }
    mode.width = static_cast<int>(std::lround(capture_.get(cv::CAP_PROP_FRAME_WIDTH)));
    mode.height = static_cast<int>(std::lround(capture_.get(cv::CAP_PROP_FRAME_HEIGHT)));
    const double rate = capture_.get(cv::CAP_PROP_FPS);
    mode.frameRate = std::isfinite(rate) ? std::max(0.0, rate) : 0.0;
    return mode;
}

bool OpenCvCapture::read(Image& picture) {
    picture = Image();
    try {
        if (!capture_.grab()) {
            return false;
        }
        if (!capture_.retrieve(picture_) || picture_.empty() || picture_.depth() != CV_8U ||
            (picture_.channels() != 1 && picture_.channels() != 3)) {
            return true;
        }
        Image image(picture_.cols, picture_.rows);
        cv::Mat pixels(picture_.rows, picture_.cols, CV_8UC4, image.data());
        cv::cvtColor(picture_, pixels, picture_.channels() == 1 ? cv::COLOR_GRAY2BGRA : cv::COLOR_BGR2BGRA);
        picture = std::move(image);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

void OpenCvCapture::close() {
    try {
        capture_.release();
    } catch (const std::exception&) {  // it is given back all the same
    }
}

}  // namespace

std::unique_ptr<Capture> makeOpenCvCamera() { return std::make_unique<OpenCvCapture>(cv::CAP_V4L2); }

std::unique_ptr<Capture> makeOpenCvPipeline() {
    const auto backends = cv::videoio_registry::getStreamBackends();
    if (std::find(backends.begin(), backends.end(), cv::CAP_GSTREAMER) == backends.end()) {
        return nullptr;
    }
    return std::make_unique<OpenCvCapture>(cv::CAP_GSTREAMER);
}

}  // namespace sightline
