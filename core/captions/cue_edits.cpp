#include "core/captions/cue_edits.h"

#include <algorithm>
#include <iterator>

namespace sightline {
namespace {

std::ptrdiff_t place(std::size_t row) { return static_cast<std::ptrdiff_t>(row); }

Cues inOrder(Cues cues) {
    std::ranges::stable_sort(cues, {}, &Cue::start);
    return cues;
}

bool hasRows(const Cues& cues, std::size_t first, std::size_t count) {
    return count > 0 && first < cues.size() && count <= cues.size() - first;
}

void move(Cue& cue, MediaTime by) {
    cue.start += by;
    cue.end += by;
    cue.origin = CueOrigin::Edited;
}

// Position of the line break nearest the middle; npos in a text of one line.
std::size_t middleBreak(const std::string& text) {
    std::size_t best = std::string::npos;
    const auto distance = [&text](std::size_t at) {
        const std::size_t middle = text.size() / 2;
        return at > middle ? at - middle : middle - at;
    };
    for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 1)) {
        if (best == std::string::npos || distance(at) < distance(best)) {
            best = at;
        }
    }
    return best;
}

}  // namespace

CueReplacement replacementBetween(const Cues& before, const Cues& after) {
    const auto [left, right] = std::ranges::mismatch(before, after);
    const auto first = left - before.begin();
    auto beforeEnd = before.end();
    auto afterEnd = after.end();
    while (beforeEnd != left && afterEnd != right && *std::prev(beforeEnd) == *std::prev(afterEnd)) {
        --beforeEnd;
        --afterEnd;
    }
    return {static_cast<std::size_t>(first), static_cast<std::size_t>(beforeEnd - left), {right, afterEnd}};
}

int cueAt(const Cues& cues, MediaTime time) {
    for (auto cue = std::ranges::upper_bound(cues, time, {}, &Cue::start); cue != cues.begin();) {
        --cue;
        if (time < cue->end) {
            return static_cast<int>(cue - cues.begin());
        }
    }
    return -1;
}

Cues splitCue(Cues cues, std::size_t row, MediaTime at) {
    if (!hasRows(cues, row, 1) || at <= cues[row].start || at >= cues[row].end) {
        return cues;
    }
    Cue& left = cues[row];
    left.origin = CueOrigin::Edited;
    Cue right = left;
    left.end = at;
    right.start = at;
    if (const std::size_t line = middleBreak(left.text); line != std::string::npos) {
        right.text = left.text.substr(line + 1);
        left.text.resize(line);
        left.confidence = right.confidence = 0.0;
    }
    cues.insert(cues.begin() + place(row) + 1, std::move(right));
    return inOrder(std::move(cues));
}

Cues mergeCues(Cues cues, std::size_t first, std::size_t count) {
    if (count < 2 || !hasRows(cues, first, count)) {
        return cues;
    }
    Cue& merged = cues[first];
    std::vector<std::string> lines{merged.text};
    for (std::size_t row = first + 1; row < first + count; ++row) {
        const Cue& cue = cues[row];
        merged.end = std::max(merged.end, cue.end);
        merged.confidence = std::min(merged.confidence, cue.confidence);
        if (std::ranges::find(lines, cue.text) == lines.end()) {
            merged.text += (merged.text.empty() ? "" : "\n") + cue.text;
            lines.push_back(cue.text);
        }
    }
    merged.origin = CueOrigin::Edited;
    cues.erase(cues.begin() + place(first) + 1, cues.begin() + place(first + count));
    return cues;
}

Cues addCue(Cues cues, MediaTime at, MediaTime length, const std::string& text) {
    const auto next = std::ranges::lower_bound(cues, at, {}, &Cue::start);
    const MediaTime end = next == cues.end() ? at + length : std::min(at + length, next->start);
    if (at < MediaTime::zero() || end <= at) {
        return cues;
    }
    cues.insert(next, Cue{at, end, text, 0.0, CueOrigin::Edited});
    return cues;
}

Cues removeCues(Cues cues, std::size_t first, std::size_t count) {
    if (hasRows(cues, first, count)) {
        cues.erase(cues.begin() + place(first), cues.begin() + place(first + count));
    }
    return cues;
}

