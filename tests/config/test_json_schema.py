"""The JSON Schema says in an editor what the loader says on the command line."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot import config, plugins
from sharebot.config import templates, yaml12
from sharebot.config.document import Document, Page
from sharebot.errors import ConfigError
from sharebot.settings import Settings

NOW = "name: a\nto: town\nschedule: now\n"
TOWN = "platform: town, server: https://t.example, "
BELL = "platform: bell, handle: crier, "


def agrees(schema, text):
    """Tell whether an editor's tool accepts the text."""
    data = yaml12.build(Document([Page("sharebot.yaml", text)]))
    return jsonschema.Draft202012Validator(schema).is_valid(data)


def at(schedule):
    return {"stream": f"name: a\nto: town\nschedule: {schedule}\n"}


def account(text):
    return {"accounts": f"town: {{{text}}}\n", "stream": NOW}


def alerting(text):
    return {"head": f"version: 1\nalerts: {{{text}}}\n"}


def model(text):
    return {"head": f"version: 1\nllm: {{{text}}}\n", "newsletter": "source: {folder: x}\nranking: llm\n"}


RIGHT = {
    "the least": {},
    "times": at("{at: 9:00}"),
    "many times": at("{every: [Monday, weekend], at: ['09:00', 23:59], most: [4 per day, 1 per Hour]}"),
    "every key": at(
        "{every: weekday, at: 9:00, quiet: 22:00-07:00, not_on: [2026-12-25], gap: 1h 30m, expires: 7d, late: skip}"
    ),
    "one date": at("{at: 9:00, not_on: 2026-12-25, most: 17 per month}"),
    "a month": at("{every: month, on: 31, at: 9:00}"),
    "a month's Friday": at("{every: month, on: last friday, at: 9:00}"),
    "cron": at("{cron: 0 9 * * 1-5}"),
    "days of a month": at("{every: month, on: [1, Last, first Monday], at: 9:00}"),
    "every second week": at("{every: 2 weeks, from: 2026-12-01, at: 9:00}"),
    "days of every third week": at("{every: 3 Weeks, from: 2026-12-01, on: [Monday, friday], at: 9:00}"),
    "a day of every week": at("{every: 1 week, from: 2026-12-01, on: monday, at: 9:00}"),
    "a spread": at("{at: 9:00, spread: 15m}"),
    "days off": at("{at: 9:00, not_on: [2026-05-08, 2026-12-24..2027-01-02, {holidays: [FR, DE-BY]}]}"),
    "holidays": at("{at: 9:00, not_on: {holidays: FR}}"),
    "dates with a dash": at("{at: 9:00, not_on: 2026-12-24 – 2027-01-02}"),
    "dates in words": at("{at: 9:00, not_on: 2026-12-24 to 2027-01-02}"),
    "a while after publication": at("{after: publication + 2h}"),
    "after publication, at a time": at("{at: 9:00, after: publication+1d}"),
    "after publication, by cron": at("{cron: 0 9 * * *, after: publication + 1d 12h}"),
    "again": at("{at: 9:00, repost: {after: 30d}}"),
    "again and again": at("{at: 9:00, repost: {after: 4w 2d, times: 12}}"),
    "a feed": {"newsletter": "source: {feed: x}\n"},
    "a newsletter": {
        "newsletter": "source: {folder: x, include: ['*']}\nlanguage: pt-BR\nlink: https://a.example/{issue.id}\n"
        "utm: {source: '{platform}'}\nhashtags: [a, '#b']\napproval: required\nsince: all\ntimezone: UTC\n"
    },
    "since a day": {"newsletter": "source: {folder: x}\nsince: 2026-09-01\n"},
    "a text": {"stream": f"{NOW}what: thread\ntext: '{{headline}} {{link}}'\n"},
    "optional parts": {"stream": f"{NOW}text: '[[{{number}}]] {{headline}}[ by {{author}}[[!]]][ {{hashtags}}]'\n"},
    "a thread": {
        "stream": f"{NOW}what: thread\nopening: '{{newsletter}}'\nnumbering: true\nreplies: private\ncard: image\n"
    },
    "warnings": {
        "newsletter": "source: {folder: x}\ntitle: Weekly\nwarnings:\n  - {words: war, label: [nudity, porn]}\n"
        "  - {tags: [a, b], warning: A, sensitive: false, label: sexual}\n"
    },
    "no warnings": {"newsletter": "source: {folder: x}\nwarnings: []\n"},
    "two accounts": {"stream": "name: a\nto: [town, bell]\nschedule: now\n"},
    "caps": account(f"{BELL} key: '${{BELL_KEY}}', most: 17 per day, budget: 20.50 USD per month"),
    "a variable for a choice": account(f"{TOWN} token: '${{TOWN_TOKEN}}', visibility: '${{SEEN}}', limit: 3"),
    "a model": model("url: http://127.0.0.1:1/v1, model: x, api_key: '${TOWN_TOKEN}', timeout: 5s"),
    "a model without a key": model("url: https://llm.example/v1, model: x"),
    "a model with a key in a file": model("url: https://llm.example/v1, model: x, api_key_file: secret"),
    "alerts": alerting(
        "to: [{mail: {server: m.example, from: a@b.example, to: [c@d.example], user: me, password_file: secret}, "
        "who: operator}, {apprise: 'a://b', about: [posts, tokens], newsletters: weekly}], "
        "wait: 1m, allow_private: true"
    ),
    "one recipient": alerting("to: {apprise: 'a://b', about: posts}"),
    "a ping alone": alerting("ping: 'https://p.example', ping_every: 1h 30m"),
    "a file for a secret": account(f"{TOWN} token_file: secret, second_token_file: secret"),
}
WRONG = {
    "another version": {"head": "version: 2\n"},
    "a version in quotes": {"head": "version: '1'\n"},
    "no version": {"head": ""},
    "an unknown key": {"head": "version: 1\nnewsleters: {}\n"},
    "a zone with a blank": {"head": "version: 1\ntimezone: Europe, Paris\n"},
    "no account": {"accounts": "{}\n", "stream": NOW},
    "a name with a blank": account(f"{BELL} key: '${{BELL_KEY}}'}}\ntwo words: {{{BELL} key: '${{BELL_KEY}}'"),
    "no network": account("server: https://t.example"),
    "an unknown network": account("platform: myspace"),
    "an unknown setting": account(f"{TOWN} token: '${{TOWN_TOKEN}}', visibilty: public"),
    "another network's setting": account(f"{TOWN} token: '${{TOWN_TOKEN}}', handle: x"),
    "a missing secret": account(TOWN),
    "a secret twice": account(f"{TOWN} token: '${{TOWN_TOKEN}}', token_file: secret"),
    "an optional secret twice": account(
        f"{TOWN} token: '${{TOWN_TOKEN}}', second_token: '${{TOWN_TOKEN}}', second_token_file: secret"
    ),
    "an empty secret": account(f"{TOWN} token: ''"),
    "a number as a secret": account(f"{TOWN} token: 12345678"),
    "a file for no secret": account(f"{TOWN} token: '${{TOWN_TOKEN}}', visibility_file: secret"),
    "a number in quotes": account(f"{TOWN} token: '${{TOWN_TOKEN}}', limit: '3'"),
    "a word for a truth": account(f"{BELL} key: '${{BELL_KEY}}', quietly: yes"),
    "an unknown choice": account(f"{TOWN} token: '${{TOWN_TOKEN}}', visibility: publik"),
    "a budget in euros": account(f"{BELL} key: '${{BELL_KEY}}', budget: 20 EUR per month"),
    "a cap of nothing": account(f"{BELL} key: '${{BELL_KEY}}', most: 0 per day"),
    "an unknown period": at("{at: 9:00, most: 4 per fortnight}"),
    "a model without a name": model("url: https://llm.example/v1"),
    "a model with a key twice": model("url: https://llm.example/v1, model: x, api_key: a, api_key_file: secret"),
    "a model with an unknown setting": model("url: https://llm.example/v1, model: x, temperature: 1"),
    "an empty model": {"head": "version: 1\nllm:\n"},
    "alerts for nobody": alerting("wait: 1m"),
    "a recipient without a way": alerting("to: {who: editor}"),
    "a recipient in two ways": alerting(
        "to: {apprise: 'a://b', mail: {server: m.example, from: a@b.example, to: c@d.example}}"
    ),
    "a mail to nobody": alerting("to: {mail: {server: m.example, from: a@b.example}}"),
    "a mail to no address": alerting("to: {mail: {server: m.example, from: a@b.example, to: ann}}"),
    "a mail server with a port": alerting("to: {mail: {server: 'm.example:25 x', from: a@b.example, to: c@d.example}}"),
    "an unknown topic": alerting("to: {apprise: 'a://b', about: weather}"),
    "an unknown reader": alerting("to: {apprise: 'a://b', who: owner}"),
    "an unknown key of alerts": alerting("ping: 'https://p.example', pinging: 1m"),
    "a ping twice": alerting("ping: 'https://p.example', ping_file: secret"),
    "an unknown ranking": {"newsletter": "source: {folder: x}\nranking: gpt\n"},
    "no source": {"newsletter": "language: en\n"},
    "an unknown source": {"newsletter": "source: {folders: x}\n"},
    "two sources": {"newsletter": "source: {folder: x, feed: y}\n"},
    "an unknown key of a source": {"newsletter": "source: {folder: x, feeds: y}\n"},
    "an unknown field of the link": {"newsletter": "source: {folder: x}\nlink: https://a.example/{issue}\n"},
    "a link without https": {"newsletter": "source: {folder: x}\nlink: a.example\n"},
    "an unknown parameter": {"newsletter": "source: {folder: x}\nutm: {sorce: x}\n"},
    "an empty key": {"newsletter": "source: {folder: x}\nlanguage:\n"},
    "a hashtag of two words": {"newsletter": "source: {folder: x}\nhashtags: [a b]\n"},
    "no time": at("{every: day}"),
    "an empty schedule": at("{}"),
    "an unknown word": at("later"),
    "cron and at": at("{cron: 0 9 * * 1, at: 9:00}"),
    "cron and every": at("{cron: 0 9 * * 1, every: day}"),
    "a short cron line": at("{cron: 0 9 * *}"),
    "a month without a day": at("{every: month, at: 9:00}"),
    "a day without a month": at("{on: 1, at: 9:00}"),
    "weeks without a first": at("{every: 2 weeks, at: 9:00}"),
    "no weeks": at("{every: 0 weeks, from: 2026-12-01, at: 9:00}"),
    "53 weeks": at("{every: 53 weeks, from: 2026-12-01, at: 9:00}"),
    "weeks in a list": at("{every: [2 weeks], from: 2026-12-01, at: 9:00}"),
    "weeks with a day of the month": at("{every: 2 weeks, from: 2026-12-01, on: 1, at: 9:00}"),
    "weeks without a time": at("{every: 2 weeks, from: 2026-12-01}"),
    "a first day of every day": at("{from: 2026-12-01, at: 9:00}"),
    "a first day of a month": at("{every: month, on: 1, from: 2026-12-01, at: 9:00}"),
    "a first day with cron": at("{cron: 0 9 * * 1, from: 2026-12-01}"),
    "a month with a day of the week": at("{every: month, on: [1, monday], at: 9:00}"),
    "a month without days": at("{every: month, on: [], at: 9:00}"),
    "days with a while after publication": at("{every: day, after: publication + 2h}"),
    "a while after nothing": at("{after: 2h}"),
    "a while in words": at("{after: publication + 2 hours}"),
    "a spread without a unit": at("{at: 9:00, spread: 15}"),
    "a country as a date": at("{at: 9:00, not_on: [FR]}"),
    "a country in small letters": at("{at: 9:00, not_on: {holidays: fr}}"),
    "a country by its name": at("{at: 9:00, not_on: {holidays: France}}"),
    "half a range": at("{at: 9:00, not_on: 2026-12-24..}"),
    "an unknown key of holidays": at("{at: 9:00, not_on: {holiday: FR}}"),
    "no days off": at("{at: 9:00, not_on: []}"),
    "again after hours": at("{at: 9:00, repost: {after: 12h}}"),
    "again after no days": at("{at: 9:00, repost: {after: 0d}}"),
    "again without an end": at("{at: 9:00, repost: {after: 30d, times: 13}}"),
    "again, but never": at("{at: 9:00, repost: {after: 30d, times: 0}}"),
    "again in quotes": at("{at: 9:00, repost: {after: 30d, times: '2'}}"),
    "the 32nd": at("{every: month, on: 32, at: 9:00}"),
    "an unknown day": at("{every: funday, at: 9:00}"),
    "25 o'clock": at("{at: 25:00}"),
    "a time as a number": at("{at: [900]}"),
    "a date of another land": at("{at: 9:00, not_on: 25.12.2026}"),
    "a length without a unit": at("{at: 9:00, gap: 30}"),
    "an unknown unit": at("{at: 9:00, gap: 30 minutes}"),
    "no account to post to": {"stream": "name: a\nto: []\nschedule: now\n"},
    "a stream without a name": {"stream": "to: town\nschedule: now\n"},
    "a stream without a schedule": {"stream": "name: a\nto: town\n"},
    "an unknown field of the text": {"stream": f"{NOW}text: '{{headlin}}'\n"},
    "a blank text": {"stream": f"{NOW}text: '  '\n"},
    "an empty opening": {"stream": f"{NOW}what: thread\nopening: ''\n"},
    "a part without an end": {"stream": f"{NOW}text: '{{headline}} [by {{author}}'\n"},
    "a part without a beginning": {"stream": f"{NOW}text: '{{headline}}]'\n"},
    "a part within a part": {"stream": f"{NOW}text: '[{{headline}} [{{author}}]]'\n"},
    "a part without a field": {"stream": f"{NOW}opening: '[news] {{headline}}'\n"},
    "an unknown card": {"stream": f"{NOW}card: picture\n"},
    "an unknown visibility": {"stream": f"{NOW}replies: hidden\n"},
    "a word for a count": {"stream": f"{NOW}numbering: yes\n"},
    "a warning of nothing": {"newsletter": "source: {folder: x}\nwarnings: [{warning: A}]\n"},
    "a warning without words": {"newsletter": "source: {folder: x}\nwarnings: [{tags: [a]}]\n"},
    "an unknown label": {"newsletter": "source: {folder: x}\nwarnings: [{tags: a, label: gore}]\n"},
    "an unknown key of a warning": {"newsletter": "source: {folder: x}\nwarnings: [{tag: a, warning: A}]\n"},
    "an unknown form": {"stream": f"{NOW}what: article\n"},
}


