#include <algorithm>

#include <QAction>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>
#include <QTabWidget>
#include <QtTest>

#include "tests/support/fake_captioner.h"
#include "tests/support/fixtures.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/player/video_view.h"
#include "ui/translations.h"
#include "ui/trust_question.h"
#include "ui/window_settings.h"

namespace sightline {

using test::NumberedSource;

class MainWindowTest final : public QObject {
    Q_OBJECT

private:
    struct Shown {
        QString title;
        QString text;
    };

    std::unique_ptr<MainWindow> makeWindow() {
        MainWindowHooks hooks = MainWindowHooks::standard();
        hooks.setShowError([this](QWidget*, const QString& title, const QString& text) {
            errors_.push_back({title, text});
        });
        hooks.video.chooseVideo = [this](QWidget*) { return chosen_; };
        hooks.live.open = [](const QString&,
                             const std::shared_ptr<SourceHealth>&) -> Result<std::unique_ptr<FrameSource>> {
            return fail(ErrorCode::Device, "Cannot open camera 0: there is no /dev/video0. Plug a camera in.");
        };
        hooks.lab.settings = {[this] { return cpu_; },
                              [this](const CpuSettings& wanted) {
                                  if (trusts_) {
                                      cpu_ = wanted;
                                  }
                              }};
        hooks.chooseModel = [this](QWidget*) { return chosenModel_; };
        hooks.models = {{"Base", "base.pt"}, {"Plus", "plus.pt"}};
        auto window = std::make_unique<MainWindow>(hooks);
        window->show();
        return window;
    }

    static void loadFake(MainWindow& window) {
        QSignalSpy ready(&window.video().player().bridge(), &SessionBridge::modelReady);
        window.video().player().bridge().loadCaptioner(
            [] { return Result<std::unique_ptr<Captioner>>(std::make_unique<test::FakeCaptioner>()); }, 0);
        QVERIFY(ready.wait());
    }

    template <typename T>
    static T* find(MainWindow& window, const char* name) {
        auto* found = window.video().findChild<T*>(name);
        Q_ASSERT(found);
        return found;
    }

    static VideoView* view(MainWindow& window) { return find<VideoView>(window, "videoView"); }

    std::vector<Shown> errors_;
    QString chosen_;
    QString chosenModel_;
    CpuSettings cpu_{2, 0, "base.pt"};
    bool trusts_ = true;  // and lets another model be chosen

private slots:
    void init() {
        errors_.clear();
        chosen_.clear();
        trusts_ = true;
        cpu_ = {2, 0, "base.pt"};
        windowSettings()->remove("models");
    }

    void eachModelHasItsOwnNumberOfThreads() {
        const auto window = makeWindow();
        auto* base = window->findChild<QAction*>("model0");
        auto* plus = window->findChild<QAction*>("model1");
        plus->trigger();
        cpu_.threads = 4;  // as the quick tune may set it
        base->trigger();
        QCOMPARE(cpu_, (CpuSettings{2, 0, "base.pt"}));
        plus->trigger();
        QCOMPARE(cpu_, (CpuSettings{4, 0, "plus.pt"}));
    }

    void theModelIsChosenInAMenu() {
        const auto window = makeWindow();
        auto* base = window->findChild<QAction*>("model0");
        auto* plus = window->findChild<QAction*>("model1");
        QVERIFY(base->isChecked());
        plus->trigger();
        QCOMPARE(cpu_, (CpuSettings{2, 0, "plus.pt"}));
        cpu_.model = "/elsewhere/other.pt";  // as the thread lab may set it
        auto* menu = window->findChild<ModelMenu*>("modelMenu");
        emit menu->aboutToShow();
        auto* other = window->findChild<QAction*>("model2");
        QVERIFY(other && other->isChecked() && !plus->isChecked());
        QCOMPARE(other->text(), QStringLiteral("other.pt"));
    }

