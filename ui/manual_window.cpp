#include "ui/manual_window.h"

#include <algorithm>

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QResizeEvent>
#include <QScreen>
#include <QShortcut>
#include <QSplitter>
#include <QStyle>
#include <QTextDocument>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/manual_view.h"
#include "ui/translations.h"
#include "ui/window_place.h"

namespace sightline {
namespace {

constexpr QSize kSize(980, 700);
constexpr QSize kLeastSize(320, 200);
constexpr int kListWidth = 190;
constexpr int kNarrow = 3 * kListWidth;  // below, the list gives way to the page
enum ListRole { Page = Qt::UserRole, Title, Text };

}  // namespace

ManualWindow::ManualWindow()
    : view_(new ManualView(this)), list_(new QListWidget(this)), find_(new QLineEdit(this)), found_(new QLabel(this)) {
    setObjectName("manualWindow");
    setWindowTitle(tr("Sightline manual"));
    setWindowFlags(Qt::Window);
    setAttribute(Qt::WA_QuitOnClose, false);
    setMinimumSize(kLeastSize);
    const QRect room = screen()->availableGeometry();
    setGeometry(placeWithin(QRect(room.center() - QRect(QPoint(), kSize).center(), kSize), room));

    view_->setObjectName("manualPage");
    view_->setAccessibleName(tr("Page of the manual"));
    list_->setObjectName("manualPages");
    list_->setAccessibleName(tr("Pages of the manual"));
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    for (const QString& page : manualPages()) {
        auto* item = new QListWidgetItem(manualTitle(page), list_);
        item->setData(Page, page);
        item->setData(Title, item->text());
        item->setToolTip(item->text());  // the list may be narrow
        QTextDocument document;
        document.setMarkdown(manualText(page));
        item->setData(Text, document.toPlainText());
    }
    connect(list_, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item) {
            view_->showPage(item->data(Page).toString());
        }
    });
    connect(view_, &QTextBrowser::sourceChanged, this, &ManualWindow::takePage);

    auto* row = new QHBoxLayout;
    const auto add = [this, row](QStyle::StandardPixmap icon, const QString& name, const char* object,
                                 const QKeySequence& keys, const auto& call) {
        auto* button = new QToolButton(this);
        button->setIcon(style()->standardIcon(icon));
        button->setObjectName(object);
        button->setAccessibleName(name);
        button->setToolTip(QStringLiteral("%1 (%2)").arg(name, keys.toString(QKeySequence::NativeText)));
        button->setAutoRaise(true);
        connect(button, &QToolButton::clicked, this, call);
        connect(new QShortcut(keys, this), &QShortcut::activated, button, &QToolButton::click);
        row->addWidget(button);
        return button;
    };
    auto* back = add(QStyle::SP_ArrowBack, tr("Back"), "manualBack", QKeySequence(Qt::ALT | Qt::Key_Left),
                     [this] { view_->backward(); });
    auto* forward = add(QStyle::SP_ArrowForward, tr("Forward"), "manualForward", QKeySequence(Qt::ALT | Qt::Key_Right),
                        [this] { view_->forward(); });
    for (auto* button : {back, forward}) {
        button->setEnabled(false);
    }
    connect(view_, &QTextBrowser::backwardAvailable, back, &QWidget::setEnabled);
    connect(view_, &QTextBrowser::forwardAvailable, forward, &QWidget::setEnabled);
    find_->setObjectName("manualFind");
    find_->setPlaceholderText(
        tr("Find in all pages (%1)").arg(QKeySequence(QKeySequence::Find).toString(QKeySequence::NativeText)));
    find_->setAccessibleName(tr("Find in all pages"));
    find_->setClearButtonEnabled(true);
    row->addWidget(find_, 1);
    add(QStyle::SP_ArrowUp, tr("Previous place"), "manualPrevious", QKeySequence(Qt::SHIFT | Qt::Key_F3),
        [this] { findNext(-1); });
    add(QStyle::SP_ArrowDown, tr("Next place"), "manualNext", QKeySequence(Qt::Key_F3), [this] { findNext(1); });
    found_->setObjectName("manualFound");
    found_->setAccessibleName(tr("Places found"));
    row->addWidget(found_);
    connect(find_, &QLineEdit::textChanged, this, &ManualWindow::search);
    connect(find_, &QLineEdit::returnPressed, this, [this] { findNext(1); });
    connect(new QShortcut(QKeySequence::Find, this), &QShortcut::activated, find_, [this] {
        find_->setFocus(Qt::ShortcutFocusReason);
        find_->selectAll();
    });
    connect(new QShortcut(QKeySequence::ZoomIn, this), &QShortcut::activated, view_, [this] { view_->zoomIn(); });
    connect(new QShortcut(QKeySequence::ZoomOut, this), &QShortcut::activated, view_, [this] { view_->zoomOut(); });

    auto* panes = new QSplitter(this);
    panes->setObjectName("manualPanes");
    panes->addWidget(list_);
    panes->addWidget(view_);
    panes->setStretchFactor(1, 1);
    panes->setSizes({kListWidth, kSize.width() - kListWidth});
    auto* column = new QVBoxLayout(this);
    column->addLayout(row);
    column->addWidget(panes, 1);
    if (const auto spoken = windowLocale().language(); spoken != QLocale::English && spoken != QLocale::C) {
        auto* language = new QLabel(tr("The pages of the manual are in English."), this);
        language->setObjectName("manualLanguage");
        language->setWordWrap(true);
        column->addWidget(language);
    }
    list_->setCurrentRow(0);
    list_->setFocus();
}

