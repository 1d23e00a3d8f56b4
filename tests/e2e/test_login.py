"""`sharebot login` and what comes of it: real processes against the sandbox."""

import json
import re
import subprocess
import sys
import time

import pytest

from sharebot.outbox.credentials import SIGNED_OUT, Credentials
from sharebot.sandbox import Sandbox
from tests.signing import ADDRESS, allow

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]
ACCOUNTS = """accounts:
  x: {{platform: x, api: "{url}", api_key: sandbox, api_secret: sandbox-secret}}
  mastodon: {{platform: mastodon, server: "{url}"}}
  bluesky: {{platform: bluesky, service: "{url}", handle: demo.sandbox.test}}
"""


class Signing:
    """Types what `sharebot login` asks for."""

    def __init__(self, project, key):
        self.project, self.key = project, key

    def __call__(self, account, *options, code=0, answer=None, env=None):
        process = subprocess.Popen(
            [sys.executable, "-m", "sharebot", "login", account, *options],
            cwd=self.project.home,
            env=self.project.env() | ({"SHAREBOT_KEY": self.key} if env is None else env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.project.running.append(process)
        assert process.stdin
        assert process.stderr
        asked = process.stderr.readline()
        address = ADDRESS.search(asked)
        typed = answer if answer is not None else allow(address[1]) if address else "sandbox-secret"
        said, told = process.communicate(f"{typed}\n", timeout=60)
        assert process.returncode == code, (said, asked, told)
        return said, asked + told


@pytest.fixture
def key(project):
    return project.run("login", "--new-key").stdout.strip()


@pytest.fixture
def bare(project, sandbox):
    """Write a configuration whose accounts leave their secrets out."""

    def write(running=sandbox, to="[x, mastodon, bluesky]"):
        project.write(running, to=to)
        text = (project.home / "sharebot.yaml").read_text("utf-8")
        lines = ACCOUNTS.format(url=running.url).splitlines(keepends=True)
        accounts = "".join(line for line in lines if line.split(":")[0].strip() in f"accounts {to}")
        text = re.sub(r"accounts:.*(?=newsletters:)", accounts, text, flags=re.DOTALL)
        (project.home / "sharebot.yaml").write_text(text, encoding="utf-8")

    write()
    return write


@pytest.fixture
def sign_in(project, key):
    return Signing(project, key)


@pytest.mark.usefixtures("bare")
def test_all_networks_are_signed_in_to_and_posted_on_and_the_database_holds_no_secret(project, sandbox, sign_in, key):
    project.issue()
    for account in ("x", "mastodon", "bluesky"):
        said, _ = sign_in(account)
        assert said.startswith(f"{account}: signed in as @demo"), said
    assert project.json("check", code=78)["problems"][0]["message"].startswith("a stored sign-in needs its key")
    told = json.loads(project.run("check", "--json", SHAREBOT_KEY=key).stdout)
    assert [each["stored"] for each in told["accounts"]] == [True, True, True]
    project.run("run", "--once", SHAREBOT_KEY=key)
    assert len(sandbox.posts()) == 9
    assert {post["account"] for post in sandbox.posts()} == {"demo"}
    for file in project.home.glob("sharebot.db*"):
        assert b"sandbox-secret" not in file.read_bytes()


@pytest.mark.usefixtures("bare")
def test_who_is_not_signed_in_is_told_the_command(project):
    told = project.run("check", code=78).stderr
    for account in ("x", "mastodon", "bluesky"):
        assert f"run `sharebot login {account}`)" in told


@pytest.mark.usefixtures("bare")
def test_a_wrong_code_stores_nothing_and_is_not_repeated(project, sign_in):
    said, told = sign_in("mastodon", answer="a-wrong-code", code=1)
    assert "invalid_grant" in told
    assert "a-wrong-code" not in said + told
    with project.ledger() as ledger:
        assert Credentials(ledger).names() == []


@pytest.mark.usefixtures("bare")
def test_no_answer_stores_nothing(project, key):
    done = project.run("login", "bluesky", code=1, SHAREBOT_KEY=key)
    assert "no answer came" in done.stderr


@pytest.mark.usefixtures("bare")
def test_without_a_key_nothing_is_asked_and_the_cure_is_told(project):
    done = project.run("login", "bluesky", code=2)
    assert "sharebot login --new-key" in done.stderr
    assert "--print" in done.stderr
    assert "App passwords" not in done.stderr


@pytest.mark.usefixtures("bare")
def test_what_is_printed_is_what_the_configuration_takes(project, sandbox, sign_in):
    said, _ = sign_in("mastodon", "--print", env={})
    assert "    access_token: ${MASTODON_ACCESS_TOKEN}" in said
    name, _, token = next(line for line in said.splitlines() if line.startswith("MASTODON")).partition("=")
    project.write(sandbox, to="[mastodon]")
    text = (project.home / "sharebot.yaml").read_text("utf-8")
    (project.home / "sharebot.yaml").write_text(
        text.replace("access_token: sandbox-demo", f"access_token: ${{{name}}}", 1)
    )
    project.issue()
    project.run("run", "--once", **{name: token})
    assert len(sandbox.posts()) == 3


@pytest.mark.usefixtures("bare")
def test_a_key_from_a_file_serves_as_one_from_the_environment(project, sign_in, key):
    (project.home / "key").write_text(f"{key}\n")
    sign_in("bluesky", env={"SHAREBOT_KEY_FILE": str(project.home / "key")})
    assert "x" in project.run("check", code=78, SHAREBOT_KEY=key).stderr


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize("written", ["none", "latin"])
def test_a_keys_file_that_cannot_be_read_is_told(project, written):
    (project.home / "latin").write_bytes(b"\xff")
    done = project.run("login", "bluesky", code=1, SHAREBOT_KEY_FILE=written)
    assert f"SHAREBOT_KEY_FILE: {written} cannot be read" in done.stderr


@pytest.mark.usefixtures("bare")
def test_a_new_key_takes_over_what_the_old_one_sealed(project, sign_in, key):
    sign_in("bluesky")
    new = project.run("login", "--new-key").stdout.strip()
    assert project.run("check", code=78, SHAREBOT_KEY=new).stderr.count("sealed with another key") == 1
    assert "1 sign-in(s)" in project.run("login", "--reseal", SHAREBOT_KEY=f"{new} {key}").stdout
    assert "another key" not in project.run("check", code=78, SHAREBOT_KEY=new).stderr
    assert "another key" in project.run("check", code=78, SHAREBOT_KEY=key).stderr


def test_signing_out_revokes_removes_and_pauses_and_signing_in_again_goes_on(project, sandbox, bare, sign_in, key):
    bare(to="[mastodon]")
    sign_in("mastodon")
    assert "signed out, and paused" in project.run("logout", "mastodon", SHAREBOT_KEY=key).stdout
    assert project.json("queue", "list")["paused"] == {"mastodon": SIGNED_OUT}
    assert "accounts.mastodon.access_token: is missing" in project.run("check", code=78, SHAREBOT_KEY=key).stderr
    sign_in("mastodon")
    assert project.json("queue", "list")["paused"] == {}
    project.issue()
    project.run("run", "--once", SHAREBOT_KEY=key)
    assert len(sandbox.posts()) == 3


@pytest.mark.usefixtures("bare")
def test_what_cannot_be_revoked_is_forgotten_and_told(project, sandbox, sign_in, key):
    sign_in("mastodon")
    sandbox.stop()
    told = project.run("logout", "mastodon", code=1, SHAREBOT_KEY=key).stderr
    assert "it could not be revoked" in told
    assert "cannot be reached" in told
    assert "nothing is stored" in project.run("logout", "mastodon", code=1, SHAREBOT_KEY=key).stderr


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(
    ("arguments", "words", "code"),
    [
        (["login"], "name an account", 2),
        (["login", "x", "--new-key"], "leave the name out", 2),
        (["login", "threads"], "there is no account 'threads'; there are x, mastodon, bluesky", 1),
        (["logout", "threads"], "there is no account 'threads'", 1),
    ],
)
def test_what_is_asked_wrongly_is_told(project, arguments, words, code):
    assert words in project.run(*arguments, code=code).stderr


def test_a_secret_that_the_file_gives_counts_and_that_is_told(project, sandbox, sign_in):
    project.write(sandbox)
    _, told = sign_in("mastodon")
    assert "the configuration gives access_token itself" in told


def test_a_running_daemon_takes_up_a_later_sign_in_by_itself(project, sandbox, bare, sign_in, daemon, log, eventually):
    bare(to="[mastodon]")
    sign_in("mastodon")
    daemon(SHAREBOT_KEY=sign_in.key)
    project.run("logout", "mastodon", SHAREBOT_KEY=sign_in.key)
    project.issue()
    sign_in("mastodon")
    assert eventually(lambda: log.events("config.reloaded"), 60)
    assert log.events("config.reloaded")[-1]["changed"] == ["accounts.mastodon.access_token: changed"]
    assert eventually(lambda: len(sandbox.posts()) == 3, 60)


def test_a_token_that_ended_is_renewed_by_the_daemon_and_no_post_is_held_or_doubled(
    project, bare, sign_in, daemon, log, eventually
):
    with Sandbox(token_lasts=2) as short:
        bare(short, to="[mastodon]")
        sign_in("mastodon")
        daemon(SHAREBOT_KEY=sign_in.key)
        assert eventually(lambda: log.events("token.renewed"))
        time.sleep(2.1)
        project.issue()
        assert eventually(lambda: len(log.events("post.published")) == 3)
        assert len(short.posts()) == 3
        assert len(log.events("token.renewed")) > 1
        assert not log.events("post.held")
