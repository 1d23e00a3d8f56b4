import base64
import json
import time
import zlib
from itertools import pairwise
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.text import tokens
from sharebot.text.wrappers import is_address, per_recipient, unwrap

TRUE = "https://harbour.example/2026/storm?page=2&lang=de#top"
Q = quote(TRUE, safe="")
TOKEN = "u001.VfS4SfxWgitNTgnnT56YB9ZkQ2Lr8mWx0pJd7HsA"


def b64(words: str | bytes) -> str:
    data = words if isinstance(words, bytes) else words.encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def mandrill(url: str) -> str:
    inner = json.dumps({"u": 30001, "v": 1, "url": url, "id": "5f", "url_ids": ["7c"]})
    return b64(json.dumps({"s": "AbC", "v": 1, "p": inner}))


def mailgun(url: str) -> str:
    return b64(zlib.compress(f"h=1a2b&l={quote(url, safe='')}&r=reader%40post.example&t=post".encode()))


WRAPPED = [
    f"https://www.google.com/url?sa=D&q={Q}&usg=AOvVaw",
    f"https://www.google.co.uk/url?url={Q}",
    f"https://l.facebook.com/l.php?u={Q}&h=AT0",
    f"https://l.instagram.com/?u={Q}&e=AT0",
    f"https://nam12.safelinks.protection.outlook.com/?url={Q}&data=05%7C02%7Creader%40post.example&reserved=0",
    f"https://eur01.safelinks.protection.outlook.com/ap/w-59584e83/?url={Q}&data=x",
    f"https://urldefense.proofpoint.com/v1/url?u={Q}&k=oIvR",
    f"https://urldefense.proofpoint.com/v2/url?u={Q.replace('%', '-')}&d=DwMFaQ",
    f"https://urldefense.com/v3/__{TRUE.replace('&', '*').replace('#', '*')}__;JiM!!Abc!xyz$",
    f"https://abcd1234.r.eu-west-1.awstrack.me/L0/{Q}/1/0102018c1234abcd-11112222-000000/AbCdEf=123",
    f"https://click.redditmail.com/CL0/{Q}/1/0100018/AbCd",
    f"https://substack.com/redirect/2/{b64(json.dumps({'e': TRUE, 'p': 1, 's': 2, 'f': True, 'u': 3}))}.Sig-nature_1",
    f"https://click.convertkit-mail2.com/27u9e0s8qsd/g3hnh5hzr2/{b64(TRUE)}",
    f"https://click.kit-mail3.com/27u9e0s8qsd/g3hnh5hzr2/{b64(TRUE)}",
    f"https://x5x5.mjt.lu/lnk/AUMAAB7dCn8AAAAAAAAAAG5btzcAARpwxasAAA/1/ooHiKo9/{b64(TRUE)}",
    f"https://mandrillapp.com/track/click/30001/harbour.example?p={mandrill(TRUE)}",
    f"https://email.mg1.news.example/c/{mailgun(TRUE)}",
    f"https://e.customeriomail.com/e/c/{b64(json.dumps({'email_id': 'dgT', 'href': TRUE, 'link_id': 4}))}/0f3d",
    f"https://link.news.example/click/31234567.12345/{b64(TRUE)}/5a7f0c1d2e3f4a5b6c7d8e9fB1234abcd",
    f"https://click.pstmrk.it/3s/{quote(TRUE.removeprefix('https://'), safe='')}/abcD/zzz/AQ/1",
    f"https://news.example/track/click?u=5f&url={Q}",
    f"https://vk.com/away.php?to={Q}",
    f"https://duckduckgo.com/l/?uddg={Q}&rut=1",
    f"https://out.reddit.com/t3_abc?url={Q}&token=AQAA",
    f"https://www.linkedin.com/redir/redirect?url={Q}&urlhash=x",
    f"https://link.zhihu.com/?target={Q}",
    f"https://linkprotect.cudasvc.com/url?a={Q}&c=E,1",
    f"https://www.google.com/url?q={quote(Q, safe='')}",
]


@pytest.mark.parametrize("url", WRAPPED)
def test_the_true_address_is_taken_out_of_a_wrapper(url):
    assert unwrap(url) == TRUE


