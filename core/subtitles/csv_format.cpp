#include "core/subtitles/csv_format.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "core/base/ascii.h"
#include "core/captions/cue_json.h"
#include "core/subtitles/cue_json.h"
#include "core/subtitles/cue_time.h"
#include "core/subtitles/text.h"
#include "core/subtitles/time_unit.h"

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
    std::optional<std::size_t> start, end, duration, text, confidence, origin;
    std::size_t count = 0;
    char delimiter = ',';
    bool hasHeader = true;
    std::string unit;  // of the times, where the header names one: "ms", "s"

    bool isUsable() const { return start && (end || duration) && text; }
};

// A column's name without what people put between its words: "Start (ms)" and "start_ms" are "startms".
std::string plainName(std::string_view name) {
    std::string plain = lowerCase(trimmed(name));
    std::erase_if(plain, [](char c) { return std::string_view(" _-()[]").find(c) != std::string_view::npos; });
    return plain;
}

// The unit that a column of times names after its own name: "ms" of "start_time (ms)". Nothing for other columns.
std::optional<std::string> unitAfter(std::string_view name, std::string_view column) {
    constexpr std::pair<std::string_view, std::string_view> kUnits[] = {
        {"", ""},         {"ms", "ms"}, {"msec", "ms"}, {"millis", "ms"}, {"milliseconds", "ms"},
        {"s", "s"},       {"sec", "s"}, {"secs", "s"},  {"seconds", "s"}, {"hh:mm:ss.ms", "s"},  // ELAN's three
        {"ss.msec", "s"},
    };
    if (!name.starts_with(column)) {
        return std::nullopt;
    }
    name.remove_prefix(column.size());
    for (const std::string_view word : {"time", "in"}) {  // "Start time in milliseconds"
        name.remove_prefix(name.starts_with(word) ? word.size() : 0);
    }
    const auto found =
        std::find_if(std::begin(kUnits), std::end(kUnits), [name](const auto& unit) { return unit.first == name; });
    return found == std::end(kUnits) ? std::nullopt : std::optional(std::string(found->second));
}

Columns columnsOf(const Row& header, char delimiter) {
    Columns columns;
    columns.delimiter = delimiter;
    columns.count = header.size();
    const std::pair<std::string_view, std::optional<std::size_t>*> times[] = {{"start", &columns.start},
                                                                              {"begin", &columns.start},
                                                                              {"end", &columns.end},
                                                                              {"stop", &columns.end},
                                                                              {"duration", &columns.duration}};
    const std::pair<std::string_view, std::optional<std::size_t>*> others[] = {
        {"text", &columns.text},          {"caption", &columns.text},     {"sentence", &columns.text},
        {"annotation", &columns.text},    {"description", &columns.text}, {"subtitle", &columns.text},
        {"transcription", &columns.text}, {"content", &columns.text},     {"confidence", &columns.confidence},
        {"origin", &columns.origin},
    };
    for (std::size_t i = 0; i < header.size(); ++i) {
        const std::string name = plainName(header[i]);
        for (const auto& [known, column] : others) {
            if (name == known && !*column) {
                *column = i;
            }
        }
        for (const auto& [known, column] : times) {
            if (const auto unit = unitAfter(name, known); unit && !*column) {
                *column = i;
                columns.unit = unit->empty() ? columns.unit : *unit;
            }
        }
    }
    return columns;
}

// Spreadsheets may write a first line "sep=;" that names the delimiter.
std::size_t separatorLineLength(std::string_view utf8) {
    return utf8.starts_with("sep=") ? std::min(utf8.find_first_of("\n"), utf8.size() - 1) + 1 : 0;
}

// With a decimal point, whatever stands there: "0,5" and "1.234,5" are numbers where people write decimal commas. A
// comma within a field is never one that separates fields.
std::string withDecimalPoint(std::string text) {
    const std::size_t comma = text.rfind(',');
    const std::size_t point = text.rfind('.');
    if (comma != std::string::npos && point != std::string::npos && text.find(':') == std::string::npos) {
        text = replaceAll(text, comma > point ? "." : ",", "");  // between thousands
    }
    std::replace(text.begin(), text.end(), ',', '.');
    return text;
}

// Of rows without names between tabs, as ELAN and Audacity write them: two times, and a text at the end.
Columns columnsWithoutNames(std::string_view utf8) {
    Columns columns;
    columns.delimiter = '\t';
    columns.hasHeader = false;
    const auto row = RowReader(utf8.substr(0, utf8.find_first_of("\r\n")), '\t').next();
    for (std::size_t i = 0; row && i + 1 < row->size() && !columns.end; ++i) {
        const std::string field = withDecimalPoint((*row)[i]);
        if (parseSeconds(field) || parseClock(field)) {
            (columns.start ? columns.end : columns.start) = i;
        }
    }
    if (columns.end) {
        columns.text = row->size() - 1;
        columns.count = row->size();
    }
    return columns;
}

// By whichever delimiter makes a header of the first row.
Columns findColumns(std::string_view utf8) {
    Columns columns;
    for (const char delimiter : {',', ';', '\t'}) {
        const auto header = RowReader(utf8.substr(0, utf8.find_first_of("\r\n")), delimiter).next();
        columns = header ? columnsOf(*header, delimiter) : Columns();
        if (columns.isUsable()) {
            return columns;
        }
    }
    return columnsWithoutNames(utf8);
}

