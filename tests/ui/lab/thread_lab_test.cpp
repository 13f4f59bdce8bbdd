// The thread lab's page with a runner that measures nothing, through all its states.
#include <algorithm>
#include <condition_variable>
#include <mutex>

#include <QCheckBox>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTableView>
#include <QTableWidget>
#include <QToolButton>
#include <QtTest>

#include "tests/support/fake_runner.h"
#include "tests/support/fixtures.h"
#include "ui/lab/quick_tune.h"
#include "ui/lab/result_model.h"
#include "ui/lab/thread_lab_page.h"

namespace sightline {

using test::FakeRunner;

// Lets the sweep's thread go on repetition by repetition.
class Gate {
public:
    void pass() {
        std::unique_lock lock(mutex_);
        opened_.wait(lock, [this] { return open_ > 0; });
        --open_;
    }
    void open(int repetitions) {
        const std::lock_guard lock(mutex_);
        open_ = repetitions;
        opened_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable opened_;
    int open_ = 0;
};

class ThreadLabTest final : public QObject {
    Q_OBJECT

private:
    ThreadLabHooks hooks() {
        ThreadLabHooks hooks = ThreadLabHooks::standard();
        hooks.makeRunner = [this](const BenchmarkClip&) { return std::make_unique<FakeRunner>(repeat_); };
        hooks.sampleMachine = [this] {
            const auto now = std::chrono::steady_clock::now();
            return MachineSample{now, std::chrono::nanoseconds(now.time_since_epoch() * busyPercent_ / 100)};
        };
        hooks.describeModel = [this](const std::filesystem::path& path) -> Result<BenchmarkModel> {
            if (modelBroken_) {
                return fail(ErrorCode::Model, "The bundle is damaged.");
            }
            BenchmarkModel model = test::fakeModel(path.stem() == "float" ? "fp32" : "int8");
            model.path = path;
            return model;
        };
        hooks.settings = {[this] { return settings_; }, [this](const CpuSettings& settings) { settings_ = settings; }};
        hooks.clip = {test::sourceFile("tests/data/tiny.png"), 4, 12};
        hooks.options.coolDown = std::chrono::milliseconds(0);
        hooks.options.patience = std::chrono::milliseconds(700);
        hooks.historyFolder = folder_->file("benchmarks");
        hooks.showError = [this](QWidget*, const QString&, const QString& text) { errors_ << text; };
        hooks.chooseModels = [this](QWidget*) { return models_; };
        hooks.chooseSave = [this](QWidget*, const QString&, const QString&, const QString& filters, QString& filter) {
            filter = filters.split(";;").value(chosenFilter_);
            return chosenFile_;
        };
        return hooks;
    }

    std::unique_ptr<ThreadLabPage> makePage() {
        auto page = std::make_unique<ThreadLabPage>(hooks());
        page->resize(1200, 800);
        page->show();
        find<QCheckBox>(*page, "busy")->setChecked(false);  // half as many settings
        return page;
    }

    template <typename T>
    static T* find(QWidget& page, const char* name) {
        auto* found = page.findChild<T*>(name);
        Q_ASSERT(found);
        return found;
    }
    static void click(QWidget& page, const char* name) { find<QPushButton>(page, name)->click(); }
    static QString text(QWidget& page, const char* name) { return find<QLabel>(page, name)->text(); }
    static QString cell(ThreadLabPage& page, int row, int column) {
        return find<QTableView>(page, "results")->model()->index(row, column).data().toString();
    }

    static void sweep(ThreadLabPage& page) {
        click(page, "startSweep");
        QTRY_VERIFY_WITH_TIMEOUT(!page.running(), 30000);
    }

    std::unique_ptr<test::TemporaryFolder> folder_;
    FakeRunner::Repeat repeat_;
    int busyPercent_ = 0;
    bool modelBroken_ = false;
    CpuSettings settings_;
    QStringList errors_;
    QStringList models_;
    QString chosenFile_;
    int chosenFilter_ = 0;

private slots:
    void init() {
        folder_ = std::make_unique<test::TemporaryFolder>();
        repeat_ = [](const BenchmarkSetting& setting, int) { return test::fakeRepetition(setting); };
        busyPercent_ = 0;
        modelBroken_ = false;
        settings_ = {1, 0, "/models/int8.pt"};
        errors_.clear();
        models_.clear();
        chosenFile_.clear();
    }

