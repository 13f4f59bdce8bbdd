#include "ui/video/described_text.h"

#include <QCoreApplication>

#include "ui/player/number_text.h"
#include "ui/video/cue_model.h"

namespace sightline {
namespace {

struct Described {
    Q_DECLARE_TR_FUNCTIONS(Described)
};

QString seconds(MediaTime time) { return numberText(toSeconds(time), 1); }

}  // namespace

QString describedName(const DescribedCue& cue) {
    if (cue.scheduled.isSaid) {
        return cue.isShortened() ? Described::tr("shortened") : QString();
    }
    switch (cue.scheduled.reason) {
        case Unsaid::NoWords: return Described::tr("nothing to say");
        case Unsaid::NothingNew: return Described::tr("says nothing new");
        case Unsaid::SpeechAllOver: return Described::tr("speech all through");
        case Unsaid::TooLong: return Described::tr("%1 s too long for the gap").arg(seconds(cue.scheduled.missing));
        case Unsaid::Crowded: return Described::tr("others take the gap");
    }
    return {};
}

QString describedText(const DescribedCue& cue) {
    if (cue.scheduled.isSaid) {
        return cue.isShortened() ? Described::tr("Only this is said: %1").arg(QString::fromStdString(cue.text))
                                 : QString();
    }
    switch (cue.scheduled.reason) {
        case Unsaid::NoWords: return Described::tr("Not said: it has no words.");
        case Unsaid::NothingNew: return Described::tr("Not said: the caption before it says the same.");
        case Unsaid::SpeechAllOver: return Described::tr("Not said: somebody speaks all through its shot.");
        case Unsaid::TooLong:
            return Described::tr("Not said: %1 s too long for the gap. Write less, or let the voice be faster.")
                .arg(seconds(cue.scheduled.missing));
        case Unsaid::Crowded: return Described::tr("Not said: surer captions take the gap.");
    }
    return {};
}

QString saidText(const DescribedCue& cue) {
    if (!cue.scheduled.isSaid) {
        return Described::tr("Not said");
    }
    const QString when =
        Described::tr("Said at %1 for %2 s").arg(timeText(cue.scheduled.start), seconds(cue.scheduled.length));
    return cue.scheduled.rate > 1.0 ? Described::tr("%1, %2 × as fast").arg(when).arg(numberText(cue.scheduled.rate, 2))
                                    : when;
}

}  // namespace sightline
