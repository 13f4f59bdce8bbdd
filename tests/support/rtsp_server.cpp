// A real RTSP server for tests, by GStreamer: rtsp_server PORT serves rtsp://127.0.0.1:PORT/test until it is killed.
#include <gst/rtsp-server/rtsp-server.h>

int main(int argc, char** argv) {
    gst_init(&argc, &argv);
    GstRTSPServer* server = gst_rtsp_server_new();
    gst_rtsp_server_set_address(server, "127.0.0.1");
    gst_rtsp_server_set_service(server, argc > 1 ? argv[1] : "8554");
    GstRTSPMediaFactory* factory = gst_rtsp_media_factory_new();
    gst_rtsp_media_factory_set_launch(
        factory,
        "( videotestsrc is-live=true pattern=red ! "
        "video/x-raw,format=I420,width=320,height=240,framerate=20/1 ! jpegenc ! rtpjpegpay name=pay0 "
        "pt=26 )");
    gst_rtsp_media_factory_set_shared(factory, TRUE);
    gst_rtsp_mount_points_add_factory(gst_rtsp_server_get_mount_points(server), "/test", factory);
    gst_rtsp_server_attach(server, nullptr);
    g_main_loop_run(g_main_loop_new(nullptr, FALSE));
}
