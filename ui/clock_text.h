// Times as people read them.
#pragma once

#include <chrono>

#include <QDateTime>
#include <QString>

#include "core/base/clock.h"

namespace sightline {

// When it was, by the clock on the wall as it goes now.
inline QDateTime wallClock(SteadyTime time) {
    const auto ago = std::chrono::steady_clock::now() - time;
    return QDateTime::currentDateTime().addMSecs(-std::chrono::duration_cast<std::chrono::milliseconds>(ago).count());
}

// "2:07"; minutes go on beyond an hour.
inline QString clockText(std::chrono::seconds time) {
    return QStringLiteral("%1:%2").arg(time.count() / 60).arg(time.count() % 60, 2, 10, QLatin1Char('0'));
}

}  // namespace sightline
