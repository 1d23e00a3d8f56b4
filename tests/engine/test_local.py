import threading
import time
from datetime import UTC, datetime, timedelta

import pytest

from sharebot.engine.crew import Crew
from sharebot.engine.local import Dispatcher, ahead
from sharebot.errors import StoreError
from sharebot.model import Receipt, State
from sharebot.outbox.settling import Settlement


def clock():
    return datetime.now(UTC)


def sent(delivery):
    return Settlement(delivery, State.PUBLISHED, "published", Receipt(delivery.key, f"https://example/{delivery.key}"))


def work(send):
    """Do with a claimed delivery what `send` does, and never send it again."""
    return lambda taken, _: send(taken)


@pytest.fixture
def running():
    """Run dispatchers in threads, and end them."""
    started = []

    def start(dispatcher):
        thread = threading.Thread(target=dispatcher.run, daemon=True)
        thread.start()
        started.append((dispatcher, thread))
        return dispatcher

    yield start
    for dispatcher, thread in started:
        dispatcher.stop()
        thread.join(5)
        dispatcher.finish(1)


def eventually(check, seconds=5.0):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.01)
    return False


def states(ledger):
    return {d.key: d.state.value for d in ledger.deliveries()}


def test_draining_sends_all_that_is_due_and_leaves_what_is_not(ledger, delivery, now):
    ledger.add(
        [delivery(f"k{i}") for i in range(20)] + [delivery("later", due=clock() + timedelta(days=1))], "t", "r", now
    )
    dispatcher = Dispatcher(ledger, work(sent), clock)
    dispatcher.drain()
    assert dispatcher.finish(1)
    assert states(ledger) == {f"k{i}": "published" for i in range(20)} | {"later": "queued"}


def test_a_post_is_sent_when_it_falls_due_without_being_asked_for(ledger, delivery, running):
    due = clock() + timedelta(milliseconds=300)
    ledger.add([delivery(due=due)], "t", "r", clock())
    times = []

    def send(taken):
        times.append(clock())
        return sent(taken)

    running(Dispatcher(ledger, work(send), clock))
    assert eventually(lambda: states(ledger)["k1"] == "published")
    assert timedelta() <= times[0] - due < timedelta(seconds=1)


def test_an_idle_dispatcher_sleeps_and_does_not_look_again_and_again(ledger, running):
    looks: list[datetime] = []
    running(Dispatcher(ledger, work(sent), clock, prepare=looks.append))
    time.sleep(0.3)
    assert len(looks) <= 2


@pytest.mark.parametrize(("grace", "looks"), [(timedelta(minutes=2), 1), (None, 3)])
def test_a_busy_dispatcher_looks_seldom_for_what_is_late_and_leaves_it_alone_until_then(ledger, now, grace, looks):
    seen: list[datetime] = []

    def prepare(at):
        seen.append(at)
        return grace

    dispatcher = Dispatcher(ledger, work(sent), clock, prepare=prepare, workers=2)
    dispatcher._in_hand = ["one", "two"]
    assert [dispatcher._prepared(now) for _ in range(3)] == [None, *[grace and now - grace] * 2]
    assert len(seen) == looks
    dispatcher._in_hand = []
    assert dispatcher._prepared(now) is None
    assert len(seen) == looks + 1


def test_waking_makes_it_look_at_once(ledger, delivery, running):
    dispatcher = running(Dispatcher(ledger, work(sent), clock))
    time.sleep(0.1)
    ledger.add([delivery(due=clock())], "t", "r", clock())
    dispatcher.wake()
    assert eventually(lambda: states(ledger)["k1"] == "published")


def test_what_no_bell_told_of_is_found_before_long(ledger, delivery, running, monkeypatch):
    monkeypatch.setattr("sharebot.engine.local.Dispatcher.longest", 0.2)
    running(Dispatcher(ledger, work(sent), clock))
    time.sleep(0.1)
    ledger.add([delivery(due=clock())], "t", "r", clock())
    assert eventually(lambda: states(ledger)["k1"] == "published")


def test_a_dispatcher_is_silent_while_its_turns_fail(ledger, running, monkeypatch):
    monkeypatch.setattr("sharebot.engine.loop.STORE_RETRY", 0.05)
    monkeypatch.setattr("sharebot.engine.local.Dispatcher.longest", 0.05)
    fault = threading.Event()

    def prepare(_):
        if fault.is_set():
            raise StoreError("disk is full")

    dispatcher = running(Dispatcher(ledger, work(sent), clock, prepare=prepare))
    time.sleep(0.5)
    assert eventually(lambda: dispatcher.silent < 0.4)
    fault.set()
    # It is stuck as well where a file is to blame, which a restart may cure, and not where a server is gone.
    assert eventually(lambda: dispatcher.silent > 0.5 and (dispatcher.stuck < 0.4) is ledger.shared)
    fault.clear()
    assert eventually(lambda: dispatcher.silent < 0.4)


