// Numbers as people write them where they are.
#pragma once

#include <QLocale>
#include <QString>

namespace sightline {

// "12.5", or "12,5" where that is the way; QString::arg() has a point everywhere.
inline QString numberText(double value, int decimals) { return QLocale().toString(value, 'f', decimals); }

}  // namespace sightline
