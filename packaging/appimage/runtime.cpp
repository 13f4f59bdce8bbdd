// The beginning of an AppImage: a static program, behind whose end lies a file system image (squashfs, zstd). It mounts
// the image with FUSE and runs AppRun in it; where that is not possible it unpacks the image for the time of the run.
//
// It does what AppImage's "type 2" asks for: the letters AI and the number 2 at offset 8 (package.sh puts them there),
// --appimage-help, -offset, -mount, -extract and -extract-and-run, the variables APPIMAGE, APPDIR, ARGV0 and OWD.
// Made of Debian's libsquashfuse (BSD), libfuse3 (LGPL) and libzstd (BSD); nothing is downloaded.
//
// Threads: one. Errors are told on standard error, with exit code 127.

extern "C" {
#include <ll.h>  // first: its configuration sets macros that system headers look at
#include <traverse.h>
}

#include <elf.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

// libsquashfuse names all kinds of compression; the image has one. LZO's library, for one, has a licence that would
// reach the whole file.
extern "C" {
int __lzo_init_v2(unsigned, int, int, int, int, int, int, int, int, int) { return -1; }
int lzo1x_decompress_safe(const unsigned char*, unsigned long, unsigned char*, unsigned long*, void*) { return -1; }
int LZ4_decompress_safe(const char*, char*, int, int) { return -1; }
int lzma_stream_buffer_decode(unsigned long*, unsigned, const void*, const unsigned char*, unsigned long*,
                              unsigned long, unsigned char*, unsigned long*, unsigned long) {
    return 1;
}
int uncompress(unsigned char*, unsigned long*, const unsigned char*, unsigned long) { return -1; }
}

namespace {

namespace fs = std::filesystem;

constexpr int kCannotRun = 127;

[[noreturn]] void fail(const std::string& what) {
    std::fprintf(stderr, "AppImage: %s\n", what.c_str());
    std::exit(kCannotRun);
}

// Where the program ends and the image begins: behind the table of sections, or the last section.
std::size_t endOfProgram(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    Elf64_Ehdr header{};
    in.read(reinterpret_cast<char*>(&header), sizeof(header));
    if (!in || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) {
        fail(file.string() + " is no program.");
    }
    std::size_t end = header.e_shoff + std::size_t{header.e_shentsize} * header.e_shnum;
    in.seekg(static_cast<std::streamoff>(header.e_shoff));
    for (int i = 0; i < header.e_shnum; ++i) {
        Elf64_Shdr section{};
        in.read(reinterpret_cast<char*>(&section), sizeof(section));
        if (in && section.sh_type != SHT_NOBITS) {
            end = std::max(end, static_cast<std::size_t>(section.sh_offset + section.sh_size));
        }
    }
    return end;
}

fs::path makeFolder() {
    const char* temporary = std::getenv("TMPDIR");
    std::string name =
        std::string(temporary != nullptr && *temporary != '\0' ? temporary : "/tmp") + "/.mount_sightline-XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) {
        fail("cannot make a folder " + name + ": " + std::strerror(errno) + ". Set TMPDIR to one with room.");
    }
    return name;
}

// Becomes AppRun in the mounted or unpacked image.
[[noreturn]] void become(const fs::path& folder, std::vector<char*> arguments) {
    ::setenv("APPDIR", folder.c_str(), 1);
    const std::string program = folder / "AppRun";
    arguments.push_back(nullptr);
    ::execv(program.c_str(), arguments.data());
    std::fprintf(stderr, "AppImage: cannot run %s: %s\n", program.c_str(), std::strerror(errno));
    ::_exit(kCannotRun);
}

void unmount(const fs::path& folder) {
    if (::umount2(folder.c_str(), MNT_DETACH) == 0) {  // root's way
        return;
    }
    for (const char* program : {"fusermount3", "fusermount"}) {
        if (::fork() == 0) {
            ::execlp(program, program, "-u", "-z", "-q", folder.c_str(), nullptr);
            ::_exit(kCannotRun);
        }
        int status = 0;
        ::wait(&status);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
            return;
        }
    }
}

