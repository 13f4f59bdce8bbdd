// A captioner that says the number of a numbered frame.
#pragma once

#include <functional>
#include <optional>

#include "core/inference/captioner.h"
#include "tests/support/numbered_source.h"

namespace sightline::test {

class FakeCaptioner final : public Captioner {
public:
    // `during` runs inside caption(), as the time a model takes; a returned error is the caption's.
    explicit FakeCaptioner(std::function<std::optional<Error>(int number)> during = {}) : during_(std::move(during)) {
        manifest_.name = "fake";
        manifest_.maxTokens = 4;
        manifest_.input = squashed(32);
    }

    const Manifest& manifest() const override { return manifest_; }
    void setThreads(int) override {}

    Result<GeneratedCaption> caption(const Image& image, const SearchOptions& options) override {
        const int number = numberOf(image);
        if (during_) {
            if (auto error = during_(number)) {
                return tl::unexpected(*error);
            }
        }
        GeneratedCaption caption;
        caption.text = "Number " + std::to_string(number);
        caption.confidence = 0.5;
        caption.search.tokens = {number};
        if (options.candidates > 1) {
            caption.candidates = {{caption.text, 0.5}, {"Perhaps " + std::to_string(number), 0.25}};
        }
        caption.times.encode = std::chrono::milliseconds(1);
        return caption;
    }

private:
    Manifest manifest_;
    const std::function<std::optional<Error>(int)> during_;
};

}  // namespace sightline::test
