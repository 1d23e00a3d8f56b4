"""Where the configuration and the outbox lie."""

from pathlib import Path

import pytest

from sharebot import places
from sharebot.errors import ConfigError
from sharebot.outbox.database import path_of


def test_find_takes_the_variable_then_the_files_of_the_folder(tmp_path):
    (tmp_path / "config").mkdir()
    (tmp_path / "config/sharebot.yaml").touch()
    assert places.find({}, tmp_path) == tmp_path / "config/sharebot.yaml"
    (tmp_path / "sharebot.yaml").touch()
    assert places.find({}, tmp_path) == tmp_path / "sharebot.yaml"
    assert places.find({"SHAREBOT_CONFIG": "my.yaml"}, tmp_path) == tmp_path / "my.yaml"
    assert places.find({"SHAREBOT_CONFIG": "/etc/my.yaml"}, tmp_path).as_posix() == "/etc/my.yaml"


def test_find_says_what_to_do_where_there_is_none(tmp_path):
    with pytest.raises(ConfigError, match=r"no configuration here \(write sharebot.yaml or config/sharebot.yaml, or"):
        places.find({}, tmp_path)


@pytest.mark.parametrize("url", ["sqlite:////data/a b.db", "sqlite:///beside.db"])
def test_a_plain_address_of_sqlite_names_the_file_that_sqlalchemy_would_open(url):
    assert places.plain_file(url) == path_of(url)


@pytest.mark.parametrize(
    "url",
    ["sqlite://", "sqlite:///:memory:", "sqlite:///a.db?mode=ro", "sqlite:///a%20b.db", "postgresql://h/d", "nonsense"],
)
def test_what_takes_more_to_read_is_left_to_sqlalchemy(url):
    assert places.plain_file(url) is None


def test_the_outbox_lies_where_the_variable_says_else_beside_the_configuration(tmp_path):
    assert places.database(tmp_path / "a.yaml", {}) == f"sqlite:///{tmp_path}/sharebot.db"
    assert places.database(tmp_path, {}) == f"sqlite:///{tmp_path}/sharebot.db"
    assert places.database(Path("a.yaml"), {"SHAREBOT_DATABASE": "sqlite:////x.db"}) == "sqlite:////x.db"
