// The window's words in the language of the user.
#pragma once

#include <QLocale>

class QCoreApplication;

namespace sightline {

// Before any window is made. English where there is no translation; Qt's own words come with Qt.
// The language that the user chose for the window, the system's where none is.
QLocale windowLocale();
// "de", "en", "zh_CN"; empty: the system's. Takes effect at the next start.
QString windowLanguage();
void setWindowLanguage(const QString& language);

void installTranslations(QCoreApplication& application, const QLocale& locale);

}  // namespace sightline