    void beginsWithNothingMeasured() {
        auto page = makePage();
        QCOMPARE(text(*page, "answer"), QStringLiteral("Not measured yet."));
        QCOMPARE(text(*page, "inUse"), QStringLiteral("In use: 1 thread."));
        for (const char* name : {"applySettings", "revertSettings", "exportReport", "copyReport", "cancelSweep"}) {
            QVERIFY2(!find<QPushButton>(*page, name)->isEnabled(), name);
        }
        QVERIFY(find<QPushButton>(*page, "startSweep")->isEnabled());
    }

    void resultsArriveOneAfterTheOther() {
        Gate gate;
        repeat_ = [&gate](const BenchmarkSetting& setting, int) {
            gate.pass();
            return test::fakeRepetition(setting);
        };
        auto page = makePage();
        find<QLineEdit>(*page, "threads")->setText("1-3");
        click(*page, "startSweep");
        auto* table = find<QTableView>(*page, "results");
        QTRY_COMPARE(table->model()->rowCount(), 3);
        QTRY_VERIFY(text(*page, "sweepStatus").startsWith("Measuring"));
        QVERIFY(!find<QPushButton>(*page, "startSweep")->isEnabled());
        const auto measured = [&] {
            int rows = 0;
            for (int row = 0; row < 3; ++row) {
                rows += cell(*page, row, ResultModel::Rate) == QStringLiteral("–") ? 0 : 1;
            }
            return rows;
        };
        QCOMPARE(measured(), 0);
        gate.open(1);
        QTRY_COMPARE(measured(), 1);
        QVERIFY(text(*page, "answer").startsWith("So far: On this CPU use"));
        gate.open(1000);
        QTRY_VERIFY_WITH_TIMEOUT(!page->running(), 30000);
        QCOMPARE(measured(), 3);
        QCOMPARE(text(*page, "sweepStatus"), QStringLiteral("Done."));
        QCOMPARE(cell(*page, 1, ResultModel::Rate), QStringLiteral("100.0 ± 0.0"));
        QCOMPARE(cell(*page, 1, ResultModel::Repetitions), QStringLiteral("6"));
        QVERIFY(errors_.isEmpty());
    }

    void theAnswerIsAppliedAndReverted() {
        auto page = makePage();
        find<QLineEdit>(*page, "threads")->setText("1-3");
        sweep(*page);
        const QString share = QString::number(200.0 / std::max(1, readMachineFacts().logicalCpus), 'f', 0);
        QCOMPARE(text(*page, "answer"),
                 QStringLiteral("On this CPU use 2 threads, int8, 3 beams: 100 % of peak speed at %1 % of the CPU.")
                     .arg(share));
        click(*page, "applySettings");
        QCOMPARE(settings_.threads, 2);
        QCOMPARE(settings_.interOp, 0);
        QCOMPARE(text(*page, "inUse"), QStringLiteral("In use: 2 threads."));
        find<QTableView>(*page, "results")->selectRow(2);
        click(*page, "applySelected");
        QCOMPARE(settings_.threads, 3);
        click(*page, "revertSettings");
        QCOMPARE(settings_.threads, 1);
        QVERIFY(!find<QPushButton>(*page, "revertSettings")->isEnabled());
    }

    void whatNeedsANewStartIsSaid() {
        auto page = makePage();
        find<QLineEdit>(*page, "threads")->setText("2");
        find<QLineEdit>(*page, "interOp")->setText("2");
        sweep(*page);
        click(*page, "applySettings");
        QCOMPARE(settings_.interOp, 2);
        QVERIFY(text(*page, "inUse").contains("Inter-op threads change at the next start."));
    }

    void aCopyOfTheBundleInUseIsNotAnotherBundle() {
        auto page = makePage();
        models_ = {"/copies/int8.pt"};
        click(*page, "chooseModels");
        find<QLineEdit>(*page, "threads")->setText("2");
        sweep(*page);
        click(*page, "applySettings");
        QCOMPARE(settings_.threads, 2);
        QCOMPARE(settings_.model, std::filesystem::path("/models/int8.pt"));
        QVERIFY(!text(*page, "inUse").contains("bundle"));
    }

    void anotherBundleIsUsedUnlessItIsGone() {
        auto page = makePage();
        models_ = {"/models/float.pt"};
        click(*page, "chooseModels");
        find<QLineEdit>(*page, "threads")->setText("2");
        sweep(*page);
        modelBroken_ = true;
        click(*page, "applySettings");
        QCOMPARE(errors_.size(), 1);
        QCOMPARE(settings_.threads, 1);
        modelBroken_ = false;
        click(*page, "applySettings");
        QCOMPARE(settings_.model, std::filesystem::path("/models/float.pt"));
        click(*page, "revertSettings");
        QCOMPARE(settings_.model, std::filesystem::path("/models/int8.pt"));
    }

