import codecs
from contextlib import suppress
from datetime import timedelta
from email.base64mime import body_encode
from quopri import encodestring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sharebot.errors import SourceError
from sharebot.sources.readers.mime import codec_of, decoded, parse, words

WORDS = {
    "koi8-r": "Гавань снова открылась в понедельник.",
    "windows-1251": "Гавань снова открылась в понедельник.",
    "gb18030": "港口星期一重新开放，四十艘船出海。",
    "gb2312": "港口星期一重新开放，四十艘船出海。",
    "big5": "港口星期一重新開放，四十艘船出海。",
    "iso-2022-jp": "港は月曜日に再開した。船は四十隻だった。",
    "shift_jis": "港は月曜日に再開した。船は四十隻だった。",
    "euc-jp": "港は月曜日に再開した。船は四十隻だった。",
    "euc-kr": "항구가 월요일에 다시 열렸다.",
    "ks_c_5601-1987": "항구가 월요일에 다시 열렸다.",
    "windows-1256": "أعيد فتح الميناء يوم الاثنين بعد العاصفة.",
    "windows-1255": "הנמל נפתח שוב ביום שני.",
    "iso-8859-8": "הנמל נפתח שוב ביום שני.",
    "iso-8859-1": "Der Hafen öffnete am Montag für größere Schiffe.",
    "iso-8859-2": "Přístav se v pondělí znovu otevřel.",
    "utf-8": "Der Hafen öffnete — “wieder”. 港 😀",
    "utf-16": "Der Hafen öffnete. 港",
}


def mail(body: bytes, *headers: str, kind: str = "text/plain", charset: str = "") -> bytes:
    claim = f"; charset={charset}" if charset else ""
    head = "\r\n".join(["MIME-Version: 1.0", f"Content-Type: {kind}{claim}", *headers])
    return head.encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body


def text(data: bytes) -> str:
    return parse(data, "a.eml").text.strip()


@pytest.mark.parametrize("charset", WORDS)
@pytest.mark.parametrize("encoding", ["8bit", "base64", "quoted-printable"])
def test_a_body_is_read_in_every_charset_and_encoding(charset, encoding):
    raw = WORDS[charset].encode(charset)
    if encoding == "8bit" and charset == "utf-16":
        pytest.skip("no mail may hold it so")
    body = {"8bit": raw, "base64": body_encode(raw).encode(), "quoted-printable": encodestring(raw)}[encoding]
    assert text(mail(body, f"Content-Transfer-Encoding: {encoding}", charset=charset)) == WORDS[charset]


@pytest.mark.parametrize(
    "claim", ["", "us-ascii", "iso-8859-1", "x-unknown", "koi8-r", "gb2312", '"utf-8', "utf8mb4", "8bit"]
)
def test_utf_8_is_known_under_every_false_name(claim):
    assert text(mail(WORDS["utf-8"].encode(), charset=claim)) == WORDS["utf-8"]


@pytest.mark.parametrize("claim", ["", "us-ascii", "utf-8", "x-unknown"])
def test_western_text_without_a_true_claim_is_read_as_windows_does(claim):
    sentence = "The harbour’s café “opened” again on Monday – after nine weeks of waiting."
    assert text(mail(sentence.encode("cp1252"), charset=claim)) == sentence


def test_the_mark_in_html_stands_in_for_a_missing_claim():
    markup = f'<html><meta charset="windows-1256"><p>{WORDS["windows-1256"]}</p>'.encode("windows-1256")
    assert WORDS["windows-1256"] in parse(mail(markup, kind="text/html"), "a.eml").html


@pytest.mark.parametrize("charset", ["koi8-r", "windows-1256", "gb18030"])
def test_another_alphabet_without_any_claim_is_never_guessed(charset):
    with pytest.raises(
        SourceError, match=r"^a\.eml: it does not tell the charset of its text; save the issue as UTF-8"
    ):
        parse(mail(WORDS[charset].encode(charset)), "a.eml")


def test_a_damaged_letter_does_not_cost_the_whole_mail():
    raw = ("Гавань открылась. " * 50).encode()
    assert text(mail(raw[:301] + raw[302:], charset="utf-8")).count("\N{REPLACEMENT CHARACTER}") == 1


def test_broken_base64_gives_what_can_be_read():
    body = body_encode(b"The harbour opened again on Monday. " * 4).encode()
    assert text(mail(b"!!" + body[:-5], "Content-Transfer-Encoding: base64")).startswith("The harbour opened again")


@pytest.mark.parametrize(
    ("header", "meant"),
    [
        ("=?utf-8?B?5riv5Y+j?=", "港口"),
        ("=?utf-8?Q?Gr=C3=B6=C3=9Fe?=", "Größe"),
        ("=?UTF-8?Q?The_harbour?= opens =?iso-8859-1?q?f=FCr_alle?=", "The harbour opens für alle"),
        ("=?utf-8?B?5riv?=\r\n =?utf-8?B?5Y+j?=", "港口"),
        ("=?utf-8?B?5rg=?= =?utf-8?B?r+WPow==?=", "港口"),
        ("=?gb2312?B?uNu/2g==?=", "港口"),
        ("=?iso-2022-jp?B?GyRCOUEbKEI=?=", "港"),
        ("=?windows-1256?Q?=C7=E1=E3=ED=E4=C7=C1?=", "الميناء"),
        ("=?x-unknown?Q?caf=C3=A9?=", "café"),
        ("=?utf-8?B?broken", "=?utf-8?B?broken"),
        ("=?utf-8?B?5?= x", "=?utf-8?B?5?= x"),
        ("plain  words\r\n\tfolded", "plain words folded"),
        (b"raw caf\xc3\xa9".decode("ascii", "surrogateescape"), "raw café"),
        (b"raw caf\xe9".decode("ascii", "surrogateescape"), "raw café"),
        ("a\x1b[31mb", "a[31mb"),
        ("", ""),
    ],
)
def test_headers_are_words(header, meant):
    assert words(header) == meant


