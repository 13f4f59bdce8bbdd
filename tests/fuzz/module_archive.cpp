// The archive of a model: the first byte says whether the rest is a zip file or the list of values inside one.
#include <cstddef>
#include <cstdint>

#include "core/inference/module_archive.h"
#include "tests/fuzz/expectation.h"
#include "tests/support/zip_writer.h"

using namespace sightline;

namespace {

constexpr int kMostDepth = 4;

void readAll(const ModuleArchive& archive, const ArchivedModule& module, int depth) {
    try {
        const ArchivedTensor& weight = module.tensor("weight");
        fuzz::expect(std::ssize(archive.values<float>(weight)) == weight.count(), "a weight has all its numbers");
    } catch (const ArchiveError&) {
    }
    if (depth < kMostDepth) {
        for (const ArchivedModule& child : module.children()) {
            readAll(archive, child, depth + 1);
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string file =
        data[0] == 'z' ? bytes
                       : test::zipFile({{"a/data.pkl", bytes, {}, 0}, {"a/data/0", std::string(24, '\1'), {}, 0}});
    const auto zip = ZipArchive::open(file.size(), bytesOf(file));
    if (!zip) {
        return 0;
    }
    for (const ZipRecord& record : zip->records()) {
        if (record.unpacked < size * 1024) {  // a thousandth is what deflate can reach
            const auto content = zip->read(record);
            fuzz::expect(!content || content->size() == record.unpacked, "a record is as long as its list says");
        }
    }
    try {
        const ModuleArchive archive(*zip, "a/");
        readAll(archive, archive.root(), 0);
    } catch (const ArchiveError&) {
    }
    return 0;
}
