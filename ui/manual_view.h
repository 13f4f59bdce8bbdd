// Shows one page of the manual: Markdown with links between pages, and pictures that fit.
#pragma once

#include <QStringList>
#include <QTextBrowser>

namespace sightline {

// The manual's pages in reading order, as files below kManualFolder. They are compiled in, with their pictures.
QStringList manualPages();
inline constexpr const char* kManualFolder = "qrc:/resources/manual/";

QString manualText(const QString& page);   // its Markdown; empty where there is no such page
QString manualTitle(const QString& page);  // its first heading

// What links to a heading call it: "Steady captions" is #steady-captions, as on the web's code hosts.
QString anchorOf(const QString& heading);

// UI thread only.
class ManualView final : public QTextBrowser {
    Q_OBJECT

public:
    explicit ManualView(QWidget* parent = nullptr);

    void showPage(const QString& page);  // "live.md", or "live.md#alerts"
    QString page() const;                // "live.md"

    // Marks every place that has the text, and counts them.
    int mark(const QString& text);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void finish(const QUrl& shown);  // what Markdown has no words for: where links to headings go, room in tables
    void fitPictures();

    QUrl shown_;            // source() is the page before while sourceChanged() is told
    QStringList pictures_;  // of the page, as it names them
};

}  // namespace sightline
