#include "core/narration/wave_file.h"

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace sightline {

std::string wavOf(const SpokenSound& sound) {
    static_assert(std::endian::native == std::endian::little);
    std::string bytes;
    const auto add = [&bytes](auto number) {
        std::array<char, sizeof number> raw{};
        std::memcpy(raw.data(), &number, sizeof number);
        bytes.append(raw.data(), raw.size());
    };
    const auto size = static_cast<std::uint32_t>(sound.samples.size() * sizeof(float));
    const auto rate = static_cast<std::uint32_t>(sound.rate);
    bytes += "RIFF";
    add(size + 36U);
    bytes += "WAVEfmt ";
    add(std::uint32_t{16});
    add(std::uint16_t{3});
    add(std::uint16_t{1});
    add(rate);
    add(static_cast<std::uint32_t>(rate * sizeof(float)));
    add(static_cast<std::uint16_t>(sizeof(float)));
    add(static_cast<std::uint16_t>(sizeof(float) * 8));
    bytes += "data";
    add(size);
    const std::size_t header = bytes.size();
    bytes.resize(header + size);
    std::memcpy(bytes.data() + header, sound.samples.data(), size);
    return bytes;
}

}  // namespace sightline
