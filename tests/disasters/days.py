"""Days and weeks in seconds: the daemon's own parts, with a clock that jumps to whatever comes next."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sharebot import app
from sharebot.engine import local, loop
from sharebot.engine.local import Dispatcher
from sharebot.errors import PublishError, StoreError
from sharebot.model import Delivery, Key, Post, Receipt, State
from sharebot.outbox.ledger import Ledger
from sharebot.publisher import Publisher
from sharebot.tally import Tally
from sharebot.testing import FakeClock, FakePlatform

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
ACCOUNTS = ("first", "second")
_PATIENCE = 30.0
_MASTODON = "  {}: {{platform: mastodon, server: 'http://127.0.0.1:9', access_token: none}}\n"
_CONFIG = """\
version: 1
timezone: UTC
accounts:
{accounts}newsletters:
{newsletters}"""
NEWSLETTER = """\
  {name}:
    source: {{folder: {name}, settle: 0s}}
    since: all
    language: en
    posts:
      - name: articles
        to: [{to}]
        schedule: {schedule}
        text: "{{headline}} {{link}}"
"""


def issue(articles: int, name: str = "issue", date: datetime = MONDAY) -> str:
    """Write an issue of so many articles; the headline of each is its name and number."""
    stories = "".join(
        f"## Story {name}-{number}\n\nThe ferry number {number} of {name} runs again after {number + 2} years.\n\n"
        f"[Read on](https://news.example/{name}/{number})\n\n"
        for number in range(1, articles + 1)
    )
    return f"---\ntitle: {name}\ndate: {date:%Y-%m-%d}\nlanguage: en\n---\n\n{stories}"


class Network(FakePlatform):
    """A network that meets each call with what `fault` says about that moment; `sent` has what it took, and when."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__()
        self.fault: Callable[[datetime], PublishError | None] = lambda _: None
        self.tried: list[datetime] = []
        self.sent: list[tuple[datetime, str]] = []
        self._clock = clock

    def publish(self, post: Post, key: Key, thread: tuple[Receipt, ...] = ()) -> Receipt:
        self.tried.append(now := self._clock())
        receipt = super().publish(post, key, thread)
        self.sent.append((now, post.text))
        return receipt

    def away(self, since: datetime, until: datetime, error: PublishError) -> None:
        """Meet every call in this time with an error."""
        self.fault = lambda now: error if since <= now < until else None

    def times(self) -> list[datetime]:
        return [at for at, _ in self.sent]

    def _up(self) -> None:
        if error := self.fault(self._clock()):
            raise error


class Days:
    """A configuration of newsletters that are read, planned and published by the real parts, in simulated time."""

    def __init__(self, home: Path, ledger: Ledger, newsletters: Mapping[str, str], start: datetime = MONDAY) -> None:
        self.clock = FakeClock(start)
        self.networks = {name: Network(self.clock) for name in ACCOUNTS}
        self.ledger = ledger
        self.tally = Tally()
        self._home = home
        accounts = "".join(_MASTODON.format(name) for name in ACCOUNTS)
        text = _CONFIG.format(accounts=accounts, newsletters="".join(newsletters.values()))
        (home / "sharebot.yaml").write_text(text, encoding="utf-8")
        for name in newsletters:
            (home / name).mkdir(exist_ok=True)
        wired = app.build(app.load(home / "sharebot.yaml", secrets=True), ledger, self.clock)
        approvals = {each.name: each.approval for each in wired.config.newsletters.values()}
        self.app = replace(wired, publisher=Publisher(self.networks, self.clock, approvals))

    def write(self, newsletter: str, articles: int, name: str = "issue") -> None:
        """Put an issue into a newsletter's folder, and read, plan and queue it."""
        (self._home / newsletter / f"{name}.md").write_text(issue(articles, name), encoding="utf-8")
        self.app.pipeline.enqueue(self.app.read(newsletter), self.clock())

    def live(self, until: datetime, *, step: timedelta = timedelta(hours=1)) -> None:
        """Work until then. The clock jumps to what is due next, by `step` at most, as a daemon looks now and then."""
        with self._engine() as engine:
            while self.clock() < until:
                try:
                    engine.drain()
                    due = self.ledger.next_due() or until
                except StoreError:
                    due = self.clock() + timedelta(seconds=loop.STORE_RETRY)
                self.clock.now = max(min(due, until, self.clock() + step), self.clock() + timedelta(milliseconds=1))

    @contextmanager
    def _engine(self) -> Iterator[Dispatcher]:
        publisher, pipeline = self.app.publisher, self.app.pipeline
        how = {"prepare": pipeline.catch_up, "tell": self.tally.tell}
        engine = Dispatcher(self.ledger, publisher.work, self.clock, **how)  # type: ignore[arg-type]
        try:
            yield engine
        finally:
            assert engine.finish(_PATIENCE)

    def rows(self, account: str, *states: State) -> list[Delivery]:
        return [row for row in self.ledger.deliveries(*states) if row.account == account]

    def states(self, account: str) -> list[str]:
        return sorted(row.state.value for row in self.rows(account))

    def reasons(self, account: str, state: State) -> set[str]:
        """Return why posts came into a state, by their histories."""
        rows = self.rows(account)
        events = (event for row in rows for event in self.ledger.history(row.key))
        return {event.why for event in events if event.after is state}


HURRIED = {(local, "FIRST_LOOK"): timedelta(), (local, "_SOON"): 0.0, (loop, "_LAPSES"): 0.0}
"""Where a clock jumps, no time is to be waited for."""
