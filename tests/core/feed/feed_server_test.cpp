// The feed as its readers see it: real sockets on loopback.
#include "core/feed/feed_server.h"

#include <filesystem>
#include <sstream>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <httplib.h>
#include <sys/socket.h>
#include <nlohmann/json.hpp>

#include "core/feed/caption_json.h"
#include "core/feed/feed_token.h"
#include "tests/support/eventually.h"
#include "tests/support/numbered_source.h"

namespace sightline {
namespace {

using namespace std::chrono_literals;

std::size_t threadsNow() {
    const std::filesystem::directory_iterator tasks("/proc/self/task");
    return static_cast<std::size_t>(std::distance(begin(tasks), end(tasks)));
}

// What other threads of this process do gives no signal.
template <typename Predicate>
bool eventually(Predicate predicate) {
    const auto deadline = std::chrono::steady_clock::now() + test::kDeadline;
    while (!predicate()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(10ms);
    }
    return true;
}

// A connection of which the test says when it reads.
class Connection {
public:
    explicit Connection(int port, int receiveBytes = 0) : file_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        if (receiveBytes > 0) {
            ::setsockopt(file_, SOL_SOCKET, SO_RCVBUF, &receiveBytes, sizeof receiveBytes);
        }
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        connected_ = ::connect(file_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        const timeval limit{20, 0};
        ::setsockopt(file_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }
    ~Connection() { ::close(file_); }
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    bool connected() const { return connected_; }
    void send(const std::string& text) const { ::send(file_, text.data(), text.size(), MSG_NOSIGNAL); }

    // Reads until `end` has come; all that came so far.
    const std::string& readUntil(const std::string& end) {
        while (text_.find(end) == std::string::npos && readSome()) {
        }
        return text_;
    }
    bool readToEnd() {
        while (readSome()) {
        }
        return ended_;
    }
    void forget() { text_.clear(); }

private:
    bool readSome() {
        char bytes[4096];
        const auto count = ::recv(file_, bytes, sizeof bytes, 0);
        ended_ = count == 0 || (count < 0 && errno == ECONNRESET);
        if (count > 0) {
            text_.append(bytes, static_cast<std::size_t>(count));
        }
        return count > 0;
    }

    int file_;
    bool connected_ = false;
    bool ended_ = false;
    std::string text_;
};

class FeedServerTest : public testing::Test {
protected:
    FeedServerTest() {
        options_.port = 0;
        options_.token = *makeFeedToken();
        start();
    }

    void start() {
        server_.reset();
        auto server = FeedServer::start(options_, captions_, preview_);
        ASSERT_TRUE(server) << server.error().message;
        server_ = std::move(*server);
    }

    httplib::Result get(const std::string& path, const httplib::Headers& headers = {}) const {
        httplib::Client client("127.0.0.1", server_->port());
        return client.Get(path, headers);
    }
    std::string withToken(const std::string& path) const { return path + "?token=" + options_.token; }
    std::string request(const std::string& path, const std::string& more = {}) const {
        return "GET " + withToken(path) + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(server_->port()) + "\r\n" +
               more + "\r\n";
    }

    void offer(int number) { preview_.offer(std::make_shared<const Frame>(test::numberedFrame(number))); }

