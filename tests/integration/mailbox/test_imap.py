"""What a real IMAP server says to us, and what we leave behind there."""

import os
import ssl
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sharebot.sources import imap

pytestmark = pytest.mark.integration
MAIL = b"From: Weekly <weekly@news.example>\r\nSubject: One\r\n\r\nThe harbour opened.\r\n"
SINCE = datetime(2026, 1, 1, tzinfo=UTC).date()


def server(box, port=None, *, tls=False, host="127.0.0.1"):
    return imap.Server(host, port or (box.server.tls if tls else box.server.plain), tls, local=True)


def visit(box, **how):
    return imap.visit(server(box, **how), box.user, box.password, "the mailbox")


def test_a_mail_is_fetched_byte_for_byte_and_stays_unseen(box):
    box.put(MAIL)
    with visit(box) as visited:
        assert visited.open("INBOX").isdigit()
        (uid,) = visited.search(SINCE, None)
        assert visited.sizes([uid]) == {uid: len(MAIL)}
        assert visited.fetch(uid, 1000) == MAIL
        assert visited.fetch(uid + 1, 1000) is None
    assert box.flags() == [""]


def test_mails_are_found_by_day_and_sender_newest_first(box):
    box.put(MAIL, at=datetime(2025, 12, 30, tzinfo=UTC).timestamp())
    box.put(MAIL)
    box.put(MAIL.replace(b"weekly@", b"daily@"))
    box.put(MAIL)
    with visit(box) as visited:
        visited.open("INBOX")
        assert visited.search(SINCE, None) == [4, 3, 2]
        assert visited.search(SINCE, "weekly@news.example") == [4, 2]
        assert visited.search(SINCE, 'no"body\\') == []


def test_flags_are_set_and_mails_are_moved_where_that_is_asked_for(box):
    box.put(MAIL)
    box.put(MAIL)
    box.put(MAIL, "Read")
    with visit(box) as visited:
        visited.open("INBOX", writable=True)
        visited.mark([1], "\\Seen")
        visited.move([2], "Read")
    assert (box.flags(), box.flags("Read")) == (["\\Seen"], ["", ""])


def test_a_folder_that_was_opened_to_read_cannot_be_changed(box):
    box.put(MAIL)
    with visit(box) as visited:
        visited.open("INBOX")
        visited.mark([1], "\\Seen")
    assert box.flags() == [""]


def test_a_folder_that_is_missing_is_told_with_those_that_are_there(box):
    box.put(MAIL, "Archive")
    with visit(box) as visited, pytest.raises(imap.Refused) as caught:
        visited.open("Newsletters")
    assert str(caught.value).startswith(
        "the mailbox: there is no folder 'Newsletters' that can be opened; the server has "
    )
    assert "'INBOX'" in str(caught.value)


@pytest.mark.parametrize("folder", ["Für Leser", "通讯", "A & B", 'with "quotes"', "back\\slash", "Deep.er"])
def test_folders_have_names_in_any_script(box, folder):
    with visit(box) as visited:
        name = imap._quoted(folder)
        assert visited._connection.create(name)[0] == "OK"
        visited.open(folder)
        assert visited.search(SINCE, None) == []


def test_a_wrong_password_is_told_without_any_secret(box):
    with pytest.raises(imap.Refused) as caught, visit(replace(box, password="wrong-secret")):
        pass
    assert "the server does not accept user and password; correct them" in str(caught.value)
    assert "wrong-secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_tls_is_spoken_and_the_certificate_looked_at(box, monkeypatch):
    with pytest.raises(imap.Refused, match="its certificate is not valid"), visit(box, tls=True):
        pass
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(box.server.certificate))
    with visit(box, tls=True) as visited:
        assert visited.open("INBOX")
    with pytest.raises(imap.Refused, match="its certificate is not valid"), visit(box, tls=True, host="localhost"):
        pass


def test_tls_is_begun_before_the_password_where_the_server_is_elsewhere(box, monkeypatch):
    elsewhere = replace(server(box), local=False)
    with pytest.raises(imap.Refused, match="its certificate"), imap.visit(elsewhere, box.user, box.password, "x"):
        pass
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(box.server.certificate))
    with imap.visit(elsewhere, box.user, box.password, "x") as visited:
        assert isinstance(visited._connection.sock, ssl.SSLSocket)
        assert visited.open("INBOX")
