// The sound of a live source, for who listens while its pictures are read.
#pragma once

#include <span>

namespace sightline {

// Called on the source's reading thread, and returns at once.
class SoundTap {
public:
    static constexpr int kRate = 16'000;  // samples a second, of one channel

    SoundTap() = default;
    SoundTap(const SoundTap&) = delete;
    SoundTap& operator=(const SoundTap&) = delete;
    virtual ~SoundTap() = default;

    // Any thread. While it is not, nothing is decoded, and nothing is fetched where the source lets sound be left out
    // (RTSP, playlists with sound of their own); RTSP connects again when it changes.
    virtual bool isWanted() const = 0;
    // The source was opened, or opened again; RTSP without sound tells nothing.
    virtual void opened(bool hasSound) = 0;
    // What came with the pictures until now, float, -1 to 1.
    virtual void heard(std::span<const float> samples) = 0;
};

}  // namespace sightline
