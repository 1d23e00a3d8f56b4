"""What the crafts know of a language, as data: one `Language` a module.

To add a language, write a module like its neighbours and name it in `MODULES`. Everything is lower case and NFC;
phrases are matched as whole words in languages that write spaces and as plain strings in those that do not. Commas and
new lines part phrases. A field that is left out costs quality, never truth: where `openers` are missing, summaries are
the leading sentences.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language, named by its BCP 47 primary subtag.

    Sentences: `words` are frequent function words, which carry no content, begin sentences and give a language away: in
    running text they are more than `share` of the words, or of the characters where spaces do not part words. A dot
    after one of `titles` never ends a sentence; after one of `shorts` (and after initials such as "U.S.") it does so
    only before one of `words`; after one of `counters` not before a digit. In these three lists a capital means that
    only the form with a capital is short ("Sat." but not "sat."). `ordinals` tells that "21." is a number. `spaced`
    tells whether spaces part words; `joins` are words that are written together with the next, as "and" is in Arabic.

    What leans on something else: `openers` point back to the sentence before, as do `closers` at its end, `pronouns`
    beside one of `says`, and anything with one of `goes_on`; what begins with one of `echoes` ("the report") probably
    does. `sources` name a speaker without a verb; `reported` are forms that tell somebody's words without naming him
    ("would", "sei").

    Time that is relative to the day of writing, by what it stays true for: `today`, `this_week`, `this_month`,
    `this_year`. One of `months` beside a day of the week makes it a date.

    What may not get lost: `hedges` say that something is not certain, `negations` that it is not so, `limits` that it
    holds only so far ("only", "first", superlatives).

    What may be left out (see `shorten`): a clause behind a comma that begins with one of `relatives` or with a word
    that ends in one of `participles`; one of `sequels` and what follows, written with the comma where there must be
    one, unless one of `tethers` stands right before ("came after"); before a comma at the beginning, one of `links`
    ("Meanwhile,") or what begins with one of `preludes` ("After the vote,").

    `more` is how a list says how many it leaves out, `correction` the word that goes before a corrected text.
    """

    code: str
    words: frozenset[str] = frozenset()
    share: float = 0.28
    titles: tuple[str, ...] = ()
    shorts: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    ordinals: bool = False
    spaced: bool = True
    joins: tuple[str, ...] = ()
    openers: tuple[str, ...] = ()
    closers: tuple[str, ...] = ()
    echoes: tuple[str, ...] = ()
    pronouns: tuple[str, ...] = ()
    goes_on: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    reported: tuple[str, ...] = ()
    today: tuple[str, ...] = ()
    this_week: tuple[str, ...] = ()
    this_month: tuple[str, ...] = ()
    this_year: tuple[str, ...] = ()
    months: tuple[str, ...] = ()
    hedges: tuple[str, ...] = ()
    negations: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    relatives: tuple[str, ...] = ()
    participles: tuple[str, ...] = ()
    preludes: tuple[str, ...] = ()
    sequels: tuple[str, ...] = ()
    tethers: frozenset[str] = frozenset()
    links: tuple[str, ...] = ()
    more: str = "+{}"
    correction: str = "Correction"


def words(text: str) -> frozenset[str]:
    """Read a list of words, separated by white space."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """Read a list of words and phrases, separated by commas or new lines."""
    parts = text.replace("\n", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())
