// The sound card, through Qt Multimedia.
#pragma once

#include <memory>

#include <QThread>

#include "core/pipeline/audio_sink.h"

class QAudioDevice;
class QAudioFormat;

namespace sightline {

// Has a thread of its own, so that sound does not wait for painting. Made and destroyed on the UI thread.
class QtAudioSink final : public AudioSink {
public:
    // For the system's default output; null where there is none that takes stereo at 48 kHz.
    static std::unique_ptr<QtAudioSink> open();

    ~QtAudioSink() override;

    const AudioFormat& format() const override { return format_; }
    void setFill(Fill fill) override;
    void start(std::uint64_t run) override;
    void stop() override;

private:
    class Device;

    QtAudioSink(const QAudioDevice& device, const QAudioFormat& format);

    const AudioFormat format_;
    QThread thread_;
    Device* device_;  // lives on thread_
};

}  // namespace sightline
