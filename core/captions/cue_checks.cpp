#include "core/captions/cue_checks.h"

#include <algorithm>
#include <functional>

namespace sightline {
namespace {

using namespace std::chrono_literals;

constexpr MediaTime kTwoFrames = 2 * 1'000'000'000ns / 24;  // of the slowest usual frame rate
constexpr MediaTime kTwelveFrames = 500ms;                  // as kTwoFrames
constexpr MediaTime kFiveSixths = 833ms;
constexpr int kUnlimited = 1'000'000;  // more than any cue has

std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t to = std::min(text.find('\n', from), text.size());
        lines.push_back(text.substr(from, to - from));
        from = to + 1;
    }
    return lines;
}

std::vector<std::string_view> wordsOf(std::string_view text) {
    std::vector<std::string_view> words;
    for (std::size_t from = text.find_first_not_of(" \n"); from != std::string_view::npos;) {
        const std::size_t to = std::min(text.find_first_of(" \n", from), text.size());
        words.push_back(text.substr(from, to - from));
        from = text.find_first_not_of(" \n", to);
    }
    return words;
}

// Lines of words, filled up to `width` characters.
std::vector<std::string> filled(const std::vector<std::string_view>& words, int width) {
    std::vector<std::string> lines;
    for (const std::string_view word : words) {
        if (lines.empty() || readCharacters(lines.back()) + 1 + readCharacters(word) > width) {
            lines.emplace_back(word);
        } else {
            lines.back() += " ";
            lines.back() += word;
        }
    }
    return lines;
}

int longestLine(std::string_view text) {
    int longest = 0;
    for (const std::string_view line : linesOf(text)) {
        longest = std::max(longest, readCharacters(line));
    }
    return longest;
}

// Lines on the screen of a player that breaks what is longer than `width`.
int shownLines(std::string_view text, int width) {
    std::size_t lines = 0;
    for (const std::string_view line : linesOf(text)) {
        lines += std::max<std::size_t>(1, filled(wordsOf(line), width).size());
    }
    return static_cast<int>(lines);
}

// The first shot change inside the cue; null without any.
const MediaTime* shotWithin(const Cue& cue, const std::vector<MediaTime>& shots) {
    const auto shot = std::ranges::upper_bound(shots, cue.start);
    return shot != shots.end() && *shot < cue.end ? &*shot : nullptr;
}

using Findings = std::vector<CueFinding>;

class Fixer {
public:
    Fixer(Cues cues, const std::vector<MediaTime>& shots, const CheckLimits& limits)
        : cues_(std::move(cues)), shots_(shots), limits_(limits) {}

    Cues run() {
        for (std::size_t row = 0; row < cues_.size(); ++row) {
            attempt(row, [this](Cue& cue, std::size_t at) { trimToShots(cue, at); });
            attempt(row, [this](Cue& cue, std::size_t at) { meetNext(cue, at); });
            attempt(row, [this](Cue& cue, std::size_t at) { lengthen(cue, at); });
            attempt(row, [this](Cue& cue, std::size_t) { cue.text = rewrapped(cue.text, limits_.lineLength); });
        }
        return std::move(cues_);
    }

private:
    // Findings of a cue and of the one before it, which an edit of its start may touch.
    std::size_t problems(std::size_t row) const {
        const std::size_t own = checkCue(cues_, row, shots_, limits_).size();
        return row == 0 ? own : own + checkCue(cues_, row - 1, shots_, limits_).size();
    }

    void attempt(std::size_t row, const std::function<void(Cue&, std::size_t)>& repair) {
        const std::size_t before = problems(row);
        if (before == 0) {
            return;
        }
        const Cue kept = cues_[row];
        repair(cues_[row], row);
        const Cue& cue = cues_[row];
        const bool ordered = cue.start < cue.end && (row == 0 || cues_[row - 1].start <= cue.start) &&
                             (row + 1 == cues_.size() || cue.start <= cues_[row + 1].start);
        if (!ordered || problems(row) >= before) {
            cues_[row] = kept;
        } else {
            cues_[row].origin = CueOrigin::Edited;
        }
    }

    void trimToShots(Cue& cue, std::size_t) const {
        for (const MediaTime& shot : shots_) {
            if (shot > cue.start && shot - cue.start <= limits_.snap) {
                cue.start = shot;
            } else if (shot < cue.end && cue.end - shot <= limits_.snap && shot > cue.start) {
                cue.end = shot;
            }
        }
    }

    // Ends where the next cue asks for it: right there where cues may touch, else the gap before it.
    void meetNext(Cue& cue, std::size_t row) const {
        if (row + 1 < cues_.size() && cues_[row + 1].start - cue.end < limits_.leastGap) {
            cue.end = limits_.touching ? cues_[row + 1].start : cues_[row + 1].start - limits_.leastGap;
        }
    }

