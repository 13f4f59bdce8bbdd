#include "core/narration/spoken_file.h"

#include <algorithm>

#include "core/media/writing/sound_muxer.h"

namespace sightline {

Result<void> writeSpokenFile(const std::filesystem::path& file, const SpokenSound& sound) {
    std::size_t read = 0;
    const SoundSupply supply{{sound.rate, 1}, [&](std::span<float> samples) -> Result<std::size_t> {
                                 const std::size_t count = std::min(samples.size(), sound.samples.size() - read);
                                 std::copy_n(sound.samples.begin() + static_cast<std::ptrdiff_t>(read), count,
                                             samples.begin());
                                 read += count;
                                 return count;
                             }};
    return writeSound({}, file, supply);  // it belongs to no other file
}

}  // namespace sightline
