#include "ui/pane_focus.h"

#include <QApplication>

namespace sightline {
namespace {

bool isReachable(const QWidget* widget) {
    return widget->isVisible() && widget->isEnabled() && (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus;
}

// Null for none.
QWidget* entryOf(QWidget* pane) {
    QWidget* last = pane->focusWidget();
    if (last && isReachable(last)) {
        return last;
    }
    if (isReachable(pane)) {
        return pane;
    }
    for (QWidget* widget = pane->nextInFocusChain(); widget != pane; widget = widget->nextInFocusChain()) {
        if (pane->isAncestorOf(widget) && isReachable(widget)) {
            return widget;
        }
    }
    return nullptr;
}

}  // namespace

void moveToPane(const QList<QWidget*>& panes, int step) {
    const QWidget* focus = QApplication::focusWidget();
    qsizetype from = step > 0 ? -1 : 0;
    for (qsizetype i = 0; i < panes.size(); ++i) {
        if (focus && (panes[i] == focus || panes[i]->isAncestorOf(focus))) {
            from = i;
        }
    }
    for (qsizetype i = 1; i <= panes.size(); ++i) {
        QWidget* pane = panes[(from + i * step + panes.size() * panes.size()) % panes.size()];
        if (QWidget* entry = pane->isVisible() ? entryOf(pane) : nullptr) {
            entry->setFocus(Qt::TabFocusReason);
            return;
        }
    }
}

}  // namespace sightline
