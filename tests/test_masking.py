"""No secret gets into the log, whoever let it in."""

import base64
import io
import json
import logging
import subprocess
import sys
from urllib.parse import quote, urlencode

import pytest

from sharebot import logs
from sharebot.masking import mask

SECRET = 'pä"ss\\word/1&2'


@pytest.fixture
def said():
    before = logging.getLogger().handlers[:]
    stream = io.StringIO()
    logs.setup(stream)
    yield stream
    logging.basicConfig(handlers=before or [logging.NullHandler()], force=True)


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        f"in a sentence, {SECRET}, of a library",
        json.dumps({"password": SECRET}),
        json.dumps({"password": SECRET}, ensure_ascii=False),
        quote(SECRET, safe=""),
        f"https://me:{quote(SECRET)}@news.example/",
        urlencode({"password": SECRET}),
        repr({"password": SECRET}),
        *(base64.b64encode(f"{user}:{SECRET}".encode()).decode() for user in ("a", "ab", "abc")),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
    ],
)
def test_a_secret_is_masked_in_every_form_in_which_it_travels(said, form):
    logs.info("before", why=form)
    shown = said.getvalue()
    mask([SECRET])
    logs.info("before", why=form)
    after = said.getvalue()[len(shown) :]
    assert json.loads(after)["why"] != json.loads(shown)["why"]
    assert "•••••" in after


def test_a_secret_in_a_libraries_exception_is_masked_in_the_trace(said):
    mask([SECRET])
    try:
        int(SECRET)
    except ValueError:
        logs.crash("platform.fault")
    assert "ValueError: invalid literal for int() with base 10: '•••••'" in json.loads(said.getvalue())["trace"]


def test_secrets_that_come_later_are_masked_beside_the_first_ones(said):
    mask(["the-first-secret"])
    mask(["the-second-secret"])
    logs.info("both", why="the-first-secret the-second-secret")
    assert json.loads(said.getvalue())["why"] == "••••• •••••"


def test_words_too_short_to_be_secrets_stay(said):
    mask(["post", ""])
    logs.info("posts.unsure", why="a post is out")
    assert json.loads(said.getvalue())["why"] == "a post is out"


CRASH = f"""
import threading
from sharebot.masking import mask
mask([{SECRET!r}])
thread = threading.Thread(target=lambda: int({SECRET!r}))
thread.start()
thread.join()
threading.Thread(target=exit).start()
int({SECRET!r} + " at the end")
"""


def test_a_crash_is_told_without_secrets_in_a_thread_as_well():
    done = subprocess.run([sys.executable, "-c", CRASH], capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    told = [line for line in done.stderr.splitlines() if line.startswith("ValueError")]
    words = "ValueError: invalid literal for int() with base 10:"
    assert told == [f"{words} '•••••'", f"{words} '••••• at the end'"]


HOOKED = f"""
from sharebot import logs
from sharebot.masking import mask
logs.setup()
mask([{SECRET!r}])
mask(["a-later-secret"])
int({SECRET!r} + "a-later-secret")
"""


def test_what_nobody_caught_is_logged_without_any_secret_that_was_named_so_far():
    done = subprocess.run([sys.executable, "-c", HOOKED], capture_output=True, text=True, check=False, timeout=30)
    assert "invalid literal for int() with base 10: '••••••••••'" in json.loads(done.stderr.splitlines()[0])["trace"]
