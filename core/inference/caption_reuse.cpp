#include "core/inference/caption_reuse.h"

#include <cstdlib>
#include <optional>

#include "core/inference/preprocess.h"

namespace sightline {
namespace {

class ReusingCaptioner final : public Captioner {
public:
    ReusingCaptioner(std::unique_ptr<Captioner> captioner, double tolerance)
        : captioner_(std::move(captioner)), tolerance_(tolerance) {}

    const Manifest& manifest() const override { return captioner_->manifest(); }
    void setThreads(int threads) override { captioner_->setThreads(threads); }
    void setViews(int views) override { captioner_->setViews(views); }
    Result<GeneratedCaption> caption(const Image& image, const SearchOptions& options) override;

private:
    bool isTheSame(const SearchOptions& options) const;

    const std::unique_ptr<Captioner> captioner_;
    const double tolerance_;

    // calling thread only
    std::vector<std::uint8_t> pixels_;     // RGB of the picture at hand
    std::vector<std::uint8_t> captioned_;  // and of the one last_ describes
    SearchOptions options_;                // of last_
    std::optional<GeneratedCaption> last_;
    Image small_;
};

bool ReusingCaptioner::isTheSame(const SearchOptions& options) const {
    if (!last_ || !(options == options_)) {
        return false;
    }
    std::uint64_t difference = 0;
    for (std::size_t i = 0; i < pixels_.size(); ++i) {
        difference += static_cast<std::uint64_t>(std::abs(int{pixels_[i]} - int{captioned_[i]}));
    }
    return static_cast<double>(difference) <= tolerance_ * static_cast<double>(pixels_.size());
}

Result<GeneratedCaption> ReusingCaptioner::caption(const Image& image, const SearchOptions& options) {
    if (image.empty()) {
        return captioner_->caption(image, options);
    }
    const auto started = std::chrono::steady_clock::now();
    const PictureInput& input = manifest().input;
    const int size = input.size;
    preprocess(image, input, pixels_);
    if (isTheSame(options)) {
        GeneratedCaption again = *last_;
        again.reused = true;
        again.times = {};
        again.times.preprocess = std::chrono::steady_clock::now() - started;
        return again;
    }
    // The captioner gets the small picture, where its own preprocessing leaves that as it is.
    if (small_.empty()) {
        small_ = Image(size, size);
    }
    for (std::size_t i = 0; i < pixels_.size() / 3; ++i) {
        std::uint8_t* to = small_.data() + i * Image::kChannels;
        to[0] = pixels_[3 * i + (input.bgr ? 0 : 2)];
        to[1] = pixels_[3 * i + 1];
        to[2] = pixels_[3 * i + (input.bgr ? 2 : 0)];
        to[3] = 255;
    }
    const auto preprocessing = std::chrono::steady_clock::now() - started;
    auto generated = captioner_->caption(input.resized == size ? small_ : image, options);
    last_.reset();
    if (generated) {
        generated->times.preprocess += preprocessing;
        last_ = *generated;
        options_ = options;
        captioned_.swap(pixels_);
    }
    return generated;
}

}  // namespace

std::unique_ptr<Captioner> reusing(std::unique_ptr<Captioner> captioner, double tolerance) {
    return std::make_unique<ReusingCaptioner>(std::move(captioner), tolerance);
}

}  // namespace sightline
