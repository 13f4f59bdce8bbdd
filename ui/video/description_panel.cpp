#include "ui/video/description_panel.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QSignalBlocker>
#include <QToolButton>

#include "ui/player/flow_layout.h"
#include "ui/video/description_planner.h"

namespace sightline {
namespace {

constexpr int kProgressSteps = 1000;
constexpr int kVoiceCharacters = 26;
constexpr int kStateCharacters = 34;
constexpr auto kLate = std::chrono::milliseconds(400);

MediaTime timeOf(const QDoubleSpinBox* box) {
    return std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>(box->value()));
}

}  // namespace

DescriptionPanel::DescriptionPanel(DescriptionPlanner* planner, QWidget* parent)
    : QWidget(parent), planner_(planner), voice_(new QComboBox(this)), state_(new QLabel(this)),
      progress_(new QProgressBar(this)), button_(new QToolButton(this)) {
    setObjectName("descriptionPanel");
    auto* row = new FlowLayout(this);
    row->setContentsMargins(8, 4, 8, 4);
    voice_->setObjectName("descriptionVoice");
    voice_->setEditable(true);
    voice_->setInsertPolicy(QComboBox::NoInsert);
    voice_->setMinimumContentsLength(kVoiceCharacters);
    voice_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    voice_->lineEdit()->setPlaceholderText(tr("built in, in the captions’ language"));
    voice_->setToolTip(
        tr("Empty or espeak:VOICE is the built-in voice; command:PROGRAM … {output} is a program that "
           "reads the text on its standard input and writes a sound file"));
    voice_->addItems({QString(), QStringLiteral("espeak:en-us"), QStringLiteral("espeak:en-gb"),
                      QStringLiteral("espeak:de"), QStringLiteral("espeak:fr"), QStringLiteral("espeak:es"),
                      QStringLiteral("espeak:cmn"),
                      QStringLiteral("command:piper --model MODEL.onnx --output_file {output}")});
    addToRow(tr("Voice"), voice_);
    fastest_ = addNumber(tr("Fastest"), "descriptionFastest", tr(" ×"),
                         tr("How many times faster the voice may become where there is little room"));
    fastest_->setRange(1.0, 2.0);
    fastest_->setDecimals(2);
    fastest_->setSingleStep(0.05);
    ducking_ = addNumber(tr("Ducking"), "descriptionDucking", tr(" dB"),
                         tr("How much softer the sound of the video is while the voice speaks"));
    ducking_->setRange(0.0, 60.0);
    gap_ = addNumber(tr("Least gap"), "descriptionGap", tr(" s"), tr("The shortest pause between speech that is used"));
    head_ = addNumber(tr("After speech"), "descriptionHead", tr(" s"), tr("What stays free after speech"));
    tail_ = addNumber(tr("Before speech"), "descriptionTail", tr(" s"), tr("What stays free before speech"));
    for (QDoubleSpinBox* box : {gap_, head_, tail_}) {
        box->setRange(0.0, 60.0);
        box->setDecimals(2);
        box->setSingleStep(0.1);
    }
    gap_->setSingleStep(0.5);
    state_->setObjectName("descriptionState");
    state_->setWordWrap(true);
    state_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    state_->setMinimumWidth(state_->fontMetrics().averageCharWidth() * kStateCharacters);
    state_->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    progress_->setObjectName("descriptionProgress");
    progress_->setAccessibleName(tr("Progress of the audio description"));
    progress_->setTextVisible(false);
    progress_->setMaximumWidth(160);
    button_->setObjectName("descriptionButton");
    for (QWidget* widget :
         {static_cast<QWidget*>(state_), static_cast<QWidget*>(progress_), static_cast<QWidget*>(button_)}) {
        row->addWidget(widget);
    }
    showSettings();
    for (QDoubleSpinBox* box : {fastest_, ducking_, gap_, head_, tail_}) {
        connect(box, &QDoubleSpinBox::valueChanged, this, &DescriptionPanel::choose);
    }
    connect(voice_->lineEdit(), &QLineEdit::editingFinished, this, &DescriptionPanel::choose);
    connect(voice_, &QComboBox::activated, this, &DescriptionPanel::choose);
    connect(button_, &QToolButton::clicked, this, [this] {
        const auto stage = planner_->stage();
        const bool ended = stage == DescriptionPlanner::Stage::Failed || stage == DescriptionPlanner::Stage::Stopped;
        ended ? planner_->tryAgain() : planner_->cancel();
    });
    connect(planner_, &DescriptionPlanner::settingsChanged, this, &DescriptionPanel::showSettings);
    connect(planner_, &DescriptionPlanner::stateChanged, this, &DescriptionPanel::showState);
    connect(planner_, &DescriptionPlanner::changed, this, &DescriptionPanel::showState);
    late_.setSingleShot(true);
    late_.setInterval(kLate);
    connect(&late_, &QTimer::timeout, this, &DescriptionPanel::showStateNow);
    showStateNow();
}

