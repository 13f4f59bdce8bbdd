#include "ui/preferences_dialog.h"

#include <algorithm>
#include <thread>

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QVBoxLayout>

#include "ui/appearance.h"
#include "ui/live/remembered_sources.h"
#include "ui/translations.h"
#include "ui/video/recent_files.h"
#include "ui/window_settings.h"

namespace sightline {
namespace {

constexpr int kFolderCharacters = 36;  // that are seen at least
constexpr const char* kFolder = "live/captureFolder";

QLabel* note(const QString& text, QWidget* parent) {
    auto* label = new QLabel(text, parent);
    label->setWordWrap(true);
    return label;
}

}  // namespace

PreferencesDialog::PreferencesDialog(PreferencesHooks hooks, QWidget* parent)
    : QDialog(parent), hooks_(std::move(hooks)), language_(new QComboBox(this)), appearance_(new QComboBox(this)),
      model_(new QComboBox(this)), threads_(new QSpinBox(this)), folder_(new QLineEdit(this)),
      remember_(new QCheckBox(tr("&Remember files and sources that were opened"), this)) {
    setObjectName("preferencesDialog");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Preferences"));
    auto* pages = new QTabWidget(this);
    pages->setObjectName("preferencesPages");
    pages->addTab(createGeneral(), tr("General"));
    pages->addTab(createCaptions(), tr("Captions"));
    pages->addTab(createPrivacy(), tr("Folders and privacy"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &PreferencesDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(pages, 1);
    column->addWidget(buttons);
}

QWidget* PreferencesDialog::createGeneral() {
    auto* page = new QWidget(this);
    auto* form = new QFormLayout(page);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    language_->setObjectName("preferLanguage");
    language_->addItem(tr("As the system"), QString());
    // Each in its own words, for those who cannot read the present one.
    language_->addItem(QStringLiteral("Deutsch"), QStringLiteral("de"));
    language_->addItem(QStringLiteral("English"), QStringLiteral("en"));
    language_->addItem(QStringLiteral("简体中文"), QStringLiteral("zh_CN"));
    language_->setCurrentIndex(std::max(0, language_->findData(windowLanguage())));
    appearance_->setObjectName("preferAppearance");
    appearance_->addItem(tr("As the system"), static_cast<int>(Appearance::System));
    appearance_->addItem(tr("Light"), static_cast<int>(Appearance::Light));
    appearance_->addItem(tr("Dark"), static_cast<int>(Appearance::Dark));
    appearance_->setCurrentIndex(appearance_->findData(static_cast<int>(chosenAppearance())));
    form->addRow(tr("&Language of the window"), language_);
    form->addRow(note(tr("Takes effect at the next start. Captions are in English whatever the window speaks."), page));
    form->addRow(tr("&Appearance"), appearance_);
    return page;
}

QWidget* PreferencesDialog::createCaptions() {
    auto* page = new QWidget(this);
    auto* form = new QFormLayout(page);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    model_->setObjectName("preferModel");
    threads_->setObjectName("preferThreads");
    threads_->setRange(1, std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
    const bool known = static_cast<bool>(hooks_.cpu.current);
    if (known) {
        const CpuSettings now = hooks_.cpu.current();
        for (const ModelEntry& model : hooks_.models) {
            QString title = model.title;
            model_->addItem(title.remove(QLatin1Char('&')), QString::fromStdString(model.path.string()));
        }
        const QString path = QString::fromStdString(now.model.string());
        if (model_->findData(path) < 0) {
            model_->addItem(QFileInfo(path).fileName(), path);
        }
        model_->setCurrentIndex(model_->findData(path));
        threads_->setValue(now.threads);
    }
    model_->setEnabled(known);
    threads_->setEnabled(known);
    form->addRow(tr("&Model"), model_);
    form->addRow(tr("CPU &threads"), threads_);
    form->addRow(note(tr("The thread lab measures how many threads are best here."), page));
    return page;
}

QWidget* PreferencesDialog::createPrivacy() {
    auto* page = new QWidget(this);
    auto* form = new QFormLayout(page);
    form->setRowWrapPolicy(QFormLayout::WrapLongRows);
    auto* row = new QWidget(page);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    folder_->setObjectName("preferFolder");
    folder_->setAccessibleName(tr("Folder of recordings and snapshots"));
    folder_->setText(hooks_.settings ? hooks_.settings->value(kFolder, hooks_.captureFolder).toString()
                                     : hooks_.captureFolder);
    folder_->setMinimumWidth(folder_->fontMetrics().averageCharWidth() * kFolderCharacters);
    folder_->setEnabled(hooks_.settings != nullptr);
    auto* choose = new QPushButton(tr("&Choose…"), row);
    choose->setObjectName("preferChooseFolder");
    choose->setEnabled(hooks_.settings && hooks_.chooseFolder);
    connect(choose, &QPushButton::clicked, this, [this] {
        if (const QString chosen = hooks_.chooseFolder(this, folder_->text()); !chosen.isEmpty()) {
            folder_->setText(chosen);
        }
    });
    line->addWidget(folder_, 1);
    line->addWidget(choose);
    remember_->setObjectName("preferRemember");
    remember_->setChecked(remembersOpened());
    auto* forget = new QPushButton(tr("&Forget them now"), page);
    forget->setObjectName("preferForget");
    connect(forget, &QPushButton::clicked, this, [this, forget] {
        RecentFiles::forget();
        if (hooks_.settings) {
            RememberedSources::forget(*hooks_.settings);
        }
        forget->setEnabled(false);
    });
    form->addRow(tr("&Recordings and snapshots"), row);
    form->addRow(remember_);
    form->addRow(forget);
    form->addRow(
        note(tr("Captions are made on this machine. Pictures and captions leave it only while you switch the feed "
                "on or let an alert's command send them."),
             page));
    return page;
}

void PreferencesDialog::accept() {
    if (windowLanguage() != language_->currentData().toString()) {
        setWindowLanguage(language_->currentData().toString());
        emit told(tr("The language changes at the next start."));
    }
    const auto appearance = static_cast<Appearance>(appearance_->currentData().toInt());
    if (appearance != chosenAppearance()) {
        chooseAppearance(appearance);
    }
    if (hooks_.cpu.current) {
        CpuSettings wanted = hooks_.cpu.current();
        wanted.threads = threads_->value();
        wanted.model = model_->currentData().toString().toStdString();
        if (wanted != hooks_.cpu.current()) {
            hooks_.cpu.apply(wanted);
        }
    }
    if (hooks_.settings) {
        const QString folder = folder_->text().trimmed();
        if (folder.isEmpty() || folder == hooks_.captureFolder) {
            hooks_.settings->remove(kFolder);
        } else {
            hooks_.settings->setValue(kFolder, folder);
        }
    }
    setRemembersOpened(remember_->isChecked());
    if (!remember_->isChecked()) {
        RecentFiles::forget();
        if (hooks_.settings) {
            RememberedSources::forget(*hooks_.settings);
        }
    }
    QDialog::accept();
}

}  // namespace sightline
