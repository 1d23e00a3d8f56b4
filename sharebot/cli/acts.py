"""What a person does to queued posts: approve, move, hold, release, skip, retry, resolve."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from sharebot import schedule as times
from sharebot.approval import refusal
from sharebot.cli.hands import Hands, act_options, at_queue, keys_argument
from sharebot.cli.output import say, shown
from sharebot.cli.root import FAILED, examples
from sharebot.errors import HELD_BY, RESTORED, SharebotError, StoreError
from sharebot.model import Delivery, Post, Receipt, Signature, State

if TYPE_CHECKING:
    from sharebot.outbox.ledger import Change
    from sharebot.outbox.settling import Settlement

_ADDRESS = re.compile(r"https?://[^\s/?#]+/(?:[^\s?#]*/)?([^\s/?#]+)/?(?:[?#]\S*)?")
_DRAFTS = frozenset({State.DRAFT})
_WAITING = frozenset({State.DRAFT, State.QUEUED, State.FAILED})
_MOVABLE = frozenset({State.DRAFT, State.QUEUED, State.HELD, State.MISSED})
_RETRIED = frozenset({State.FAILED, State.UNSURE, State.HELD, State.MISSED, State.SKIPPED})
_SKIPPED = frozenset({State.DRAFT, State.QUEUED, State.FAILED, State.UNSURE, State.HELD, State.MISSED})


def _act(name: str, states: frozenset[State], make: Callable[[Hands, Delivery], "Change"], text: str) -> click.Command:
    """Make a command that changes each KEY alike."""

    @keys_argument
    @act_options
    def act(keys: tuple[str, ...], config: Path | None, who: str, as_json: bool) -> None:
        with at_queue(config, who) as hands:
            hands.do([make(hands, delivery) for delivery in hands.chosen(keys, states, name)], as_json=as_json)

    return click.command(name, help=text)(act)


# ── approve ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@click.command(epilog=examples("sharebot queue approve 3fk2", "sharebot queue approve --issue 2026-07 --by ann"))
@click.argument("keys", metavar="[KEY]...", nargs=-1)
@click.option("--issue", metavar="ID", help="All drafts of this issue.")
@click.option("--all", "everything", is_flag=True, help="All drafts.")
@act_options
@click.pass_context
def approve(
    ctx: click.Context,
    *,
    keys: tuple[str, ...],
    issue: str | None,
    everything: bool,
    config: Path | None,
    who: str,
    as_json: bool,
) -> None:
    """Approve drafts: exactly what `queue show` prints is sent; any change of it asks again.

    Drafts that you may not approve stay: of KEYs none is approved then, of an issue or all the others are.
    """
    if sum(map(bool, (keys, issue, everything))) != 1:
        raise click.UsageError("name posts by KEY, or write --issue ID or --all")
    with at_queue(config, who) as hands:
        drafts = hands.chosen(keys, _DRAFTS, "approve") if keys else _drafts(hands, issue)
        refused = [f"{d.key}: {why}" for d in drafts if (why := refusal(hands.asked(d), d, who))]
        if refused and keys:
            raise SharebotError("\n".join([*refused, "nothing is approved"]))
        allowed = [d for d in drafts if not refusal(hands.asked(d), d, who)]
        hands.do([_approved(hands, delivery) for delivery in allowed], as_json=as_json)
    if refused:
        say("\n".join(refused))
        ctx.exit(FAILED)


def _drafts(hands: Hands, issue: str | None) -> list[Delivery]:
    drafts = [d for d in hands.ledger.deliveries(State.DRAFT) if issue in {None, d.issue}]
    if issue is not None and not drafts:
        raise SharebotError(f"no draft is of the issue {issue!r}; see `sharebot queue list --state draft`")
    if not drafts:
        say("no post waits for approval")
    return drafts


def _approved(hands: Hands, delivery: Delivery) -> "Change":
    from sharebot.outbox.codec import signed
    from sharebot.outbox.ledger import Change

    signature = Signature(signed(delivery.posts), hands.who, hands.now)
    return Change(delivery, replace(delivery, state=State.QUEUED, signature=signature), "approved as it stands")


# ── move ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@click.command(epilog=examples("sharebot queue move 3fk2 --to '2026-12-01 09:00'", "sharebot queue move 3fk2 --to now"))
@keys_argument
@click.option("--to", "time", metavar="TIME", required=True, help="By the post's zone, or with an offset; or: now.")
@act_options
def move(keys: tuple[str, ...], time: str, config: Path | None, who: str, as_json: bool) -> None:
    """Give posts another time: yours, which stays whatever the schedule says. Warns where the schedule would not."""
    with at_queue(config, who) as hands:
        chosen = hands.chosen(keys, _MOVABLE, "move")
        changes = [_moved(hands, delivery, time) for delivery in chosen]
        told = [warning for change in changes for warning in _unlike_schedule(hands, change)]
        hands.do(changes, as_json=as_json)
    for warning in told:
        say(f"warning: {warning}")


def _moved(hands: Hands, delivery: Delivery, time: str) -> "Change":
    from sharebot.outbox.ledger import Change

    at = _moment(time, delivery.zone, hands.now)
    if delivery.expires and at >= delivery.expires:
        end = shown(delivery.expires, delivery.zone)
        raise SharebotError(f"{delivery.key} is of no use after {end}; name an earlier time, or raise its `expires:`")
    slot = times.Slot.of(at, delivery.zone)
    state = hands.ready(delivery) if delivery.state is State.MISSED else delivery.state
    error = delivery.error if state is State.HELD else None
    after = replace(delivery, state=state, error=error, due=at, wall=slot.wall, moved=hands.who)
    return Change(delivery, after, f"moved to {slot.wall}")


def _moment(time: str, zone: str, now: datetime) -> datetime:
    from sharebot.schedule.moment import moment

    if time == "now":
        return now
    try:
        at = moment(time, zone)
    except ValueError as error:
        raise SharebotError(f"{error}; or: now") from None
    if at < now:
        raise SharebotError(f"{time} is over; write a later time, or --to now")
    return at


def _unlike_schedule(hands: Hands, change: "Change") -> list[str]:
    """Say what the delivery's schedule would not have done."""
    from sharebot.schedule.clock import is_open, local

    delivery, at = change.before, change.after.due
    stream = hands.config.stream(delivery.newsletter, delivery.stream)
    if stream is None:
        return []
    gap, said = stream.schedule.gap, f"{delivery.key[:8]} at {shown(at, delivery.zone)}"
    closed = not is_open(stream.schedule, local(at, ZoneInfo(stream.schedule.zone)))
    others = list(hands.ledger.taken(delivery.account, at - gap))
    if delivery.due in others:
        others.remove(delivery.due)
    near = [other for other in others if abs(other - at) < gap]
    return [f"{said} is in its stream's quiet hours or days"] * closed + [
        f"{said} is closer than its stream's gap to the post at {shown(other, delivery.zone)}" for other in near
    ]


