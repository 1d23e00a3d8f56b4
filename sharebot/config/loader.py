"""From files to a `Config`: read, check every part, then build the whole or tell all that is wrong."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError, create_model

from sharebot.config import alerting, forms, meaning, rules, spending
from sharebot.config.document import Document, Way
from sharebot.config.explain import explain
from sharebot.config.parts import read
from sharebot.config.secrets import FILE, Opened, Vault, conceal, secret_fields, unlock
from sharebot.config.signing import Stored, complete, unlocked
from sharebot.config.values import Account, Approval, Config, Newsletter, Stream
from sharebot.errors import ConfigError
from sharebot.model import Caution, Hints
from sharebot.places import folder_of
from sharebot.ranking import Ranker, RankerSettings
from sharebot.schedule.near import did_you_mean, nearest
from sharebot.settings import Settings
from sharebot.text.links import canonical

_SPLITTING = {"split", "include", "exclude"}

Model = TypeVar("Model", bound=BaseModel)


def load(
    path: Path,
    *,
    platforms: Mapping[str, Any],
    sources: Mapping[str, Any],
    env: Mapping[str, str],
    secrets: bool | str = True,
    stored: Stored = lambda _: None,
    now: datetime | None = None,
) -> Config:
    """Load a configuration, a file or a folder, against what is installed: names beside classes with `Settings`.

    `${VARIABLE}` in an account's settings is taken from `env`, and the file of `<secret>_file` is read. Without
    `secrets` neither is, and what the file says stands in for them; those of a source and of `llm` are still looked
    for, because they are asked then, too, and are empty where they are not there. With an account's name for `secrets`,
    that one gets those of its own that can be had. What an account leaves out may be `stored`. With `now`, the
    warnings tell what the 30 days from then on would cost and overrun. Raises ConfigError with every fault there is.
    """
    document = read(path)
    vault = Vault(document, folder_of(path), env, secrets is True)
    check = _Check(document, platforms, sources, vault, stored, secrets)
    form = None if document.broken else check.form(forms.File, document.places[()].value, ())
    accounts = [check.account(way, raw) for way, raw in document.match("accounts.*") if isinstance(raw, dict)]
    found = [check.source(way, raw) for way, raw in document.match("newsletters.*.source") if isinstance(raw, dict)]
    llm = next((check.llm(way, raw) for way, raw in document.match("llm")), None)
    alerts = next((check.alerts(way, raw) for way, raw in document.match("alerts")), None)
    if not document.broken:
        rules.check(document)
        meaning.check(document, check.networks(), check.origins(found))
        alerting.check(document, is_open=vault.open)
    if form is None or document.problems:
        raise ConfigError(document.problems)
    rules.advise(document, form)
    config = Config(
        path=path,
        timezone=form.timezone,
        accounts={account.name: account for account in accounts if account},
        newsletters=dict(_newsletters(form, {source.newsletter: source for source in found if source})),
        llm=llm,
        alerts=alerts,
        files=(*(page.path for page in document.pages), *document.secret_files),
    )
    if alerts:
        alerting.advise(document, alerts)
    if now:
        spending.advise(document, config, platforms, now)
    return replace(config, warnings=document.warnings)


@dataclass(frozen=True, slots=True)
class Salvage:
    """What can be made out of a configuration, be it right or not, for who looks for what is wrong.

    `data` is all of it as it is written. Of the accounts, `ready` are those whose secrets are all there. `secrets` are
    the texts that nobody may see.
    """

    data: Any
    accounts: Mapping[str, Account]
    ready: frozenset[str]
    sources: Mapping[str, Newsletter]
    llm: RankerSettings | None
    files: tuple[Path, ...]
    secret_files: tuple[Path, ...]
    secrets: frozenset[str]


def salvage(
    path: Path, *, platforms: Mapping[str, Any], sources: Mapping[str, Any], env: Mapping[str, str], stored: Stored
) -> Salvage:
    """Read what is right in a configuration, and say nothing of the rest; sources come as newsletters without posts."""
    try:
        document = read(path)
    except ConfigError:
        document = Document([])
    check = _Check(document, platforms, sources, Vault(document, folder_of(path), env), stored)
    accounts, ready = dict[str, Account](), set[str]()
    for way, raw in document.match("accounts.*"):
        before = len(document.problems)
        if isinstance(raw, dict) and (account := check.account(way, raw)):
            accounts[account.name] = account
            ready |= {account.name} if len(document.problems) == before else set()
    found = (check.source(way, raw) for way, raw in document.match("newsletters.*.source") if isinstance(raw, dict))
    return Salvage(
        data=document.places[()].value if () in document.places else None,
        accounts=accounts,
        ready=frozenset(ready),
        sources={each.newsletter: Newsletter(each.newsletter, each.kind, each.settings, ()) for each in found if each},
        llm=next((check.llm(way, raw) for way, raw in document.match("llm")), None),
        files=tuple(page.path for page in document.pages),
        secret_files=tuple(document.secret_files),
        secrets=frozenset(document.secrets),
    )


@dataclass(frozen=True, slots=True)
class _Source:
    newsletter: str
    kind: str
    settings: Settings


@dataclass(frozen=True, slots=True)
class _Check:
    """Checks the parts of one file against what is installed; a part that is wrong is None, and told."""

    document: Document
    platforms: Mapping[str, Any]
    sources: Mapping[str, Any]
    vault: Vault
    stored: Stored
    signing: bool | str = True

    def form(self, kind: type[Model], data: Any, way: Way, known: tuple[str, ...] = ()) -> Model | None:
        """Read `data`, which stand at `way`, by a model; as JSON, so that model and JSON Schema agree on types."""
        try:
            return kind.model_validate_json(json.dumps(data), strict=True)
        except ValidationError as error:
            explain(self.document, error, kind, way, known, forms.KEYS)
            return None

    def networks(self) -> dict[str, tuple[str, Any]]:
        """Find the networks of the accounts."""
        return {
            str(way[1]): (name, self.platforms[name])
            for way, name in self.document.match("accounts.*.platform")
            if isinstance(name, str) and hasattr(self.platforms.get(name), "rules")
        }

    def origins(self, sources: Iterable["_Source | None"]) -> dict[str, tuple[str, int]]:
        """Tell by the newsletters' names where their articles come from, in a way that can be compared."""
        known: dict[str, list[object]] = {}
        origins = {}
        for source in filter(None, sources):
            newsletter = self.document.places["newsletters", source.newsletter].value
            # How often it is looked at does not change what is found there.
            place = [(key, self._alike(value)) for key, value in source.settings if not isinstance(value, timedelta)]
            origin = (source.kind, place, *(newsletter.get(key) for key in ("include", "exclude")))
            alike = known.setdefault(repr(origin), [])  # secrets are masked in it, so it does not tell all apart
            alike += [] if origin in alike else [origin]
            origins[source.newsletter] = (repr(origin), alike.index(origin))
        return origins

    def _alike(self, value: object) -> object:
        """Write folders and addresses alike that are the same."""
        if isinstance(value, Path):
            return (self.vault.folder / value).resolve()
        return canonical(value) if isinstance(value, str) else value

    def account(self, way: Way, raw: Mapping[str, Any]) -> Account | None:
        own = {key: value for key, value in raw.items() if key in forms.Account.model_fields}
        self._conceal(self.platforms, raw.get("platform"), raw, forms.Account.model_fields)
        if "platform" not in raw and (slip := nearest("platform", raw.keys() - own.keys())):
            self.document.wrong((*way, slip), "unknown key", "did you mean 'platform'?", key=True)
            return None
        common = self.form(forms.Account, own, way)
        if not self._installed(self.platforms, raw.get("platform"), (*way, "platform"), "platform"):
            return None
        network = self.platforms[raw["platform"]]
        own_to_it = {key: value for key, value in raw.items() if key not in own}
        opened = unlocked(self.vault, way, own_to_it, secret_fields(network.Settings), self.signing)
        lacking = complete(self.vault, way, network, opened, self.stored if self.vault.open else None)
        settings = self._settings(network.Settings, way, opened)
        if common is None or settings is None:
            return None
        return Account(str(way[-1]), common.platform, settings, common.most, common.budget, *lacking)

    def _conceal(
        self, installed: Mapping[str, Any], own: object, raw: Mapping[str, Any], common: Iterable[str]
    ) -> None:
        """Hide what may be a secret of what is `own`, or, where it lacks a key, of anything installed."""
        kinds: list[type[Settings]] = [installed[own].Settings] if isinstance(own, str) and own in installed else []
        known = {*common, *(name for kind in kinds for name in kind.model_fields)}
        if any(key.removesuffix(FILE) not in known for key in raw):
            kinds = [each.Settings for each in installed.values()]
        secret = {name for kind in kinds for name in secret_fields(kind)}
        fields = {*common, *(name for kind in kinds for name in kind.model_fields)}
        files = {f"{name}{FILE}" for name in secret}
        conceal(self.document, raw, fields - secret | files, fields | files)

    def _settings(self, kind: type[Settings], way: Way, opened: Opened) -> Settings | None:
        secret = secret_fields(kind)
        known = (*forms.Account.model_fields, *(f"{name}{FILE}" for name in secret))
        return self.form(_without(kind, opened.unknown, secret), opened.values, way, known)

    def source(self, way: Way, raw: Mapping[str, Any]) -> _Source | None:
        kinds = [key for key in raw if key in self.sources]
        self._conceal(self.sources, "".join(kinds), raw, _SPLITTING)
        if len(kinds) == 1:
            fields = self.sources[kinds[0]].Settings.model_fields
            for key in _SPLITTING.intersection(raw) - set(fields):
                self.document.wrong((*way, key), "unknown key", f"write {key}: beside source:, not in it", key=True)
            raw = {key: value for key, value in raw.items() if key not in _SPLITTING or key in fields}
            settings = self._source_settings(self.sources[kinds[0]].Settings, way, raw)
            return _Source(str(way[1]), kinds[0], settings) if settings else None
        if kinds:
            self.document.wrong((*way, kinds[1]), "a second source", f"keep {' or '.join(kinds)}", key=True)
        elif raw:
            self._installed(self.sources, next(iter(raw)), (*way, next(iter(raw))), "source", key=True)
        else:
            self.document.wrong(way, "names no source", f"installed: {', '.join(self.sources)}")
        return None

    def _source_settings(self, kind: type[Settings], way: Way, raw: Mapping[str, Any]) -> Settings | None:
        secret = secret_fields(kind)
        if not secret:
            return self.form(kind, raw, way)
        opened = unlock(replace(self.vault, open=True, strict=self.vault.open), way, raw, secret)
        values = opened.values | dict.fromkeys(opened.unknown.intersection(secret), "")
        known = tuple(f"{name}{FILE}" for name in secret)
        return self.form(_without(kind, opened.unknown, secret), values, way, known)

    def llm(self, way: Way, raw: Any) -> RankerSettings | None:
        if not isinstance(raw, dict):
            return None
        secret = secret_fields(RankerSettings)
        self._conceal({"llm": Ranker}, "llm", raw, ())
        opened = unlock(replace(self.vault, open=True, strict=self.vault.open), way, raw, secret)
        values = opened.values | (dict.fromkeys(secret, "") if opened.unknown else {})
        known = tuple(f"{name}{FILE}" for name in secret)
        return self.form(_without(RankerSettings, opened.unknown, secret), values, way, known)

    def alerts(self, way: Way, raw: Any) -> alerting.Alerts | None:
        if not isinstance(raw, dict):
            return None
        kind, values = alerting.read(self.vault, way, raw)
        return self.form(kind, values, way, tuple(f"{name}{FILE}" for name in secret_fields(kind)))

    def _installed(self, there: Iterable[str], name: Any, way: Way, what: str, *, key: bool = False) -> bool:
        names = tuple(there)
        if isinstance(name, str) and name not in names:
            near = did_you_mean(name, names)
            hint = f"{near} installed: {', '.join(names)}" if near.startswith("did") else near
            self.document.wrong(way, f"unknown {what} {name!r}", hint, key=key)
        return isinstance(name, str) and name in names


