"""Libraries without what they bring along and nothing here ever asks for.

requests guesses at encodings, with 3 MiB or more; whatever is read here says what it is written in, or is looked at by
its reader, and requests takes the rest as UTF-8. tweepy can do OAuth 2, and Mastodon.py counts the length of posts.
Import them from here, or this has no effect: the first import is the one that counts.
"""

import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

__all__ = [
    "DEFAULT_CA_BUNDLE_PATH",
    "CaseInsensitiveDict",
    "HTTPAdapter",
    "get_encoding_from_headers",
    "get_environ_proxies",
    "library",
    "requests",
]


@contextmanager
def _without(*names: str) -> Iterator[None]:
    """Let modules be missing that were not imported yet; afterwards they can be had as ever."""
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None: documented to mean "there is none"
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


with _without("chardet", "charset_normalizer"), warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it warns that it cannot guess
    import requests
    from requests.adapters import HTTPAdapter
    from requests.structures import CaseInsensitiveDict
    from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_encoding_from_headers, get_environ_proxies

_LATER = {"tweepy": "oauthlib.oauth2", "mastodon": "mastodon._url_regex"}
_importing = threading.Lock()


class _Later:
    """A function or an object of a module that is imported when this is first used."""

    def __init__(self, module: str, name: str) -> None:
        self._place = module, name

    def __getattr__(self, name: str) -> Any:
        return getattr(self._found(), name)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._found()(*args, **kwargs)

    def _found(self) -> Any:
        module, name = self._place
        return getattr(import_module(module), name)


class _StandIn(ModuleType):
    def __getattr__(self, name: str) -> _Later:
        if name.startswith("__"):  # what the import itself looks for
            raise AttributeError(name)
        return _Later(self.__name__, name)


def library(name: str) -> Any:
    """Import a library; what it brings along stays away until it is used, and can be had by others as ever."""
    later = _LATER[name]
    with _importing:
        stands_in = not {name, later} & sys.modules.keys()
        if stands_in:
            sys.modules[later] = _StandIn(later)
        try:
            return import_module(name)
        finally:
            if stands_in:
                del sys.modules[later]
                for other in [each for each in sys.modules if each.partition(".")[0] == "requests_oauthlib"]:
                    del sys.modules[other]  # tweepy keeps it; who else asks for it gets it whole
