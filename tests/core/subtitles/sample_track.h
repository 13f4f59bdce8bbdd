// Tracks that are hard to write.
#pragma once

#include <string>
#include <vector>

#include "core/captions/cue.h"

namespace sightline::test {

// Each holds what some format has a meaning for, or what some program gets wrong.
inline std::vector<std::string> hardTexts() {
    return {
        "a dog runs along the beach",
        "Zwei Hunde spielen – «schön», naïve, ½ €",
        "שלום: the word for hello, مرحبا too",
        "家族 👩‍👩‍👧 and a surfer 🏄🏽",
        "first line\nsecond line\nthird",
        "<b>bold</b> <i>x</i> <font color=\"red\">red</font> <v Ann>",
        "a < b && b > c; &amp; &lt; &#65; &#x41; &nbsp;",
        "{\\an8}top {brace} {\\i1}",
        "C:\\new\\Name \\N \\h \\{ \\",
        "she said \"stop, now\"; it's 'done'",
        "\"quoted\"",
        "00:00:01,000 --> 00:00:02,000",
        "7\n00:00:05.000 --> 00:00:06.000\nno cue of its own",
        "00:00:01,000 -> 00:00:02,000",
        "0:00:01.000,0:00:02.000",
        "a --> b",
        "-->",
        "1984",
        "=1+2",
        "- a dog barks",
        "@home",
        "+1",
        "'=apostrophe",
        "''-two apostrophes",
        "'tis a plain apostrophe",
        "NOTE no note",
        "STYLE",
        "WEBVTT",
        "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,x",
        "Comment: x",
        "[Events]",
        "]]> <![CDATA[x]]> <!-- x --> <?x?>",
        "{\"text\": \"json\"}",
        "<",
        "<<<i>i>",
        "{",
        "}",
        "\\",
        "&",
        ",;,\t;",
        "  space at both ends  ",
        "one paragraph\n\nanother\n \nthird",
        "\nline break first and last\n",
        " ",
        "",
        std::string(5000, 'x'),
    };
}

// One cue a second for each text, of every origin in turn.
inline CueTrack trackOf(const std::vector<std::string>& texts) {
    CueTrack track;
    MediaTime start{};
    for (const std::string& text : texts) {
        constexpr CueOrigin origins[] = {CueOrigin::Model, CueOrigin::Edited, CueOrigin::Accepted};
        const CueOrigin origin = origins[track.cues.size() % 3];
        track.cues.push_back({.start = start,
                              .end = start + std::chrono::seconds(1),
                              .text = text,
                              .confidence = origin == CueOrigin::Edited ? 0.0 : 0.8125,
                              .origin = origin});
        start += std::chrono::seconds(1);
    }
    return track;
}

}  // namespace sightline::test
