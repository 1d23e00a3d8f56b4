import pytest
from pydantic import ValidationError

from sharebot.sources.imap import Server
from sharebot.sources.mailbox import Mailbox

LEAST = {"imap": "imaps://mail.example", "user": "me", "password": "hunter2", "from": "weekly@news.example"}


def form(**changes):
    values = {key: value for key, value in (LEAST | changes).items() if value is not None}
    return Mailbox.Settings.model_validate(values)


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("imaps://mail.example", Server("mail.example", 993, tls=True, local=False)),
        ("imaps://mail.example:9993", Server("mail.example", 9993, tls=True, local=False)),
        ("imap://mail.example", Server("mail.example", 143, tls=False, local=False)),
        ("imap://127.0.0.1:10143/News", Server("127.0.0.1", 10143, tls=False, local=True)),
        ("imap://localhost", Server("localhost", 143, tls=False, local=True)),
        ("imaps://[::1]", Server("::1", 993, tls=True, local=True)),
    ],
)
def test_the_address_says_where_the_mailbox_is(address, server):
    assert form(imap=address).server == server


@pytest.mark.parametrize(
    ("changes", "name", "box"),
    [
        ({}, "me", "INBOX"),
        (
            {"imap": "imaps://weekly%40news.example@mail.example/News/Weekly", "user": None},
            "weekly@news.example",
            "News/Weekly",
        ),
        ({"imap": "imaps://you@mail.example/News", "folder": "Other"}, "me", "Other"),
        ({"imap": "imaps://mail.example/F%C3%BCr%20alle/"}, "me", "Für alle"),
    ],
)
def test_user_and_folder_stand_in_the_address_or_beside_it(changes, name, box):
    found = form(**changes)
    assert (found.name, found.box) == (name, box)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"imap": "mail.example"}, "should be an address such as imaps://mail.example"),
        ({"imap": "https://mail.example"}, "should be an address such as imaps://mail.example"),
        ({"imap": "imaps://"}, "should be an address such as imaps://mail.example"),
        ({"imap": "imaps://[x"}, ""),
        ({"imap": "imaps://mail.example:port"}, ""),
        ({"imap": "imaps://me:hunter2@mail.example"}, "holds a password, which does not belong into an address"),
        ({"from": None}, "does not say whose mails are read; write from:"),
        ({"user": None}, "does not say as whom to sign in; write user:"),
        ({"folder": "a\r\nb"}, "should be one line of visible characters"),
        ({"from": "a\nb@c"}, "should be one line of visible characters"),
        ({"mark": "deleted"}, "'nothing', 'seen' or 'flagged'"),
        ({"move": ""}, "at least 1"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes, fault):
    with pytest.raises(ValidationError) as caught:
        form(**changes)
    assert fault in str(caught.value)
    assert "hunter2" not in "".join(error["msg"] for error in caught.value.errors())


def test_the_password_is_masked():
    assert "hunter2" not in repr(form())


def test_nothing_is_marked_moved_or_let_into_a_private_network_unless_told():
    found = form()
    assert (found.mark, found.move, found.allow_private, found.resolve) == ("nothing", None, False, True)
