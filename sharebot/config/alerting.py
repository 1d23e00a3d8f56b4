"""Who is told of what is wrong, and how: the form of `alerts:`, and how it is read with its secrets in place."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from importlib.util import find_spec
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, create_model

from sharebot.config.document import Document, Way
from sharebot.config.kinds import Listed, Name
from sharebot.config.secrets import FILE, Opened, Vault, conceal, secret_fields, unlock
from sharebot.config.written import listed, one_or_many, text
from sharebot.schedule.near import did_you_mean
from sharebot.settings import Duration, Settings, is_loopback

Topic = Literal["accounts", "tokens", "configuration", "sources", "posts", "drafts"]
TOPICS: tuple[Topic, ...] = get_args(Topic)
OF: Mapping[str, tuple[Topic, ...]] = {
    "operator": ("accounts", "tokens", "configuration", "sources"),
    "editor": ("posts", "drafts", "sources"),
}
"""What concerns whom; who is neither is told all."""
PORTS = {"tls": 465, "starttls": 587, "none": 25}
_EXTRA = "pip install 'sharebot[alerts]'"
# Of RFC 5321 what every server takes; no name, bracket or line end comes into a header by it.
_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+"
_HOST = r"[A-Za-z0-9.:-]+"
_SOME = Field(min_length=1)
_SERVICE = re.compile(r"[A-Za-z0-9]+://\S+")


def _mailbox(value: str) -> str:
    if not re.fullmatch(_ADDRESS, value):
        raise ValueError("should be a mail address such as ops@news.example, without a name beside it")
    return value


def _host(value: str) -> str:
    if not re.fullmatch(_HOST, value):
        raise ValueError("should be the name of a mail server, such as mail.example; its port stands in port:")
    return value


def _service(value: SecretStr | None) -> SecretStr | None:
    if value and "${" not in value.get_secret_value() and not _SERVICE.fullmatch(value.get_secret_value()):
        raise ValueError("should be an address of Apprise, such as ntfys://ntfy.example/topic")
    return value


def _web(value: SecretStr | None) -> SecretStr | None:
    if value and not value.get_secret_value().startswith(("https://", "http://", "${")):
        raise ValueError("should be an address such as https://hc-ping.example/…")
    return value


_MAILBOX = text(_mailbox, _ADDRESS, "ops@news.example")
Mailbox = Annotated[str, _MAILBOX]
Mailboxes = Annotated[tuple[Mailbox, ...], BeforeValidator(listed), Field(min_length=1), one_or_many(_MAILBOX)]


class Mail(Settings):
    """A mail server, and who gets mail by it."""

    server: Annotated[str, text(_host, _HOST, "mail.example")] = Field(
        description="The mail server that takes it.", examples=["mail.example"]
    )
    port: int | None = Field(
        None, ge=1, le=65535, description="Its port; without it 587, 465 with tls: tls, 25 with none.", examples=[465]
    )
    tls: Literal["starttls", "tls", "none"] = Field(
        "starttls",
        description="How the connection is encrypted; none sends no password but to this machine.",
        examples=["tls"],
    )
    user: str = Field("", description="Who signs in, where the server asks for it.", examples=["sharebot"])
    password: SecretStr | None = Field(None, description="The password of user.", examples=["${SMTP_PASSWORD}"])
    sender: Mailbox = Field(alias="from", description="Whom it comes from.", examples=["sharebot@news.example"])
    to: Mailboxes = Field(description="Who gets it.", examples=["ops@news.example"])

    @property
    def place(self) -> tuple[str, int]:
        """Host and port."""
        return self.server, self.port or PORTS[self.tls]


class Recipient(Settings):
    """Who is told, and of what: by mail, or by any service of Apprise."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["mail"]}, {"anyOf": [{"required": ["apprise"]}, {"required": [f"apprise{FILE}"]}]}]
        }
    )

    mail: Mail | None = Field(
        None,
        description="By mail.",
        examples=[{"server": "mail.example", "from": "sharebot@news.example", "to": "ops@news.example"}],
    )
    apprise: Annotated[SecretStr | None, AfterValidator(_service)] = Field(
        None, description="By a service of Apprise, whose address is a secret.", examples=["${APPRISE_URL}"]
    )
    who: Literal["operator", "editor"] | None = Field(
        None,
        description="operator: accounts, tokens, configuration, sources. editor: posts, drafts, sources. Without it: "
        "all.",
        examples=["editor"],
    )
    about: Annotated[tuple[Topic, ...], _SOME, Listed()] = Field(
        (), description="Of what alone, in place of what who means.", examples=[["posts", "drafts"]]
    )
    newsletters: Annotated[tuple[Name, ...], _SOME, Listed()] = Field(
        (), description="Of these newsletters alone.", examples=[["weekly"]]
    )

    @property
    def topics(self) -> tuple[Topic, ...]:
        """Of what this one is told."""
        return self.about or OF.get(self.who or "", TOPICS)


