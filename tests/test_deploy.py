"""The files for Docker Compose, Kubernetes and systemd: what they rely on is there, and what protects is asked for."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from sharebot import __version__, app
from sharebot.cli.root import cli

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNIT = DEPLOY / "sharebot.service"
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8")
USER = 10001
MOST_EXPOSED = 20
"""Tenths of what `systemd-analyze security` calls exposure, of 100; below 20 it is "OK"."""


COMPOSE = ["compose.yaml", "compose.many-hosts.yaml"]
KUBERNETES = ["kubernetes.yaml", "kubernetes.many-hosts.yaml"]


def compose(name):
    """Return what Compose makes of sharebot's services in a file, by their names."""
    services = yaml.safe_load((DEPLOY / name).read_text("utf-8"))["services"]
    return {name: each for name, each in services.items() if each["image"].startswith("sharebot")}


def kubernetes(name):
    """Return the objects of a file by kind and name."""
    objects = yaml.safe_load_all((DEPLOY / name).read_text("utf-8"))
    return {(each["kind"], each["metadata"]["name"]): each for each in objects}


def unit():
    """Return the values of the unit's settings; one that is said twice has two."""
    found: dict[str, list[str]] = {}
    for line in UNIT.read_text("utf-8").splitlines():
        if line and line[0] not in "#[":
            name, _, value = line.partition("=")
            found.setdefault(name, []).append(value)
    return found


def is_understood(words):
    """Whether sharebot has this command with these options: each parameter is read, and nothing is done."""
    command = cli.get_command(click.Context(cli), words[0])
    return command is not None and command.make_context(words[0], list(words[1:])) is not None


def environment(text):
    return set(re.findall(r"\bSHAREBOT_[A-Z]+\b", text))


def test_the_image_and_all_files_name_only_variables_that_the_program_reads():
    source = "".join(file.read_text("utf-8") for file in (ROOT / "sharebot").rglob("*.py"))
    named = set.union(*(environment(file.read_text("utf-8")) for file in (ROOT / "Dockerfile", *DEPLOY.glob("*.*"))))
    assert {"SHAREBOT_CONFIG", "SHAREBOT_DATABASE", "SHAREBOT_LISTEN"} <= named <= environment(source)


def test_the_dockerfile_says_this_version_knows_no_architecture_and_needs_no_shell_at_work():
    assert f"ARG VERSION={__version__} " in DOCKERFILE
    assert not re.search(r"amd64|x86_64|arm64|aarch64|--platform", DOCKERFILE)
    at_work = DOCKERFILE.rpartition("\nFROM ")[2]
    for word in ("HEALTHCHECK", "ENTRYPOINT", "CMD"):
        (command,) = re.findall(rf"^{word} .*?(\[.*\])$", at_work, re.MULTILINE)
        assert command.startswith('["')
    assert is_understood(["doctor", "--live"])
    assert is_understood(["run"])


@pytest.mark.parametrize("name", COMPOSE)
def test_compose_runs_commands_that_exist_read_only_without_rights_and_lets_them_end(name):
    for service in compose(name).values():
        assert is_understood(service.get("command", ["run"]))
        assert service["read_only"]
        assert [each.partition(":")[0] for each in service["tmpfs"]] == ["/tmp"]
        assert (service["cap_drop"], service["security_opt"]) == (["ALL"], ["no-new-privileges:true"])
        assert int(service["stop_grace_period"].removesuffix("s")) > 8
        assert not {"privileged", "user", "ports", "network_mode", "init", "healthcheck"} & service.keys()
        assert "./config:/config:ro" in service["volumes"]


def test_compose_has_one_daemon_with_its_file_or_three_workers_beside_daemons_on_postgresql():
    (one,) = compose("compose.yaml").values()
    assert "data:/data" in one["volumes"]
    assert "deploy" not in one
    many = compose("compose.many-hosts.yaml")
    assert {name: each["deploy"]["replicas"] for name, each in many.items()} == {"daemon": 2, "worker": 3}
    for service in many.values():
        assert service["build"]["args"]["LOCK"] == "requirements-all.lock"
        assert service["environment"]["SHAREBOT_DATABASE"].startswith(
            "postgresql+psycopg://sharebot:${POSTGRES_PASSWORD:?"
        )
        assert service["depends_on"] == {"database": {"condition": "service_healthy"}}


