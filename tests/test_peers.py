"""What `benchmarks/peers` counts, and how it kills: the verdicts on programs of other people rest on it."""

import json
import sys
from datetime import UTC, datetime

import feedparser
import pytest

from benchmarks import figures
from benchmarks.peers import installing, stage
from benchmarks.peers.contest import SCENES, Entrant, Result, _details, _shown, _sums
from benchmarks.peers.issue import Tally, archive, demo, rss, tally
from benchmarks.peers.programs import Feed2toot, Sharebot
from sharebot.sandbox import Sandbox, credentials

ONE, TWO, THREE = ARTICLES = archive(3)
WHO = (Entrant("sharebot", Sharebot), Entrant("feed2toot", Feed2toot))
BOT = """
import json, sys, urllib.request
for text in ("first", "second", "third"):
    head = {"Authorization": "Bearer " + sys.argv[2], "Content-Type": "application/json"}
    body = json.dumps({"status": text}).encode()
    urllib.request.urlopen(urllib.request.Request(sys.argv[1] + "/api/v1/statuses", body, head)).read()
sys.exit(7)
"""


def post(article, link=None):
    return f"{article.headline}\n\n{link or article.link}"


def test_each_article_posted_once_with_its_link_is_right():
    assert tally(ARTICLES, ARTICLES, [post(one) for one in ARTICLES]) == Tally(3, 0, 0, 0)


def test_posts_beyond_an_articles_first_are_doubled():
    assert tally(ARTICLES, ARTICLES, [post(ONE)] * 3 + [post(TWO)] * 2 + [post(THREE)]).doubled == 3


def test_an_article_without_a_post_is_lost_where_it_was_wanted():
    assert tally(ARTICLES, ARTICLES, [post(ONE)]).lost == 2
    assert tally([THREE], ARTICLES, [post(ONE)]).lost == 1
    assert tally([THREE], ARTICLES, [post(THREE)]).lost == 0


@pytest.mark.parametrize("link", [ONE.link[:-1], ONE.link + "…", ONE.url, "https://harbour.exam..."])
def test_a_link_that_is_not_whole_is_cut(link):
    assert tally([ONE], ARTICLES, [post(ONE, link)]) == Tally(posts=1, doubled=0, lost=0, cut=1)


def test_a_part_of_a_text_without_link_counts_as_a_post_whose_link_is_missing():
    assert tally([ONE], ARTICLES, [post(ONE), "and so it goes on"]) == Tally(posts=2, doubled=0, lost=0, cut=1)


def test_the_feed_holds_each_article_newest_first_with_its_tagged_link():
    found = feedparser.parse(rss(ARTICLES, datetime(2026, 11, 1, tzinfo=UTC))).entries
    assert [(item.title, item.link, item.id) for item in found] == [
        (one.headline, one.link, one.url) for one in (THREE, TWO, ONE)
    ]
    assert [item.published_parsed[3:5] for item in found] == [(0, 2), (0, 1), (0, 0)]


def test_the_demo_gives_articles_whose_whole_text_is_too_long_for_one_post_if_links_count_in_full():
    assert all(len(f"{one.headline}\n\n{one.text}\n\n{one.link}") > 500 for one in demo())


def test_a_version_is_read_from_the_lock():
    assert installing.version("feed2toot").count(".") >= 1


def test_a_program_is_killed_in_its_second_post_and_the_network_takes_that_post(tmp_path, monkeypatch):
    monkeypatch.setattr(stage, "SLOW", 0.4)
    with Sandbox() as network:
        network.fault("mastodon", "slow", seconds=0)
        network.fault("mastodon", "slow", seconds=0.3)
        watched = stage.Stage(network, tmp_path, kills=True)
        bot = (sys.executable, "-c", BOT, network.url, credentials(network.url)["mastodon"]["access_token"])
        assert watched.call(bot) == -9
        assert [one["text"] for one in network.posts()] == ["second", "first"]
        assert watched.call(bot) == 7
        assert len(network.posts()) == 5
    assert watched.codes == [-9, 7]
    assert watched.memory > 1


def test_sharebot_has_goals_and_a_peer_has_none():
    results = [Result(scene, who, Tally(3, 1, 0, 0), 0, 3, (1, 0), 40.0) for scene in SCENES for who in WHO]
    sums = {figure.name: figure for who in WHO for figure in _sums(who, [r for r in results if r.entrant == who])}
    assert sums["sharebot: posts doubled"].met is False
    assert sums["feed2toot: posts doubled"].met is None
    assert sums["feed2toot: posts doubled"].samples == (1,) * len(SCENES)


def test_details_stand_in_the_document_and_not_in_the_table():
    result = Result(SCENES[2], WHO[0], Tally(5, 2, 0, 0), 0, 2, (1, 0), 40.0)
    made = list(_details(result))
    assert figures.table(made).count("\n") == 0
    kept = {one["name"]: one["value"] for one in json.loads(figures.document(made))["figures"]}
    assert kept[f"{SCENES[2].name}: sharebot: doubled"] == 2
    assert _shown([result]).splitlines()[1].split()[-9:] == ["5", "2", "0", "0", "0", "2", "1", "0", "40"]
