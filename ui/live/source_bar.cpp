#include "ui/live/source_bar.h"

#include <algorithm>
#include <cmath>

#include <QComboBox>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPointer>
#include <QPushButton>
#include <QToolButton>

#include "core/base/secrets.h"
#include "ui/error_text.h"
#include "ui/player/flow_layout.h"
#include "ui/player/number_text.h"

namespace sightline {
namespace {

constexpr auto kTellInterval = std::chrono::milliseconds(200);
constexpr int kBoxCharacters = 26;
constexpr int kStatusWidth = 200;  // at least; longer texts wrap
// Entries that ask first.
const QString kFile = QStringLiteral("file");
const QString kArea = QStringLiteral("area");
const QString kWindow = QStringLiteral("window");

bool asks(const QString& entry) { return entry == kFile || entry == kArea || entry == kWindow; }

QString withoutPassword(const QString& address) {
    return QString::fromStdString(withoutSecrets(address.toStdString())).trimmed();
}

// Of the window with that address; empty where it is none, or is gone.
QString titleOf(const QString& address) {
    if (!ScreenWindow::isAddress(address)) {
        return {};
    }
    const auto windows = listX11Windows();
    const auto window = std::ranges::find(windows, address, &ScreenWindow::address);
    return window == windows.end() ? QString() : window->title;
}

// As people know it.
QString nameFor(const QString& address) {
    if (const QString title = titleOf(address); !title.isEmpty()) {
        return title;
    }
    const bool isFile = address.startsWith(QLatin1Char('/')) && !address.startsWith(QLatin1String("/dev/"));
    return isFile ? QFileInfo(address).fileName() : withoutPassword(address);
}

}  // namespace

SourceBar::SourceBar(Hooks hooks, QWidget* parent)
    : QWidget(parent), hooks_(std::move(hooks)), remembered_(hooks_.settings), box_(new QComboBox(this)),
      start_(new QPushButton(tr("&Start"), this)), stop_(new QPushButton(tr("S&top"), this)),
      status_(new QLabel(this)) {
    box_->setObjectName("source");
    box_->setAccessibleName(tr("Source"));
    box_->setToolTip(tr("A camera, the screen, a file, or the address of a stream such as rtsp://camera/live"));
    box_->setEditable(true);
    box_->setInsertPolicy(QComboBox::NoInsert);
    box_->setMinimumContentsLength(kBoxCharacters);
    box_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box_->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);  // the buttons stay where they are
    box_->lineEdit()->setPlaceholderText(tr("Camera, rtsp:// or http:// address, screen: or file"));
    start_->setObjectName("startSource");
    start_->setToolTip(tr("Watch this source"));
    stop_->setObjectName("stopSource");
    stop_->setToolTip(tr("Watch it no longer; the history stays"));
    auto* more = new QToolButton(this);
    more->setObjectName("moreSources");
    more->setText(tr("More"));
    more->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(more);
    more->setMenu(menu);
    connect(addMore(menu, tr("&Look for cameras again"), "listSources"), &QAction::triggered, this,
            &SourceBar::lookForCameras);
    menu->addSeparator();
    for (const auto& [part, text, name] : {std::tuple(ScreenPart::Area, tr("Pick an &area of the screen…"), "pickArea"),
                                           std::tuple(ScreenPart::Window, tr("Pick a &window…"), "pickWindow")}) {
        QAction* action = addMore(menu, text, name);
        action->setEnabled(static_cast<bool>(hooks_.pickScreen));
        connect(action, &QAction::triggered, this, [this, part = part] { pick(part); });
    }
    menu->addSeparator();
    name_ = addMore(menu, tr("Give this source a &name…"), "nameSource");
    connect(name_, &QAction::triggered, this, &SourceBar::nameSource);
    forget_ = addMore(menu, tr("&Forget recent sources"), "forgetSources");
    connect(forget_, &QAction::triggered, this, [this] {
        remembered_.clearRecent();
        listSources();
    });
    status_->setObjectName("sourceStatus");
    status_->setAccessibleName(tr("State of the source"));
    status_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    status_->setWordWrap(true);
    auto* row = new FlowLayout(this);
    row->setContentsMargins(6, 4, 6, 4);
    row->addWidget(box_);
    row->addWidget(start_);
    row->addWidget(stop_);
    row->addWidget(more);
    status_->setMinimumWidth(kStatusWidth);
    status_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    row->addWidget(status_);
    status_->hide();
    connect(box_, &QComboBox::activated, this, &SourceBar::take);
    connect(box_, &QComboBox::editTextChanged, this, &SourceBar::showButtons);
    connect(box_, &QComboBox::currentIndexChanged, this, &SourceBar::showButtons);
    connect(box_->lineEdit(), &QLineEdit::returnPressed, start_, &QPushButton::click);
    connect(start_, &QPushButton::clicked, this, [this] { emit chosen(address()); });
    connect(stop_, &QPushButton::clicked, this, &SourceBar::stopWanted);
    connect(&timer_, &QTimer::timeout, this, &SourceBar::tell);
    timer_.start(kTellInterval);
    lookForCameras();
}

QAction* SourceBar::addMore(QMenu* menu, const QString& text, const char* name) {
    QAction* action = menu->addAction(text);
    action->setObjectName(name);
    return action;
}

void SourceBar::lookForCameras() {
    cameras_ = hooks_.listCameras();
    listSources();
}