def test_what_a_mail_says_of_itself():
    found = parse(
        mail(
            b"Hello.",
            "Subject: =?utf-8?Q?Sturm_=C3=BCber?= Land",
            'From: "Holm, Anna from =?utf-8?Q?B=C3=BCro?=" <anna@news.example>',
            "Date: Wed, 25 Nov 2026 23:30:00 -0500",
            "Content-Language: de-AT, en",
            "Message-ID: <42@news.example>",
            "List-Id: The Lighthouse <weekly.news.example>",
            "List-Unsubscribe: <mailto:out@news.example>,\r\n <https://news.example/out?x=1>, < https://b.example/u >",
            "Archived-At: <https://news.example/issues/5>",
        ),
        "a.eml",
    )
    assert (found.subject, found.sender, found.address) == (
        "Sturm über Land",
        "Holm, Anna from Büro",
        "anna@news.example",
    )
    assert found.at
    assert (found.at.date().isoformat(), found.at.utcoffset()) == ("2026-11-25", timedelta(hours=-5))
    assert (found.language, found.id, found.list_id) == (
        "de-AT, en",
        "<42@news.example>",
        "The Lighthouse <weekly.news.example>",
    )
    assert found.ways_out == ("https://news.example/out?x=1", "https://b.example/u")
    assert found.archived_at == "https://news.example/issues/5"


@pytest.mark.parametrize(
    "date", ["", "yesterday", "Wed, 99 Nov 2026 10:00:00 +0000", "Wed, 25 Nov 99999 10:00:00 +0000"]
)
def test_a_date_that_is_none_is_none(date):
    assert parse(mail(b"Hello.", f"Date: {date}"), "a.eml").at is None


NESTED = b"""\
Content-Type: multipart/mixed; boundary=one

--one
Content-Type: multipart/related; boundary=two

--two
Content-Type: multipart/alternative; boundary=three

--three
Content-Type: text/plain; charset*=utf-8''koi8-r
Content-Transfer-Encoding: quoted-printable

=E7=C1=D7=C1=CE=D8
--three
Content-Type: text/html; charset=utf-8

<p>Html</p><img src="cid:picture">
--three--
--two
Content-Type: image/png
Content-ID: <picture>
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--two--
--one
Content-Type: text/plain; name*=utf-8''notes%20.txt
Content-Disposition: attachment; filename*=utf-8''notes%20.txt

attached
--one--
"""


def test_bodies_are_found_however_deep_and_attachments_are_none():
    found = parse(NESTED, "a.eml")
    assert found.text.strip() == "Гавань"
    assert found.html.strip() == '<p>Html</p><img src="cid:picture">'


def test_a_mail_within_a_mail_is_read_too():
    inner = mail(b"The harbour opened.", "Subject: Inner")
    outer = b"Subject: Fwd\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee below.\r\n--b\r\n"
    found = parse(outer + b"Content-Type: message/rfc822\r\n\r\n" + inner + b"\r\n--b--\r\n", "a.eml")
    assert found.text.strip() == "See below."
    assert [(each.subject, each.text.strip()) for each in found.enclosed] == [("Inner", "The harbour opened.")]


@pytest.mark.parametrize("data", [b"", b"Subject: x\n\n", NESTED[:50], b"Content-Type: image/png\n\nx"])
def test_a_mail_without_text_is_told(data):
    with pytest.raises(SourceError, match=r"^a\.eml: it has no text; is it a mail\?"):
        parse(data, "a.eml")


def test_parts_within_parts_without_end_are_no_crash():
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (at, at) for at in range(3000))
    with pytest.raises(SourceError):
        parse(deep + b"\n\ntext", "a.eml")


@pytest.mark.parametrize(
    "name", ["rot13", "base64", "hex", "unicode_escape", "idna", "", "no such", "x" * 999, "\0", "undefined"]
)
def test_what_is_no_charset_of_text_is_none(name):
    assert codec_of(name) is None


def test_the_larger_charset_is_meant_by_the_smaller_ones_name():
    assert [codec_of(name) for name in ("ISO-8859-1", "gb2312", "KS_C_5601-1987", "us-ascii")] == [
        "cp1252", "gb18030", "cp949", "utf-8"
    ]  # fmt: skip


@given(st.binary(max_size=200), st.sampled_from([*WORDS, "", "x", "utf-7", "hz", "utf-32", "cp037", "punycode"]))
def test_no_bytes_raise_anything_but_a_source_error(data, claim):
    for whole in (data, mail(data, charset=claim), mail(data, "Content-Transfer-Encoding: base64", charset=claim)):
        with suppress(SourceError):
            parse(whole, "a.eml")
        with suppress(SourceError):
            decoded(data, claim, "a.eml")


@given(st.text() | st.text("=?utf-8BQ iso2022jp_+").map("=?utf-8?B?{}?=".format))
def test_no_header_raises_anything(value):
    assert "\n" not in words(value)


def test_every_codec_that_decodes_to_text_is_usable():
    for charset in WORDS:
        assert codecs.lookup(codec_of(charset) or "")