    void cancellingKeepsWhatWasMeasured() {
        Gate gate;
        repeat_ = [&gate](const BenchmarkSetting& setting, int) {
            gate.pass();
            return test::fakeRepetition(setting);
        };
        auto page = makePage();
        find<QLineEdit>(*page, "threads")->setText("1,2");
        click(*page, "startSweep");
        gate.open(3);
        QTRY_VERIFY(text(*page, "answer").startsWith("So far: On this CPU use"));
        QTRY_COMPARE(find<QTableView>(*page, "results")->model()->rowCount(), 2);
        click(*page, "cancelSweep");
        QCOMPARE(text(*page, "sweepStatus"), QStringLiteral("Cancelling…"));
        gate.open(1000);
        QTRY_VERIFY(!page->running());
        QVERIFY(text(*page, "sweepStatus").startsWith("Cancelled"));
        QVERIFY(find<QPushButton>(*page, "applySettings")->isEnabled());
        QCOMPARE(find<QListWidget>(*page, "runs")->count(), 1);
    }

    void aLoadedMachinePausesTheSweep() {
        busyPercent_ = 170;
        auto page = makePage();
        find<QLineEdit>(*page, "threads")->setText("1");
        click(*page, "startSweep");
        QTRY_VERIFY(text(*page, "sweepStatus").contains("use 1.7 CPUs"));
        QTRY_VERIFY_WITH_TIMEOUT(!page->running(), 30000);
        QCOMPARE(cell(*page, 0, ResultModel::Rate), QStringLiteral("60.0 ± 0.0"));
    }

    void badRangesAndBadBundlesAreExplained() {
        auto page = makePage();
        find<QLineEdit>(*page, "threads")->setText("0-3");
        click(*page, "startSweep");
        QVERIFY(!page->running());
        QVERIFY(errors_.value(0).contains("numbers from 1 to 256"));
        find<QLineEdit>(*page, "threads")->setText("1");
        modelBroken_ = true;
        click(*page, "startSweep");
        QTRY_COMPARE(errors_.size(), 2);
        QCOMPARE(errors_[1], QStringLiteral("The bundle is damaged."));
        QVERIFY(!page->running());
        QVERIFY(find<QPushButton>(*page, "startSweep")->isEnabled());
    }

    void aFailedSettingIsToldInItsRow() {
        repeat_ = [](const BenchmarkSetting& setting, int) -> Result<Repetition> {
            if (setting.threads == 2) {
                return fail(ErrorCode::Internal, "The benchmark process was ended by signal 9 (Killed).");
            }
            return test::fakeRepetition(setting);
        };
        auto page = makePage();
        find<QLineEdit>(*page, "threads")->setText("1,2");
        sweep(*page);
        QCOMPARE(cell(*page, 1, ResultModel::Rate), QStringLiteral("failed"));
        const auto index = find<QTableView>(*page, "results")->model()->index(1, ResultModel::Rate);
        QVERIFY(index.data(Qt::ToolTipRole).toString().contains("Killed"));
        QVERIFY(text(*page, "answer").contains("use 1 thread,"));
    }

    void scatteringSettingsGetABadge() {
        repeat_ = [](const BenchmarkSetting& setting, int number) {
            Repetition repetition = test::fakeRepetition(setting);
            const double swing = setting.threads == 1 ? 0.0 : setting.threads == 2 ? 0.15 : 0.5;
            repetition.captionsPerSecond *= 1.0 + (number % 2 == 0 ? swing : 0.0);
            return repetition;
        };
        auto page = makePage();
        find<QLineEdit>(*page, "threads")->setText("1-3");
        sweep(*page);
        QCOMPARE(cell(*page, 0, ResultModel::Noisiness), QStringLiteral("quiet"));
        QCOMPARE(cell(*page, 1, ResultModel::Noisiness), QStringLiteral("noisy"));
        QCOMPARE(cell(*page, 2, ResultModel::Noisiness), QStringLiteral("very noisy"));
        const auto* model = find<QTableView>(*page, "results")->model();
        const auto color = [&](int row) {
            return model->index(row, ResultModel::Noisiness).data(Qt::BackgroundRole).value<QBrush>().color();
        };
        QVERIFY(color(1).isValid() && color(2).isValid() && color(1) != color(2));
        QVERIFY(!model->index(0, ResultModel::Noisiness).data(Qt::BackgroundRole).isValid());
        const QString answer = text(*page, "answer");  // which one depends on how many CPUs there are
        QVERIFY2(answer.contains("scatter") || answer.contains("Too noisy"), qPrintable(answer));
    }

