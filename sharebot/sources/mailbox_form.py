"""What an editor writes of a mailbox, under `source:`."""

from datetime import timedelta
from functools import partial
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from pydantic import ConfigDict, Field, SecretStr, create_model, field_validator, model_validator

from sharebot.settings import Duration, Settings, is_loopback
from sharebot.sources.imap import Server

_PORTS = {"imaps": 993, "imap": 143}


class MailboxForm(Settings):
    """A mailbox. The key `from` is added below, for Python has its own meaning of it."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": ["from"]}, {"required": ["list_id"]}]})

    imap: str = Field(
        description="The mail server: `imaps://`, perhaps with user and folder. `imap://` starts TLS by itself.",
        examples=["imaps://mail.example", "imaps://weekly@mail.example/Newsletters"],
    )
    user: str | None = Field(
        default=None,
        description="As whom to sign in, where the address does not say it.",
        examples=["weekly@news.example"],
    )
    password: SecretStr = Field(
        description="The password, or one made for this program where the service makes such.",
        examples=["${IMAP_PASSWORD}"],
    )
    folder: str | None = Field(
        default=None, description="The folder to look into; INBOX where nothing is said.", examples=["Newsletters"]
    )
    list_id: str | None = Field(
        default=None,
        min_length=3,
        description="Only mails with this List-Id are read. `from`, `list_id` or both must be given.",
        examples=["weekly.news.example"],
    )
    since: Duration = Field(
        default_factory=partial(timedelta, days=60),
        description="How far back mails are read; 60d where nothing is said.",
        examples=["60d"],
    )
    every: Duration = Field(
        default_factory=partial(timedelta, minutes=5),
        description="How often to look for new mails; 5m where nothing is said.",
        examples=["5m"],
    )
    mark: Literal["nothing", "seen", "flagged"] = Field(
        default="nothing",
        description="How to mark mails that were read; not at all where nothing is said.",
        examples=["seen"],
    )
    move: str | None = Field(
        default=None,
        min_length=1,
        description="A folder to move mails to that were read; they stay where they are where nothing is said.",
        examples=["Newsletters/Posted"],
    )
    resolve: bool = Field(
        default=True,
        description="Whether to follow links that were made for one reader, once each, to where they truly lead.",
        examples=[True],
    )
    allow_private: bool = Field(
        default=False,
        description="Whether links may be followed to machines of a private network.",
        examples=[False],
    )

    @field_validator("imap")
    @classmethod
    def _address(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("should be an address such as imaps://mail.example")
        if parts.password is not None:
            raise ValueError("holds a password, which does not belong into an address; write it below, as password:")
        _ = parts.port  # raises ValueError where it is no number
        return value

    @field_validator("user", "folder", "list_id", "move", "from", check_fields=False)
    @classmethod
    def _line(cls, value: str | None) -> str | None:
        if value is not None and not value.isprintable():
            raise ValueError("should be one line of visible characters")
        return value

    @model_validator(mode="after")
    def _whose(self) -> "MailboxForm":
        if not (self.sender or self.list_id):
            raise ValueError("does not say whose mails are read; write from: with the sender's address, or list_id:")
        if not self.name:
            raise ValueError("does not say as whom to sign in; write user:")
        return self

    @property
    def sender(self) -> str | None:
        """Whose mails are read: an address, or all of a domain where it begins with @."""
        return getattr(self, "from", None)

    @property
    def name(self) -> str:
        """As whom to sign in."""
        return self.user or unquote(urlsplit(self.imap).username or "")

    @property
    def box(self) -> str:
        """The folder to look into."""
        return self.folder or unquote(urlsplit(self.imap).path.strip("/")) or "INBOX"

    @property
    def server(self) -> Server:
        """Where the mailbox is."""
        parts = urlsplit(self.imap)
        host, tls = parts.hostname or "", parts.scheme == "imaps"
        return Server(host, parts.port or _PORTS[parts.scheme], tls, is_loopback(f"imap://{parts.netloc}"))


_FROM: Any = (
    str | None,
    Field(
        default=None,
        min_length=3,
        description="Only mails of this sender are read: an address, or `@news.example` for all of a domain.",
        examples=["weekly@news.example"],
    ),
)
MailboxSettings: type[MailboxForm] = create_model(
    "MailboxSettings", __base__=MailboxForm, __doc__="What an editor writes under `source:`.", **{"from": _FROM}
)
