#include "ui/video/text_search.h"

namespace sightline {

QRegularExpression TextSearch::pattern() const {
    const auto options = matchCase ? QRegularExpression::NoPatternOption : QRegularExpression::CaseInsensitiveOption;
    return QRegularExpression(regular ? text : QRegularExpression::escape(text),
                              options | QRegularExpression::UseUnicodePropertiesOption);
}

int findNext(const Cues& cues, const QRegularExpression& pattern, int row) {
    const auto rows = static_cast<int>(cues.size());
    for (int step = 1; step <= rows; ++step) {
        const int next = (row + step) % rows;
        if (QString::fromStdString(cues[static_cast<std::size_t>(next)].text).contains(pattern)) {
            return next;
        }
    }
    return -1;
}

Cues replaceInCues(Cues cues, const QRegularExpression& pattern, const QString& replacement, int first, int count,
                   int& replaced) {
    replaced = 0;
    for (int row = first; row < first + count; ++row) {
        Cue& cue = cues.at(static_cast<std::size_t>(row));
        const QString before = QString::fromStdString(cue.text);
        const QString after = QString(before).replace(pattern, replacement);
        if (after != before) {
            cue.text = after.toStdString();
            cue.origin = CueOrigin::Edited;
            cue.confidence = 0.0;
            ++replaced;
        }
    }
    return cues;
}

}  // namespace sightline
