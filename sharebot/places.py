"""Where the configuration and the outbox lie. Loads next to nothing: a container asks for its health every minute."""

from collections.abc import Mapping
from pathlib import Path

from sharebot.errors import ConfigError, Problem, SharebotError, StoreError

_PLACES = ("sharebot.yaml", "config/sharebot.yaml")
DATABASE = "SHAREBOT_DATABASE"
_SQLITE = "sqlite:///"
_IN_MEMORY = ("", ":memory:")
_SPECIAL = frozenset("?%")


def find(env: Mapping[str, str], cwd: Path) -> Path:
    """Return the configuration's path: SHAREBOT_CONFIG, else sharebot.yaml or config/sharebot.yaml in `cwd`.

    Raises ConfigError where there is none.
    """
    if env.get("SHAREBOT_CONFIG"):
        return cwd / env["SHAREBOT_CONFIG"]
    for place in _PLACES:
        if (cwd / place).is_file():
            return cwd / place
    cure = f"write {' or '.join(_PLACES)}, or name a file by SHAREBOT_CONFIG"
    raise ConfigError((Problem(_PLACES[0], 0, 0, "", "there is no configuration here", cure),))


def folder_of(path: Path) -> Path:
    """Return the folder in which the relative paths of a configuration begin: its own, or that of its main file."""
    return path if path.is_dir() else path.parent


def database(path: Path, env: Mapping[str, str]) -> str:
    """Return the outbox's address: SHAREBOT_DATABASE or its file, else a file beside the configuration, or in it.

    Raises StoreError.
    """
    beside = (folder_of(path) / "sharebot.db").absolute()
    return given(env, DATABASE, StoreError) or f"{_SQLITE}{beside}"


def given(env: Mapping[str, str], name: str, kind: type[SharebotError]) -> str:
    """Return what a variable says, or the file that `<name>_FILE` names. Raises an error of this `kind`."""
    file = env.get(f"{name}_FILE")
    if env.get(name) or not file:
        return env.get(name, "")
    try:
        return Path(file).read_bytes().decode().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise kind(f"{name}_FILE: {file} cannot be read: {getattr(error, 'strerror', None) or 'no UTF-8'}") from None


def plain_file(url: str) -> Path | None:
    """Return the file of a plain SQLite address; None for all that takes SQLAlchemy to read it."""
    name = url.removeprefix(_SQLITE)
    return None if name == url or _SPECIAL & set(name) or name in _IN_MEMORY else Path(name)
