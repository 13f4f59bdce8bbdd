// How captions look in a picture, and how large they may be to fit it: one rule for the window and for burn-in.
#pragma once

#include <functional>
#include <string>

#include "core/base/result.h"
#include "core/media/image.h"

namespace sightline {

struct CaptionLook {
    bool atTop = false;
    int sizePercent = 100;
    int boxPercent = 0;         // opacity of the box behind the text
    bool twoLines = true;       // as long as the letters stay readable; otherwise as many as the text needs
    bool highContrast = false;  // yellow on solid black

    bool operator==(const CaptionLook&) const = default;
};

// What a text takes at some size of its letters.
struct CaptionExtent {
    int lines = 1;
    double height = 0.0;
    double widestWord = 0.0;
};

// The size of letters at 100 % on a picture of that size. Broadcasters' subtitles take 1/15 to 1/20 of the height; on
// an upright picture the width is what they have to fit.
double nominalLetters(double width, double height);

// The largest size from `nominal` down at which no word is wider than `width`, the text is no higher than `height`,
// and, with `twoLines`, it has no more lines than that while the letters are readable. 6 at least: what does not fit
// even then has to be broken.
double fittingLetters(double nominal, double width, double height, bool twoLines,
                      const std::function<CaptionExtent(double letters)>& measure);

// `ass`, as AssFormat writes it, in that look for a picture of that size, with square pixels.
std::string withLook(const std::string& ass, const CaptionLook& look, int width, int height);

// `picture`, whose pixels have that aspect, with the cue of `ass` that stands at `seconds` drawn on it, as burn-in
// draws it. Any thread. Errors: Unsupported, as of burnInSubtitles(); Internal.
Result<Image> drawCaption(const Image& picture, double pixelAspect, const std::string& ass, const CaptionLook& look,
                          double seconds);

}  // namespace sightline
