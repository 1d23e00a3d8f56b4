"""What the tests of doctor share: a configuration in a folder, and what is made of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sharebot.cli.diagnosing.subject import Subject, subject


@pytest.fixture
def asked(home: Path) -> Callable[[], Subject]:
    """Return what looks at the configuration as it stands now."""
    return lambda: subject(home / "sharebot.yaml")


@pytest.fixture
def _secrets(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001 — which forgets them
    monkeypatch.setenv("TOKEN", "a-token-1234")
    monkeypatch.setenv("PASSWORD", "a-password-5678")
