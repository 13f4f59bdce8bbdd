// The space bar presses the button that has the focus, and does what it does elsewhere everywhere else.
#pragma once

#include <QObject>

namespace sightline {

// UI thread only. Watches the whole application for as long as it lives.
class ButtonKeys final : public QObject {
    Q_OBJECT

public:
    explicit ButtonKeys(QObject* parent);

    bool eventFilter(QObject* watched, QEvent* event) override;
};

}  // namespace sightline
