#include "ui/lab/run_history.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include <QDateTime>
#include <QLocale>

#include "core/base/atomic_file.h"
#include "core/base/logging.h"

namespace sightline {
namespace {

constexpr const char* kExtension = ".json";

bool newer(const BenchmarkReport& a, const BenchmarkReport& b) { return a.made > b.made; }

}  // namespace

void RunHistory::load(const std::string& machine) {
    runs_.clear();
    std::error_code problem;
    for (auto file = std::filesystem::directory_iterator(folder_, problem);
         !problem && file != std::filesystem::directory_iterator(); file.increment(problem)) {
        if (file->path().extension() != kExtension) {
            continue;
        }
        std::ifstream stream(file->path(), std::ios::binary);
        auto report = reportFromJson(std::string(std::istreambuf_iterator<char>(stream), {}));
        if (!report) {
            logger("ui")->warn("{}: {}", file->path().string(), report.error().message);
        } else if (machineName(report->machine) == machine) {
            runs_.push_back(std::move(*report));
        }
    }
    std::sort(runs_.begin(), runs_.end(), newer);
}

Result<void> RunHistory::add(const BenchmarkReport& report) {
    runs_.insert(runs_.begin(), report);
    std::error_code problem;
    std::filesystem::create_directories(folder_, problem);
    std::string name = report.made;  // ':' is no good in names of files on some disks
    std::replace(name.begin(), name.end(), ':', '-');
    // Runs that ended within one second keep both their files.
    std::filesystem::path path = folder_ / (name + kExtension);
    for (int i = 2; std::filesystem::exists(path, problem); ++i) {
        path = folder_ / (name + "-" + std::to_string(i) + kExtension);
    }
    return writeFileAtomically(path, toJson(report));
}

QString madeText(const BenchmarkReport& report) {
    const QString made = QString::fromStdString(report.made);
    const QDateTime time = QDateTime::fromString(made, Qt::ISODate);
    return time.isValid() ? QLocale().toString(time.toLocalTime(), QLocale::ShortFormat) : made;
}

}  // namespace sightline
