"""Posts are known again as servers that speak Mastodon's API write them."""

import pytest

from sharebot.platforms.likeness import is_same
from sharebot.testing import sample_post

LINK = "https://news.example/ferry?from=a&to=b"
POST = sample_post(text=f"“The *new* ferry” — it runs ~~again~~ & again! 🛳️\n\n{LINK}\n#ferry #isle", links=(LINK,))
HREF = LINK.replace("&", "&amp;")
SERVERS = {
    "Mastodon": f'<p>“The *new* ferry” — it runs ~~again~~ &amp; again! 🛳️</p><p><a href="{HREF}" target="_blank"'
    ' rel="nofollow noopener" translate="no"><span class="invisible">https://</span><span class="ellipsis">news.example'
    '/ferry?from=a</span><span class="invisible">&amp;to=b</span></a><br /><a href="https://m.example/tags/ferry"'
    ' class="mention hashtag" rel="tag">#<span>ferry</span></a> <a href="https://m.example/tags/isle">#isle</a></p>',
    "GoToSocial": f'<p>“The *new* ferry” — it runs ~~again~~ &amp; again! 🛳️<br><br><a href="{HREF}" rel="nofollow'
    f' noreferrer noopener" target="_blank">{HREF}</a><br><a href="https://g.example/tags/ferry" class="mention'
    ' hashtag" rel="tag nofollow" target="_blank">#<span>ferry</span></a> #isle</p>',
    "Pleroma": f'“The *new* ferry” — it runs ~~again~~ &amp; again! 🛳️<br/><br/><a href="{HREF}" rel="ugc">news.example'
    '/ferry?from=a&amp;to=b</a><br/><a class="hashtag" data-tag="ferry" href="https://p.example/tag/ferry">#ferry</a>',
    "snac": f'<p>“The <i>new</i> ferry” — it runs <s>again</s> &amp; again! 🛳️<br><br><a href="{HREF}" target="_blank">'
    f'{LINK}</a><br><a href="https://s.example?t=ferry" class="mention hashtag" rel="tag">#ferry</a></p>',
    "one of Markdown": '<p>"The <em>new</em> ferry" - it runs <del>again</del> and again</p>',
}


@pytest.mark.parametrize("server", ["Mastodon", "GoToSocial", "Pleroma", "snac"])
def test_a_post_is_known_again_as_a_server_writes_it(server):
    assert is_same(POST, {"content": SERVERS[server]})


@pytest.mark.parametrize("server", SERVERS)
def test_another_post_is_not_taken_for_it_whatever_the_server_writes(server):
    others = (
        sample_post(text=POST.text.replace("new", "old"), links=POST.links),
        sample_post(text=f"{POST.text} https://news.example/2", links=(LINK, "https://news.example/2")),
        sample_post(text=f"The new ferry {LINK}", links=POST.links),
        sample_post(text=f"{LINK} The new ferry", links=POST.links),
        sample_post(text="The new ferry", links=()),
        sample_post(text="", links=()),
    )
    assert not any(is_same(other, {"content": SERVERS[server]}) for other in others)


@pytest.mark.parametrize(
    ("text", "content", "same"),
    [
        ("*Hello* __world__", "<p><i>Hello</i> <u>world</u></p>", True),
        ("Hello world", "<p>Hello, new world</p>", False),
        ("🛳️", "<p>⛴️</p>", False),
        ("🛳️", "<p>🛳️</p>", True),
        ("", "", True),
        ("*I* <3 it ❤️", "<p><i>I</i> 3 it ❤</p>", True),
        ("*की* नाव", "<p><i>का</i> नाव</p>", False),
        (f"{LINK} runs again", f'<p><a href="{HREF}">news.example</a> <b>runs</b> again</p>', True),
        (f"{LINK} runs again", f'<p><a href="{HREF}">news.example</a> runs no more</p>', False),
        (f"🛳️ {LINK}", f'<p>🛳️ <a href="{HREF}">news.example</a></p>', False),
        (f"🛳️ {LINK}", f'<p>🛳️ <a href="{HREF}">{HREF}</a></p>', True),
    ],
)
def test_words_decide_and_where_there_are_none_every_sign_does(text, content, same):
    links = (LINK,) if LINK in text else ()
    assert is_same(sample_post(text=text, links=links), {"content": content}) == same