Cues changeCue(Cues cues, std::size_t row, Cue changed) {
    if (!hasRows(cues, row, 1) || changed.start < MediaTime::zero() || changed.end <= changed.start ||
        changed == cues[row]) {
        return cues;
    }
    changed.origin = CueOrigin::Edited;
    if (changed.text != cues[row].text) {
        changed.confidence = 0.0;
    }
    cues[row] = std::move(changed);
    return inOrder(std::move(cues));
}

TimeRange edgeLimits(const Cues& cues, std::size_t row, CueEdge edge, MediaTime shortest) {
    const Cue& cue = cues.at(row);
    MediaTime floor = MediaTime::zero();
    MediaTime ceiling = MediaTime::max();
    for (std::size_t before = row; before > 0; --before) {
        if (cues[before - 1].end <= cue.start) {
            floor = std::max(floor, cues[before - 1].end);
        }
    }
    if (row + 1 < cues.size() && cues[row + 1].start >= cue.end) {
        ceiling = cues[row + 1].start;
    }
    switch (edge) {
        case CueEdge::Start: return {floor, std::max(floor, cue.end - shortest)};
        case CueEdge::End: return {std::min(ceiling, cue.start + shortest), ceiling};
        case CueEdge::Both: break;
    }
    const MediaTime last = ceiling == MediaTime::max() ? ceiling : ceiling - (cue.end - cue.start);
    return {floor, std::max(floor, last)};
}

Cues dragCue(Cues cues, std::size_t row, CueEdge edge, MediaTime to, const TimeRange& limits) {
    if (!hasRows(cues, row, 1)) {
        return cues;
    }
    Cue changed = cues[row];
    to = std::clamp(to, limits.start, limits.end);
    switch (edge) {
        case CueEdge::Start: changed.start = to; break;
        case CueEdge::End: changed.end = to; break;
        case CueEdge::Both: move(changed, to - changed.start); break;
    }
    const bool same = changed.start == cues[row].start && changed.end == cues[row].end;
    return same ? cues : changeCue(std::move(cues), row, std::move(changed));
}

Cues shiftCues(Cues cues, std::size_t first, std::size_t count, MediaTime by) {
    if (!hasRows(cues, first, count)) {
        return cues;
    }
    by = std::max(by, -cues[first].start);  // the first is the earliest
    if (by == MediaTime::zero()) {
        return cues;
    }
    for (std::size_t row = first; row < first + count; ++row) {
        move(cues[row], by);
    }
    return inOrder(std::move(cues));
}

Cues shiftFollowing(Cues cues, std::size_t row, MediaTime by) {
    if (!hasRows(cues, row, 1)) {
        return cues;
    }
    by = std::max(by, edgeLimits(cues, row, CueEdge::Both, MediaTime::zero()).start - cues[row].start);
    const std::size_t count = cues.size() - row;  // before they are moved, whichever argument comes first
    return shiftCues(std::move(cues), row, count, by);
}

Cues setStart(Cues cues, std::size_t row, MediaTime at) {
    if (!hasRows(cues, row, 1)) {
        return cues;
    }
    Cue changed = cues[row];
    changed.end = at < changed.end ? changed.end : at + (changed.end - changed.start);
    changed.start = at;
    return changed.start == cues[row].start ? cues : changeCue(std::move(cues), row, std::move(changed));
}

Cues setEnd(Cues cues, std::size_t row, MediaTime at) {
    if (!hasRows(cues, row, 1)) {
        return cues;
    }
    Cue changed = cues[row];
    if (at <= changed.start) {
        changed.start = std::max(MediaTime::zero(), at - (changed.end - changed.start));
    }
    changed.end = at;
    return changed.end == cues[row].end ? cues : changeCue(std::move(cues), row, std::move(changed));
}

Cues pasteCues(Cues cues, Cues pasted, MediaTime at) {
    if (pasted.empty() || at < MediaTime::zero()) {
        return cues;
    }
    pasted = inOrder(std::move(pasted));
    const MediaTime by = at - pasted.front().start;
    for (Cue& cue : pasted) {
        move(cue, by);
    }
    std::ranges::move(pasted, std::back_inserter(cues));
    return inOrder(std::move(cues));
}

}  // namespace sightline