    void columnsSortByTheirNumbers() {
        repeat_ = [](const BenchmarkSetting& setting, int) {
            Repetition repetition = test::fakeRepetition(setting);
            repetition.captionsPerSecond = setting.threads == 1 ? 9.0 : setting.threads == 2 ? 100.0 : 20.0;
            return repetition;
        };
        auto page = makePage();
        find<QLineEdit>(*page, "threads")->setText("1-3");
        sweep(*page);
        find<QTableView>(*page, "results")->sortByColumn(ResultModel::Rate, Qt::DescendingOrder);
        QVERIFY(cell(*page, 0, ResultModel::Setting).startsWith("2 threads"));
        QVERIFY(cell(*page, 2, ResultModel::Setting).startsWith("1 thread"));
        // What is selected stays what is used.
        find<QTableView>(*page, "results")->selectRow(1);
        click(*page, "applySelected");
        QCOMPARE(settings_.threads, 3);
    }

    void runsComeBackWithTheNextWindowAndAreCompared() {
        {
            auto page = makePage();
            find<QLineEdit>(*page, "threads")->setText("1,2");
            sweep(*page);
            repeat_ = [](const BenchmarkSetting& setting, int) {
                Repetition repetition = test::fakeRepetition(setting);
                repetition.captionsPerSecond *= 1.5;
                return repetition;
            };
            sweep(*page);
            QCOMPARE(find<QListWidget>(*page, "runs")->count(), 2);
        }
        test::writeBytes(folder_->file("benchmarks/foreign.json"), "{}");
        auto page = makePage();
        auto* runs = find<QListWidget>(*page, "runs");
        QCOMPARE(runs->count(), 2);
        QVERIFY(text(*page, "answer").startsWith("On this CPU use 2 threads"));
        runs->setCurrentRow(0);
        click(*page, "pinA");
        runs->setCurrentRow(1);
        click(*page, "pinB");
        auto* table = find<QTableWidget>(*page, "comparisonTable");
        QCOMPARE(table->rowCount(), 2);
        const QString ratio = table->item(1, 3)->text();
        QVERIFY2(ratio == QStringLiteral("0.67 ×") || ratio == QStringLiteral("1.50 ×"), qPrintable(ratio));
        click(*page, "useB");
        QCOMPARE(settings_.threads, 2);
        QVERIFY(text(*page, "previewA").contains("2 threads"));
        QVERIFY(find<QPushButton>(*page, "togglePreview")->isEnabled());
    }

    void reportsAreExportedInEveryFormat() {
        auto page = makePage();
        find<QLineEdit>(*page, "threads")->setText("1,2");
        sweep(*page);
        click(*page, "copyReport");
        QVERIFY(QGuiApplication::clipboard()->text().startsWith("# Captions per second"));
        const char* endings[] = {".md", ".csv", ".json", ".png"};
        const char* beginnings[] = {"# Captions", "model,", "{", "\x89PNG"};
        for (chosenFilter_ = 0; chosenFilter_ < 4; ++chosenFilter_) {
            chosenFile_ = QString::fromStdString(folder_->file("run").string());
            click(*page, "exportReport");
            const std::string bytes = test::readBytes(folder_->file("run") += endings[chosenFilter_]);
            QVERIFY2(QByteArray::fromStdString(bytes).startsWith(beginnings[chosenFilter_]), endings[chosenFilter_]);
        }
        chosenFile_ = QString::fromStdString(folder_->file("nowhere/run.csv").string());
        click(*page, "exportReport");
        QCOMPARE(errors_.size(), 1);
    }

    void bothTheIdleAndTheBusyMachineAreAnsweredFor() {
        repeat_ = [](const BenchmarkSetting& setting, int) {
            Repetition repetition = test::fakeRepetition(setting);
            repetition.captionsPerSecond /= setting.busyPrograms > 0 && setting.threads > 1 ? 10.0 : 1.0;
            return repetition;
        };
        auto page = makePage();
        find<QCheckBox>(*page, "busy")->setChecked(true);
        find<QLineEdit>(*page, "threads")->setText("1,2");
        sweep(*page);
        QCOMPARE(find<QTableView>(*page, "results")->model()->rowCount(), 4);
        QVERIFY(cell(*page, 3, ResultModel::Setting).contains("beside"));
        const QStringList answers = text(*page, "answer").split('\n');
        QCOMPARE(answers.size(), 2);
        const int best = std::min(2, readMachineFacts().logicalCpus);
        QVERIFY2(answers[0].startsWith(QStringLiteral("On this CPU use %1 thread").arg(best)), qPrintable(answers[0]));
        QVERIFY2(answers[1].startsWith("Beside busy programs use 1 thread"), qPrintable(answers[1]));
        click(*page, "applySettings");
        QCOMPARE(settings_.threads, best);
    }

