"""No secret is anywhere to be seen: every output, file and page of a whole life with faults is searched for them.

Real processes, the sandbox's faults, malformed files, and a network of a stranger that is careless with its token.
"""

import base64
import gzip
import html
import json
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, quote_plus

import click
import pytest
from click.testing import CliRunner

from sharebot.cli.root import cli
from sharebot.sandbox import Sandbox
from sharebot.sandbox.faults import KINDS
from tests.servers import free_port
from tests.signing import ADDRESS, allow

pytestmark = [pytest.mark.integration, pytest.mark.timeout(600)]

NAME = "k7qz3wv9x"
"""An account's name in the sandbox, which is seen; the token made of it is not."""
ODD = 'p"ä\\s/w%r d&1+2=3'
SECRETS = {
    "MASTODON_TOKEN": f"sandbox-{NAME}",
    "SANDBOX_SECRET": "sandbox-secret",  # of X and Bluesky alike
    "IMAP_PASSWORD": f"imap-{ODD}",
    "LLM_KEY": "llm-9f8e7d6c5b4a",
    "FEED_PASSWORD": "feed-Zq81kd02",
    "FEED_QUERY": "query-Pw72ms44",
    "LEAKY_TOKEN": f"leaky-{ODD}",
    "DATABASE_PASSWORD": "base-Xk29fj57",
    "PLAIN": "plain-Rt64hn18",
    "NEXT": "next-Vb35cu90",
    "SMTP_PASSWORD": f"smtp-{ODD}",
    "HOOK": "hook-Gm93qd17",
    "PING": "ping-Yw26ke58",
}
LEAKY = '''
"""A stranger's network that is careless: its exceptions hold the token in many forms."""
import base64, json, os, sys, urllib.parse
from datetime import timedelta
from pydantic import SecretStr
from sharebot.model import Rules
from sharebot.settings import Settings
from sharebot.testing import FakePlatform

class LeakySettings(Settings):
    """Careless."""
    token: SecretStr

class Leaky(FakePlatform):
    Settings = LeakySettings
    rules = FakePlatform().rules

    def __init__(self, settings):
        super().__init__()
        self.token = settings.token.get_secret_value()

    def publish(self, post, key, thread=()):
        if os.environ.get("PLANTED"):
            sys.stdout.write({"raw": self.token, "quoted": urllib.parse.quote(self.token, safe="")}.get(
                os.environ["PLANTED"], base64.b64encode(b"me:" + self.token.encode()).decode()) + "\\n")
            sys.stdout.flush()
        raise ValueError(f"{self.token} {json.dumps(self.token)} {urllib.parse.quote(self.token)}", {
            "headers": {"Authorization": "Basic " + base64.b64encode(f"me:{self.token}".encode()).decode()}})
'''


