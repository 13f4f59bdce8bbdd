#include "core/media/files/heif_image.h"

#include <algorithm>
#include <array>
#include <memory>

#include <fmt/format.h>
#include <libheif/heif.h>
#include <opencv2/imgproc.hpp>

namespace sightline {
namespace {

struct ContextDeleter {
    void operator()(heif_context* context) const { heif_context_free(context); }
};
struct HandleDeleter {
    void operator()(heif_image_handle* handle) const { heif_image_handle_release(handle); }
};
struct ImageDeleter {
    void operator()(heif_image* image) const { heif_image_release(image); }
};

Error explained(const heif_error& error, const std::string& name) {
    if (error.code == heif_error_Invalid_input) {
        return {ErrorCode::Corrupt,
                fmt::format("Cannot read {}: it is damaged or cut short. Get an intact copy.", name), error.message};
    }
    return {ErrorCode::Unsupported,
            fmt::format(
                "Cannot read {}: a HEIC or AVIF picture of this kind is not supported here. Convert it to JPEG.", name),
            error.message};
}

}  // namespace

bool isHeif(std::string_view bytes) {
    constexpr std::array<std::string_view, 6> kBrands = {"heic", "heix", "heim", "heis", "avif", "mif1"};
    return bytes.size() >= 12 && bytes.substr(4, 4) == "ftyp" &&
           std::find(kBrands.begin(), kBrands.end(), bytes.substr(8, 4)) != kBrands.end();
}

Result<Image> readHeif(const std::string& bytes, const std::string& name) {
    const std::unique_ptr<heif_context, ContextDeleter> context(heif_context_alloc());
    heif_error error = heif_context_read_from_memory_without_copy(context.get(), bytes.data(), bytes.size(), nullptr);
    heif_image_handle* rawHandle = nullptr;
    if (error.code == heif_error_Ok) {
        error = heif_context_get_primary_image_handle(context.get(), &rawHandle);
    }
    const std::unique_ptr<heif_image_handle, HandleDeleter> handle(rawHandle);
    heif_image* rawImage = nullptr;
    if (error.code == heif_error_Ok) {
        const std::unique_ptr<heif_decoding_options, decltype(&heif_decoding_options_free)> options(
            heif_decoding_options_alloc(), heif_decoding_options_free);
        options->convert_hdr_to_8bit = 1;
        error =
            heif_decode_image(handle.get(), &rawImage, heif_colorspace_RGB, heif_chroma_interleaved_RGB, options.get());
    }
    const std::unique_ptr<heif_image, ImageDeleter> decoded(rawImage);
    if (error.code != heif_error_Ok) {
        return tl::unexpected(explained(error, name));
    }
    int stride = 0;
    const std::uint8_t* rows = heif_image_get_plane_readonly(decoded.get(), heif_channel_interleaved, &stride);
    const int width = heif_image_get_primary_width(decoded.get());
    const int height = heif_image_get_primary_height(decoded.get());
    if (!rows || width <= 0 || height <= 0) {
        return tl::unexpected(explained({heif_error_Invalid_input, heif_suberror_Unspecified, "no pixels"}, name));
    }
    Image image(width, height);
    const cv::Mat rgb(height, width, CV_8UC3, const_cast<std::uint8_t*>(rows), static_cast<std::size_t>(stride));
    cv::Mat bgra(height, width, CV_8UC4, image.data());
    cv::cvtColor(rgb, bgra, cv::COLOR_RGB2BGRA);
    return image;
}

}  // namespace sightline
