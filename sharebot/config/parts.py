"""One configuration out of several files: what `include:` names beside the main one, or all the YAML of a folder."""

from collections.abc import Iterator
from pathlib import Path, PurePath

from pydantic import ValidationError

from sharebot.config import forms, reading
from sharebot.config.document import Document, Mark, Place, Way, named
from sharebot.config.explain import explain
from sharebot.errors import ConfigError, Problem

OVERRIDE = ".sharebot.yaml"
"""How the name of a file ends that stands beside an issue and says what to change in its posts."""
_ENDINGS = {".yaml", ".yml"}
_JOINED = ("accounts", "newsletters")  # each file may add to them
_ONCE = ("timezone", "llm")
_SIGNS = frozenset("*?[")
_START = Mark(1, 1)


class _Unfit(Exception):
    """A name under `include:` cannot be used; the message says why, `hint` what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def read(path: Path) -> Document:
    """Read a file with all that it includes, or a folder. Raises ConfigError where there is nothing to read.

    Faults of the files stand in the document; where one of them could not be read on, it is `broken`.
    """
    document = Document([])
    if path.is_dir():
        _read_folder(document, path)
    elif main := reading.read(document, path):
        document.places = main.places
        for file in [*_included(document, path)]:
            if part := reading.read(document, file):
                _join(document, part, f"stands in the main file alone; move it to {document.pages[0].file}")
    return document


def _read_folder(document: Document, folder: Path) -> None:
    files = sorted(file for file in folder.iterdir() if file.suffix in _ENDINGS and _is_part(file, folder))
    if not files:
        hint = "write sharebot.yaml in it"
        raise ConfigError((Problem(named(folder), 0, 0, "", "is a folder without any .yaml file", hint),))
    document.places[()] = Place(_START, _START, {})
    for file in files:
        if part := reading.read(document, file):
            _join(document, part)


def _is_part(file: Path, folder: Path) -> bool:
    hidden = any(name.startswith(".") for name in file.relative_to(folder).parts)
    return file.is_file() and not hidden and not file.name.endswith(OVERRIDE)


def _included(document: Document, main: Path) -> Iterator[Path]:
    """Yield the files that the main one includes, each once, and note what is wrong with their names."""
    seen: set[Path] = set()
    names = document.places[()].value.get("include")
    ways = [("include", at) for at in range(len(names))] if isinstance(names, list) else [("include",)]
    for way in ways:
        if way in document.places and isinstance(document.places[way].value, str):
            yield from _named(document, main, way, seen)


def _named(document: Document, main: Path, way: Way, seen: set[Path]) -> Iterator[Path]:
    try:
        files = _files(main.parent, document.places[way].value)
    except _Unfit as error:
        document.wrong(way, str(error), error.hint)
        return
    for file in files:
        if file.resolve() == main.resolve():
            document.wrong(way, "would include the file itself", "name the files beside it, such as teams/*.yaml")
        elif file.resolve() in seen:
            document.wrong(way, f"includes {named(file)} a second time", "each file is included once")
        else:
            seen.add(file.resolve())
            yield file


def _files(folder: Path, name: str) -> list[Path]:
    """Find what a name or pattern means. Raises _Unfit."""
    if PurePath(name).is_absolute() or ".." in PurePath(name).parts:
        raise _Unfit("leads out of the configuration's folder", "include files that lie in it or below it")
    try:
        found = _matches(folder, name) if _SIGNS.intersection(name) else [_single(folder, name)]
        inside = all(file.resolve().is_relative_to(folder.resolve()) for file in found)
    except (OSError, ValueError):
        raise _Unfit("is no name of files", "write it like teams/*.yaml") from None
    if not inside:
        raise _Unfit("leads out of the configuration's folder by a link", "include files that lie in it or below it")
    return found


def _matches(folder: Path, pattern: str) -> list[Path]:
    if found := sorted(file for file in folder.glob(pattern) if _is_part(file, folder)):
        return found
    raise _Unfit(f"no file matches {pattern}", "a pattern begins at the configuration's folder")


def _single(folder: Path, name: str) -> Path:
    if (folder / name).is_dir():
        raise _Unfit(f"{name} is a folder", f"write {name.rstrip('/')}/*.yaml")
    if not (folder / name).is_file():
        raise _Unfit(f"there is no file {name}", "a relative path begins at the configuration's folder")
    return folder / name


def _join(document: Document, part: Document, alone: str = "") -> None:
    """Add the values of one more file. `alone` tells, in an included file, of a key for the main file."""
    _check(part)
    kept = {way for key in part.places[()].value for way in _wanted(document, part, key, alone)}
    for *above, name in kept:
        data = document.places[tuple(above)].value
        data[name] = part.places[*above, name].value
    document.places |= {way: place for way, place in part.places.items() if way[:1] in kept or way[:2] in kept}


def _check(part: Document) -> None:
    """Look at the shape of one file; what its entries hold is looked at when all are together."""
    values = {key: value for key, value in part.places[()].value.items() if key not in {"include", *_ONCE}}
    try:
        forms.Part.model_validate(values, strict=True)
    except ValidationError as error:
        explain(part, error, forms.Part)


def _wanted(document: Document, part: Document, key: str, alone: str) -> Iterator[Way]:
    """Yield the ways of what is to be added, and note what cannot stand here."""
    data = document.places[()].value
    if key == "include" or (key in _ONCE and alone):
        part.wrong((key,), alone or "a folder's files are all read without it; delete the line", key=True)
    elif key in data and key in _JOINED:
        yield from _entries(document, part, key)
    elif key not in data and not (alone and key == "version"):
        yield (key,)
    elif key in _ONCE:
        _twice(document, part, (key,))


def _entries(document: Document, part: Document, key: str) -> Iterator[Way]:
    data, new = document.places[()].value[key], part.places[()].value[key]
    for name in new if isinstance(data, dict) and isinstance(new, dict) else ():
        if name in data:
            _twice(document, part, (key, name))
        else:
            yield (key, name)


def _twice(document: Document, part: Document, way: Way) -> None:
    first = document.place_of(document.places[way].key)
    part.fault(part.places[way].key, way, "stands twice", f"the first is at {first}")
