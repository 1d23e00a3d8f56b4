"""check --online against the sandbox: as whom, what each account may do, and until when."""

import pytest

pytestmark = pytest.mark.integration


def test_each_account_tells_who_it_is_and_what_it_may(project, sandbox):
    project.write(sandbox)
    project.issue()
    found = project.json("check", "--online")
    accounts = {account.pop("name"): account for account in found["accounts"]}
    place = sandbox.url.removeprefix("http://")
    assert accounts["mastodon"]["who"].endswith(f"@{place}")
    assert {name: (a["may"], a["bot"], a["limit"], a["advice"]) for name, a in accounts.items()} == {
        "x": (["read", "write"], None, 280, []),
        "mastodon": (["read", "write"], True, 500, []),
        "bluesky": (["com.atproto.appPass"], None, 300, []),
    }
    assert accounts["bluesky"]["ends"].endswith("+00:00")
    assert "does not end" in accounts["bluesky"]["lasting"]
    assert accounts["x"]["ends"] is accounts["mastodon"]["ends"] is None
    assert found["ok"]


def test_a_folder_is_a_configuration_wherever_one_is_named(project, sandbox):
    project.write(sandbox)
    project.issue()
    text = (project.home / "sharebot.yaml").read_text("utf-8")
    head, mark, rest = text.partition("newsletters:")
    (project.home / "sharebot.yaml").unlink()
    folder = project.home / "editors"
    folder.mkdir()
    (folder / "people.yaml").write_text(head, encoding="utf-8")
    (folder / "weekly.yaml").write_text(mark + rest.replace("folder: issues", "folder: ../issues"), encoding="utf-8")
    assert "editors: nothing is wrong" in project.run("check", "editors").stdout
    assert len(project.json("plan", "--config", "editors")["deliveries"]) == 9
    project.run("run", "--once", "--config", "editors")
    assert len(sandbox.posts()) == 9
    assert (folder / "sharebot.db").exists()