def _without(kind: type[Model], unknown: set[str], secret: tuple[str, ...]) -> type[Model]:
    """Make the same model, but with no demand on the fields whose values are not here to be checked."""
    fields: dict[str, Any] = {
        name: (SecretStr if name in secret else Any, ...) for name in kind.model_fields if name in unknown
    }
    return create_model(kind.__name__, __base__=kind, **fields) if fields else kind


def _newsletters(form: forms.File, sources: Mapping[str, _Source]) -> Iterable[tuple[str, Newsletter]]:
    for name, each in form.newsletters.items():
        zone = each.timezone or form.timezone
        values = {key: value for key, value in each if key not in _SPLITTING | {"source", "posts", "warnings"}}
        hints = Hints(each.split, each.include, each.exclude, language=each.language)
        values["approval"] = _approval(each.approval)
        posts = tuple(_stream(stream, zone) for stream in each.posts)
        values["warnings"] = tuple(Caution(w.words, w.tags, w.warning, w.sensitive, w.label) for w in each.warnings)
        yield name, Newsletter(name, sources[name].kind, sources[name].settings, posts, hints, **values)


def _stream(form: forms.Stream, zone: str) -> Stream:
    values = {key: value for key, value in form if key not in {"schedule", "duplicates"}}
    window = form.duplicates.window if form.duplicates else None
    return Stream(**values, schedule=form.schedule.of(zone), window=window)


def _approval(form: forms.Approval | None) -> Approval:
    return Approval(required=True, by=form.by, two_people=form.two_people) if form else Approval()
