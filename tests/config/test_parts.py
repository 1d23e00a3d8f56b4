"""One configuration out of several files, each of whose faults is told in its own file."""

import pytest

from sharebot.errors import ConfigError

HEAD = "version: 1\ntimezone: Europe/Paris\n"
TOWN = "accounts:\n  town: {platform: town, server: https://town.example, token: '${TOWN_TOKEN}'}\n"
BELL = "accounts:\n  bell: {platform: bell, handle: crier, key: '${BELL_KEY}'}\n"


def letter(name, to="town"):
    return (
        f"newsletters:\n  {name}:\n    source: {{folder: {name}}}\n    posts:\n"
        f"      - {{name: a, to: {to}, schedule: now}}\n"
    )


@pytest.fixture
def told(files):
    def read(start, **texts):
        with pytest.raises(ConfigError) as caught:
            files(start, **texts)
        return [str(each).partition("\n")[0] for each in caught.value.problems]

    return read


def main(include, rest=TOWN):
    return f"{HEAD}include: {include}\n{rest}"


def test_the_files_that_are_included_are_one_configuration_with_the_main_one(files, tmp_path):
    found = files(
        "sharebot.yaml",
        sharebot=main("[people.yaml, teams/*.yaml]", letter("zero")),
        people=f"version: 1\n{TOWN}{BELL.partition(chr(10))[2]}",
        teams__b=letter("two", "bell"),
        teams__a=letter("one"),
    )
    assert list(found.newsletters) == ["zero", "one", "two"]
    assert found.accounts.keys() == {"town", "bell"}
    assert found.newsletters["two"].posts[0].schedule.zone == "Europe/Paris"
    names = ["sharebot.yaml", "people.yaml", "teams/a.yaml", "teams/b.yaml"]
    assert found.files == tuple(tmp_path / name for name in names)


def test_all_yaml_of_a_folder_is_one_configuration(files, tmp_path):
    found = files(
        ".",
        b=HEAD + TOWN,
        a=letter("one"),
        c=f"version: 1\n{letter('two')}",
        **{"2026-07.sharebot": "skip: true", ".hidden": "- nothing", "deeper__d": "- nothing"},
    )
    assert found.newsletters.keys() == {"one", "two"}
    assert found.files == tuple(tmp_path / f"{name}.yaml" for name in "abc")
    assert (found.path, found.folder) == (tmp_path, tmp_path)


def test_files_end_in_yml_too(files, tmp_path):
    (tmp_path / "a.yml").write_text(HEAD + TOWN)
    assert files(".", b=letter("one")).accounts


def test_paths_begin_at_the_main_files_folder_also_in_an_included_file(files, tmp_path):
    (tmp_path / "secret").write_text("the-town-token")
    accounts = TOWN.replace("token: '${TOWN_TOKEN}'", "token_file: secret")
    found = files("sharebot.yaml", sharebot=main("teams/a.yaml", letter("one")), teams__a=accounts)
    assert found.accounts["town"].settings.token.get_secret_value() == "the-town-token"
    assert found.files[-1] == tmp_path / "secret"


def test_a_pattern_means_neither_hidden_files_nor_those_beside_an_issue(files):
    texts = {"teams__.a": "- hidden", "teams__2026-07.sharebot": "skip: true"}
    found = files("sharebot.yaml", sharebot=main("'*/**/*.yaml'"), teams__deeper__a=letter("one"), **texts)
    assert found.newsletters.keys() == {"one"}


def test_anchors_hold_within_one_file(told):
    found = told(
        "sharebot.yaml",
        sharebot=main("a.yaml", "accounts: &all\n" + TOWN.partition("\n")[2]),
        a="newsletters: *all\n",
    )
    assert found == ["a.yaml:1:14: *all repeats nothing: no &all stands above (a text that begins with * needs quotes)"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.yaml", "there is no file none.yaml (a relative path begins at the configuration's folder)"),
        ("x*.yaml", "no file matches x*.yaml (a pattern begins at the configuration's folder)"),
        ("../a.yaml", "leads out of the configuration's folder (include files that lie in it or below it)"),
        ("/etc/passwd", "leads out of the configuration's folder (include files that lie in it or below it)"),
        (
            "way/out.yaml",
            "leads out of the configuration's folder by a link (include files that lie in it or below it)",
        ),
        ("sharebot.yaml", "would include the file itself (name the files beside it, such as teams/*.yaml)"),
        ("./sharebot.yaml", "would include the file itself (name the files beside it, such as teams/*.yaml)"),
        ("teams", "teams is a folder (write teams/*.yaml)"),
        ("'**a'", "is no name of files (write it like teams/*.yaml)"),
        ("x" * 300, "is no name of files (write it like teams/*.yaml)"),
        ("3", "should be text (put it in quotes)"),
        ("[]", "is empty; it needs one entry at least"),
        ("{a: b}", "should be a list (begin each entry with '- ')"),
    ],
)
def test_what_cannot_be_included_is_told_at_the_includes_line(told, tmp_path, tmp_path_factory, name, message):
    (tmp_path / "way").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    (tmp_path / "way/out.yaml").touch()
    (found,) = told("sharebot.yaml", sharebot=main(name, TOWN + letter("zero")), teams__a=letter("one"))
    assert found == f"sharebot.yaml:3:10: include: {message}"


def test_a_file_is_included_once(told):
    found = told("sharebot.yaml", sharebot=main("[a.yaml, 'a*', ./a.yaml]"), a=letter("one"))
    hint = "(each file is included once)"
    assert found == [
        f"sharebot.yaml:3:19: include.1: includes a.yaml a second time {hint}",
        f"sharebot.yaml:3:25: include.2: includes a.yaml a second time {hint}",
    ]