def test_the_schema_is_a_schema(schema):
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    json.dumps(schema)


@pytest.mark.parametrize("parts", RIGHT.values(), ids=RIGHT)
def test_what_the_loader_takes_the_schema_takes(load, schema, whole, tmp_path, parts):
    (tmp_path / "secret").write_text("a-secret")
    load(whole(**parts), env={"TOWN_TOKEN": "t", "BELL_KEY": "the-bell-key", "SEEN": "unlisted"})
    assert agrees(schema, whole(**parts))


@pytest.mark.parametrize("parts", WRONG.values(), ids=WRONG)
def test_what_the_loader_refuses_the_schema_refuses(problems, schema, whole, tmp_path, parts):
    (tmp_path / "secret").write_text("a-secret")
    assert problems(whole(**parts))
    assert not agrees(schema, whole(**parts))


PIECES = st.lists(st.sampled_from(["[", "]", "{headline}", "{link}", "{headlin}", "{", "}", "x"]), max_size=8)


@given(PIECES.map("".join))
def test_schema_and_loader_agree_on_every_template(text):
    try:
        right = templates.post(text) == text
    except ValueError:
        right = False
    assert right == (re.fullmatch(templates.POST_PATTERN, text) is not None)


def keys(schema):
    for name, part in {"": schema, **schema["$defs"]}.items():
        for key, described in part.get("properties", {}).items():
            yield f"{name}.{key}", described


