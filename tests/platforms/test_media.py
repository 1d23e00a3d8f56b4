"""Pictures are made and uploaded, or left out; the post goes in any case."""

from datetime import UTC, datetime, timedelta
from time import monotonic, sleep

import pytest

from sharebot.errors import Refused, SignInAgain, TryLater, Unsure
from sharebot.model import Picture
from sharebot.platforms import media
from sharebot.platforms.media import Fetching, Unfit, sent, shortened, uploaded
from sharebot.testing import sample_key

QUOTE = Picture("“It runs.” — Maria", quotation="“It runs.”", speaker="Maria")
NOWHERE = Picture("A ferry", "http://127.0.0.1:9/ferry.jpg?token=s3cret")
SETTINGS = Fetching()


def upload(image, picture):
    return image.media, picture.alt


def failing(error):
    def fail(*_):
        raise error

    return fail


def test_each_picture_is_uploaded_with_its_words():
    assert uploaded([QUOTE, QUOTE], upload, sample_key(), SETTINGS) == [("image/png", QUOTE.alt)] * 2


def test_a_picture_that_cannot_be_had_is_left_out_and_said_so_in_one_line_without_secrets(caplog):
    assert uploaded([NOWHERE, QUOTE], upload, sample_key("weekly.0"), SETTINGS) == [("image/png", QUOTE.alt)]
    (record,) = caplog.records
    assert (record.message, record.fields["post"]) == ("picture.missing", "weekly.0")
    assert "private network" in record.fields["why"]
    assert "s3cret" not in record.fields["why"]


def test_a_private_network_is_asked_where_the_account_allows_it(web, caplog):
    picture = Picture("A ferry", f"{web.url}/ferry.jpg")
    assert uploaded([picture], upload, sample_key(), Fetching(allow_private=True)) == []
    assert web.paths() == ["/ferry.jpg"]
    assert "404" in caplog.records[0].fields["why"]


def test_a_picture_that_the_network_refuses_is_left_out(caplog):
    assert uploaded([QUOTE], failing(Refused("too large")), sample_key(), SETTINGS) == []
    assert caplog.records[0].fields["why"] == "too large"


@pytest.mark.parametrize("error", [Unsure("no answer"), TryLater("busy")])
def test_a_failing_upload_is_tried_later_for_minutes_and_then_left_out(error):
    with pytest.raises(TryLater):
        uploaded([QUOTE], failing(error), sample_key(), SETTINGS)
    old = sample_key(at=datetime.now(UTC) - timedelta(minutes=6))
    assert uploaded([QUOTE], failing(error), old, SETTINGS) == []


def test_a_network_that_names_a_time_is_waited_for_however_long_it_takes():
    old = sample_key(at=datetime.now(UTC) - timedelta(days=1))
    with pytest.raises(TryLater) as error:
        uploaded([QUOTE], failing(TryLater("busy", timedelta(minutes=30))), old, SETTINGS)
    assert error.value.after == timedelta(minutes=30)


def test_a_token_that_is_no_good_is_not_taken_for_a_picture_that_is_not():
    with pytest.raises(SignInAgain):
        uploaded([QUOTE], failing(SignInAgain("wrong token")), sample_key(), SETTINGS)


def test_all_pictures_together_have_an_end_in_time(web, monkeypatch):
    monkeypatch.setattr(media, "_WITHIN", 0.5)
    for number in range(4):
        web.pages[f"/{number}.jpg"] = lambda _: sleep(2)
    began = monotonic()
    pictures = [Picture("A ferry", f"{web.url}/{number}.jpg") for number in range(4)]
    assert uploaded(pictures, upload, sample_key(), Fetching(allow_private=True)) == []
    assert monotonic() - began < 1.5


def test_a_post_refused_for_its_pictures_is_sent_without_them_and_once():
    calls = []

    def send(seen):
        calls.append(seen)
        if seen:
            raise Unfit("no such picture")
        return "out"

    assert sent(send, ["1"], [], sample_key()) == "out"
    assert calls == [["1"], []]
    with pytest.raises(Unfit):
        sent(failing(Unfit("whatever")), [], [], sample_key())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("A ferry", "A ferry"),
        ("A  ferry\nat sea", "A ferry at sea"),
        ("The old white ferry at sea", "The old white…"),
        ("x" * 30, "x" * 19 + "…"),
    ],
)
def test_words_for_those_who_do_not_see_are_cut_between_two_of_them(words, expected):
    assert shortened(words, 20) == expected
