"""The support file: what it holds, and what it must not."""

import base64
import json
import stat
import zipfile
from urllib.parse import quote

import pytest

from sharebot.cli.diagnosing import bundle
from sharebot.cli.diagnosing.findings import wrong
from sharebot.cli.diagnosing.masking import Mask
from sharebot.cli.diagnosing.store import look
from sharebot.errors import SharebotError
from sharebot.outbox.ledger import Ledger

SECRETS = {
    "in the environment": "tok/en+1234=&ü",
    "in a file": 'file-secret-"q"-77',
    "in plain text": "plain geheim 9",
    "under a misspelt key": "misspelt-0815",
    "in a feed's path": "p4th-t0ken-abcdef",
    "in a feed's query": "query-geheim",
    "in a feed's user": "feed-pass-word",
    "in an address of the environment": "db-pass-word",
    "in an unknown variable": "other-t0k3n-zz",
    "in a key that is no secret's": "sk-llm-geheim-1",
    "in a comment": "comment-geheim",
}
CONFIG = """version: 1
timezone: Europe/Paris
# SECRET comment-geheim
accounts:
  mastodon: {platform: mastodon, server: https://mastodon.example, access_token: "${TOKEN}"}
  bluesky: {platform: bluesky, handle: news.example, app_password_file: secret}
  x:
    platform: x
    api_key: plain geheim 9
    api_secret: plain geheim 9
    acess_token: misspelt-0815
    access_secret: plain geheim 9
newsletters:
  weekly:
    source: {feed: "https://me:feed-pass-word@news.example/p4th-t0ken-abcdef/feed.xml?key=query-geheim"}
    posts: [{name: articles, to: mastodon, schedule: now}]
llm: {url: "https://llm.example/v1", model: small, api_key: sk-llm-geheim-1}
"""


