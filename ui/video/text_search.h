// Finding and replacing in the texts of cues.
#pragma once

#include <QRegularExpression>
#include <QString>

#include "core/captions/cue_edits.h"

namespace sightline {

struct TextSearch {
    QString text;
    bool regular = false;  // `text` is a regular expression, and \1 in a replacement its first group
    bool matchCase = false;

    QRegularExpression pattern() const;  // isValid() tells whether `text` is one
};

// The next row after `row` whose text matches, round the end to the beginning; -1 when there is none.
int findNext(const Cues& cues, const QRegularExpression& pattern, int row);

// `cues` with every match in the `count` rows from `first` on replaced; `replaced` counts the cues that changed.
Cues replaceInCues(Cues cues, const QRegularExpression& pattern, const QString& replacement, int first, int count,
                   int& replaced);

}  // namespace sightline
