from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.errors import DoesNotFit
from sharebot.model import Article, Issue, Length, Rules, Voice
from sharebot.text import links
from sharebot.text.compose import compose, digest, thread
from sharebot.text.measure import measure_bluesky, measure_mastodon, measure_x
from sharebot.text.quotes import scan

LINK = "https://weekly.example.com/2026-07/ferry?id=7#top"
FERRY = Article(
    1,
    "The ferry to Hale Island runs again",
    (
        "The ferry to Hale Island runs again after two years in the dock. A ticket costs 12 kroner.",
        "“Nobody believed that we would hear her horn again.” Ines Holt, who keeps the only shop, says that she cried.",
        "However, the last boat leaves at 6 p.m. and nobody may bring a car.",
    ),
    url=LINK,
    image="https://weekly.example.com/ferry.jpg",
    author="Paul Adeyemi",
    tags=("public transport", "Hale Island"),
)
MARKET = Article(
    2,
    "Market hall gets a new roof",
    ("The builders used larch from the county’s own wood. The old tiles are for sale.",),
    url=LINK + "2",
)
SCHOOL = Article(3, "School garden wins a prize", ("The school garden has won the county’s prize.",), url=LINK + "3")
ISSUE = Issue(
    "2026-07", "Harbour Weekly, July", (FERRY, MARKET, SCHOOL), language="en", url="https://weekly.example.com/7"
)
VOICE = Voice(hashtags=("Oslo",))
X = Rules(measure_x, "https://docs.x.com", hashtags=2)
MASTODON = Rules(measure_mastodon, "https://docs.joinmastodon.org")
BLUESKY = Rules(measure_bluesky, "https://docs.bsky.app", facets=True, cards=True)


def within(limit, **rules):
    def measure(text, content_warning="", own=None):
        length = len(content_warning + text)
        return Length(length, own or limit, length <= (own or limit))

    return Rules(measure, "https://example.org", **rules)


def text(article=FERRY, voice=VOICE, rules=X, issue=ISSUE):
    return compose(article, issue, voice, rules, "x").text


def test_a_post_has_headline_summary_link_and_hashtags():
    assert text(MARKET) == (
        "Market hall gets a new roof\n\n"
        "The builders used larch from the county’s own wood. The old tiles are for sale.\n\n"
        f"{LINK}2 #Oslo"
    )


def test_hashtags_go_first_then_sentences_then_the_end_of_the_headline():
    full = text(rules=within(1000))
    whole = text(rules=within(len(full) - 1))
    assert whole == full.removesuffix(" #Oslo")
    shorter = text(rules=within(len(full.partition(" #")[0]) - 1))
    assert shorter.startswith(f"{FERRY.headline}\n\n")
    assert len(shorter.partition(LINK)[0]) < len(full.partition(LINK)[0])
    assert text(rules=within(len(FERRY.headline) + 2 + len(LINK))) == f"{FERRY.headline}\n\n{LINK}"
    assert text(rules=within(len(FERRY.headline) + 1 + len(LINK))) == f"The ferry to Hale Island runs…\n\n{LINK}"


def test_a_headline_without_spaces_is_cut_behind_a_character():
    chinese = replace(FERRY, headline="渡轮" * 40, paragraphs=())
    assert text(chinese, rules=within(len(LINK) + 10)) == f"{'渡轮' * 3}渡…\n\n{LINK}"
    family = replace(FERRY, headline="👨‍👩‍👧‍👦" * 9, paragraphs=())
    assert text(family, rules=within(len(LINK) + 12)) == f"👨‍👩‍👧‍👦…\n\n{LINK}"


def test_a_cut_headline_leaves_no_quotation_open():
    quoting = replace(FERRY, headline="Ines Holt: “Nobody believed we would hear her again”", paragraphs=())
    assert text(quoting, rules=within(len(LINK) + 32)) == f"Ines Holt…\n\n{LINK}"


def test_a_link_that_does_not_fit_is_an_error_that_names_the_cure():
    with pytest.raises(DoesNotFit, match=rf"^x: .* needs {len(LINK)} of the 40 allowed.*shorter address"):
        text(rules=within(40))


