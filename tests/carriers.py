"""Stand-ins on loopback for those who carry alerts: a mail server, and a web server that Apprise posts to."""

import base64
import json
import socket
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from email.message import EmailMessage

USER, PASSWORD = "sharebot", "a pass word"


class MailServer:
    """Takes mail as RFC 5321 has it, with STARTTLS and AUTH PLAIN where they are asked for.

    `answers` has for a command what is said in place of the usual; with `drips`, each answer comes byte by byte and
    has no end.
    """

    def __init__(self, context: ssl.SSLContext | None = None, *, at_once: bool = False, signed: bool = False) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.users: list[str] = []
        self.answers: dict[str, str] = {}
        self.encrypted: list[bool] = []
        self._context, self._at_once, self._signed = context, at_once, signed
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        while True:
            try:
                wire, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(wire,), daemon=True).start()

    def _talk(self, wire: socket.socket) -> None:
        talk = Talk(self, wire, encrypted=self._at_once)
        with suppress(OSError, ValueError):
            if self._at_once:
                talk.wire = self.upgraded(wire)
            talk.say("220 mail.example")
            talk.go()
        talk.wire.close()

    def upgraded(self, wire: socket.socket) -> socket.socket:
        assert self._context
        return self._context.wrap_socket(wire, server_side=True)

    def offers(self, *, encrypted: bool) -> list[str]:
        signing = ["AUTH PLAIN"] if self._signed else []
        return ["mail.example", *(["STARTTLS"] if self._context and not encrypted else []), *signing]


@dataclass
class Talk:
    server: MailServer
    wire: socket.socket
    encrypted: bool
    to: list[str] = field(default_factory=list)

    def go(self) -> None:
        file = self.wire.makefile("rb")
        while line := file.readline():
            words = line.decode().strip()
            verb = words.partition(" ")[0].upper()
            if verb == "STARTTLS":
                self.say("220 go ahead")
                self.wire = self.server.upgraded(self.wire)
                self.encrypted, file = True, self.wire.makefile("rb")
                continue
            self.answer(verb, words, file)
            if verb == "QUIT":
                break
        file.close()

    def say(self, words: str) -> None:
        self.wire.sendall(f"{words}\r\n".encode())

    def answer(self, verb: str, words: str, file: Any) -> None:
        if said := self.server.answers.get(words) or self.server.answers.get(verb):
            self.say(said)
        elif verb == "EHLO":
            *first, last = self.server.offers(encrypted=self.encrypted)
            self.say("\r\n".join([*(f"250-{each}" for each in first), f"250 {last}"]))
        elif verb == "AUTH":
            self.say(self.signed_in(words.rsplit(maxsplit=1)[-1]))
        elif verb == "DATA":
            self.say("354 go on")
            self.take(file)
            self.say("250 taken")
        else:
            self.to += [words] if verb == "RCPT" else []
            self.say("221 bye" if verb == "QUIT" else "250 ok")

    def signed_in(self, pair: str) -> str:
        given = base64.b64decode(pair).decode().split("\0")[1:]
        self.server.users.append(given[0])
        return "235 welcome" if given == [USER, PASSWORD] else f"535 who is {given[0]} with {given[-1]}?"

    def take(self, file: Any) -> None:
        lines = []
        while (line := file.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
        self.server.recipients += self.to
        self.server.encrypted.append(self.encrypted)


class Posts:
    """A web server that keeps what is posted to it, as Apprise's `json://` does; `status` is its answer."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.status = 200
        posts = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                posts.seen.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(posts.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