    void bundlesOfOtherPrecisionsAreCompared() {
        auto page = makePage();
        models_ = {"/models/int8.pt", "/models/float.pt"};
        click(*page, "chooseModels");
        find<QLineEdit>(*page, "threads")->setText("1,2");
        sweep(*page);
        QCOMPARE(find<QTableView>(*page, "results")->model()->rowCount(), 4);
        QVERIFY(cell(*page, 2, ResultModel::Setting).contains("fp32"));
    }

    void theQuickTuneOfAFirstStartPicksThreads() {
        QuickTune tune(hooks());
        QString message;
        connect(&tune, &QuickTune::over, this, [&](const QString& text) { message = text; });
        tune.start();
        QTRY_VERIFY_WITH_TIMEOUT(!message.isEmpty(), 15000);
        const int cores = readMachineFacts().fastCores;
        QCOMPARE(settings_.threads, cores == 1 ? 1 : 2);
        QVERIFY2(message.contains("best here"), qPrintable(message));
        QVERIFY2(message.contains("Beside busy programs it is"), qPrintable(message));
    }

    // What was found on the idle machine holds, however the rest ends.
    void whatIsFoundBesideBusyProgramsIsOnlyTold() {
        Gate gate;
        repeat_ = [&gate](const BenchmarkSetting& setting, int) {
            if (setting.busyPrograms > 0) {
                gate.pass();
            }
            return test::fakeRepetition(setting);
        };
        QuickTune tune(hooks());
        QString message;
        connect(&tune, &QuickTune::over, this, [&](const QString& text) { message = text; });
        settings_.threads = 7;
        tune.start();
        QTRY_VERIFY_WITH_TIMEOUT(settings_.threads != 7, 15000);
        const int found = settings_.threads;
        gate.open(1000);
        find<QToolButton>(tune, "skipQuickTune")->click();
        QVERIFY2(message.endsWith("best here."), qPrintable(message));
        QCOMPARE(settings_.threads, found);
    }

    void aSkippedQuickTuneChangesNothing() {
        Gate gate;
        repeat_ = [&gate](const BenchmarkSetting& setting, int) {
            gate.pass();
            return test::fakeRepetition(setting);
        };
        QuickTune tune(hooks());
        QStringList messages;
        connect(&tune, &QuickTune::over, this, [&](const QString& text) { messages << text; });
        tune.start();
        gate.open(1000);
        find<QToolButton>(tune, "skipQuickTune")->click();
        QCOMPARE(messages.size(), 1);
        QVERIFY(messages[0].startsWith("Skipped"));
        QTest::qWait(50);  // nothing that was under way comes after
        QCOMPARE(messages.size(), 1);
        QCOMPARE(settings_.threads, 1);
    }

    void aBusyMachineIsNotTunedFor() {
        repeat_ = [](const BenchmarkSetting& setting, int) {
            Repetition repetition = test::fakeRepetition(setting);
            repetition.otherCpus = 1.0;
            return repetition;
        };
        QuickTune tune(hooks());
        QString message;
        bool isDecided = true;
        connect(&tune, &QuickTune::over, this, [&](const QString& text, bool decided) {
            message = text;
            isDecided = decided;
        });
        tune.start();
        QTRY_VERIFY_WITH_TIMEOUT(!message.isEmpty(), 15000);
        QCOMPARE(settings_.threads, 1);
        QVERIFY2(message.contains("too busy"), qPrintable(message));
        QVERIFY(!isDecided);
    }

    void quickTuneTriesFewCounts() {
        QCOMPARE(quickTuneThreads(1), std::vector<int>({1}));
        QCOMPARE(quickTuneThreads(2), std::vector<int>({1, 2}));
        QCOMPARE(quickTuneThreads(6), std::vector<int>({1, 2, 4, 6}));
        QCOMPARE(quickTuneThreads(64), std::vector<int>({1, 2, 4, 64}));
    }
};

}  // namespace sightline

QTEST_MAIN(sightline::ThreadLabTest)
#include "thread_lab_test.moc"
