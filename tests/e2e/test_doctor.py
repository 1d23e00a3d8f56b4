"""doctor beside real processes and the networks' stand-ins."""

import json
import zipfile

SECRETS = ("sandbox-demo", "sandbox-secret")


def checks(project, *options, code=0):
    return {each["name"]: each for each in project.json("doctor", *options, code=code)["checks"]}


def test_all_that_works_is_told_to_work_and_signed_in(project, sandbox, daemon):
    project.write(sandbox)
    running = daemon()
    found = checks(project)
    assert {each["severity"] for each in found.values()} <= {"info", "warning"}
    for name in (
        "sign-in x",
        "sign-in mastodon",
        "sign-in bluesky",
        f"network 127.0.0.1:{sandbox.url.rpartition(':')[2]}",
    ):
        assert found[name]["severity"] == "info"
    assert "server(s) agree" in found["clock"]["words"]
    assert "@demo" in found["sign-in mastodon"]["words"]
    assert found["daemon"]["words"] == "well"
    project.stop(running)


def test_a_token_that_is_refused_is_told_and_nothing_that_is_told_holds_a_secret(project, sandbox):
    project.write(sandbox)
    text = (project.home / "sharebot.yaml").read_text("utf-8")
    (project.home / "sharebot.yaml").write_text(text.replace("sandbox-demo", "wrong-token-1"), "utf-8")
    project.run("run", "--once", code=None)
    found = checks(project, "--bundle", "help.zip", code=1)
    assert not found["sign-in mastodon"]["ok"]
    assert "sharebot login mastodon" in found["sign-in mastodon"]["cure"]
    with zipfile.ZipFile(project.home / "help.zip") as archive:
        told = json.dumps(found) + "".join(archive.read(name).decode() for name in archive.namelist())
    assert "sign-in mastodon" in told
    assert not [secret for secret in (*SECRETS, "wrong-token-1") if secret in told]


def test_a_database_below_which_no_daemon_runs_is_no_network_fault(project, sandbox):
    project.write(sandbox)
    faults = [name for name, each in checks(project, code=1).items() if not each["ok"]]
    assert faults == ["daemon"]