@pytest.mark.parametrize("outer", WRAPPED[:6])
@pytest.mark.parametrize("inner", WRAPPED[:6])
def test_wrappers_within_wrappers_are_opened(outer, inner):
    assert unwrap(outer.replace(Q, quote(inner, safe=""))) == TRUE


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        (f"https://www.google.com/url?q={quote('https://a.example/b?utm_source=mail&id=3')}", "https://a.example/b?id=3"),
        ("https://us1.campaign-archive.com/?u=1a2b&id=3c4d&e=5f6a7b8c9d", "https://us1.campaign-archive.com/?u=1a2b&id=3c4d"),
        ("https://mailchi.mp/harbour/storm?e=5f6a7b8c9d", "https://mailchi.mp/harbour/storm"),
        ("https://open.substack.com/pub/harbour/p/storm?r=1iefy&utm_medium=email", "https://open.substack.com/pub/harbour/p/storm"),
        ("https://www.harbour.example/p/storm?isFreemail=true&__s=ab12", "https://www.harbour.example/p/storm"),
        ("https://a.example/b?elqTrackId=9F&elq=1&elqaid=2&x=3#c", "https://a.example/b?x=3#c"),
        ("https://a.example/b?e=5f6a7b8c9d&r=2", "https://a.example/b?e=5f6a7b8c9d&r=2"),
    ],
)  # fmt: skip
def test_the_marks_of_campaigns_and_readers_are_taken_away(url, bare):
    assert unwrap(url) == bare


@pytest.mark.parametrize(
    "url",
    [
        f"https://us1.list-manage.com/track/click?u={'5f' * 12}&id=0a1b2c3d4e&e=5f6a7b8c9d",
        f"https://u123.ct.sendgrid.net/ls/click?upn={TOKEN}",
        f"https://www.facebook.com/sharer/sharer.php?u={Q}",
        f"https://validator.w3.org/nu/?doc={Q}",
        f"https://web.archive.org/web/2026/{TRUE}",
        f"https://translate.google.com/translate?u={Q}",
        "https://www.google.com/url?q=javascript:alert(1)",
        "https://www.google.com/url?q=%2Frelative",
        "https://www.google.com/url?q=https%3A%2F%2F",
        "https://www.google.com/url",
        f"https://news.example/track/click?a={Q}&b={quote('https://other.example/', safe='')}",
        "https://urldefense.com/v3/broken",
        "https://substack.com/redirect/f28899b5-8283-4255-b169-f4a9f1d4e24f?j=eyJ1IjoiMWllZnkifQ.sG3OqnkHDNZpplC0eLA9u0NY",
        f"https://x.mjt.lu/lnk/{b64(b'[' * 5000)}",
        f"https://x.mjt.lu/lnk/{b64('{' + '[' * 100)}",
        f"https://x.mjt.lu/lnk/{b64(zlib.compress(b'x' * 10_000_000))}",
        "no address",
        "http://[broken",
        "",
    ],
)
def test_what_cannot_be_read_stays_wrapped(url):
    assert unwrap(url) == url


