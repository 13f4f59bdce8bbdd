#include "ui/live/source_bar.h"

#include <cmath>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include "core/base/secrets.h"
#include "ui/player/flow_layout.h"

namespace sightline {
namespace {

constexpr auto kTellInterval = std::chrono::milliseconds(200);
constexpr int kStatusWidth = 200;              // at least; longer texts wrap
const QString kFile = QStringLiteral("file");  // the entry that asks for a name

}  // namespace

SourceBar::SourceBar(ListCameras listCameras, ChooseFile chooseFile, QWidget* parent)
    : QWidget(parent), listCameras_(std::move(listCameras)), chooseFile_(std::move(chooseFile)),
      box_(new QComboBox(this)), status_(new QLabel(this)) {
    box_->setObjectName("source");
    box_->setAccessibleName(tr("Source"));
    box_->setToolTip(tr("A camera, the screen, a file, or the address of a stream such as rtsp://camera/live"));
    box_->setEditable(true);
    box_->setInsertPolicy(QComboBox::NoInsert);
    box_->setMinimumContentsLength(16);
    box_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    box_->lineEdit()->setPlaceholderText(tr("Camera, rtsp:// or http:// address, screen: or file"));
    auto* start = new QPushButton(tr("&Start"), this);
    start->setObjectName("startSource");
    start->setToolTip(tr("Watch this source"));
    auto* again = new QPushButton(tr("&Look again"), this);
    again->setObjectName("listSources");
    again->setToolTip(tr("Look for cameras that were plugged in"));
    status_->setObjectName("sourceStatus");
    status_->setAccessibleName(tr("State of the source"));
    status_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    status_->setWordWrap(true);
    auto* row = new FlowLayout(this);
    row->setContentsMargins(6, 4, 6, 4);
    row->addWidget(box_);
    row->addWidget(start);
    row->addWidget(again);
    status_->setMinimumWidth(kStatusWidth);
    status_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    row->addWidget(status_);
    connect(box_, &QComboBox::activated, this, &SourceBar::take);
    connect(box_->lineEdit(), &QLineEdit::returnPressed, this, [this] { emit chosen(address()); });
    connect(start, &QPushButton::clicked, this, [this] { emit chosen(address()); });
    connect(again, &QPushButton::clicked, this, &SourceBar::listSources);
    connect(&timer_, &QTimer::timeout, this, &SourceBar::tell);
    timer_.start(kTellInterval);
    listSources();
}

void SourceBar::listSources() {
    const QString before = address();
    box_->clear();
    for (const Camera& camera : listCameras_()) {
        QString text = QString::fromStdString(camera.name);
        if (camera.forbidden) {
            text = tr("%1 (no permission)").arg(text);
        } else if (camera.busy) {
            text = tr("%1 (in use)").arg(text);
        }
        box_->addItem(text, QString::fromStdString("camera:" + camera.address));
    }
    box_->addItem(tr("Screen"), QStringLiteral("screen:"));
    box_->addItem(tr("File…"), kFile);
    setAddress(before);
}

void SourceBar::take(int index) {
    if (box_->itemData(index).toString() == kFile) {
        const QString file = chooseFile_(window());
        if (file.isEmpty()) {
            return;
        }
        setAddress(file);
    }
    emit chosen(address());
}

QString SourceBar::address() const {
    const int index = box_->currentIndex();
    const QString text = box_->currentText().trimmed();
    if (!hidden_.isEmpty() && text == shown_) {
        return hidden_;
    }
    const bool picked = index >= 0 && box_->itemText(index) == text;
    const QString known = picked ? box_->itemData(index).toString() : QString();
    return known.isEmpty() || known == kFile ? (known == kFile ? QString() : text) : known;
}

void SourceBar::setAddress(const QString& address) {
    const int known = box_->findData(address);
    box_->setCurrentIndex(address == kFile ? -1 : known);
    hidden_ = shown_ = {};
    if (known < 0) {
        hidden_ = address;
        shown_ = QString::fromStdString(withoutSecrets(address.toStdString())).trimmed();
        box_->setEditText(shown_);
    }
}

void SourceBar::watch(std::shared_ptr<SourceHealth> health) {
    health_ = std::move(health);
    tell();
}

void SourceBar::tell() {
    QString text;
    if (health_) {
        const SourceStatus status = health_->status();
        const QString problem = status.problem ? QString::fromStdString(status.problem->message) : QString();
        switch (status.state) {
            case SourceState::Connecting: text = problem.isEmpty() ? tr("Connecting…") : tr("Connecting again…"); break;
            case SourceState::Live:
                text = status.description.frameRate > 0
                           ? tr("%1 × %2, %3 fps")
                                 .arg(status.description.width)
                                 .arg(status.description.height)
                                 .arg(status.description.frameRate, 0, 'f', 0)
                           : tr("%1 × %2").arg(status.description.width).arg(status.description.height);
                break;
            case SourceState::Waiting: {
                const auto left = status.nextAttempt - std::chrono::steady_clock::now();
                text = tr("%1 Trying again in %2 s.").arg(problem).arg(std::max(0.0, std::ceil(toSeconds(left))));
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
    }
}

void SourceBar::tellProblem(const QString& problem) {
    if (problem != problem_) {
        problem_ = problem;
        emit problemChanged(problem);
    }
}

}  // namespace sightline