# ── hold, release, skip, retry ───────────────────────────────────────────────────────────────────────────────────────


@click.command(epilog=examples("sharebot queue hold 3fk2 --why 'ask the lawyer'", "sharebot queue release 3fk2"))
@keys_argument
@click.option("--why", help="What others will read.")
@act_options
def hold(keys: tuple[str, ...], why: str | None, config: Path | None, who: str, as_json: bool) -> None:
    """Hold posts back until a person releases them; no resumed account and no new reading does."""
    from sharebot.outbox.ledger import Change

    with at_queue(config, who) as hands:
        chosen = hands.chosen(keys, _WAITING, "hold")
        _with_posts(chosen)
        reason = f"{HELD_BY}{who}{f': {why}' if why else ''}"
        hands.do([Change(d, replace(d, state=State.HELD, error=reason), reason) for d in chosen], as_json=as_json)


def _with_posts(chosen: Sequence[Delivery]) -> None:
    for delivery in chosen:
        if not delivery.posts:
            raise SharebotError(f"{delivery.key} holds no post to send: {delivery.error}")


def _released(hands: Hands, delivery: Delivery) -> "Change":
    from sharebot.outbox.ledger import Change

    if not (delivery.error or "").startswith(HELD_BY):
        cure = "mend that, or send it as it is, now, with `sharebot queue retry`"
        raise SharebotError(f"{delivery.key} is held by no person: {delivery.error}; {cure}")
    after = replace(delivery, state=hands.ready(delivery), error=None)
    return Change(delivery, after, "released by a person")


