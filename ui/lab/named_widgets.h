// Controls with the names that tests and screen readers find them by.
#pragma once

#include <QPushButton>

namespace sightline {

template <typename Widget>
Widget* named(Widget* widget, const char* name, const QString& accessibleName) {
    widget->setObjectName(name);
    widget->setAccessibleName(accessibleName);
    return widget;
}

inline QPushButton* button(const QString& text, const char* name, const QString& help, QWidget* parent) {
    auto* made = named(new QPushButton(text, parent), name, text);
    made->setToolTip(help);
    return made;
}

}  // namespace sightline
