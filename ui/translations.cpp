#include "ui/translations.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QTranslator>

namespace sightline {

void installTranslations(QCoreApplication& application, const QLocale& locale) {
    auto* qt = new QTranslator(&application);
    if (qt->load(locale, QStringLiteral("qtbase"), QStringLiteral("_"),
                 QLibraryInfo::path(QLibraryInfo::TranslationsPath))) {
        QCoreApplication::installTranslator(qt);
    }
    // English needs one as well, for plurals; it stands in for languages without a translation.
    for (const QLocale& wanted : {QLocale(QLocale::English), locale}) {
        auto* own = new QTranslator(&application);
        if (own->load(wanted, QStringLiteral("sightline"), QStringLiteral("_"), QStringLiteral(":/i18n"))) {
            QCoreApplication::installTranslator(own);
        }
    }
}

}  // namespace sightline
