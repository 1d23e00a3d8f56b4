"""The database is away: PostgreSQL stopped for seconds, and any for ten minutes of simulated time."""

from datetime import timedelta

import pytest

from sharebot.errors import Refused, StoreError
from sharebot.model import State
from sharebot.outbox.ledger import Ledger
from tests.disasters.days import MONDAY

MINUTE = timedelta(minutes=1)


@pytest.fixture
def away(days, ledger, monkeypatch):
    """Let the database fail from 09:00 to 09:10."""
    life = days("{every: day, at: ['08:00', '09:05', '09:20']}")
    begins, ends = MONDAY + 9 * 60 * MINUTE, MONDAY + 9 * 60 * MINUTE + 10 * MINUTE
    real = type(ledger)._check_file

    def check(self):
        if begins <= life.clock() < ends:
            raise StoreError(f"{self.place}: no server answers there; start PostgreSQL")
        real(self)

    monkeypatch.setattr(type(ledger), "_check_file", check)
    return life


def test_without_its_database_for_ten_minutes_the_daemon_sends_nothing_and_then_all_once(away):
    life = away
    life.write("weekly", 3)
    life.live(MONDAY + 12 * 60 * MINUTE)
    for network in life.networks.values():
        assert [at - MONDAY for at in network.times()] == [480 * MINUTE, 550 * MINUTE, 560 * MINUTE]
        assert len({text for _, text in network.sent}) == 3
    assert life.states("first") == ["published"] * 3


@pytest.mark.parametrize(("answer", "state"), [(None, State.PUBLISHED), (Refused("too rude"), State.FAILED)])
def test_an_answer_that_came_while_the_database_was_away_is_kept_and_written_down_when_it_is_back(away, answer, state):
    life, first = away, away.networks["first"]

    def answered(_now):
        life.clock.now = MONDAY + 9 * 60 * MINUTE  # the database goes just as the network has the post
        return answer

    first.fault = answered
    life.write("weekly", 1)
    life.live(MONDAY + 12 * 60 * MINUTE)
    assert len(first.tried) == 1
    (row,) = life.rows("first")
    assert [event.after for event in life.ledger.history(row.key)] == [State.QUEUED, State.SENDING, state]


@pytest.fixture
def at_work(project, sandbox, postgresql_url, daemon, eventually, monkeypatch):
    """Start a daemon on PostgreSQL by an engine's name; then one post is with its network, and six others are out."""
    before = project.env
    monkeypatch.setattr(project, "env", lambda: before() | {"SHAREBOT_DATABASE": postgresql_url})

    def start(engine):
        project.write(sandbox)
        running = daemon("--listen", "127.0.0.1:0", "--engine", engine)
        sandbox.fault("mastodon", "slow", times=1, seconds=3)
        project.issue()
        with Ledger(postgresql_url) as ledger:
            assert eventually(lambda: len(ledger.deliveries(State.PUBLISHED)) == 6, 60)
        return running

    return start


@pytest.mark.integration
@pytest.mark.timeout(240)
@pytest.mark.parametrize("engine", ["local", "procrastinate"])
def test_a_server_that_is_stopped_and_started_again_costs_no_post_and_no_daemon(
    project, sandbox, postgresql, at_work, log, eventually, engine
):
    running = at_work(engine)
    postgresql.stop("fast")
    assert eventually(lambda: log.events("outbox.unusable"), 60)
    told = log.events("outbox.unusable")[0]["error"]
    assert f"127.0.0.1:{postgresql.port}" in told
    assert "geheim" not in log.file.read_text()
    said = project.run("run", "--once", code=75).stderr
    assert "start PostgreSQL, or correct SHAREBOT_DATABASE" in said
    assert "start PostgreSQL" in project.run("doctor", code=1).stdout
    postgresql.start()
    assert eventually(lambda: len(sandbox.posts()) == 9, 120)
    assert eventually(lambda: project.states() == ["published"] * 9, 60)
    assert sandbox.requests() == {"x": 3, "mastodon": 3, "bluesky": 3}
    assert project.stop(running)[0] == 0