void ManualWindow::showPage(const QString& page) {
    setWindowState(windowState() & ~Qt::WindowMinimized);
    show();  // first, for headings are found at the width that is shown
    view_->showPage(page);
    raise();
    activateWindow();
}

void ManualWindow::resizeEvent(QResizeEvent* event) {
    QDialog::resizeEvent(event);
    const bool isNarrow = width() < kNarrow;
    if (isNarrow || event->oldSize().width() < kNarrow) {
        const int list = isNarrow ? width() / 3 : kListWidth;
        qobject_cast<QSplitter*>(list_->parentWidget())->setSizes({list, width() - list});
    }
}

int ManualWindow::rowOf(const QString& page) const { return static_cast<int>(manualPages().indexOf(page)); }

void ManualWindow::takePage() {
    const QSignalBlocker quiet(list_);
    list_->setCurrentRow(rowOf(view_->page()));
    view_->mark(wanted());
}

QString ManualWindow::wanted() const { return find_->text().trimmed(); }

void ManualWindow::search() {
    const QString text = wanted();
    qsizetype all = 0;
    for (int i = 0; i < list_->count(); ++i) {
        QListWidgetItem* item = list_->item(i);
        const qsizetype here = text.isEmpty() ? 0 : item->data(Text).toString().count(text, Qt::CaseInsensitive);
        const QString title = item->data(Title).toString();
        item->setText(here > 0 ? QStringLiteral("%1 (%2)").arg(title).arg(here) : title);
        QFont font = list_->font();
        font.setBold(here > 0);
        item->setFont(font);
        all += here;
    }
    found_->setText(text.isEmpty() ? QString() : all > 0 ? QString::number(all) : tr("None"));
    if (view_->mark(text) > 0) {  // typing on narrows what was found, and stays where it is
        QTextCursor begin = view_->textCursor();
        begin.setPosition(begin.selectionStart());
        view_->setTextCursor(begin);
        if (!view_->find(text)) {
            view_->moveCursor(QTextCursor::Start);
            view_->find(text);
        }
    }
}

void ManualWindow::findNext(int step) {
    const QString text = wanted();
    const QTextDocument::FindFlags flags = step < 0 ? QTextDocument::FindBackward : QTextDocument::FindFlags();
    if (text.isEmpty() || view_->find(text, flags)) {
        return;
    }
    const int count = list_->count();
    const int here = std::max(0, list_->currentRow());
    for (int i = 1; i <= count; ++i) {
        const int row = (here + step * i + count * count) % count;
        if (list_->item(row)->data(Text).toString().contains(text, Qt::CaseInsensitive)) {
            list_->setCurrentRow(row);
            view_->moveCursor(step < 0 ? QTextCursor::End : QTextCursor::Start);
            if (view_->find(text, flags)) {
                return;
            }
        }
    }
}

}  // namespace sightline