def _skipped(_: Hands, delivery: Delivery) -> "Change":
    from sharebot.outbox.ledger import Change

    return Change(delivery, replace(delivery, state=State.SKIPPED, error=None), "skipped by a person")


def _retried(hands: Hands, delivery: Delivery) -> "Change":
    _with_posts([delivery])
    # Who sends one again takes it upon themselves that its "today" is yesterday.
    posts = tuple(replace(post, true_until=None) for post in delivery.posts)
    return _again(hands, delivery, posts, "asked for by a person")


def _again(hands: Hands, delivery: Delivery, posts: tuple[Post, ...], why: str) -> "Change":
    """Send it now, with all its attempts, or after approval. It keeps its first attempt, and so the network's key.

    A first attempt that is only a guess was none.
    """
    from sharebot.outbox.ledger import Change

    wall = times.Slot.of(hands.now, delivery.zone).wall
    first = None if delivery.is_guessed else delivery.first_attempt
    after = replace(delivery, posts=posts, due=hands.now, wall=wall, moved=hands.who, attempts=0, error=None)
    return Change(delivery, replace(after, state=hands.ready(after), first_attempt=first), why)


release = _act("release", frozenset({State.HELD}), _released, "Let posts go that a person holds, at their own time.")
skip = _act("skip", _SKIPPED, _skipped, "Do not send these.")
retry = _act(
    "retry",
    _RETRIED,
    _retried,
    "Send these again, now; what needs approval waits for it. For an unsure post look at the network first.",
)


# ── resolve ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@click.command(
    epilog=examples(
        "sharebot queue resolve 3fk2 --published https://mastodon.example/@weekly/115",
        "sharebot queue resolve 3fk2 --not-published",
    )
)
@keys_argument
@click.option("--published", "url", metavar="URL", help="It is there, at this address; a thread goes on from there.")
@click.option("--not-published", "absent", is_flag=True, help="It is not there: it is sent again.")
@act_options
def resolve(keys: tuple[str, ...], url: str | None, absent: bool, config: Path | None, who: str, as_json: bool) -> None:
    """End the doubt about unsure posts, by your word, after you have looked at the network."""
    if bool(url) == absent:
        raise click.UsageError("write --published URL or --not-published")
    if url and len(keys) > 1:
        raise click.UsageError("--published URL is of one post; name one KEY")
    with at_queue(config, who) as hands:
        chosen = hands.chosen(keys, frozenset({State.UNSURE}), "resolve")
        if url is None:
            why = "a person looked: it is not on the network"
            hands.do([_again(hands, delivery, delivery.posts, why) for delivery in chosen], as_json=as_json)
        elif not hands.ledger.settle([_seen(chosen[0], _receipt(url))], hands.now, who):
            raise StoreError(f"{chosen[0].key} has changed in the meantime; look at it and try again")
        else:
            hands.show([chosen[0].key], as_json=as_json)


def _seen(delivery: Delivery, receipt: Receipt) -> "Settlement":
    from sharebot.outbox.settling import Settlement

    left = len(delivery.posts) - len(delivery.receipts) - 1
    after, more = (State.QUEUED, f"; {left} more of its thread to come") if left else (State.PUBLISHED, "")
    why = f"a person looked: it is there{more}: {receipt.url}"
    if left and delivery.is_restored:
        after, why = State.UNSURE, f"{RESTORED}{why}"
    return Settlement(delivery, after, why, receipt=receipt)


def _receipt(url: str) -> Receipt:
    match = _ADDRESS.fullmatch(url)
    if not match:
        raise SharebotError(f"{url!r} is no post's address; copy it from the network, where the post stands alone")
    return Receipt(match[1], url)
