#include "ui/shortcuts_dialog.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSet>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "ui/shortcuts.h"
#include "ui/window_place.h"

namespace sightline {
namespace {

constexpr QSize kSize(560, 620);
enum Column { Text, Keys };

}  // namespace

ShortcutsDialog::ShortcutsDialog(QWidget* window)
    : QDialog(window), window_(window), search_(new QLineEdit(this)), list_(new QTreeWidget(this)),
      keys_(new QKeySequenceEdit(this)), message_(new QLabel(this)) {
    setObjectName("shortcutsDialog");
    setWindowTitle(tr("Keyboard shortcuts"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(sizeOnScreen(*this, kSize));
    search_->setObjectName("shortcutSearch");
    search_->setPlaceholderText(tr("Search"));
    search_->setClearButtonEnabled(true);
    list_->setObjectName("shortcutList");
    list_->setAccessibleName(tr("Actions"));
    list_->setHeaderLabels({tr("Action"), tr("Keys")});
    list_->setRootIsDecorated(false);
    list_->setUniformRowHeights(true);
    list_->header()->setSectionResizeMode(Text, QHeaderView::Stretch);
    list_->header()->setStretchLastSection(false);
    list_->header()->setSectionResizeMode(Keys, QHeaderView::ResizeToContents);
    keys_->setObjectName("shortcutKeys");
    keys_->setAccessibleName(tr("New keys of the chosen action"));
    message_->setObjectName("shortcutMessage");
    message_->setWordWrap(true);
    auto* row = new QHBoxLayout;
    row->addWidget(new QLabel(tr("New keys:"), this));
    row->addWidget(keys_, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    const auto add = [&](const QString& text, const char* name, const std::function<void()>& call) {
        auto* button = buttons->addButton(text, QDialogButtonBox::ActionRole);
        button->setObjectName(name);
        button->setAutoDefault(false);
        connect(button, &QPushButton::clicked, this, call);
    };
    add(tr("No keys"), "shortcutNone", [this] { take({}); });
    add(tr("Default"), "shortcutDefault", [this] {
        for (const QAction* action : shortcuts::actionsOf(window_)) {
            if (action->objectName() == currentName()) {
                take(shortcuts::defaultOf(action));
                return;
            }
        }
    });
    add(tr("All defaults"), "shortcutAllDefaults", [this] {
        for (const QAction* action : shortcuts::actionsOf(window_)) {
            shortcuts::set(window_, action->objectName(), shortcuts::defaultOf(action));
        }
        fill();
    });
    auto* column = new QVBoxLayout(this);
    column->addWidget(search_);
    column->addWidget(list_, 1);
    column->addLayout(row);
    column->addWidget(message_);
    column->addWidget(buttons);
    connect(search_, &QLineEdit::textChanged, this, &ShortcutsDialog::filter);
    connect(list_, &QTreeWidget::currentItemChanged, this, &ShortcutsDialog::showCurrent);
    connect(keys_, &QKeySequenceEdit::editingFinished, this, [this] { take(keys_->keySequence()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    fill();
}

void ShortcutsDialog::fill() {
    const QString chosen = currentName();
    list_->clear();
    QSet<QString> listed;
    for (const QAction* action : shortcuts::actionsOf(window_)) {
        if (listed.contains(action->objectName())) {
            continue;
        }
        listed << action->objectName();
        auto* item = new QTreeWidgetItem(
            list_, {shortcuts::labelOf(action), action->shortcut().toString(QKeySequence::NativeText)});
        item->setData(Text, Qt::UserRole, action->objectName());
        QFont font = list_->font();
        font.setBold(action->shortcut() != shortcuts::defaultOf(action));
        item->setFont(Keys, font);
        if (action->objectName() == chosen) {
            list_->setCurrentItem(item);
        }
    }
    filter(search_->text());
}

void ShortcutsDialog::filter(const QString& text) {
    for (int i = 0; i < list_->topLevelItemCount(); ++i) {
        QTreeWidgetItem* item = list_->topLevelItem(i);
        item->setHidden(!item->text(Text).contains(text, Qt::CaseInsensitive) &&
                        !item->text(Keys).contains(text, Qt::CaseInsensitive));
    }
}

QString ShortcutsDialog::currentName() const {
    const QTreeWidgetItem* item = list_->currentItem();
    return item ? item->data(Text, Qt::UserRole).toString() : QString();
}

void ShortcutsDialog::showCurrent() {
    keys_->clear();
    message_->clear();
}

void ShortcutsDialog::take(const QKeySequence& keys) {
    const QString name = currentName();
    if (name.isEmpty()) {
        return;
    }
    if (const QAction* user = shortcuts::userOf(window_, keys, name)) {
        message_->setText(tr("%1 belongs to “%2” already. Give that other keys first.")
                              .arg(keys.toString(QKeySequence::NativeText), shortcuts::labelOf(user)));
        return;
    }
    message_->clear();
    shortcuts::set(window_, name, keys);
    fill();
}

}  // namespace sightline
