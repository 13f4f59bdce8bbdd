#include "core/media/writing/snapshot.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "core/media/files/still_image.h"
#include "tests/support/child_process.h"
#include "tests/support/fixtures.h"

namespace sightline {
namespace {

const SnapshotText kText{"A cup of café & \"tea\" <hot>", "Camera 0", "2026-11-24T12:00:00+01:00"};

Image grey() {
    Image image(64, 48);
    std::fill_n(image.data(), image.sizeBytes(), std::uint8_t{120});
    return image;
}

// What a program of others reads there.
std::string read(const std::filesystem::path& path, const std::string& script) {
    const test::TemporaryFolder folder;
    const std::string command = "python3 -c '" + script + "' '" + path.string() + "' > " + folder.file("out").string();
    EXPECT_EQ(std::system(command.c_str()), 0);
    return test::readBytes(folder.file("out"));
}

TEST(Snapshot, APngCarriesItsCaptionAsInternationalText) {
    const test::TemporaryFolder folder;
    const auto path = folder.file("a.png");
    ASSERT_TRUE(writeSnapshot(grey(), kText, path));
    const auto back = readStillImage(path);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->row(20)[40], 120);
    if (!test::findProgram("python3")) {
        GTEST_SKIP() << "skipped: python3 reads the chunks";
    }
    // Checks each chunk's sum with zlib's own function.
    EXPECT_EQ(
        read(path, R"(
import struct, sys, zlib
data = open(sys.argv[1], "rb").read()
at = 8
while at < len(data):
    size, kind = struct.unpack(">I4s", data[at:at+8])
    body = data[at+8:at+8+size]
    assert struct.unpack(">I", data[at+8+size:at+12+size])[0] == zlib.crc32(kind + body), kind
    if kind == b"iTXt":
        key, rest = body.split(b"\0", 1)
        assert rest[:4] == b"\0\0\0\0"
        sys.stdout.buffer.write(key + b"=" + rest[4:] + b"\n")
    at += 12 + size
)"),
        "Description=" + kText.caption + "\nSource=Camera 0\nCreation Time=" + kText.taken + "\nSoftware=Sightline\n");
}

TEST(Snapshot, AJpegCarriesItsCaptionAsXmp) {
    const test::TemporaryFolder folder;
    const auto path = folder.file("a.jpg");
    ASSERT_TRUE(writeSnapshot(grey(), kText, path));
    const auto back = readStillImage(path);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_NEAR(back->row(20)[40], 120, 2);
    if (!test::findProgram("python3")) {
        GTEST_SKIP() << "skipped: python3 reads the packet";
    }
    EXPECT_EQ(read(path, R"(
import struct, sys
import xml.etree.ElementTree as tree
data = open(sys.argv[1], "rb").read()
at, name = 2, b"http://ns.adobe.com/xap/1.0/\0"
while data[at+1] != 0xDA:
    size = struct.unpack(">H", data[at+2:at+4])[0]
    if data[at+1] == 0xE1 and data[at+4:].startswith(name):
        xml = data[at+4+len(name):at+2+size].decode()
        root = tree.fromstring(xml[xml.index("<x:"):xml.rindex("<?")])
        node = next(root.iter("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"))
        sys.stdout.buffer.write(node.text.encode())
    at += 2 + size
)"),
              kText.caption);
}

TEST(Snapshot, OtherNamesAndMissingFoldersAreRefused) {
    EXPECT_EQ(writeSnapshot(grey(), kText, "/tmp/a.gif").error().code, ErrorCode::Unsupported);
    EXPECT_EQ(writeSnapshot(grey(), kText, "/nowhere/a.png").error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace sightline
