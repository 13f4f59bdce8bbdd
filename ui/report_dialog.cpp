#include "ui/report_dialog.h"

#include <QClipboard>
#include <QDialogButtonBox>
#include <QFile>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/message_bar.h"
#include "ui/window_place.h"

namespace sightline {
namespace {

constexpr qint64 kMostBytes = 300'000;
constexpr QSize kDialogSize{760, 480};

QString endOf(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return ReportDialog::tr("Cannot read %1: %2.").arg(path, file.errorString());
    }
    if (file.size() > kMostBytes) {
        file.seek(file.size() - kMostBytes);
        file.readLine();  // begins within a line
    }
    return QString::fromUtf8(file.readAll());
}

}  // namespace

ReportDialog::ReportDialog(const QString& title, const QString& file, QWidget* parent)
    : QDialog(parent), text_(new QPlainTextEdit(endOf(file), this)) {
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(title);
    setObjectName("report");
    resize(sizeOnScreen(*this, kDialogSize));
    text_->setObjectName("reportText");
    text_->setReadOnly(true);
    text_->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    text_->setLineWrapMode(QPlainTextEdit::NoWrap);
    auto* where = new QLabel(
        tr("%1\nIt may name files of yours. It stays on this machine unless you pass it on.").arg(file), this);
    where->setWordWrap(true);
    where->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    auto* copy = buttons->addButton(tr("Copy"), QDialogButtonBox::ActionRole);
    copy->setObjectName("reportCopy");
    connect(copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(text_->toPlainText()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(where);
    column->addWidget(text_, 1);
    column->addWidget(buttons);
    text_->moveCursor(QTextCursor::End);
}

QWidget* crashNotice(const QString& file, const std::function<void()>& seen, QWidget* parent) {
    auto* bar = new MessageBar(parent);
    bar->setObjectName("crashNotice");
    bar->ask(ReportDialog::tr(
                 "Sightline stopped because of a fault in it the last time. There is a report that helps to find it."),
             {{ReportDialog::tr("Close"), seen},
              {ReportDialog::tr("Show…"),
               [=] {
                   (new ReportDialog(ReportDialog::tr("Report of a crash"), file, parent->window()))->open();
                   seen();
               }},
              {ReportDialog::tr("Copy"), [=] {
                   QGuiApplication::clipboard()->setText(endOf(file));
                   seen();
               }}});
    return bar;
}

}  // namespace sightline
