"""What sharebot is made of: locked with hashes, listed with licences, and audited where that can be done."""

import json
import os
import re
import sys
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from sharebot import __version__
from tools import audit, licences, sbom

ROOT = Path(__file__).parents[1]
LOCKS = sorted(ROOT.glob("requirements*.lock"))
KNOWN = {
    "name": "jinja2",
    "version": "3.1.6",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["3.1.7"]}, {"id": "PYSEC-2", "fix_versions": []}],
}


@pytest.fixture
def service(tmp_path, monkeypatch):
    """Stand in for pip-audit, beside a Python that is none: what it answers, by service."""

    def answer(**answers):
        program = tmp_path / "pip-audit"
        lines = "".join(f"case $* in *service={name}*) echo '{said}';; esac\n" for name, said in answers.items())
        program.write_text(f"#!/bin/sh\n{lines}echo 'no way out' >&2\n")
        program.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))

    return answer


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_each_locked_package_has_one_version_and_hashes(lock):
    text = lock.read_text("utf-8")
    for part in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]:
        assert re.match(r"[a-z0-9._-]+==\S+( ; [^\\]+)? \\\n    --hash=sha256:[0-9a-f]{64}", part), part
    assert not re.search(r"https?://|^-", text, re.MULTILINE), "a lock names no registry"


def test_each_package_that_is_shipped_has_a_licence_that_we_can_ship():
    found = list(licences.licences())
    assert {"sqlalchemy", "apprise", "psycopg-binary"} <= {each.package for each in found}
    assert [each for each in found if not each.is_allowed] == []


@pytest.mark.parametrize(
    ("words", "allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND MIT", True),
        ("GPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("GPL-2.0-only OR MIT", True),
        ("Other/Proprietary License", False),
        ("says nothing", False),
    ],
)
def test_a_licence_that_nobody_has_read_is_not_allowed(words, allowed):
    assert licences.Licence("a", "1", words).is_allowed is allowed


def test_the_bill_of_materials_is_valid_whole_and_the_same_each_time(tmp_path, monkeypatch, capsys):
    file = tmp_path / "new" / "sbom.json"
    monkeypatch.setattr(sys, "argv", ["sbom", str(file)])
    sbom.main()
    assert capsys.readouterr().out == f"{file}\n"
    text = file.read_text("utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    assert {(each["name"], each["version"]) for each in bill["components"]} == set(
        licences.LOCKED.findall(licences.ALL.read_text("utf-8"))
    )
    assert all(each["externalReferences"][0]["hashes"] for each in bill["components"])
    assert all(each["licenses"][0]["expression"] for each in bill["components"])
    assert (bill["metadata"]["component"]["version"], "timestamp" in bill["metadata"]) == (__version__, False)
    assert not re.search(rf"{re.escape(str(ROOT))}|/simple/|file:|127\.0\.0\.1", text)
    assert sbom.bill() == bill


@pytest.mark.integration
def test_nothing_that_is_locked_has_a_known_vulnerability():
    for lock in audit.LOCKS:
        try:
            known = audit.first_answer(lock)
        except audit.NoAnswerError as error:
            pytest.skip(f"the lock cannot be audited: {error}")
        assert list(audit.faults(known)) == []


def test_a_vulnerability_is_told_with_what_mends_it(service, capsys, monkeypatch):
    service(pypi=json.dumps({"dependencies": [KNOWN, {"name": "six", "version": "1", "vulns": []}]}))
    monkeypatch.setattr(sys, "argv", ["audit", "some.lock"])
    with pytest.raises(SystemExit, match="True"):
        audit.main()
    assert capsys.readouterr().out.splitlines() == [
        "jinja2 3.1.6: PYSEC-1, mended in 3.1.7",
        "jinja2 3.1.6: PYSEC-2, mended in no version yet",
    ]


def test_a_service_that_knows_nothing_is_no_answer_and_the_other_one_is_asked(service):
    service(pypi=json.dumps({"dependencies": [{"name": "six", "skip_reason": "?"}]}))
    with pytest.raises(audit.NoAnswerError, match="pypi knows none of 1 packages; osv cannot be asked: no way out"):
        audit.first_answer("some.lock")
    service(osv=json.dumps({"dependencies": [KNOWN]}))
    assert audit.first_answer("some.lock") == [KNOWN]


def test_where_nobody_answers_the_command_says_so_and_does_not_call_it_well(service, monkeypatch, capsys):
    service()
    monkeypatch.setattr(sys, "argv", ["audit", "some.lock"])
    with pytest.raises(SystemExit) as ended:
        audit.main()
    assert ended.value.code == os.EX_TEMPFAIL
    assert "not audited" in capsys.readouterr().err
