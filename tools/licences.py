"""List what is locked, with its licence: `python -m tools.licences [LOCK…]`. Without a lock, all that is shipped.

The licence is what the installed package says of itself. One that is not on the list of those that we can ship fails:
a person has to read it first.
"""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata
from pathlib import Path

ALL = Path(__file__).resolve().parents[1] / "requirements-all.lock"
LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)
ALLOWED = frozenset({
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "CNRI-Python", "ISC", "LGPL-3.0-only", "MIT",
    "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0", "Zlib",
})  # fmt: skip
"""Each lets a program under Apache-2.0 be shipped with such a library, as it is and replaceable."""
_WORDS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
}
"""What classifiers say, where the package has no expression of SPDX."""


@dataclass(frozen=True, slots=True)
class Licence:
    """What a package, as it is locked, says of itself: an expression of SPDX, or its own words."""

    package: str
    version: str
    words: str

    @property
    def is_allowed(self) -> bool:
        """Whether every licence that it names is on the list; of alternatives, one is enough."""
        either = [part.split(" AND ") for part in self.words.strip("()").split(" OR ")]
        return any(ALLOWED.issuperset(parts) for parts in either)


def licences(lock: Path = ALL) -> Iterator[Licence]:
    """Yield what is locked, by name. Raises PackageNotFoundError for what is not installed."""
    found = dict(LOCKED.findall(lock.read_text("utf-8")))
    for name, version in sorted(found.items()):
        yield Licence(name, version, _words(metadata(name)))


def _words(told: PackageMetadata) -> str:
    """Prefer the expression, then a licence's own name, then the classifiers."""
    if "License-Expression" in told:
        return told["License-Expression"]
    short = "".join(told.get_all("License") or ())
    if short in ALLOWED:
        return short
    classifiers = told.get_all("Classifier") or []
    named = (each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License"))
    return " OR ".join(_WORDS.get(each, each) for each in named) or short.partition("\n")[0] or "says nothing"


def main() -> None:
    """Print the list; end with 1 where a licence is not allowed."""
    try:
        found = [each for lock in sys.argv[1:] or [str(ALL)] for each in licences(Path(lock))]
    except PackageNotFoundError as error:
        sys.exit(f"{error.name} is not installed: make .venv/dev")
    for each in found:
        print(f"{each.package} {each.version}: {each.words}{'' if each.is_allowed else '   <- not allowed'}")
    sys.exit(not all(each.is_allowed for each in found))


if __name__ == "__main__":
    main()
