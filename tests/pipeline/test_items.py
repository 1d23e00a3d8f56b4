"""What a stream posts of an issue, and in whose voice."""

from dataclasses import replace

import pytest

from sharebot.config.values import Newsletter, Stream
from sharebot.errors import Unlinked
from sharebot.model import Article, Caution, Issue, Rules, Voice
from sharebot.pipeline.items import choose, posts_for, unkind, voice_of
from sharebot.schedule import Schedule
from sharebot.settings import Settings
from sharebot.text.measure import measure_mastodon

RULES = Rules(measure_mastodon, "https://docs.joinmastodon.org")
STREAM = Stream("all", ("mastodon",), Schedule("UTC", now=True), "thread")
NEWSLETTER = Newsletter("weekly", "folder", Settings(), (STREAM,))
ISSUE = Issue(
    "7",
    "July",
    (
        Article(1, "The ferry runs again", ("It left on Monday.",), "https://news.example/1"),
        Article(2, "Museum buys a diary", ("It is from 1841.",), "https://news.example/2"),
    ),
)


def texts(stream, rules=RULES, issue=ISSUE, newsletter=NEWSLETTER):
    items = choose(newsletter, stream, issue, threads=rules.threads)
    return [[post.text for post in posts_for(newsletter, stream, item, rules, "any")] for item in items]


def test_a_thread_is_one_delivery_with_a_post_for_each_article():
    (thread,) = texts(STREAM)
    assert [text.partition("\n")[0] for text in thread] == ["July", "The ferry runs again", "Museum buys a diary"]


def test_where_a_network_knows_no_threads_each_article_is_a_delivery_of_its_own():
    alone = texts(STREAM, replace(RULES, threads=False))
    assert alone == texts(replace(STREAM, what="articles"))
    assert len(alone) == 2


def test_a_digest_is_one_post_on_every_network():
    assert texts(replace(STREAM, what="digest")) == texts(replace(STREAM, what="digest"), replace(RULES, threads=False))


def test_each_post_of_a_thread_is_looked_at_beside_its_own_article():
    shown = replace(ISSUE, articles=(ISSUE.articles[0], replace(ISSUE.articles[1], image="https://news.example/2.jpg")))
    rules, stream = replace(RULES, pictures=4), replace(STREAM, card="image")
    for each, count in ((stream, 1), (replace(stream, what="digest"), 0)):
        (item,) = choose(NEWSLETTER, each, shown)
        assert len(unkind(each, item, posts_for(NEWSLETTER, each, item, rules, "any"), rules)) == count
    told = [
        unkind(stream, item, posts_for(NEWSLETTER, stream, item, rules, "any"), rules)
        for item in choose(NEWSLETTER, stream, shown, threads=False)
    ]
    assert [len(each) for each in told] == [0, 1]


def test_a_stream_speaks_as_its_newsletter_and_the_editor_say():
    caution = Caution(words=("war",), warning="War")
    named = replace(NEWSLETTER, title="Harbour Weekly", warnings=(caution,))
    newsletter = replace(named, language="en", utm={"medium": "social"}, hashtags=("Oslo",))
    stream = replace(
        STREAM, text="{headline}", card="quote", opening="{newsletter}", numbering=True, replies="unlisted"
    )
    assert voice_of(newsletter, stream) == Voice(
        "{headline}",
        "en",
        {"medium": "social"},
        ("Oslo",),
        newsletter="Harbour Weekly",
        card="quote",
        cautions=(caution,),
        opening="{newsletter}",
        numbering=True,
        replies="unlisted",
    )


def test_what_the_editor_does_not_say_is_usual_and_a_newsletters_key_is_its_name():
    assert voice_of(NEWSLETTER, STREAM) == Voice(newsletter="weekly")


@pytest.mark.parametrize("what", ["articles", "thread"])
def test_what_has_no_link_but_a_readers_own_is_held_alone_and_in_a_thread(what):
    private = replace(ISSUE, articles=(replace(ISSUE.articles[0], url=None, redirect="https://click.example/u1"),))
    with pytest.raises(Unlinked):
        texts(replace(STREAM, what=what), issue=private)
    assert texts(
        replace(STREAM, what=what), issue=private, newsletter=replace(NEWSLETTER, link="https://news.example/")
    )
