// Times as people read them.
#pragma once

#include <chrono>

#include <QString>

namespace sightline {

// "2:07"; minutes go on beyond an hour.
inline QString clockText(std::chrono::seconds time) {
    return QStringLiteral("%1:%2").arg(time.count() / 60).arg(time.count() % 60, 2, 10, QLatin1Char('0'));
}

}  // namespace sightline
