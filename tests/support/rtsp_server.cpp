// A real RTSP server for tests, by GStreamer: rtsp_server PORT [LOG] serves rtsp://127.0.0.1:PORT/test, pictures, and
// /talk, pictures with a tone, until it is killed. LOG gets a line for each stream that a client asks for.
#include <fstream>
#include <string>

#include <gst/rtsp-server/rtsp-server.h>

namespace {

std::string logFile;

void onSetup(GstRTSPClient*, GstRTSPContext* context, gpointer) {
    std::ofstream(logFile, std::ios::app) << context->uri->abspath << std::endl;
}

void onClient(GstRTSPServer*, GstRTSPClient* client, gpointer) {
    g_signal_connect(client, "setup-request", G_CALLBACK(onSetup), nullptr);
}

void serve(GstRTSPServer* server, const char* path, const std::string& more) {
    GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
    const std::string launch =
        "( videotestsrc is-live=true pattern=red ! "
        "video/x-raw,format=I420,width=320,height=240,framerate=20/1 ! jpegenc ! rtpjpegpay name=pay0 pt=26 " +
        more + ")";
    gst_rtsp_media_factory_set_launch(factory, launch.c_str());
    gst_rtsp_media_factory_set_shared(factory, TRUE);
    gst_rtsp_mount_points_add_factory(gst_rtsp_server_get_mount_points(server), path, factory);
}

}  // namespace

int main(int argc, char** argv) {
    gst_init(&argc, &argv);
    GstRTSPServer* server = gst_rtsp_server_new();
    gst_rtsp_server_set_address(server, "127.0.0.1");
    gst_rtsp_server_set_service(server, argc > 1 ? argv[1] : "8554");
    logFile = argc > 2 ? argv[2] : "/dev/null";
    serve(server, "/test", "");
    serve(server, "/talk",
          "audiotestsrc is-live=true ! audio/x-raw,rate=8000,channels=1 ! mulawenc ! rtppcmupay name=pay1 pt=0 ");
    g_signal_connect(server, "client-connected", G_CALLBACK(onClient), nullptr);
    gst_rtsp_server_attach(server, nullptr);
    g_main_loop_run(g_main_loop_new(nullptr, FALSE));
}
