"""Lines that belong to the letter and not to an article: mastheads, share buttons, ways out, legal notes.

Whole lines are compared, never parts of one: "Unsubscribe" as a line of its own goes, the word in a sentence stays.
"""

import re

_FURNITURE = {
    "en": """newsletter; the newsletter; weekly newsletter; share; share this; share this post; share this article;
        share this story; share this issue; share this newsletter; share this email; tweet; tweet this; like; follow us;
        view in browser; view in your browser; view this email in your browser; view online; read online;
        read in browser; read in app; open in browser; web version; forward; forward to a friend;
        forward this email; forward to a colleague; subscribe; subscribe now; leave a comment; back to top;
        more like this; less like this; comment""",
    "de": """rundbrief; teilen; beitrag teilen; diesen beitrag teilen; artikel teilen; diesen post teilen;
        im browser ansehen; im browser öffnen; im browser anzeigen; online lesen; webversion; online-version;
        weiterleiten; an freunde weiterleiten; weiterempfehlen; abonnieren; jetzt abonnieren; folgen sie uns;
        nach oben""",
    "fr": """lettre d'information; infolettre; partager; partager cet article; partager ce message;
        partager cette publication; voir dans le navigateur; afficher dans le navigateur; voir en ligne;
        lire en ligne; version en ligne; transférer à un ami; transférer cet e-mail; s'abonner; suivez-nous;
        retour en haut""",
    "es": """boletín; compartir; comparte; compartir este artículo; comparte este artículo; compartir esta publicación;
        comparte esta publicación; ver en el navegador;
        ver en línea; leer en línea; versión web; reenviar a un amigo; reenviar; suscríbete; síguenos""",
    "it": """condividi; condividi questo articolo; condividi questo post; visualizza nel browser;
        apri nel browser; leggi online; versione web; inoltra a un amico; inoltra; iscriviti; seguici""",
    "pt": """boletim; partilhar; compartilhar; compartilhe; compartilhe este artigo; partilhar este artigo;
        ver no navegador; abrir no navegador; ler online; versão web; encaminhar a um amigo; inscreva-se; siga-nos""",
    "nl": """nieuwsbrief; delen; deel dit artikel; bekijk in browser; bekijk in je browser; online lezen;
        doorsturen; stuur door naar een vriend; volg ons""",
    "ru": """рассылка; поделиться; поделиться статьёй; поделиться этим; переслать другу; открыть в браузере;
        посмотреть в браузере; веб-версия; подписаться""",
    "ar": """نشرة; شارك; مشاركة; شارك هذا المنشور; شارك هذا المقال; شارك المقال; عرض في المتصفح; اشترك""",
    "zh": """分享; 分享本文; 分享此文; 分享这篇文章; 分享這篇文章;
        在浏览器中查看; 在瀏覽器中查看; 在线阅读; 線上閱讀; 转发给朋友; 轉寄給朋友;
        订阅; 訂閱""",
    "ja": """ニュースレター; シェア; シェアする; この記事をシェア; この投稿をシェア; この記事をシェアする;
        この投稿をシェアする; ブラウザで見る; ブラウザで表示;
        オンラインで読む""",
}
_WAYS_OUT = {
    "en": """unsubscribe; unsubscribe here; click here to unsubscribe; unsubscribe from this list; opt out;
        update your preferences; update subscription preferences; manage preferences; manage your preferences;
        manage your subscription; manage subscription; email preferences; all rights reserved""",
    "de": """abmelden; abbestellen; newsletter abbestellen; newsletter abmelden; vom newsletter abmelden; austragen;
        einstellungen ändern; alle rechte vorbehalten""",
    "fr": "se désabonner; se désinscrire; désabonnement; gérer vos préférences; tous droits réservés",
    "es": "darse de baja; cancelar suscripción; cancelar la suscripción; todos los derechos reservados",
    "it": "annulla l'iscrizione; cancella iscrizione; disiscriviti; tutti i diritti riservati",
    "pt": "cancelar inscrição; cancelar subscrição; cancelar a subscrição; todos os direitos reservados",
    "nl": "afmelden; uitschrijven; alle rechten voorbehouden",
    "ru": "отписаться; отписаться от рассылки; все права защищены",
    "ar": "إلغاء الاشتراك; جميع الحقوق محفوظة",
    "zh": "退订; 取消订阅; 取消訂閱; 退訂; 版权所有; 版權所有",
    "ja": "配信停止; 登録解除; 購読解除; 配信停止はこちら",
}
_LEGAL_OPENINGS = (
    "you are receiving this", "you're receiving this", "you received this email because", "this email was sent to",
    "our mailing address is", "if you no longer wish to receive", "click here to unsubscribe",
    "sie erhalten diese", "du erhältst diese", "diese e-mail wurde gesendet an", "vous recevez cet e-mail",
    "vous recevez cette", "recibes este correo", "recibe este correo", "ricevi questa e", "você está recebendo este",
    "je ontvangt deze", "u ontvangt deze", "您收到此邮件", "您收到這封", "このメールマガジンは",
)  # fmt: skip
_COPYRIGHT = re.compile(r"(?:©|\(c\)\s*\d{4}|copyright\s*(?:©|\(c\)|\d{4}))")
_MACHINERY = re.compile(r"\{[%{:].*\}")
"""Liquid, Jinja and kramdown lines (`{% include footer.html %}`), which only the site's generator understands."""
_RULE = re.compile(r"(?:[-–—*_=~#•·+─━═┄┈＝－] ?){3,}")
_ADDRESS = re.compile(r"<?\(?https?://\S+")
_NETWORK = r"(?:facebook|twitter|x|linkedin|whatsapp|telegram|bluesky|mastodon|threads|reddit|instagram|e-?mail)"
_BUTTONS = re.compile(
    rf"(?:(?:^|[\s:|/,&•·]+){_NETWORK}){{2,}}$"
    rf"|\s(?:on|via|by|auf|per|sur|par|en|por|su|op)(?:[\s:|/,&]+(?:and )?{_NETWORK})*:?$"
)
"""Networks behind "Share this post on …", or two of them at least in a row."""
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")
_BETWEEN = re.compile(r"\s*[|•·]\s*|\s+[/–—-]\s+")
_LONGEST = 200