def test_a_name_that_stands_twice_is_told_with_the_place_of_the_first(told):
    found = told("sharebot.yaml", sharebot=main("teams/*", TOWN + letter("one")), teams__a=TOWN + letter("one"))
    assert found == [
        "teams/a.yaml:2:3: accounts.town: stands twice (the first is at sharebot.yaml:5:3)",
        "teams/a.yaml:4:3: newsletters.one: stands twice (the first is at sharebot.yaml:7:3)",
    ]


def test_what_is_said_once_stands_in_the_main_file(told):
    text = "timezone: UTC\nllm: {}\ninclude: b.yaml\nversion: 2\nnewsleters: {}\naccounts: []\n"
    cure = "stands in the main file alone; move it to sharebot.yaml"
    found = told("sharebot.yaml", sharebot=main("a.yaml", TOWN + letter("one")), a=text)
    assert found == [
        f"a.yaml:1:1: timezone: {cure}",
        f"a.yaml:2:1: llm: {cure}",
        f"a.yaml:3:1: include: {cure}",
        "a.yaml:4:10: version: is not known; this sharebot reads version 1, and a newer file needs a newer sharebot",
        "a.yaml:5:1: newsleters: unknown key (did you mean 'newsletters'?)",
        "a.yaml:6:11: accounts: should be a mapping of keys and values",
    ]


def test_the_main_file_says_its_version_itself(told):
    found = told("sharebot.yaml", sharebot=main("a.yaml", TOWN)[11:], a="version: 1\n" + letter("one"))
    assert found == ["sharebot.yaml:1:1: version: is missing (write version: 1)"]


def test_in_a_folder_each_thing_is_said_once(told):
    found = told(".", a=HEAD + TOWN, b="timezone: UTC\ninclude: c.yaml\n" + letter("one"), c=TOWN + letter("one"))
    assert found == [
        "b.yaml:1:1: timezone: stands twice (the first is at a.yaml:2:1)",
        "b.yaml:2:1: include: a folder's files are all read without it; delete the line",
        "c.yaml:2:3: accounts.town: stands twice (the first is at a.yaml:4:3)",
        "c.yaml:4:3: newsletters.one: stands twice (the first is at b.yaml:4:3)",
    ]


def test_a_folder_without_what_is_needed_says_so_in_its_first_file(told):
    assert told(".", a="newsleters: {}\n", b="accounts: 3\n") == [
        "a.yaml:1:1: newsleters: unknown key (did you mean 'newsletters'?)",
        "a.yaml:1:1: version: is missing (write version: 1)",
        "b.yaml:1:11: accounts: should be a mapping of keys and values",
    ]


def test_an_empty_folder_is_told(told):
    assert told(".") == [".: is a folder without any .yaml file (write sharebot.yaml in it)"]


def test_every_file_that_is_no_yaml_is_told_with_what_else_is_wrong_in_its_place(told):
    found = told(
        "sharebot.yaml",
        sharebot=main("[a.yaml, b.yaml, c.yaml, d.yaml]", TOWN.replace("server", "sever")),
        a="accounts: [1\nb: 2\n",
        b="\xe4".encode("latin-1"),
        c="",
        d="newsletters: {a: {source: {}}}\n",
    )
    assert found == [
        "sharebot.yaml:5:26: accounts.town.sever: unknown key (did you mean 'server'?)",
        "a.yaml:1:11: the list that begins here lacks a comma or its ]",
        "b.yaml:1:1: is not written in UTF-8 (save it as UTF-8)",
        "c.yaml:1:1: the file is empty; begin with version: 1, accounts: and newsletters:",
        "d.yaml:1:27: newsletters.a.source: names no source (installed: folder, feed)",
    ]


def test_a_fault_in_an_included_file_shows_its_line_with_a_caret(files):
    with pytest.raises(ConfigError) as caught:
        files("sharebot.yaml", sharebot=main("teams/a.yaml"), teams__a="# ours\n" + letter("one", "twon"))
    assert str(caught.value) == (
        "teams/a.yaml:6:23: newsletters.one.posts.0.to: unknown account 'twon' (did you mean 'town'?)\n"
        "        - {name: a, to: twon, schedule: now}\n"
        "                        ^"
    )


def test_a_secret_of_one_file_is_hidden_in_what_is_said_of_another(files):
    plain = TOWN.replace("'${TOWN_TOKEN}'", "hunter22")
    with pytest.raises(ConfigError) as caught:
        files("sharebot.yaml", sharebot=main("a.yaml", plain), a="x: hunter22\n")
    assert "hunter22" not in str(caught.value)
    with pytest.raises(ConfigError) as caught:
        files("sharebot.yaml", sharebot=main("[a.yaml, b.yaml]", plain + "accounts: {town: hunter22}\n"), b="x: [")
    assert "hunter22" not in "".join(each.excerpt for each in caught.value.problems)


def test_warnings_name_their_file_too(files):
    plain = TOWN.replace("'${TOWN_TOKEN}'", "hunter22")
    (warning,) = files("sharebot.yaml", sharebot=main("a.yaml", letter("one")), a=plain).warnings
    assert (warning.file, warning.line, warning.message) == ("a.yaml", 2, "a secret in plain text")


def test_a_file_and_a_folder_with_the_same_words_mean_the_same(files):
    alone = files("sharebot.yaml", sharebot=HEAD + TOWN + letter("one"))
    assert alone.newsletters == files(".").newsletters
