"""Taking out of texts what nobody else may see: the secrets that are known, and whatever may stand in an address."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from json import dumps
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote, urlsplit

from pydantic import SecretStr

from sharebot.cli.diagnosing.subject import Subject
from sharebot.config.secrets import FILE, secret_fields
from sharebot.settings import Settings

DOTS = "•" * 5
_SHORTEST = 4
"""A shorter text is no secret, and to hide it would garble ordinary words."""
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://[^\s\"'<>|\\)\]}]+")
_VARIABLE = re.compile(r"\$\{[A-Za-z_]\w*\}")
_QUOTED = re.compile(r"“[^”]*”|«[^»]*»|„[^“”]*[“”]|\"[^\"]*\"|(?<!\w)'[^']*'(?!\w)|‘[^’]*’")
_SECRET_NAME = re.compile(r"token|secret|pass|pwd|key|credential|auth|dsn|database|proxy|url|cookie", re.IGNORECASE)
_LIKE_A_TOKEN = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9])[\w.~=-]{8,}")
_BYTES = 3
"""Base64 writes so many bytes at a time, so a text looks otherwise by where it begins."""


def secrets_of(asked: Subject, env: Mapping[str, str]) -> list[str]:
    """Return every text that must not be told: what the configuration names as secret, and what may be one."""
    found = set(asked.there.secrets)
    for settings in _settings(asked):
        found |= {value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)}
        found |= {part for _, value in settings if isinstance(value, str) for part in _in_address(value)}
    for name, value in env.items():
        if _SECRET_NAME.search(name):
            found |= {value} if "://" not in value and "/" not in value else set()
            found |= set(_in_address(value))
    lines = {line.strip() for text in found for line in [text, *text.splitlines()]}
    return sorted((text for text in lines if len(text) >= _SHORTEST), key=len, reverse=True)


def _settings(asked: Subject) -> Iterator[Settings]:
    yield from (account.settings for account in asked.there.accounts.values())
    yield from (letter.source for letter in asked.newsletters.values())
    yield from [asked.there.llm] if asked.there.llm else []


def _in_address(text: str) -> Iterator[str]:
    """Yield what may be a secret in an address: user and password, values of its query, parts like a token."""
    parts = urlsplit(text)
    if not parts.scheme or "://" not in text:
        return
    if "@" in parts.netloc:
        yield from filter(None, (parts.password, unquote(parts.password or ""), parts.netloc.rpartition("@")[0]))
    yield from (value for _, value in parse_qsl(f"{parts.query}&{parts.fragment}"))
    yield from (part for part in map(unquote, parts.path.split("/")) if _LIKE_A_TOKEN.fullmatch(part))


class Mask:
    """Hides secrets in whatever form they were written down, and all of an address but its server."""

    def __init__(self, secrets: Iterable[str]) -> None:
        forms = {form for secret in secrets for form in _forms(secret) if len(form) >= _SHORTEST}
        self._known = re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True))) or r"(?!)")

    def text(self, text: str) -> str:
        """Return a text that may be shown."""
        return self._known.sub(DOTS, _ADDRESS.sub(_server, self._known.sub(DOTS, text)))

    def words(self, text: str) -> str:
        """Return a reason that may be shown: without what it quotes, for that may be anybody's words."""
        return self.text(_QUOTED.sub("“…”", text))

    def structure(self, data: Any, harmless: frozenset[str], name: str = "") -> Any:
        """Return data as they are built, with the values of keys that are known as `harmless` and of no others."""
        if isinstance(data, dict):
            return {self.text(str(key)): self.structure(each, harmless, str(key)) for key, each in data.items()}
        if isinstance(data, list):
            return [self.structure(each, harmless, name) for each in data]
        if data is None or isinstance(data, bool):
            return data
        text = str(data)
        if name in harmless:
            return self.text(text) if isinstance(data, str) else data
        return text if _VARIABLE.fullmatch(text) else DOTS


def _server(match: re.Match[str]) -> str:
    try:
        parts = urlsplit(match[0])
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return f"{match[1]}://{DOTS}"
    more = f"/{DOTS}" if parts.path.strip("/") or parts.query or parts.fragment else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{more}"


def _forms(secret: str) -> Iterator[str]:
    """Yield how a secret may be written: as it is, in JSON, in an address, in Base64 wherever it begins there."""
    coded = {quote(secret), quote(secret, safe=""), quote_plus(secret), quote(quote(secret, safe=""), safe="")}
    yield from {secret, dumps(secret)[1:-1], dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1]}
    yield from coded | {re.sub("%[0-9A-F]{2}", lambda code: code[0].lower(), each) for each in coded}
    raw = secret.encode(errors="surrogateescape")
    for before in range(_BYTES):
        whole = b64encode(b"\0" * before + raw).decode()
        # The first and last signs hold bits of what stands beside it.
        inner = whole[-(-before * 8 // 6) : len(whole.rstrip("=")) - ((before + len(raw)) % _BYTES > 0)]
        yield from {inner, inner.replace("+", "-").replace("/", "_")} if len(raw) > _BYTES else set()


def harmless(schema: Mapping[str, Any], kinds: Iterable[type[Settings]]) -> frozenset[str]:
    """Return the keys of the YAML whose values may be seen: all that are known but those of secrets."""
    secret = {name for kind in kinds for name in secret_fields(kind)}
    parts = [schema, *schema["$defs"].values()]
    known = {name for part in parts for name in part.get("properties", ())}
    return frozenset(known - secret - {f"{name}{FILE}" for name in secret})
