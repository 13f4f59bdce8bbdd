#include "ui/live/history_panel.h"

#include <algorithm>

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

#include "core/base/logging.h"
#include "ui/error_text.h"
#include "ui/live/history_export.h"
#include "ui/live/history_model.h"
#include "ui/live/picture_dialog.h"
#include "ui/player/flow_layout.h"
#include "ui/player/focus_mark.h"

namespace sightline {
namespace {

constexpr int kPictureShare = 3;   // of the panel's height, one over it
constexpr int kLeastPicture = 60;  // pixels high
constexpr int kLines = 3;          // of a row: the time and two of the caption
constexpr int kRowMargin = 6;

}  // namespace

HistoryPanel::HistoryPanel(QString folder, ChooseSave chooseSave, QWidget* parent)
    : QWidget(parent), folder_(std::move(folder)), chooseSave_(std::move(chooseSave)),
      store_(std::make_shared<HistoryStore>(folder_)), model_(new HistoryModel(this)), search_(new QLineEdit(this)),
      list_(new QTableView(this)), picture_(new QLabel(this)) {
    model_->setStore(store_);
    search_->setObjectName("historySearch");
    search_->setAccessibleName(tr("Search captions"));
    search_->setPlaceholderText(tr("Search captions"));
    search_->setClearButtonEnabled(true);
    list_->setObjectName("history");
    list_->setAccessibleName(tr("Captions so far"));
    list_->setModel(model_);
    list_->setIconSize(HistoryModel::kThumbnail);
    list_->setWordWrap(true);
    list_->setShowGrid(false);
    list_->setTabKeyNavigation(false);
    new FocusMark(list_);
    list_->setSelectionMode(QAbstractItemView::ExtendedSelection);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->horizontalHeader()->hide();
    list_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    list_->verticalHeader()->hide();
    list_->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    list_->verticalHeader()->setDefaultSectionSize(
        std::max(HistoryModel::kThumbnail.height(), kLines * fontMetrics().lineSpacing()) + kRowMargin);
    picture_->setObjectName("historyPicture");
    picture_->setAlignment(Qt::AlignCenter);
    picture_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    picture_->setCursor(Qt::PointingHandCursor);
    picture_->setToolTip(tr("A click enlarges the picture"));
    picture_->installEventFilter(this);
    picture_->hide();
    auto* copy = new QPushButton(tr("&Copy"), this);
    copy->setObjectName("historyCopy");
    copy->setToolTip(tr("Copy the selected captions with their times, or all of them"));
    auto* save = new QPushButton(tr("E&xport…"), this);
    save->setObjectName("historyExport");
    save->setToolTip(tr("Write all captions of this session as a caption file, or with their pictures as a project"));
    auto* clearAll = new QPushButton(tr("Cle&ar"), this);
    clearAll->setObjectName("historyClear");

    copy_ = addListAction(tr("&Copy"), "historyCopyAction");
    copy_->setShortcut(QKeySequence::Copy);
    copy_->setShortcutContext(Qt::WidgetShortcut);
    enlarge_ = addListAction(tr("&Enlarge the picture"), "historyEnlarge");
    export_ = addListAction(tr("E&xport history…"), "historyExportAction");
    list_->setContextMenuPolicy(Qt::ActionsContextMenu);
    for (const int key : {Qt::Key_Return, Qt::Key_Enter}) {
        auto* enter = new QShortcut(QKeySequence(key), list_, nullptr, nullptr, Qt::WidgetShortcut);
        connect(enter, &QShortcut::activated, this, &HistoryPanel::enlarge);
    }
    auto* escape = new QShortcut(QKeySequence(Qt::Key_Escape), list_, nullptr, nullptr, Qt::WidgetShortcut);
    connect(escape, &QShortcut::activated, this, &HistoryPanel::followAgain);

    connect(search_, &QLineEdit::textChanged, this, &HistoryPanel::search);
    connect(copy_, &QAction::triggered, this, [this] { QApplication::clipboard()->setText(text()); });
    connect(copy, &QPushButton::clicked, copy_, &QAction::trigger);
    connect(enlarge_, &QAction::triggered, this, &HistoryPanel::enlarge);
    connect(export_, &QAction::triggered, this, &HistoryPanel::exportEntries);
    connect(save, &QPushButton::clicked, export_, &QAction::trigger);
    connect(clearAll, &QPushButton::clicked, this, [this] { emit clearWanted(store_->count()); });
    connect(list_, &QTableView::doubleClicked, this, &HistoryPanel::enlarge);
    connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &HistoryPanel::showPicture);
    // Only people move the bar without its range changing.
    connect(list_->verticalScrollBar(), &QScrollBar::valueChanged, this,
            [this](int value) { follows_ = value == list_->verticalScrollBar()->maximum(); });
    connect(list_->verticalScrollBar(), &QScrollBar::rangeChanged, this, &HistoryPanel::follow);

    auto* buttons = new FlowLayout;
    buttons->addWidget(copy);
    buttons->addWidget(save);
    buttons->addWidget(clearAll);
    needEntries_ = {copy, save, clearAll};
    showWhatIsPossible();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 6, 6, 6);
    column->addWidget(search_);
    column->addWidget(list_, 1);
    column->addWidget(picture_);
    column->addLayout(buttons);
}

HistoryPanel::~HistoryPanel() { run_.abandon(); }

QAction* HistoryPanel::addListAction(const QString& text, const char* name) {
    auto* action = new QAction(text, this);
    action->setObjectName(name);
    list_->addAction(action);
    return action;
}

