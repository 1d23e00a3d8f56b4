"""requests, without what it brings along to guess at encodings: 3 MiB or more that nothing here ever asks for.

Whatever is read here says what it is written in, or is looked at by its reader; requests takes the rest as UTF-8.
Import requests from here, or this has no effect: the first import is the one that counts.
"""

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["DEFAULT_CA_BUNDLE_PATH", "BaseAdapter", "HTTPAdapter", "get_environ_proxies", "requests"]


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
    from requests.adapters import BaseAdapter, HTTPAdapter
    from requests.utils import DEFAULT_CA_BUNDLE_PATH, get_environ_proxies
