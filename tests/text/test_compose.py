import time
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.errors import DoesNotFit
from sharebot.model import Article, Card, Caution, Issue, Length, Picture, Post, Rules, Voice
from sharebot.text import entities, links
from sharebot.text.compose import compose, digest, reworded, thread
from sharebot.text.fit import SACRIFICE
from sharebot.text.measure import measure_bluesky, measure_mastodon, measure_x
from sharebot.text.quotes import scan
from sharebot.text.tables import TLDS_NOW

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
    voice = Voice("{number}. {headline}, by {author}, in {issue} of {newsletter}: {link}", newsletter="Harbour")
    assert text(voice=voice) == f"1. {FERRY.headline}, by Paul Adeyemi, in Harbour Weekly, July of Harbour: {LINK}"
    with pytest.raises(ValueError, match=r"no field \{volume\}"):
        text(voice=Voice("{volume}"))


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


def test_a_digest_of_two_headlines_needs_no_room_for_how_many_more():
    two = replace(ISSUE, articles=(replace(SCHOOL, headline="A"), replace(SCHOOL, headline="B")))
    least = len("Harbour Weekly, July\n\n• A\n• B\n\nhttps://weekly.example.com/7")
    assert digest(two, Voice(), within(least), "x").text.endswith("• A\n• B\n\nhttps://weekly.example.com/7")
    assert "•" not in digest(two, Voice(), within(least - 1), "x").text


def test_a_digest_of_very_many_headlines_takes_no_time():
    start = time.perf_counter()
    many = replace(ISSUE, articles=tuple(replace(SCHOOL, number=n) for n in range(1, 2001)))
    assert "more" in digest(many, VOICE, X, "x").text
    assert time.perf_counter() - start < 5


def test_a_digest_keeps_its_link_when_no_headline_fits():
    assert digest(ISSUE, VOICE, within(55), "x").text == "Harbour Weekly, July\n\nhttps://weekly.example.com/7"


# ── what goes where room is short ────────────────────────────────────────────────────────────────────────────────────

SOURCED = Voice("{headline}[ ({newsletter})][\n\nby {author}]\n\n{summary}\n\n{link} {hashtags}", newsletter="Weekly")
ONE = replace(
    FERRY, paragraphs=("Ticket prices stay. Nobody may bring a car, the harbour office says.",), tags=("Oslo",)
)


def test_each_thing_goes_in_the_declared_order():
    full = text(ONE, SOURCED, within(1000))
    assert full == (f"{ONE.headline} (Weekly)\n\nby Paul Adeyemi\n\n{ONE.paragraphs[0]}\n\n{LINK} #Oslo")
    seen = list(dict.fromkeys(text(ONE, SOURCED, within(limit)) for limit in range(len(full), 60, -1)))
    assert seen[:5] == [
        full,
        full.removesuffix(" #Oslo"),
        f"{ONE.headline} (Weekly)\n\n{ONE.paragraphs[0]}\n\n{LINK}",
        f"{ONE.headline}\n\n{ONE.paragraphs[0]}\n\n{LINK}",
        f"{ONE.headline} (Weekly)\n\nNobody may bring a car, the harbour office says.\n\n{LINK}",
    ]
    assert seen[-1] == f"The ferry…\n\n{LINK}"
    assert f"{ONE.headline}\n\n{LINK}" in seen
    assert len(SACRIFICE) == 6


def test_a_name_that_leaves_no_room_for_anything_goes_last():
    crowd = replace(ONE, author="Paul Adeyemi and " * 20)
    assert text(crowd, Voice("{headline}\n{author}\n{link}")) == f"{ONE.headline}\n\n{LINK}"
    assert (
        text(ONE, Voice("{headline}\n{author}\n{link}"), within(90))
        == f"The ferry to Hale Island…\nPaul Adeyemi\n{LINK}"
    )


def test_a_headline_is_cut_behind_a_clause_rather_than_a_word():
    long = replace(FERRY, headline="The ferry runs again, but nobody may bring a car this year", paragraphs=())
    assert text(long, rules=within(len(LINK) + 40)) == f"The ferry runs again…\n\n{LINK}"
    short = replace(FERRY, headline="Oslo: the ferry runs again from the new dock beside the market", paragraphs=())
    assert text(short, rules=within(len(LINK) + 40)) == f"Oslo: the ferry runs again…\n\n{LINK}"


def test_the_ellipsis_counts_as_the_network_counts_it():
    long = replace(FERRY, headline=f"{'boat ' * 51}boat", paragraphs=(), tags=())
    post = text(long, Voice())
    assert post == f"{' '.join(['boat'] * 50)}…\n\n{LINK}"
    assert measure_x(post).length == 249 + 2 + 2 + 23