def test_every_key_has_a_description_and_an_example():
    real = config.schema(plugins.load(plugins.PLATFORMS), plugins.load(plugins.SOURCES))
    for name, described in keys(real):
        assert described.get("description"), name
        assert described.get("examples"), name


def test_an_included_file_has_a_schema_that_asks_for_less():
    part = config.schema(**installed(), part=True)
    jsonschema.Draft202012Validator.check_schema(part)
    newsletter = "newsletters: {a: {source: {folder: x}, posts: [{name: a, to: b, schedule: now}]}}\n"
    assert agrees(part, newsletter)
    assert agrees(part, "version: 1\n")
    for wrong in ("timezone: UTC\n", "include: x\n", "newsletters: {a: {}}\n", "version: 2\n", "acounts: {}\n"):
        assert not agrees(part, wrong)


def test_two_networks_may_share_their_settings():
    class Shared(Settings):
        server: str

    both = {name: type(name, (), {"Settings": Shared}) for name in ("one", "two")}
    found = config.schema(both, {"folder": type("Folder", (), {"Settings": Shared})})
    assert {"account-one", "account-two"} <= found["$defs"].keys()
    jsonschema.Draft202012Validator.check_schema(found)


STARTER = Path(__file__).parents[2] / "config/sharebot.yaml"
ENV = {"MASTODON_TOKEN": "a-token", "BLUESKY_APP_PASSWORD": "a-password"}


