#include "core/media/writing/caption_filter.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

extern "C" {
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/pixdesc.h>
}

#include "core/base/logging.h"
#include "core/media/frame_converter.h"

namespace sightline {
namespace {

// libass takes whole milliseconds, and the filter cuts them off a product of floating-point numbers: 1.001 s becomes
// 1000 ms, before a cue that starts with that very frame. Half a millisecond more is far from either neighbour.
constexpr AVRational kFilterBase{1, 2000};

std::int64_t filterTime(std::int64_t sinceFirst, AVRational timeBase) {
    return 2 * av_rescale_q_rnd(sinceFirst, timeBase, {1, 1000}, AV_ROUND_DOWN) + 1;
}

bool isRgb(int format) {
    const AVPixFmtDescriptor* descriptor = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(format));
    return descriptor && (descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0;
}

// Transparent pictures are laid on black in RGB; addPlacing() gives that its colours.
bool becomesBt709(int format) { return isRgb(format) || hasAlpha(static_cast<AVPixelFormat>(format)); }

Error cannotDraw(int code) {
    if (code == AVERROR_FILTER_NOT_FOUND) {
        return {ErrorCode::Unsupported,
                "Cannot draw captions: this FFmpeg was built without libass. Install one with libass.",
                {}};
    }
    return {
        ErrorCode::Unsupported,
        "Cannot draw captions: the subtitles are not in ASS format, or the picture is of an unknown kind. Export the "
        "captions as ASS again.",
        ffmpegErrorText(code)};
}

// Letters that are not drawn and that no font needs: zero-width ones, marks of direction, variation selectors.
bool isInvisible(unsigned letter) {
    return (letter > 0 && letter < 0x20) || letter == 0xad || (letter >= 0x200b && letter <= 0x200f) ||
           (letter >= 0x2028 && letter <= 0x202e) || (letter >= 0x2060 && letter <= 0x206f) ||
           (letter >= 0xfe00 && letter <= 0xfe0f) || letter == 0xfeff || letter >= 0xe0000;
}

// From libass's report that not even a replacement was found; 0 stands for any letter.
std::optional<unsigned> letterWithoutFont(const std::string& line) {
    constexpr std::string_view kReport = "failed to find any fallback with glyph 0x";
    const std::size_t at = line.find(kReport);
    unsigned letter = 0;
    if (at == std::string::npos || std::sscanf(line.c_str() + at + kReport.size(), "%x", &letter) != 1 ||
        isInvisible(letter)) {
        return std::nullopt;
    }
    return letter;
}

const char* packageFor(unsigned letter) {
    struct Package {
        unsigned first, last;
        const char* name;
    };
    // Debian's and Ubuntu's names.
    constexpr std::array<Package, 7> kPackages = {{{0x1100, 0x11ff, "fonts-noto-cjk"},
                                                   {0x2600, 0x27bf, "fonts-noto-color-emoji"},
                                                   {0x2e80, 0xa4cf, "fonts-noto-cjk"},
                                                   {0xac00, 0xd7ff, "fonts-noto-cjk"},
                                                   {0xf900, 0xffef, "fonts-noto-cjk"},
                                                   {0x1f000, 0x1faff, "fonts-noto-color-emoji"},
                                                   {0x20000, 0x3ffff, "fonts-noto-cjk"}}};
    const char* package = letter < 0x500 ? "fonts-dejavu-core" : "fonts-noto-core";
    for (const Package& known : kPackages) {
        package = letter >= known.first && letter <= known.last ? known.name : package;
    }
    return package;
}

Error noFontFor(unsigned letter) {
    return {ErrorCode::Unsupported,
            fmt::format("Cannot draw captions: {} is installed. Install the package {}.",
                        letter == 0 ? "no font" : fmt::format("no font with the letter U+{:04X}", letter),
                        packageFor(letter)),
            {}};
}

// The letters of a caption that are drawn: without overrides in braces, line breaks and blanks.
std::vector<unsigned> drawnLetters(std::string text) {
    for (std::size_t open = text.find('{'); open != std::string::npos; open = text.find('{', open)) {
        const std::size_t close = text.find('}', open);
        if (close == std::string::npos) {
            break;
        }
        text.erase(open, close - open + 1);
    }
    for (const char* mark : {"\\N", "\\n", "\\h"}) {
        for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
            text.erase(at, 2);
        }
    }
    std::vector<unsigned> letters;
    for (const unsigned char byte : text) {
        if ((byte & 0xc0U) == 0x80U && !letters.empty()) {
            letters.back() = letters.back() << 6U | (byte & 0x3fU);
        } else {
            letters.push_back(byte < 0x80 ? byte : byte < 0xe0 ? byte & 0x1fU : byte < 0xf0 ? byte & 0xfU : byte & 7U);
        }
    }
    std::erase_if(letters, [](unsigned letter) {
        return letter <= ' ' || letter == 0xa0 || letter == 0x3000 || isInvisible(letter);
    });
    return letters;
}

// A time of ASS, "1:02:03.45", at `text`.
std::optional<std::chrono::milliseconds> assTime(const char* text) {
    int hours = 0;
    int minutes = 0;
    double seconds = 0;
    if (std::sscanf(text, "%d:%d:%lf", &hours, &minutes, &seconds) != 3) {
        return std::nullopt;
    }
    return std::chrono::hours(hours) + std::chrono::minutes(minutes) +
           std::chrono::milliseconds(std::lround(seconds * 1000));
}

}  // namespace