def test_where_no_headline_can_be_kept_the_summary_speaks():
    quoting = replace(FERRY, headline=f"“{'Nobody believed it. ' * 9}”", paragraphs=("Ines Holt cried.",))
    assert text(quoting, Voice(), within(110)) == f"Ines Holt cried.\n\n{LINK}"


LONG = (
    "The ferry to Hale Island runs again after two years, but the last boat leaves at six and nobody may bring a car."
)


def test_without_a_headline_the_beginning_of_the_first_sentence_stands_before_a_bare_link():
    silent = replace(FERRY, headline="", paragraphs=(LONG,), tags=())
    assert text(silent, Voice(), within(120)) == f"The ferry to Hale Island runs again after two years…\n\n{LINK}"
    assert text(silent, Voice(), within(90)) == f"The ferry to Hale Island runs again…\n\n{LINK}"
    titled = replace(silent, headline="Ferry")
    assert text(titled, Voice(), within(120)) == f"Ferry\n\n{LINK}"
    assert text(titled, Voice("{summary} {link}"), within(90)) == f"The ferry to Hale Island runs again… {LINK}"


def test_a_quotation_without_its_speaker_never_stands_for_a_missing_headline():
    silent = replace(FERRY, headline="", paragraphs=(f"“{LONG}” Ines Holt, who keeps the shop, says so.",), tags=())
    assert text(silent, Voice(), within(80)) == LINK


# ── hashtags ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_tag_of_the_template_counts_and_does_not_come_again():
    voice = Voice("{headline} #oslo {link} {hashtags}", hashtags=("Oslo", "boats", "trams"))
    assert text(replace(FERRY, tags=()), voice) == f"{FERRY.headline} #oslo {LINK} #boats"


# ── what nobody meant as a link, a ping or a tag ─────────────────────────────────────────────────────────────────────


def test_the_articles_link_is_the_only_one_on_every_network():
    loud = replace(
        FERRY, headline="Amazon.com buys https://b.example/x for $AMZN", author="http://ann.example", tags=()
    )
    voice = Voice("{author}: {headline} {link}")
    for rules in (X, MASTODON, BLUESKY):
        post = compose(loud, ISSUE, voice, rules, "any")
        assert [span.text for span in links.urls(post.text)] == [LINK]
        assert post.text.replace("\u2060", "") == f"ann.example: Amazon.com buys b.example/x for $AMZN {LINK}"
    assert measure_x(compose(loud, ISSUE, voice, X, "x").text).length < 100


def test_a_domain_is_left_alone_where_the_network_does_not_link_it():
    assert "Amazon.com" in text(replace(FERRY, headline="Amazon.com grows"), rules=MASTODON)


@pytest.mark.parametrize("rules", [X, MASTODON, BLUESKY])
def test_arabic_keeps_its_direction_around_the_link_and_the_link_its_facet(rules):
    arabic = replace(
        FERRY, headline="عادت العبّارة", paragraphs=(), tags=("الذكاء الاصطناعي",), url="https://a.example/7/"
    )
    post = compose(arabic, replace(ISSUE, language="ar"), Voice("{headline} {link} {hashtags}"), rules, "any")
    assert post.text == "عادت العبّارة \u2066https://a.example/7/ \u2069 #الذكاءالاصطناعي"
    assert [facet.value for facet in post.facets] == (
        ["https://a.example/7/", "الذكاءالاصطناعي"] if rules.facets else []
    )


# ── cards and pictures ───────────────────────────────────────────────────────────────────────────────────────────────

GALLERY = replace(BLUESKY, pictures=4, alt=100)
SHOWN = replace(FERRY, image_alt="A white ferry at the dock")


def beside(card, article=SHOWN, rules=GALLERY):
    post = compose(article, ISSUE, replace(VOICE, card=card), rules, "bluesky")
    return post.card, post.pictures


def test_a_link_card_has_the_picture_and_its_words():
    card, pictures = beside("link")
    assert (card.image, card.alt, pictures) == (FERRY.image, SHOWN.image_alt, ())
    assert beside("link", replace(SHOWN, image_alt="ferry.jpg"))[0].alt == ""


def test_a_card_always_has_a_title():
    assert beside("link", replace(FERRY, headline=""))[0].title == ISSUE.title
    post = compose(replace(FERRY, headline=""), replace(ISSUE, title=""), VOICE, BLUESKY, "bluesky")
    assert post.card
    assert post.card.title == "weekly.example.com"


def test_a_stream_may_show_nothing_beside_the_text():
    assert beside("none") == (None, ())


def test_a_picture_stands_in_the_cards_place_with_its_words():
    assert beside("image") == (None, (Picture("A white ferry at the dock", str(FERRY.image)),))
    (picture,) = beside("image", replace(SHOWN, image_alt="boat " * 40))[1]
    assert (len(picture.alt), picture.alt[-6:]) == (100, " boat…")


