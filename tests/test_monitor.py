"""What the daemon tells of itself by HTTP."""

import json
import socket
import urllib.error
import urllib.request
from datetime import timedelta
from http.client import RemoteDisconnected
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from sharebot.engine.loop import LONGEST_SLEEP
from sharebot.errors import SharebotError, StoreError
from sharebot.monitor import Monitor, listening, shown
from sharebot.reloading import Standing


@pytest.fixture
def monitor(ledger, now):
    def make(silent=0.0, standing=None, posts=None, *, leads=True):
        engine: Any = SimpleNamespace(silent=silent, name="local", leads=leads)
        return Monitor(ledger, engine, lambda: standing or Standing(now), posts or {}, lambda: now)

    return make


def values(monitor):
    _, _, body = monitor.answer("/metrics", "")
    families = text_string_to_metric_families(body.decode())
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_metrics_count_posts_the_queue_and_how_late_its_first_post_is(monitor, ledger, delivery, now):
    late = delivery("a", due=now - timedelta(seconds=90))
    ledger.add([late, delivery("b", account="x"), delivery("c", due=now + timedelta(days=1))], "t", "r", now)
    told = values(monitor(posts={("x", "published"): 2, ("x", "unsure"): 1}))
    assert told["sharebot_posts_total", "x", "published"] == 2
    assert (told["sharebot_queue", "queued"], told["sharebot_queue", "unsure"]) == (3, 0)
    assert told["sharebot_due_lag_seconds",] == 90
    assert told["sharebot_config_last_reload_successful",] == 1
    assert told["sharebot_config_last_reload_success_timestamp_seconds",] == now.timestamp()


def test_nothing_is_late_where_nothing_is_due(monitor, ledger, delivery, now):
    assert values(monitor())["sharebot_due_lag_seconds",] == 0
    ledger.add([delivery(due=now + timedelta(hours=1))], "t", "r", now)
    assert values(monitor())["sharebot_due_lag_seconds",] == 0


def test_metrics_are_told_without_the_queue_while_it_cannot_be_read(monitor, ledger, monkeypatch):
    def census():
        raise StoreError("locked")

    monkeypatch.setattr(ledger, "census", census)
    told = values(monitor())
    assert told["sharebot_config_last_reload_successful",] == 1
    assert not [name for name, *_ in told if name in {"sharebot_queue", "sharebot_due_lag_seconds"}]


def test_a_refused_configuration_degrades_health_and_does_not_end_it(monitor, now):
    made = monitor(standing=Standing(now, now, ("sharebot.yaml:9:9: unknown key",)))
    status, _, body = made.answer("/healthz", "")
    said = json.loads(body)
    assert (status, said["ok"], said["degraded"]) == (200, True, True)
    assert "sharebot.yaml:9:9: unknown key" in said["checks"]["configuration"]["why"]
    assert values(made)["sharebot_config_last_reload_successful",] == 0


@pytest.mark.parametrize(("silent", "status"), [(2 * LONGEST_SLEEP, 200), (2 * LONGEST_SLEEP + 1, 503)])
def test_a_dispatcher_that_is_silent_for_too_long_is_not_healthy(monitor, silent, status):
    code, _, body = monitor(silent).answer("/healthz", "")
    assert (code, json.loads(body)["ok"]) == (status, status == 200)


def test_only_what_is_there_is_answered_and_only_to_get(monitor):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = probe.getsockname()
    with listening(address, monitor().answer):
        url = f"http://{shown(address)}"
        with urllib.request.urlopen(f"{url}/healthz?probe=1", timeout=10) as answer:
            assert answer.headers["Server"].strip() == "sharebot"
        for request, status in ((f"{url}/", 404), (urllib.request.Request(f"{url}/healthz", b"x"), 501)):
            with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(request, timeout=10):
                pass
            assert refused.value.code == status
            refused.value.close()
        with pytest.raises(SharebotError, match="give --listen another address"), listening(address, monitor().answer):
            pass


def test_a_fault_in_an_answer_is_told_in_the_log_and_ends_nothing(caplog):
    def answer(*_):
        raise ValueError

    caplog.set_level("INFO", "sharebot")
    with listening(("127.0.0.1", 0), answer):
        address = caplog.records[-1].fields["address"]
        with pytest.raises(RemoteDisconnected), urllib.request.urlopen(f"http://{address}/healthz", timeout=10):
            pass
        assert caplog.records[-1].getMessage() == "monitor.fault"


def test_an_address_is_written_as_it_is_read():
    assert (shown(("127.0.0.1", 1)), shown(("::1", 2, 0, 0))) == ("127.0.0.1:1", "[::1]:2")
