// The preview of two settings with a captioner that says numbers.
#include <QLabel>
#include <QPushButton>
#include <QtTest>

#include "core/media/files/ffmpeg_file_source.h"
#include "tests/support/fake_captioner.h"
#include "tests/support/fake_runner.h"
#include "tests/support/fixtures.h"
#include "ui/lab/ab_preview.h"

namespace sightline {

class AbPreviewTest final : public QObject {
    Q_OBJECT

private:
    static BenchmarkSetting setting(int threads) { return {test::fakeModel("int8"), threads, 1, 3}; }

    std::unique_ptr<AbPreview> makePreview() {
        AbPreviewHooks hooks;
        hooks.openClip = [] { return openVideoFile(test::sourceFile("resources/sample.mp4")); };
        hooks.load = [this](const BenchmarkSetting& setting) -> Result<std::unique_ptr<Captioner>> {
            if (setting.threads == broken_) {
                return fail(ErrorCode::Model, "The bundle is damaged.");
            }
            return std::make_unique<test::FakeCaptioner>();
        };
        hooks.showError = [this](QWidget*, const QString&, const QString& text) { errors_ << text; };
        hooks.turn = std::chrono::milliseconds(400);
        auto preview = std::make_unique<AbPreview>(hooks);
        preview->resize(900, 400);
        preview->show();
        return preview;
    }
    static QString text(QWidget& preview, const char* name) { return preview.findChild<QLabel*>(name)->text(); }
    static QPushButton* toggle(QWidget& preview) { return preview.findChild<QPushButton*>("togglePreview"); }
    static PlayState state(QWidget& preview) { return preview.findChild<PlayerPane*>()->session().state(); }

    QStringList errors_;
    int broken_ = 0;

private slots:
    void init() {
        errors_.clear();
        broken_ = 0;
    }

    void bothSettingsHaveTheirTurnWithFigures() {
        const auto preview = makePreview();
        QVERIFY(!toggle(*preview)->isEnabled());
        preview->setSettings(setting(1), setting(2));
        toggle(*preview)->click();
        QTRY_VERIFY(text(*preview, "previewA").contains("now"));
        QTRY_VERIFY(text(*preview, "previewA").contains("captions/s"));
        QVERIFY(text(*preview, "previewA").contains("1 thread"));
        QTRY_VERIFY(text(*preview, "previewB").contains("captions/s"));
        QTRY_VERIFY(text(*preview, "previewA").contains("now"));  // and again
        toggle(*preview)->click();
        QCOMPARE(state(*preview), PlayState::Closed);
        QVERIFY(errors_.isEmpty());
    }

    void itStopsWhenNobodyLooks() {
        const auto preview = makePreview();
        preview->setSettings(setting(1), setting(2));
        toggle(*preview)->click();
        QTRY_COMPARE(state(*preview), PlayState::Playing);
        preview->hide();
        QCOMPARE(state(*preview), PlayState::Closed);
    }

    void aModelThatIsGoneEndsItWithAMessage() {
        broken_ = 2;
        const auto preview = makePreview();
        preview->setSettings(setting(1), setting(2));
        toggle(*preview)->click();
        QTRY_COMPARE(errors_, QStringList("The bundle is damaged."));
        QCOMPARE(state(*preview), PlayState::Closed);
        QCOMPARE(toggle(*preview)->text(), QStringLiteral("Preview"));
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::AbPreviewTest)
#include "ab_preview_test.moc"
