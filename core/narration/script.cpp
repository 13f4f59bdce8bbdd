#include "core/narration/script.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "core/base/replace_all.h"

namespace sightline {
namespace {

// Letters of 18 points and more, in the colours that the reader's system has.
constexpr std::string_view kStyle =
    "    :root { color-scheme: light dark; }\n"
    "    body { font: 1.5rem/1.6 Verdana, \"DejaVu Sans\", sans-serif; max-width: 40em; margin: 1em auto; padding: 0 "
    "1em; }\n"
    "    h1 { font-size: 1.4em; } h2 { font-size: 1.2em; } h3 { font-size: 1em; margin-bottom: 0; }\n"
    "    p { margin-top: 0; }\n"
    "    @media print { body { font-size: 18pt; } h3 { break-after: avoid; } }\n";

std::string momentOf(MediaTime time) {
    const auto tenths = std::chrono::round<std::chrono::duration<long, std::deci>>(time).count();
    return fmt::format("{}:{:02}:{:02}.{}", tenths / 36'000, tenths / 600 % 60, tenths / 10 % 60, tenths % 10);
}

std::string html(const std::string& text) {
    return replaceAll(replaceAll(replaceAll(replaceAll(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;"), "\"", "&quot;");
}

// What would be a mark of Markdown's stays a letter.
std::string markdown(const std::string& text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '\n') {
            escaped += ' ';
            continue;
        }
        if (std::string_view("\\`*_{}[]<>#|~").find(c) != std::string_view::npos ||
            (escaped.empty() && std::string_view("+-").find(c) != std::string_view::npos)) {
            escaped += '\\';
        }
        escaped += c;
    }
    return escaped;
}

class Script {
public:
    Script(const ScriptHead& head, ScriptKind kind) : head_(head), isHtml_(kind == ScriptKind::Html) {}

    std::string of(const std::vector<NarratedCue>& cues) {
        std::vector<std::size_t> said;
        std::vector<std::size_t> unsaid;
        for (std::size_t i = 0; i < cues.size(); ++i) {
            (cues[i].scheduled.isSaid ? said : unsaid).push_back(i);
        }
        std::ranges::stable_sort(said, {}, [&](std::size_t i) { return cues[i].heard; });
        begin();
        heading(1, fmt::format("Audio description of {}", head_.videoName));
        paragraph(
            fmt::format("{} of {} cues are said. Times are in hours, minutes and seconds.", said.size(), cues.size()));
        heading(2, "Said");
        for (const std::size_t i : said) {
            const bool waits = cues[i].scheduled.freeze > MediaTime::zero();
            heading(3, fmt::format("{}, cue {}{}", momentOf(cues[i].heard), i + 1, waits ? ", the picture waits" : ""));
            paragraph(cues[i].text, true);
        }
        if (!unsaid.empty()) {
            heading(2, "Not said");
        }
        for (const std::size_t i : unsaid) {
            heading(3, fmt::format("{}, cue {}", momentOf(cues[i].cue.start), i + 1));
            paragraph(cues[i].text, true);
            paragraph(fmt::format("Not said: {}.", whyUnsaid(cues[i].scheduled)));
        }
        text_ += isHtml_ ? "</main>\n</body>\n</html>\n" : "";
        return std::move(text_);
    }

private:
    void begin() {
        if (isHtml_) {
            text_ = fmt::format(
                "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n  <meta charset=\"utf-8\">\n"
                "  <meta name=\"viewport\" content=\"width=device-width\">\n"
                "  <title>Audio description of {}</title>\n  <style>\n{}  </style>\n</head>\n<body>\n<main>\n",
                html(head_.videoName), kStyle);
        }
    }

    void heading(int level, const std::string& text) {
        text_ += isHtml_ ? fmt::format("<h{0}>{1}</h{0}>\n", level, html(text))
                         : fmt::format("{} {}\n\n", std::string(static_cast<std::size_t>(level), '#'), markdown(text));
    }

    // `isSaid`: it is in the language of the captions.
    void paragraph(const std::string& text, bool isSaid = false) {
        text_ += !isHtml_ ? markdown(text) + "\n\n"
                 : isSaid ? fmt::format("<p lang=\"{}\" dir=\"auto\">{}</p>\n", html(head_.language), html(text))
                          : fmt::format("<p>{}</p>\n", html(text));
    }

    const ScriptHead& head_;
    const bool isHtml_;
    std::string text_;
};

}  // namespace

std::string scriptOf(const std::vector<NarratedCue>& cues, const ScriptHead& head, ScriptKind kind) {
    return Script(head, kind).of(cues);
}

}  // namespace sightline