def test_a_post_of_nothing_is_an_error():
    with pytest.raises(DoesNotFit, match=r"^x: nothing to post"):
        text(Article(1, "", ()), Voice())


def test_an_article_without_a_link_has_none():
    post = compose(replace(FERRY, url=None), ISSUE, VOICE, BLUESKY, "bluesky")
    assert (post.links, post.card) == ((), None)
    assert "http" not in post.text
    assert " \n" not in post.text


def test_a_template_without_a_link_leaves_it_to_the_card():
    post = compose(FERRY, ISSUE, Voice("{headline}"), BLUESKY, "bluesky")
    assert post.text == FERRY.headline
    assert post.card is not None
    assert post.card.url == LINK


def test_every_field_of_the_template_is_filled():
    voice = Voice("{number}. {headline}, by {author}, in {issue}: {link}")
    assert text(voice=voice) == f"1. {FERRY.headline}, by Paul Adeyemi, in Harbour Weekly, July: {LINK}"
    with pytest.raises(ValueError, match=r"no field \{newsletter\}"):
        text(voice=Voice("{newsletter}"))


def test_utm_parameters_are_the_same_in_text_links_card_and_facets():
    voice = Voice(utm={"source": "{platform}", "campaign": "{issue.id}", "id": "9"})
    post = compose(FERRY, ISSUE, voice, BLUESKY, "bluesky")
    link = "https://weekly.example.com/2026-07/ferry?id=7&utm_source=bluesky&utm_campaign=2026-07&utm_id=9#top"
    assert post.links == (link,)
    assert post.card is not None
    assert post.card.url == link
    assert [facet.value for facet in post.facets if facet.kind == "link"] == [link]
    assert post.text.count(link) == 1


def test_facets_count_bytes():
    voice = Voice("Überfahrt 🚢 {headline}\n{link} {hashtags}", hashtags=("Oslo",))
    post = compose(FERRY, ISSUE, voice, BLUESKY, "bluesky")
    cut = [(facet.kind, post.text.encode()[facet.start : facet.end].decode(), facet.value) for facet in post.facets]
    assert cut == [
        ("link", LINK, LINK),
        ("tag", "#PublicTransport", "PublicTransport"),
        ("tag", "#HaleIsland", "HaleIsland"),
        ("tag", "#Oslo", "Oslo"),
    ]


def test_the_card_opens_with_whole_sentences():
    card = compose(FERRY, ISSUE, VOICE, BLUESKY, "bluesky").card
    assert card is not None
    assert (card.title, card.image) == (FERRY.headline, FERRY.image)
    assert card.description == " ".join(FERRY.paragraphs[:2])


def test_networks_that_make_facets_and_cards_themselves_get_none():
    post = compose(FERRY, ISSUE, VOICE, MASTODON, "mastodon")
    assert (post.facets, post.card) == ((), None)


def test_a_strangers_name_in_an_article_is_not_pinged():
    loud = replace(
        FERRY, headline="@ann and #ferries: $BOAT rises", paragraphs=("We thank @bob. That is all.",), tags=()
    )
    post = compose(loud, ISSUE, Voice(), BLUESKY, "bluesky")
    assert [facet.kind for facet in post.facets] == ["link"]
    assert not {"@ann", "#ferries", "$BOAT", "@bob"} & set(post.text.replace(".", "").split())
    assert post.text.replace("\u2060", "").startswith("@ann and #ferries: $BOAT rises\n\nWe thank @bob.")


def test_a_headline_that_looks_like_a_template_stays_as_it_is():
    assert text(replace(FERRY, headline="{link} {0}"), Voice()).startswith("{link} {0}\n\n")


def test_the_newsletters_language_is_for_issues_that_do_not_say_theirs():
    french = replace(ISSUE, language="fr")
    assert compose(FERRY, french, replace(VOICE, language="en"), X, "x").language == "fr"
    assert compose(FERRY, replace(ISSUE, language=None), replace(VOICE, language="en"), X, "x").language == "en"