CERTAIN = [
    "https://example.us1.list-manage.com/track/click?u=1&id=2",
    f"https://u123.ct.sendgrid.net/ls/click?upn={TOKEN}",
    f"https://url5678.harbour.example/ls/click?upn={TOKEN}",
    f"https://link.mail.beehiiv.com/ss/c/{TOKEN}/4ab",
    "https://abcdef.r.bh.d.sendibt3.com/tr/cl/tq5sfN0RceqoYDZIkh6RMJKQ8Vohcgz0",
    "https://r.t10.pktsrv2.com/im/130771/boat.png",
    "https://r.newsletter.harbour.example/mk/cl/f/sh/1f8qm1AbCd",
    "https://harbour.cmail19.com/t/d-l-qgyhhl-jlyujhlkk-r/",
    "https://mail.harbour.example/t/d-l-qgyhhl-jlyujhlkk-r/",
    "https://trk.klclick.com/ls/click?upn=x",
    "https://d598k304.na1.hubspotlinks.com/Ctc/ZT+113/cNLw104/VVWKXh2mdDRg",
    "https://go.harbour.example/e3t/Ctc/ZT+113/cNLw104/VVWK",
    "https://email.harbour.example/events/public/v1/encoded/track/tc/LZ+113",
    "https://click.mlsend.com/link/c/YT0xNzM2",
    "https://x.mjt.lu/lnk/AUMAAB7dCn8AAAAAAAAAAG5b/1/x/nothing",
    "https://harbour.activehosted.com/lt.php?s=1a&i=2",
    "https://lists.harbour.example/lt.php?tid=eUtTVwAB",
    "https://r20.rs6.net/tn.jsp?f=001AbCd",
    "https://click.e.harbour.example/?qs=8c1b4f0e2a6d9c3b7f5e1d0a4c8b2e6f8c1b",
    "https://harbour.example/r/0a1b2c3d?m=4f7c1d2e-0b3a-4c5d-8e9f-0a1b2c3d4e5f",
    "https://lists.example/link/4f7c1d2e-0b3a-4c5d-8e9f-0a1b2c3d4e5f/4f7c1d2e-0b3a-4c5d-8e9f-0a1b2c3d4e5f/1",
    "https://substack.com/app-link/post?publication_id=1&post_id=2&token=eyJ1",
    "https://harbour.example/?mailpoet_router&endpoint=track&action=click&data=WyI1Il0",
    "https://harbour.example/page?reader=someone%40post.example",
    "https://harbour.example/page?to=someone@post.example",
    "https://harbour.example/page?subscriber_id=77",
    "https://protect-eu.mimecast.com/s/AbCdEfGhIjKl?domain=harbour.example",
    f"https://email.mg2.substack.com/c/{mailgun('nothing')}",
]


@pytest.mark.parametrize("url", CERTAIN)
def test_the_redirects_of_mailing_services_are_known_wherever_they_stand(url):
    assert per_recipient(url)
    assert per_recipient(url, ())


SUSPICIOUS = [
    "https://harbour.example/go/VfS4SfxWgitNTgnnT56YB9Zk",
    "https://harbour.example/r?x=kd8s7f6g5h4j3k2l1q9w8e7r",
    "https://harbour.example/login?next=a&key=eyJhbGciOiJIUzI1NiJ9.eyJ1IjoxfQ.sG3OqnkHDNZpplC0eLA9u0NYhAE4J8",
    "https://click.harbour.example/x/4kF9sQ2LmZ",
    "https://links.news.harbour.example/a/AbC1dEf2G",
    "https://t.harbour.example/c/1/77ad",
    "https://t.harbour.example/c/?t=2576b24-m-9w8f0-f85q-m5imx",
    "https://e.harbour.example/x/12/34",
    "https://harbour.example/c/5521ab/0",
    "https://harbour.example/r?i=0&u=41",
    "https://harbour.example/news/redirect.php?id=7",
]


@pytest.mark.parametrize("url", SUSPICIOUS)
def test_scrambled_text_makes_a_link_suspicious_in_a_mail_only(url):
    assert per_recipient(url, ()).startswith(("scrambled text", "no words", "a path"))
    assert per_recipient(url) == ""