def test_a_slow_account_does_not_hold_up_the_others(ledger, delivery, running, now):
    gate = threading.Event()

    def send(taken):
        if taken.account == "slow":
            gate.wait(10)
        return sent(taken)

    quick = [delivery(f"q{i}", account="quick") for i in range(5)]
    ledger.add([delivery("s", account="slow"), *quick], "t", "r", now)
    running(Dispatcher(ledger, work(send), clock, workers=2))
    assert eventually(lambda: [states(ledger)[f"q{i}"] for i in range(5)] == ["published"] * 5)
    assert states(ledger)["s"] == "sending"
    gate.set()
    assert eventually(lambda: states(ledger)["s"] == "published")


def test_stopping_finishes_the_post_in_hand_and_claims_nothing_more(ledger, delivery, now):
    begun = threading.Event()

    def send(taken):
        begun.set()
        time.sleep(0.2)
        return sent(taken)

    ledger.add([delivery("a"), delivery("b")], "t", "r", now)
    dispatcher = Dispatcher(ledger, work(send), clock)
    thread = threading.Thread(target=dispatcher.run)
    thread.start()
    begun.wait(5)
    dispatcher.stop()
    thread.join(5)
    assert dispatcher.finish(5)
    assert states(ledger) == {"a": "published", "b": "queued"}


def test_draining_ends_when_it_is_stopped_and_claims_nothing_more(ledger, delivery, now):
    ledger.add([delivery("a"), delivery("b")], "t", "r", now)

    def send(taken):
        dispatcher.stop()
        return sent(taken)

    dispatcher = Dispatcher(ledger, work(send), clock)
    dispatcher.drain()
    assert dispatcher.finish(5)
    assert states(ledger) == {"a": "published", "b": "queued"}


def test_what_a_network_took_is_settled_at_the_end_though_the_database_was_busy(ledger, delivery, now, monkeypatch):
    ledger.add([delivery()], "t", "r", now)
    dispatcher = Dispatcher(ledger, work(sent), clock)
    dispatcher._work()
    turn, faults = ledger.turn, iter([StoreError("locked")] * 2)

    def failing(settlements, *arguments):
        if settlements and (fault := next(faults, None)):
            raise fault
        return turn(settlements, *arguments)

    monkeypatch.setattr(ledger, "turn", failing)
    assert dispatcher.finish(5)
    assert states(ledger) == {"k1": "published"}


def test_a_network_that_never_answers_does_not_hold_up_the_end(ledger, delivery, now):
    gate, begun = threading.Event(), threading.Event()

    def send(taken):
        begun.set()
        gate.wait(10)
        return sent(taken)

    ledger.add([delivery()], "t", "r", now)
    dispatcher = Dispatcher(ledger, work(send), clock)
    thread = threading.Thread(target=dispatcher.run)
    thread.start()
    begun.wait(5)
    dispatcher.stop()
    thread.join(5)
    assert not dispatcher.finish(0.1)
    assert states(ledger) == {"k1": "sending"}
    gate.set()


def test_a_platform_that_breaks_leaves_its_post_unsure_and_the_others_go_on(ledger, delivery, now, caplog):
    def send(taken):
        if taken.account == "broken":
            raise KeyError("a fault of the platform's program")
        return sent(taken)

    ledger.add([delivery("a", account="broken"), delivery("b")], "t", "r", now)
    dispatcher = Dispatcher(ledger, work(send), clock)
    dispatcher.drain()
    dispatcher.finish(1)
    assert states(ledger) == {"a": "unsure", "b": "published"}
    assert "platform.fault" in caplog.text


def test_a_database_that_fails_for_a_while_ends_nothing_and_loses_nothing(ledger, delivery, running, now, monkeypatch):
    monkeypatch.setattr("sharebot.engine.loop.STORE_RETRY", 0.05)
    turn, failures = ledger.turn, iter([StoreError("disk is full")] * 2)

    def failing(settlements, *arguments):
        if settlements and (fault := next(failures, None)):
            raise fault
        return turn(settlements, *arguments)

    monkeypatch.setattr(ledger, "turn", failing)
    calls = []

    def send(taken):
        calls.append(taken.key)
        return sent(taken)

    ledger.add([delivery()], "t", "r", now)
    running(Dispatcher(ledger, work(send), clock))
    assert eventually(lambda: states(ledger)["k1"] == "published")
    assert calls == ["k1"]