// The process that serves the mounted image until nobody holds the other end of `alive` any more. Writes a byte to
// `ready` when it is mounted.
[[noreturn]] void serve(const fs::path& image, std::size_t offset, const fs::path& folder, int alive, int ready) {
    ::setsid();
    // What libfuse says when there is no FUSE is no concern of the user: the image is unpacked then.
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        ::dup2(nowhere, stream);
    }
    std::string name = "sightline";
    std::string option = "-o";
    std::string options = "ro,nodev,nosuid,subtype=sightline,fsname=" + image.filename().string();
    std::array<char*, 3> words{name.data(), option.data(), options.data()};
    fuse_args arguments = FUSE_ARGS_INIT(static_cast<int>(words.size()), words.data());
    fuse_lowlevel_ops operations{};
    operations.getattr = sqfs_ll_op_getattr;
    operations.opendir = sqfs_ll_op_opendir;
    operations.releasedir = sqfs_ll_op_releasedir;
    operations.readdir = sqfs_ll_op_readdir;
    operations.lookup = sqfs_ll_op_lookup;
    operations.open = sqfs_ll_op_open;
    operations.create = sqfs_ll_op_create;
    operations.release = sqfs_ll_op_release;
    operations.read = sqfs_ll_op_read;
    operations.readlink = sqfs_ll_op_readlink;
    operations.listxattr = sqfs_ll_op_listxattr;
    operations.getxattr = sqfs_ll_op_getxattr;
    operations.forget = sqfs_ll_op_forget;
    sqfs_ll* files = sqfs_ll_open(image.c_str(), offset);
    sqfs_ll_chan channel{};
    if (files == nullptr ||
        sqfs_ll_mount(&channel, folder.c_str(), &arguments, &operations, sizeof(operations), files) != SQFS_OK) {
        ::_exit(kCannotRun);
    }
    const pid_t server = ::getpid();
    if (::fork() == 0) {
        ::close(ready);
        char byte = 0;
        while (::read(alive, &byte, 1) < 0 && errno == EINTR) {
        }
        unmount(folder);
        ::rmdir(folder.c_str());
        // The loop below ends by itself, unless a mount namespace that began meanwhile holds the image as well.
        if (::getppid() == server) {
            ::kill(server, SIGTERM);
        }
        ::_exit(0);
    }
    ::close(alive);
    const bool told = ::write(ready, "m", 1) == 1;
    ::close(ready);
    if (told) {
        fuse_session_loop(channel.session);
    }
    ::_exit(0);
}

// Whether the image is mounted on `folder`. It stays so as long as this process or one that it starts runs.
bool mount(const fs::path& image, std::size_t offset, const fs::path& folder) {
    std::array<int, 2> alive{};
    std::array<int, 2> ready{};
    if (::pipe(alive.data()) != 0 || ::pipe(ready.data()) != 0) {
        return false;
    }
    const pid_t between = ::fork();  // so that the server is no child of the program, which knows nothing of it
    if (between == 0) {
        ::close(alive[1]);
        ::close(ready[0]);
        if (::fork() == 0) {
            serve(image, offset, folder, alive[0], ready[1]);
        }
        ::_exit(0);
    }
    ::close(alive[0]);
    ::close(ready[1]);
    ::waitpid(between, nullptr, 0);
    char byte = 0;
    ssize_t got = 0;
    while ((got = ::read(ready[0], &byte, 1)) < 0 && errno == EINTR) {
    }
    ::close(ready[0]);
    if (got != 1) {
        ::close(alive[1]);
    }
    return got == 1;
}

void writeFile(sqfs& files, sqfs_inode& node, const fs::path& target) {
    std::ofstream out(target, std::ios::binary);
    std::vector<char> bytes(1 << 20);
    for (sqfs_off_t at = 0, size = static_cast<sqfs_off_t>(node.xtra.reg.file_size); at < size;) {
        sqfs_off_t count = std::min<sqfs_off_t>(static_cast<sqfs_off_t>(bytes.size()), size - at);
        if (sqfs_read_range(&files, &node, at, &count, bytes.data()) != SQFS_OK || count <= 0) {
            fail("the image is damaged at " + target.string() + ". Download it again.");
        }
        out.write(bytes.data(), count);
        at += count;
    }
    if (!out.flush()) {
        fail("cannot write " + target.string() + ". Set TMPDIR to a folder with room, or install fuse3.");
    }
}

