"""DNS is dead, or lies: real files of names in a space of its own."""

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]

DEAD = "no name server answers; check the network and /etc/resolv.conf"
FED = """  fed:
    source: {feed: "https://news.example.com/feed.xml"}
    since: all
    posts: [{name: articles, to: [x], schedule: now}]
"""


class Names:
    """What the space's programs know of names; no name server answers them."""

    def __init__(self, space, home):
        self._hosts = home / "hosts"
        self.are()
        (home / "resolv.conf").write_text("nameserver 127.0.0.1\noptions timeout:1 attempts:1\n")
        (home / "nsswitch.conf").write_text("hosts: files dns\n")
        for name in ("hosts", "resolv.conf", "nsswitch.conf"):
            space.mount("--bind", home / name, f"/etc/{name}")

    def are(self, **addresses):
        """Know these names, and no others."""
        self._hosts.write_text("".join(f"{address} {name}\n" for name, address in addresses.items()))


@pytest.fixture
def names(space, tmp_path):
    return Names(space, tmp_path)


def elsewhere(project, sandbox):
    """Let Mastodon be a server with a name, and nothing else."""
    project.write(sandbox, **{f"server: {sandbox.url}": "server: https://mastodon.example.com"})


@pytest.mark.usefixtures("names")
def test_with_dead_dns_at_the_start_each_place_is_named_and_what_has_no_name_is_posted_to(project, sandbox):
    elsewhere(project, sandbox)
    project.issue()
    with (project.home / "sharebot.yaml").open("a") as file:
        file.write(FED)
    checked = project.run("check", "--online", code=1)
    assert f"mastodon.example.com cannot be reached: {DEAD}" in checked.stdout
    assert f"https://news.example.com/feed.xml: it cannot be reached: {DEAD}" in checked.stderr
    assert "@demo" in checked.stdout

    done = project.run("run", "--once", code=1)  # a source that could not be read is a failure
    assert f"https://news.example.com/feed.xml: it cannot be reached: {DEAD}" in done.stderr
    assert {network: count for network, count in sandbox.requests().items() if count} == {"x": 3, "bluesky": 3}
    rows = [row for row in project.queue() if row["account"] == "mastodon"]
    assert [row["state"] for row in rows] == ["queued"] * 3
    assert rows[0]["error"] == f"mastodon.example.com cannot be reached: {DEAD}"
    assert {row["attempts"] for row in rows} == {0}


def test_a_name_that_nobody_knows_is_told_from_names_that_cannot_be_asked_for(project, sandbox):
    project.write(sandbox, **{f"server: {sandbox.url}": "server: https://mastodon.example.invalid"})
    project.issue()
    project.run("run", "--once", code=75)
    (error,) = {row["error"] for row in project.queue() if row["account"] == "mastodon" and row["error"]}
    assert error.startswith("mastodon.example.invalid cannot be reached: ")
    assert any(words in error for words in ("its name is not known", DEAD))


def test_a_name_that_gets_lost_while_the_daemon_works_is_found_again_by_itself(
    project, sandbox, names, daemon, log, eventually
):
    address, port = sandbox.url.removeprefix("http://").split(":")
    names.are(localhost=address)
    project.write(sandbox, **{f"server: {sandbox.url}": f"server: http://localhost:{port}"})
    daemon()
    names.are()
    project.issue()
    assert eventually(lambda: len(sandbox.posts()) == 6)
    assert eventually(lambda: log.events("post.queued"))
    assert log.events("post.queued")[0]["why"] == f"localhost:{port} cannot be reached: {DEAD}"
    names.are(localhost=address)
    assert eventually(lambda: len(sandbox.posts()) == 9, 120)
    assert eventually(lambda: project.states() == ["published"] * 9)


def test_a_source_whose_name_leads_into_a_private_network_is_not_visited(project, sandbox, names):
    names.are(**{"news.example.com": "10.0.0.1"})
    project.write(sandbox)
    with (project.home / "sharebot.yaml").open("a") as file:
        file.write(FED)
    said = project.run("run", "--once", code=1).stderr
    assert "https://news.example.com/feed.xml" in said
    assert "its address 10.0.0.1 belongs to a private network" in said
