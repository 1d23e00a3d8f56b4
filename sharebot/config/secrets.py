"""Where secrets of accounts, sources, `llm` and `alerts` come from.

`${VARIABLE}` in a value is the environment's, `${credential:NAME}` what systemd hands to the service, and `<key>_file`
names a file.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote

from pydantic import BaseModel, SecretStr

from sharebot.config.document import Document, Way
from sharebot.schedule.near import nearest

FILE = "_file"
CREDENTIAL = "credential:"
"""How a name in braces begins that systemd knows, and not the environment: https://systemd.io/CREDENTIALS"""
VARIABLE = rf"\$\{{([A-Za-z_][A-Za-z0-9_]*|{CREDENTIAL}[A-Za-z0-9_][A-Za-z0-9_.-]*)\}}"
_REFERENCE = re.compile(r"\$(\$\{)|\$\{([^}]*)\}")
_NAME = re.compile(VARIABLE)
PASSWORD = re.compile(r"//[^/@:\s]*:([^/@\s]+)@")
IN_ADDRESS = re.compile(r"//[^/@:\s]*:([^/@\s]+)@|(?<=\S)\?([^\s#]+)")
"""The password in an address, and its query, which often is one."""
_LARGEST = 65_536
PLAIN = "a secret in plain text"


class _Absent(Exception):
    """A secret is not where the file says; the message says what to do."""


def secret_fields(settings: type[BaseModel]) -> tuple[str, ...]:
    """Name the fields that hold secrets: those of pydantic's type SecretStr."""
    fields = settings.model_fields.items()
    return tuple(name for name, each in fields if SecretStr in (each.annotation, *get_args(each.annotation)))


def held(value: object) -> Iterator[str]:
    """Yield the secrets that settings hold: those of that type, and what an address hides from others."""
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, str):
        for found in filter(None, chain.from_iterable(IN_ADDRESS.findall(value))):
            yield from (found, unquote(found))
    elif isinstance(value, BaseModel | Mapping):
        yield from chain.from_iterable(map(held, dict(value).values()))
    elif isinstance(value, list | tuple | set | frozenset):
        yield from chain.from_iterable(map(held, value))


@dataclass(frozen=True, slots=True)
class Vault:
    """Opens the secrets of a configuration. `folder` is where the relative paths in it begin; closed, it reads nothing.

    Not `strict`, it says nothing of secrets that are not there.
    """

    document: Document
    folder: Path
    env: Mapping[str, str]
    open: bool = True
    strict: bool = True


@dataclass(slots=True)
class Opened:
    """The settings of an account, a source, `llm` or a part of `alerts` with its secrets in place.

    `unknown` are the fields whose value is not to be had; they keep what the file says: a variable or a path.
    """

    values: dict[str, Any] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)


def conceal(document: Document, raw: Mapping[str, Any], harmless: Container[str], known: Iterable[str]) -> None:
    """Keep from every message what stands under keys not known as harmless: a misspelt key may hold a secret.

    Of the `known` keys the nearest is what was meant; what is near to none of them may be anything. The password in an
    address (`https://user:password@…`) is kept from them, too.
    """
    for key, value in raw.items():
        document.secrets.update(PASSWORD.findall(value) if isinstance(value, str) else ())
        if key not in harmless and nearest(key, known) not in harmless:
            document.secrets.update(_texts(value))


def unlock(vault: Vault, way: Way, raw: Mapping[str, Any], secret: tuple[str, ...]) -> Opened:
    """Replace variables and files by what they hold, and note in the document what is not there."""
    opened = Opened()
    for key, value in raw.items():
        here = (*way, key)
        name = key.removesuffix(FILE)
        if name != key and name in secret:
            if name in raw:
                vault.document.wrong(here, f"{name} and {key} are both given; keep one of them", key=True)
            opened.values[name] = _value(vault, here, value, opened, from_file=True)
        else:
            opened.values[key] = _value(vault, here, value, opened)
            if key in secret:
                _watch(vault.document, here, value)
    for name in (set(secret) & opened.values.keys()) - opened.unknown:
        vault.document.secrets.update(_texts(opened.values[name]))
    return opened


