#include "ui/video/cue_panel.h"

#include <algorithm>
#include <functional>

#include <QAction>
#include <QApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QKeyEvent>
#include <QLabel>
#include <QProgressBar>
#include <QStyle>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>
#include <QToolTip>
#include <QVBoxLayout>

#include "ui/player/focus_mark.h"
#include "ui/video/cue_delegate.h"
#include "ui/video/cue_model.h"
#include "ui/video/project_document.h"
#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr int kProgressSteps = 1000;
constexpr int kLeastTextEms = 14;  // a caption's column; half a caption in a line
// Beside the captions, those that give way last first.
constexpr CueModel::Column kByImportance[] = {CueModel::Start, CueModel::Confidence, CueModel::Checks, CueModel::End,
                                              CueModel::Origin};
constexpr const char* kFollowKey = "video/followPlayback";

// Calls when its parent's size changes.
class OnResize final : public QObject {
public:
    OnResize(QObject* parent, std::function<void()> call) : QObject(parent), call_(std::move(call)) {
        parent->installEventFilter(this);
    }

protected:
    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() == QEvent::Resize) {
            call_();
        }
        return false;
    }

private:
    const std::function<void()> call_;
};

// Calls before its parent gets the focus, and before F2 does.
class BeforeTable final : public QObject {
public:
    BeforeTable(QObject* parent, std::function<void()> focus, std::function<void()> edit)
        : QObject(parent), focus_(std::move(focus)), edit_(std::move(edit)) {
        parent->installEventFilter(this);
    }

protected:
    bool eventFilter(QObject*, QEvent* event) override {
        if (event->type() == QEvent::FocusIn) {
            focus_();
        } else if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_F2) {
            edit_();
        }
        return false;
    }

private:
    const std::function<void()> focus_;
    const std::function<void()> edit_;
};

}  // namespace