std::vector<CaptionRange> captionRanges(const std::string& ass) {
    std::vector<CaptionRange> ranges;
    constexpr std::string_view kDialogue = "\nDialogue:";
    // The text is the last field, and may have commas.
    const std::size_t events = ass.find("\nFormat:", std::min(ass.find("\n[Events]"), ass.size()));
    const std::string format =
        events == std::string::npos ? "" : ass.substr(events, ass.find('\n', events + 1) - events);
    const auto fields = std::max<std::ptrdiff_t>(2, std::count(format.begin(), format.end(), ','));
    for (std::size_t at = ass.find(kDialogue); at != std::string::npos; at = ass.find(kDialogue, at + 1)) {
        // Layer, start, end, as every program writes them.
        const std::size_t end = std::min(ass.find('\n', at + 1), ass.size());
        std::vector<std::size_t> commas;
        for (std::size_t comma = ass.find(',', at); comma < end && std::ssize(commas) < fields;
             comma = ass.find(',', comma + 1)) {
            commas.push_back(comma);
        }
        if (commas.size() < 2) {
            continue;
        }
        const auto start = assTime(ass.c_str() + commas[0] + 1);
        const auto stop = assTime(ass.c_str() + commas[1] + 1);
        if (start && stop && *start < *stop) {
            ranges.push_back({*start, *stop, ass.substr(commas.back() + 1, end - commas.back() - 1)});
        }
    }
    return ranges;
}

std::string withBrightness(std::string ass, double share) {
    constexpr std::string_view kStyle = "\nStyle:";
    constexpr std::size_t kDigits = 8;  // &HAABBGGRR
    for (std::size_t line = ass.find(kStyle); share < 1.0 && line != std::string::npos;
         line = ass.find(kStyle, line + 1)) {
        const std::size_t end = std::min(ass.find('\n', line + 1), ass.size());
        for (std::size_t at = ass.find("&H", line); at < end && at + 2 + kDigits <= end; at = ass.find("&H", at + 2)) {
            for (std::size_t digit = at + 4; digit < at + 2 + kDigits; digit += 2) {
                const long value = std::strtol(ass.substr(digit, 2).c_str(), nullptr, 16);
                ass.replace(digit, 2, fmt::format("{:02X}", std::lround(static_cast<double>(value) * share)));
            }
        }
    }
    return ass;
}

Result<CaptionFilter> CaptionFilter::create(const std::string& ass, const Orientation& orientation, AVRational timeBase,
                                            std::int64_t firstTimestamp) {
    if (ass.empty()) {
        return CaptionFilter({}, orientation, timeBase, firstTimestamp);
    }
    std::error_code status;
    auto folder = std::filesystem::temp_directory_path(status);
    std::string name = (folder / "sightline-XXXXXX.ass").string();
    const int file = ::mkstemps(name.data(), 4);
    CaptionFilter filter(file >= 0 ? name : std::string(), orientation, timeBase, firstTimestamp);
    const bool written = file >= 0 && ::write(file, ass.data(), ass.size()) == static_cast<ssize_t>(ass.size());
    if (file >= 0) {
        ::close(file);
    }
    if (!written) {
        return fail(ErrorCode::Io,
                    fmt::format("Cannot draw captions: no temporary file can be written in {}. Free space "
                                "there, or set TMPDIR to another folder.",
                                folder.string()));
    }
    if (auto shown = filter.checkFonts(ass); !shown) {
        return tl::unexpected(shown.error());
    }
    return filter;
}

