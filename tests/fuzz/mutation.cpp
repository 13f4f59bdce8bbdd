// Runs a fuzz target without a fuzzer: mutation EXECUTIONS SEED FOLDER...
//
// First every file of the folders as it is, then changed ones for that long, always the same for the same seed. At a
// fault the input is written to ./fault-of-NAME.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/time.h>
#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kGrowth = 4096;        // bytes beyond the longest input given
constexpr itimerval kPatience{{}, {10, 0}};  // of CPU time for an input, which takes milliseconds at most

std::string faultPath;
std::string input;  // the one that runs

void writeInput(int signal) {
    const int file = ::open(faultPath.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file >= 0 && ::write(file, input.data(), input.size()) == static_cast<ssize_t>(input.size())) {
        constexpr std::string_view kSays = "The input is in fault-of-NAME of the working folder.\n";
        (void)!::write(STDERR_FILENO, kSays.data(), kSays.size());
    }
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

void run() {
    ::setitimer(ITIMER_PROF, &kPatience, nullptr);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

// A word of fuzz/tokens.dict has a meaning in one of the formats; so may a part of another input.
class Mutator {
public:
    Mutator(unsigned seed, const std::vector<std::string>& inputs, std::vector<std::string> tokens)
        : random_(seed), inputs_(inputs), tokens_(std::move(tokens)),
          longest_(std::ranges::max(inputs, {}, &std::string::size).size() + kGrowth) {}

    std::string next() {
        std::string bytes = one(inputs_);
        for (std::size_t changes = 1 + below(4); changes > 0; --changes) {
            change(bytes);
        }
        bytes.resize(std::min(bytes.size(), longest_));
        return bytes;
    }

private:
    std::size_t below(std::size_t limit) { return random_() % std::max<std::size_t>(limit, 1); }
    const std::string& one(const std::vector<std::string>& all) { return all[below(all.size())]; }

    void change(std::string& bytes) {
        const std::size_t at = below(bytes.size());
        const std::size_t length = below(std::min<std::size_t>(bytes.size() - at, 60));
        const std::string& other = one(inputs_);
        const std::size_t from = below(other.size());
        switch (below(8)) {
            case 0: bytes.insert(at, 1, static_cast<char>(random_())); break;
            case 1: bytes.erase(at, length); break;
            case 2: bytes.insert(at, one(tokens_)); break;
            case 3: bytes.insert(below(bytes.size()), bytes.substr(at, length)); break;
            case 4: bytes.replace(at, length, one(tokens_)); break;
            case 5: bytes.replace(at, length, other.substr(from, below(60))); break;
            case 6: bytes.resize(below(8) == 0 ? at : bytes.size()); break;
            default:
                if (!bytes.empty()) {
                    bytes[at] =
                        static_cast<char>(below(2) == 0 ? random_() : static_cast<unsigned char>(bytes[at]) ^ 1U);
                }
        }
    }

    std::mt19937 random_;
    const std::vector<std::string>& inputs_;
    const std::vector<std::string> tokens_;
    const std::size_t longest_;
};

std::vector<std::string> filesIn(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    if (std::filesystem::is_directory(folder)) {
        std::ranges::copy(std::filesystem::directory_iterator(folder), std::back_inserter(paths));
    }
    std::ranges::sort(paths);
    std::vector<std::string> contents;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        contents.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return contents;
}

// Of a dictionary as fuzzers have it: lines of "a \"word\"", with \xHH, \\ and \" as escapes.
std::vector<std::string> tokensIn(const std::filesystem::path& path) {
    std::vector<std::string> tokens{std::string(300, '['), std::string(1, '\0')};
    std::ifstream file(path);
    for (std::string line; std::getline(file, line);) {
        const auto first = line.find('"');
        if (line.empty() || line[0] == '#' || first == std::string::npos || line.rfind('"') == first) {
            continue;
        }
        std::string token;
        const std::string quoted = line.substr(first + 1, line.rfind('"') - first - 1);
        for (std::size_t i = 0; i < quoted.size(); ++i) {
            const bool escapes = quoted[i] == '\\' && i + 1 < quoted.size();
            if (escapes && quoted[i + 1] == 'x' && i + 3 < quoted.size()) {
                token += static_cast<char>(std::stoi(quoted.substr(i + 2, 2), nullptr, 16));
                i += 3;
            } else {
                i += escapes ? 1U : 0U;
                token += quoted[i];
            }
        }
        tokens.push_back(token);
    }
    return tokens;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 4) {
        std::cerr << "mutation EXECUTIONS SEED FOLDER...\n";
        return 2;
    }
    const std::size_t executions = std::stoul(argv[1]);
    const auto seed = static_cast<unsigned>(std::stoul(argv[2]));
    faultPath = "fault-of-" + std::filesystem::path(argv[0]).filename().string();
    std::vector<std::string> inputs{""};
    for (int i = 3; i < argc; ++i) {
        std::ranges::move(filesIn(argv[i]), std::back_inserter(inputs));
    }
    for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGPROF}) {
        std::signal(signal, writeInput);
    }
    for (const std::string& given : inputs) {
        input = given;
        run();
    }
    Mutator mutator(seed, inputs, tokensIn(SIGHTLINE_FUZZ_TOKENS));
    for (std::size_t i = 0; i < executions; ++i) {
        input = mutator.next();
        run();
    }
    std::cout << executions << " executions from " << inputs.size() << " inputs, seed " << seed << "\n";
    return 0;
}
