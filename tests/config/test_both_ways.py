"""What is wrong is wrong in both ways, for `sharebot check` and for an editor's JSON Schema; where not, it says why."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sharebot import app
from sharebot.config.secrets import VARIABLE
from sharebot.errors import ConfigError

LEFT_OUT = object()
EMPTY: list[Any] = []
VARIABLE_PATTERN = json.dumps({"pattern": VARIABLE})[1:-1]
"""Of a text of any shape: a variable may stand for it."""
RIGHT: dict[str, Any] = {
    "version": 1,
    "timezone": "Europe/Paris",
    "include": "teams/a.yaml",
    "accounts": {
        "mastodon": {
            "platform": "mastodon",
            "server": "https://mastodon.example",
            "access_token": "${TOKEN}",
            "visibility": "unlisted",
            "allow_private": False,
            "most": ["4 per day", "1 per hour"],
            "budget": "20 USD per month",
        },
        "bluesky": {"platform": "bluesky", "handle": "news.example", "app_password_file": "secret"},
        "x": {
            "platform": "x",
            "api_key": "${TOKEN}",
            "api_secret": "${TOKEN}",
            "access_token": "${TOKEN}",
            "access_secret": "${TOKEN}",
        },
    },
    "newsletters": {
        "weekly": {
            "title": "The Weekly",
            "source": {"folder": "issues", "include": ["*.md"], "settle": "5s"},
            "split": "headings 2",
            "include": ["News*"],
            "exclude": "Jobs",
            "language": "en",
            "link": "https://news.example/{issue.id}",
            "utm": {"source": "{platform}"},
            "hashtags": ["ferry"],
            "warnings": [
                {"words": ["war"], "tags": "conflict", "warning": "War", "sensitive": True, "label": "nudity"}
            ],
            "approval": {"by": ["alice", "bob"], "two_people": True},
            "since": "2026-09-01",
            "silent": "10d",
            "ranking": "llm",
            "timezone": "Europe/Berlin",
            "posts": [
                {
                    "name": "articles",
                    "to": ["mastodon", "bluesky"],
                    "what": "articles",
                    "text": "{headline} {link}",
                    "card": "quote",
                    "schedule": {
                        "every": "weekday",
                        "at": ["09:00"],
                        "quiet": "22:00-07:00",
                        "not_on": ["2026-12-25", "2026-12-27..2026-12-29", {"holidays": ["FR", "DE-BY"]}],
                        "spread": "15m",
                        "after": "publication + 2h",
                        "gap": "30m",
                        "most": "4 per day",
                        "expires": "7d",
                        "late": "skip",
                        "repost": {"after": "30d", "times": 2},
                    },
                    "duplicates": {"window": "30d"},
                },
                {
                    "name": "thread",
                    "to": "x",
                    "what": "thread",
                    "schedule": {"cron": "0 9 * * 1-5"},
                    "opening": "{headline}",
                    "numbering": True,
                    "replies": "unlisted",
                    "duplicates": "allow",
                },
                {
                    "name": "month",
                    "to": "x",
                    "what": "digest",
                    "schedule": {"every": "month", "on": ["last", 15], "at": "9:00"},
                },
                {
                    "name": "fortnight",
                    "to": "x",
                    "what": "digest",
                    "schedule": {"every": "2 weeks", "from": "2026-12-01", "on": ["tuesday", "friday"], "at": "9:00"},
                },
                {"name": "later", "to": "x", "what": "digest", "schedule": {"after": "publication + 1d"}},
            ],
        },
        "feed": {
            "source": {"feed": "https://news.example/feed.xml", "every": "15m", "items": "issues", "pages": True},
            "posts": [{"name": "a", "to": "x", "schedule": "now"}],
        },
        "page": {
            "source": {"url": "https://news.example/archive", "page": "archive", "newest": 3},
            "posts": [{"name": "a", "to": "x", "schedule": "now"}],
        },
        "mail": {
            "source": {"imap": "imaps://mail.example", "user": "me", "password": "${TOKEN}", "from": "@news.example"},
            "posts": [{"name": "a", "to": "x", "schedule": "now"}],
        },
    },
    "llm": {"url": "http://127.0.0.1:11434/v1", "model": "small", "api_key": "${TOKEN}", "timeout": "5s"},
    "alerts": {
        "to": [
            {
                "mail": {
                    "server": "mail.example",
                    "port": 465,
                    "tls": "tls",
                    "user": "sharebot",
                    "password": "${TOKEN}",
                    "from": "sharebot@news.example",
                    "to": ["ops@news.example"],
                },
                "who": "operator",
            },
            {"apprise": "ntfys://ntfy.example/news", "about": ["posts", "drafts"], "newsletters": ["weekly"]},
        ],
        "wait": "1m",
        "gap": "10m",
        "calm": "10m",
        "remind": "1d",
        "unread": "1h",
        "unsure": "5m",
        "drafts": "4h",
        "ping": "https://ping.example/1",
        "ping_every": "5m",
        "allow_private": False,
    },
}
MASTODON, WEEKLY = "accounts.mastodon", "newsletters.weekly"
STREAM, THREAD, MONTH, WEEKS, LATER = (f"{WEEKLY}.posts.{number}" for number in range(5))
MAIL, SERVICE = "alerts.to.0.mail", "alerts.to.1"
TIMES, FORTNIGHT = f"{STREAM}.schedule", f"{WEEKS}.schedule"
WRONG: list[Any] = [
    # a key that is misspelt, at every level
    *(
        "versoin",
        "newsleters",
        f"{MASTODON}.sever",
        "accounts.x.api_kye",
        f"{WEEKLY}.langauge",
        f"{WEEKLY}.source.settel",
    ),
    *(
        "newsletters.feed.source.itmes",
        "newsletters.mail.source.usr",
        f"{WEEKLY}.utm.sorce",
        f"{WEEKLY}.warnings.0.wrod",
    ),
    f"{WEEKLY}.approval.two_poeple",
    *(f"{TIMES}.repost.tims", f"{TIMES}.not_on.2.holiday"),
    *(f"{STREAM}.nmae", f"{TIMES}.evry", f"{STREAM}.duplicates.windw", "llm.modle"),
    *("alerts.pnig", "alerts.to.0.mial", f"{SERVICE}.abuot", f"{MAIL}.sevrer"),
    # a key that is missing
    *((key, LEFT_OUT) for key in ("version", "accounts", "newsletters", "llm.url", "llm.model")),
    *((f"{MASTODON}.{key}", LEFT_OUT) for key in ("platform", "server")),
    ("accounts.bluesky.handle", LEFT_OUT),
    *((f"{WEEKLY}.{key}", LEFT_OUT) for key in ("source", "posts", "source.folder")),
    *((f"{STREAM}.{key}", LEFT_OUT) for key in ("name", "to", "schedule", "schedule.at")),
    *((key, LEFT_OUT) for key in (f"{MONTH}.schedule.on", f"{FORTNIGHT}.from", f"{LATER}.schedule.after")),
    *((f"{TIMES}.{key}", LEFT_OUT) for key in ("repost.after", "not_on.2.holidays")),
    *((f"{MAIL}.{key}", LEFT_OUT) for key in ("server", "from", "to")),
    *((key, LEFT_OUT) for key in (MAIL, f"{SERVICE}.apprise")),
    # what is of another type
    *((key, 3) for key in ("timezone", "accounts", "newsletters", "llm", "include", MASTODON, WEEKLY, STREAM, TIMES)),
    *(
        (f"{MASTODON}.{key}", 3)
        for key in ("platform", "server", "access_token", "visibility", "allow_private", "most")
    ),
    *((f"{MASTODON}.{key}", []) for key in ("budget", "most")),
    *((f"accounts.bluesky.{key}", 3) for key in ("handle", "app_password_file", "service")),
    *((f"{WEEKLY}.{key}", 3) for key in ("title", "split", "include", "exclude", "language", "link", "utm")),
    *(
        (f"{WEEKLY}.{key}", 3)
        for key in ("hashtags", "warnings", "approval", "since", "ranking", "timezone", "posts", "source")
    ),
    *((f"{WEEKLY}.{key}", 3) for key in ("source.folder", "source.include", "source.settle", "approval.by")),
    *((f"{WEEKLY}.warnings.0.{key}", 3) for key in ("words", "tags", "warning", "sensitive", "label")),
    *((f"{STREAM}.{key}", 3) for key in ("name", "to", "what", "text", "card", "duplicates", "duplicates.window")),
    *((f"{THREAD}.{key}", 3) for key in ("opening", "numbering", "replies", "schedule.cron")),
    *((f"{TIMES}.{key}", 3) for key in ("every", "at", "quiet", "not_on", "gap", "most", "expires", "late")),
    *((f"{TIMES}.{key}", 3) for key in ("spread", "after", "repost", "repost.after", "not_on.2", "not_on.2.holidays")),
    *((key, 3) for key in (f"{FORTNIGHT}.from", f"{FORTNIGHT}.on", f"{FORTNIGHT}.on.0")),
    *((key, "some") for key in (f"{TIMES}.repost.times", f"{WEEKLY}.approval.two_people")),
    *((f"newsletters.feed.source.{key}", 3) for key in ("feed", "every", "items", "pages")),
    *((f"newsletters.page.source.{key}", "three") for key in ("page", "newest")),
    *((f"llm.{key}", 3) for key in ("url", "model", "api_key", "timeout")),
    *((f"alerts.{key}", 3) for key in ("to", "wait", "gap", "calm", "remind", "unread", "unsure", "drafts")),
    *((f"alerts.{key}", 3) for key in ("ping", "ping_every", "allow_private", "to.0", "to.0.mail", "to.0.who")),
    *((f"{MAIL}.{key}", 3) for key in ("server", "tls", "user", "password", "from", "to")),
    *((f"{SERVICE}.{key}", 3) for key in ("apprise", "about", "newsletters")),
    *((key, 3) for key in ("alerts", f"{WEEKLY}.silent")),
    # a list without an entry
    *((key, []) for key in ("alerts.to", f"{MAIL}.to", f"{SERVICE}.about", f"{SERVICE}.newsletters")),
    *((key, []) for key in ("include", f"{STREAM}.to", f"{WEEKLY}.posts", f"{TIMES}.at", f"{TIMES}.not_on")),
    *((key, []) for key in (f"{MONTH}.schedule.on", f"{FORTNIGHT}.on", f"{TIMES}.not_on.2.holidays")),
    *((f"{WEEKLY}.approval.by", each) for each in (EMPTY, [""], [3])),
    # a value of another shape
    ("version", "1"),
    ("timezone", "Europe, Paris"),
    (f"{WEEKLY}.timezone", "Europe Paris"),
    ("accounts.two words", RIGHT["accounts"]["x"]),
    (f"{MASTODON}.platform", "myspace"),
    (f"{MASTODON}.visibility", "all"),
    (f"{MASTODON}.access_token_file", "secret"),
    (f"{MASTODON}.access_token", ""),
    (f"{MASTODON}.budget", "20 EUR per month"),
    (f"{MASTODON}.most", "4 a day"),
    ("accounts.bluesky.handle", "@news.example"),
    (f"{WEEKLY}.source.feed", "https://news.example"),
    (f"{WEEKLY}.source.split", "items"),
    (f"{WEEKLY}.source.settle", "soon"),
    ("newsletters.feed.source.every", "often"),
    ("newsletters.feed.source.items", "all"),
    (f"{WEEKLY}.split", "heading"),
    (f"{WEEKLY}.language", "english language"),
    (f"{WEEKLY}.link", "news.example"),
    (f"{WEEKLY}.link", "https://news.example/{issue}"),
    (f"{WEEKLY}.utm.source", "{platfrom}"),
    (f"{WEEKLY}.hashtags", ["two words"]),
    (f"{WEEKLY}.warnings.0.label", "gore"),
    (f"{WEEKLY}.approval", "yes"),
    (f"{WEEKLY}.since", "1.9.2026"),
    (f"{WEEKLY}.ranking", "gpt"),
    (f"{STREAM}.name", "two words"),
    (f"{STREAM}.what", "article"),
    (f"{STREAM}.text", "{headlin}"),
    (f"{STREAM}.text", " "),
    (f"{STREAM}.card", "picture"),
    (f"{STREAM}.duplicates", "alow"),
    (f"{STREAM}.duplicates.window", "a month"),
    (f"{THREAD}.opening", "[{headline}"),
    (f"{THREAD}.replies", "hidden"),
    (f"{THREAD}.schedule.at", "9:00"),
    (f"{THREAD}.schedule.cron", "0 9 * *"),
    (f"{STREAM}.schedule", "daily"),
    (f"{TIMES}.on", "1"),
    (f"{TIMES}.every", "dayly"),
    (f"{TIMES}.at", "25:00"),
    (f"{TIMES}.quiet", "22:00"),
    (f"{TIMES}.not_on", "25.12.2026"),
    (f"{TIMES}.gap", "30"),
    (f"{TIMES}.most", "0 per day"),
    (f"{TIMES}.expires", "a week"),
    (f"{TIMES}.late", "never"),
    (f"{TIMES}.from", "2026-12-01"),
    *((f"{TIMES}.not_on", each) for each in ("2026-12-24-2027-01-02", "2026-12-24..", "FR", ["2026-12-25", "FR"])),
    *((f"{TIMES}.not_on.2.holidays", each) for each in ("France", "fr", ["FR", "Bavaria"])),
    *((f"{TIMES}.spread", each) for each in ("15", "a while", "")),
    *((f"{TIMES}.after", each) for each in ("2h", "publication", "publication - 2h", "publication + 2 hours")),
    *((f"{TIMES}.repost", each) for each in ("30d", EMPTY)),
    *((f"{TIMES}.repost.after", each) for each in ("12h", "0d", "a month")),
    *((f"{TIMES}.repost.times", each) for each in (0, 13, 1.5)),
    *((f"{MONTH}.schedule.on", each) for each in ("32", "monday", [1, 32], [1, "monday"], "fifth monday")),
    (f"{MONTH}.schedule.from", "2026-12-01"),
    *((f"{FORTNIGHT}.every", each) for each in ("0 weeks", "53 weeks", ["2 weeks"], "weekday", "month")),
    *((f"{FORTNIGHT}.from", each) for each in ("1.12.2026", "december")),
    *((f"{FORTNIGHT}.on", each) for each in (15, "last friday", ["tuesday", 15])),
    *((f"{LATER}.schedule.{key}", value) for key, value in (("every", "weekday"), ("from", "2026-12-01"))),
    *((f"{THREAD}.schedule.{key}", value) for key, value in (("every", "weekday"), ("from", "2026-12-01"))),
    ("llm.timeout", "long"),
    (f"{WEEKLY}.silent", "long"),
    *((f"alerts.{key}", "soon") for key in ("wait", "gap", "calm", "remind", "unread", "unsure", "drafts")),
    ("alerts.ping_every", "often"),
    (f"{MAIL}.server", "mail example"),
    *((f"{MAIL}.port", each) for each in (0, 65_536, "465")),
    (f"{MAIL}.tls", "ssl"),
    *((f"{MAIL}.{key}", each) for key in ("from", "to") for each in ("ann", "Ann <ann@news.example>", "")),
    ("alerts.to.0.who", "owner"),
    (f"{SERVICE}.about", ["weather"]),
    (f"{SERVICE}.newsletters", "two words"),
    (f"{SERVICE}.mail", RIGHT["alerts"]["to"][0]["mail"]),
]
STORED = "a schema cannot look whether `sharebot login` has stored it"
TWINS = [{"name": name, "to": "x", "schedule": "now"} for name in ("a", "b")]
NOT_SAID: list[tuple[str, Any, str]] = [
    ("timezone", "Europe/Pariss", "which zones there are is tzdata's affair"),
    ("include", "../a.yaml", "a schema sees no files"),
    (f"{MASTODON}.server", "mastodon.example", "an address is a format, which tools need not check"),
    (f"{MASTODON}.access_token", "${NOT_SET}", "a schema sees no variables"),
    (f"{MASTODON}.access_token", "${NO NAME}", "a secret may be any text"),
    ("newsletters.feed.source.feed", "news.example", "an address is a format, which tools need not check"),
    (f"{WEEKLY}.since", "2026-02-30", "a pattern knows no calendar"),
    (f"{TIMES}.not_on", "2026-02-30", "a pattern knows no calendar"),
    (f"{TIMES}.not_on", "2026-12-24..2026-02-30", "a pattern knows no calendar"),
    (f"{TIMES}.not_on", "2027-01-02..2026-12-24", "a schema cannot compare the two ends"),
    (f"{TIMES}.not_on", "2026-12-24..2028-12-24", "a schema cannot count the days"),
    (f"{TIMES}.not_on.2.holidays", "XX", "which holidays are known is the package's affair"),
    (f"{TIMES}.not_on.2.holidays", "DE-XX", "which holidays are known is the package's affair"),
    (f"{TIMES}.spread", "13h", "a pattern cannot add up hours and minutes"),
    (f"{FORTNIGHT}.from", "2026-02-30", "a pattern knows no calendar"),
    (f"{TIMES}.at", "23:00", "a schema cannot compare with quiet"),
    (f"{TIMES}.quiet", "09:00-09:00", "a schema cannot compare the two ends"),
    (f"{TIMES}.gap", "99999999999w", "a pattern counts no years"),
    (f"{THREAD}.schedule.cron", "0 25 * * *", "a pattern for all of cron would help nobody"),
    (f"{STREAM}.to", "twitter", "a schema cannot look up the accounts"),
    (f"{STREAM}.to", ["x", "x"], "one account or a list: whether two are alike is not asked"),
    (f"{STREAM}.text", "{link}" + "x" * 490, "a schema cannot count as networks count"),
    (f"{THREAD}.name", "articles", "a schema cannot compare two streams"),
    ("newsletters.feed.posts", TWINS, "a schema cannot tell that two streams would post the same articles"),
    (f"{WEEKLY}.approval.by", ["alice"], "a rule between two keys, told better in words"),
    (f"{TIMES}.spread", "13h", "a pattern does not add up hours"),
    ("newsletters.feed.source.every", "0m", "a pattern does not add up minutes"),
    ("llm.timeout", "61s", "a pattern does not add up seconds"),
    ("newsletters.page.source.newest", 1.0, "to JSON Schema 1.0 is a whole number, too"),
    (f"{MONTH}.schedule.on", 2.0, "to JSON Schema 2.0 is a whole number, too"),
    ("newsletters.mail.source.user", "me\nyou", "what is visible is Unicode's affair"),
    (f"{MASTODON}.access_token", LEFT_OUT, STORED),
    ("accounts.bluesky.app_password_file", LEFT_OUT, STORED),
    *((f"accounts.x.{key}", LEFT_OUT, STORED) for key in ("api_key", "api_secret", "access_token", "access_secret")),
    ("alerts.ping", "ping.example", "a secret may be any text"),
    (f"{SERVICE}.apprise", "ntfy", "a secret may be any text"),
    (f"{SERVICE}.newsletters", ["daily"], "a schema cannot look up the newsletters"),
    ("alerts.ping_every", "0s", "a pattern does not add up seconds"),
    (f"{MAIL}.password", LEFT_OUT, "a rule between two keys, told better in words"),
    (f"{MAIL}.tls", "none", "a rule between two keys, told better in words"),
    ("llm", LEFT_OUT, "a schema cannot look whether a newsletter asks for it"),
]


def shown(each):
    return "left out" if each is LEFT_OUT else str(each)[:40]


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft202012Validator(app.schema())


@pytest.fixture
def accepts(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TOKEN", "the-token")
    (tmp_path / "secret").write_text("a-secret")
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams/a.yaml").write_text("version: 1\n")

    def load(data):
        (tmp_path / "sharebot.yaml").write_text(json.dumps(data))
        try:
            return bool(app.load(Path("sharebot.yaml"), secrets=True))
        except ConfigError:
            return False

    return load


def ways(part, way=()):
    for key, value in part.items() if isinstance(part, dict) else enumerate(part):
        yield (*way, key)
        if isinstance(value, dict | list):
            yield from ways(value, (*way, key))


def changed(path, value):
    return put([int(step) if step.isdecimal() else step for step in path.split(".")], value)


def put(way, value):
    data = copy.deepcopy(RIGHT)
    *above, key = way
    part: Any = data
    for step in above:
        part = part[step]
    if value is LEFT_OUT:
        del part[key]
    else:
        part[key] = value
    return data


def test_what_is_right_is_right_in_both_ways(accepts, validator):
    validator.validate(RIGHT)
    assert accepts(RIGHT)


CASES: list[tuple[str, Any]] = [(each, {}) if isinstance(each, str) else each for each in WRONG]


@pytest.mark.parametrize(
    ("path", "value"), CASES, ids=lambda each: str(each)[:40] if each is not LEFT_OUT else "left out"
)
def test_what_is_wrong_is_wrong_in_both_ways(accepts, validator, path, value):
    assert not accepts(changed(path, value))
    assert not validator.is_valid(changed(path, value))


@pytest.mark.parametrize("way", [*ways(RIGHT)], ids=lambda way: ".".join(map(str, way)))
def test_what_is_empty_is_wrong_in_both_ways(accepts, validator, way):
    assert not accepts(put(way, None))
    assert not validator.is_valid(put(way, None))


@pytest.mark.parametrize(("path", "value", "why"), NOT_SAID, ids=shown)
def test_what_a_schema_cannot_say_the_check_says(accepts, validator, path, value, why):
    assert not accepts(changed(path, value))
    assert validator.is_valid(changed(path, value)), f"it can be said now, and is no exception any more: {why}"


def patterned(schema):
    for part in (schema, *schema["$defs"].values()):
        for key, described in part.get("properties", {}).items():
            if '"pattern"' in json.dumps({**described, "examples": []}).replace(VARIABLE_PATTERN, ""):
                yield key


def test_every_key_with_a_pattern_is_tried_with_a_value_of_another_shape():
    tried = {path.rpartition(".")[2] for path, value in CASES if isinstance(value, str | list)}
    assert set(patterned(app.schema())) - tried <= {"accounts", "newsletters", "utm"}