def forms(secret):
    """Return how a secret may be written, beside what of it must not be found."""
    told = [secret, quote(secret), quote(secret, safe=""), quote(secret, safe="").lower(), json.dumps(secret)[1:-1]]
    pairs = [(text, text) for text in told]
    for before in (b"", b"u", b"us"):
        coded = base64.b64encode(before + secret.encode() + b":more").decode()
        pairs.append((coded, coded[4 if before else 0 : len(before + secret.encode()) * 4 // 3 - 2]))
    return pairs


@pytest.fixture
def everything(home, monkeypatch, delivery, now):
    """A configuration, a queue and a log that hold secrets in all places where one may be."""
    monkeypatch.setenv("TOKEN", SECRETS["in the environment"])
    monkeypatch.setenv("MY_API_KEY", SECRETS["in an unknown variable"])
    (home / "secret").write_text(SECRETS["in a file"] + "\n")
    (home / "sharebot.yaml").write_text(CONFIG)
    url = f"sqlite:///{home}/sharebot.db"
    proxy = SECRETS["in an address of the environment"]
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{proxy}@proxy.example:3128")
    said = [text for what, secret in SECRETS.items() if what != "in a comment" for text, _ in forms(secret)]
    with Ledger(url) as ledger:
        ledger.add([delivery(f"k{n}", headline="Harbour opens") for n, _ in enumerate(said)], "Anna", "read", now)
        ledger.pause("mastodon", f"Anna said “Harbour opens” https://host.example/{SECRETS['in plain text']}")
        for n, form in enumerate(said):
            ledger.pause(f"account-{n}", f"it answered {form}, and no more")
    log = home / "log.jsonl"
    lines = [{"event": "post.failed", "level": "warning", "key": "k1", "why": f"401 {form}"} for form in said]
    lines += [{"event": "plan.warning", "warning": "Harbour opens", "headline": "Harbour opens"}]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    log.write_text(f"{text}\nTraceback: Harbour opens {said[0]}\n[1]\n")
    return url, log, [wrong("sign-in x", f"it answered {form}", f"`write {form}`") for form in said]


@pytest.fixture
def written(everything, asked, home, now):
    """Return what writes the bundle, and returns its texts by name."""
    url, log, found = everything

    def make():
        path = home / f"help-{len([*home.glob('help-*')])}.zip"
        bundle.write(path, asked(), found, look(url, now), now, log)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}

    return make


def leaks(texts):
    whole = "\n".join(texts.values())
    return {what for what, secret in SECRETS.items() if any(part in whole for _, part in forms(secret))}


def test_no_secret_is_in_it_in_whatever_form(written):
    assert leaks(written()) == set()


def test_the_test_above_bites(written, monkeypatch):
    monkeypatch.setattr(Mask, "text", lambda _, text: text)
    monkeypatch.setattr(Mask, "words", lambda _, text: text)
    monkeypatch.setattr(Mask, "structure", lambda _, data, *__: data)
    assert leaks(written()) == SECRETS.keys() - {"in a comment"}, "which never gets that far"


@pytest.mark.parametrize("part", ["structure", "text"])
def test_either_half_of_the_mask_alone_would_leave_something_out(written, monkeypatch, part):
    monkeypatch.setattr(Mask, part, lambda _, given, *__: given)
    assert leaks(written())


def test_nobodys_words_are_in_it(written):
    text = "".join(written().values())
    assert "Harbour" not in text
    assert "Anna said" in text  # the reason itself helps


def test_it_holds_what_helps(written):
    parts = written()
    assert [*parts] == ["about.txt", "versions.json", "checks.json", "configuration.json", "queue.json", "log.jsonl"]
    config = json.loads(parts["configuration.json"])
    assert config["accounts"]["mastodon"]["access_token"] == "${TOKEN}"
    assert config["accounts"]["mastodon"]["server"] == "https://mastodon.example"
    assert config["newsletters"]["weekly"]["source"]["feed"] == "https://news.example/•••••"
    assert config["newsletters"]["weekly"]["posts"][0]["to"] == "mastodon"
    assert "TOKEN" not in json.loads(parts["versions.json"])["variables"]
    queue = json.loads(parts["queue.json"])
    assert queue["events"][0]["after"] == "queued"
    assert queue["counts"]["queued"] > 10
    assert {"name", "paused", "ends", "failures"} <= queue["accounts"][0].keys()
    line = json.loads(parts["log.jsonl"].splitlines()[0])
    assert (line["event"], line["key"]) == ("post.failed", "k1")


def test_what_is_no_line_of_the_log_leaves_nothing_but_its_length(written):
    *_, other, last = written()["log.jsonl"].splitlines()
    assert [*json.loads(other)] == ["line"]
    assert json.loads(last) == {"line": 3}


@pytest.mark.usefixtures("everything")
def test_a_queue_that_cannot_be_read_leaves_the_rest(asked, home, now, monkeypatch):
    monkeypatch.setenv("SHAREBOT_DATABASE", "postgresql://me:db-pass-word@127.0.0.1:1/queue")
    subject = asked()
    stored = look(subject.url, now)
    stored.usable = True  # as it was when doctor looked
    bundle.write(home / "help.zip", subject, [], stored, now, None)
    with zipfile.ZipFile(home / "help.zip") as archive:
        queue = archive.read("queue.json").decode()
    assert "127.0.0.1" in json.loads(queue)["error"]
    assert "db-pass-word" not in queue


def test_what_is_there_is_never_written_over(everything, asked, home, now):
    url, _, _ = everything
    (home / "mine").write_text("mine")
    (home / "link").symlink_to(home / "elsewhere")
    for name, words in (
        ("mine", "is there already"),
        ("link", "is there already"),
        ("no/where.zip", "cannot be written"),
    ):
        with pytest.raises(SharebotError, match=words):
            bundle.write(home / name, asked(), [], look(url, now), now, None)
    assert (home / "mine").read_text() == "mine"
    assert not (home / "elsewhere").exists()


def test_a_log_that_cannot_be_read_is_told(everything, asked, home, now):
    url, _, _ = everything
    with pytest.raises(SharebotError, match="cannot be read"):
        bundle.write(home / "help.zip", asked(), [], look(url, now), now, home / "nowhere.log")
    assert not (home / "help.zip").exists()
