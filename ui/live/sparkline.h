// The last minute of a figure, as a line.
#pragma once

#include <deque>

#include <QWidget>

namespace sightline {

// UI thread only. From zero to the greatest value there is.
class Sparkline final : public QWidget {
    Q_OBJECT

public:
    static constexpr std::size_t kMostValues = 60;  // one a second

    using QWidget::QWidget;

    void add(double value);
    void clear();
    const std::deque<double>& values() const { return values_; }

    QSize sizeHint() const override { return {90, 18}; }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    std::deque<double> values_;
};

}  // namespace sightline
