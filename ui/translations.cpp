#include "ui/translations.h"

#include <QCoreApplication>
#include <QLibraryInfo>
#include <QTranslator>

#include "ui/window_settings.h"

namespace sightline {

QString windowLanguage() { return windowSettings()->value("language").toString(); }

void setWindowLanguage(const QString& language) { windowSettings()->setValue("language", language); }

QLocale windowLocale() { return windowLanguage().isEmpty() ? QLocale::system() : QLocale(windowLanguage()); }

void installTranslations(QCoreApplication& application, const QLocale& locale) {
    // Those of another language, which would stand in for what this one has no words for.
    for (auto* former : application.findChildren<QTranslator*>(QString(), Qt::FindDirectChildrenOnly)) {
        delete former;  // and is not asked any more
    }
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