ORDINARY = [
    "https://harbour.example/",
    "https://harbour.example/2026/11/25/the-harbour-opened-again-after-the-storm-of-the-century",
    "https://harbour.example/news/4f7c1d2e-0b3a-4c5d-8e9f-0a1b2c3d4e5f",
    "https://harbour.example/posts/5f8d0d55b54764421b7156c9",
    "https://blog.example/the-storm-8f3a2c1d4e5f",
    "https://medium.com/@harbour/the-storm-8f3a2c1d4e5f",
    "https://www.youtube.com/watch?v=dQw4w9WgXcQ&list=PLrAXtmErZgOeiKm4sgNOknGvNjby9efdf",
    "https://youtu.be/dQw4w9WgXcQ?si=AbCdEfGhIjKlMnOp",
    "https://github.com/harbour/storm/commit/3f694ce12a4b5c6d7e8f90123456789abcdef012",
    "https://git.example/harbour/storm/commit/3f694ce12a4b5c6d7e8f90123456789abcdef012",
    "https://docs.google.com/document/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms/edit?usp=sharing",
    "https://forms.gle/4kF9sQ2LmZAbCdEf7",
    "https://open.spotify.com/episode/4uLU6hMCjMI75M1A2tKUQC",
    "https://bsky.app/profile/did:plc:z72i7hdynmk6r22z27h6tvur/post/3kabc",
    "https://mastodon.example/@harbour@news.example/109876543210987654",
    "https://x.com/harbour/status/1888888888888888888",
    "https://www.nature.com/articles/s41586-020-2649-2",
    "https://link.springer.com/article/10.1007/s10994-021-05946-3",
    "https://doi.org/10.1038/s41586-020-2649-2",
    "https://arxiv.org/abs/2310.06825v1",
    "https://www.ft.com/content/4f7c1d2e-0b3a-4c5d-8e9f-0a1b2c3d4e5f",
    "https://de.wikipedia.org/wiki/Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "https://ru.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/%D0%B3%D0%B0%D0%B2%D0%B0%D0%BD%D1%8C",
    "https://news.example/HowToUseTheNewKubernetesOperatorFramework",
    "https://www.amazon.com/dp/B08N5WRWNW",
    "https://t.co/AbCdEfGhIj",
    "https://bit.ly/3AbCdEf",
    "https://harbour.example/?p=12345",
    "https://forum.example/t/vitamin-d-levels-explained/1234",
    "https://coin.example/btc/usd/",
    "https://lists.example/archives/list/dev@lists.example/thread/",
    "https://news.example/c/harbour",
    "https://forum.example/c/support/7",
    "https://www.reddit.com/r/python3/",
    "https://link.harbour.example/",
    "https://go.harbour.example/pricing",
    "https://mail.harbour.example/2026/the-storm",
    "https://shop.example/track/classic-album",
    "https://harbour.example/covid19-b2b-mp3-h264-2024q3",
]


@pytest.mark.parametrize("url", ORDINARY)
def test_ordinary_addresses_are_nobodys(url):
    assert per_recipient(url, ()) == ""
    assert per_recipient(url) == ""
    assert unwrap(url) == url


@pytest.mark.parametrize(
    ("url", "alarm"),
    [
        ("https://harbour.example/c/x7Gh2", True),
        ("https://harbour.example/click/4f7c1d2e-0b3a-4c5d-8e9f-0a1b2c3d4e5f", True),
        ("https://harbour.example/2026/the-storm", False),
        ("https://harbour.example/2026/the-great-storm-8f3a2c1d4e5f", False),
        ("https://harbour.example/?p=123", False),
        ("https://HARBOUR.example/c/x7Gh2", True),
        ("https://www.harbour.example/x/x7Gh2", False),
    ],
)
def test_at_the_host_of_the_list_a_little_scrambled_text_is_enough(url, alarm):
    assert bool(per_recipient(url, {"harbour.example"})) is alarm


@given(st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=48, max_size=200))
def test_a_token_as_services_make_them_is_seldom_taken_for_words(token):
    digits = sum(letter.isdigit() for letter in token)
    mixed = sum(one.isupper() != two.isupper() for one, two in pairwise(token))
    if digits > 4 and mixed > len(token) // 2:
        assert tokens.longest(token)


@given(st.text() | st.text("htps:/.?=&%#_-*;!eyJ0 aé").map("https://mandrillapp.com/track/click/1?p=".__add__))
def test_no_text_is_an_error_and_what_comes_out_is_an_address_where_one_went_in(text):
    assert isinstance(per_recipient(text, ()), str)
    found = unwrap(text)
    assert not is_address(text) or is_address(found)


@given(
    st.sampled_from(WRAPPED), st.sampled_from(["https://a.example/", "http://b.example/?x=1", "https://é.example/ü"])
)
def test_every_wrapper_gives_back_the_address_that_was_put_in(wrapper, url):
    if Q in wrapper:
        assert unwrap(wrapper.replace(Q, quote(url, safe=""))) == url


def test_a_hostile_address_costs_no_time():
    start = time.process_time()
    for url in ("https://a.example/" + "a1B" * 2500, "https://mandrillapp.com/c/" + "eJ" * 3900, "https://u@" * 800):
        unwrap(url)
        per_recipient(url, ("a.example",))
    assert time.process_time() - start < 0.5
