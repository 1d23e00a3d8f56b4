"""What is sealed opens with its key, in its place, whole, and not otherwise."""

import base64

import pytest

from sharebot import sealing
from sharebot.errors import Sealed

OLD, NEW = bytes(range(32)), bytes(range(32, 64))
NONCE = b"n" * sealing.NONCE_BYTES


def test_what_was_sealed_is_opened_by_the_same_key_for_the_same_account():
    sealed = sealing.seal("a tökén", "mastodon", OLD, NONCE)
    assert "a t" not in sealed
    assert sealing.opened(sealed, "mastodon", [OLD]) == "a tökén"


def test_an_older_key_behind_the_new_one_still_opens():
    assert sealing.opened(sealing.seal("token", "x", OLD, NONCE), "x", [NEW, OLD]) == "token"


@pytest.mark.parametrize("keys", [[NEW], []])
def test_another_key_opens_nothing_and_says_the_cure(keys):
    with pytest.raises(Sealed, match="stored for x was sealed with another key") as caught:
        sealing.opened(sealing.seal("token", "x", OLD, NONCE), "x", keys)
    assert "SHAREBOT_KEY as it was" in str(caught.value)


def test_what_is_sealed_for_one_account_does_not_open_for_another():
    with pytest.raises(Sealed):
        sealing.opened(sealing.seal("token", "x", OLD, NONCE), "mastodon", [OLD])


@pytest.mark.parametrize("at", [2, 20, 50, -2])
def test_a_changed_letter_opens_nothing(at):
    sealed = sealing.seal("a token of some length", "x", OLD, NONCE)
    other = "A" if sealed[at] != "A" else "B"
    with pytest.raises(Sealed):
        sealing.opened(sealed[:at] + other + sealed[at:][1:], "x", [OLD])


@pytest.mark.parametrize("sealed", ["", "1:", "1:AAAA", "1:not base64!", "nothing"])
def test_what_was_never_sealed_opens_nothing(sealed):
    with pytest.raises(Sealed):
        sealing.opened(sealed, "x", [OLD])


def test_keys_are_read_as_they_are_written_one_a_word():
    assert sealing.keys(f"{sealing.written(NEW)}\n{sealing.written(OLD)}\n") == (NEW, OLD)


@pytest.mark.parametrize("text", ["", " ", "hunter2hunter2", base64.b64encode(b"short").decode(), "ü" * 44, "=" * 44])
def test_what_is_no_key_is_told_without_showing_it(text):
    with pytest.raises(Sealed, match="SHAREBOT_KEY is no key") as caught:
        sealing.keys(text)
    assert not text.strip() or text not in str(caught.value)
