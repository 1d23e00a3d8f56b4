import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from sharebot.errors import SharebotError, StoreError
from sharebot.model import Card, Facet, Picture, Post, Receipt, Signature, State
from sharebot.outbox.ledger import Ledger
from sharebot.outbox.lock import Lock
from sharebot.outbox.portable import TABLES, export
from sharebot.outbox.restore import fill
from sharebot.outbox.settling import Settlement
from sharebot.outbox.tables import alert, credential
from sharebot.recurring import Trace
from tests.outbox.conftest import in_a_file

POST = Post(
    "Fähren — “wieder” 🚢\nhttps://news.example/1\\n\x7f",
    language="de",
    links=("https://news.example/1",),
    facets=(Facet("link", 0, 3, "https://news.example/1"),),
    card=Card("https://news.example/1", "T", "D"),
    pictures=(Picture("alt", "https://news.example/1.png"),),
    content_warning="Meer",
    sensitive=True,
    labels=("graphic-media",),
    visibility="unlisted",
    true_until=datetime(2026, 12, 1, tzinfo=UTC),
)


@pytest.fixture
def full(ledger, delivery, now):
    """An outbox with something in each table."""
    hour = timedelta(hours=1)
    ledger.add(
        [
            delivery("a", posts=(POST, POST), signature=Signature("hash", "ann", now), link="https://news.example/1"),
            delivery("b", account="x", due=now + timedelta(microseconds=1), expires=now + hour, turn=2, corrects="a"),
            delivery("c", account="bluesky", state=State.HELD, error="held by ann", follows=(Receipt("1", "u", "v"),)),
        ],
        "pipeline",
        "read",
        now,
    )
    (claimed,) = ledger.claim(now, 1, ["mastodon"])
    receipt = Receipt("1", "https://m.example/1")
    ledger.settle([Settlement(claimed, State.QUEUED, "more to come", receipt=receipt)], now)
    ledger.claim(now + hour, 1, ["x"])
    ledger.seed("weekly", ["one", "zwei\nWörter"], now)
    ledger.remember("weekly", [Trace("i", date(2026, 2, 3), frozenset({"1", "2"}))])
    ledger.keep_rankings({"d": [3, 1]}, now)
    ledger.pause("*", "wait")
    ledger.note_ends("x", now + hour)
    with ledger.writing() as connection:
        connection.execute(insert(credential), {"account": "x", "sealed": "s3al", "saved": now})
        connection.execute(insert(alert), {"name": "n", "kind": "k", "words": "w", "since": now})
    return ledger


def rows(ledger):
    with ledger.reading() as connection:
        ordered = {name: select(table).order_by(*table.primary_key) for name, table in TABLES.items()}
        return {name: [dict(row) for row in connection.execute(query).mappings()] for name, query in ordered.items()}


def lines(ledger, now, *, live=False):
    written: list[str] = []
    export(ledger, written.append, now, live=live)
    return written


def read(url, told, now):
    return fill(url, io.BytesIO("".join(told).encode()), "file.jsonl", ["new"], now)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.integration)])