CuePanel::CuePanel(QWidget* parent)
    : QWidget(parent), model_(new CueModel(this)), table_(new QTableView(this)), delegate_(new CueDelegate(this)),
      summary_(new QLabel(this)), progress_(new QProgressBar(this)), progressText_(new QLabel(this)),
      cancel_(new QToolButton(this)) {
    setObjectName("cuePanel");
    table_->setObjectName("cues");
    table_->setAccessibleName(tr("Cues"));
    // Before the table's selection hears of it.
    for (const auto& signal : {&QAbstractItemModel::rowsAboutToBeRemoved, &QAbstractItemModel::rowsAboutToBeInserted}) {
        connect(model_, signal, this, [this] { byItself_ = true; });
    }
    connect(model_, &QAbstractItemModel::modelAboutToBeReset, this, [this] { byItself_ = true; });
    table_->setModel(model_);
    table_->setItemDelegate(delegate_);
    connect(delegate_, &CueDelegate::opened, this, &CuePanel::cellOpened);
    new FocusMark(table_);
    table_->setTabKeyNavigation(false);  // Tab goes on to the next control; the arrows go from cell to cell
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::ContiguousSelection);
    // Single keys are for reviewing, so typing does not begin to edit.
    table_->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    table_->setWordWrap(true);
    table_->setAlternatingRowColors(true);
    table_->verticalHeader()->setSectionResizeMode(QHeaderView::Interactive);
    table_->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    table_->horizontalHeader()->setSectionResizeMode(CueModel::Text, QHeaderView::Stretch);
    table_->horizontalHeader()->setResizeContentsPrecision(0);  // rows in view; a thousand are too slow for typing

    auto* bar = new QToolBar(this);
    const auto addAction = [&](const QString& text, const char* name, const QKeySequence& key) {
        auto* action = bar->addAction(text);
        action->setObjectName(name);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        action->setToolTip(QStringLiteral("%1 (%2)").arg(text, key.toString(QKeySequence::NativeText)));
        this->addAction(action);
        return action;
    };
    add_ = addAction(tr("Add at playhead"), "addCue", QKeySequence(Qt::Key_Insert));
    accept_ = addAction(tr("Accept"), "acceptCue", QKeySequence(Qt::CTRL | Qt::Key_Return));
    remove_ = addAction(tr("Delete"), "deleteCue", QKeySequence::Delete);
    follow_ = bar->addAction(tr("Follow playback"));
    follow_->setObjectName("followPlayback");
    follow_->setCheckable(true);
    follow_->setChecked(windowSettings()->value(kFollowKey, true).toBool());
    follow_->setToolTip(tr("While the video plays, the cue on screen is the chosen one"));
    connect(follow_, &QAction::toggled, this, [](bool on) { windowSettings()->setValue(kFollowKey, on); });
    summary_->setObjectName("cueSummary");
    bar->addSeparator();
    bar->addWidget(summary_);

    progress_->setObjectName("annotateProgress");
    progress_->setAccessibleName(tr("Annotation progress"));
    progress_->setTextVisible(false);
    cancel_->setObjectName("cancelAnnotate");
    cancel_->setText(tr("Cancel"));
    auto* run = new QHBoxLayout;
    run->addWidget(progress_, 1);
    run->addWidget(progressText_);
    run->addWidget(cancel_);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(bar);
    column->addWidget(table_, 1);
    column->addLayout(run);
    hideProgress();

    connect(table_, &QTableView::doubleClicked, this, [this](const QModelIndex& index) {
        if (!model_->flags(index).testFlag(Qt::ItemIsEditable)) {
            table_->edit(model_->index(index.row(), CueModel::Text));
        }
    });
    connect(model_, &CueModel::refused, this, [this](const QModelIndex& index, const QString& why) {
        const QRect cell = table_->visualRect(index);
        QToolTip::showText(table_->viewport()->mapToGlobal(cell.bottomLeft()), why, table_);
        emit told(why);
    });
    connect(add_, &QAction::triggered, this, &CuePanel::addRequested);
    connect(accept_, &QAction::triggered, this, [this] {
        for (const int row : allSelectedRows()) {
            document_->accept(row);
        }
    });
    connect(remove_, &QAction::triggered, this, [this] {
        if (const auto rows = allSelectedRows(); !rows.empty()) {
            document_->remove(rows);
            emit chosen(currentRow());
        }
    });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                updateEnabled();
                emit currentChanged(current.row());
                if (!byItself_) {
                    emit chosen(current.row());
                }
            });
    new BeforeTable(
        table_,
        [this] {
            // A table that gets the focus makes its first row the current one, which nobody has chosen.
            if (currentRow() < 0 && model_->rowCount() > 0) {
                setCurrentRowInPlace(std::max(0, model_->onScreen()));
            }
        },
        [this] {
            // The arrows seek, so the caption is what a key writes in; times have fields of their own.
            table_->selectionModel()->setCurrentIndex(model_->index(currentRow(), CueModel::Text),
                                                      QItemSelectionModel::NoUpdate);
        });
    connect(table_, &QTableView::clicked, this,
            [this](const QModelIndex& index) { emit chosen(index.row()); });  // also where it was the current one
    connect(cancel_, &QToolButton::clicked, this, &CuePanel::cancelRequested);
    const auto showSummary = [this] {
        const int cues = model_->rowCount();
        summary_->setText(cues == 1 ? tr("1 cue") : tr("%1 cues").arg(cues));
    };
    connect(model_, &QAbstractItemModel::modelReset, this, [this, showSummary] {
        showSummary();
        byItself_ = false;
        updateEnabled();
        emit currentChanged(currentRow());  // a reset drops the current row without a signal
    });
    for (const auto& signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved}) {
        connect(model_, signal, this, [this, showSummary] {
            byItself_ = false;
            showSummary();
        });
    }
    new OnResize(table_->viewport(), [this] { fitColumns(); });
    for (const auto& signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved}) {
        connect(model_, signal, this, &CuePanel::fitColumns);
    }
    connect(model_, &QAbstractItemModel::modelReset, this, &CuePanel::fitColumns);
    connect(model_, &QAbstractItemModel::dataChanged, this, &CuePanel::fitColumns);
    setDocument(nullptr);
}

void CuePanel::fitColumns() {
    const int em = fontMetrics().height();
    int room = table_->viewport()->width() - kLeastTextEms * em;
    for (const int column : kByImportance) {
        // The header's own hint is nothing while a column is hidden.
        const QString title = model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        const int titleWidth = fontMetrics().horizontalAdvance(title) + em;
        room -= std::max(titleWidth, static_cast<const QAbstractItemView*>(table_)->sizeHintForColumn(column));
        table_->setColumnHidden(column, room < 0);
    }
}

void CuePanel::setDocument(ProjectDocument* document) {
    if (document_) {
        document_->disconnect(this);
    }
    document_ = document;
    model_->setDocument(document);
    if (document_) {
        connect(document_, &ProjectDocument::aboutToReplaceCues, this, [this] {
            const int row = currentRow();
            changing_ = row >= 0 ? std::optional(document_->cues()[static_cast<std::size_t>(row)]) : std::nullopt;
        });
        connect(document_, &ProjectDocument::cuesReplaced, this, &CuePanel::followCue);
    }
    delegate_->setDocument(document);
    updateEnabled();
}