// Draws each caption on a small picture, so that a caption no font has is told before hours of encoding. libass tells
// of each missing letter when it first meets it.
Result<void> CaptionFilter::checkFonts(const std::string& ass) {
    constexpr int kSize = 64;
    FilterGraph graph("buffer", fmt::format("video_size={0}x{0}:pix_fmt={1}:time_base=1/1000", kSize,
                                            static_cast<int>(AV_PIX_FMT_YUV420P)));
    graph.add("ass", "filename", assFile_.string(), {});
    if (const int code = graph.finish("buffersink"); code < 0) {
        return tl::unexpected(cannotDraw(code));
    }
    std::set<unsigned> missing;
    for (const auto& [start, end, text] : captionRanges(ass)) {
        const AvFramePtr picture(av_frame_alloc());
        picture->width = picture->height = kSize;
        picture->format = AV_PIX_FMT_YUV420P;
        picture->pts = (start.count() + end.count()) / 2;
        const FfmpegWarnings warnings;
        if (av_frame_get_buffer(picture.get(), 0) < 0 || av_buffersrc_add_frame(graph.source(), picture.get()) < 0) {
            return fail(ErrorCode::Internal, "Cannot draw captions: no memory. Close other programs.");
        }
        const AvFramePtr drawn(av_frame_alloc());
        av_buffersink_get_frame(graph.sink(), drawn.get());
        for (const std::string& line : warnings.lines) {
            const auto letter = letterWithoutFont(line);
            if (!letter) {
                continue;
            }
            if (*letter == 0) {
                return tl::unexpected(noFontFor(0));
            }
            if (missing.insert(*letter).second) {
                logger("media")->warn(
                    "No font with the letter U+{:04X} is installed, so captions show a box for it. "
                    "Install the package {}.",
                    *letter, packageFor(*letter));
            }
        }
        const auto letters = drawnLetters(text);
        if (!letters.empty() && std::ranges::all_of(letters, [&](unsigned l) { return missing.contains(l); })) {
            return tl::unexpected(noFontFor(letters.front()));
        }
    }
    return {};
}

CaptionFilter::CaptionFilter(CaptionFilter&& other) noexcept
    : assFile_(std::exchange(other.assFile_, {})), orientation_(other.orientation_), timeBase_(other.timeBase_),
      firstTimestamp_(other.firstTimestamp_), graph_(std::move(other.graph_)) {}

CaptionFilter::~CaptionFilter() {
    if (!assFile_.empty()) {
        ::unlink(assFile_.c_str());
    }
}

// H.264 with 4:2:0 chroma has even sizes only, and one for the whole file: that of the first picture. A later picture
// of another shape gets bars.
void CaptionFilter::addPlacing(FilterGraph& graph, int width, int height, AVRational aspect, bool isRgb) {
    const bool isFirst = outputWidth_ == 0;
    if (isFirst) {
        outputWidth_ = width + width % 2;
        outputHeight_ = height + height % 2;
        outputAspect_ = aspect;
    }
    int placedWidth = outputWidth_;
    int placedHeight = outputHeight_;
    const bool sameShape = width + width % 2 == outputWidth_ && height + height % 2 == outputHeight_ &&
                           av_cmp_q(aspect, outputAspect_) == 0;
    if (!isFirst && !sameShape) {
        const double shown = width * av_q2d(aspect) / av_q2d(outputAspect_);  // in columns of the output
        const double scale = std::min(outputWidth_ / shown, static_cast<double>(outputHeight_) / height);
        placedWidth = std::clamp(2 * static_cast<int>(std::lround(shown * scale / 2)), 2, outputWidth_);
        placedHeight = std::clamp(2 * static_cast<int>(std::lround(height * scale / 2)), 2, outputHeight_);
    }
    if (width != placedWidth || height != placedHeight || isRgb) {
        graph.add("scale", fmt::format("{}:{}{}", placedWidth, placedHeight,
                                       isRgb ? ":out_color_matrix=bt709:out_range=tv" : ""));
    }
    if (placedWidth != outputWidth_ || placedHeight != outputHeight_) {
        graph.add("format", "yuv420p|yuvj420p");
        graph.add("pad", fmt::format("{}:{}:{}:{}", outputWidth_, outputHeight_, (outputWidth_ - placedWidth) / 4 * 2,
                                     (outputHeight_ - placedHeight) / 4 * 2));
    }
    if (!isFirst && !sameShape) {
        graph.add("setsar", fmt::format("{}/{}", outputAspect_.num, outputAspect_.den));
    }
}