def installed():
    return {"platforms": plugins.load(plugins.PLATFORMS), "sources": plugins.load(plugins.SOURCES)}


def test_the_starter_file_is_right_for_loader_and_schema():
    found = config.load(STARTER, env=ENV, **installed())
    assert found.newsletters["weekly"].approval.required
    assert found.warnings == ()
    assert agrees(config.schema(**installed()), STARTER.read_text())


def test_the_starter_file_is_right_with_all_that_is_commented_out(tmp_path):
    lines = STARTER.read_text().splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("version:"))
    text = "\n".join(line.replace("# ", "", 1) if is_setting(line) else line for line in lines[start:])
    (tmp_path / "sharebot.yaml").write_text(text)
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams/sport.yaml").write_text("version: 1\n")
    names = ("X_API_KEY", "X_API_SECRET", "X_ACCESS_TOKEN", "X_ACCESS_SECRET", "SMTP_PASSWORD")
    addresses = {"APPRISE_URL": "ntfys://ntfy.example/news", "PING_URL": "https://ping.example/1"}
    env = ENV | dict.fromkeys(names, "secret") | addresses
    found = config.load(tmp_path / "sharebot.yaml", env=env, **installed())
    assert found.alerts
    assert [each.who for each in found.alerts.to] == ["operator", "editor"]
    assert found.accounts.keys() == {"mastodon", "bluesky", "x"}
    assert found.newsletters["weekly"].hashtags == ("ferry", "harbour")
    assert found.newsletters["weekly"].posts[0].schedule.repost
    assert agrees(config.schema(**installed()), text)