void SourceBar::listSources() {
    const QString before = address();
    box_->clear();
    const auto add = [this](const QString& text, const QString& address) {
        box_->addItem(text, address);
        box_->setItemData(box_->count() - 1, withoutPassword(address), Qt::ToolTipRole);
    };
    for (const NamedSource& source : remembered_.named()) {
        add(source.name, source.address);
    }
    for (const Camera& camera : cameras_) {
        QString text = QString::fromStdString(camera.name);
        if (camera.forbidden) {
            text = tr("%1 (no permission)").arg(text);
        } else if (camera.busy) {
            text = tr("%1 (in use)").arg(text);
        }
        add(text, QString::fromStdString("camera:" + camera.address));
    }
    add(tr("Screen"), QStringLiteral("screen:"));
    if (hooks_.pickScreen) {
        box_->addItem(tr("An area of the screen…"), kArea);
        box_->addItem(tr("A window…"), kWindow);
    }
    box_->addItem(tr("File…"), kFile);
    box_->insertSeparator(box_->count());
    for (const QString& recent : remembered_.recent()) {
        if (box_->findData(recent) < 0) {
            add(nameFor(recent), recent);
        }
    }
    if (box_->itemText(box_->count() - 1).isEmpty()) {
        box_->removeItem(box_->count() - 1);  // the line below which there is nothing
    }
    setAddress(before);
    showButtons();
}

void SourceBar::take(int index) {
    const QString entry = box_->itemData(index).toString();
    if (entry == kArea || entry == kWindow) {
        setAddress(running_);
        pick(entry == kArea ? ScreenPart::Area : ScreenPart::Window);
        return;
    }
    if (entry == kFile) {
        const QString file = hooks_.chooseFile(window());
        setAddress(file.isEmpty() ? running_ : file);
        if (file.isEmpty()) {
            return;
        }
    }
    emit chosen(address());
}

void SourceBar::pick(ScreenPart part) {
    if (hooks_.pickScreen) {
        hooks_.pickScreen(part, window(), [self = QPointer(this)](const QString& address) {
            if (self && !address.isEmpty()) {
                self->setAddress(address);
                emit self->chosen(address);
            }
        });
    }
}

void SourceBar::nameSource() {
    const QString of = address();
    if (const auto name = hooks_.askName(window(), remembered_.nameOf(of))) {
        remembered_.name(of, name->trimmed());
        listSources();
        setAddress(of);
    }
}

void SourceBar::remember(const QString& address) {
    remembered_.used(address);
    const QString now = this->address();
    listSources();
    setAddress(now);
}

QString SourceBar::nameOf(const QString& address) const {
    const QString name = remembered_.nameOf(address);
    return name.isEmpty() ? titleOf(address) : name;
}

QString SourceBar::address() const {
    const int index = box_->currentIndex();
    const QString text = box_->currentText().trimmed();
    if (!hidden_.isEmpty() && text == shown_) {
        return hidden_;
    }
    const bool picked = index >= 0 && box_->itemText(index) == text;
    const QString known = picked ? box_->itemData(index).toString() : QString();
    return asks(known) ? QString() : known.isEmpty() ? text : known;
}

void SourceBar::setAddress(const QString& address) {
    const int known = address.isEmpty() || asks(address) ? -1 : box_->findData(address);
    box_->setCurrentIndex(known);
    hidden_ = shown_ = {};
    if (known < 0) {
        hidden_ = address;
        shown_ = withoutPassword(address);
        box_->setEditText(asks(address) ? QString() : shown_);
    }
    showButtons();
}

void SourceBar::watch(std::shared_ptr<SourceHealth> health) {
    health_ = std::move(health);
    tell();
}

std::optional<SourceStatus> SourceBar::status() const {
    return health_ ? std::optional(health_->status()) : std::nullopt;
}

void SourceBar::setPlayState(PlayState state, const QString& address) {
    state_ = state;
    running_ = runs() ? address : QString();
    showButtons();
    tell();
}

void SourceBar::showButtons() {
    const QString chosen = address();
    start_->setEnabled(!chosen.isEmpty() && !(runs() && chosen == running_));
    stop_->setEnabled(runs());
    if (name_) {
        name_->setEnabled(!chosen.isEmpty());
        forget_->setEnabled(!remembered_.recent().isEmpty());
    }
}

void SourceBar::tell() {
    QString text;
    if (state_ == PlayState::Failed) {
        text = tr("Not watched: it failed");
    } else if (state_ == PlayState::Ended) {
        text = tr("Ended");
    } else if (state_ == PlayState::Paused) {
        text = tr("Paused");
    } else if (health_) {
        const SourceStatus status = health_->status();
        const QString problem = status.problem ? errorText(*status.problem) : QString();
        switch (status.state) {
            case SourceState::Connecting: text = problem.isEmpty() ? tr("Connecting…") : tr("Connecting again…"); break;
            case SourceState::Live:
                text = status.description.frameRate > 0
                           ? tr("%1 × %2, %3 fps")
                                 .arg(status.description.width)
                                 .arg(status.description.height)
                                 .arg(numberText(status.description.frameRate, 0))
                           : tr("%1 × %2").arg(status.description.width).arg(status.description.height);
                break;
            case SourceState::Waiting: {
                const auto left = status.nextAttempt - std::chrono::steady_clock::now();
                text = tr("Trying again in %1 s.").arg(std::max(0.0, std::ceil(toSeconds(left))));
                break;
            }
        }
        status_->setToolTip(problem);
        if (status.state == SourceState::Live) {
            tellProblem({});
        } else if (!problem.isEmpty()) {
            tellProblem(problem);
        }
    }
    if (!health_) {
        tellProblem({});
    }
    if (text != status_->text()) {
        status_->setText(text);
        status_->setVisible(!text.isEmpty());  // its line is the picture's while it says nothing
    }
}

void SourceBar::tellProblem(const QString& problem) {
    if (problem != problem_) {
        problem_ = problem;
        emit problemChanged(problem);
    }
}

}  // namespace sightline
