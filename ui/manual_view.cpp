#include "ui/manual_view.h"

#include <cmath>

#include <QAbstractTextDocumentLayout>
#include <QFile>
#include <QPixmap>
#include <QRegularExpression>
#include <QResizeEvent>
#include <QTextBlock>
#include <QTextTable>

namespace sightline {
namespace {

constexpr double kMargin = 14.0;
constexpr double kCellPadding = 4.0;
const QColor kMarkColour(0xff, 0xe0, 0x66);

}  // namespace

QStringList manualPages() {
    static const QStringList pages{"index.md",        "install.md", "live.md",   "annotate.md",
                                   "lab.md",          "formats.md", "models.md", "figures.md",
                                   "command_line.md", "privacy.md", "words.md",  "troubleshooting.md"};
    return pages;
}

QString manualText(const QString& page) {
    QFile file(QUrl(QLatin1String(kManualFolder)).path().prepend(QLatin1Char(':')) + page);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString manualTitle(const QString& page) {
    const QString first = manualText(page).section(QLatin1Char('\n'), 0, 0);
    return first.startsWith(QLatin1String("# ")) ? first.mid(2).trimmed() : page;
}

QString anchorOf(const QString& heading) {
    static const QRegularExpression dropped(QStringLiteral("[^\\w\\- ]"),
                                            QRegularExpression::UseUnicodePropertiesOption);
    return heading.toLower().remove(dropped).replace(QLatin1Char(' '), QLatin1Char('-'));
}

ManualView::ManualView(QWidget* parent) : QTextBrowser(parent) {
    setOpenExternalLinks(true);
    document()->setDocumentMargin(kMargin);
    setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    connect(this, &QTextBrowser::sourceChanged, this, &ManualView::finish);
}

void ManualView::showPage(const QString& page) { setSource(QUrl(QLatin1String(kManualFolder) + page)); }

QString ManualView::page() const { return shown_.path().section(QLatin1Char('/'), -1); }

void ManualView::fitPictures() {
    const double scale = devicePixelRatioF();
    const int room = static_cast<int>(std::lround((viewport()->width() - 2.0 * kMargin) * scale));
    for (const QString& picture : pictures_) {
        QPixmap pixmap(QLatin1Char(':') + shown_.resolved(QUrl(picture)).path());
        if (pixmap.width() > room && room > 0) {
            pixmap = pixmap.scaledToWidth(room, Qt::SmoothTransformation);
        }
        pixmap.setDevicePixelRatio(scale);
        document()->addResource(QTextDocument::ImageResource, document()->baseUrl().resolved(QUrl(picture)), pixmap);
    }
    if (!pictures_.isEmpty()) {
        document()->markContentsDirty(0, document()->characterCount());
    }
}

void ManualView::resizeEvent(QResizeEvent* event) {
    QTextBrowser::resizeEvent(event);
    if (event->size().width() != event->oldSize().width()) {
        fitPictures();
    }
}

void ManualView::finish(const QUrl& shown) {
    shown_ = shown;
    pictures_.clear();
    QTextCursor cursor(document());
    for (QTextBlock block = document()->begin(); block.isValid(); block = block.next()) {
        cursor.setPosition(block.position());
        if (block.blockFormat().headingLevel() > 0) {
            cursor.movePosition(QTextCursor::Right, QTextCursor::KeepAnchor);
            QTextCharFormat anchor;
            anchor.setAnchor(true);
            anchor.setAnchorNames({anchorOf(block.text())});
            cursor.mergeCharFormat(anchor);
        } else if (block.blockFormat().nonBreakableLines()) {  // a command that is wider than the window
            QTextBlockFormat format = block.blockFormat();
            format.setNonBreakableLines(false);
            cursor.setBlockFormat(format);
        }
        for (auto part = block.begin(); !part.atEnd(); ++part) {
            if (const QTextCharFormat format = part.fragment().charFormat(); format.isImageFormat()) {
                pictures_ << format.toImageFormat().name();
            }
        }
    }
    fitPictures();
    for (QTextFrame* frame : document()->rootFrame()->childFrames()) {
        if (auto* table = qobject_cast<QTextTable*>(frame)) {
            QTextTableFormat format = table->format();
            format.setCellPadding(kCellPadding);
            format.setCellSpacing(0);
            format.setBorder(1);
            format.setBorderCollapse(true);
            table->setFormat(format);
        }
    }
    if (!shown_.fragment().isEmpty()) {
        document()->documentLayout()->blockBoundingRect(document()->lastBlock());  // lays out all there is to scroll
        scrollToAnchor(shown_.fragment());
    }
}

int ManualView::mark(const QString& text) {
    QList<ExtraSelection> marks;
    if (!text.isEmpty()) {
        for (QTextCursor at = document()->find(text); !at.isNull(); at = document()->find(text, at)) {
            QTextCharFormat format;
            format.setBackground(kMarkColour);
            format.setForeground(Qt::black);
            marks.append({at, format});
        }
    }
    setExtraSelections(marks);
    return static_cast<int>(marks.size());
}

}  // namespace sightline
