#include "core/narration/script.h"

#include <gtest/gtest.h>

namespace sightline {
namespace {

using namespace std::chrono_literals;

std::vector<NarratedCue> cues() {
    NarratedCue late{{3s, 5s}, "A *red* sofa & a <lamp>.", {}, 3661200ms};
    late.scheduled.isSaid = true;
    late.scheduled.freeze = 2s;
    NarratedCue unsaid{{6s, 7s}, "A dog barks.", {}, {}};
    unsaid.scheduled.reason = Unsaid::TooLong;
    unsaid.scheduled.missing = 2100ms;
    NarratedCue first{{9s, 12s}, "Schnee fällt.", {}, 1260ms};
    first.scheduled.isSaid = true;
    return {late, unsaid, first};
}

TEST(Script, MarkdownHasAHeadingWithTimeAndNumberForEachCue) {
    EXPECT_EQ(scriptOf(cues(), {"clip_1.mp4", "de"}, ScriptKind::Markdown),
              "# Audio description of clip\\_1.mp4\n\n"
              "2 of 3 cues are said. Times are in hours, minutes and seconds.\n\n"
              "## Said\n\n"
              "### 0:00:01.3, cue 3\n\nSchnee fällt.\n\n"
              "### 1:01:01.2, cue 1, the picture waits\n\nA \\*red\\* sofa & a \\<lamp\\>.\n\n"
              "## Not said\n\n"
              "### 0:00:06.0, cue 2\n\nA dog barks.\n\nNot said: 2.1 s too long for the gap.\n\n");
}

TEST(Script, HtmlNamesLanguagesAndHasNoTables) {
    const std::string html = scriptOf(cues(), {"a<b>.mp4", "de"}, ScriptKind::Html);
    EXPECT_TRUE(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    EXPECT_NE(html.find("<title>Audio description of a&lt;b&gt;.mp4</title>"), std::string::npos);
    EXPECT_NE(html.find("<h3>0:00:01.3, cue 3</h3>\n<p lang=\"de\" dir=\"auto\">Schnee fällt.</p>"), std::string::npos);
    EXPECT_NE(html.find("A *red* sofa &amp; a &lt;lamp&gt;."), std::string::npos);
    EXPECT_NE(html.find("<p>Not said: 2.1 s too long for the gap.</p>"), std::string::npos);
    EXPECT_EQ(html.find("<table"), std::string::npos);
    EXPECT_TRUE(html.ends_with("</html>\n"));
}

TEST(Script, WithoutCuesItSaysSo) {
    const std::string text = scriptOf({}, {"clip.mp4", "en"}, ScriptKind::Markdown);
    EXPECT_NE(text.find("0 of 0 cues are said"), std::string::npos);
    EXPECT_EQ(text.find("Not said"), std::string::npos);
}

}  // namespace
}  // namespace sightline