def test_a_fault_in_one_turn_is_told_and_the_next_turn_comes(ledger, delivery, running, now, monkeypatch, caplog):
    monkeypatch.setattr("sharebot.engine.loop.STORE_RETRY", 0.05)
    faults = iter([ZeroDivisionError()])

    def prepare(_):
        for fault in faults:
            raise fault

    ledger.add([delivery()], "t", "r", now)
    running(Dispatcher(ledger, work(sent), clock, prepare=prepare))
    assert eventually(lambda: states(ledger)["k1"] == "published")
    assert "engine.fault" in caplog.text


def test_what_was_settled_is_told(ledger, delivery, now):
    told: list[Settlement] = []
    ledger.add([delivery()], "t", "r", now)
    dispatcher = Dispatcher(ledger, work(sent), clock, tell=told.extend)
    dispatcher.drain()
    dispatcher.finish(1)
    assert [settled.after for settled in told] == [State.PUBLISHED]


def test_an_act_is_done_in_the_dispatchers_thread_while_nothing_is_claimed_and_what_it_raises_is_told(ledger, running):
    dispatcher = running(Dispatcher(ledger, work(sent), clock, prepare=lambda _: turns.append(threading.get_ident())))
    turns: list[int] = []
    acts: list[int] = []
    dispatcher.between(lambda: acts.append(threading.get_ident())).result(5)
    with pytest.raises(ZeroDivisionError):
        dispatcher.between(lambda: 1 // 0).result(5)
    assert eventually(lambda: turns)
    assert set(acts) == set(turns)


def test_what_was_claimed_is_sent_as_it_was_when_it_was_claimed(ledger, delivery, running):
    ledger.add([delivery("old"), delivery("new", due=clock() + timedelta(milliseconds=500))], "t", "r", clock())
    begun, goes_on, by = threading.Event(), threading.Event(), {}

    def send(name):
        def sending(taken):
            by[taken.key] = name
            begun.set()
            goes_on.wait(5)
            return sent(taken)

        return sending

    dispatcher = running(Dispatcher(ledger, work(send("before")), clock))
    assert begun.wait(5)
    dispatcher.between(lambda: setattr(dispatcher, "work", work(send("after")))).result(5)
    goes_on.set()
    assert eventually(lambda: set(states(ledger).values()) == {"published"})
    assert by == {"old": "before", "new": "after"}


def test_where_answers_come_fast_the_next_posts_are_claimed_before_a_thread_is_free(ledger, delivery, now):
    ledger.add([delivery(f"k{i}", account=f"a{i}") for i in range(80)], "t", "r", now)
    at_once, most, claimed = [], [0], []

    def send(taken):
        at_once.append(taken.key)
        most[0] = max(most[0], len(at_once))
        time.sleep(0.005)
        at_once.remove(taken.key)
        return sent(taken)

    dispatcher = Dispatcher(
        ledger, work(send), clock, tell=lambda _: claimed.append(len(dispatcher._in_hand)), workers=8
    )
    running = threading.Thread(target=dispatcher.run, daemon=True)
    running.start()
    assert eventually(lambda: set(states(ledger).values()) == {"published"})
    dispatcher.stop()
    running.join(5)
    assert dispatcher.finish(1)
    assert most[0] <= 8
    assert all(count <= 8 + ahead(8) for count in claimed)


def test_no_more_is_claimed_than_is_sent_at_once_where_no_answer_comes(ledger, delivery, now, monkeypatch):
    monkeypatch.setattr(Crew, "give", lambda *_: None)
    ledger.add([delivery(f"k{i}", account=f"a{i}") for i in range(20)], "t", "r", now)
    dispatcher = Dispatcher(ledger, work(sent), clock, workers=8)
    assert [dispatcher._work() for _ in range(3)] == [8, 0, 0]


def test_what_is_claimed_and_not_begun_is_given_back_at_the_end(ledger, delivery, now, monkeypatch):
    acts = []
    monkeypatch.setattr(Crew, "give", lambda _self, act, _busy: acts.append(act))
    ledger.add([delivery(f"k{i}", account=f"a{i}") for i in range(2)], "t", "r", now)
    touched = []

    def send(taken):
        touched.append(taken)
        return sent(taken)

    dispatcher = Dispatcher(ledger, work(send), clock)
    assert dispatcher._work() == 2
    dispatcher.stop()
    for act in acts:
        act()
    assert dispatcher.finish(1)
    assert not touched
    assert {d.key: (d.state, d.attempts) for d in ledger.deliveries()} == dict.fromkeys(("k0", "k1"), (State.QUEUED, 0))
