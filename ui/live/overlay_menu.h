// How captions look over a live picture, as a menu.
#pragma once

#include <QMenu>

#include "ui/player/caption_overlay.h"

namespace sightline {

// UI thread only.
class OverlayMenu final : public QMenu {
    Q_OBJECT

public:
    explicit OverlayMenu(QWidget* parent = nullptr);

    const CaptionStyle& captionStyle() const { return style_; }
    bool showsAge() const { return age_->isChecked(); }
    QAction* speakAction() const { return speak_; }  // checkable; another's business
    QAction* quietAction() const { return quiet_; }  // as above
    bool showsConfidence() const { return confidence_->isChecked(); }

    void setCaptionStyle(const CaptionStyle& style, bool age, bool confidence);

signals:
    void changed();

private:
    QAction* addCheck(const QString& text, const char* name, bool on);
    void addChoices(const QString& title, const QList<QPair<QString, int>>& choices, int CaptionStyle::*value);
    void mark();  // what is chosen

    CaptionStyle style_;
    QAction* top_;
    QAction* twoLines_;
    QAction* highContrast_;
    QAction* confidence_;
    QAction* age_;
    QAction* speak_;
    QAction* quiet_;
    QList<QPair<QAction*, int CaptionStyle::*>> choices_;  // the action's data is the value
};

}  // namespace sightline
