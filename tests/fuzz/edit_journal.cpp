// A journal file of any content opens, and gives back only lines that it would have written.
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "core/captions/edit_journal.h"
#include "tests/fuzz/expectation.h"

using namespace sightline;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const std::filesystem::path path = "/dev/shm/sightline-fuzz-" + std::to_string(getpid());
    {
        std::ofstream(path, std::ios::binary)
            .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
        std::vector<std::string> lines;
        const auto journal = EditJournal::open(path, "base", lines);
        fuzz::expect(journal.has_value(), "a journal opens whatever is in it");
        for (const std::string& line : lines) {
            fuzz::expect(line.find('\n') == std::string::npos, "a line is one line");
        }
        fuzz::expect((*journal)->append("next").has_value(), "it can be written on");
    }
    std::vector<std::string> lines;
    const auto journal = EditJournal::open(path, "base", lines);
    fuzz::expect(!lines.empty() && lines.back() == "next", "what was appended is there");
    return 0;
}
