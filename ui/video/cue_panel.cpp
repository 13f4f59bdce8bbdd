#include "ui/video/cue_panel.h"

#include <QAction>
#include <QApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QStyle>
#include <QTableView>
#include <QToolBar>
#include <QToolButton>
#include <QVBoxLayout>

#include "ui/video/cue_model.h"
#include "ui/video/project_document.h"
#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr int kProgressSteps = 1000;
constexpr const char* kFollowKey = "video/followPlayback";

}  // namespace

CuePanel::CuePanel(QWidget* parent)
    : QWidget(parent), model_(new CueModel(this)), table_(new QTableView(this)), summary_(new QLabel(this)),
      progress_(new QProgressBar(this)), progressText_(new QLabel(this)), cancel_(new QToolButton(this)) {
    setObjectName("cuePanel");
    table_->setObjectName("cues");
    table_->setAccessibleName(tr("Cues"));
    // Before the table's selection hears of it.
    for (const auto& signal : {&QAbstractItemModel::rowsAboutToBeRemoved, &QAbstractItemModel::rowsAboutToBeInserted}) {
        connect(model_, signal, this, [this] { byItself_ = true; });
    }
    connect(model_, &QAbstractItemModel::modelAboutToBeReset, this, [this] { byItself_ = true; });
    table_->setModel(model_);
    table_->setSelectionBehavior(QAbstractItemView::SelectRows);
    table_->setSelectionMode(QAbstractItemView::ContiguousSelection);
    // Single keys are for reviewing, so typing does not begin to edit.
    table_->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::SelectedClicked);
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
    auto* add = addAction(tr("Add at playhead"), "addCue", QKeySequence(Qt::Key_Insert));
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
        table_->setCurrentIndex(index);
        emit seekRequested(document_->cues()[static_cast<std::size_t>(index.row())].start);
    });
    connect(add, &QAction::triggered, this, &CuePanel::addRequested);
    connect(accept_, &QAction::triggered, this, [this] {
        const auto [first, count] = selectedRows();
        for (int row = first; row < first + count; ++row) {
            document_->accept(row);
        }
    });
    connect(remove_, &QAction::triggered, this, [this] {
        if (const auto [first, count] = selectedRows(); count > 0) {
            document_->remove(first, count);
            emit chosen(currentRow());
        }
    });
    connect(table_->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                emit currentChanged(current.row());
                if (!byItself_) {
                    emit chosen(current.row());
                }
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
        emit currentChanged(currentRow());  // a reset drops the current row without a signal
    });
    for (const auto& signal : {&QAbstractItemModel::rowsInserted, &QAbstractItemModel::rowsRemoved}) {
        connect(model_, signal, this, [this, showSummary] {
            byItself_ = false;
            showSummary();
        });
    }
    setDocument(nullptr);
}

void CuePanel::setDocument(ProjectDocument* document) {
    document_ = document;
    model_->setDocument(document);
    accept_->setEnabled(document != nullptr);
    remove_->setEnabled(document != nullptr);
}

std::pair<int, int> CuePanel::selectedRows() const {
    const QModelIndexList rows = table_->selectionModel()->selectedRows();
    int first = rows.isEmpty() ? 0 : rows.front().row();
    for (const QModelIndex& index : rows) {
        first = std::min(first, index.row());
    }
    return {first, static_cast<int>(rows.size())};
}

void CuePanel::showOnScreen(int row, bool follow) {
    model_->setOnScreen(row);
    // People who chose a cue or are writing must not lose their place.
    const QWidget* focus = QApplication::focusWidget();
    const bool editing = focus && table_->viewport()->isAncestorOf(focus);
    if (row >= 0 && row == currentRow()) {
        followed_ = row;  // chosen or not, from here on it can be followed
    }
    const bool free = currentRow() < 0 || currentRow() == followed_;
    const bool wanted = follow && follow_->isChecked();
    if (wanted && free && !editing && selectedRows().second <= 1 && row >= 0 && row != currentRow()) {
        followed_ = row;
        byItself_ = true;
        setCurrentRow(row);
        byItself_ = false;
    }
}

int CuePanel::currentRow() const { return table_->currentIndex().row(); }

void CuePanel::setCurrentRow(int row) { table_->setCurrentIndex(model_->index(row, CueModel::Text)); }

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