    FeedOptions options_;
    std::size_t pictureBytes_ = 10;
    CaptionBoard captions_;
    PreviewBoard preview_{[this](const Frame& frame) {
                              return "picture" + std::to_string(test::numberOf(frame.image)) +
                                     std::string(pictureBytes_, '.');
                          },
                          0ns};
    std::unique_ptr<FeedServer> server_;
};

TEST_F(FeedServerTest, TheCurrentCaptionIsOneObject) {
    EXPECT_EQ(get(withToken("/caption"))->status, 204) << "there is none yet";
    Caption caption;
    caption.text = "A \"dog\"\nruns";
    caption.confidence = 0.5;
    caption.frameId = 7;
    caption.start = 1500ms;
    caption.captured = std::chrono::steady_clock::now();
    caption.finished = caption.captured + 40ms;
    captions_.post(captionJson(caption, "Desk Camera"));
    const auto response = get(withToken("/caption"));
    ASSERT_EQ(response->status, 200);
    EXPECT_EQ(response->get_header_value("Content-Type"), "application/json");
    EXPECT_EQ(response->get_header_value("Cache-Control"), "no-store");
    const auto json = nlohmann::json::parse(response->body);
    EXPECT_EQ(json.at("caption"), caption.text);
    EXPECT_EQ(json.at("source"), "Desk Camera");
    EXPECT_EQ(json.at("frame"), 7);
    EXPECT_EQ(json.at("position"), 1.5);
    EXPECT_EQ(json.at("age_ms"), 40.0);
    EXPECT_EQ(json.at("time").get<std::string>().size(), 24U);
    captions_.clear();
    EXPECT_EQ(get(withToken("/caption"))->status, 204) << "another source";
}

TEST_F(FeedServerTest, ATokenIsNeededForEverything) {
    captions_.post("{}");
    std::string almost = options_.token;
    almost.back() = almost.back() == '0' ? '1' : '0';
    for (const char* path : {"/", "/caption", "/captions", "/preview.mjpg", "/other"}) {
        EXPECT_EQ(get(path)->status, 401) << path;
        EXPECT_EQ(get(std::string(path) + "?token=" + almost)->status, 401) << path;
        EXPECT_EQ(get(path, {{"Authorization", "Bearer " + almost}})->status, 401) << path;
    }
    EXPECT_EQ(get("/caption?token=")->status, 401);
    EXPECT_EQ(get("/caption", {{"Authorization", "Bearer " + options_.token}})->status, 200);
    EXPECT_EQ(get(withToken("/other"))->status, 404);
    EXPECT_EQ(server_->streams(), 0);
}

TEST_F(FeedServerTest, TheWordBearerMayBeInLettersOfAnyCase) {
    for (const char* scheme : {"Bearer ", "bearer ", "BEARER  "}) {
        EXPECT_EQ(get("/caption", {{"Authorization", scheme + options_.token}})->status, 204) << scheme;
    }
    EXPECT_EQ(get("/caption", {{"Authorization", "bearer"}})->status, 401);
    EXPECT_EQ(get("/caption", {{"Authorization", "bearer "}})->status, 401);
    EXPECT_EQ(get("/caption", {{"Authorization", "Basic " + options_.token}})->status, 401);
}

TEST_F(FeedServerTest, PagesOfAnotherSiteReadItOnlyWhereThatIsAllowed) {
    const httplib::Headers page{{"Origin", "https://example.org"}};
    EXPECT_FALSE(get(withToken("/caption"), page)->has_header("Access-Control-Allow-Origin"));
    options_.allowedOrigin = "https://example.org";
    start();
    const auto allowed = get(withToken("/caption"), page);
    EXPECT_EQ(allowed->status, 204);
    EXPECT_EQ(allowed->get_header_value("Access-Control-Allow-Origin"), "https://example.org");
    EXPECT_EQ(get("/caption", page)->status, 401) << "the token is needed all the same";
    EXPECT_FALSE(
        get(withToken("/caption"), {{"Origin", "https://other.org"}})->has_header("Access-Control-Allow-Origin"));
    httplib::Client client("127.0.0.1", server_->port());
    const auto asked = client.Options("/caption", page);
    EXPECT_EQ(asked->status, 204) << "which the browser asks without the token";
    EXPECT_NE(asked->get_header_value("Access-Control-Allow-Headers").find("Authorization"), std::string::npos);
    EXPECT_EQ(client.Options("/caption", {{"Origin", "https://other.org"}})->status, 401);
}

TEST_F(FeedServerTest, OnPort80ClientsLeaveItAway) {
    options_.port = 80;
    if (auto server = FeedServer::start(options_, captions_, preview_); !server) {
        GTEST_SKIP() << "skipped: " << server.error().message;
    }
    start();
    httplib::Client client("127.0.0.1", 80);
    EXPECT_EQ(client.Get(withToken("/caption"), {{"Host", "127.0.0.1"}})->status, 204);
    EXPECT_EQ(client.Get(withToken("/caption"), {{"Host", "localhost"}})->status, 204);
    EXPECT_EQ(client.Get(withToken("/caption"), {{"Host", "example.org"}})->status, 403);
}

TEST_F(FeedServerTest, OtherNamesOfThisMachineAreRefusedEvenWithTheToken) {
    captions_.post("{}");
    const std::string port = ":" + std::to_string(server_->port());
    for (const std::string& host : {"evil.example" + port, std::string("127.0.0.1"), std::string("127.0.0.1:1"),
                                    "127.0.0.1" + port + ".evil.example", std::string()}) {
        EXPECT_EQ(get(withToken("/caption"), {{"Host", host}})->status, 403) << host;
    }
    EXPECT_EQ(get(withToken("/caption"), {{"Host", "localhost" + port}})->status, 200);
}

TEST_F(FeedServerTest, OnlyThisMachineCanConnect) {
    // A server on all addresses would take the second bind's place too.
    const int file = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);  // 127.0.0.2
    address.sin_port = htons(static_cast<std::uint16_t>(server_->port()));
    EXPECT_NE(::connect(file, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::close(file);
}

TEST_F(FeedServerTest, APortInUseIsToldWithWhatToDo) {
    FeedOptions second = options_;
    second.port = server_->port();
    const auto refused = FeedServer::start(second, captions_, preview_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Io);
    EXPECT_NE(refused.error().message.find("another program uses it. Choose another port"), std::string::npos)
        << refused.error().message;
    options_.port = server_->port();
    start();  // but it can be taken again at once
    EXPECT_EQ(server_->port(), second.port);
}

TEST_F(FeedServerTest, EachCaptionIsOneEventAndTheCurrentOneComesFirst) {
    captions_.post("{\"caption\":\"old\"}");
    captions_.post("{\"caption\":\"current\"}");
    Connection reader(server_->port());
    reader.send(request("/captions"));
    const std::string& text = reader.readUntil("current\"}\n\n");
    EXPECT_NE(text.find("200 OK"), std::string::npos);
    EXPECT_NE(text.find("Content-Type: text/event-stream"), std::string::npos);
    EXPECT_EQ(text.find("old"), std::string::npos);
    reader.forget();
    captions_.post("{\"caption\":\"next\"}");
    EXPECT_EQ(reader.readUntil("\n\n"), "id: 3\nevent: caption\ndata: {\"caption\":\"next\"}\n\n");

    reader.forget();
    captions_.clear();  // another source, or one that died: readers stay
    EXPECT_EQ(reader.readUntil("\n\n"), "id: 4\nevent: clear\ndata: {}\n\n");
    captions_.clear();
    reader.forget();
    captions_.post("{\"caption\":\"after\"}");
    EXPECT_EQ(reader.readUntil("\n\n").substr(0, 5), "id: 5") << "once is enough";
}

TEST_F(FeedServerTest, AReaderThatComesBackMissesNothing) {
    for (const char* json : {"{\"n\":1}", "{\"n\":2}", "{\"n\":3}"}) {
        captions_.post(json);
    }
    Connection reader(server_->port());
    reader.send(request("/captions", "Last-Event-ID: 1\r\n"));
    const std::string& text = reader.readUntil("{\"n\":3}\n\n");
    EXPECT_EQ(text.find("{\"n\":1}"), std::string::npos);
    EXPECT_NE(text.find("id: 2\n"), std::string::npos);

    Connection stranger(server_->port());  // its number is of an earlier run of the program
    stranger.send(request("/captions", "Last-Event-ID: 900\r\n"));
    EXPECT_NE(stranger.readUntil("{\"n\":3}\n\n").find("id: 3\n"), std::string::npos);
}

TEST_F(FeedServerTest, ASilentStreamBeats) {
    options_.heartbeat = 20ms;
    start();
    Connection reader(server_->port());
    reader.send(request("/captions"));
    EXPECT_NE(reader.readUntil(": still here\n\n").find(": still here"), std::string::npos);
}

TEST_F(FeedServerTest, ThePictureIsAPartEachAndEncodedOnlyForReaders) {
    offer(1);
    offer(2);
    EXPECT_EQ(preview_.encoded(), 0U);
    Connection reader(server_->port());
    reader.send(request("/preview.mjpg"));
    const std::string& text = reader.readUntil("picture2..........\r\n--sightline\r\n");
    EXPECT_NE(text.find("Content-Type: multipart/x-mixed-replace; boundary=sightline"), std::string::npos);
    EXPECT_NE(text.find("--sightline\r\nContent-Type: image/jpeg\r\nContent-Length: 18\r\n\r\npicture2"),
              std::string::npos)
        << text;
    reader.forget();
    offer(3);
    EXPECT_EQ(reader.readUntil("\r\n--sightline\r\n").substr(0, 24), "Content-Type: image/jpeg");
    EXPECT_EQ(preview_.encoded(), 2U) << "the first one nobody saw";
}

// As FFmpeg asks. What has no end has no ranges.
TEST_F(FeedServerTest, AReaderThatAsksForARangeGetsTheStream) {
    offer(1);
    Connection reader(server_->port());
    reader.send(request("/preview.mjpg", "Range: bytes=0-\r\n"));
    const std::string& text = reader.readUntil("picture1..........\r\n--sightline\r\n");
    EXPECT_EQ(text.substr(0, 15), "HTTP/1.1 200 OK");
    EXPECT_NE(text.find("picture1"), std::string::npos) << text;
}

TEST_F(FeedServerTest, ReadersShareAPicture) {
    Connection one(server_->port());
    Connection two(server_->port());
    for (Connection* reader : {&one, &two}) {
        reader->send(request("/preview.mjpg"));
    }
    ASSERT_TRUE(eventually([&] { return server_->streams() == 2; }));
    offer(1);
    one.readUntil("picture1");
    two.readUntil("picture1");
    EXPECT_EQ(preview_.encoded(), 1U);
}

TEST_F(FeedServerTest, AReaderThatStandsStillHoldsUpNobody) {
    pictureBytes_ = 400'000;
    Connection stuck(server_->port(), 4096);
    stuck.send(request("/preview.mjpg"));
    ASSERT_TRUE(eventually([&] { return server_->streams() == 1; }));
    Connection reader(server_->port());
    reader.send(request("/preview.mjpg"));
    ASSERT_TRUE(eventually([&] { return server_->streams() == 2; }));
    const auto show = [&](int picture) {
        offer(picture);
        reader.readUntil("picture" + std::to_string(picture) + ".");
        reader.forget();
    };
    const auto begin = std::chrono::steady_clock::now();
    int next = 0;
    while (next < 30) {
        show(next++);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 4s) << "before anyone's patience ends";
    // Pictures that were passed over may leave the kernel's buffers with room: it goes on until they are full.
    EXPECT_TRUE(eventually([&] {
        show(next++);
        return server_->streams() == 1;
    })) << "nobody waits for ever";
}

TEST_F(FeedServerTest, ReadersThatVanishLeaveNothingBehind) {
    std::size_t before = 0;
    for (int round = 0; round < 4; ++round) {
        std::vector<std::unique_ptr<Connection>> readers;
        for (int i = 0; i < options_.mostStreams; ++i) {
            readers.push_back(std::make_unique<Connection>(server_->port()));
            readers.back()->send(request(i % 2 == 0 ? "/captions" : "/preview.mjpg"));
        }
        ASSERT_TRUE(eventually([&] { return server_->streams() == options_.mostStreams; }));
        EXPECT_EQ(get(withToken("/captions"))->status, 503) << "one more";
        EXPECT_EQ(get(withToken("/caption"))->status, 204) << "short requests are answered all the while";
        readers.clear();
        ASSERT_TRUE(eventually([&] { return server_->streams() == 0; }));
        before = round == 0 ? threadsNow() : before;
    }
    EXPECT_EQ(threadsNow(), before);
}

TEST_F(FeedServerTest, StoppingEndsEveryConnectionAtOnce) {
    server_.reset();
    const auto before = threadsNow();
    start();
    pictureBytes_ = 4'000'000;
    Connection captions(server_->port());
    captions.send(request("/captions"));
    Connection stuck(server_->port(), 4096);
    stuck.send(request("/preview.mjpg"));
    Connection silent(server_->port());  // says nothing
    Connection slow(server_->port());    // has said half of it
    slow.send("GET /capt");
    ASSERT_TRUE(eventually([&] { return server_->streams() == 2; }));
    offer(1);
    ASSERT_TRUE(eventually([&] { return preview_.encoded() == 1; }));
    const int port = server_->port();
    const auto begin = std::chrono::steady_clock::now();
    server_.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 1s);
    for (Connection* connection : {&captions, &stuck, &silent, &slow}) {
        EXPECT_TRUE(connection->readToEnd());
    }
    EXPECT_TRUE(eventually([&] { return threadsNow() == before; }));
    EXPECT_FALSE(Connection(port).connected());
}

TEST_F(FeedServerTest, ThePageAsksForNothingElsewhere) {
    const auto page = get(withToken("/"));
    ASSERT_EQ(page->status, 200);
    EXPECT_NE(page->get_header_value("Content-Type").find("text/html"), std::string::npos);
    EXPECT_NE(page->body.find("preview.mjpg"), std::string::npos);
    EXPECT_EQ(page->body.find("http"), std::string::npos);
    EXPECT_NE(page->get_header_value("Content-Security-Policy").find("default-src 'self'"), std::string::npos);
    EXPECT_EQ(server_->address(), "http://127.0.0.1:" + std::to_string(server_->port()) + "/?token=" + options_.token);
}

TEST(FeedToken, IsRandomAndComparedWhole) {
    const auto one = makeFeedToken();
    const auto two = makeFeedToken();
    ASSERT_TRUE(one && two);
    EXPECT_NE(*one, *two);
    EXPECT_TRUE(isFeedToken(*one));
    EXPECT_FALSE(isFeedToken("short"));
    EXPECT_FALSE(isFeedToken(std::string(32, 'z')));
    EXPECT_TRUE(sameToken(*one, *one));
    EXPECT_FALSE(sameToken(*one, *two));
    EXPECT_FALSE(sameToken(one->substr(0, 31), *one));
    EXPECT_FALSE(sameToken("", *one));
}

TEST(PreviewBoard, TakesAFramePerInterval) {
    PreviewBoard board([](const Frame& frame) { return std::to_string(test::numberOf(frame.image)); }, 10s);
    for (int i = 0; i < 5; ++i) {
        board.offer(std::make_shared<const Frame>(test::numberedFrame(i)));
    }
    const auto soon = [] { return std::chrono::steady_clock::now() + 10ms; };
    const auto picture = board.waitAfter(0, soon(), {});
    EXPECT_EQ(*picture.jpeg, "0");
    EXPECT_EQ(board.waitAfter(picture.number, soon(), {}).number, 0U) << "none newer";
    board.offer(nullptr);
    EXPECT_EQ(board.waitAfter(0, soon(), {}).number, 0U) << "the source was closed";
    board.offer(std::make_shared<const Frame>(test::numberedFrame(6)));
    EXPECT_EQ(*board.waitAfter(0, soon(), {}).jpeg, "6") << "another source need not wait";
}

}  // namespace
}  // namespace sightline
