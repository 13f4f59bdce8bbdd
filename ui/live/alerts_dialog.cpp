#include "ui/live/alerts_dialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "ui/error_text.h"
#include "ui/live/alert_command.h"
#include "ui/window_place.h"

namespace sightline {
namespace {

constexpr int kMostSeconds = 24 * 3600;
constexpr QSize kFirstSize(760, 420);

}  // namespace

AlertsDialog::AlertsDialog(std::vector<AlertRule> rules, Save save, QWidget* parent)
    : QDialog(parent), save_(std::move(save)), rules_(std::move(rules)), list_(new QListWidget(this)),
      remove_(new QPushButton(tr("&Remove"), this)), form_(createForm()), problem_(new QLabel(this)) {
    setObjectName("alertsDialog");
    setWindowTitle(tr("Alerts"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(sizeOnScreen(*this, kFirstSize));
    list_->setObjectName("alertList");
    list_->setAccessibleName(tr("Alerts; those with a check mark are on"));
    remove_->setObjectName("alertRemove");
    problem_->setObjectName("alertProblem");
    problem_->setWordWrap(true);
    auto* addOne = new QPushButton(tr("&Add"), this);
    addOne->setObjectName("alertAdd");
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);

    auto* changes = new QHBoxLayout;
    changes->addWidget(addOne);
    changes->addWidget(remove_);
    auto* left = new QVBoxLayout;
    left->addWidget(list_, 1);
    left->addLayout(changes);
    auto* row = new QHBoxLayout;
    row->addLayout(left, 1);
    row->addWidget(form_, 2);
    auto* column = new QVBoxLayout(this);
    column->addLayout(row, 1);
    column->addWidget(problem_);
    column->addWidget(buttons);

    for (int i = 0; i < static_cast<int>(rules_.size()); ++i) {
        list_->addItem(new QListWidgetItem);
        listRule(i);
    }
    connect(addOne, &QPushButton::clicked, this, &AlertsDialog::add);
    connect(remove_, &QPushButton::clicked, this, &AlertsDialog::remove);
    connect(list_, &QListWidget::currentRowChanged, this, &AlertsDialog::showRule);
    connect(list_, &QListWidget::itemChanged, this, [this](const QListWidgetItem* item) {
        rules_[static_cast<std::size_t>(list_->row(item))].enabled = item->checkState() == Qt::Checked;
    });
    connect(buttons, &QDialogButtonBox::accepted, this, &AlertsDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    list_->setCurrentRow(rules_.empty() ? -1 : 0);
    showRule(list_->currentRow());
}

QWidget* AlertsDialog::createForm() {
    auto* form = new QWidget(this);
    const auto named = [](auto* widget, const char* name, const QString& accessible) {
        widget->setObjectName(name);
        widget->setAccessibleName(accessible);
        return widget;
    };
    name_ = named(new QLineEdit(form), "alertName", tr("Name of the alert"));
    kind_ = named(new QComboBox(form), "alertKind", tr("What to look for"));
    kind_->addItems({tr("Words or phrases, separated by commas"), tr("Regular expression")});
    pattern_ = named(new QLineEdit(form), "alertPattern", tr("Words or expression"));
    pattern_->setPlaceholderText(tr("dog, red car"));
    notify_ = named(new QCheckBox(tr("&Notification"), form), "alertNotify", tr("Notification"));
    sound_ = named(new QCheckBox(tr("&Sound"), form), "alertSound", tr("Sound"));
    snapshot_ =
        named(new QCheckBox(tr("S&napshot into the folder of recordings"), form), "alertSnapshot", tr("Snapshot"));
    command_ = named(new QLineEdit(form), "alertCommand", tr("Command"));
    command_->setPlaceholderText(tr("program \"{caption}\" {time}"));
    auto* warning = new QLabel(tr("The command runs with your rights each time, for %1 s at most and without a shell. "
                                  "{caption} and {time} are filled in.")
                                   .arg(kAlertPatience.count()),
                               form);
    warning->setWordWrap(true);
    interval_ = named(new QSpinBox(form), "alertInterval", tr("Least time between alerts"));
    interval_->setRange(0, kMostSeconds);
    interval_->setSuffix(tr(" s"));
    auto* rows = new QFormLayout(form);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->addRow(tr("Name"), name_);
    rows->addRow(tr("Look for"), kind_);
    rows->addRow(QString(), pattern_);
    rows->addRow(tr("Then"), notify_);
    rows->addRow(QString(), sound_);
    rows->addRow(QString(), snapshot_);
    rows->addRow(tr("Run"), command_);
    rows->addRow(QString(), warning);
    rows->addRow(tr("Not again for"), interval_);
    for (QLineEdit* edit : {name_, pattern_, command_}) {
        connect(edit, &QLineEdit::textEdited, this, &AlertsDialog::takeRule);
    }
    for (QCheckBox* box : {notify_, sound_, snapshot_}) {
        connect(box, &QCheckBox::toggled, this, &AlertsDialog::takeRule);
    }
    connect(kind_, &QComboBox::currentIndexChanged, this, &AlertsDialog::takeRule);
    connect(interval_, &QSpinBox::valueChanged, this, &AlertsDialog::takeRule);
    return form;
}

void AlertsDialog::add() {
    rules_.emplace_back();
    list_->addItem(new QListWidgetItem);
    listRule(list_->count() - 1);
    list_->setCurrentRow(list_->count() - 1);
    pattern_->setFocus();
}

void AlertsDialog::remove() {
    const int row = list_->currentRow();
    if (row < 0) {
        return;
    }
    rules_.erase(rules_.begin() + row);  // first: taking the item shows another rule
    const QSignalBlocker quiet(list_);
    delete list_->takeItem(row);
    showRule(list_->currentRow());
}

void AlertsDialog::listRule(int row) {
    const AlertRule& rule = rules_[static_cast<std::size_t>(row)];
    const QSignalBlocker quiet(list_);
    QListWidgetItem* item = list_->item(row);
    const std::string& text = rule.name.empty() ? rule.pattern : rule.name;
    item->setText(text.empty() ? tr("New alert") : QString::fromStdString(text));
    item->setFlags(item->flags() | Qt::ItemIsUserCheckable);
    item->setCheckState(rule.enabled ? Qt::Checked : Qt::Unchecked);
}

void AlertsDialog::showRule(int row) {
    form_->setEnabled(row >= 0);
    remove_->setEnabled(row >= 0);
    const AlertRule rule = row >= 0 ? rules_[static_cast<std::size_t>(row)] : AlertRule();
    showing_ = true;
    name_->setText(QString::fromStdString(rule.name));
    kind_->setCurrentIndex(rule.isExpression ? 1 : 0);
    pattern_->setText(QString::fromStdString(rule.pattern));
    notify_->setChecked(rule.notifies);
    sound_->setChecked(rule.sounds);
    snapshot_->setChecked(rule.snapshot);
    command_->setText(QString::fromStdString(rule.command));
    interval_->setValue(static_cast<int>(rule.interval.count()));
    showing_ = false;
}

void AlertsDialog::takeRule() {
    const int row = list_->currentRow();
    if (showing_ || row < 0) {
        return;
    }
    AlertRule& rule = rules_[static_cast<std::size_t>(row)];
    rule.name = name_->text().trimmed().toStdString();
    rule.isExpression = kind_->currentIndex() == 1;
    rule.pattern = pattern_->text().toStdString();
    rule.notifies = notify_->isChecked();
    rule.sounds = sound_->isChecked();
    rule.snapshot = snapshot_->isChecked();
    rule.command = command_->text().trimmed().toStdString();
    rule.interval = std::chrono::seconds(interval_->value());
    listRule(row);
}

void AlertsDialog::accept() {
    if (const auto saved = save_(rules_); !saved) {
        problem_->setText(errorText(saved.error()));
        return;
    }
    QDialog::accept();
}

}  // namespace sightline
