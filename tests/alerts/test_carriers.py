"""By mail, by Apprise, by ping: with real servers on loopback, also such as refuse, drip or say what they were told."""

import json
import socket
import sys
import threading
from email.utils import parsedate_to_datetime
from types import SimpleNamespace

import pytest

from sharebot.alerts import herald as heralds
from sharebot.alerts import mail as mails
from sharebot.alerts.herald import answer, herald
from sharebot.alerts.mail import NotSent, mail
from sharebot.alerts.ping import fetch, ping
from sharebot.alerts.watch import send, shown
from sharebot.alerts.words import Message
from sharebot.config.alerting import Alerts, Mail, Recipient
from sharebot.outbox import alarms as store
from tests.carriers import PASSWORD, USER
from tests.servers import free_port

pytestmark = pytest.mark.integration

HELLO = Message("abc.1", "sharebot: 1 post failed (weekly)", "- “Ferry” to mastodon\n.\n..\n— ends\n")
OVER = Message("abc.2", "sharebot: over: it", "over\n", ("abc.1", "abc.0"))


def settings(mail_server, **more):
    values = {"server": "127.0.0.1", "port": mail_server.port, "from": "sharebot@news.example", "tls": "none"}
    return Mail.model_validate(values | {"to": ["ops@news.example"]} | more)


def signed(server, tls, password=PASSWORD):
    return settings(server, tls=tls, user=USER, password=password)


@pytest.mark.parametrize("tls", ["starttls", "tls", "none"])
def test_a_mail_arrives_whole_and_encrypted_as_is_asked_for(mail_server, certificate, monkeypatch, now, tls):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    server = mail_server(tls=tls, signed=True)
    mail(signed(server, tls), HELLO, now)
    (got,) = server.mails
    assert got.get_content().replace("\r\n", "\n") == HELLO.body
    assert (got["From"], got["To"], got["Subject"]) == ("sharebot@news.example", "ops@news.example", HELLO.subject)
    assert parsedate_to_datetime(got["Date"]) == now
    assert got["Message-ID"] == "<sharebot.abc.1@news.example>"
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["In-Reply-To"] is None
    assert server.recipients == ["rcpt TO:<ops@news.example>"]
    assert (server.users, server.encrypted) == ([USER], [tls != "none"])


def test_an_end_note_stands_below_what_it_ends(mail_server, now):
    server = mail_server()
    mail(settings(server), OVER, now)
    assert server.mails[0]["In-Reply-To"] == "<sharebot.abc.1@news.example>"
    assert server.mails[0]["References"] == "<sharebot.abc.1@news.example> <sharebot.abc.0@news.example>"


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_said(mail_server, now, tls):
    server = mail_server(tls=tls, signed=True)
    with pytest.raises(NotSent, match="its certificate is not valid"):
        mail(signed(server, tls), HELLO, now)
    assert (server.users, server.mails) == ([], [])


def test_where_no_encryption_is_offered_no_password_is_sent(mail_server, now):
    server = mail_server(signed=True)
    with pytest.raises(NotSent, match="does not offer what is asked for"):
        mail(signed(server, "starttls"), HELLO, now)
    assert (server.users, server.mails) == ([], [])


def test_a_wrong_password_is_told_with_its_cure_and_without_what_the_server_repeats(
    mail_server, certificate, monkeypatch, now
):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[1]))
    server = mail_server(tls="tls", signed=True)
    with pytest.raises(NotSent) as caught:
        mail(signed(server, "tls", "hunter2hunter2"), HELLO, now)
    assert str(caught.value) == f"127.0.0.1:{server.port} answered 535: are user and password right?"


@pytest.mark.parametrize(
    ("verb", "said", "words"),
    [
        ("MAIL", "550 who?", "answered 550: does it take mail from this sender"),
        ("RCPT", "451 greylisted", "answered 451"),
        ("DATA", "554 no", "answered 554"),
        ("EHLO", "nonsense", "is not what|could not be spoken to|answered|closed the connection"),
    ],
)
def test_a_server_that_refuses_is_told_by_its_code(mail_server, now, verb, said, words):
    server = mail_server()
    server.answers = {verb: said} | ({"HELO": said} if verb == "EHLO" else {})
    with pytest.raises(NotSent, match=words):
        mail(settings(server), HELLO, now)
    assert server.mails == []


def test_of_several_recipients_those_that_are_refused_are_logged_and_the_others_have_it(mail_server, now, caplog):
    server = mail_server()
    server.answers = {"rcpt TO:<bob@news.example>": "550 no such user"}
    mail(settings(server, to=["ops@news.example", "bob@news.example"]), HELLO, now)
    assert len(server.mails) == 1
    (record,) = caplog.records
    assert (record.getMessage(), record.fields["to"]) == ("alert.failed", "bob@news.example")


