#include "ui/video/queue_dialog.h"

#include <algorithm>

#include <QAction>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStyle>
#include <QTreeWidget>
#include <QVBoxLayout>

#include "ui/player/flow_layout.h"
#include "ui/window_place.h"

namespace sightline {
namespace {

using State = AnnotationQueue::State;

constexpr QSize kSize(640, 360);
constexpr int kFileWidth = 200;
enum Column { File, What, Why };

bool mayRetry(const AnnotationQueue::Entry& entry) {
    return entry.state == State::Failed || entry.state == State::Cancelled;
}

}  // namespace

QueueDialog::QueueDialog(AnnotationQueue* queue, std::function<QStringList(QWidget*)> chooseVideos, QWidget* parent)
    : QDialog(parent), queue_(queue), list_(new QTreeWidget(this)), summary_(new QLabel(this)) {
    setObjectName("queueDialog");
    setWindowTitle(tr("Annotate files"));
    resize(sizeOnScreen(*this, kSize));
    list_->setObjectName("queue");
    list_->setAccessibleName(tr("Videos"));
    list_->setHeaderLabels({tr("Video"), tr("State"), tr("Why")});
    list_->setRootIsDecorated(false);
    list_->setUniformRowHeights(true);
    list_->setContextMenuPolicy(Qt::ActionsContextMenu);
    list_->header()->setStretchLastSection(true);
    list_->header()->setSectionResizeMode(What, QHeaderView::ResizeToContents);
    list_->header()->setResizeContentsPrecision(0);  // rows in view; thousands would hold the window up at each change
    list_->header()->resizeSection(File, kFileWidth);
    summary_->setObjectName("queueSummary");
    summary_->setWordWrap(true);
    auto* row = new QWidget(this);
    (new FlowLayout(row))->setContentsMargins(0, 0, 0, 0);
    auto* choose = addButton(row, tr("&Add files…"), "queueAdd", tr("Choose more videos"));
    open_ = addButton(row, tr("&Open"), "queueOpen", tr("Open the chosen video with its captions"));
    folder_ =
        addButton(row, tr("Open &folder"), "queueFolder", tr("Show the folder of the chosen video and its project"));
    retry_ = addButton(row, tr("&Retry"), "queueRetry",
                       tr("Begin the chosen video again, or all that failed or were stopped where none is chosen"));
    cancel_ = addButton(row, tr("&Stop"), "queueCancel", tr("Stop the chosen video, or all where none is chosen"));
    auto* clear =
        addButton(row, tr("&Clear finished"), "queueClear", tr("Take what is over off the list; the files stay"));
    auto* close = addButton(row, tr("Close"), "queueClose", tr("The queue goes on"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(list_, 1);
    column->addWidget(summary_);
    column->addWidget(row);
    for (QPushButton* button : {open_, folder_, retry_, cancel_}) {
        auto* action = new QAction(button->text(), list_);
        list_->addAction(action);
        connect(action, &QAction::triggered, button, &QPushButton::click);
        actions_.emplace_back(action, button);
    }

    connect(choose, &QPushButton::clicked, this, [this, chooseVideos = std::move(chooseVideos)] {
        if (const QStringList videos = chooseVideos(this); !videos.isEmpty()) {
            queue_->add(videos);
        }
    });
    const auto open = [this] {
        if (const int index = current(); index >= 0 && open_->isEnabled()) {
            emit openWanted(queue_->entries()[static_cast<std::size_t>(index)].video);
        }
    };
    connect(open_, &QPushButton::clicked, this, open);
    connect(list_, &QTreeWidget::itemActivated, this, open);
    connect(cancel_, &QPushButton::clicked, this, [this] {
        if (const int index = current(); index >= 0) {
            queue_->cancel(index);
        } else {
            queue_->cancelAll();
        }
    });
    connect(clear, &QPushButton::clicked, queue_, &AnnotationQueue::clearFinished);
    connect(retry_, &QPushButton::clicked, this, &QueueDialog::retry);
    connect(folder_, &QPushButton::clicked, this, [this] {
        if (const int index = current(); index >= 0) {
            emit folderWanted(QFileInfo(queue_->entries()[static_cast<std::size_t>(index)].video).absolutePath());
        }
    });
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(list_, &QTreeWidget::itemSelectionChanged, this, &QueueDialog::showButtons);
    connect(queue_, &AnnotationQueue::changed, this, &QueueDialog::fill);
    connect(queue_, &AnnotationQueue::entryChanged, this, [this](int index) {
        showEntry(index);
        showButtons();
    });
    connect(queue_, &AnnotationQueue::finished, this, &QueueDialog::showButtons);
    fill();
}

QPushButton* QueueDialog::addButton(QWidget* row, const QString& text, const char* name, const QString& help) {
    auto* button = new QPushButton(text, row);
    button->setObjectName(name);
    button->setToolTip(help);
    button->setAutoDefault(false);
    row->layout()->addWidget(button);
    return button;
}

void QueueDialog::retry() {
    QStringList videos;
    const int chosen = current();
    for (int index = 0; index < static_cast<int>(queue_->entries().size()); ++index) {
        const auto& entry = queue_->entries()[static_cast<std::size_t>(index)];
        if ((chosen < 0 || chosen == index) && mayRetry(entry)) {
            videos << entry.video;
        }
    }
    queue_->add(videos);
}

int QueueDialog::current() const {
    const auto chosen = list_->selectedItems();  // what merely has the focus was not chosen
    return chosen.isEmpty() ? -1 : list_->indexOfTopLevelItem(chosen.first());
}

void QueueDialog::fill() {
    list_->clear();
    for (int index = 0; index < static_cast<int>(queue_->entries().size()); ++index) {
        const QString& video = queue_->entries()[static_cast<std::size_t>(index)].video;
        new QTreeWidgetItem(list_, {QFileInfo(video).fileName()});
        showEntry(index);
    }
    showButtons();
}

void QueueDialog::showEntry(int index) {
    const AnnotationQueue::Entry& entry = queue_->entries()[static_cast<std::size_t>(index)];
    QTreeWidgetItem* item = list_->topLevelItem(index);
    QString text;
    switch (entry.state) {
        case State::Waiting: text = tr("waiting"); break;
        case State::Running: text = tr("%1 %").arg(static_cast<int>(100.0 * entry.progress)); break;
        case State::Done: text = tr("%n cue(s)", nullptr, entry.cues); break;
        case State::Kept: text = tr("there already, %n cue(s)", nullptr, entry.cues); break;
        case State::Failed: text = tr("failed"); break;
        case State::Cancelled: text = tr("stopped"); break;
    }
    QString why = entry.problem;
    if (entry.state == State::Done && !entry.problem.isEmpty()) {
        text = tr("%1, cut short").arg(text);
    } else if ((entry.state == State::Done || entry.state == State::Kept) && entry.cues == 0) {
        why = tr("Nothing to say: no picture of it got a caption.");
    } else if (entry.state == State::Cancelled) {
        why = tr("It goes on where it was when it is begun again.");
    }
    const bool warns = entry.state == State::Failed || (!why.isEmpty() && entry.state != State::Cancelled);
    item->setIcon(What, warns ? style()->standardIcon(entry.state == State::Failed ? QStyle::SP_MessageBoxCritical
                                                                                   : QStyle::SP_MessageBoxWarning)
                              : QIcon());
    item->setText(What, text);
    // The list names the video already, and has room for the cause.
    item->setText(Why, QString(why).replace(entry.video, QFileInfo(entry.video).fileName()));
    for (const int column : {static_cast<int>(File), static_cast<int>(What), static_cast<int>(Why)}) {
        item->setToolTip(column, why.isEmpty()               ? entry.video
                                 : why.contains(entry.video) ? why
                                                             : entry.video + QLatin1Char('\n') + why);
    }
}

void QueueDialog::showButtons() {
    const auto& entries = queue_->entries();
    const int index = current();
    const auto* entry =
        index >= 0 && index < static_cast<int>(entries.size()) ? &entries[static_cast<std::size_t>(index)] : nullptr;
    const bool stoppable = entry ? entry->state == State::Waiting || entry->state == State::Running : queue_->running();
    cancel_->setEnabled(stoppable);
    folder_->setEnabled(entry != nullptr);
    retry_->setEnabled(entry ? mayRetry(*entry) : std::ranges::any_of(entries, mayRetry));
    open_->setEnabled(entry && entry->state != State::Running && entry->state != State::Waiting);
    const auto over = std::ranges::count_if(
        entries, [](const auto& each) { return each.state != State::Waiting && each.state != State::Running; });
    const auto failed = std::ranges::count(entries, State::Failed, &AnnotationQueue::Entry::state);
    const QString why = entry ? list_->topLevelItem(index)->text(Why) : QString();
    QString all = tr("%1 of %2 videos; the projects are written beside them.").arg(over).arg(entries.size());
    if (failed > 0) {
        all += QLatin1Char(' ') + tr("%n failed.", nullptr, static_cast<int>(failed));
    }
    summary_->setText(why.isEmpty() ? all : list_->topLevelItem(index)->toolTip(Why));
    for (const auto& [action, button] : actions_) {
        action->setEnabled(button->isEnabled());
    }
}

}  // namespace sightline
