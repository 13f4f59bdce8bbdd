// Findings of the checks in words.
#pragma once

#include <QStringList>

#include "core/captions/cue_checks.h"

namespace sightline {

QString findingName(CueProblem problem);         // "overlap"
QString findingText(const CueFinding& finding);  // "Overlaps the next cue by 0.50 s."

QStringList findingNames(const std::vector<CueFinding>& findings);
QStringList findingTexts(const std::vector<CueFinding>& findings);

}  // namespace sightline
