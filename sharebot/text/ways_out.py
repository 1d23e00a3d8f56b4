"""Addresses that end a subscription or show a reader's settings. One visit may be enough to unsubscribe somebody."""

import re
from functools import cache
from urllib.parse import unquote

from sharebot.text import wrappers


@cache
def _way_out() -> re.Pattern[str]:
    """In small letters, as what is compared is: looking for both takes several times as long."""
    return re.compile(
        r"unsub(?:scribe|scription)?(?:d|r|s)?(?![a-z])|opt-?out|list-?unsub|abmeld|abbestell|austrag|d[eé]s-?abonn"
        r"|d[eé]s-?inscri|darse-?de-?baja|cancelar-?(?:suscri|inscri|subscri)|disiscri|cancella-?iscri|afmeld|uitschrij"
        r"|afregistr|avregistr|avsluta-?prenum|wypis|odhlas|odjav|leiratkoz|dezabon|отпис|退订|退訂|取消订阅|取消訂閱|配信停止|登録解除|購読解除|수신-?거부|구독-?(?:취소|해지)"
        r"|إلغاء-?الاشتراك|لغو-?عضویت|لغو-?اشتراک|הסרה-?מ|להסרה|ביטול-?מנוי|سبسکرپشن-?ختم|सदस्यता-?(?:रद्द|समाप्त)"
        r"|(?:e?mail|manage|update|subscri\w+|notification|communication|newsletter)s?-?(?:preference|setting|profile)s?(?![a-z])"
        r"|(?:manage|change|edit|update)-?(?:your-?|my-?)?(?:subscription|newsletter|e?mail|preference|profile)s?|subscription-?(?:center|centre|manage\w*)"
        r"|g[eé]rer-?(?:mes|vos|votre|mon|les)-?(?:abonnement|pr[eé]f|inscription)|gestionar-?(?:tus|sus|mis|la)?-?(?:prefer|suscri)"
        r"|gestisci-?(?:le-?(?:tue-?)?)?(?:prefer|iscri)|(?:einstellungen|profil|abo(?:nnement)?)-?(?:ändern|verwalten|bearbeiten)"
        r"|voorkeuren-?(?:wijzigen|beheren|aanpassen)|cancel-?subscription|remove-?me(?![a-z])|stop-?(?:e?mails?)(?![a-z])"
    )


_WAY_OUT_WHOLE = re.compile(r"preferences?|prefs|opt_?out|unsub\w*|remove|subprefs|un|asm")
_WAY_OUT_HOST = re.compile(r"(?:unsub\w*|opt-?out|preferences|abmelden)\..+\..+", re.IGNORECASE)


@cache
def _way_out_shape() -> re.Pattern[str]:
    return re.compile(
        r"/u/eJ[A-Za-z0-9_-]{8}|/t/[a-z]+-u-|list-manage\d?\.com/(?:unsubscribe|profile)|/e/u\?|/(?:mk|tr)/un/"
        r"|/track/unsub|/unsub_center|/do\?(?:.*&)?p=(?:un|oo)(?:&|$)|[?&]action=(?:unsub\w*|manage)(?:&|$)",
        re.IGNORECASE,
    )


_BETWEEN = re.compile(r"[/?&=;#]")
_ENDING = re.compile(r"\.(?:php|aspx?|html?|jsp|cgi)$")
_NO_LETTERS = re.compile(r"[^\w]+|_")
_MOST_WORDS = 3
"""A part of an address with more words is the title of an article, which may well be about unsubscribing."""

_MOST_WORDS_OF_A_LABEL = 8


def way_out(url: str) -> bool:
    """Whether this unsubscribes a reader or shows a reader's settings: never to be visited, and never posted."""
    parts = wrappers.split(url)
    if parts is None:
        return False
    if _WAY_OUT_HOST.fullmatch(wrappers.host_of(parts)) or _way_out_shape().search(url):
        return True
    pieces = _BETWEEN.split(unquote(url.partition("://")[2].partition("/")[2]).casefold())
    return any(map(_leads_out, filter(None, pieces)))


def says_so(label: str) -> bool:
    """Whether the words of a link call it a way out: "unsubscribe here"."""
    words = label.split()
    return len(words) <= _MOST_WORDS_OF_A_LABEL and bool(_way_out().search("-".join(words).casefold()))


def _leads_out(piece: str) -> bool:
    words = _NO_LETTERS.sub("-", _ENDING.sub("", piece.strip()))
    if words.count("-") >= _MOST_WORDS:
        return False
    return bool(_WAY_OUT_WHOLE.fullmatch(words) or _way_out().search(words))
