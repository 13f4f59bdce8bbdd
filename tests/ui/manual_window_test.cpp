// The manual: every page opens, its links and pictures are aboard, and keys do all that the mouse does.
#include "ui/manual_window.h"

#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QTextBlock>
#include <QToolButton>
#include <QtTest>

#include "tests/support/fixtures.h"
#include "ui/manual_view.h"
#include "ui/translations.h"

namespace sightline {
namespace {

struct Fragments {
    QStringList links;
    QStringList pictures;
    QStringList anchors;
};

Fragments fragmentsOf(const QTextDocument& document) {
    Fragments found;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next()) {
        for (auto part = block.begin(); !part.atEnd(); ++part) {
            const QTextCharFormat format = part.fragment().charFormat();
            found.anchors << format.anchorNames();
            if (!format.anchorHref().isEmpty()) {
                found.links << format.anchorHref();
            }
            if (format.isImageFormat()) {
                found.pictures << format.toImageFormat().name();
            }
        }
    }
    return found;
}

}  // namespace

class ManualWindowTest final : public QObject {
    Q_OBJECT

private:
    template <typename T>
    T* find(const char* name) {
        return window_->findChild<T*>(QLatin1String(name));
    }
    ManualView* view() { return find<ManualView>("manualPage"); }
    QListWidget* list() { return find<QListWidget>("manualPages"); }

    std::unique_ptr<ManualWindow> window_;

private slots:
    void init() {
        window_ = std::make_unique<ManualWindow>();
        window_->showPage("index.md");
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
    }

    void everyPageOpens() {
        const QDir folder(QString::fromStdString(test::sourceFile("resources/manual").string()));
        QStringList listed = manualPages();
        listed.sort();
        QCOMPARE(folder.entryList({"*.md"}, QDir::Files, QDir::Name), listed);
        QCOMPARE(list()->count(), manualPages().size());
        for (int i = 0; i < list()->count(); ++i) {
            list()->setCurrentRow(i);
            const QString page = manualPages()[i];
            QCOMPARE(view()->page(), page);
            QCOMPARE(view()->document()->begin().text(), manualTitle(page));
            QCOMPARE(list()->item(i)->text(), manualTitle(page));
            QVERIFY2(view()->document()->blockCount() > 10, qPrintable(page));
        }
    }

    void everyLinkAndPictureIsAboard() {
        int links = 0;
        int pictures = 0;
        for (const QString& page : manualPages() + QStringList{"../../models/MODEL_CARD.md"}) {
            view()->showPage(page);
            const QUrl source = QUrl(QLatin1String(kManualFolder)).resolved(page);
            const Fragments here = fragmentsOf(*view()->document());
            for (const QString& picture : here.pictures) {
                QVERIFY2(QFile::exists(QLatin1Char(':') + source.resolved(picture).path()), qPrintable(picture));
                ++pictures;
            }
            for (const QString& link : here.links) {
                const QUrl target = source.resolved(link);
                if (target.scheme() != QLatin1String("qrc")) {
                    QVERIFY2(target.scheme() == QLatin1String("https"), qPrintable(page + ": " + link));
                    continue;
                }
                QVERIFY2(QFile::exists(QLatin1Char(':') + target.path()), qPrintable(page + ": " + link));
                if (target.hasFragment()) {
                    view()->setSource(target);
                    QVERIFY2(fragmentsOf(*view()->document()).anchors.contains(target.fragment()),
                             qPrintable(page + ": " + link));
                }
                ++links;
            }
        }
        QVERIFY(links > 30);
        QCOMPARE(pictures, 3);
    }