@pytest.mark.parametrize(
    ("article", "rules"),
    [
        (replace(SHOWN, image_alt=""), GALLERY),
        (replace(SHOWN, image_alt="IMG_1234.jpg"), GALLERY),
        (replace(SHOWN, image=None), GALLERY),
        (SHOWN, BLUESKY),
    ],
)
def test_without_words_or_where_no_picture_can_go_the_link_card_stays(article, rules):
    card, pictures = beside("image", article, rules)
    assert pictures == ()
    assert card.url == LINK


def test_a_quote_card_shows_a_verified_quotation_with_its_speaker():
    said = "“Nobody believed that we would hear her horn again.”"
    assert beside("quote") == (None, (Picture(f"{said} — Ines Holt", quotation=said, speaker="Ines Holt"),))


def test_without_a_safe_speaker_or_room_for_its_words_the_link_card_stays():
    for article, rules in ((MARKET, GALLERY), (FERRY, replace(GALLERY, alt=50)), (FERRY, BLUESKY)):
        card, pictures = beside("quote", article, rules)
        assert pictures == ()
        assert card.title == article.headline


# ── cautions ─────────────────────────────────────────────────────────────────────────────────────────────────────────

WARY = replace(VOICE, cautions=(Caution(("dock",), ("boats",), "Ships", sensitive=True, labels=("graphic-media",)),))


def test_a_warning_has_its_place_and_counts_there():
    limited = replace(within(200), warnings=True)
    post = compose(FERRY, ISSUE, WARY, limited, "x")
    assert (post.content_warning, post.sensitive, post.labels) == ("Ships", True, ("graphic-media",))
    assert "CW" not in post.text
    assert limited.measure(post.text, "Ships").fits
    bare = len(f"{FERRY.headline}\n\n{LINK}")
    assert compose(FERRY, ISSUE, WARY, replace(within(bare + 4), warnings=True), "x").text == (
        f"The ferry to Hale Island runs…\n\n{LINK}"
    )


@pytest.mark.parametrize("rules", [X, BLUESKY])
def test_where_a_warning_has_no_place_it_is_the_first_line(rules):
    post = compose(FERRY, ISSUE, WARY, rules, "any")
    assert post.text.startswith(f"CW: Ships\n\n{FERRY.headline}")
    assert (post.content_warning, post.sensitive, post.labels) == ("", True, ("graphic-media",))
    assert rules.measure(post.text).fits
    assert all(post.text.encode()[f.start : f.end].decode().endswith(f.value) for f in post.facets)


def test_an_article_that_no_rule_meets_is_not_warned_of():
    post = compose(MARKET, ISSUE, WARY, BLUESKY, "bluesky")
    assert (post.content_warning, post.sensitive, post.labels) == ("", False, ())
    assert post.text.startswith(MARKET.headline)


def test_a_digest_is_warned_of_for_what_it_shows():
    assert not digest(ISSUE, WARY, X, "x").sensitive
    tagged = replace(ISSUE, articles=(replace(FERRY, tags=("Boats",)), MARKET))
    assert digest(tagged, WARY, X, "x").text.startswith("CW: Ships\n\nHarbour Weekly, July")


def test_a_threads_opening_is_warned_of_only_where_it_lists_the_headlines():
    tagged = replace(ISSUE, articles=(replace(FERRY, tags=("Boats",)), MARKET))
    assert [post.sensitive for post in thread(tagged, WARY, X, "x")] == [False, True, False]
    assert thread(tagged, replace(WARY, opening="{headline}\n{summary}"), X, "x")[0].sensitive


# ── threads ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_each_post_of_a_thread_has_its_own_link_and_card():
    posts = thread(ISSUE, VOICE, BLUESKY, "bluesky")
    assert [post.links for post in posts] == [(ISSUE.url,), (LINK,), (f"{LINK}2",), (f"{LINK}3",)]
    assert [post.card.url for post in posts if post.card] == [post.links[0] for post in posts]


def test_a_threads_posts_are_counted_where_the_stream_wants_it():
    voice = replace(VOICE, numbering=True)
    posts = thread(ISSUE, voice, X, "x")
    assert [post.text.split()[0] for post in posts] == ["1/4", "2/4", "3/4", "4/4"]
    assert posts[0].text == "1/4 Harbour Weekly, July\n\nhttps://weekly.example.com/7"
    assert all(X.measure(post.text).fits for post in posts)
    (alone,) = thread(replace(ISSUE, title="", url=None, articles=(MARKET,)), voice, X, "x")
    assert alone.text.startswith(MARKET.headline)


