#include "ui/player/flow_layout.h"

#include <algorithm>

namespace sightline {
namespace {

bool expands(const QLayoutItem* item) { return item->expandingDirections().testFlag(Qt::Horizontal); }

// One that expands can also be narrower, so it does not begin a line because of its wish alone.
int leastWidth(const QLayoutItem* item) {
    return expands(item) ? item->minimumSize().width() : item->sizeHint().width();
}

int heightAt(const QLayoutItem* item, int width) {
    return item->hasHeightForWidth() ? item->heightForWidth(width) : item->sizeHint().height();
}

}  // namespace

FlowLayout::~FlowLayout() { qDeleteAll(items_); }

QLayoutItem* FlowLayout::takeAt(int index) { return index >= 0 && index < count() ? items_.takeAt(index) : nullptr; }

QSize FlowLayout::sizeHint() const {
    QSize size(0, 0);
    for (const QLayoutItem* item : items_) {
        if (!item->isEmpty()) {
            const int gap = size.width() > 0 ? spacing() : 0;
            size = {size.width() + gap + item->sizeHint().width(), std::max(size.height(), item->sizeHint().height())};
        }
    }
    return size.grownBy(contentsMargins());
}

QSize FlowLayout::minimumSize() const {
    QSize size(0, 0);
    for (const QLayoutItem* item : items_) {
        if (!item->isEmpty()) {
            size = size.expandedTo({leastWidth(item), item->sizeHint().height()});
        }
    }
    return size.grownBy(contentsMargins());
}

void FlowLayout::setGeometry(const QRect& place) {
    QLayout::setGeometry(place);
    arrange(place, true);
}

int FlowLayout::arrange(const QRect& place, bool moves) const {
    const QRect inner = place.marginsRemoved(contentsMargins());
    const int gap = std::max(0, spacing());
    int y = inner.y();
    qsizetype first = 0;
    while (first < items_.size()) {
        int used = -gap;
        int stretching = 0;
        qsizetype last = first;
        for (; last < items_.size(); ++last) {
            const QLayoutItem* item = items_[last];
            if (item->isEmpty()) {
                continue;
            }
            if (used >= 0 && used + gap + leastWidth(item) > inner.width()) {
                break;
            }
            used += gap + leastWidth(item);
            stretching += expands(item) ? 1 : 0;
        }
        const int share = stretching > 0 ? std::max(0, inner.width() - used) / stretching : 0;
        const auto widthOf = [&](const QLayoutItem* item) {
            return std::min(inner.width(), leastWidth(item) + (expands(item) ? share : 0));
        };
        int height = 0;
        for (qsizetype at = first; at < last; ++at) {
            if (!items_[at]->isEmpty()) {
                height = std::max(height, heightAt(items_[at], widthOf(items_[at])));
            }
        }
        int x = inner.x();
        for (qsizetype at = first; moves && at < last; ++at) {
            QLayoutItem* item = items_[at];
            if (!item->isEmpty()) {
                item->setGeometry(QRect(x, y, widthOf(item), height));
                x += widthOf(item) + gap;
            }
        }
        y += height + gap;
        first = last;
    }
    return y - (items_.isEmpty() ? 0 : gap) - inner.y() + contentsMargins().top() + contentsMargins().bottom();
}

}  // namespace sightline
