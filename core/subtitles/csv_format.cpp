#include "core/subtitles/csv_format.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "core/subtitles/cue_json.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"

namespace sightline {
namespace {

constexpr std::string_view kFormulaStarts = "=+-@\t";

using Row = std::vector<std::string>;

// Takes one row after another off a text.
class RowReader {
public:
    RowReader(std::string_view text, char delimiter) : text_(text), delimiter_(delimiter) {}

    bool atEnd() const { return at_ >= text_.size(); }
    // Of the next row, from 1; quoted fields may hold line breaks.
    std::size_t line() const { return line_; }

    // Nothing when a quote is not closed.
    std::optional<Row> next() {
        Row row{""};
        bool quoted = false;
        for (; at_ < text_.size(); ++at_) {
            const char c = text_[at_];
            if (quoted) {
                const bool doubled = c == '"' && at_ + 1 < text_.size() && text_[at_ + 1] == '"';
                quoted = c != '"' || doubled;
                at_ += doubled ? 1U : 0U;
                line_ += c == '\n' ? 1U : 0U;
                if (quoted) {
                    row.back() += c;
                }
            } else if (c == '"' && row.back().empty()) {
                quoted = true;
            } else if (c == delimiter_) {
                row.emplace_back();
            } else if (c == '\n' || c == '\r') {
                at_ += text_.substr(at_).starts_with("\r\n") ? 2U : 1U;
                ++line_;
                return row;
            } else {
                row.back() += c;  // also what follows a closing quote, which RFC 4180 does not know
            }
        }
        return quoted ? std::nullopt : std::optional(std::move(row));
    }

private:
    std::string_view text_;
    char delimiter_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

struct Columns {
    std::optional<std::size_t> start, end, text, confidence, origin;
    char delimiter = ',';

    bool isUsable() const { return start && end && text; }
};

Columns columnsOf(const Row& header, char delimiter) {
    Columns columns{.start = {}, .end = {}, .text = {}, .confidence = {}, .origin = {}, .delimiter = delimiter};
    const std::pair<std::string_view, std::optional<std::size_t>*> names[] = {
        {"start", &columns.start},   {"begin", &columns.start},
        {"end", &columns.end},       {"stop", &columns.end},
        {"text", &columns.text},     {"caption", &columns.text},
        {"sentence", &columns.text}, {"confidence", &columns.confidence},
        {"origin", &columns.origin},
    };
    for (std::size_t i = 0; i < header.size(); ++i) {
        const std::string name = lowerCase(trimmed(header[i]));
        for (const auto& [known, column] : names) {
            if (name == known && !*column) {
                *column = i;
            }
        }
    }
    return columns;
}

// Spreadsheets may write a first line "sep=;" that names the delimiter.
std::size_t separatorLineLength(std::string_view utf8) {
    return utf8.starts_with("sep=") ? std::min(utf8.find_first_of("\n"), utf8.size() - 1) + 1 : 0;
}

// By whichever delimiter makes a header of the first row.
Columns findColumns(std::string_view utf8) {
    Columns columns;
    for (const char delimiter : {',', ';', '\t'}) {
        const auto header = RowReader(utf8.substr(0, utf8.find_first_of("\r\n")), delimiter).next();
        columns = header ? columnsOf(*header, delimiter) : Columns();
        if (columns.isUsable()) {
            break;
        }
    }
    return columns;
}

bool needsApostrophe(std::string_view text) {
    const std::size_t first = text.find_first_not_of('\'');
    return first != std::string_view::npos && kFormulaStarts.find(text[first]) != std::string_view::npos;
}

std::string quotedText(std::string_view text) {
    return fmt::format("\"{}{}\"", needsApostrophe(text) ? "'" : "", replaceAll(text, "\"", "\"\""));
}

std::optional<MediaTime> parseTime(std::string text, char delimiter) {
    if (delimiter != ',') {
        std::replace(text.begin(), text.end(), ',', '.');
    }
    const auto seconds = parseSeconds(text);
    return seconds ? seconds : parseClock(text);
}

double parseConfidence(std::string text, char delimiter) {
    if (delimiter != ',') {
        std::replace(text.begin(), text.end(), ',', '.');
    }
    double value = 0.0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value >= 0.0 && value <= 1.0 ? value : 0.0;
}

}  // namespace

bool CsvFormat::recognises(std::string_view utf8) const {
    return findColumns(utf8.substr(separatorLineLength(utf8))).isUsable();
}

std::string CsvFormat::encode(const CueTrack& track) const {
    std::string result = "start,end,text,confidence,origin\r\n";
    for (const Cue& cue : track.cues) {
        result +=
            fmt::format("{},{},{},{},{}\r\n", formatSeconds(cue.start), formatSeconds(cue.end), quotedText(cue.text),
                        cue.confidence > 0.0 ? fmt::format("{}", cue.confidence) : "", originName(cue.origin));
    }
    return result;
}

Result<SubtitleReading> CsvFormat::parse(std::string_view utf8) const {
    const std::size_t separatorLine = separatorLineLength(utf8);
    utf8.remove_prefix(separatorLine);
    const std::size_t linesBefore = separatorLine > 0 ? 1 : 0;
    const Columns columns = findColumns(utf8);
    if (!columns.isUsable()) {
        return corrupt(1 + linesBefore, "names no columns start, end and text", "Add a header row with these names.");
    }
    SubtitleReading reading;
    RowReader rows(utf8, columns.delimiter);
    (void)rows.next();
    while (!rows.atEnd()) {
        const std::size_t line = rows.line() + linesBefore;
        const auto row = rows.next();
        if (!row) {
            return corrupt(line, "opens a quote that is never closed", "Close it or get an intact file.");
        }
        if (row->size() == 1 && trimmed(row->front()).empty()) {
            continue;
        }
        const auto field = [&row](std::optional<std::size_t> column) {
            return column && *column < row->size() ? (*row)[*column] : std::string();
        };
        const auto start = parseTime(field(columns.start), columns.delimiter);
        const auto end = parseTime(field(columns.end), columns.delimiter);
        if (!start || !end || *columns.text >= row->size()) {
            skipCue(reading, line, "has no two times in seconds or no text");
            continue;
        }
        std::string text = field(columns.text);
        if (text.starts_with('\'') && needsApostrophe(text)) {
            text.erase(0, 1);
        }
        addCue(reading,
               {.start = *start,
                .end = *end,
                .text = std::move(text),
                .confidence = parseConfidence(field(columns.confidence), columns.delimiter),
                .origin = originNamed(trimmed(field(columns.origin)))},
               line);
    }
    return reading;
}

}  // namespace sightline
