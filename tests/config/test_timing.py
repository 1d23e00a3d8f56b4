"""Whatever an editor writes as a schedule, loader and JSON Schema take it or refuse it alike."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from sharebot import app
from sharebot.config import timing
from sharebot.config.document import Document, Page

VALUES: dict[str, list[Any]] = {
    "every": ["day", "Weekend", "month", "Month", "2 weeks", "53 weeks", ["monday"], ["month"], [], ["2 weeks"], 2],
    "on": [1, 32, "1", "last", "Last  Friday", "monday", [1, 15], ["monday", "friday"], [1, "monday"], [], True],
    "from": ["2026-12-01", "1.12.2026", 2026],
    "at": ["9:00", ["09:00", "12:30"], "24:00", []],
    "cron": ["0 9 * * 1", "0 9 * *"],
    "after": ["publication + 2h", "publication+1d 2h", "2h", "publication"],
    "spread": ["15m", "0s", 15],
    "not_on": [
        "2026-12-25",
        "2026-12-24..2027-01-02",
        "2026-12-24 to 2027-01-02",
        ["2026-12-24", {"holidays": "FR"}],
        {"holidays": ["FR", "DE-BY"]},
        {"holidays": "NO"},
        {"holidays": []},
        {"holidays": "France"},
        {},
        "FR",
        [],
    ],
    "repost": [{"after": "30d"}, {"after": "30d", "times": 12}, {"after": "12h"}, {"after": "1d", "times": 0}, {}],
    "late": ["post", "Post"],
}


@pytest.fixture(scope="module")
def valid():
    part = {"$ref": "#/$defs/Schedule", "$defs": app.schema()["$defs"]}
    return jsonschema.Draft202012Validator(part).is_valid


def taken(written):
    document = Document([Page("sharebot.yaml", "")])
    timing.check(document, (), written)
    try:
        form = timing.Schedule.model_validate_json(json.dumps(written), strict=True)
    except ValidationError:
        return False
    return not document.problems and form.of("UTC") is not None


@settings(max_examples=300, deadline=None)
@given(st.fixed_dictionaries({}, optional={key: st.sampled_from(values) for key, values in VALUES.items()}))
def test_loader_and_schema_agree_on_every_schedule(valid, written):
    assert taken(written) == valid(written), written
