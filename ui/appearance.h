// Light or dark: as the desktop has it, or as the user wants it.
#pragma once

#include <QMenu>

namespace sightline {

enum class Appearance : std::uint8_t { System, Light, Dark };

// UI thread only. Sets the application's palette; System is the one that Qt has from the desktop.
void setAppearance(Appearance appearance);

// The user's choice, which is kept in the window's settings and takes effect at once.
Appearance chosenAppearance();
void chooseAppearance(Appearance appearance);

// A menu to choose with; the choice is kept in the window's settings and takes effect at once.
class AppearanceMenu final : public QMenu {
    Q_OBJECT

public:
    explicit AppearanceMenu(QWidget* parent = nullptr);
};

}  // namespace sightline
