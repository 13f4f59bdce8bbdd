// A frame around the part of the window that has the keyboard, where the style shows none.
#pragma once

#include <QWidget>

namespace sightline {

// UI thread only. Lies over `target`, whose child it becomes, and takes no mouse.
class FocusMark final : public QWidget {
    Q_OBJECT

public:
    explicit FocusMark(QWidget* target);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
};

}  // namespace sightline