    void anAddedModelIsRememberedAndDescribed() {
        const QString file = QString::fromStdString(test::sourceFile("models/sightline-base.pt").string());
        chosenModel_ = file;
        {
            const auto window = makeWindow();
            window->findChild<QAction*>("addModel")->trigger();
            QCOMPARE(cpu_.model, std::filesystem::path(file.toStdString()));
        }
        cpu_.model = "base.pt";
        const auto window = makeWindow();
        auto* added = window->findChild<QAction*>("model2");
        QVERIFY(added && !added->isChecked());
        QVERIFY2(added->text().startsWith("base (verified, int8, "), qPrintable(added->text()));
        QVERIFY(added->toolTip().contains("MIT"));
    }

    void aModelThatTheUserDoesNotTrustIsNotAdded() {
        trusts_ = false;
        chosenModel_ = QString::fromStdString(test::sourceFile("models/sightline-base.pt").string());
        const auto window = makeWindow();
        window->findChild<QAction*>("addModel")->trigger();
        QCOMPARE(cpu_.model, std::filesystem::path("base.pt"));
        QVERIFY(!window->findChild<QAction*>("model2"));
        QVERIFY(!windowSettings()->contains("models/added"));
    }

    void aForeignModelIsLoadedOnlyAfterAYes() {
        const auto answer = [](bool yes) {
            QString text;
            QTimer::singleShot(0, QApplication::instance(), [&text, yes] {
                auto* question = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
                if (!question) {
                    return;
                }
                text = question->text() + question->informativeText();
                const auto* cancel = question->button(QMessageBox::Cancel);
                for (QAbstractButton* button : question->buttons()) {
                    if ((button != cancel) == yes) {
                        button->click();
                        return;
                    }
                }
            });
            const bool loads = askForTrust(nullptr, "/elsewhere/tiny.pt");
            return std::pair(loads, text);
        };
        QVERIFY(answer(true).first);
        const auto [loads, text] = answer(false);
        QVERIFY(!loads);
        QVERIFY2(text.contains("tiny.pt") && text.contains("program code"), qPrintable(text));
    }

    void theMenuTellsWhatACaptionOfEachModelTook() {
        const CpuSettingsStore store{[this] { return cpu_; }, [this](const CpuSettings& wanted) { cpu_ = wanted; }};
        std::optional<std::chrono::nanoseconds> time = std::chrono::microseconds(41'200);
        const auto make = [&] {
            return std::make_unique<ModelMenu>(
                store, std::vector<ModelEntry>{{"Base", "base.pt"}, {"Plus", "plus.pt"}},
                [](QWidget*) { return QString(); }, [](QWidget*, const QString&, const QString&) {},
                [&] { return time; }, nullptr);
        };
        make();
        cpu_.model = "plus.pt";  // another one, which has captioned nothing yet
        time.reset();
        const auto menu = make();
        QCOMPARE(menu->findChild<QAction*>("model0")->text(), QStringLiteral("Base, 42 ms a caption"));
        QCOMPARE(menu->findChild<QAction*>("model1")->text(), QStringLiteral("Plus"));
    }

    void aFileThatIsNoModelIsNotAdded() {
        chosenModel_ = QString::fromStdString(test::sourceFile("README.md").string());
        const auto window = makeWindow();
        window->findChild<QAction*>("addModel")->trigger();
        QCOMPARE(errors_.size(), 1U);
        QVERIFY(errors_[0].text.contains("is not a Sightline bundle"));
        QCOMPARE(cpu_.model, std::filesystem::path("base.pt"));
        QVERIFY(!windowSettings()->contains("models/added"));
    }

    void showsFramesAndTheirCaptions() {
        auto window = makeWindow();
        loadFake(*window);
        window->video().openSource(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 8}));
        QTRY_COMPARE(view(*window)->caption(), QStringLiteral("Number 7"));
        QCOMPARE(view(*window)->frame()->id, 7U);
        QVERIFY(errors_.empty());
    }