    // Up to what its text takes to read, the next cue or the end of the shot.
    void lengthen(Cue& cue, std::size_t row) const {
        const auto reading = limits_.readingSpeed > 0.0
                                 ? std::chrono::ceil<std::chrono::milliseconds>(
                                       std::chrono::duration<double>(readCharacters(cue.text) / limits_.readingSpeed))
                                 : 0ms;
        MediaTime end = std::max(cue.end, cue.start + std::max<MediaTime>(limits_.shortest, reading));
        if (row + 1 < cues_.size()) {
            end = std::min(end, limits_.touching ? cues_[row + 1].start : cues_[row + 1].start - limits_.leastGap);
        }
        if (const MediaTime* shot = shotWithin({cue.start, end, {}, 0.0, {}}, shots_)) {
            end = std::min(end, *shot);
        }
        cue.end = std::max(cue.end, end);
    }

    Cues cues_;
    const std::vector<MediaTime>& shots_;
    const CheckLimits& limits_;
};

}  // namespace

CheckLimits CheckLimits::descriptions() {
    return {kFiveSixths, 0s, kTwoFrames, true, 17.0, 42, 2, true, kTwelveFrames};
}

CheckLimits CheckLimits::spoken() {
    CheckLimits limits = descriptions();
    limits.shortest = 0s;
    limits.leastGap = 0s;
    limits.readingSpeed = kUnlimited;
    limits.lines = kUnlimited;
    return limits;
}

CheckLimits CheckLimits::subtitles() { return {kFiveSixths, 7s, kTwoFrames, false, 17.0, 42, 2, false, kTwelveFrames}; }

int readCharacters(std::string_view utf8) {
    return static_cast<int>(std::ranges::count_if(utf8, [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U && byte != '\n';  // not a continuation byte
    }));
}

double readingSpeed(const Cue& cue) {
    return cue.end > cue.start ? readCharacters(cue.text) / toSeconds(cue.end - cue.start) : 0.0;
}

std::vector<CueFinding> checkCue(const Cues& cues, std::size_t row, const std::vector<MediaTime>& shots,
                                 const CheckLimits& limits) {
    Findings found;
    const Cue& cue = cues.at(row);
    const auto check = [&found](bool bad, CueProblem problem, double value, double limit) {
        if (bad) {
            found.push_back({problem, value, limit});
        }
    };
    const MediaTime length = cue.end - cue.start;
    check(wordsOf(cue.text).empty(), CueProblem::Empty, 0.0, 1.0);
    if (row + 1 < cues.size()) {
        const MediaTime gap = cues[row + 1].start - cue.end;
        check(gap < 0ns, CueProblem::Overlap, toSeconds(-gap), 0.0);
        const bool narrow = gap < limits.leastGap && (limits.touching ? gap > 0ns : gap >= 0ns);
        check(narrow, CueProblem::SmallGap, toSeconds(gap), toSeconds(limits.leastGap));
    }
    check(length < limits.shortest, CueProblem::TooShort, toSeconds(length), toSeconds(limits.shortest));
    check(limits.longest > 0s && length > limits.longest, CueProblem::TooLong, toSeconds(length),
          toSeconds(limits.longest));
    check(readingSpeed(cue) > limits.readingSpeed, CueProblem::ReadingSpeed, readingSpeed(cue), limits.readingSpeed);
    const int width = limits.wraps ? 0 : longestLine(cue.text);
    check(width > limits.lineLength, CueProblem::LineLength, width, limits.lineLength);
    const int lines =
        limits.wraps ? shownLines(cue.text, limits.lineLength) : static_cast<int>(linesOf(cue.text).size());
    check(lines > limits.lines, CueProblem::TooManyLines, lines, limits.lines);
    if (const MediaTime* shot = shotWithin(cue, shots)) {
        check(true, CueProblem::AcrossShot, toSeconds(*shot - cue.start), 0.0);
    }
    return found;
}

Cues fixCues(Cues cues, const std::vector<MediaTime>& shots, const CheckLimits& limits) {
    return Fixer(std::move(cues), shots, limits).run();
}

std::string rewrapped(std::string_view text, int lineLength) {
    const auto words = wordsOf(text);
    if (words.empty() || lineLength <= 0) {
        return std::string(text);
    }
    const std::size_t lines = filled(words, lineLength).size();
    int width = lineLength;
    while (width > 1 && filled(words, width - 1).size() <= lines) {
        --width;
    }
    std::string result;
    for (const std::string& line : filled(words, width)) {
        result += (result.empty() ? "" : "\n") + line;
    }
    return result;
}

}  // namespace sightline