def test_a_thread_opens_with_the_editors_own_words():
    voice = replace(VOICE, opening="{newsletter}: {headline}\n\n{summary}\n\n{link}", newsletter="Harbour")
    assert thread(ISSUE, voice, X, "x")[0].text.startswith("Harbour: Harbour Weekly, July\n\n• The ferry")


def test_later_posts_of_a_thread_are_less_visible_where_the_network_knows_how():
    quiet = replace(VOICE, replies="unlisted")
    server = replace(MASTODON, visibilities=frozenset({"public", "unlisted"}))
    assert [post.visibility for post in thread(ISSUE, quiet, server, "m")] == [None, *["unlisted"] * 3]
    assert {post.visibility for post in thread(ISSUE, quiet, X, "x")} == {None}


def test_a_digest_has_the_editors_own_form():
    assert digest(ISSUE, Voice("{summary}[\n\n{link}]"), within(80), "x").text == (
        "• The ferry to Hale Island runs again\n+2 more\n\nhttps://weekly.example.com/7"
    )


# ── whatever is written ──────────────────────────────────────────────────────────────────────────────────────────────

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


TEMPLATES = st.sampled_from(
    [
        "{headline}\n\n{summary}\n\n{link} {hashtags}",
        "{summary} {link}",
        "[{author}: ]{headline}[ ({newsletter})]\n[{summary}\n]{link}[ {hashtags}]",
        "[[{number}]] [{headline} – ]{link}[\n{summary}][\n{issue}]",
        "{link}{headline}",
        "{author} {headline}: {issue} {link}",
    ]
)
SIGNS = [*"aB1 .,:;–—“”„«»'\"()[]{}#@$＠＃＄…/\\\n\u2066\u202e\u200f\u2060\ufeffعש港カ。，👍🏽\u200d"]
NETWORKED = [
    "example.com",
    "https://",
    "HTTP://b.example/",
    "gemini://a.org",
    "t.co/@ann/#top",
    "RT@bob",
    "x.co.uk",
    "co",
    "$AB",
]
LETTERS = st.lists(st.sampled_from(SIGNS + NETWORKED), max_size=80).map("".join)


@given(
    headline=LETTERS,
    paragraphs=st.lists(st.one_of(LETTERS, PROSE), max_size=3).map(tuple),
    words=st.lists(LETTERS, max_size=3).map(tuple),
    template=TEMPLATES,
    limit=st.integers(60, 300),
    own=st.sampled_from([None, X, MASTODON, BLUESKY]),
)
def test_whatever_is_written_a_post_fits_has_one_link_and_no_half_quotation(
    headline, paragraphs, words, template, limit, own
):
    article = Article(1, headline, paragraphs, url=LINK, author=headline[::-1], tags=words)
    issue = Issue("7", headline, (article,), url=LINK)
    rules = own or within(limit, facets=True)
    voice = Voice(template, hashtags=("Oslo",), newsletter="Weekly", numbering=True, opening=template)
    for post in (compose(article, issue, voice, rules, "x"), *thread(issue, voice, rules, "x")):
        assert rules.measure(post.text).fits
        assert post.text.count(LINK) == 1
        assert scan(post.text).open_at is None
        assert [span.text for span in links.urls(post.text)] == [LINK]
        for grammar in (entities.X, entities.MASTODON) if own in {X, MASTODON} else ():
            found = [post.text[a.start : a.end] for a in entities.addresses(post.text, grammar, TLDS_NOW)]
            assert found == [LINK] if own is X else found.count(LINK) == 1


@given(paragraphs=st.lists(PROSE, max_size=4).map(tuple), limit=st.integers(60, 400))
def test_a_posts_summary_is_balanced_and_in_the_articles_words(paragraphs, limit):
    article = Article(1, "Ferry", paragraphs, url=LINK)
    post = compose(article, ISSUE, Voice("{link}\n{summary}"), within(limit), "x")
    summary = post.text.partition(LINK)[2].strip().replace("\u2060", "").removesuffix("…")
    left = iter("".join(article.text.split()))
    assert all(letter in left for letter in "".join(summary.split()))
    assert scan(summary).open_at is None


def test_words_of_a_persons_own_keep_what_stands_beside_and_are_marked_anew():
    old = Post(
        "Old",
        "de",
        ("https://a.example/",),
        card=Card("https://a.example/", "A"),
        true_until=datetime.max.replace(tzinfo=UTC),
    )
    new = reworded(old, "Grüße https://b.example/1 https://b.example/1 #Tag", BLUESKY)
    assert (new.language, new.card, new.true_until) == ("de", old.card, None)
    assert new.links == ("https://b.example/1",)
    assert [(facet.kind, facet.start, facet.end) for facet in new.facets] == [
        ("link", 8, 27), ("link", 28, 47), ("tag", 48, 52),
    ]  # fmt: skip
    assert reworded(old, "See https://b.example/1", X).facets == ()