@pytest.mark.parametrize("rules", [X, MASTODON, BLUESKY])
def test_a_link_with_characters_that_end_links_arrives_whole(rules):
    post = compose(replace(FERRY, url='https://example.com/港/a "b"'), ISSUE, Voice(), rules, "any")
    (link,) = post.links
    assert unquote(link) == 'https://example.com/港/a "b"'
    assert [span.text for span in links.urls(post.text)] == [link]
    assert not rules.facets or post.facets[0].value == link


def test_a_thread_opens_with_the_issue_and_has_a_post_for_each_article():
    posts = thread(ISSUE, VOICE, X, "x")
    assert posts[0].text == "Harbour Weekly, July\n\nhttps://weekly.example.com/7"
    assert posts[1:] == tuple(compose(article, ISSUE, VOICE, X, "x") for article in ISSUE.articles)
    assert thread(replace(ISSUE, title="", url=None), VOICE, X, "x") == posts[1:]


def test_a_digest_lists_the_headlines():
    assert digest(ISSUE, VOICE, X, "x").text == (
        "Harbour Weekly, July\n\n• The ferry to Hale Island runs again\n• Market hall gets a new roof\n"
        "• School garden wins a prize\n\nhttps://weekly.example.com/7 #Oslo"
    )


@pytest.mark.parametrize(("language", "more"), [("en", "+2 more"), ("de", "+2 weitere"), ("nl", "+2")])
def test_a_digest_that_is_too_long_says_how_many_more(language, more):
    short = digest(replace(ISSUE, language=language), Voice(), within(105), "x").text
    assert short == (
        f"Harbour Weekly, July\n\n• The ferry to Hale Island runs again\n{more}\n\nhttps://weekly.example.com/7"
    )


def test_a_digest_keeps_its_link_when_no_headline_fits():
    assert digest(ISSUE, VOICE, within(55), "x").text == "Harbour Weekly, July\n\nhttps://weekly.example.com/7"


WORDS = st.sampled_from(
    [
        "However",
        "the",
        "ferry",
        "said.",
        "“Nobody",
        "believed”",
        "@ann",
        "#tag",
        "$CASH",
        "{link}",
        "{x}",
        "渡轮。",
        "👨\u200d👩\u200d👧",
        "https://a.example/b?c",
        "But",
        "it!",
        "(no)",
        "3.5",
    ]
)
PROSE = st.lists(WORDS, max_size=60).map(" ".join)


@given(
    headline=PROSE,
    paragraphs=st.lists(PROSE, max_size=4).map(tuple),
    words=st.lists(st.text(max_size=12), max_size=4).map(tuple),
    limit=st.integers(60, 400),
    own=st.sampled_from([None, X, MASTODON, BLUESKY]),
)
def test_whatever_the_article_the_post_fits_and_the_link_is_whole(headline, paragraphs, words, limit, own):
    article = Article(1, headline, paragraphs, url=LINK, tags=words)
    rules = own or within(limit, facets=True)
    post = compose(article, ISSUE, VOICE, rules, "x")
    assert rules.measure(post.text).fits
    assert [url.text for url in links.urls(post.text)].count(LINK) == 1
    assert post.text.count(LINK) == 1
    for facet in post.facets:
        marked = post.text.encode()[facet.start : facet.end].decode()
        assert marked == (facet.value if facet.kind == "link" else f"#{facet.value}")
    assert "\n\n\n" not in post.text
    assert all(line == line.strip() for line in post.text.split("\n"))


@given(paragraphs=st.lists(PROSE, max_size=4).map(tuple), limit=st.integers(60, 400))
def test_a_posts_summary_is_balanced_and_in_the_articles_words(paragraphs, limit):
    article = Article(1, "Ferry", paragraphs, url=LINK)
    post = compose(article, ISSUE, Voice("{link}\n{summary}"), within(limit), "x")
    summary = post.text.partition(LINK)[2].strip().replace("\u2060", "")
    left = iter("".join(article.text.split()))
    assert all(letter in left for letter in "".join(summary.split()))
    assert scan(summary).open_at is None