void DescriptionPanel::addToRow(const QString& title, QWidget* field) {
    auto* pair = new QWidget(this);
    auto* row = new QHBoxLayout(pair);
    row->setContentsMargins(0, 0, 0, 0);
    auto* label = new QLabel(title, pair);
    label->setBuddy(field);
    field->setAccessibleName(title);
    row->addWidget(label);
    row->addWidget(field);
    layout()->addWidget(pair);
}

QDoubleSpinBox* DescriptionPanel::addNumber(const QString& title, const char* name, const QString& suffix,
                                            const QString& help) {
    auto* box = new QDoubleSpinBox(this);
    box->setObjectName(name);
    box->setSuffix(suffix);
    box->setDecimals(1);
    box->setKeyboardTracking(false);
    box->setToolTip(help);
    addToRow(title, box);
    return box;
}

void DescriptionPanel::showSettings() {
    const DescriptionSettings& settings = planner_->settings();
    const auto show = [](QDoubleSpinBox* box, double value) {
        const QSignalBlocker blocker(box);
        box->setValue(value);
    };
    {
        const QSignalBlocker blocker(voice_);
        voice_->setEditText(QString::fromStdString(settings.voice));
    }
    show(fastest_, settings.fastest);
    show(ducking_, settings.ducking);
    show(gap_, toSeconds(settings.leastGap));
    show(head_, toSeconds(settings.headMargin));
    show(tail_, toSeconds(settings.tailMargin));
}

void DescriptionPanel::choose() {
    DescriptionSettings settings = planner_->settings();
    settings.voice = voice_->currentText().trimmed().toStdString();
    settings.fastest = fastest_->value();
    settings.ducking = ducking_->value();
    settings.leastGap = timeOf(gap_);
    settings.headMargin = timeOf(head_);
    settings.tailMargin = timeOf(tail_);
    planner_->setSettings(settings);
}

void DescriptionPanel::showState() {
    using Stage = DescriptionPlanner::Stage;
    const Stage stage = planner_->stage();
    if ((stage == Stage::Searching || stage == Stage::Speaking) && progress_->isHidden()) {
        if (!late_.isActive()) {
            late_.start();
        }
        return;
    }
    late_.stop();
    showStateNow();
}

void DescriptionPanel::showStateNow() {
    using Stage = DescriptionPlanner::Stage;
    const Stage stage = planner_->stage();
    const bool runs = stage == Stage::Searching || stage == Stage::Speaking;
    QString text;
    switch (stage) {
        case Stage::Off: break;
        case Stage::Searching: text = tr("Looking for speech…"); break;
        case Stage::Stopped: text = tr("Cancelled: which captions fit is not known."); break;
        case Stage::Speaking: text = tr("Speaking the captions to measure them…"); break;
        case Stage::Failed: text = QStringLiteral("⚠ ") + planner_->failure(); break;
        case Stage::Ready:
            text = tr("%1 of %2 captions are said.").arg(planner_->saidCount()).arg(planner_->cueCount());
            if (!planner_->hasSound()) {
                text += " " + tr("The video has no sound, so nobody speaks in it.");
            } else if (planner_->speech() && planner_->speech()->empty()) {
                text += " " + tr("Nobody speaks in the video.");
            }
    }
    if (text != state_->text()) {
        state_->setText(text);
        updateGeometry();
    }
    progress_->setVisible(runs);
    progress_->setRange(0, planner_->progress() > 0.0 ? kProgressSteps : 0);
    progress_->setValue(static_cast<int>(planner_->progress() * kProgressSteps));
    button_->setVisible(runs || stage == Stage::Failed || stage == Stage::Stopped);
    button_->setText(runs ? tr("Cancel") : tr("Try again"));
}

}  // namespace sightline
