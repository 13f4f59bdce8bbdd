#include "ui/live/history_panel.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollBar>
#include <QShortcut>
#include <QVBoxLayout>

namespace sightline {
namespace {

constexpr int kCaptionRole = Qt::UserRole;
constexpr int kTimeRole = Qt::UserRole + 1;

}  // namespace

HistoryPanel::HistoryPanel(QWidget* parent)
    : QWidget(parent), search_(new QLineEdit(this)), list_(new QListWidget(this)) {
    search_->setObjectName("historySearch");
    search_->setAccessibleName(tr("Search captions"));
    search_->setPlaceholderText(tr("Search captions"));
    search_->setClearButtonEnabled(true);
    list_->setObjectName("history");
    list_->setAccessibleName(tr("Captions so far"));
    list_->setIconSize(kThumbnail);
    list_->setWordWrap(true);
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    auto* copy = new QPushButton(tr("&Copy"), this);
    copy->setObjectName("historyCopy");
    copy->setToolTip(tr("Copy the selected captions with their times, or all of them"));
    auto* clearAll = new QPushButton(tr("C&lear"), this);
    clearAll->setObjectName("historyClear");
    connect(search_, &QLineEdit::textChanged, this, &HistoryPanel::filter);
    connect(copy, &QPushButton::clicked, this, [this] { QApplication::clipboard()->setText(text()); });
    connect(clearAll, &QPushButton::clicked, this, &HistoryPanel::clear);
    auto* copyKey = new QShortcut(QKeySequence::Copy, list_, nullptr, nullptr, Qt::WidgetShortcut);
    connect(copyKey, &QShortcut::activated, this, [this] { QApplication::clipboard()->setText(text()); });

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(copy);
    buttons->addWidget(clearAll);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 6, 6, 6);
    column->addWidget(search_);
    column->addWidget(list_, 1);
    column->addLayout(buttons);
}

bool HistoryPanel::matches(const QString& caption) const {
    return caption.contains(search_->text().trimmed(), Qt::CaseInsensitive);
}

void HistoryPanel::add(const QDateTime& time, const QString& caption, const QImage& thumbnail) {
    const QScrollBar* bar = list_->verticalScrollBar();
    const bool atEnd = bar->value() == bar->maximum();
    while (list_->count() >= kMostEntries) {
        delete list_->takeItem(0);
    }
    auto* item = new QListWidgetItem(QStringLiteral("%1\n%2").arg(time.toString(QStringLiteral("hh:mm:ss")), caption));
    item->setData(kCaptionRole, caption);
    item->setData(kTimeRole, time);
    if (!thumbnail.isNull()) {
        item->setIcon(QIcon(QPixmap::fromImage(thumbnail)));
    }
    list_->addItem(item);
    item->setHidden(!matches(caption));
    if (atEnd) {
        list_->scrollToBottom();
    }
}

void HistoryPanel::clear() { list_->clear(); }

void HistoryPanel::filter() {
    for (int i = 0; i < list_->count(); ++i) {
        list_->item(i)->setHidden(!matches(list_->item(i)->data(kCaptionRole).toString()));
    }
}

QString HistoryPanel::text() const {
    QStringList lines;
    const bool some = !list_->selectedItems().isEmpty();
    for (int i = 0; i < list_->count(); ++i) {
        const QListWidgetItem* item = list_->item(i);
        if (!item->isHidden() && (!some || item->isSelected())) {
            lines << QStringLiteral("%1  %2").arg(
                item->data(kTimeRole).toDateTime().toString(QStringLiteral("yyyy-MM-dd hh:mm:ss")),
                item->data(kCaptionRole).toString());
        }
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace sightline