def other(request, tmp_path):
    """Another, empty database."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgresql_url")
    return f"sqlite:///{tmp_path / 'other.db'}"


def test_an_export_holds_every_table_and_comes_back_equal_on_both_databases(full, other, now, delivery):
    told = lines(full, now)
    head, *_, end = map(json.loads, told)
    assert (head["sharebot"], head["live"]) == ("outbox", False)
    assert end == {"end": len(told) - 2}
    assert all(rows(full).values())
    assert read(other, told, now) == (len(told) - 2, None)
    with Ledger(other) as copy:
        assert rows(copy) == rows(full)
        assert lines(copy, now) == told
        assert copy.add([delivery("next")], "t", "r", now) == 1  # the numbers of rows go on
        assert copy.matching("a") == full.matching("a")


def test_what_was_exported_while_a_daemon_worked_is_doubted(full, other, now):
    _, doubts = read(other, lines(full, now, live=True), now)
    assert doubts.posts == 2
    with Ledger(other) as copy:
        assert {row.key for row in copy.deliveries(State.UNSURE)} == {"a", "b"}
        assert copy.seen("new") == {f"restored\n{doubts.since.isoformat()}"}


def test_an_export_is_of_one_moment(ledger, delivery, now):
    ledger.add([delivery(str(number)) for number in range(3)], "t", "r", now)
    written: list[str] = []

    def write(line):
        if not written:
            ledger.add([delivery("meanwhile")], "t", "r", now)
        written.append(line)

    export(ledger, write, now, live=True)
    told = "".join(written[1:])
    assert ("meanwhile" in told) == (told.count('"meanwhile"') > 1), "a post and its event are both there, or neither"


def test_an_import_fills_an_empty_outbox_only_and_while_nobody_works(full, other, now, tmp_path):
    told = lines(full, now)
    read(other, told, now)
    with pytest.raises(SharebotError, match="is not empty"):
        read(other, told, now)
    third = tmp_path / "third.db"
    with Lock(third), pytest.raises(StoreError, match="another sharebot"):
        read(f"sqlite:///{third}", told, now)


def changed(told, number, **values):
    line = json.loads(told[number])
    ((name, row),) = line.items()
    return [*told[:number], json.dumps({name: row | values}) + "\n", *told[number + 1 :]]


HARMS = {
    "this is neither": lambda _: ["words\n"],
    "1: the file breaks off here": lambda told: [told[0].strip()],
    "the first line does not say": lambda _: ['{"sharebot":1}\n'],
    "newer sharebot": lambda told: ['{"sharebot":"outbox","schema":"9999"}\n', *told[1:]],
    "breaks off here": lambda told: [*told[:-1], told[-1][:-1]],
    "the end is missing": lambda told: told[:-1],
    "this is no JSON": lambda told: [told[0], told[1][:50] + "\n", *told[2:]],
    "there should be": lambda told: [*told[:3], *told[4:]],
    "this is no row": lambda told: [*told, told[1]],
    "there is no table": lambda told: [told[0], '{"other":{}}\n', *told[1:]],
    "these are not the columns": lambda told: changed(told, 1, other=1),
    "due cannot be": lambda told: changed(told, 1, due="2026-11-03 09:00"),
    "headline cannot be": lambda told: changed(told, 1, headline=None),
    "turn cannot be": lambda told: changed(told, 1, turn="0"),
    "edits cannot be": lambda told: changed(told, 1, edits=0),
    "2: the posts are not those": lambda told: [told[0], told[1].replace("wieder", "nie"), *told[2:]],
    "it cannot be understood": lambda told: changed(told, 1, state="gone"),
    "cannot be understood": lambda told: changed(told, 4, after="gone"),
    "day cannot be": lambda told: [line.replace("2026-02-03", "02/03/26") for line in told],
}


@in_a_file
@pytest.mark.parametrize("why", HARMS)
def test_a_damaged_export_is_refused_with_its_line_and_the_cure_and_nothing_is_imported(full, other, now, why):
    told = HARMS[why](lines(full, now))
    with pytest.raises(SharebotError, match=r"^file\.jsonl:\d+: ") as raised:
        read(other, told, now)
    assert "nothing was changed" in str(raised.value)
    assert why in str(raised.value)
    with Ledger(other) as copy:
        assert not any(rows(copy).values())


def test_an_export_of_an_older_schema_gets_what_is_new_at_its_usual(full, tmp_path, now):
    told = []
    for line in map(json.loads, lines(full, now)):
        if "sharebot" in line:
            line["schema"] = "0005"
        if account := line.get("account"):
            del account["succeeded"], account["ends"]
        if not line.keys() & {"credential", "alert", "end"}:
            told.append(json.dumps(line, separators=(",", ":")) + "\n")
    told.append(json.dumps({"end": len(told) - 1}) + "\n")
    read(f"sqlite:///{tmp_path / 'new.db'}", told, now)
    with Ledger(f"sqlite:///{tmp_path / 'new.db'}") as copy:
        assert copy.standings()["x"].ends is None
        assert copy.deliveries() == full.deliveries()


@in_a_file
def test_an_export_needs_no_more_memory_for_more_rows(ledger, delivery, now, tmp_path):
    import tracemalloc

    def peak(count):
        ledger.add([delivery(f"{count}-{number}") for number in range(count)], "t", "r", now)
        tracemalloc.start()
        with (tmp_path / f"{count}.jsonl").open("w") as file:
            export(ledger, file.write, now, live=False)
        with Ledger(f"sqlite:///{tmp_path / f'{count}.db'}") as new:
            url = new.url
        with (tmp_path / f"{count}.jsonl").open("rb") as file:
            fill(url, file, "file", [], now)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(400)
    assert peak(2000) < 1.5 * peak(500)
