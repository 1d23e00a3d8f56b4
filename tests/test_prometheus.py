"""Alert rules and dashboard: they name what the daemon tells, and promtool has nothing to say against them."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from sharebot.metrics import KINDS, Facts, Spans, exposition
from sharebot.outbox.census import Circuit
from tests import servers

ROOT = Path(__file__).parents[1]
RULES = ROOT / "deploy/prometheus/rules.yaml"
DASHBOARD = json.loads((ROOT / "deploy/grafana/dashboard.json").read_text("utf-8"))
PANELS: list[dict[str, Any]] = DASHBOARD["panels"]
NAME = re.compile(r"\b(?:sharebot|process)_[a-z_]+")
LABELS = re.compile(r"((?:sharebot|process)_[a-z_]+)\{([^}]*)\}")
HISTOGRAM = ("_bucket", "_count", "_sum")


def rules() -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    return list(group["rules"])


def expressions() -> list[str]:
    targets = [target["expr"] for panel in PANELS for target in panel.get("targets", ())]
    notes = [each["expr"] for each in DASHBOARD["annotations"]["list"]]
    return [*targets, *notes, *(rule["expr"] for rule in rules())]


def every() -> bytes:
    """Write down each metric that there is."""
    values = {kind.name: {("it",) * len(kind.labels): Spans() if kind.kind == "histogram" else 1} for kind in KINDS}
    return exposition(Facts(values), "")[0]


def told() -> dict[str, set[str]]:
    """Return each name that can be scraped, with its labels."""
    families = text_string_to_metric_families(every().decode())
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}


def test_rules_and_dashboard_name_only_metrics_and_labels_that_are_told():
    known = told()
    for expression in expressions():
        assert set(NAME.findall(expression)) <= known.keys(), expression
        for name, labels in LABELS.findall(expression):
            used = set(re.findall(r"(\w+)(?:=~|!~|!=|=)", labels))
            assert used <= known[name] | {"job"}, expression


def test_every_metric_is_on_the_dashboard_but_what_only_rules_need():
    shown = set(NAME.findall(" ".join(expressions())))
    for kind in KINDS:
        assert {kind.told, kind.told + "_bucket"} & shown, kind.told


def test_what_a_rule_says_of_states_is_so():
    for expression in expressions():
        for state in re.findall(r'sharebot_account_circuit\{[^}]*state="(\w+)"', expression):
            assert state in set(Circuit)


def test_each_rule_says_what_is_wrong_how_bad_that_is_and_what_to_do():
    names = [rule["alert"] for rule in rules()]
    assert len(set(names)) == len(names)
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning", "info"}
        assert set(rule["annotations"]) == {"summary", "action"}


def test_what_is_of_the_database_is_never_added_up_and_what_is_counted_never_taken_singly():
    whole = {kind.told for kind in KINDS if kind.whole}
    counters = {kind.told for kind in KINDS if kind.kind == "counter"}
    for expression in expressions():
        names = set(NAME.findall(expression))
        assert not (names & whole and "sum" in expression), expression
        assert not names & whole or "max" in expression, expression
        assert not names & counters or "sum" in expression, expression


def test_the_dashboard_fits_any_grafana():
    ids = [panel["id"] for panel in PANELS]
    assert len(set(ids)) == len(ids)
    assert "uid" not in DASHBOARD
    assert "id" not in DASHBOARD
    variables = {each["name"]: each["type"] for each in DASHBOARD["templating"]["list"]}
    assert variables == {"datasource": "datasource", "job": "query"}
    uids = set(re.findall(r'"uid": "([^"]*)"', json.dumps(DASHBOARD)))
    assert uids == {"${datasource}"}
    for panel in PANELS:
        assert panel["type"] == "row" or (panel["description"] and panel["targets"])
    places = [(panel["gridPos"]["y"], panel["gridPos"]["x"]) for panel in PANELS]
    assert places == sorted(set(places))
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in PANELS)


# ── promtool ─────────────────────────────────────────────────────────────────────────────────────────────────────


def promtool(*arguments: str, given: bytes = b"") -> str:
    command = [servers.installed("promtool"), *arguments]
    done = subprocess.run(command, input=given, capture_output=True, cwd=RULES.parent, timeout=60, check=False)
    said = (done.stdout + done.stderr).decode()
    assert done.returncode == 0, said
    return said


@pytest.mark.integration
def test_promtool_takes_the_rules_and_they_call_when_they_should_and_only_then():
    assert f"{len(rules())} rules found" in promtool("check", "rules", RULES.name)
    promtool("test", "rules", "rules_test.yaml")
    tested = (RULES.parent / "rules_test.yaml").read_text("utf-8")
    assert {rule["alert"] for rule in rules()} == set(re.findall(r"Sharebot\w+", tested))


@pytest.mark.integration
def test_promtool_can_read_whatever_the_dashboard_asks(tmp_path):
    asked = [expression.replace("$job", ".+") for expression in expressions()]
    records = [{"record": f"asked:{number}", "expr": expression} for number, expression in enumerate(asked)]
    (tmp_path / "asked.yaml").write_text(json.dumps({"groups": [{"name": "asked", "rules": records}]}))
    assert f"{len(records)} rules found" in promtool("check", "rules", str(tmp_path / "asked.yaml"))


@pytest.mark.integration
def test_promtool_has_nothing_to_say_against_any_metric():
    assert promtool("check", "metrics", given=every()) == ""
