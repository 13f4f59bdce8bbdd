#!/usr/bin/env python3
"""An RTSP camera that speaks UDP only: udp_camera.py PORT. Red MPEG-2 video; TCP is refused with 461."""

import contextlib
import re
import signal
import socket
import subprocess
import sys

SDP = "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 0 RTP/AVP 33\r\na=control:track1\r\n"

senders: list[subprocess.Popen] = []


def end_senders() -> None:
    for sender in senders:
        sender.kill()


def end(*_) -> None:
    end_senders()
    sys.exit()


def main() -> None:
    port = int(sys.argv[1])
    signal.signal(signal.SIGTERM, end)
    server = socket.create_server(("127.0.0.1", port))
    while True:
        connection, _ = server.accept()
        with contextlib.suppress(ConnectionError):  # the player may be gone before the answer to TEARDOWN
            serve(connection)
        end_senders()


def serve(connection: socket.socket) -> None:
    target = 0
    text = b""
    while True:
        while b"\r\n\r\n" not in text:
            more = connection.recv(4096)
            if not more:
                return
            text += more
        request, text = text.split(b"\r\n\r\n", 1)
        lines = request.decode()
        method = lines.split(" ", 1)[0]
        number = re.search(r"CSeq: *(\d+)", lines)[1]
        status, headers, body = "200 OK", "", ""
        if method == "OPTIONS":
            headers = "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n"
        elif method == "DESCRIBE":
            headers, body = f"Content-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n", SDP
        elif method == "SETUP":
            ports = re.search(r"RTP/AVP(?:/UDP)?;unicast;client_port=(\d+)-(\d+)", lines)
            if ports:
                target = int(ports[1])
                headers = f"Session: 1\r\nTransport: RTP/AVP/UDP;unicast;client_port={ports[1]}-{ports[2]}\r\n"
            else:
                status = "461 Unsupported Transport"
        elif method == "PLAY":
            headers = "Session: 1\r\n"
            senders.append(subprocess.Popen(
                ["ffmpeg", "-nostdin", "-loglevel", "error", "-re", "-f", "lavfi", "-i", "color=c=red:size=320x240:rate=20",
                 "-c:v", "mpeg2video", "-b:v", "1M", "-g", "10", "-f", "rtp_mpegts", f"rtp://127.0.0.1:{target}"]))
        connection.sendall(f"RTSP/1.0 {status}\r\nCSeq: {number}\r\n{headers}\r\n{body}".encode())


if __name__ == "__main__":
    main()
