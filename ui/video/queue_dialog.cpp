#include "ui/video/queue_dialog.h"

#include <QDialogButtonBox>
#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTreeWidget>
#include <QVBoxLayout>

namespace sightline {
namespace {

using State = AnnotationQueue::State;

constexpr QSize kSize(640, 360);
enum Column { File, What };

}  // namespace

QueueDialog::QueueDialog(AnnotationQueue* queue, std::function<QStringList(QWidget*)> chooseVideos, QWidget* parent)
    : QDialog(parent), queue_(queue), list_(new QTreeWidget(this)), summary_(new QLabel(this)) {
    setObjectName("queueDialog");
    setWindowTitle(tr("Annotate files"));
    resize(kSize);
    list_->setObjectName("queue");
    list_->setAccessibleName(tr("Videos"));
    list_->setHeaderLabels({tr("Video"), tr("State")});
    list_->setRootIsDecorated(false);
    list_->setUniformRowHeights(true);
    list_->header()->setSectionResizeMode(File, QHeaderView::Stretch);
    list_->header()->setStretchLastSection(false);
    list_->header()->setSectionResizeMode(What, QHeaderView::ResizeToContents);
    summary_->setObjectName("queueSummary");
    summary_->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    const auto add = [&](const QString& text, const char* name, const QString& help) {
        auto* button = buttons->addButton(text, QDialogButtonBox::ActionRole);
        button->setObjectName(name);
        button->setToolTip(help);
        button->setAutoDefault(false);
        return button;
    };
    auto* choose = add(tr("&Add files…"), "queueAdd", tr("Choose more videos"));
    open_ = add(tr("&Open"), "queueOpen", tr("Open the chosen video with its captions"));
    cancel_ = add(tr("&Stop"), "queueCancel", tr("Stop the chosen video, or all where none is chosen"));
    auto* clear = add(tr("Clear &finished"), "queueClear", tr("Take what is over off the list; the files stay"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(list_, 1);
    column->addWidget(summary_);
    column->addWidget(buttons);

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
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(list_, &QTreeWidget::itemSelectionChanged, this, &QueueDialog::showButtons);
    connect(queue_, &AnnotationQueue::changed, this, &QueueDialog::fill);
    connect(queue_, &AnnotationQueue::entryChanged, this, &QueueDialog::showEntry);
    connect(queue_, &AnnotationQueue::finished, this, &QueueDialog::showButtons);
    fill();
}

int QueueDialog::current() const {
    const auto chosen = list_->selectedItems();  // what merely has the focus was not chosen
    return chosen.isEmpty() ? -1 : list_->indexOfTopLevelItem(chosen.first());
}

void QueueDialog::fill() {
    list_->clear();
    for (int index = 0; index < static_cast<int>(queue_->entries().size()); ++index) {
        const QString& video = queue_->entries()[static_cast<std::size_t>(index)].video;
        auto* item = new QTreeWidgetItem(list_, {QFileInfo(video).fileName()});
        item->setToolTip(File, video);
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
        case State::Cancelled: text = tr("stopped; goes on there when it is added again"); break;
    }
    if (entry.state == State::Done && !entry.problem.isEmpty()) {
        text = tr("%1, cut short").arg(text);
    }
    item->setText(What, text);
    item->setToolTip(What, entry.problem);
    showButtons();
}

void QueueDialog::showButtons() {
    const auto& entries = queue_->entries();
    const int index = current();
    const auto* entry =
        index >= 0 && index < static_cast<int>(entries.size()) ? &entries[static_cast<std::size_t>(index)] : nullptr;
    const bool stoppable = entry ? entry->state == State::Waiting || entry->state == State::Running : queue_->running();
    cancel_->setEnabled(stoppable);
    open_->setEnabled(entry && entry->state != State::Running && entry->state != State::Waiting);
    const auto over = std::ranges::count_if(
        entries, [](const auto& each) { return each.state != State::Waiting && each.state != State::Running; });
    summary_->setText(entry && !entry->problem.isEmpty()
                          ? entry->problem
                          : tr("%1 of %2 videos; the projects are written beside them.").arg(over).arg(entries.size()));
}

}  // namespace sightline