@pytest.mark.parametrize("name", KUBERNETES)
def test_kubernetes_runs_commands_that_exist_as_the_images_user_and_asks_what_is_answered(name):
    workloads = [each for (kind, _), each in kubernetes(name).items() if kind in {"StatefulSet", "Deployment"}]
    assert workloads
    for workload in workloads:
        pod = workload["spec"]["template"]
        assert workload["spec"]["selector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
        spec = pod["spec"]
        assert spec["terminationGracePeriodSeconds"] > 8
        assert {k: spec["securityContext"][k] for k in ("runAsNonRoot", "runAsUser", "runAsGroup")} == {
            "runAsNonRoot": True, "runAsUser": USER, "runAsGroup": USER
        }  # fmt: skip
        (container,) = spec["containers"]
        assert is_understood(container.get("args", ["run"]))
        rights = container["securityContext"]
        assert rights["readOnlyRootFilesystem"]
        assert rights["capabilities"] == {"drop": ["ALL"]}
        assert not rights["allowPrivilegeEscalation"]
        (port,) = container["ports"]
        assert container["env"] == [{"name": "SHAREBOT_LISTEN", "value": f"0.0.0.0:{port['containerPort']}"}]
        asked = {container[each]["httpGet"]["path"] for each in ("startupProbe", "livenessProbe", "readinessProbe")}
        assert asked == {"/healthz", "/readyz"}
        assert all(container[each]["httpGet"]["port"] == port["name"] for each in container if each.endswith("Probe"))
        volumes = {each["name"] for each in spec["volumes"]}
        volumes |= {each["metadata"]["name"] for each in workload["spec"].get("volumeClaimTemplates", ())}
        assert {each["name"] for each in container["volumeMounts"]} == volumes


def test_kubernetes_never_runs_two_daemons_on_one_file_and_three_workers_beside_daemons_on_postgresql():
    assert kubernetes("kubernetes.yaml")["StatefulSet", "sharebot"]["spec"]["replicas"] == 1
    many = kubernetes("kubernetes.many-hosts.yaml")
    assert many["Deployment", "sharebot"]["spec"]["replicas"] == 2
    assert many["Deployment", "sharebot-worker"]["spec"]["replicas"] == 3
    assert many["Secret", "sharebot"]["stringData"]["SHAREBOT_DATABASE"].startswith("postgresql+psycopg://")


def test_the_configuration_in_the_kubernetes_example_is_right(tmp_path, monkeypatch):
    objects = kubernetes("kubernetes.yaml")
    for name, value in objects["Secret", "sharebot"]["stringData"].items():
        monkeypatch.setenv(name, value)
    file = tmp_path / "sharebot.yaml"
    file.write_text(objects["ConfigMap", "sharebot"]["data"]["sharebot.yaml"], encoding="utf-8")
    assert not app.load(file, secrets=True).warnings


def test_the_unit_starts_reloads_and_ends_the_daemon_as_it_wants_to_be():
    settings = unit()
    program, *words = settings["ExecStart"][0].split()
    assert program.endswith("/bin/sharebot")
    assert is_understood(words)
    assert settings["Type"] == ["notify"]
    assert settings["ExecReload"] == ["kill -HUP $MAINPID"]
    assert int(settings["TimeoutStopSec"][0]) > 8
    assert settings["WatchdogSec"] == ["15min"]
    assert settings["WatchdogSignal"] == ["SIGTERM"]
    assert settings["RestartPreventExitStatus"] == [f"2 {os.EX_CONFIG}"]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong_in_the_unit_and_little_that_it_exposes(tmp_path):
    here = tmp_path / UNIT.name
    program = Path(sys.executable).parent / "sharebot"
    here.write_text(re.sub(r"(?<=^ExecStart=)\S+", str(program), UNIT.read_text("utf-8"), flags=re.MULTILINE))
    for command in (
        ["verify", "--man=no", "--recursive-errors=no"],
        ["security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager"],
    ):
        done = subprocess.run(
            ["systemd-analyze", *command, here], capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