void HistoryPanel::add(const HistoryEntry& entry, const QImage& picture) {
    const auto added = store_->add(entry, picture);
    if (!added) {
        if (!std::exchange(failed_, true)) {
            emit warned(errorText(added.error()));
        }
        return;
    }
    failed_ = false;
    showWhatIsPossible();
    const bool follows = follows_;  // the bar may report before its range is known
    model_->takeNew();
    follows_ = follows;
    follow();
}

void HistoryPanel::follow() {
    if (follows_) {
        list_->scrollToBottom();
        follows_ = true;
    }
}

void HistoryPanel::followAgain() {
    list_->clearSelection();
    follows_ = true;
    follow();
}

void HistoryPanel::search() {
    const bool follows = follows_ || search_->text().isEmpty();  // what was found is looked for no longer
    model_->setSearch(search_->text().trimmed());
    follows_ = follows;
    follow();
    showPicture();
}

void HistoryPanel::clear() {
    store_->letGo();
    takeUp(std::make_shared<HistoryStore>(folder_));  // an export goes on with the old one
}

void HistoryPanel::takeUp(std::shared_ptr<HistoryStore> store) {
    store_ = std::move(store);
    model_->setStore(store_);
    failed_ = false;
    follows_ = true;
    showPicture();
    showWhatIsPossible();
}

void HistoryPanel::showWhatIsPossible() {
    const bool any = store_->count() > 0;
    for (QWidget* button : needEntries_) {
        button->setEnabled(any);
    }
    copy_->setEnabled(any);
    export_->setEnabled(any);
}

int HistoryPanel::current() const {
    const QModelIndex index = list_->selectionModel()->currentIndex();
    return index.isValid() && list_->selectionModel()->isSelected(index) ? model_->entryOf(index.row()) : -1;
}

void HistoryPanel::showPicture() {
    const int entry = current();
    const QImage picture = entry < 0 ? QImage() : store_->picture(entry);
    enlarge_->setEnabled(!picture.isNull());
    picture_->setVisible(!picture.isNull());
    if (picture.isNull()) {
        picture_->clear();
        return;
    }
    follows_ = false;  // the list stands while something of it is looked at
    picture_->setAccessibleName(store_->entry(entry).caption);
    const double ratio = devicePixelRatioF();
    const QSize room(std::max(1, width() - 12), std::max(kLeastPicture, height() / kPictureShare));
    const QSize size = picture.size().scaled(room, Qt::KeepAspectRatio);
    QPixmap pixels = QPixmap::fromImage(picture.scaled(size * ratio, Qt::KeepAspectRatio, Qt::SmoothTransformation));
    pixels.setDevicePixelRatio(ratio);
    picture_->setPixmap(pixels);
    picture_->setFixedHeight(size.height());
}

void HistoryPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (picture_->isVisible()) {
        showPicture();
    }
    follow();
}

// The picture comes up under the pointer, so the second click of two may be on it.
bool HistoryPanel::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::MouseButtonDblClick) {
        enlarge();
        return true;
    }
    return QWidget::eventFilter(watched, event);
}

void HistoryPanel::enlarge() {
    const int entry = current();
    const QImage picture = entry < 0 ? QImage() : store_->picture(entry);
    if (!picture.isNull()) {
        const HistoryEntry what = store_->entry(entry);
        auto* dialog = new PictureDialog(
            picture, QStringLiteral("%1\n%2").arg(what.caption, what.time.toString(QStringLiteral("hh:mm:ss"))), this);
        dialog->show();
    }
}

void HistoryPanel::exportEntries() {
    if (store_->count() == 0) {
        emit told(tr("There are no captions to export yet."));
        return;
    }
    if (run_.running()) {
        emit told(tr("An export is under way."));
        return;
    }
    QString filter;
    const QString suggestion = store_->entry(0).time.toString(QStringLiteral("'captions'-yyyyMMdd-hhmmss'.srt'"));
    const QString chosen = chooseSave_(window(), tr("Export history"), suggestion, historyFilters(), filter);
    if (chosen.isEmpty()) {
        return;
    }
    const QString path = withEnding(chosen, filter);
    run_.start("export", [this, path, title = title_, store = store_, exported = store_->count(),
                          now = std::chrono::steady_clock::now()](const std::stop_token& stop,
                                                                  const BackgroundRun::Teller& teller) {
        const auto outcome = exportHistory(*store, now, title, path.toStdString(), {}, stop);
        teller.end([this, path, outcome, store, exported] {
            if (outcome) {
                if (store->count() == exported) {
                    store->letGo();
                }
                emit told(tr("Exported to %1").arg(path));
            } else {
                logger("ui")->error("{} {}", outcome.error().message, outcome.error().detail);
                emit told({});
                emit warned(errorText(outcome.error()));
            }
        });
    });
    emit told(tr("Exporting to %1…").arg(path));
}

QString HistoryPanel::text() const {
    QStringList lines;
    const QModelIndexList chosen = list_->selectionModel()->selectedRows();
    const auto addRow = [&](int row) {
        const HistoryEntry entry = store_->entry(model_->entryOf(row));
        lines << QStringLiteral("%1  %2").arg(entry.time.toString(QStringLiteral("yyyy-MM-dd hh:mm:ss")),
                                              entry.caption);
    };
    if (chosen.isEmpty()) {
        for (int row = 0; row < model_->rowCount(); ++row) {
            addRow(row);
        }
    } else {
        std::vector<int> rows;
        for (const QModelIndex& index : chosen) {
            rows.push_back(index.row());
        }
        std::ranges::sort(rows);
        std::ranges::for_each(rows, addRow);
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace sightline