def phrases(text: str) -> frozenset[str]:
    """Return the phrases of a text that divides them by semicolons."""
    return frozenset(" ".join(phrase.split()) for phrase in text.split(";"))


def _known(lists: dict[str, str]) -> frozenset[str]:
    return phrases(";".join(lists.values()))


_ENDS = _known(_WAYS_OUT)
_ALL = _known(_FURNITURE) | _ENDS
_WORD = re.compile(r"[^\W_]+")
_OPENINGS = frozenset(_WORD.findall(phrase)[0] for phrase in _ALL)
_OPENS_BUTTONS = re.compile(rf"\W*{_NETWORK}")


def is_rule(line: str) -> bool:
    """Whether a line only divides (`---`, `* * *`, `=====`)."""
    return len(line) <= _LONGEST and _RULE.fullmatch(line) is not None


def is_boilerplate(line: str) -> bool:
    """Whether a whole line says nothing that belongs to an article."""
    return is_rule(line) or _is_legal(line) or _is_machinery(line) or bool(_known_parts(line))


def ends_article(line: str) -> bool:
    """Whether a line opens the letter's last lines: the way out, copyright, why one gets it, the postal address."""
    return _is_legal(line) or any(part in _ENDS for part in _known_parts(line))


def _is_legal(line: str) -> bool:
    opening = line[:_LONGEST].casefold().replace("’", "'")
    return opening.startswith(_LEGAL_OPENINGS) or _COPYRIGHT.match(opening) is not None


def _is_machinery(line: str) -> bool:
    return len(line) <= _LONGEST and _MACHINERY.fullmatch(line) is not None


def _may_be_known(line: str) -> bool:
    """Whether a line begins as one with known phrases can: a short look, so that most lines need no thorough one."""
    first = _WORD.search(line)
    known = first is not None and (first[0] in _OPENINGS or _OPENS_BUTTONS.match(line) is not None)
    return known or "://" in line


def _known_parts(line: str) -> list[str]:
    """Return the bare phrases of "Unsubscribe | View in browser »", nothing unless all are known."""
    if len(line) > _LONGEST or not _may_be_known(line.casefold()):
        return []
    plain = " ".join(_ADDRESS.sub("", line).casefold().replace("’", "'").split())
    plain = _BUTTONS.sub("", plain) or (plain and "share")
    parts = [part for part in (_EDGES.sub("", part) for part in _BETWEEN.split(plain)) if part]
    return parts if all(part in _ALL for part in parts) else []
