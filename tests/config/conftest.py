"""Two networks and two sources of no one's, and a configuration that uses them."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from textwrap import indent
from types import SimpleNamespace
from typing import Any, Literal

import pytest
from pydantic import Field, SecretStr

from sharebot import config
from sharebot.config import Config
from sharebot.errors import ConfigError, Problem
from sharebot.model import Rules
from sharebot.settings import Duration, Server, Settings
from sharebot.text.measure import measure_bluesky, measure_mastodon


class TownSettings(Settings):
    server: Server = Field(description="The server.", examples=["https://town.example"])
    token: SecretStr = Field(examples=["${TOWN_TOKEN}"])
    second_token: SecretStr | None = None
    visibility: Literal["public", "unlisted"] = "public"
    limit: int = 500


class BellSettings(Settings):
    handle: str = Field(pattern=r"^\w+$", examples=["crier"])
    key: SecretStr = Field(min_length=8)
    quietly: bool = False


class FolderSettings(Settings):
    folder: Path
    every: Duration = timedelta(seconds=10)
    include: tuple[str, ...] = ("*.md",)


class FeedSettings(Settings):
    feed: str


PLATFORMS = {
    "town": SimpleNamespace(Settings=TownSettings, rules=Rules(measure_mastodon, "https://town.example/rules")),
    "bell": SimpleNamespace(Settings=BellSettings, rules=Rules(measure_bluesky, "https://bell.example/rules")),
}
SOURCES = {"folder": SimpleNamespace(Settings=FolderSettings), "feed": SimpleNamespace(Settings=FeedSettings)}
ENV = {"TOWN_TOKEN": "the-town-token", "BELL_KEY": "the-bell-key"}

ACCOUNTS = """\
town:
  platform: town
  server: https://town.example
  token: ${TOWN_TOKEN}
bell:
  platform: bell
  handle: crier
  key: ${BELL_KEY}
"""
STREAM = """\
name: articles
to: [town, bell]
schedule: {every: day, at: 09:00}
"""
NEWSLETTER = "source: {folder: issues}\n"


def whole(
    head: str = "version: 1\n", accounts: str = ACCOUNTS, newsletter: str = NEWSLETTER, stream: str = STREAM
) -> str:
    """Write a configuration in which one part may be another's."""
    posts = "posts:\n" + indent(stream, "    ").replace("    ", "  - ", 1)
    return (
        f"{head}accounts:\n{indent(accounts, '  ')}newsletters:\n  weekly:\n"
        f"{indent(newsletter, '    ')}{indent(posts, '    ')}"
    )


@pytest.fixture(name="whole")
def _whole() -> Callable[..., str]:
    return whole


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Config]:
    """Load a text as the file sharebot.yaml of the folder in which one stands."""
    monkeypatch.chdir(tmp_path)

    def read(text: str | bytes, env: Mapping[str, str] = ENV, **how: Any) -> Config:
        file = tmp_path / "sharebot.yaml"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return config.load(file, platforms=PLATFORMS, sources=SOURCES, env=env, **how)

    return read


@pytest.fixture
def problems(load: Callable[..., Config]) -> Callable[..., tuple[Problem, ...]]:
    """Load a text that cannot be used and give what is wrong with it."""

    def read(text: str | bytes, **how: Any) -> tuple[Problem, ...]:
        with pytest.raises(ConfigError) as caught:
            load(text, **how)
        return caught.value.problems

    return read


@pytest.fixture
def platforms() -> Mapping[str, Any]:
    return PLATFORMS


@pytest.fixture
def schema() -> dict[str, Any]:
    return config.schema(PLATFORMS, SOURCES)


@pytest.fixture
def load_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], str]:
    """Load a file that cannot be used and give the message."""
    monkeypatch.chdir(tmp_path)

    def read(path: Path) -> str:
        with pytest.raises(ConfigError) as caught:
            config.load(path, platforms=PLATFORMS, sources=SOURCES, env={})
        return str(caught.value)

    return read


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Config]:
    """Write files below a folder in which one stands, and load one of them or the folder."""
    monkeypatch.chdir(tmp_path)

    def load(start: str, **texts: str | bytes) -> Config:
        for name, text in texts.items():
            file = tmp_path / (name.replace("__", "/") + ".yaml")
            file.parent.mkdir(exist_ok=True, parents=True)
            file.write_bytes(text.encode() if isinstance(text, str) else text)
        return config.load(tmp_path / start, platforms=PLATFORMS, sources=SOURCES, env=ENV)

    return load