class Alerts(Settings):
    """Who is told when something is wrong, and when it is over; and who notices when nothing works at all."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": [key]} for key in ("to", "ping", f"ping{FILE}")]}
    )

    to: Annotated[tuple[Recipient, ...], _SOME, Listed()] = Field(
        (), description="Who is told.", examples=[[{"apprise": "${APPRISE_URL}", "who": "operator"}]]
    )
    wait: Duration = Field(
        timedelta(minutes=1), description="What comes within this time is told together.", examples=["1m"]
    )
    gap: Duration = Field(
        timedelta(minutes=10), description="The least time between two messages to one recipient.", examples=["10m"]
    )
    calm: Duration = Field(
        timedelta(minutes=10), description="How long it has to be well before that is told.", examples=["10m"]
    )
    remind: Duration = Field(
        timedelta(days=1), description="What is still wrong after this time is told again.", examples=["1d"]
    )
    unread: Duration = Field(
        timedelta(hours=1), description="For how long a source may be unreadable.", examples=["1h"]
    )
    unsure: Duration = Field(
        timedelta(minutes=5),
        description="How long it may take to find out whether a post is out; what waits for a person is told at once.",
        examples=["5m"],
    )
    drafts: Duration = Field(
        timedelta(hours=4), description="How long before its time a draft is told of.", examples=["4h"]
    )
    ping: Annotated[SecretStr | None, AfterValidator(_web)] = Field(
        None,
        description="An address that is fetched as long as all works; a service such as healthchecks tells you once "
        "that ends.",
        examples=["${PING_URL}"],
    )
    ping_every: Duration = Field(
        timedelta(minutes=5), ge=timedelta(seconds=1), description="How often it is fetched.", examples=["5m"]
    )
    allow_private: bool = Field(
        default=False, description="Whether ping may be on this machine or on a private network.", examples=[True]
    )


MODELS = (Alerts, Recipient, Mail)
"""All that `alerts:` is made of, with the outermost first."""


def read(vault: Vault, way: Way, raw: Mapping[str, Any]) -> tuple[type[Alerts], dict[str, Any]]:
    """Put the secrets into `alerts:`; return its values, and the model that they are to be read by.

    That makes no demand on what is not here to be checked.
    """
    found: dict[type[BaseModel], set[str]] = {model: set() for model in MODELS}

    def opened(model: type[BaseModel], here: Way, own: Mapping[str, Any], inner: str = "") -> dict[str, Any]:
        _conceal(vault.document, model, own, inner)
        got: Opened = unlock(vault, here, {key: own[key] for key in own if key != inner}, secret_fields(model))
        found[model] |= got.unknown
        return got.values

    def recipient(here: Way, own: Any) -> Any:
        if not isinstance(own, dict):
            return own
        mail = own.get("mail")
        inner = {"mail": opened(Mail, (*here, "mail"), mail) if isinstance(mail, dict) else mail}
        return opened(Recipient, here, own, "mail") | (inner if "mail" in own else {})

    to = raw.get("to")
    told = [recipient((*way, "to", at), own) for at, own in enumerate(to)] if isinstance(to, list) else None
    inner = recipient((*way, "to"), to) if told is None else told
    values = opened(Alerts, way, raw, "to") | ({"to": inner} if "to" in raw else {})
    return _lenient(found), values


def _conceal(document: Document, model: type[BaseModel], own: Mapping[str, Any], inner: str) -> None:
    keys = _keys(model)
    # What stands under a misspelt `inner` key is hidden whole: a password may be among it.
    outer = {key: value for key, value in own.items() if key != inner}
    conceal(document, outer, keys - {inner, *secret_fields(model)}, keys)


def _keys(model: type[BaseModel]) -> set[str]:
    own = {each.alias or name for name, each in model.model_fields.items()}
    return own | {f"{name}{FILE}" for name in secret_fields(model)}


def _lenient(unknown: Mapping[type[BaseModel], set[str]]) -> Any:
    """Make the same models, but with any value where one is unknown."""
    if not any(unknown.values()):
        return Alerts
    mail = _loose(Mail, unknown[Mail], {})
    recipient = _loose(Recipient, unknown[Recipient], {"mail": (mail | None, None)})
    many: Any = Annotated[tuple[recipient, ...], _SOME, Listed()]  # type: ignore[valid-type] # made just now
    return _loose(Alerts, unknown[Alerts], {"to": (many, ())})


def _loose(model: Any, unknown: set[str], inner: Mapping[str, Any]) -> Any:
    fields: dict[str, Any] = {
        name: (Any, Field(None, alias=each.alias))
        for name, each in model.model_fields.items()
        if (each.alias or name) in unknown
    }
    return create_model(model.__name__, __base__=model, **fields, **inner)


def check(document: Document, *, is_open: bool) -> None:
    """Note what does not fit together. Only where it `is_open` alerts are sent, and Apprise is needed."""
    newsletters = [str(way[-1]) for way, _ in document.match("newsletters.*")]
    for pattern in ("alerts.to", "alerts.to.*"):
        for way, own in document.match(pattern):
            if isinstance(own, dict):
                _recipient(document, way, own, newsletters)
                _installed(document, way, own, is_open=is_open)
    for way, own in document.match("alerts"):
        if isinstance(own, dict) and not {"to", "ping", f"ping{FILE}"} & own.keys():
            document.wrong(way, "tells nobody", "write to: [{mail: …}] or to: [{apprise: ${APPRISE_URL}}]", key=True)


def _recipient(document: Document, way: Way, own: Mapping[str, Any], newsletters: Sequence[str]) -> None:
    ways = {"mail", "apprise", f"apprise{FILE}"} & own.keys()
    if not ways and set(own) <= {"who", "about", "newsletters"}:
        document.wrong(way, "says no way to tell them", "write mail: {…} or apprise: ${APPRISE_URL}")
    if "mail" in ways and len(ways) > 1:
        document.wrong((*way, "mail"), "two ways to tell one recipient", "give each its own entry", key=True)
    names = own.get("newsletters")
    for name in names if isinstance(names, list) else [names]:
        if isinstance(name, str) and name not in newsletters:
            document.wrong((*way, "newsletters"), f"unknown newsletter {name!r}", did_you_mean(name, newsletters))
    mail = own.get("mail")
    if isinstance(mail, dict):
        _mail(document, (*way, "mail"), mail)


def _mail(document: Document, way: Way, mail: Mapping[str, Any]) -> None:
    password = {"password", f"password{FILE}"} & mail.keys()
    if mail.get("tls") == "none" and password and not is_loopback(f"smtp://{mail.get('server')}"):
        document.wrong((*way, "tls"), "a password travels encrypted only", "write tls: starttls, or tls: tls")
    if bool(password) != bool(mail.get("user")) and mail.keys() <= _keys(Mail):
        document.wrong(way, "user and password belong together", "write both, or none where nobody signs in", key=True)


def _installed(document: Document, way: Way, own: Mapping[str, Any], *, is_open: bool) -> None:
    key = next((key for key in ("apprise", f"apprise{FILE}") if key in own), None)
    if key and is_open and find_spec("apprise") is None:
        document.wrong((*way, key), "Apprise is not installed", _EXTRA, key=True)


def advise(document: Document, alerts: Alerts) -> None:
    """Warn of what nobody is told of."""
    missed = [topic for topic in TOPICS if not any(topic in each.topics for each in alerts.to)]
    if alerts.to and missed:
        document.warn(("alerts", "to"), f"nobody is told of {', '.join(missed)}", "add a recipient without who:")
