// What is read from the kernel's own files.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/benchmark/cpu_topology.h"
#include "core/benchmark/load_sample.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

// A copy of /sys/devices of some machine.
class FakeSysfs {
public:
    void write(const std::string& name, const std::string& text) {
        const auto path = folder_.file(name);
        std::filesystem::create_directories(path.parent_path());
        test::writeBytes(path, text + "\n");
    }
    void addCpu(int number, int core, int capacity = 0) {
        const std::string cpu = "system/cpu/cpu" + std::to_string(number);
        write(cpu + "/topology/physical_package_id", "0");
        write(cpu + "/topology/core_id", std::to_string(core));
        if (capacity > 0) {
            write(cpu + "/cpu_capacity", std::to_string(capacity));
        }
    }
    CpuTopology read() const { return readCpuTopology(folder_.file("")); }

private:
    test::TemporaryFolder folder_;
};

TEST(CpuTopology, SecondThreadsOfCoresComeLast) {
    FakeSysfs sysfs;
    sysfs.write("system/cpu/online", "0-3");
    for (int cpu = 0; cpu < 4; ++cpu) {
        sysfs.addCpu(cpu, cpu / 2);
    }
    const CpuTopology topology = sysfs.read();
    EXPECT_EQ(topology.cpus.size(), 4U);
    EXPECT_EQ(topology.cores(), 2);
    EXPECT_EQ(topology.preferred(), (std::vector{0, 2, 1, 3}));
}

TEST(CpuTopology, EfficiencyCoresOfHybridCpusComeAfterTheFastOnes) {
    FakeSysfs sysfs;
    sysfs.write("system/cpu/online", "0-5");
    sysfs.write("cpu_atom/cpus", "4-5");
    for (int cpu = 0; cpu < 6; ++cpu) {
        sysfs.addCpu(cpu, cpu < 4 ? cpu / 2 : cpu);
    }
    const CpuTopology topology = sysfs.read();
    EXPECT_EQ(topology.cores(), 4);
    EXPECT_EQ(topology.fastCores(), 2);
    EXPECT_EQ(topology.preferred(), (std::vector{0, 2, 4, 5, 1, 3}));
}

TEST(CpuTopology, CapacityTellsFastCoresOnArm) {
    FakeSysfs sysfs;
    sysfs.write("system/cpu/online", "0-3");
    for (int cpu = 0; cpu < 4; ++cpu) {
        sysfs.addCpu(cpu, cpu, cpu < 2 ? 446 : 1024);
    }
    EXPECT_EQ(sysfs.read().fastCores(), 2);
    EXPECT_EQ(sysfs.read().preferred(), (std::vector{2, 3, 0, 1}));
}

TEST(CpuTopology, CachesAndGovernorAreNamed) {
    FakeSysfs sysfs;
    sysfs.write("system/cpu/online", "0");
    sysfs.addCpu(0, 0);
    sysfs.write("system/cpu/cpu0/cpufreq/scaling_governor", "performance");
    sysfs.write("system/cpu/cpu0/cache/index0/level", "3");
    sysfs.write("system/cpu/cpu0/cache/index0/type", "Unified");
    sysfs.write("system/cpu/cpu0/cache/index0/size", "32768K");
    sysfs.write("system/cpu/cpu0/cache/index0/shared_cpu_list", "0-7");
    EXPECT_EQ(sysfs.read().caches, std::vector<std::string>{"L3 32768K shared by CPUs 0-7"});
    EXPECT_EQ(sysfs.read().governor, "performance");
}

TEST(CpuTopology, ThisMachineHasACore) {
    EXPECT_GE(readCpuTopology().cores(), 1);
    EXPECT_LE(readCpuTopology().cores(), static_cast<int>(readCpuTopology().cpus.size()));
}

TEST(LoadSample, CountsTheThreadsThatAreBusy) {
    std::atomic<bool> over = false;
    std::vector<std::jthread> busy;
    for (int i = 0; i < 2; ++i) {
        busy.emplace_back([&over] {
            while (!over) {
            }
        });
    }
    std::jthread idle([&over] { over.wait(false); });
    const auto before = sampleProcess(getpid());
    ASSERT_TRUE(before);
    // Until a CPU did half a second of work for this process: then both have had their share.
    auto after = before;
    while (useBetween(*before, *after).cpus * toSeconds(after->at - before->at) < 0.5) {
        std::this_thread::yield();
        after = sampleProcess(getpid());
    }
    over = true;
    over.notify_all();
    const ProcessUse use = useBetween(*before, *after);
    // This thread reads the figures, so it is busy too; the idle one is not.
    EXPECT_GE(use.busyThreads, 2);
    EXPECT_LE(use.busyThreads, 3);
    EXPECT_GT(after->residentBytes, 1'000'000U);
}

TEST(LoadSample, AProcessThatIsGoneGivesNothing) { EXPECT_FALSE(sampleProcess(1'000'000'000)); }

TEST(LoadSample, TheMachineIsAtLeastAsBusyAsThisProcess) {
    const MachineSample before = sampleMachine();
    const auto mine = sampleProcess(getpid());
    auto after = mine;
    while (useBetween(*mine, *after).cpus * toSeconds(after->at - mine->at) < 0.3) {
        after = sampleProcess(getpid());
    }
    // The counters of the machine have ticks of 10 ms for each CPU.
    EXPECT_GT(toSeconds(sampleMachine().busy - before.busy), 0.2);
}

TEST(EnergyMeter, AddsPackagesAndCountsOnWhenTheCounterBeginsAnew) {
    const test::TemporaryFolder folder;
    const auto set = [&](const std::string& zone, const std::string& microjoules) {
        std::filesystem::create_directories(folder.file(zone));
        test::writeBytes(folder.file(zone + "/energy_uj"), microjoules);
        test::writeBytes(folder.file(zone + "/max_energy_range_uj"), "10000000");
    };
    set("intel-rapl:0", "9000000");
    set("intel-rapl:1", "1000000");
    set("intel-rapl:0:0", "5000000");  // part of package 0
    EnergyMeter meter(folder.file(""));
    EXPECT_DOUBLE_EQ(meter.joules().value(), 0.0);
    set("intel-rapl:0", "500000");  // 1.5 J on
    set("intel-rapl:1", "3000000");
    set("intel-rapl:0:0", "9000000");
    EXPECT_DOUBLE_EQ(meter.joules().value(), 3.5);
}

TEST(EnergyMeter, SaysNothingWhereThereIsNoCounter) {
    const test::TemporaryFolder folder;
    EXPECT_FALSE(EnergyMeter(folder.file("none")).joules());
}

}  // namespace
}  // namespace sightline