void extract(const fs::path& image, std::size_t offset, const fs::path& folder) {
    sqfs files{};
    if (sqfs_open_image(&files, image.c_str(), offset) != SQFS_OK) {
        fail(image.string() + " is damaged. Download it again.");
    }
    fs::create_directories(folder);
    sqfs_traverse walk{};
    sqfs_err problem = sqfs_traverse_open(&walk, &files, sqfs_inode_root(&files));
    while (problem == SQFS_OK && sqfs_traverse_next(&walk, &problem)) {
        if (walk.dir_end) {
            continue;
        }
        const fs::path target = folder / walk.path;
        sqfs_inode node{};
        if ((problem = sqfs_inode_get(&files, &node, sqfs_dentry_inode(&walk.entry))) != SQFS_OK) {
            break;
        }
        const mode_t mode = node.base.mode;
        if (S_ISDIR(mode)) {
            fs::create_directories(target);
        } else if (S_ISLNK(mode)) {
            std::size_t size = 0;
            sqfs_readlink(&files, &node, nullptr, &size);
            std::string aim(size, '\0');
            sqfs_readlink(&files, &node, aim.data(), &size);
            std::error_code ignored;
            fs::remove(target, ignored);
            fs::create_symlink(aim.c_str(), target);
        } else if (S_ISREG(mode)) {
            writeFile(files, node, target);
            ::chmod(target.c_str(), mode & 0777);
        }
    }
    if (problem != SQFS_OK) {
        fail(image.string() + " is damaged. Download it again.");
    }
    sqfs_traverse_close(&walk);
    sqfs_destroy(&files);
}

pid_t running = 0;  // the unpacked program, to which signals are handed on

// Runs the unpacked program and takes away what was unpacked.
int runExtracted(const fs::path& image, std::size_t offset, const std::vector<char*>& arguments) {
    const fs::path folder = makeFolder();
    extract(image, offset, folder);
    running = ::fork();
    if (running == 0) {
        become(folder, arguments);
    }
    ::signal(SIGINT, SIG_IGN);  // the terminal tells the program itself
    for (const int signal : {SIGTERM, SIGHUP}) {
        ::signal(signal, [](int which) { ::kill(running, which); });
    }
    int status = 0;
    while (::waitpid(running, &status, 0) < 0 && errno == EINTR) {
    }
    std::error_code ignored;
    fs::remove_all(folder, ignored);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

int main(int count, char** values) try {
    const fs::path image = fs::read_symlink("/proc/self/exe");
    const std::size_t offset = endOfProgram(image);
    std::vector<char*> arguments(values, values + count);
    const std::string_view first = count > 1 ? values[1] : "";
    ::setenv("APPIMAGE", image.c_str(), 1);
    ::setenv("ARGV0", values[0], 1);
    ::setenv("OWD", fs::current_path().c_str(), 1);
    if (first == "--appimage-help") {
        std::puts(
            "--appimage-extract          unpack into the folder squashfs-root\n"
            "--appimage-extract-and-run  run without FUSE; APPIMAGE_EXTRACT_AND_RUN=1 as well\n"
            "--appimage-mount            mount, tell where, and wait for Ctrl-C\n"
            "--appimage-offset           tell where the file system image begins");
        return 0;
    }
    if (first == "--appimage-offset") {
        std::printf("%zu\n", offset);
        return 0;
    }
    if (first == "--appimage-extract") {
        extract(image, offset, "squashfs-root");
        return 0;
    }
    if (first == "--appimage-mount") {
        const fs::path folder = makeFolder();
        if (!mount(image, offset, folder)) {
            fs::remove(folder);
            fail("cannot mount: FUSE is missing. Install fuse3, or use --appimage-extract.");
        }
        std::printf("%s\n", folder.c_str());
        std::fflush(stdout);
        ::pause();
        return 0;
    }
    const char* asked = std::getenv("APPIMAGE_EXTRACT_AND_RUN");
    if (first == "--appimage-extract-and-run") {
        arguments.erase(arguments.begin() + 1);
        return runExtracted(image, offset, arguments);
    }
    if (asked == nullptr || *asked == '\0' || std::string_view(asked) == "0") {
        const fs::path folder = makeFolder();
        if (mount(image, offset, folder)) {
            become(folder, arguments);
        }
        fs::remove(folder);
        std::fputs("AppImage: there is no FUSE here, so it is unpacked for this run. Install fuse3 to start faster.\n",
                   stderr);
    }
    return runExtracted(image, offset, arguments);
} catch (const std::exception& error) {
    fail(error.what());
}
