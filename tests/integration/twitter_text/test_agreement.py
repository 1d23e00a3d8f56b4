"""X's own counter (npm twitter-text) and ours count the same, or ours counts more for a reason with a name."""

import json
import os
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest

from sharebot.text.measure import _weight, measure_x
from sharebot.text.tables import TLDS_NOW, TLDS_OF_TWITTER_TEXT

pytestmark = pytest.mark.integration

SEED = os.environ.get("SHAREBOT_TEST_SEED", "twenty thousand")
MANY = 20_000

OLD_TLDS = sorted(TLDS_OF_TWITTER_TEXT)
NEW_TLDS = sorted(TLDS_NOW - TLDS_OF_TWITTER_TEXT)
PIECES: dict[str, list[str]] = json.loads(Path(__file__).with_name("pieces.json").read_text(encoding="utf-8"))
"""By kind; what is invisible or not composed stands there as an escape."""


class Writer:
    """Writes what editors write, and what nobody should: by a seed, always the same."""

    def __init__(self, seed: str) -> None:
        self._random = Random(seed)

    def text(self) -> str:
        pieces = (self._piece() + self._any(["", " "]) for _ in range(self._random.randint(1, 8)))
        return "".join(pieces)

    def _any(self, pieces: Sequence[str]) -> str:
        return self._random.choice(pieces)

    def _piece(self) -> str:
        kinds: dict[Callable[[], str], int] = {
            self._link: 30,
            lambda: self._any(PIECES["words"]): 25,
            lambda: self._any(PIECES["emoji"]): 12,
            lambda: self._any(PIECES["marks"]): 12,
            lambda: self._any(PIECES["invisible"]): 6,
            lambda: self._any(PIECES["uncomposed"]): 5,
            lambda: self._any(PIECES["names"]): 5,
            self._known_letter: 4,
            self._short_link: 1,
        }
        (kind,) = self._random.choices(list(kinds), list(kinds.values()))
        return kind()

    def _link(self) -> str:
        scheme = self._any(PIECES["no schemes"] if self._random.random() < 0.15 else PIECES["schemes"])
        labels = [self._label() for _ in range(self._random.randint(1, 3))]
        return f"{scheme}{'.'.join(labels)}.{self._end()}{self._path()}"

    def _label(self) -> str:
        chance = self._random.random()
        if chance < 0.03:
            return self._any("aé日") * self._random.randint(58, 65)
        return self._any(PIECES["labels"]) if chance < 0.8 else self._some("abcé日-_ж1", 5)

    def _end(self) -> str:
        chance = self._random.random()
        if chance < 0.003:
            return self._any(NEW_TLDS)
        return self._any(OLD_TLDS) if chance < 0.4 else self._any(PIECES["ends"])

    def _path(self) -> str:
        chance = self._random.random()
        if chance < 0.01:
            return "/" + "a" * self._random.randint(4050, 4090)
        return "" if chance < 0.3 else self._any(PIECES["paths"]) + self._some(PIECES["in paths"], 14)

    def _short_link(self) -> str:
        slug = "".join(self._any("abXY019") for _ in range(self._random.choice([5, 10, 39, 40, 41])))
        return f"{self._any(PIECES['schemes'])}t.co/{slug}{self._any(['', '/more', '?a=1', '-a', '_', '日'])}"

    def _known_letter(self) -> str:
        """Return a character of any block that this Python knows: newer ones it does not compose."""
        top = self._random.choice([0x2FF, 0x2FFF, 0xFFFF, 0x10FFFF])
        while True:
            letter = chr(self._random.randint(1, top))
            if unicodedata.category(letter) not in {"Cn", "Cs"}:
                return letter

    def _some(self, letters: Sequence[str], most: int) -> str:
        return "".join(self._any(letters) for _ in range(self._random.randint(1, most)))


@pytest.fixture(scope="module")
def texts() -> list[str]:
    writer = Writer(SEED)
    return [writer.text() for _ in range(MANY)]


@pytest.fixture(scope="module")
def theirs(script, texts) -> list[tuple[int, bool]]:
    command, place = script("twitter_text/count.mjs")
    lines = "".join(f"{json.dumps(text)}\n" for text in texts)
    done = subprocess.run(command, cwd=place, input=lines, capture_output=True, text=True, timeout=100, check=True)
    counted = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(counted) == len(texts)
    return [(length, valid) for length, valid in counted]


def why_more(text: str, their_length: int) -> str:
    """Name the kind of an over-count: it holds where nothing else is different."""
    by_their_table = _weight(unicodedata.normalize("NFC", text), TLDS_OF_TWITTER_TEXT)
    return "newer top-level domain" if by_their_table == their_length else "nobody knows"


def test_no_text_counts_less_than_on_x_and_what_counts_more_has_a_top_level_domain_that_its_table_lacks(texts, theirs):
    less, more = [], Counter[str]()
    for text, (length, _) in zip(texts, theirs, strict=True):
        ours = measure_x(text).length
        if ours < length:
            less.append((text, ours, length))
        elif ours > length:
            more[why_more(text, length)] += 1
    assert less == []
    assert set(more) == {"newer top-level domain"}
    assert more.total() < MANY / 100


def test_what_fits_by_our_count_fits_by_that_of_x(texts, theirs):
    assert [text for text, (_, valid) in zip(texts, theirs, strict=True) if measure_x(text).fits and not valid] == []


def test_the_texts_are_of_every_kind_that_matters(texts, theirs):
    """Guards the two tests above: they would hold of texts without links, emoji or uncomposed letters, too."""
    lengths = [length for length, _ in theirs]
    assert sum(len(text) != length for text, length in zip(texts, lengths, strict=True)) > MANY * 0.75
    assert sum("://" in text for text in texts) > MANY / 5
    assert sum(text != unicodedata.normalize("NFC", text) for text in texts) > MANY / 20
    assert sum(not valid for _, valid in theirs) > MANY / 50
