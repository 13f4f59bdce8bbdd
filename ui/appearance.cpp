#include "ui/appearance.h"

#include <algorithm>

#include <QActionGroup>
#include <QApplication>
#include <QPalette>

#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr const char* kKey = "appearance";

struct Colours {
    QColor window, base, alternate, text, button, highlight, link, dim;
};

// Text on base and on window has a contrast of at least 12:1 in both.
const Colours kLight{QColor(0xf3f3f3), QColor(0xffffff), QColor(0xeeeeee), QColor(0x1b1b1b),
                     QColor(0xe9e9e9), QColor(0x2f6fd0), QColor(0x1d56b0), QColor(0x767676)};
const Colours kDark{QColor(0x2b2b2b), QColor(0x1e1e1e), QColor(0x272727), QColor(0xececec),
                    QColor(0x383838), QColor(0x3d7be0), QColor(0x7fb0ff), QColor(0x8c8c8c)};

QPalette paletteOf(const Colours& colours) {
    QPalette palette(colours.text, colours.button, colours.base.lighter(130), colours.base.darker(160), colours.dim,
                     colours.text, colours.text, colours.base, colours.window);
    palette.setColor(QPalette::AlternateBase, colours.alternate);
    palette.setColor(QPalette::Highlight, colours.highlight);
    palette.setColor(QPalette::HighlightedText, Qt::white);
    palette.setColor(QPalette::Link, colours.link);
    palette.setColor(QPalette::ToolTipBase, colours.button);
    palette.setColor(QPalette::ToolTipText, colours.text);
    palette.setColor(QPalette::PlaceholderText, colours.dim);
    palette.setColor(QPalette::Midlight, colours.button);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        palette.setColor(QPalette::Disabled, role, colours.dim);
    }
    return palette;
}

}  // namespace

void setAppearance(Appearance appearance) {
    switch (appearance) {
        case Appearance::System: QApplication::setPalette(QPalette()); break;  // gives it back to the platform
        case Appearance::Light: QApplication::setPalette(paletteOf(kLight)); break;
        case Appearance::Dark: QApplication::setPalette(paletteOf(kDark)); break;
    }
}

Appearance chosenAppearance() {
    return static_cast<Appearance>(std::clamp(windowSettings()->value(kKey, 0).toInt(), 0, 2));
}

void chooseAppearance(Appearance appearance) {
    windowSettings()->setValue(kKey, static_cast<int>(appearance));
    setAppearance(appearance);
}

AppearanceMenu::AppearanceMenu(QWidget* parent) : QMenu(tr("A&ppearance"), parent) {
    auto* group = new QActionGroup(this);
    const int stored = windowSettings()->value(kKey, 0).toInt();
    const auto add = [&](const QString& text, const char* name, Appearance appearance) {
        auto* action = addAction(text);
        action->setObjectName(name);
        action->setCheckable(true);
        action->setChecked(stored == static_cast<int>(appearance));
        group->addAction(action);
        connect(action, &QAction::triggered, this, [appearance] { chooseAppearance(appearance); });
        connect(this, &QMenu::aboutToShow, action, [action, appearance] {  // it is chosen elsewhere too
            action->setChecked(chosenAppearance() == appearance);
        });
        if (action->isChecked() && appearance != Appearance::System) {
            setAppearance(appearance);
        }
    };
    add(tr("As the system"), "appearanceSystem", Appearance::System);
    add(tr("Light"), "appearanceLight", Appearance::Light);
    add(tr("Dark"), "appearanceDark", Appearance::Dark);
}

}  // namespace sightline
