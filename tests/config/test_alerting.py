"""Who is told of what is wrong: read whole, and its secrets are as secret as an account's."""

from datetime import timedelta
from importlib.util import find_spec
from textwrap import indent

import pytest

from sharebot.config import alerting

SECRET = "hunter2hunter2"
ENV = {"TOWN_TOKEN": "t", "BELL_KEY": "the-bell-key", "PASSWORD": SECRET, "URL": f"ntfys://me:{SECRET}@ntfy.example/n"}
MAIL = "mail: {server: mail.example, from: a@b.example, to: ops@b.example}"
SIGNED = "mail: {server: mail.example, user: me, password: '${PASSWORD}', from: a@b.example, to: ops@b.example}"


def head(*recipients, more=""):
    to = "".join(f"- {indent(each, '  ').lstrip()}\n" for each in recipients)
    return f"version: 1\nalerts:\n  to:\n{indent(to, '    ')}{indent(more, '  ')}"


def test_without_a_word_of_them_nobody_is_told(load, whole):
    found = load(whole())
    assert found.alerts is None
    assert found.newsletters["weekly"].silent is None


def test_recipients_and_times_are_read(load, whole):
    text = head(SIGNED, "apprise: ${URL}\nwho: editor\nnewsletters: weekly", more="calm: 5m\nping: https://p.example\n")
    found = load(whole(text, newsletter="source: {folder: issues}\nsilent: 10d\n"), env=ENV)
    mail, service = found.alerts.to
    assert (mail.mail.place, mail.mail.sender, mail.mail.to) == (
        ("mail.example", 587),
        "a@b.example",
        ("ops@b.example",),
    )
    assert mail.mail.password.get_secret_value() == SECRET
    assert mail.topics == alerting.TOPICS
    assert service.apprise.get_secret_value() == ENV["URL"]
    assert (service.topics, service.newsletters) == (("posts", "drafts", "sources"), ("weekly",))
    assert (found.alerts.calm, found.alerts.wait) == (timedelta(minutes=5), timedelta(minutes=1))
    assert found.newsletters["weekly"].silent == timedelta(days=10)
    assert SECRET not in f"{found} {found!r}"


def test_what_is_asked_for_by_name_goes_before_what_an_editor_or_operator_means():
    assert alerting.Recipient.model_validate({"who": "operator", "about": ["posts"]}).topics == ("posts",)


@pytest.mark.parametrize(("tls", "port"), [("tls", 465), ("starttls", 587), ("none", 25)])
def test_each_way_to_encrypt_has_its_usual_port(load, whole, tls, port):
    mail = f"mail: {{server: 127.0.0.1, tls: {tls}, from: a@b.example, to: c@d.example}}"
    assert load(whole(head(mail))).alerts.to[0].mail.place == ("127.0.0.1", port)


@pytest.mark.parametrize("line", ["password_file: pw", "password: ${PASSWORD}"])
def test_a_password_is_in_a_file_or_in_a_variable(load, whole, tmp_path, line):
    (tmp_path / "pw").write_text(f"{SECRET}\n")
    mail = f"mail:\n  server: mail.example\n  from: a@b.example\n  to: c@d.example\n  user: me\n  {line}"
    assert load(whole(head(mail)), env=ENV).alerts.to[0].mail.password.get_secret_value() == SECRET


def test_a_service_and_a_ping_are_in_a_file_too(load, whole, tmp_path):
    (tmp_path / "url").write_text(ENV["URL"])
    (tmp_path / "ping").write_text("https://ping.example/1")
    found = load(whole(head("apprise_file: url", more="ping_file: ping\n"))).alerts
    assert found.to[0].apprise.get_secret_value() == ENV["URL"]
    assert found.ping.get_secret_value() == "https://ping.example/1"


def test_where_the_secrets_are_not_planning_goes_on_and_what_is_wrong_is_told_all_the_same(load, problems, whole):
    text = head(SIGNED.replace("mail.example", "'${SERVER}'"), "apprise: ${URL}", more="ping: ${PING}\nwait: ${WAIT}\n")
    assert load(whole(text), env={}, secrets=False).alerts.to
    (problem,) = problems(whole(text.replace("user:", "usre:")), env={}, secrets=False)
    assert (problem.path, problem.hint) == ("alerts.to.0.mail.usre", "did you mean 'user'?")


@pytest.mark.parametrize(
    ("recipient", "path"),
    [
        (SIGNED, "alerts.to.0.mail.password"),
        ("apprise: ${URL}", "alerts.to.0.apprise"),
        (f"{MAIL}\nnewsletters: ['${{NONE}}']", "alerts.to.0.newsletters"),
    ],
)
def test_a_variable_that_is_not_set_is_told_at_its_place(problems, whole, recipient, path):
    found = problems(whole(head(recipient)), env={"TOWN_TOKEN": "t", "BELL_KEY": "the-bell-key"})
    assert path in [problem.path for problem in found]
    assert any("is not set" in problem.message for problem in found)


def test_the_service_needs_apprise_and_it_is_said_how_to_get_it(problems, load, whole, monkeypatch):
    monkeypatch.setattr(alerting, "find_spec", lambda name: None if name == "apprise" else find_spec(name))
    (problem,) = problems(whole(head("apprise: ${URL}")), env=ENV)
    assert (problem.message, problem.hint) == ("Apprise is not installed", "pip install 'sharebot[alerts]'")
    assert load(whole(head("apprise: ${URL}")), env=ENV, secrets=False).alerts


@pytest.mark.parametrize(
    "text",
    [
        head(SIGNED.replace("'${PASSWORD}'", SECRET), "colour: red"),
        head(SIGNED.replace("'${PASSWORD}'", SECRET).replace("password", "passwrd")),
        head(SIGNED.replace("'${PASSWORD}'", SECRET).replace("mail:", "mial:")),
        head(f"aprise: ntfys://{SECRET}"),
        head(f"apprise: [{SECRET}]"),
        head(MAIL, more=f"pnig: https://p.example/{SECRET}\n"),
        head(MAIL.replace("mail.example", "'${PASSWORD} '")),
        head(MAIL, more="wait: ${PASSWORD}\n"),
    ],
)
def test_no_message_shows_a_secret(problems, whole, text):
    found = problems(whole(text), env=ENV)
    assert found
    assert SECRET not in "".join(map(str, found))


def test_a_secret_in_plain_text_is_warned_of_with_a_name_for_its_variable(load, whole):
    warnings = load(whole(head(SIGNED.replace("'${PASSWORD}'", SECRET)))).warnings
    (warning,) = [each for each in warnings if each.path == "alerts.to.0.mail.password"]
    assert "${ALERTS_PASSWORD}" in warning.hint
    assert SECRET not in str(warnings)


def test_what_nobody_is_told_of_is_warned_of(load, whole):
    (warning,) = load(whole(head(f"{MAIL}\nwho: editor"))).warnings
    assert warning.message == "nobody is told of accounts, tokens, configuration"
    assert load(whole(head(f"{MAIL}\nwho: editor", f"{MAIL}\nwho: operator"))).warnings == ()


def test_no_mapping_and_a_recipient_that_is_none_are_told(problems, whole):
    for text, path in (("alerts: 3\n", "alerts"), ("alerts: {to: [3]}\n", "alerts.to.0"), ("alerts: []\n", "alerts")):
        assert problems(whole(f"version: 1\n{text}"))[0].path == path
