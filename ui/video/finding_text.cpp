#include "ui/video/finding_text.h"

#include <cmath>

#include <QCoreApplication>

#include "ui/player/number_text.h"

namespace sightline {
namespace {

struct Finding {
    Q_DECLARE_TR_FUNCTIONS(Finding)
};

}  // namespace

QString findingName(CueProblem problem) {
    switch (problem) {
        case CueProblem::Empty: return Finding::tr("empty");
        case CueProblem::Overlap: return Finding::tr("overlap");
        case CueProblem::SmallGap: return Finding::tr("small gap");
        case CueProblem::TooShort: return Finding::tr("short");
        case CueProblem::TooLong: return Finding::tr("long");
        case CueProblem::ReadingSpeed: return Finding::tr("fast");
        case CueProblem::LineLength: return Finding::tr("wide");
        case CueProblem::TooManyLines: return Finding::tr("lines");
        case CueProblem::AcrossShot: return Finding::tr("shot change");
    }
    return {};
}

QString findingText(const CueFinding& finding) {
    switch (finding.problem) {
        case CueProblem::Empty: return Finding::tr("Has no text.");
        case CueProblem::Overlap:
            return Finding::tr("Overlaps the next cue by %1 s.").arg(numberText(finding.value, 2));
        case CueProblem::SmallGap:
            return Finding::tr("The gap to the next cue is %1 s, which flickers; %2 s or none do not.")
                .arg(numberText(finding.value, 3), numberText(finding.limit, 3));
        case CueProblem::TooShort:
            return Finding::tr("Stands for %1 s, at least %2 s are needed.")
                .arg(numberText(finding.value, 2), numberText(finding.limit, 2));
        case CueProblem::TooLong:
            return Finding::tr("Stands for %1 s, at most %2 s are good.")
                .arg(numberText(finding.value, 1), numberText(finding.limit, 1));
        case CueProblem::ReadingSpeed:
            return Finding::tr("%1 characters a second have to be read, %2 are good.")
                .arg(numberText(std::ceil(10.0 * finding.value) / 10.0, 1), numberText(finding.limit, 0));
        case CueProblem::LineLength:
            return Finding::tr("A line has %1 characters, %2 fit.")
                .arg(numberText(finding.value, 0), numberText(finding.limit, 0));
        case CueProblem::TooManyLines:
            return Finding::tr("Takes %1 lines, %2 are good.")
                .arg(numberText(finding.value, 0), numberText(finding.limit, 0));
        case CueProblem::AcrossShot:
            return Finding::tr("The shot changes %1 s after the start.").arg(numberText(finding.value, 2));
    }
    return {};
}

QStringList findingNames(const std::vector<CueFinding>& findings) {
    QStringList names;
    for (const CueFinding& finding : findings) {
        names << findingName(finding.problem);
    }
    return names;
}

QStringList findingTexts(const std::vector<CueFinding>& findings) {
    QStringList texts;
    for (const CueFinding& finding : findings) {
        texts << findingText(finding);
    }
    return texts;
}

}  // namespace sightline
