"""What the sandbox keeps, and how a file survives a kill."""

import pytest

from sharebot.errors import SharebotError
from sharebot.sandbox.store import Blob, Entry, Store


def entry(id_: str = "1", at: float = 10.0, **more) -> Entry:
    return Entry(**{"network": "x", "account": "demo", "id": id_, "at": at, "text": "Grüße 🎉", **more})


@pytest.fixture
def path(tmp_path):
    return tmp_path / "posts.jsonl"


@pytest.fixture
def reopened(path):
    """Open the file as the next run would."""
    opened = []

    def reopen() -> Store:
        store = Store(path)
        store.open()
        opened.append(store)
        return store

    yield reopen
    for store in opened:
        store.close()


def test_posts_and_pictures_come_back(reopened):
    first = reopened()
    first.add(entry(record={"text": "a"}, pictures=[{"image": "bafk", "alt": "A"}], sensitive=True, labels=["a"]))
    first.add_blob("bafk", Blob("image/png", b"\0\xff"))
    first.close()
    again = reopened()
    assert list(again.entries()) == list(first.entries())
    assert again.blobs == {"bafk": Blob("image/png", b"\0\xff")}


def test_a_deleted_post_stays_so_and_its_id_is_not_given_again(reopened):
    first = reopened()
    first.add(entry("7"))
    first.add(entry("9"))
    first.remove(entry("9"))
    first.close()
    again = reopened()
    assert [each.id for each in again.entries()] == ["7"]
    assert int(again.new_id(0.0, bits=0)) > 9


def test_half_a_line_from_a_kill_is_passed_over_and_the_next_post_is_whole(reopened, path):
    first = reopened()
    first.add(entry("1"))
    first.close()
    with path.open("a") as file:
        file.write('{"network": "x", "acc')
    second = reopened()
    second.add(entry("2"))
    second.close()
    assert [e.id for e in reopened().entries()] == ["2", "1"]


@pytest.mark.parametrize("text", ["no json\n", '{"network": "x"}\n', "[]\n", '{"blob": "a"}\n'])
def test_a_file_of_something_else_is_a_clear_error(path, text):
    path.write_text(text)
    with pytest.raises(SharebotError, match=r"posts\.jsonl.*another file"):
        Store(path).open()


def test_a_folder_cannot_be_the_file(tmp_path):
    with pytest.raises(SharebotError, match="cannot keep"):
        Store(tmp_path).open()


def test_forgetting_empties_the_file(reopened, path):
    store = reopened()
    store.add(entry())
    store.forget()
    assert list(store.entries()) == []
    assert path.read_bytes() == b""
    store.add(entry("2"))
    store.close()
    assert [e.id for e in reopened().entries()] == ["2"]


def test_a_replaced_post_keeps_its_time(reopened):
    store = reopened()
    store.add(entry(at=10.0))
    store.add(entry(at=20.0, text="new"))
    assert [(e.at, e.text) for e in store.entries()] == [(10.0, "new")]
    store.close()
    assert [(e.at, e.text) for e in reopened().entries()] == [(10.0, "new")]


def test_ids_grow_even_when_the_clock_stands_still_or_goes_back(reopened):
    store = reopened()
    ids = [int(store.new_id(now, bits=16)) for now in (10.0, 10.0, 9.0, 11.0)]
    assert ids == sorted(set(ids))
    store.add(entry(str(ids[-1])))
    store.close()
    assert int(reopened().new_id(5.0, bits=16)) > ids[-1]


def test_entries_are_newest_first_and_can_be_narrowed(reopened):
    store = reopened()
    for id_, at, account in (("1", 10.0, "a"), ("2", 30.0, "b"), ("3", 20.0, "a")):
        store.add(entry(id_, at, account=account))
    assert [e.id for e in store.entries()] == ["2", "3", "1"]
    assert [e.id for e in store.entries("x", "a")] == ["3", "1"]
    assert list(store.entries("mastodon")) == []
    assert store.get("x", "2", "a") is None