Result<void> CaptionFilter::configure(const AVFrame& frame, AVRational aspect) {
    const bool square = aspect.num <= 0 || aspect.den <= 0;
    const AVRational pixel = square ? AVRational{1, 1} : aspect;
    auto graph = std::make_unique<FilterGraph>(
        "buffer",
        fmt::format("video_size={}x{}:pix_fmt={}:time_base={}/{}:pixel_aspect={}/{}", frame.width, frame.height,
                    frame.format, kFilterBase.num, kFilterBase.den, square ? 0 : aspect.num, pixel.den));
    if (orientation_.transposed) {
        graph->add("transpose", "cclock_flip");  // rows become columns, no more
    }
    if (orientation_.mirroredLeftRight) {
        graph->add("hflip");
    }
    if (orientation_.mirroredUpDown) {
        graph->add("vflip");
    }
    const bool turned = orientation_.transposed;
    const int width = turned ? frame.height : frame.width;
    const int height = turned ? frame.width : frame.height;
    const AVRational upright = turned ? av_inv_q(pixel) : pixel;
    if (hasAlpha(static_cast<AVPixelFormat>(frame.format))) {  // on black, as it is read and shown
        graph->add("format", "gbrap");
        graph->add("premultiply", "inplace=1");
    }
    addPlacing(*graph, width, height, upright, becomesBt709(frame.format));
    graph->add("format", "yuv420p|yuvj420p");
    // libass stretches letters as the picture was stretched from its original size. With the size as displayed for
    // that, they come out upright on pixels that are not square.
    std::string arguments;
    if (av_cmp_q(outputAspect_, {1, 1}) != 0) {
        arguments = fmt::format("original_size={}x{}", av_rescale(outputWidth_, outputAspect_.num, outputAspect_.den),
                                outputHeight_);
    }
    if (!assFile_.empty()) {
        graph->add("ass", "filename", assFile_.string(), arguments);
    }
    const int code = graph->finish("buffersink");
    if (code < 0) {
        return tl::unexpected(cannotDraw(code));
    }
    graph_ = std::move(graph);
    inputWidth_ = frame.width;
    inputHeight_ = frame.height;
    inputFormat_ = frame.format;
    return {};
}

Result<AvFramePtr> CaptionFilter::apply(AVFrame& frame, AVRational aspect) {
    if (!graph_ || frame.width != inputWidth_ || frame.height != inputHeight_ || frame.format != inputFormat_) {
        if (auto configured = configure(frame, aspect); !configured) {
            return tl::unexpected(configured.error());
        }
    }
    const bool isBt709 = becomesBt709(frame.format);
    const std::int64_t timestamp = frame.pts;
    frame.pts = filterTime(frame.pts - firstTimestamp_, timeBase_);  // captions count from the first frame
    av_frame_remove_side_data(&frame, AV_FRAME_DATA_DISPLAYMATRIX);
    AvFramePtr result(av_frame_alloc());
    int code = av_buffersrc_add_frame(graph_->source(), &frame);
    if (code >= 0) {
        code = av_buffersink_get_frame(graph_->sink(), result.get());
    }
    if (code < 0) {
        return fail(ErrorCode::Internal, "Cannot draw captions. Report the video that shows this.",
                    ffmpegErrorText(code));
    }
    result->pts = timestamp;
    result->sample_aspect_ratio = av_buffersink_get_sample_aspect_ratio(graph_->sink());
    if (isBt709) {
        result->colorspace = AVCOL_SPC_BT709;
        result->color_range = AVCOL_RANGE_MPEG;
    }
    return result;
}

}  // namespace sightline
