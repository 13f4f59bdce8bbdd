#include "core/media/files/time_stretch.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/base/logging.h"
#include "core/media/filter_graph.h"

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/channel_layout.h>
}

namespace sightline {
namespace {

class Unchanged final : public TimeStretch {
public:
    void push(std::span<const float> samples) override { ready_.insert(ready_.end(), samples.begin(), samples.end()); }
    void pull(std::vector<float>& samples) override {
        samples.insert(samples.end(), ready_.begin(), ready_.end());
        ready_.clear();
    }

private:
    std::vector<float> ready_;
};

class Atempo final : public TimeStretch {
public:
    explicit Atempo(const AudioFormat& format) : format_(format) {}

    Result<void> open(double speed) {
        std::array<char, 64> layout{};
        AVChannelLayout channels{};
        av_channel_layout_default(&channels, format_.channels);
        av_channel_layout_describe(&channels, layout.data(), layout.size());
        av_channel_layout_uninit(&channels);
        graph_ = std::make_unique<FilterGraph>(
            "abuffer", fmt::format("time_base=1/{}:sample_rate={}:sample_fmt=flt:channel_layout={}", format_.rate,
                                   format_.rate, layout.data()));
        graph_->add("atempo", fmt::format("{:.6f}", speed));
        graph_->add("aformat", "sample_fmts=flt");
        if (const int code = graph_->finish("abuffersink"); code < 0) {
            return fail(ErrorCode::Unsupported,
                        "Cannot play audio at this speed: this FFmpeg has no filter for it. Play at normal speed.",
                        ffmpegErrorText(code));
        }
        return {};
    }

    void push(std::span<const float> samples) override {
        if (samples.empty()) {
            put(nullptr);
            return;
        }
        const AvFramePtr frame(av_frame_alloc());
        frame->format = AV_SAMPLE_FMT_FLT;
        frame->sample_rate = format_.rate;
        frame->nb_samples = static_cast<int>(samples.size() / static_cast<std::size_t>(format_.channels));
        frame->pts = pushed_;
        av_channel_layout_default(&frame->ch_layout, format_.channels);
        if (av_frame_get_buffer(frame.get(), 0) < 0) {
            return;
        }
        std::copy(samples.begin(), samples.end(), reinterpret_cast<float*>(frame->data[0]));
        pushed_ += frame->nb_samples;
        put(frame.get());
    }

    void pull(std::vector<float>& samples) override {
        const AvFramePtr frame(av_frame_alloc());
        while (av_buffersink_get_frame(graph_->sink(), frame.get()) >= 0) {
            const auto* data = reinterpret_cast<const float*>(frame->data[0]);
            samples.insert(samples.end(), data, data + frame->nb_samples * format_.channels);
            av_frame_unref(frame.get());
        }
    }

private:
    void put(AVFrame* frame) {
        if (const int code = av_buffersrc_add_frame(graph_->source(), frame); code < 0) {
            logger("media")->debug("Audio could not be stretched: {}", ffmpegErrorText(code));
        }
    }

    const AudioFormat format_;
    std::unique_ptr<FilterGraph> graph_;
    std::int64_t pushed_ = 0;
};

}  // namespace

Result<std::unique_ptr<TimeStretch>> TimeStretch::create(const AudioFormat& format, double speed) {
    if (speed == 1.0) {
        return std::make_unique<Unchanged>();
    }
    if (speed < kSlowest || speed > kFastest) {
        return fail(ErrorCode::Unsupported, fmt::format("Audio is not played at {} times its speed. Choose {} to {}.",
                                                        speed, kSlowest, kFastest));
    }
    auto stretch = std::make_unique<Atempo>(format);
    if (auto opened = stretch->open(speed); !opened) {
        return tl::unexpected(opened.error());
    }
    return stretch;
}

}  // namespace sightline
