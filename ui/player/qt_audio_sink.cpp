#include "ui/player/qt_audio_sink.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <mutex>
#include <vector>

#include <QAudioDevice>
#include <QAudioSink>
#include <QIODevice>
#include <QMediaDevices>

#include "core/base/logging.h"

namespace sightline {
namespace {

// Held by the device. Less is heard sooner after a seek; this much plays on while the machine is busy.
constexpr auto kDeviceBuffer = std::chrono::milliseconds(80);

void toInt16(std::span<const float> samples, char* out) {
    for (const float sample : samples) {
        const auto value = static_cast<std::int16_t>(std::lround(std::clamp(sample, -1.0F, 1.0F) * 32767));
        std::memcpy(out, &value, sizeof value);
        out += sizeof value;
    }
}

}  // namespace

// What QAudioSink reads from. Lives on the sink's thread.
class QtAudioSink::Device final : public QIODevice {
public:
    Device(QAudioDevice device, const QAudioFormat& format) : device_(std::move(device)), format_(format) {
        open(QIODevice::ReadOnly | QIODevice::Unbuffered);
    }

    void setFill(Fill fill) {
        const std::lock_guard lock(filling_);
        fill_ = std::move(fill);
    }

    void begin(std::uint64_t run) {
        end();
        run_ = run;
        given_ = 0;
        sink_ = std::make_unique<QAudioSink>(device_, format_);
        sink_->setBufferSize(format_.bytesForDuration(std::chrono::microseconds(kDeviceBuffer).count()));
        sink_->start(this);
        if (sink_->error() != QAudio::NoError && sink_->error() != QAudio::UnderrunError) {
            logger("ui")->warn("The audio device {} cannot be started (error {}).", device_.description().toStdString(),
                               static_cast<int>(sink_->error()));
        }
    }

    void end() {
        if (sink_) {
            sink_->reset();
            sink_.reset();
        }
    }

    bool isSequential() const override { return true; }
    qint64 bytesAvailable() const override { return format_.bytesForDuration(1'000'000) + QIODevice::bytesAvailable(); }

protected:
    qint64 readData(char* data, qint64 size) override {
        const auto frames = static_cast<std::size_t>(format_.framesForBytes(static_cast<qint32>(size)));
        samples_.resize(frames * static_cast<std::size_t>(format_.channelCount()));
        const qint64 held = sink_ ? given_ - sink_->processedUSecs() : 0;
        {
            const std::lock_guard lock(filling_);
            if (fill_) {
                fill_(run_, samples_, std::chrono::microseconds(std::max<qint64>(held, 0)));
            } else {
                std::fill(samples_.begin(), samples_.end(), 0.0F);
            }
        }
        given_ += format_.durationForFrames(static_cast<qint32>(frames));
        if (format_.sampleFormat() == QAudioFormat::Int16) {
            toInt16(samples_, data);
        } else {
            std::memcpy(data, samples_.data(), samples_.size() * sizeof(float));
        }
        return format_.bytesForFrames(static_cast<qint32>(frames));
    }
    qint64 writeData(const char*, qint64) override { return -1; }

private:
    const QAudioDevice device_;
    const QAudioFormat format_;

    std::mutex filling_;  // held while fill_ runs
    Fill fill_;

    // the sink's thread only
    std::unique_ptr<QAudioSink> sink_;
    std::uint64_t run_ = 0;
    qint64 given_ = 0;  // microseconds, in this run
    std::vector<float> samples_;
};

std::unique_ptr<QtAudioSink> QtAudioSink::open() {
    const QAudioDevice device = QMediaDevices::defaultAudioOutput();
    if (device.isNull()) {
        logger("ui")->info("There is no audio output: videos play without sound.");
        return nullptr;
    }
    const AudioFormat wanted;
    QAudioFormat format;
    format.setSampleRate(wanted.rate);
    format.setChannelCount(wanted.channels);
    for (const auto sampleFormat : {QAudioFormat::Float, QAudioFormat::Int16}) {
        format.setSampleFormat(sampleFormat);
        if (device.isFormatSupported(format)) {
            return std::unique_ptr<QtAudioSink>(new QtAudioSink(device, format));
        }
    }
    logger("ui")->warn("The audio output {} does not take stereo at 48 kHz: videos play without sound.",
                       device.description().toStdString());
    return nullptr;
}

QtAudioSink::QtAudioSink(const QAudioDevice& device, const QAudioFormat& format)
    : format_{format.sampleRate(), format.channelCount()}, device_(new Device(device, format)) {
    thread_.setObjectName("audio device");
    device_->moveToThread(&thread_);
    QObject::connect(&thread_, &QThread::finished, device_, &QObject::deleteLater);
    thread_.start(QThread::TimeCriticalPriority);
}

QtAudioSink::~QtAudioSink() {
    QMetaObject::invokeMethod(
        device_, [device = device_] { device->end(); }, Qt::BlockingQueuedConnection);
    thread_.quit();
    thread_.wait();
}

void QtAudioSink::setFill(Fill fill) { device_->setFill(std::move(fill)); }

void QtAudioSink::start(std::uint64_t run) {
    QMetaObject::invokeMethod(
        device_, [device = device_, run] { device->begin(run); }, Qt::QueuedConnection);
}

void QtAudioSink::stop() {
    QMetaObject::invokeMethod(
        device_, [device = device_] { device->end(); }, Qt::QueuedConnection);
}

}  // namespace sightline
