"""What is published: the wheel and the source archive hold all that a run needs, and nothing else."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import sharebot

ROOT = Path(__file__).parents[1]
UNPACKED = ROOT / ".cache/wheel"
OWN = ("dist-info/METADATA", "dist-info/WHEEL", "dist-info/RECORD", "dist-info/entry_points.txt", "LICENSE")


def tree(folder):
    """Return the files of a folder as git has them, or would."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", folder]
    found = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, timeout=20, check=True).stdout.split("\n")
    return {each for each in found if each and (ROOT / each).exists()}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "hatchling", "build", "-d", folder]
    subprocess.run(build, cwd=ROOT, capture_output=True, timeout=100, check=True)
    return {each.suffix: each for each in folder.iterdir()}


def test_the_wheel_holds_the_program_its_data_and_the_demo_and_nothing_else(built):
    with zipfile.ZipFile(built[".whl"]) as wheel:
        found = {name for name in wheel.namelist() if not name.endswith(OWN)}
        metadata = wheel.read(f"sharebot-{sharebot.__version__}.dist-info/METADATA").decode()
    demo = {name.replace("config/demo/", "sharebot/demo/") for name in tree("config/demo")}
    assert found == tree("sharebot") | demo
    assert {"sharebot/py.typed", "sharebot/demo/sharebot.yaml"} <= found
    assert any(name.startswith("sharebot/outbox/migrations/versions/") for name in found)
    assert any(name.startswith("sharebot/sandbox/templates/") for name in found)
    assert "\nLicense-Expression: Apache-2.0\n" in metadata
    assert str(ROOT) not in metadata


def test_the_source_archive_builds_the_same_wheel(built, tmp_path):
    with tarfile.open(built[".gz"]) as archive:
        archive.extractall(tmp_path, filter="data")
    (source,) = tmp_path.iterdir()
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist"]
    subprocess.run(build, cwd=source, capture_output=True, timeout=100, check=True)
    (again,) = (tmp_path / "dist").iterdir()
    with zipfile.ZipFile(built[".whl"]) as one, zipfile.ZipFile(again) as other:
        assert {each.filename: each.CRC for each in one.infolist()} == {
            each.filename: each.CRC for each in other.infolist()
        }


@pytest.mark.skipif(str(UNPACKED) not in os.environ.get("PYTHONPATH", ""), reason="only `make test` is on the wheel")
def test_the_tests_and_the_processes_that_they_start_run_on_the_wheel(tmp_path):
    where = "import sharebot; print(sharebot.__file__)"
    for place in (ROOT, tmp_path):
        told = subprocess.run([sys.executable, "-c", where], cwd=place, capture_output=True, text=True, check=True)
        assert sharebot.__file__ == told.stdout.strip() == str(UNPACKED / "sharebot/__init__.py")