void CuePanel::updateEnabled() {
    const bool readOnly = document_ && document_->readOnly();
    const bool chosen = document_ && !readOnly && currentRow() >= 0;
    add_->setEnabled(!readOnly);
    accept_->setEnabled(chosen);
    remove_->setEnabled(chosen);
}

std::vector<int> CuePanel::allSelectedRows() const {
    std::vector<int> rows;
    for (const QModelIndex& index : table_->selectionModel()->selectedRows()) {
        rows.push_back(index.row());
    }
    std::ranges::sort(rows);
    return rows;
}

std::pair<int, int> CuePanel::selectedRows() const {
    const auto rows = allSelectedRows();
    int count = 0;
    while (count < static_cast<int>(rows.size()) && rows[static_cast<std::size_t>(count)] == rows.front() + count) {
        ++count;
    }
    return {rows.empty() ? 0 : rows.front(), count};
}

void CuePanel::selectRows(const std::vector<int>& rows) {
    if (rows.empty()) {
        return;
    }
    QItemSelection selection;
    for (const int row : rows) {
        selection.select(model_->index(row, 0), model_->index(row, CueModel::ColumnCount - 1));
    }
    setCurrentRow(rows.front());
    table_->selectionModel()->select(selection, QItemSelectionModel::ClearAndSelect);
}

void CuePanel::showOnScreen(int row, bool follow) {
    const bool changed = row != model_->onScreen();
    model_->setOnScreen(row);
    // People who are writing or chose several must not lose their place; who chose one keeps it until the next begins.
    const QWidget* focus = QApplication::focusWidget();
    const bool editing = focus && table_->viewport()->isAncestorOf(focus);
    const bool wanted = follow && follow_->isChecked() && (changed || currentRow() < 0);
    if (wanted && !editing && selectedRows().second <= 1 && row >= 0 && row != currentRow()) {
        setCurrentRowInPlace(row);
    }
}

void CuePanel::chooseOnScreen() {
    if (currentRow() < 0 && model_->onScreen() >= 0) {
        setCurrentRowInPlace(model_->onScreen());
    }
}

// A changed time may move a cue in their order, and undoing that moves it back.
void CuePanel::followCue(int first, int removed, int added) {
    const auto before = std::exchange(changing_, std::nullopt);
    const Cues& cues = document_->cues();
    const int row = currentRow();
    if (!before || removed != added || row < first || row >= first + added) {
        return;
    }
    const auto isIt = [&before](const Cue& cue) {
        return cue.text == before->text && (cue.start == before->start || cue.end == before->end);
    };
    const auto begin = cues.begin() + first;
    const auto now = std::find_if(begin, begin + added, isIt);
    if (!isIt(cues[static_cast<std::size_t>(row)]) && now != begin + added) {
        setCurrentRowInPlace(static_cast<int>(now - cues.begin()));
    }
}

void CuePanel::keepSelection() {
    if (currentRow() >= 0 && allSelectedRows().empty()) {
        setCurrentRowInPlace(currentRow());
    }
}

void CuePanel::setCurrentRowInPlace(int row) {
    byItself_ = true;
    setCurrentRow(row);
    byItself_ = false;
}

int CuePanel::currentRow() const { return table_->currentIndex().row(); }

void CuePanel::setCurrentRow(int row) { makeCurrent(model_->index(row, CueModel::Text)); }

// Not by the table's own way, which adds to the selection, or takes away from it, while a shortcut's Ctrl is held.
void CuePanel::makeCurrent(const QModelIndex& index) {
    table_->selectionModel()->setCurrentIndex(index, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
}

void CuePanel::setLimits(const CheckLimits& limits) {
    limits_ = limits;
    model_->setLimits(limits);
}

void CuePanel::showProgress(double fraction, const QString& text) {
    progress_->setRange(0, fraction < 0.0 ? 0 : kProgressSteps);
    progress_->setValue(static_cast<int>(fraction * kProgressSteps));
    progressText_->setText(text);
    for (QWidget* widget :
         {static_cast<QWidget*>(progress_), static_cast<QWidget*>(progressText_), static_cast<QWidget*>(cancel_)}) {
        widget->show();
    }
}

void CuePanel::hideProgress() {
    for (QWidget* widget :
         {static_cast<QWidget*>(progress_), static_cast<QWidget*>(progressText_), static_cast<QWidget*>(cancel_)}) {
        widget->hide();
    }
}

}  // namespace sightline
