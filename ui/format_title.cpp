#include "ui/format_title.h"

#include <string>

#include <QCoreApplication>

namespace sightline {
namespace {

constexpr const char* kContext = "FormatTitle";

// What the formats call themselves, for the translators; the rest are proper names.
[[maybe_unused]] constexpr const char* kTranslated[] = {QT_TRANSLATE_NOOP("FormatTitle", "ELAN annotations"),
                                                        QT_TRANSLATE_NOOP("FormatTitle", "Table (CSV)"),
                                                        QT_TRANSLATE_NOOP("FormatTitle", "WebVTT metadata (JSON)")};

}  // namespace

QString formatTitle(std::string_view description) {
    return QCoreApplication::translate(kContext, std::string(description).c_str());
}

}  // namespace sightline
