#include "ui/live/overlay_menu.h"

#include <QActionGroup>

namespace sightline {

OverlayMenu::OverlayMenu(QWidget* parent) : QMenu(tr("Caption &look"), parent) {
    setObjectName("overlayMenu");
    top_ = addCheck(tr("At the &top"), "overlayTop", style_.atTop);
    addChoices(tr("&Size"), {{tr("Small"), 75}, {tr("Normal"), 100}, {tr("Large"), 150}, {tr("Very large"), 200}},
               &CaptionStyle::sizePercent);
    addChoices(tr("&Background"), {{tr("None"), 0}, {tr("Faint"), 40}, {tr("Dark"), 75}, {tr("Solid"), 100}},
               &CaptionStyle::boxPercent);
    twoLines_ = addCheck(tr("Two &lines where they fit"), "overlayTwoLines", style_.twoLines);
    highContrast_ = addCheck(tr("&High contrast"), "overlayHighContrast", style_.highContrast);
    addSeparator();
    confidence_ = addCheck(tr("Show &confidence"), "overlayConfidence", true);
    age_ = addCheck(tr("Show how &old it is"), "overlayAge", true);
    addSeparator();
    speak_ = addAction(tr("S&peak new captions"));
    speak_->setObjectName("overlaySpeak");
    speak_->setCheckable(true);
    quiet_ = addAction(QString());
    quiet_->setObjectName("overlayQuiet");
    quiet_->setCheckable(true);
    mark();
}

QAction* OverlayMenu::addCheck(const QString& text, const char* name, bool on) {
    QAction* action = addAction(text);
    action->setObjectName(name);
    action->setCheckable(true);
    action->setChecked(on);
    connect(action, &QAction::triggered, this, [this] {
        style_.atTop = top_->isChecked();
        style_.twoLines = twoLines_->isChecked();
        style_.highContrast = highContrast_->isChecked();
        emit changed();
    });
    return action;
}

void OverlayMenu::addChoices(const QString& title, const QList<QPair<QString, int>>& choices,
                             int CaptionStyle::*value) {
    QMenu* menu = addMenu(title);
    auto* group = new QActionGroup(menu);
    for (const auto& [text, number] : choices) {
        QAction* action = group->addAction(menu->addAction(text));
        action->setCheckable(true);
        action->setData(number);
        choices_.append({action, value});
        connect(action, &QAction::triggered, this, [this, value, chosen = number] {
            style_.*value = chosen;
            emit changed();
        });
    }
}

void OverlayMenu::mark() {
    top_->setChecked(style_.atTop);
    twoLines_->setChecked(style_.twoLines);
    highContrast_->setChecked(style_.highContrast);
    for (const auto& [action, value] : choices_) {
        action->setChecked(action->data().toInt() == style_.*value);
    }
}

void OverlayMenu::setCaptionStyle(const CaptionStyle& style, bool age, bool confidence) {
    style_ = style;
    mark();
    age_->setChecked(age);
    confidence_->setChecked(confidence);
    emit changed();
}

}  // namespace sightline
