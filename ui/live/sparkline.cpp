#include "ui/live/sparkline.h"

#include <algorithm>

#include <QPainter>

namespace sightline {

void Sparkline::add(double value) {
    values_.push_back(value);
    if (values_.size() > kMostValues) {
        values_.pop_front();
    }
    update();
}

void Sparkline::clear() {
    values_.clear();
    update();
}

void Sparkline::paintEvent(QPaintEvent*) {
    if (values_.size() < 2) {
        return;
    }
    const double greatest = *std::max_element(values_.begin(), values_.end());
    const QRectF room = QRectF(rect()).adjusted(1, 2, -1, -2);
    QPolygonF line;
    for (std::size_t i = 0; i < values_.size(); ++i) {
        const auto fromEnd = static_cast<double>(values_.size() - 1 - i);
        line << QPointF(room.right() - room.width() * fromEnd / (kMostValues - 1),
                        room.bottom() - (greatest > 0.0 ? room.height() * values_[i] / greatest : 0.0));
    }
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(palette().color(QPalette::Highlight), 1.5));
    painter.drawPolyline(line);
}

}  // namespace sightline
