"""The container image: built from the real Dockerfile, and started as an engine starts it.

It takes root and Debian's packages; where they cannot be had it is left out, and says why.
"""

import re
import signal
import time

import pytest

from sharebot import __version__
from sharebot.outbox.ledger import Ledger
from sharebot.sandbox import Sandbox, accounts_yaml
from tests.e2e.conftest import ISSUE, STREAM
from tests.integration.container import USER, Container
from tools import build_image
from tools.install_servers import CannotInstallError

pytestmark = [pytest.mark.integration, pytest.mark.timeout(900)]  # the first time a Debian is made, too
UNREACHABLE = re.compile(r"Failed to fetch|Could not fetch|Max retries|Temporary failure|timed out", re.IGNORECASE)
SHELLS = ("sh", "bash", "dash", "rbash")
WRITES = """
import os
found = []
for folder, inside, _ in os.walk("/"):
    inside[:] = [each for each in inside if (folder, each) not in {("/", "proc"), ("/", "sys"), ("/", "dev")}]
    try:
        open(f"{folder}/sharebot-was-here", "w").close()
        found.append(folder)
    except OSError:
        pass
print(*found)
"""


@pytest.fixture(scope="module")
def image():
    """How the image that is built here wants to be run."""
    try:
        build_image.prepare()
    except CannotInstallError as error:
        pytest.skip(f"the image cannot be built here: {error}")
    try:
        build_image.build(REVISION="0123abc", CREATED="2026-01-02T03:04:05Z")
    except CannotInstallError as error:
        if UNREACHABLE.search(str(error)):
            pytest.skip(f"the image cannot be built here: {error}")
        raise
    return build_image.configuration()


@pytest.fixture(scope="module")
def files(image):  # noqa: ARG001 — it has to be there
    """The image's files but for every shell: nothing may need one."""
    with build_image.container(build_image.IMAGE) as (_, root):
        for name in SHELLS:
            (root / "usr/bin" / name).unlink(missing_ok=True)
        assert not (root / "bin/sh").exists()
        yield root


@pytest.fixture
def container(image, files, tmp_path):
    made = Container(files, image, tmp_path)
    yield made
    made.close()


@pytest.fixture
def sandbox():
    with Sandbox() as running:
        yield running


@pytest.fixture
def project(container, sandbox):
    """A configuration and an issue in the container's `/config`."""
    config = container.home / "config"
    stream = STREAM.format(to="[mastodon]", schedule="now")
    text = "version: 1\ntimezone: UTC\n" + accounts_yaml(sandbox.url) + stream
    (config / "sharebot.yaml").write_text(text, encoding="utf-8")
    (config / "issues").mkdir()
    (config / "issues/2024-02-22.txt").write_text(ISSUE, encoding="utf-8")
    return container


def soon(check, seconds=30):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := check():
            return found
        time.sleep(0.05)
    return None


def states(project):
    if not (project.home / "data/sharebot.db").exists():
        return []
    with Ledger(f"sqlite:///{project.home / 'data/sharebot.db'}") as ledger:
        return sorted(row.state for row in ledger.deliveries())


def test_the_image_says_what_it_is_and_how_it_is_run(image):
    labels = {name.removeprefix("org.opencontainers.image."): value for name, value in image["Labels"].items()}
    assert {name: labels[name] for name in ("title", "licenses", "version", "created", "revision")} == {
        "title": "sharebot",
        "licenses": "Apache-2.0",
        "version": __version__,
        "created": "2026-01-02T03:04:05Z",
        "revision": "0123abc",
    }
    assert "exactly once" in labels["description"]
    assert (image["User"], image["WorkingDir"], list(image["Volumes"])) == (f"{USER}:{USER}", "/data", ["/data"])
    assert (image["Entrypoint"], image["Cmd"], image["StopSignal"]) == (["sharebot"], ["run"], "SIGTERM")
    assert image["Healthcheck"]["Test"] == ["CMD", "sharebot", "doctor", "--live"]


@pytest.mark.usefixtures("image")
def test_the_image_is_under_150_mb_beyond_its_base():
    assert build_image.beyond_base() < build_image.MOST


def test_the_demo_works_in_it_without_a_shell_on_a_read_only_file_system(container):
    code, said = container.run("demo", "--once")
    assert (code, "nothing is posted twice" in said) == (0, False), said
    code, said = container.run("demo", "--once")
    assert (code, "nothing is posted twice" in said) == (0, True), said


def test_only_data_and_tmp_can_be_written_and_no_rights_are_left(project):
    project.start()
    assert soon(lambda: states(project))
    code, said = project.inside("python", "-c", WRITES)
    written = said.split()
    assert (code, {"/data", "/tmp"} <= set(written)) == (0, True), said
    assert all(folder.startswith(("/data", "/tmp")) for folder in written), written
    code, said = project.inside("python", "-c", "print(open('/proc/1/status').read())")
    facts = dict(line.split(":\t", 1) for line in said.splitlines() if ":\t" in line)
    assert facts["Uid"].split() == facts["Gid"].split() == [str(USER)] * 4
    assert (int(facts["CapEff"], 16), int(facts["CapBnd"], 16), facts["NoNewPrivs"]) == (0, 0, "1")
    code, said = project.inside("python", "-c", "print(open('/proc/1/cmdline').read().split(chr(0)))")
    assert (code, said.split(", ")[1:3]) == (0, ["'/opt/sharebot/bin/sharebot'", "'run'"]), said


def test_the_daemon_posts_is_healthy_while_it_works_and_sigterm_ends_it_in_time(project, sandbox):
    assert project.run("check")[0] == 0
    health = project.image["Healthcheck"]["Test"][1:]
    assert project.run(*health[1:], entry=health[:1])[0] == 1  # nobody works yet
    process = project.start()
    assert soon(lambda: len(sandbox.posts()) == 3)
    code, said = project.inside(*health)
    assert (code, said) == (0, "daemon: well\n")
    begun = time.monotonic()
    project.kill(signal.SIGTERM)
    said, _ = process.communicate(timeout=30)
    assert (process.returncode, time.monotonic() - begun < 8) == (0, True), said
    assert '"event": "daemon.stopped"' in said
    assert states(project) == ["published"] * 3


def test_a_second_signal_ends_process_1_at_once_and_loses_and_doubles_nothing(project, sandbox):
    sandbox.fault("mastodon", "slow", times=1, seconds=8)
    process = project.start()
    assert soon(lambda: "sending" in states(project))
    project.kill(signal.SIGTERM)
    time.sleep(0.5)
    assert process.poll() is None
    begun = time.monotonic()
    project.kill(signal.SIGTERM)
    assert (process.wait(30), time.monotonic() - begun < 3) == (1, True)
    assert states(project) == ["queued", "queued", "sending"]
    assert soon(lambda: len(sandbox.posts()) == 1)  # it was on its way
    assert project.run("run", "--once")[0] == 0
    assert states(project) == ["published"] * 3
    assert len({post["text"] for post in sandbox.posts()}) == len(sandbox.posts()) == 3
