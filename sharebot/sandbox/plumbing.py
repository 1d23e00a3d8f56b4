"""HTTP/1.1 for the sandbox: bounded bodies, connections that may be dropped on purpose, silence."""

import logging
import re
import socket
import socketserver
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from sharebot.sandbox.wire import Answer, Request, answer

BODY_BYTES = 8_000_000
DRAINED_BYTES = 16_000_000
"""How much of an oversized body is read and thrown away, so that the client hears the refusal."""
IDLE_SECONDS = 60
_RESET = struct.pack("ii", 1, 0)
"""Linger, and for no time: the connection is reset as it closes. https://man7.org/linux/man-pages/man7/socket.7.html"""
_log = logging.getLogger(__name__)
_log.addHandler(logging.NullHandler())


def shown(host: str) -> str:
    """Write a host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


class Server(ThreadingHTTPServer):
    """Hands each request to `answer`, where None means to close the connection without a word.

    Knows its open connections, so that stopping ends them and leaves no thread behind.
    """

    daemon_threads = False
    request_queue_size = 64

    def __init__(
        self, address: tuple[str, int], answer: Callable[[Request], Answer | None], clock: Callable[[], float]
    ) -> None:
        self.answer = answer
        self.clock = clock
        self._open: set[socket.socket] = set()
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Handler)
        self.base = f"http://{shown(address[0])}:{self.server_address[1]}"

    def server_bind(self) -> None:
        """Bind without asking a name server for this machine's name, as HTTPServer would."""
        socketserver.TCPServer.server_bind(self)

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection and remember it."""
        connection, address = super().get_request()
        self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Close a connection and forget it; one that lingers for no time is reset, without a last word."""
        self._open.discard(request)
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(_RESET)) == _RESET:
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every open connection, whatever goes on there."""
        for connection in list(self._open):
            with suppress(OSError):  # it may be gone by itself
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, _: Any, client_address: Any) -> None:
        """Pass over clients that went away; leave the rest to the log, which is silent unless somebody listens."""
        error = sys.exception()
        if not isinstance(error, ConnectionError | TimeoutError):
            _log.error("a request from %s failed", client_address, exc_info=error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sharebot-sandbox"
    sys_version = ""
    timeout = IDLE_SECONDS
    wbufsize = -1  # head and body in one packet: two would wait 40 ms for each other (Nagle, delayed ACK)
    server: Server

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def log_message(self, *_: object) -> None:
        """Say nothing: requests carry tokens."""

    def _serve(self) -> None:
        body = self._body()
        if isinstance(body, Answer):
            self.close_connection = True
            self._send(body)
            return
        path, _, query = self.path.partition("?")
        request = Request(self.command, path, query, self.headers, body, self.server.base, self.server.clock())
        answered = self.server.answer(request)
        self.close_connection = self.close_connection or answered is None or bool(answered.cut)
        if answered and answered.cut == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        elif answered:
            self._send(answered)

    def _body(self) -> bytes | Answer:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers:
            return answer({"error": "Send the body with a Content-Length"}, HTTPStatus.LENGTH_REQUIRED)
        if not re.fullmatch(r"[0-9]{1,18}", length):
            return answer({"error": "Content-Length is not a number"}, HTTPStatus.BAD_REQUEST)
        if int(length) > BODY_BYTES:
            self._drain(min(int(length), DRAINED_BYTES))
            error = {"error": "PayloadTooLarge", "message": f"The sandbox takes {BODY_BYTES} bytes at most"}
            return answer(error, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionAbortedError("the client went away in mid-request")
        return body

    def _drain(self, left: int) -> None:
        while left > 0 and (chunk := self.rfile.read(min(left, 65536))):
            left -= len(chunk)

    def _send(self, given: Answer) -> None:
        self.send_response(given.status)
        self.send_header("Content-Type", given.type)
        self.send_header("Content-Length", str(len(given.body)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        if self.close_connection:
            self.send_header("Connection", "close")
        for name, value in given.headers.items():
            self.send_header(name, value)
        if given.cut != "head":
            self.end_headers()
            self.wfile.write(given.body[: len(given.body) // 2] if given.cut else given.body)
        else:
            self.flush_headers()
