// The window's words in the language of the user.
#pragma once

#include <QLocale>

class QCoreApplication;

namespace sightline {

// Before any window is made. English where there is no translation; Qt's own words come with Qt.
void installTranslations(QCoreApplication& application, const QLocale& locale);

}  // namespace sightline
