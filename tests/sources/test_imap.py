"""Servers that are no good: silent, slow, boundless, or something else than IMAP."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from sharebot.sources import imap

PREAUTH = b"* OK [CAPABILITY IMAP4rev1] hello\r\n"
LOGIN = [b"%T OK done\r\n"]
"""Answers by commands in their order; %T is the command's tag."""


@contextmanager
def server(greeting: bytes, *answers: bytes, drip: float = 0) -> Iterator[imap.Server]:
    """Stand in for a server that gives one answer a command, whatever the command."""

    def serve() -> None:
        with suppress(OSError):
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as commands:
                say(connection, greeting)
                for answer in answers:
                    tag = commands.readline().split(b" ")[0]
                    say(connection, answer.replace(b"%T", tag))
                while commands.readline():
                    pass

    def say(connection: socket.socket, words: bytes) -> None:
        for at in range(0, len(words), 1 if drip else len(words) or 1):
            connection.sendall(words[at : at + 1] if drip else words)
            time.sleep(drip)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield imap.Server("127.0.0.1", listener.getsockname()[1], tls=False, local=True)
    thread.join(5)


CAPABLE = b"* CAPABILITY IMAP4rev1\r\n%T OK done\r\n"
OPENED = b"* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n%T OK [READ-ONLY] done\r\n"


def failure(stand_in, kind=imap.Broken, do=lambda visit: visit.open("INBOX")):
    with pytest.raises(kind) as caught, imap.visit(stand_in, "me", "hunter2", "the mailbox") as visit:
        do(visit)
    assert "hunter2" not in str(caught.value)
    assert caught.value.place == "the mailbox"
    return caught.value.why


def fetch(visit):
    visit.open("INBOX")
    visit.fetch(1, 1000)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(imap, "CONNECT", 0.3)
    monkeypatch.setattr(imap, "SILENCE", 0.3)
    monkeypatch.setattr(imap, "TOTAL", 1.0)


def test_a_server_that_is_not_there_is_told():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert "Connection refused; it is tried again" in failure(imap.Server("127.0.0.1", port, tls=False, local=True))


def test_a_name_that_nobody_knows_is_told():
    assert "tried again" in failure(imap.Server("mail.invalid", 993, tls=True, local=False))


@pytest.mark.parametrize(
    "greeting", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"* BYE too busy\r\n", b"220 smtp\r\n", b"\0\xff\r\n", b"no end"]
)
def test_something_else_than_imap_is_told(greeting):
    with server(greeting) as stand_in:
        assert "tried again" in failure(stand_in)


@pytest.mark.parametrize(
    ("greeting", "answers"), [(b"", []), (PREAUTH, []), (PREAUTH, [CAPABLE]), (PREAUTH, [CAPABLE, *LOGIN])]
)
def test_silence_ends_in_time(greeting, answers):
    start = time.monotonic()
    with server(greeting, *answers) as stand_in:
        assert "no answer in time" in failure(stand_in)
    assert time.monotonic() - start < 3


def test_a_drip_ends_in_time():
    start = time.monotonic()
    with server(PREAUTH, CAPABLE, drip=0.05) as stand_in:
        assert "no answer in time" in failure(stand_in)
    assert time.monotonic() - start < 3


def test_a_mail_larger_than_announced_is_not_taken_into_memory():
    with server(PREAUTH, CAPABLE, *LOGIN, OPENED, b"* 1 FETCH (UID 1 BODY[] {99000000000}\r\n") as stand_in:
        assert "what it said is no IMAP" in failure(
            stand_in, do=lambda visit: (visit.open("INBOX"), visit.fetch(1, 1000))
        )


def test_a_line_without_end_is_not_taken_into_memory():
    with server(PREAUTH, CAPABLE, *LOGIN, b"* " + b"x" * 3_000_000) as stand_in:
        assert "tried again" in failure(stand_in)


@pytest.mark.parametrize(
    "answer",
    [b"* 1 FETCH (RFC822.SIZE)\r\n%T OK\r\n", b"garbage\r\n", b"* 1 FETCH ({5}\r\nab", b"%T BAD no\r\n"],
)  # fmt: skip
def test_nonsense_is_no_crash(answer):
    with (
        server(PREAUTH, CAPABLE, *LOGIN, OPENED, answer) as stand_in,
        suppress(imap.Broken, imap.Refused),
        imap.visit(stand_in, "me", "hunter2", "the mailbox") as visit,
    ):
        visit.open("INBOX")
        assert visit.sizes([1]) == {}


def test_a_password_beyond_ascii_is_not_sent_where_the_server_takes_none():
    with (
        server(PREAUTH, CAPABLE) as stand_in,
        pytest.raises(imap.Refused, match="plain ASCII only"),
        imap.visit(stand_in, "me", "schlüssel", "the mailbox"),
    ):
        pass


def test_no_line_end_in_a_password_becomes_a_command():
    with (
        server(PREAUTH, CAPABLE) as stand_in,
        pytest.raises(imap.Refused),
        imap.visit(stand_in, "me", "a\r\nA1 DELETE INBOX", "the mailbox"),
    ):
        pass


def test_a_server_elsewhere_without_tls_gets_no_password():
    with server(PREAUTH, CAPABLE) as stand_in:
        elsewhere = imap.Server(stand_in.host, stand_in.port, tls=False, local=False)
        assert "it offers no TLS" in failure(elsewhere, imap.Refused)


def test_a_server_that_cannot_move_is_told_of():
    with server(PREAUTH, CAPABLE, *LOGIN, CAPABLE) as stand_in:
        assert "cannot move mails" in failure(stand_in, imap.Refused, lambda visit: visit.move([1], "Read"))


def test_where_mails_cannot_be_moved_at_once_they_are_copied_and_then_removed():
    capable = b"* CAPABILITY IMAP4rev1 UIDPLUS\r\n%T OK done\r\n"
    with (
        server(PREAUTH, capable, *LOGIN, OPENED, capable, *LOGIN * 3) as stand_in,
        imap.visit(stand_in, "me", "hunter2", "the mailbox") as visit,
    ):
        visit.open("INBOX")
        visit.move([3, 1], "Read")