def forms(secret: str) -> Iterator[bytes]:
    """Yield each form in which a secret may be written, found independently of the program's own list."""
    texts = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), html.escape(secret), repr(secret)[1:-1]}
    for text in texts:
        for ascii_ in (True, False):
            once = json.dumps(text, ensure_ascii=ascii_)[1:-1]
            yield from (text.encode(), once.encode(), json.dumps(once, ensure_ascii=ascii_)[1:-1].encode())
    yield secret.encode().hex().encode()
    data = secret.encode()
    for shift in range(3):
        # What stands before the secret fills the first group; what follows it spoils the last one.
        whole = base64.b64encode(b"x" * shift + data)[4 if shift else 0 :]
        core = whole[: len(whole) // 4 * 4 - 4]
        yield from (core, core.replace(b"+", b"-").replace(b"/", b"_"))


def seen(data: bytes, secrets: dict[str, str]) -> set[str]:
    """Return the names of the secrets that are in some bytes."""
    return {name for name, secret in secrets.items() if any(form in data for form in forms(secret))}


@pytest.mark.parametrize(
    "text",
    [
        ODD,
        json.dumps({"why": ODD}),
        json.dumps({"why": json.dumps({"password": ODD})}),
        f"https://me:{quote(ODD, safe='')}@news.example/",
        quote_plus(ODD),
        html.escape(ODD),
        *(base64.b64encode(f"{user}:{ODD}".encode()).decode() for user in ("a", "me", "you")),
        ODD.encode().hex(),
        repr({"token": ODD}),
    ],
)
def test_the_search_finds_a_planted_secret_in_each_form(text):
    assert seen(f"line before\n{text}\nline after".encode(), {"it": ODD}) == {"it"}


def test_the_search_looks_into_what_is_packed(tmp_path):
    (tmp_path / "note").write_text(ODD)
    for name in ("zip", "gztar"):
        packed = shutil.make_archive(str(tmp_path / name), name, tmp_path, "note")
        assert any(seen(data, {"it": ODD}) for _, data in unpacked("packed", Path(packed).read_bytes()))


def test_the_search_finds_nothing_where_nothing_is():
    assert seen(b"a post is out: https://mastodon.example/@weekly/115 \x00\xff", SECRETS) == set()


CONFIG = """version: 1
timezone: UTC
accounts:
  mastodon: {{platform: mastodon, server: "{url}", access_token: "${{MASTODON_TOKEN}}"}}
  stored: {{platform: mastodon, server: "{short}"}}
  x:
    platform: x
    api: "{url}"
    api_key: sandbox
    api_secret_file: secrets/x
    access_token: "${{MASTODON_TOKEN}}"
    access_secret_file: secrets/x
  bluesky: {{platform: bluesky, service: "{url}", handle: {name}.sandbox.test, app_password_file: secrets/x}}
  leaky: {{platform: leaky, token: "${{credential:leaky}}"}}
llm: {{url: "http://127.0.0.1:{dead}/v1", model: m, api_key: "${{LLM_KEY}}", timeout: 1s}}
alerts:
  to:
    - mail: {{server: 127.0.0.1, port: {dead}, tls: none, user: me, password: "${{SMTP_PASSWORD}}", from: a@b.example,
        to: [ann@news.example]}}
    - apprise: "json://me:${{HOOK}}@127.0.0.1:{dead}/${{HOOK}}"
  wait: 1s
  ping: "http://127.0.0.1:{dead}/${{PING}}"
  ping_every: 1m
  allow_private: true
newsletters:
  weekly:
    source: {{folder: issues, settle: 0s, every: 1s}}
    since: all
    language: en
    ranking: llm
    link: "https://news.example.com/{{issue.id}}#{{article.number}}"
    posts:
      - {{name: articles, to: [x, mastodon, stored, bluesky, leaky], schedule: now}}
  mail:
    source: {{imap: "imaps://weekly@127.0.0.1:{dead}", password: "${{IMAP_PASSWORD}}", from: news@news.example}}
    posts: [{{name: articles, to: mastodon, schedule: now}}]
  feed:
    source: {{feed: "{web}/feed?token={query}", allow_private: true, every: 1m}}
    posts: [{{name: articles, to: mastodon, schedule: now}}]
"""


def unpacked(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield a file, and what is packed in it."""
    yield name, data
    if data[:2] == b"\x1f\x8b":
        data = gzip.decompress(data)
        yield f"{name}, unpacked", data
    if zipfile.is_zipfile(BytesIO(data)):
        with zipfile.ZipFile(BytesIO(data)) as packed:
            yield from ((f"{name}, {each}", packed.read(each)) for each in packed.namelist())
    elif tarfile.is_tarfile(BytesIO(data)):
        with tarfile.open(fileobj=BytesIO(data)) as tar:
            members = [each for each in tar.getmembers() if each.isfile()]
            yield from ((f"{name}, {each.name}", tar.extractfile(each).read()) for each in members)  # type: ignore[union-attr]


class Life:
    """A project that notes everything that any command says."""

    def __init__(self, project, sandbox, short, web):
        self.project, self.sandbox, self.short, self.web = project, sandbox, short, web
        self.said: list[tuple[str, bytes]] = []
        home = project.home
        plugin = home / "plugin"
        (plugin / "leaky-1.dist-info").mkdir(parents=True)
        (plugin / "leaky.py").write_text(LEAKY)
        (plugin / "leaky-1.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: leaky\nVersion: 1\n")
        (plugin / "leaky-1.dist-info/entry_points.txt").write_text("[sharebot.platforms]\nleaky = leaky:Leaky\n")
        (home / "credentials").mkdir()
        (home / "credentials/leaky").write_text(SECRETS["LEAKY_TOKEN"])
        (home / "secrets").mkdir()
        (home / "secrets/x").write_text(SECRETS["SANDBOX_SECRET"] + "\n")
        self.key = subprocess.run(
            [sys.executable, "-m", "sharebot", "login", "--new-key"], capture_output=True, text=True, check=True
        ).stdout.strip()
        self.env = {
            **{
                name: SECRETS[name]
                for name in ("MASTODON_TOKEN", "IMAP_PASSWORD", "LLM_KEY", "SMTP_PASSWORD", "HOOK", "PING")
            },
            "CREDENTIALS_DIRECTORY": str(home / "credentials"),
            "SHAREBOT_KEY": self.key,
            "PYTHONPATH": str(plugin),
        }
        address = web.url.replace("//", f"//me:{SECRETS['FEED_PASSWORD']}@")
        self.text = CONFIG.format(
            url=sandbox.url, short=short.url, name=NAME, dead=free_port(), web=address, query=SECRETS["FEED_QUERY"]
        )
        self.write(self.text)

    def write(self, text):
        (self.project.home / "sharebot.yaml").write_text(text, encoding="utf-8")

    def run(self, *arguments, **env):
        done = self.project.run(*arguments, code=None, **(self.env | env))
        self.said.append((" ".join(arguments), (done.stdout + done.stderr).encode()))
        return done

    def sign_in(self, name):
        process = subprocess.Popen(
            [sys.executable, "-m", "sharebot", "login", name],
            cwd=self.project.home,
            env=self.project.env() | self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdin
        assert process.stderr
        asked = process.stderr.readline()
        address = ADDRESS.search(asked)
        assert address
        code = allow(address[1])
        said, told = process.communicate(f"{code}\n", timeout=60)
        assert process.returncode == 0, told
        self.said.append((f"login {name}", (asked.replace(address[1], "") + said + told).encode()))
        return code

    def handed_out(self):
        """Return all that the sandbox's sign-ins ever made up: none of it is for anybody else."""
        grants = self.short._networks[1].door.grants
        return {
            **{f"token {n}": token for n, token in enumerate(grants._tokens)},
            **{f"refresh {n}": token for n, token in enumerate(grants._again)},
            **{f"client secret {n}": app.secret for n, app in enumerate(grants.asked.values())},
        }

    def files(self):
        """Yield what was written: not the inputs, which hold what they hold."""
        inputs = ("sharebot.yaml", "plugin", "credentials", "secrets", "issues", "broken.yaml")
        for file in self.project.home.rglob("*"):
            if file.is_file() and file.relative_to(self.project.home).parts[0] not in inputs:
                yield from unpacked(str(file), file.read_bytes())

    def leaks(self, secrets):
        things = [*self.said, *self.files()]
        return {(where, name) for where, data in things for name in seen(data, secrets)}


@pytest.fixture
def life(project, sandbox, web) -> Iterator[Life]:
    with Sandbox(token_lasts=3) as short:
        yield Life(project, sandbox, short, web)


STAYS = frozenset({"demo", "init", "login", "logout", "measure", "pause", "resume", "sandbox", "summarize", "verify"})
"""What has no configuration, stays, or changes what the others are to show."""
ARGUMENTS = {
    "preview": [["issues/2024-02-22.txt"]],
    "read": [["issues/2024-02-22.txt"]],
    "queue": [["list"], ["list", "--json"]],
    "db": [["backup", "backup.db"], ["check"], ["export", "export.jsonl"]],
}
OPTIONS = {"--json": [], "--ics": [], "--online": [], "--once": [], "--live": [], "--bundle": ["bundle.zip"]}


def commands() -> Iterator[list[str]]:
    """Yield every command as it is used most, and with each option that lets it write or do something else."""
    context = click.Context(cli)
    for name in sorted(set(cli.list_commands(context)) - STAYS - {"worker"}):
        command = cli.get_command(context, name)
        assert command
        known = {option for each in command.params for option in each.opts}
        for arguments in ARGUMENTS.get(name, [[]]):
            yield [name, *arguments]
            yield from ([name, *arguments, option, *more] for option, more in OPTIONS.items() if option in known)


MALFORMED = (
    "  mastodon:\n   platform: mastodon\n    access_token: {0}\n",
    "  mastodon: {{platform: mastodon, acces_token: {0}}}\n",
    "  mastodon: {{platform: mastodon, server: 'https://me:{0}@mastodon.example', access_token: {0}}}\n",
    "  mastodon: {{platform: mastodon, server: https://mastodon.example, access_token: [{0}]}}\n",
    "  mastodon: {{platform: mastodon, server: https://mastodon.example, access_token {0}}}\n",
    "  mastodon: {{platform: mastodon, server: https://mastodon.example, access_token: '${{{0}}}'}}\n",
    "  mastodon: {{platform: mastodon, server: https://mastodon.example, access_token: '${{credential:{0}/x}}'}}\n",
    "  mastodon:\n    platform: mastodon\n    access_token: |\n      {0}\n    access_token: {0}\n",
    "  mastodon: {{platform: mastodn, access_token: {0}}}\n",
    '  mastodon: {{platform: mastodon, access_token: "{0}\n',
    "  x: {{platform: x, api_key: {0}, api_secret: {0}, access_token: {0}, access_secrt: {0}}}\n",
    "  mastodon: {{platform: mastodon, password: {0}, visibility: {0}}}\n",
)


def get(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=10) as answer:
            return bytes(answer.read()) + str(answer.headers).encode()
    except urllib.error.HTTPError as error:
        return error.read() + str(error.headers).encode()


def test_no_secret_is_seen_in_a_whole_life_with_faults(life, project, daemon, log, eventually):
    given = [life.sign_in("stored")]
    project.issue()
    # ── every fault of the networks, an unreachable mailbox, a feed and a model that fail, a careless stranger ──
    life.web.pages["/feed"] = (401, {"WWW-Authenticate": "Basic"}, SECRETS["FEED_PASSWORD"].encode())
    for number, kind in enumerate(each for each in KINDS if each not in {"silence", "slow", "no_reply"}):
        for network in ("x", "mastodon", "bluesky"):
            life.sandbox.fault(network, kind, 1, 0.1)
        life.short.fault("mastodon", kind, 1, 0.1)
        project.issue(
            f"2024-03-{number + 1:02}.txt", f"News {number}\n\nMarch 1, 2024\n01\n\nA {kind} story\n\nIt is {kind}.\n"
        )
    port = free_port()
    process = daemon("--listen", f"127.0.0.1:{port}", **life.env)
    assert eventually(lambda: log.events("platform.fault"), 60)
    assert eventually(lambda: len(log.events("post.published")) >= 3, 60)
    for path in ("/metrics", "/healthz", "/readyz", f"/{SECRETS['PLAIN']}"):
        life.said.append((f"GET {path}", get(f"http://127.0.0.1:{port}{path}").replace(path.encode(), b"")))
    # ── other secrets, other addresses, a file that is refused ──
    life.write(
        life.text.replace(SECRETS["FEED_QUERY"], SECRETS["NEXT"]).replace("api_key: sandbox", "api_key: sandbox1")
    )
    process.send_signal(signal.SIGHUP)
    assert eventually(lambda: log.events("config.reloaded"), 60)
    life.write(life.text.replace('"${MASTODON_TOKEN}"}', f"[{SECRETS['PLAIN']}]}}", 1))
    process.send_signal(signal.SIGHUP)
    assert eventually(lambda: log.events("config.refused"), 60)
    life.write(life.text)
    process.send_signal(signal.SIGHUP)
    assert eventually(lambda: log.events("token.renewed"), 60)
    secrets = {**SECRETS, "KEY": life.key, **life.handed_out(), **{f"code {n}": code for n, code in enumerate(given)}}
    # ── every command, beside the daemon ──
    for arguments in commands():
        life.run(*arguments)
    (key, *_) = [row["key"] for row in json.loads(life.run("queue", "list", "--json").stdout)["deliveries"]]
    life.run("queue", "show", key, "--json")
    process.send_signal(signal.SIGKILL)
    process.wait()
    life.run("run", "--once")
    life.run("logout", "stored")
    with sqlite3.connect(project.home / "sharebot.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    secrets |= life.handed_out()
    assert len(secrets) > len(SECRETS) + 3
    assert life.leaks(secrets) == set()
    assert any(where.endswith("daemon.log") for where, _ in life.files())


@pytest.mark.parametrize("text", MALFORMED)
def test_no_secret_is_seen_where_the_file_is_malformed(text, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    whole = f"version: 1\naccounts:\n{text.format(SECRETS['PLAIN'])}newsletters: {{}}\n"
    Path("sharebot.yaml").write_text(whole, encoding="utf-8")
    for arguments in (["check"], ["check", "--json"], ["run"], ["plan"], ["login", "mastodon"]):
        done = CliRunner().invoke(cli, arguments)
        assert done.exit_code == 78, (whole, done.output)
        assert seen(done.output.encode(), SECRETS) == set(), done.output


def test_no_secret_is_seen_where_an_address_a_key_or_a_file_is_wrong(life, project):
    password = SECRETS["DATABASE_PASSWORD"]
    for address in (
        f"postgresql://me:{password}@127.0.0.1:{free_port()}/sharebot",
        f"postgresql://me:{password}@x@127.0.0.1/sharebot",
        f"postgrsql://me:{password}@127.0.0.1/sharebot",
        f"postgresql://me:{password}@[::1/sharebot",
        f"me:{password}@127.0.0.1",
    ):
        for arguments in (["run", "--once"], ["doctor"]):
            assert life.run(*arguments, SHAREBOT_DATABASE=address).returncode, (address, arguments)
    for env in ({"SHAREBOT_KEY": password}, {"SHAREBOT_KEY": "", "SHAREBOT_KEY_FILE": "secrets"}):
        assert life.run("check", **env).returncode
    (project.home / "secrets/x").write_text("")
    assert life.run("check").returncode == 78
    assert life.leaks({**SECRETS, "KEY": life.key}) == set()


@pytest.mark.parametrize("form", ["raw", "quoted", "encoded"])
def test_a_leak_that_is_planted_is_found(life, project, form):
    life.sign_in("stored")
    project.issue()
    life.run("run", "--once", PLANTED=form)
    assert life.leaks(SECRETS) == {("run --once", "LEAKY_TOKEN")}


def test_a_secret_that_is_written_into_the_queue_is_found(life, project):
    life.sign_in("stored")
    project.issue(content=project.text.replace("Museum Buys", SECRETS["PLAIN"]))
    life.run("run", "--once")
    assert {name for where, name in life.leaks(SECRETS) if re.search(r"sharebot\.db", where)} == {"PLAIN"}
