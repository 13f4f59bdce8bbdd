#include "ui/about_dialog.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/diagnostics.h"

namespace sightline {

AboutDialog::AboutDialog(const QString& model, std::function<QString()> diagnostics, QWidget* parent)
    : QDialog(parent) {
    setObjectName("aboutDialog");
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("About Sightline"));
    auto* title = new QLabel(QStringLiteral("<h2>Sightline</h2>"), this);
    auto* what =
        new QLabel(tr("Says, live and on an ordinary CPU, what a camera or a video shows. Captions are made on "
                      "this machine, and they are in English."),
                   this);
    what->setWordWrap(true);
    auto* versions = new QLabel((versionsText() + QLatin1Char('\n') + model).trimmed(), this);
    versions->setObjectName("versions");
    versions->setAccessibleName(tr("Versions"));
    versions->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* copy = buttons->addButton(tr("&Copy diagnostics"), QDialogButtonBox::ActionRole);
    copy->setObjectName("aboutCopy");
    connect(copy, &QPushButton::clicked, this,
            [diagnostics = std::move(diagnostics)] { QGuiApplication::clipboard()->setText(diagnostics()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(title);
    column->addWidget(what);
    column->addWidget(versions);
    column->addStretch(1);
    column->addWidget(buttons);
}

}  // namespace sightline