def _value(vault: Vault, way: Way, value: Any, opened: Opened, *, from_file: bool = False) -> Any:
    name = str(way[-1]).removesuffix(FILE) if from_file else str(way[-1])
    try:
        found = _expand(vault, value)
        is_file = from_file and not (isinstance(value, str) and value.startswith(f"${{{CREDENTIAL}"))
        return _read(vault, found, str(value)) if is_file else found
    except _Absent as absent:
        if str(absent) and vault.strict:
            vault.document.wrong(way, str(absent))
        opened.unknown.add(name)
        return value


def _watch(document: Document, way: Way, value: Any) -> None:
    if value == "":
        document.wrong(
            way, "is empty; write ${NAME} for a variable, or the file of the secret with " + str(way[-1]) + FILE
        )
    elif isinstance(value, str) and "${" not in value:
        # An account's or newsletter's name, or llm, or alerts.
        owner = way[0] if way[0] == "alerts" else (way[1:-1] or way)[0]
        document.warn(way, PLAIN, f"write ${{{variable(owner, way[-1])}}}, or its file: {way[-1]}{FILE}")


def variable(owner: object, key: object) -> str:
    """Return what a secret's variable is called best."""
    return "_".join(re.findall("[A-Z0-9]+", f"{owner}_{key}".upper()))


def _texts(value: Any) -> Iterator[str]:
    """Yield what may be seen of a value: its lines, without the names of variables."""
    if isinstance(value, list | dict):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)
    elif isinstance(value, str | int | float) and not isinstance(value, bool):
        yield from _REFERENCE.sub("\n", str(value)).splitlines()


def _expand(vault: Vault, value: Any) -> Any:
    if isinstance(value, list):
        return [_expand(vault, item) for item in value]
    if isinstance(value, dict):
        return {key: _expand(vault, item) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    return _REFERENCE.sub(lambda match: match[1] or _variable(vault, match[2]), value)


def _variable(vault: Vault, name: str) -> str:
    if not _NAME.fullmatch(f"${{{name}}}"):  # what it is instead is not told: it may be the secret itself
        raise _Absent("what stands in ${…} names no variable; write ${NAME}, or $${ where no variable is meant")
    if not vault.open:
        raise _Absent
    if name.startswith(CREDENTIAL):
        return _credential(vault, name.removeprefix(CREDENTIAL))
    if not vault.env.get(name):
        raise _Absent(f"the environment variable {name} is not set; set it, or name a file that holds the secret")
    vault.document.secrets.add(vault.env[name])
    return vault.env[name]


def _credential(vault: Vault, name: str) -> str:
    """Read what systemd has put into the service's own folder. A name holds no slash, so it leads nowhere else."""
    folder = vault.env.get("CREDENTIALS_DIRECTORY")
    if not folder:
        cure = f"write LoadCredential={name}:/path/of/the/secret in its unit"
        raise _Absent(f"systemd gives this process no credentials, and so no {name}; {cure}")
    text = _read(vault, str(Path(folder) / name), name)
    vault.document.secrets.add(text)
    return text


def _read(vault: Vault, path: Any, name: str) -> str:
    if not isinstance(path, str) or not path or "\0" in path:
        raise _Absent("should be the path of a file that holds nothing but the secret")
    if not vault.open:
        raise _Absent
    vault.document.secret_files.append(vault.folder / path)
    text = _text(vault.folder / path, name).removesuffix("\n").removesuffix("\r")
    if not text:
        raise _Absent(f"the file {name} is empty; it should hold nothing but the secret")
    return text


def _text(file: Path, name: str) -> str:
    try:
        if not file.is_file():
            raise _Absent(f"there is no file {name}; a relative path begins at the configuration's folder")
        if file.stat().st_size > _LARGEST:
            raise _Absent(f"the file {name} is too large for a secret")
        return file.read_bytes().decode()
    except OSError as error:
        raise _Absent(f"the file {name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _Absent(f"the file {name} is no text in UTF-8") from None
