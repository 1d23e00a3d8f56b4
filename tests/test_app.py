"""What another configuration takes over from the one before."""

import pytest

from sharebot import app

TEXT = """version: 1
timezone: UTC
accounts:
  one: {platform: mastodon, server: "https://m.example", access_token: "secret-1"}
  two: {platform: mastodon, server: "https://m.example", access_token: "secret-2"}
newsletters:
  weekly: {source: {folder: weekly}, posts: [{name: articles, to: [one, two], schedule: now}]}
  daily: {source: {folder: daily}, posts: [{name: articles, to: [one], schedule: now}]}
"""


@pytest.fixture
def built(tmp_path, ledger):
    def build(*changes, before=None):
        text = TEXT
        for old, new in changes:
            text = text.replace(old, new)
        (tmp_path / "sharebot.yaml").write_text(text, encoding="utf-8")
        return app.build(app.load(tmp_path / "sharebot.yaml", secrets=True), ledger, before=before)

    return build


def test_accounts_and_sources_stay_as_they_are_where_nothing_of_theirs_changed(built):
    before = built()
    after = built(("secret-2", "secret-3"), ("folder: daily", "folder: new"), before=before)
    assert after.platforms["one"] is before.platforms["one"]
    assert after.platforms["two"] is not before.platforms["two"]
    assert after.sources["weekly"] is before.sources["weekly"]
    assert after.sources["daily"] is not before.sources["daily"]


def test_a_source_is_made_anew_where_its_issues_are_to_be_read_otherwise(built):
    before = built()
    after = built(("weekly}, posts", "weekly}, split: headings 2, posts"), before=before)
    assert after.sources["weekly"] is not before.sources["weekly"]