bool needsApostrophe(std::string_view text) {
    const std::size_t first = text.find_first_not_of('\'');
    return first != std::string_view::npos && kFormulaStarts.find(text[first]) != std::string_view::npos;
}

std::string quotedText(std::string_view text) {
    return fmt::format("\"{}{}\"", needsApostrophe(text) ? "'" : "", replaceAll(text, "\"", "\"\""));
}

std::optional<MediaTime> parseTime(std::string text, bool milliseconds) {
    text = withDecimalPoint(std::move(text));
    if (milliseconds) {
        const std::string_view number = trimmed(text);
        double value = 0.0;
        const auto [last, problem] = std::from_chars(number.data(), number.data() + number.size(), value);
        if (problem == std::errc() && last == number.data() + number.size()) {
            return secondsToTime(value / 1000.0);
        }
    }
    const auto seconds = parseSeconds(text);
    return seconds ? seconds : parseClock(text);
}

std::string fieldOf(const Row& row, std::optional<std::size_t> column) {
    return column && *column < row.size() ? row[*column] : std::string();
}

// What the times of a table count whose header does not say so; nothing where they are seconds. A time that is no whole
// number is in seconds or a clock's.
std::optional<TimeUnit> unitOf(RowReader rows, const Columns& columns) {
    std::vector<std::pair<double, double>> times;
    while (!rows.atEnd()) {
        const auto row = rows.next();
        const std::string start = row ? fieldOf(*row, columns.start) : std::string();
        const std::string end = row ? fieldOf(*row, columns.end ? columns.end : columns.duration) : std::string();
        if (!row || trimmed(start).empty() || trimmed(end).empty()) {
            continue;
        }
        if (!isNumber(trimmed(start)) || !isNumber(trimmed(end))) {
            return std::nullopt;
        }
        const auto number = [](std::string_view text) {
            double value = 0.0;
            text = trimmed(text);
            std::from_chars(text.data(), text.data() + text.size(), value);
            return value;
        };
        times.emplace_back(number(start), number(end) + (columns.end ? 0.0 : number(start)));
    }
    return unitByNumbers(times);
}

double parseConfidence(std::string text) {
    text = withDecimalPoint(std::move(text));
    double value = 0.0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value >= 0.0 && value <= 1.0 ? value : 0.0;
}

}  // namespace

bool CsvFormat::recognises(std::string_view utf8) const {
    return findColumns(utf8.substr(separatorLineLength(utf8))).isUsable();
}

std::string CsvFormat::encode(const CueTrack& track, const SubtitleContext& /*context*/) const {
    std::string result = "start,end,text,confidence,origin\r\n";
    for (const Cue& cue : track.cues) {
        result +=
            fmt::format("{},{},{},{},{}\r\n", formatSeconds(cue.start), formatSeconds(cue.end), quotedText(cue.text),
                        cue.confidence > 0.0 ? fmt::format("{}", cue.confidence) : "", originName(cue.origin));
    }
    return result;
}

Result<SubtitleReading> CsvFormat::parse(std::string_view utf8, const SubtitleContext& /*context*/) const {
    const std::size_t separatorLine = separatorLineLength(utf8);
    utf8.remove_prefix(separatorLine);
    const std::size_t linesBefore = separatorLine > 0 ? 1 : 0;
    const Columns columns = findColumns(utf8);
    if (!columns.isUsable()) {
        return corrupt(1 + linesBefore, "names no columns start, end and text", "Add a header row with these names.");
    }
    SubtitleReading reading;
    RowReader rows(utf8, columns.delimiter);
    if (columns.hasHeader) {
        (void)rows.next();
    }
    if (columns.unit.empty()) {
        reading.timeUnit = unitOf(rows, columns).value_or(TimeUnit::Known);
    }
    const bool milliseconds = columns.unit == "ms" || reading.timeUnit == TimeUnit::SeemsMilliseconds;
    while (!rows.atEnd()) {
        const std::size_t line = rows.line() + linesBefore;
        const auto row = rows.next();
        if (!row) {
            return corrupt(line, "opens a quote that is never closed", "Close it or get an intact file.");
        }
        const bool isBlankRow = row->size() == 1 && trimmed(row->front()).empty();
        if (isBlankRow || (!columns.hasHeader && row->front() == "\\")) {  // Audacity's frequencies of a label
            continue;
        }
        const auto start = parseTime(fieldOf(*row, columns.start), milliseconds);
        auto end = parseTime(fieldOf(*row, columns.end ? columns.end : columns.duration), milliseconds);
        if (start && end && !columns.end) {
            *end += *start;
        }
        if (!start || !end || *columns.text >= row->size()) {
            skipCue(reading, line, "has no two times in seconds or no text");
            continue;
        }
        std::string text = fieldOf(*row, columns.text);
        for (std::size_t i = columns.count; i < row->size(); ++i) {  // of a text without quotes around it
            if (*columns.text + 1 == columns.count) {
                text.append(1, columns.delimiter).append((*row)[i]);
            } else if (!trimmed((*row)[i]).empty()) {
                warn(reading, line, "The row has more fields than the header; they are not read.");
                break;
            }
        }
        if (text.starts_with('\'') && needsApostrophe(text)) {
            text.erase(0, 1);
        }
        addCue(reading,
               {.start = *start,
                .end = *end,
                .text = std::move(text),
                .confidence = parseConfidence(fieldOf(*row, columns.confidence)),
                .origin = originIn(trimmed(fieldOf(*row, columns.origin)))},
               line);
    }
    return reading;
}

}  // namespace sightline
