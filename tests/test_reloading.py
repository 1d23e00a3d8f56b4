"""When the configuration is read again, and what stays in force where it cannot be used."""

import logging
import os
import time
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from sharebot import app, reloading
from sharebot.errors import SharebotError, StoreError
from sharebot.model import Credential
from sharebot.outbox.credentials import Credentials
from sharebot.reloading import Reloader, SignIns, Standing

TEXT = """version: 1
timezone: UTC
accounts:
  mastodon: {platform: mastodon, server: "https://m.example", access_token: "a-secret"}
newsletters:
  weekly:
    source: {folder: issues}
    posts: [{name: articles, to: [mastodon], schedule: now}]
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "sharebot.yaml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.fixture
def adopted():
    return []


@pytest.fixture
def reloader(file, adopted, now):
    def adopt(config):
        adopted.append(config)
        return True

    return Reloader(app.load(file, secrets=True), adopt, lambda: now)


@pytest.fixture
def events(caplog):
    caplog.set_level(logging.INFO, "sharebot")
    return lambda: [record.getMessage() for record in caplog.records]


def write(file, old="timezone: UTC", new="timezone: Europe/Paris"):
    file.write_text(TEXT.replace(old, new), encoding="utf-8")


def test_a_file_that_is_being_written_is_read_once_it_is_alike_in_two_looks(reloader, file, adopted):
    assert not reloader.look()
    write(file)
    assert not reloader.look()
    write(file, new="timezone: Asia/Tokyo")
    assert not reloader.look()
    assert reloader.look()
    assert [config.timezone for config in adopted] == ["Asia/Tokyo"]
    assert not reloader.look()


def test_asked_for_it_is_read_at_once(reloader, file, adopted):
    write(file)
    assert reloader.look(asked=True)
    assert len(adopted) == 1


def test_other_comments_change_nothing_and_are_told_as_that(reloader, file, adopted, events):
    write(file, new="# Ours.\ntimezone: UTC")
    assert reloader.look(asked=True)
    assert (adopted, events()) == ([], ["config.unchanged"])


def test_a_secret_s_file_that_changes_is_noticed_too(file, tmp_path, now):
    secret = tmp_path / "secret"
    secret.write_text("one", encoding="utf-8")
    reloader = Reloader(replace(app.load(file, secrets=True), files=(file, secret)), lambda _: True, lambda: now)
    secret.write_text("two, and longer", encoding="utf-8")
    assert [reloader.look(), reloader.look()] == [False, True]


def test_in_a_folder_a_file_that_comes_is_noticed_and_the_queue_beside_it_is_not(file, tmp_path, now):
    reloader = Reloader(replace(app.load(file, secrets=True), path=tmp_path), lambda _: True, lambda: now)
    (tmp_path / "sharebot.db").write_bytes(b"rows")
    assert [reloader.look(), reloader.look()] == [False, False]
    (tmp_path / "team.yml").write_text("version: 1", encoding="utf-8")
    assert [reloader.look(), reloader.look()] == [False, True]


def test_a_file_that_comes_to_the_included_ones_is_noticed(file, tmp_path, now):
    (tmp_path / "teams").mkdir()
    (tmp_path / "teams/a.yaml").write_text("version: 1", encoding="utf-8")
    write(file, new="include: teams/*.yaml")
    reloader = Reloader(app.load(file, secrets=True), lambda _: True, lambda: now)
    assert [reloader.look(), reloader.look()] == [False, False]
    (tmp_path / "teams/b.yaml").write_text("version: 2", encoding="utf-8")
    assert [reloader.look(), reloader.look()] == [False, True]
    assert "teams/b.yaml:1:10" in reloader.standing.faults[0]


def test_whoever_asks_is_told_again_what_is_refused(reloader, file, events):
    write(file, new="timezone: Nowhere")
    assert reloader.look(asked=True)
    assert reloader.look(asked=True)
    assert events() == ["config.refused"] * 2


def test_what_is_refused_is_told_once_and_stands_until_the_file_is_good_again(
    reloader, file, adopted, events, caplog, monkeypatch
):
    monkeypatch.setattr(reloading, "_AGAIN", 0.0)
    write(file, new="timezone: Nowhere")
    assert [reloader.look(), reloader.look(), reloader.look()] == [False, True, True]
    assert f"{file}:2:11" in reloader.standing.faults[0]
    assert "goes on with the one that it read at 2026-11-03 09:00 UTC" in str(reloader.standing)
    assert events() == ["config.refused"]
    assert caplog.records[0].fields["problems"] == reloader.standing.faults
    write(file, new="timezone: UTC")
    assert reloader.look(asked=True)
    assert (adopted, events()[1:], str(reloader.standing)) == ([], ["config.reloaded"], "")


def test_a_file_that_vanishes_is_refused(reloader, file):
    file.unlink()
    assert [reloader.look(), reloader.look()] == [False, True]
    assert reloader.standing.faults


def test_what_is_refused_is_tried_again_though_its_files_lie_still(reloader, file, adopted, monkeypatch):
    write(file, new="timezone: Nowhere")
    reloader.look(asked=True)
    stood = file.stat()
    write(file, new="timezone: Etc/UTC")
    assert file.stat().st_size == stood.st_size
    os.utime(file, ns=(stood.st_atime_ns, stood.st_mtime_ns))
    assert [reloader.look(), reloader.look()] == [False, False]
    start = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: start + reloading._AGAIN)
    assert reloader.look()
    assert len(adopted) == 1


@pytest.mark.parametrize(
    ("error", "event", "fault"),
    [
        (ValueError("token secret-1"), "config.fault", "the program failed at it (ValueError); see the log"),
        (SharebotError("the server has no such thing"), "config.refused", "the server has no such thing"),
    ],
)
def test_what_cannot_be_built_leaves_the_old_one_in_force(file, now, events, error, event, fault):
    def adopt(_):
        raise error

    reloader = Reloader(app.load(file, secrets=True), adopt, lambda: now)
    write(file)
    reloader.look(asked=True)
    assert events()[0] == event
    assert reloader.standing == Standing(now, now, (fault,))


def test_while_the_database_cannot_be_used_it_is_tried_again_at_each_look(file, now, events):
    faults = [StoreError("locked")]

    def adopt(_):
        if faults:
            raise faults.pop()
        return True

    reloader = Reloader(app.load(file, secrets=True), adopt, lambda: now)
    write(file)
    assert [reloader.look(), reloader.look(), reloader.look(), reloader.look()] == [False, True, True, False]
    assert events() == ["outbox.unusable", "config.reloaded"]


def test_at_the_end_of_the_process_nothing_is_told_as_done(file, now, events):
    reloader = Reloader(app.load(file, secrets=True), lambda _: False, lambda: now)
    write(file)
    reloader.look(asked=True)
    assert events() == []


def test_how_things_stand_is_read_as_it_was_noted(now):
    for standing in (Standing(now), Standing(now, now, ("sharebot.yaml:1:1: – is no key",))):
        assert standing.note().isascii()
        assert Standing.noted(standing.note()) == standing
    assert Standing.noted(standing.note()[:-9]) is None
    assert Standing.noted("") is None


# ── sign-ins that were stored or removed ─────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def watched(reloader, ledger, now, monkeypatch):
    """Look for other sign-ins, and tell how often the files were to be read again."""
    asked = []
    wired: Any = SimpleNamespace(ledger=ledger)
    monkeypatch.setattr(reloader, "ask", lambda: asked.append(now))
    watch = SignIns(reloader)

    def look():
        assert watch.look(wired) is False
        return len(asked)

    return look


SIGNED = Credential({"access_token": "t"})


def test_a_sign_in_that_is_stored_or_removed_has_the_files_read_again_once(watched, ledger, now):
    store = Credentials(ledger, [b"k" * 32])
    assert watched() == 0
    store.put("mastodon", SIGNED, now - timedelta(days=1))
    assert watched() == 1
    assert watched() == 1
    store.put("mastodon", SIGNED, now)
    assert watched() == 2
    store.remove("mastodon")
    assert [watched(), watched()] == [3, 3]


@pytest.mark.parametrize(("later", "read"), [(timedelta(seconds=1), 1), (timedelta(), 0), (timedelta(hours=-1), 0)])
def test_what_was_stored_since_the_files_were_read_has_them_read_again_at_the_first_look(
    watched, ledger, now, later, read
):
    Credentials(ledger, [b"k" * 32]).put("mastodon", SIGNED, now + later)
    assert [watched(), watched()] == [read, read]