def test_a_server_that_is_not_there_or_hangs_up_is_told(mail_server, now):
    server = mail_server()
    server.answers = {"EHLO": "421 too busy", "HELO": "421 too busy"}
    with pytest.raises(NotSent, match=r"answered 421|closed the connection"):
        mail(settings(server), HELLO, now)
    with pytest.raises(NotSent, match="Connection refused"):
        mail(settings(server, port=free_port()), HELLO, now)
    with pytest.raises(NotSent, match=r"mail.invalid:\d+: .*(not known|resolution|No address)"):
        mail(settings(server, server="mail.invalid"), HELLO, now)


def test_a_server_that_hangs_up_is_told(now):
    def hang_up():
        server.accept()[0].close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=hang_up, daemon=True).start()
        place = settings(SimpleNamespace(port=server.getsockname()[1]))
        with pytest.raises(NotSent, match=r"closed the connection|Connection reset"):
            mail(place, HELLO, now)


def test_a_server_that_says_nothing_or_drips_is_given_up(monkeypatch, now):
    monkeypatch.setattr(mails, "_LONGEST", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = Mail.model_validate(
            {
                "server": "127.0.0.1",
                "port": silent.getsockname()[1],
                "tls": "none",
                "from": "a@b.example",
                "to": "c@d.e",
            }
        )
        with pytest.raises(NotSent, match="no answer in time"):
            mail(place, HELLO, now)


# ── Apprise ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_service_of_apprise_gets_the_message_as_it_is(posts, now):
    recipient = Recipient.model_validate({"apprise": f"json://me:hunter2@127.0.0.1:{posts.port}/a"})
    send(recipient, HELLO, now)
    (got,) = posts.seen
    assert got["title"] == HELLO.subject
    assert got["message"].strip() == HELLO.body.strip()
    assert shown(recipient) == "json"


def test_a_service_that_refuses_is_told_by_its_kind_and_status_and_not_by_its_address(posts):
    posts.status = 403
    with pytest.raises(NotSent) as caught:
        herald(f"json://me:hunter2@127.0.0.1:{posts.port}/a", HELLO)
    assert str(caught.value) == "json: it answered 403"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nothing://hunter2", "nothing: Apprise knows no service by this address; look at its documentation"),
        ("json://hunter2@127.0.0.1:9/", "json: it could not be reached, or did not take it"),
    ],
)
def test_what_apprise_does_not_know_or_reach_is_told_without_the_address(url, words):
    with pytest.raises(NotSent) as caught:
        herald(url, HELLO)
    assert str(caught.value) == words


def test_a_service_that_never_answers_is_ended_in_time():
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NotSent, match="json: no answer in time"):
        herald(f"json://127.0.0.1:{silent.getsockname()[1]}/", HELLO, patience=2.0)


def test_where_the_process_itself_fails_that_is_told(monkeypatch):
    monkeypatch.setattr(heralds.sys, "executable", "/bin/false")  # type: ignore[attr-defined]
    with pytest.raises(NotSent, match="json: Apprise failed"):
        herald("json://127.0.0.1:9/", HELLO)


def test_without_apprise_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setattr(heralds, "find_spec", lambda _: None)
    assert answer("{}") == "Apprise is not installed; pip install 'sharebot[alerts]'"


def test_the_process_of_its_own_leaves_no_trace_of_apprise_in_this_one(posts):
    known = set(sys.modules)
    herald(f"json://127.0.0.1:{posts.port}/", HELLO)
    assert not [name for name in set(sys.modules) - known if name.startswith("apprise")]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Apprise's own imports
def test_apprise_in_this_process_says_the_same(posts):
    asked = {"url": f"json://127.0.0.1:{posts.port}/", "title": "t", "body": "b"}
    assert answer(json.dumps(asked)) == ""
    posts.status = 500
    assert answer(json.dumps(asked)) == "it answered 500"
    assert "knows no service" in answer(json.dumps(asked | {"url": "x"}))


# ── the ping ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def alerts(url, **more):
    return Alerts.model_validate({"ping": url, "allow_private": True} | more)


def test_a_ping_is_fetched_and_written_down_before(web, ledger, now):
    web.pages["/secret"] = (202, {}, b"OK")
    ping(alerts(f"{web.url}/secret"), ledger, now)
    assert web.paths() == ["/secret"]
    assert store.alarms(ledger)["ping"].told == now


def test_an_address_of_this_machine_is_refused_unless_that_is_meant(web, ledger, now, caplog):
    ping(alerts(f"{web.url}/secret", allow_private=False), ledger, now)
    assert web.paths() == []
    (record,) = caplog.records
    assert record.getMessage() == "ping.failed"
    assert "private network" in record.fields["error"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_answer_that_is_none_is_told_without_the_address(web, status):
    web.pages["/secret"] = (status, {"Location": f"{web.url}/other"}, b"")
    with pytest.raises(NotSent) as caught:
        fetch(alerts(f"{web.url}/secret"))
    assert str(caught.value) == f"127.0.0.1 answered {status}"
    assert web.paths() == ["/secret"]


def test_without_a_ping_nothing_is_written(ledger, now):
    ping(Alerts.model_validate({}), ledger, now)
    assert store.alarms(ledger) == {}
