// The wheel turns the field that has the focus, and scrolls past all others: whoever scrolls a page changes nothing.
#pragma once

#include <QObject>

namespace sightline {

// UI thread only. Watches the whole application for as long as it lives.
class WheelFocus final : public QObject {
    Q_OBJECT

public:
    explicit WheelFocus(QObject* parent);

    bool eventFilter(QObject* watched, QEvent* event) override;
};

}  // namespace sightline
