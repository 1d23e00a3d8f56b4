"""The starter configuration and its schema, which an editor copies first."""

import json
from pathlib import Path

from sharebot import app

CONFIG = Path(__file__).parents[1] / "config"


def test_the_schema_beside_the_starter_is_that_of_the_installed_networks():
    kept = json.loads((CONFIG / "sharebot.schema.json").read_text(encoding="utf-8"))
    assert kept == app.schema(), "run: sharebot schema > config/sharebot.schema.json"


def test_the_starter_loads_and_its_secrets_are_missed_until_they_are_given():
    found = app.load(CONFIG / "sharebot.yaml", secrets=False)
    assert set(found.accounts) == {"mastodon", "bluesky"}
    assert not found.warnings