    void keysFollowLinksAndGoBack() {
        view()->setFocus();
        QTest::keyClick(view(), Qt::Key_Tab);
        QTest::keyClick(view(), Qt::Key_Return);
        QCOMPARE(view()->page(), QStringLiteral("live.md"));
        QCOMPARE(list()->currentItem()->text(), manualTitle("live.md"));
        QTest::keyClick(view(), Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(view()->page(), QStringLiteral("index.md"));
        QCOMPARE(list()->currentRow(), 0);
        QTest::keyClick(view(), Qt::Key_Right, Qt::AltModifier);
        QCOMPARE(view()->page(), QStringLiteral("live.md"));
    }

    void aLinkToAHeadingShowsIt() {
        window_->showPage("words.md#views");
        QCOMPARE(view()->page(), QStringLiteral("words.md"));
        QTRY_VERIFY(view()->cursorForPosition(QPoint(20, view()->viewport()->height() - 30)).blockNumber() > 40);
    }

    void findsInAllPages() {
        QTest::keyClick(list(), Qt::Key_F, Qt::ControlModifier);
        auto* field = find<QLineEdit>("manualFind");
        QVERIFY(field->hasFocus());
        QTest::keyClicks(field, "slurm");
        QVERIFY(find<QLabel>("manualFound")->text().toInt() >= 1);
        const int row = static_cast<int>(manualPages().indexOf("annotate.md"));
        QVERIFY(list()->item(row)->font().bold());
        QCOMPARE(view()->page(), QStringLiteral("index.md"));  // until it is asked for
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(view()->page(), QStringLiteral("annotate.md"));
        QCOMPARE(view()->textCursor().selectedText(), QStringLiteral("Slurm"));
        QCOMPARE(view()->extraSelections().size(), 1);

        field->setText("captions");
        QTest::keyClick(field, Qt::Key_F3);
        const int first = view()->textCursor().position();
        QTest::keyClick(field, Qt::Key_F3);
        QVERIFY(view()->textCursor().position() > first);
        QTest::keyClick(field, Qt::Key_F3, Qt::ShiftModifier);
        QCOMPARE(view()->textCursor().position(), first);

        field->setText("no such word as this");
        QCOMPARE(find<QLabel>("manualFound")->text(), QStringLiteral("None"));
        QVERIFY(!list()->item(row)->font().bold());
    }

    void everythingThatTakesKeysHasAName() {
        for (const QWidget* widget : window_->findChildren<QWidget*>()) {
            if (widget->focusPolicy() & Qt::TabFocus && widget->isVisible() &&
                !widget->objectName().startsWith(QLatin1String("qt_"))) {
                QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
            }
        }
        QTest::keyClick(view(), Qt::Key_Escape);
        QVERIFY(!window_->isVisible());
    }

    void fitsSmallScreens_data() {
        QTest::addColumn<QLocale>("locale");
        QTest::addColumn<QSize>("size");
        const std::pair<const char*, QLocale> languages[] = {
            {"English", QLocale(QLocale::English, QLocale::UnitedStates)},
            {"German", QLocale(QLocale::German, QLocale::Germany)},
            {"Chinese", QLocale(QLocale::Chinese, QLocale::China)}};
        for (const auto& [name, locale] : languages) {
            QTest::addRow("%s 640x400", name) << locale << QSize(640, 400);
            QTest::addRow("%s 640x400 at 200 %%", name) << locale << QSize(320, 200);
        }
    }

    void fitsSmallScreens() {
        QFETCH(QLocale, locale);
        QFETCH(QSize, size);
        installTranslations(*QCoreApplication::instance(), locale);
        setWindowLanguage(locale.name());
        const auto clear = qScopeGuard([] { setWindowLanguage({}); });
        window_ = std::make_unique<ManualWindow>();
        window_->resize(size);
        window_->showPage("lab.md");
        QCOMPARE(window_->size(), size);
        const auto* language = find<QLabel>("manualLanguage");
        QCOMPARE(language != nullptr, locale.language() != QLocale::English);
        for (const QWidget* widget : window_->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
            QVERIFY2(!widget->isVisible() || window_->rect().contains(widget->geometry()),
                     qPrintable(widget->objectName()));
        }
        QVERIFY(!language || language->height() >= language->heightForWidth(language->width()));
        QTRY_VERIFY(view()->viewport()->width() >= size.width() / 2 - 20);
        QVERIFY(view()->viewport()->height() >= size.height() / 3);
        const auto pictureWidth = [this] {
            const QVariant picture =
                view()->document()->resource(QTextDocument::ImageResource, QUrl("../screenshot_lab.png"));
            return picture.value<QPixmap>().deviceIndependentSize().width();
        };
        QTRY_VERIFY(pictureWidth() > 100 && pictureWidth() <= view()->viewport()->width());
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::ManualWindowTest)
#include "manual_window_test.moc"