def is_setting(line):
    nested = line.startswith("  ") and line.lstrip().startswith("# ") and ":" in line
    return nested or line.startswith(("# include:", "# alerts:", "#   "))


def test_the_example_of_the_design_is_right_as_it_stands(tmp_path):
    design = Path(__file__).parents[2] / "../shared/DESIGN.md"
    if not design.exists():
        pytest.skip("the design's page is not beside this checkout")
    text = design.read_text().partition("```yaml\n")[2].partition("```")[0]
    (tmp_path / "sharebot.yaml").write_text(text)
    found = config.load(tmp_path / "sharebot.yaml", env={}, secrets=False, **installed())
    assert found.accounts.keys() == {"mastodon", "bluesky", "x"}
    assert found.newsletters["weekly"].posts[0].schedule.late == "post"
    assert agrees(config.schema(**installed()), text)


def test_the_starter_file_without_its_variables_says_which(monkeypatch):
    monkeypatch.chdir(STARTER.parents[1])
    with pytest.raises(ConfigError) as caught:
        config.load(STARTER, env={}, **installed())
    assert [each.path for each in caught.value.problems] == [
        "accounts.mastodon.access_token",
        "accounts.bluesky.app_password",
    ]
    assert str(caught.value).startswith("config/sharebot.yaml:")
