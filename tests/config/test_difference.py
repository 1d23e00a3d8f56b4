"""What the log says of a configuration that was read again: each key, and no secret."""

import pytest

from sharebot import app
from sharebot.config.difference import Difference, difference, same

TEXT = """version: 1
timezone: UTC
accounts:
  mastodon: {platform: mastodon, server: "https://m.example", access_token: "first-secret"}
newsletters:
  weekly:
    source: {folder: issues}
    posts:
      - name: articles
        to: [mastodon]
        schedule: {every: weekday, at: ["09:00"], gap: 30m, most: 4 per day}
        text: "{headline} {link}"
"""


@pytest.fixture
def told(tmp_path):
    """Change the text, and return what is told of it."""

    def load(text):
        (tmp_path / "sharebot.yaml").write_text(text, encoding="utf-8")
        return app.load(tmp_path / "sharebot.yaml", secrets=True)

    def tell(*changes):
        after, before = TEXT, TEXT
        for old, new in changes:
            assert old in after
            after = after.replace(old, new)
        ours, theirs = load(before), load(after)
        found = difference(ours, theirs)
        assert (found == Difference()) == same(ours, theirs)
        assert "secret" not in str(found)
        return found

    return tell


def test_a_changed_key_is_told_by_its_path_with_both_values(told):
    assert told(("09:00", "10:00")).changed == ("newsletters.weekly.posts.articles.schedule.at: 09:00 → 10:00",)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("every: weekday, ", "", "schedule.every: 1, 2, 3, 4, 5 → none"),
        ("gap: 30m", "gap: 1h", "schedule.gap: 0:30:00 → 1:00:00"),
        ("most: 4 per day", "most: 5 per week", "schedule.most: 4 per day → 5 per week"),
        ('at: ["09:00"]', 'at: ["09:00", 12:30]', "schedule.at: 09:00 → 09:00, 12:30"),
        ("{headline} {link}", "{link}\\n\\n{headline}", "text: {headline} {link} → {link} {headline}"),
        ("{headline} {link}", f"{'word ' * 20}{{link}}", "text: changed"),
        ("to: [mastodon]", "to: [mastodon]\n        numbering: true", "numbering: false → true"),
    ],
)
def test_values_are_told_as_a_person_would_write_them_in_one_short_line(told, old, new, line):
    assert told((old, new)).changed == (f"newsletters.weekly.posts.articles.{line}",)


def test_what_a_source_and_its_reader_are_told_stands_under_the_keys_of_the_file(told):
    assert told(("folder: issues", "folder: news")).changed == ("newsletters.weekly.source.folder: issues → news",)
    feed = told(("folder: issues", 'feed: "https://reader:secret@news.example/feed"'))
    assert "newsletters.weekly.source: folder → feed" in feed.changed
    assert "newsletters.weekly.source.feed" in feed.added
    assert "newsletters.weekly.source.folder" in feed.removed
    assert told(("    posts:", "    split: headings 2\n    posts:")).changed == (
        "newsletters.weekly.split: none → headings 2",
    )


def test_a_password_in_an_address_is_not_told(told):
    link = "    link: https://reader:secret@news.example/{issue.id}\n    posts:"
    assert told(("    posts:", link)).changed == ("newsletters.weekly.link: none → https://…@news.example/{issue.id}",)


def test_a_secret_and_what_stands_beside_it_is_only_told_to_have_changed(told):
    assert told(("first-secret", "second-secret"), ("m.example", "n.example")).changed == (
        "accounts.mastodon.server: changed",
        "accounts.mastodon.access_token: changed",
    )


def test_what_is_new_or_gone_is_told_by_its_path_alone(told):
    account = '  other: {platform: mastodon, server: "https://o.example", access_token: "third-secret"}\nnewsletters:'
    stream = "      - {name: digest, what: digest, to: [mastodon], schedule: now}\n"
    more = told(("newsletters:", account), ("      - name: articles", f"{stream}      - name: articles"))
    assert more.added == ("accounts.other", "newsletters.weekly.posts.digest")
    assert told(("name: articles", "name: stories")) == Difference(
        ("newsletters.weekly.posts.stories",), ("newsletters.weekly.posts.articles",)
    )
    budget = told(("access_token:", "budget: 20 USD per month, access_token:"))
    assert budget.added == ("accounts.mastodon.budget",)


def test_a_value_that_can_only_be_told_at_length_is_told_to_have_changed(told):
    warned = told(("    posts:", "    warnings: [{words: [war], warning: War}]\n    posts:"))
    assert warned.changed == ("newsletters.weekly.warnings: changed",)


def test_other_comments_and_another_order_are_no_difference(told):
    assert told(("timezone: UTC", "# The editors' own.\ntimezone: UTC")) == Difference()
    assert told(("version: 1\ntimezone: UTC", "timezone: UTC\nversion: 1")) == Difference()