    void showsTheVideoWithoutAModel() {
        auto window = makeWindow();
        window->video().player().bridge().loadCaptioner(
            []() -> Result<std::unique_ptr<Captioner>> { return fail(ErrorCode::Model, "The bundle is damaged."); }, 0);
        QTRY_COMPARE(errors_.size(), 1U);
        QCOMPARE(errors_[0].text, QStringLiteral("The bundle is damaged."));
        window->video().openSource(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 3}));
        QTRY_VERIFY(view(*window)->frame() && view(*window)->frame()->id == 2);
        QCOMPARE(view(*window)->caption(), QString());
    }

    void opensTheChosenVideoAndShowsItsTime() {
        auto window = makeWindow();
        chosen_ = QString::fromStdString(test::sourceFile("resources/sample.mp4").string());
        find<QAction>(*window, "openVideo")->trigger();
        QTRY_VERIFY(view(*window)->frame());
        QVERIFY(window->windowTitle().startsWith("sample.mp4"));
        QVERIFY(find<QSlider>(*window, "position")->isEnabled());
        QCOMPARE(find<QSlider>(*window, "position")->maximum(), 16000);
        QTRY_VERIFY(find<QLabel>(*window, "preciseTime")->text().contains(" / 0:16.000 "));
    }

    void aCancelledDialogChangesNothing() {
        auto window = makeWindow();
        find<QAction>(*window, "openVideo")->trigger();
        QVERIFY(errors_.empty());
        QCOMPARE(window->video().player().session().state(), PlayState::Closed);
    }

    void aBadFileIsExplainedAndThePresentVideoGoesOn() {
        auto window = makeWindow();
        window->video().openSource(
            std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 2, .blocks = true}));
        chosen_ = QString::fromStdString(test::fixture("text.mp4").string());
        find<QAction>(*window, "openVideo")->trigger();
        QCOMPARE(errors_.size(), 1U);
        QVERIFY(errors_[0].text.contains("not a video or picture"));
        QCOMPARE(window->video().player().session().state(), PlayState::Playing);
    }

    void preferencesAreKeptOnceTheyAreAccepted() {
        windowSettings()->clear();
        const auto window = makeWindow();
        const auto open = [&] {
            window->findChild<QAction*>("preferences")->trigger();
            auto* dialog = window->findChild<QDialog*>("preferencesDialog");
            dialog->findChild<QComboBox*>("preferLanguage")->setCurrentIndex(1);
            dialog->findChild<QComboBox*>("preferAppearance")->setCurrentIndex(2);
            dialog->findChild<QComboBox*>("preferModel")->setCurrentIndex(1);
            dialog->findChild<QSpinBox*>("preferThreads")->setValue(1);
            dialog->findChild<QCheckBox*>("preferRemember")->setChecked(false);
            return dialog;
        };
        QDialog* dialog = open();
        dialog->reject();
        QCOMPARE(cpu_, (CpuSettings{2, 0, "base.pt"}));
        QCOMPARE(windowLanguage(), QString());
        QTRY_VERIFY(!window->findChild<QDialog*>("preferencesDialog"));
        dialog = open();
        dialog->accept();
        QCOMPARE(cpu_, (CpuSettings{1, 0, "plus.pt"}));
        QCOMPARE(windowLocale().language(), QLocale::German);
        QVERIFY(QApplication::palette().color(QPalette::Window).lightness() < 100);
        QVERIFY(!remembersOpened());
        // The language waits for the next start, which is said.
        QVERIFY(window->findChild<MessageBar*>("windowMessages")->text().contains("next start"));
        const QString sample = QString::fromStdString(test::sourceFile("resources/sample.mp4").string());
        QVERIFY(window->video().openVideo(sample));
        QVERIFY(!windowSettings()->contains("video/recent"));
        windowSettings()->clear();
        QApplication::setPalette(QPalette());
    }

    void aboutAndDiagnosticsNameWhatTheProgramRunsOn() {
        cpu_.model = test::sourceFile("models/sightline-base.pt");
        const auto window = makeWindow();
        window->findChild<QAction*>("about")->trigger();
        const QString versions = window->findChild<QLabel*>("versions")->text();
        window->findChild<QAction*>("copyDiagnostics")->trigger();
        const QString diagnostics = QGuiApplication::clipboard()->text();
        for (const QString& text : {versions, diagnostics}) {
            for (const char* part : {"Sightline ", "Qt 6.", "FFmpeg ", "LibTorch ", "decoder: "}) {
                QVERIFY2(text.contains(part), qPrintable(text));
            }
        }
        static const QRegularExpression bundle(
            QStringLiteral("bundle base, int8, \\d beams, sha256 [0-9a-f]{64}, verified"));
        QVERIFY2(bundle.match(diagnostics).hasMatch(), qPrintable(diagnostics));
        QVERIFY(diagnostics.contains("threads 2") && diagnostics.contains("screen "));
        QVERIFY2(versions.contains("model base: verified"), qPrintable(versions));
        QVERIFY(!diagnostics.contains(".pt"));  // no files are named
    }

    void closingGivesTheVideoBackAndKeepsTheWindow() {
        const auto window = makeWindow();
        const QString sample = QString::fromStdString(test::sourceFile("resources/sample.mp4").string());
        QVERIFY(window->video().openVideo(sample));
        QTRY_VERIFY(view(*window)->frame());
        loadFake(*window);
        QTRY_VERIFY(find<QLabel>(*window, "inference")->text() != QStringLiteral("–"));
        window->findChild<QAction*>("closeDocument")->trigger();
        QCOMPARE(window->windowTitle(), QStringLiteral("Sightline"));
        QCOMPARE(window->video().player().session().state(), PlayState::Closed);
        QVERIFY(!window->video().project().document());
        QVERIFY(!view(*window)->frame());
        QVERIFY(find<QLabel>(*window, "preciseTime")->text().isEmpty());
        QTRY_COMPARE(find<QLabel>(*window, "inference")->text(), QStringLiteral("–"));
        QVERIFY(window->isVisible());
        QVERIFY(window->video().openVideo(sample));
        QTRY_VERIFY(view(*window)->frame());
    }

    void aMissingCameraIsExplained() {
        auto window = makeWindow();
        window->live().cameraAction()->trigger();
        QTRY_VERIFY(window->findChild<MessageBar*>("sourceProblem")->text().contains("Plug a camera in"));
        QVERIFY(window->live().player().view().hint().contains("Plug a camera in"));
    }

    void theLivePageOpensFilesAtOnceAndOtherSourcesLater() {
        const auto open = MainWindowHooks::standard().live.open;
        auto health = std::make_shared<SourceHealth>();
        const auto file = open(QString::fromStdString(test::sourceFile("resources/sample.mp4").string()), health);
        QVERIFY(file.has_value());
        QCOMPARE(health->status().state, SourceState::Live);
        QCOMPARE(health->status().description.width, 640);
        QVERIFY(!open(QStringLiteral("/nowhere.mp4"), std::make_shared<SourceHealth>()).has_value());
        // The window does not wait for a server.
        const auto later = open(QStringLiteral("rtsp://127.0.0.1:1/x"), std::make_shared<SourceHealth>());
        QVERIFY(later.has_value());
        QVERIFY((*later)->description().live);
    }

    void pauseStopsTheVideoAndPlayGoesOn() {
        auto window = makeWindow();
        auto* pause = find<QAction>(*window, "pause");
        QVERIFY(!pause->isEnabled());
        window->video().openSource(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 100'000}));
        QTRY_VERIFY(view(*window)->frame());
        QTest::keyClick(window.get(), Qt::Key_Space);
        QTRY_COMPARE(window->video().player().session().state(), PlayState::Paused);
        QTRY_VERIFY(pause->text().contains("Play"));
        QTest::qWait(50);  // what was under way has arrived
        const auto frozen = view(*window)->frame()->id;
        QTest::qWait(300);
        QCOMPARE(view(*window)->frame()->id, frozen);
        pause->trigger();
        QTRY_VERIFY(view(*window)->frame()->id > frozen + 1);
    }

    void pagesChangeMenusAndOpenOneAnother() {
        auto window = makeWindow();
        auto* pages = window->findChild<QTabWidget*>("pages");
        window->video().openSource(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 100'000}));
        QTRY_COMPARE(window->video().player().session().state(), PlayState::Playing);
        window->live().openSource(
            std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 1, .live = true, .blocks = true}));
        QCOMPARE(pages->currentWidget(), &window->live());
        QTRY_COMPARE(window->video().player().session().state(), PlayState::Paused);
        const auto shown = window->menuBar()->actions();
        QCOMPARE(shown.at(1), window->live().menus().front()->menuAction());
        QVERIFY(!shown.contains(window->video().menus().front()->menuAction()));
        QTRY_VERIFY(window->live().player().view().frame());
        // The key is that of the page on show.
        QTest::keyClick(window.get(), Qt::Key_Space);
        QTRY_COMPARE(window->live().player().session().state(), PlayState::Paused);
        QCOMPARE(window->video().player().session().state(), PlayState::Paused);
        pages->setCurrentWidget(&window->video());
        QTest::keyClick(window.get(), Qt::Key_Space);
        QTRY_COMPARE(window->video().player().session().state(), PlayState::Playing);
        QCOMPARE(window->live().player().session().state(), PlayState::Paused);
    }

    void theSliderSeeks() {
        auto window = makeWindow();
        window->video().openSource(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 1000}));
        QTRY_VERIFY(view(*window)->frame());
        auto* slider = find<QSlider>(*window, "position");
        slider->setSliderPosition(30'000);
        emit slider->sliderMoved(30'000);
        QTRY_VERIFY(view(*window)->frame()->pts >= std::chrono::seconds(30));
        window->video().player().session().setPaused(true);
        const QPoint early(slider->width() / 10, slider->height() / 2);
        QTest::mouseClick(slider, Qt::LeftButton, {}, early);  // to where it is, not a page back
        QTRY_VERIFY(view(*window)->frame()->pts < std::chrono::seconds(8));
        QVERIFY(view(*window)->frame()->pts > std::chrono::seconds(2));
    }

    void countersComeAlive() {
        auto window = makeWindow();
        loadFake(*window);
        window->video().openSource(std::make_unique<NumberedSource>(test::NumberedSourceOptions{.frames = 10'000}));
        for (const char* name : {"displayedFps", "capturedFps", "captionsPerSecond"}) {
            QTRY_VERIFY2(find<QLabel>(*window, name)->text().toDouble() > 5.0, name);
        }
        QTRY_COMPARE(find<QLabel>(*window, "inference")->text(), QStringLiteral("1.0 ms"));
        QTRY_VERIFY(find<QLabel>(*window, "captionAge")->text().endsWith("ms"));
    }

    void theCaptionIsReadableOnAWhitePicture() {
        VideoView view;
        view.resize(640, 360);
        Frame frame;
        frame.image = Image(640, 360);
        std::fill_n(frame.image.data(), frame.image.sizeBytes(), std::uint8_t{255});
        view.setFrame(std::make_shared<const Frame>(std::move(frame)));
        view.setCaption("A white page");
        const QImage picture = view.grab().toImage();
        int dark = 0;
        int white = 0;
        for (int x = 250; x < 390; ++x) {
            for (int y = 320; y < 355; ++y) {
                const int level = qGray(picture.pixel(x, y));
                dark += level < 90 ? 1 : 0;
                white += level > 230 ? 1 : 0;
            }
        }
        QVERIFY2(dark > 1000, "no dark box behind the caption");
        QVERIFY2(white > 200, "no white text on it");
        QCOMPARE(qGray(picture.pixel(320, 100)), 255);
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::MainWindowTest)
#include "main_window_test.moc"
