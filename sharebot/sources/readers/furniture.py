"""Headings of what stands in a newsletter and is no article of it: sponsors, job boards, contents, how to take part.

Data for each language; a heading is compared whole, without emoji, numbers and punctuation around it. To add a
language, add its words.
"""

import re
import unicodedata
from functools import cache

from sharebot.sources.readers.boilerplate import is_boilerplate, phrases
from sharebot.sources.readers.outline import Section

_SPONSOR = """
    sponsor; sponsors; sponsored; our sponsor; our sponsors; todays sponsor; this weeks sponsor;
    a word from our sponsor; a word from our sponsors; from our sponsor; from our sponsors; sponsored by;
    sponsored content; sponsored post; sponsored link; sponsored links; sponsor message; advertisement;
    advertisements; ad; ads; advert; promoted; promotion; paid promotion; brought to you by; presented by;
    partner; our partners; our partner; partner content; partner message; classifieds; classified ads;
    become a sponsor; sponsor us; sponsorship; thanks to our sponsors; supporters; patrons; anzeige; anzeigen;
    werbung; gesponsert; sponsoren; unsere sponsoren; unsere partner; unser partner; partnerangebot; publicité;
    sponsorisé; annonce; nos partenaires; notre partenaire; partenaires; sponsorisé par; publicidad; patrocinado;
    patrocinador; patrocinadores; nuestros patrocinadores; anuncio; patrocinado por; apoio;
    pubblicità; sponsorizzato;
    i nostri sponsor; publicidade; apoios; advertentie; реклама; спонсор; спонсоры; партнёры; партнеры; إعلان;
    إعلانات; راعي النشرة; برعاية; رعاية; پشتیبان; اسپانسر; حامی; آگهی; تبلیغات; פרסומת; חסות; בחסות; מודעה;
    اشتہار; विज्ञापन; प्रायोजित; 广告; 廣告; 赞助; 贊助; 赞助商; 推广; 赞助信息; 広告; スポンサー; pr; 광고;
    스폰서; 후원
"""
_JOBS = """
    jobs; job; job board; jobs board; job listings; job listing; job openings; job postings; job opportunities;
    hiring; whos hiring; who is hiring; careers; career; open positions; positions; vacancies; featured jobs;
    job of the week; jobs of the week; rust jobs; were hiring; we are hiring; now hiring; work with us;
    job corner; open roles; stellenangebote; stellenanzeigen; stellenmarkt; stellen; jobbörse; offene stellen;
    karriere; emplois; offres demploi; offre demploi; recrutement; empleo; empleos; ofertas de empleo; trabajo;
    bolsa de trabajo; offerte di lavoro; lavoro; vagas; vagas de emprego; oportunidades; vacatures; вакансии;
    работа; وظائف; فرص عمل; فرصت های شغلی; فرصت‌های شغلی; استخدام; آگهی استخدام; משרות; דרושים; ملازمتیں;
    नौकरियां; नौकरी; 招聘; 内推; 內推; 招聘信息; 工作机会; 职位; 求人; 求人情報; ジョブ; 採用情報; 채용; 채용공고;
    구인
"""
_CONTENTS = """
    contents; table of contents; tldr; toc; in this issue; in this edition; in this newsletter; in this email; inside;
    inside this issue; whats inside; overview; at a glance; quick links; in this weeks issue; this weeks topics;
    summary; this week; in todays issue; todays topics; topics; highlights; index; agenda; on the menu; in short;
    inhalt; inhaltsverzeichnis; in dieser ausgabe; übersicht; überblick; themen; die themen;
    themen dieser ausgabe; sommaire; au sommaire; dans ce numéro; table des matières; au menu; au programme;
    contenido; índice; sumario; en este número; en esta edición; indice; sommario; in questo numero; conteúdo;
    nesta edição; sumário; inhoud; in deze nieuwsbrief; содержание; в этом выпуске; оглавление; المحتويات;
    في هذا العدد; فهرست; در این شماره; محتوا; תוכן; תוכן העניינים; בגיליון זה; בגיליון; فہرست; इस अंक में;
    विषय सूची; 目录; 目錄; 本期目录; 本期内容; 本期导读; 导读; 目次; 今号の内容; 今週の目次; 목차; 이번 호
"""
_ABOUT = """
    打赏; 微信打赏; 赞赏; tip jar; buy me a coffee;
    about; about us; about this newsletter; about the newsletter; about the author; about me; who we are;
    contribute; contributing; want to contribute; how to contribute; contributors; call for contributions; submit;
    submit a link; submissions; get involved; contact; contact us; imprint; impressum; feedback; your feedback;
    follow; follow us; follow along; stay in touch; stay connected; connect with us; join us; join the community;
    community links; subscribe; subscribe now; support us; support; donate; donations; unsubscribe; share;
    share this; thank you; thanks; thanks for reading; thats all; thats all folks; thats it;
    thats it for this week; credits; colophon; acknowledgements; acknowledgments; license; shoutouts; shout outs;
    shoutout; kudos; staff; team; editors; editorial team; editor; archive; archives; past issues;
    previous issues; older issues; previously; footnotes; references; notes; disclaimer; legal; privacy; poll;
    reader poll; feedback and contributions; until next time; see you next week; goodbye; sign off; welcome;
    hello; intro; introduction; editorial; editors note; from the editor; note from the editor;
    letter from the editor; a note from the editor; greetings; quote of the week; word of the day;
    quote of the day; thought of the week; meme of the week; joke of the week; trivia; finally; and finally;
    just for fun; fun; one more thing; über uns; mitmachen; kontakt; mitwirken; folgen sie uns; folge uns; danke;
    vorwort; begrüßung; abmelden; spenden; unterstützen sie uns; rechtliches; redaktion; zitat der woche;
    abonnieren; newsletter abonnieren; schlusswort; à propos; contribuer; suivez-nous; soutenez-nous;
    mentions légales; édito; éditorial; remerciements; citation de la semaine; sobre nosotros; contacto; colabora;
    síguenos; gracias; quiénes somos; chi siamo; contatti; seguici; grazie; sobre nós; contato; siga-nos;
    obrigado; over ons; volg ons; о нас; контакты; подписаться; цитата недели; من نحن; اتصل بنا; تابعونا; شارك;
    درباره ما; تماس با ما; ما را دنبال کنید; אודות; צור קשר; עקבו אחרינו; צרו קשר; ہمارے بارے میں; हमारे बारे में;
    संपर्क करें; 关于; 关于我们; 關於我們; 关注我们; 關注我們; 联系我们; 订阅; 訂閱; 说明; 說明; 投稿; 致谢; 感谢;
    前言; 写在前面; 写在最后; 贡献; 往年回顾; 历史上的本周; 編集後記; お問い合わせ; フォロー; 購読; はじめに;
    おわりに; 運営; 寄付; 소개; 문의; 구독; 편집자의 말; 후기
"""
_CALENDAR = """
    events; upcoming events; event calendar; calendar; meetups; upcoming meetups; conferences;
    upcoming conferences; cfp; cfps; call for papers; calls for papers; calls for participation; veranstaltungen;
    kommende veranstaltungen; termine; événements; agenda; eventos; próximos eventos; eventi; мероприятия;
    فعاليات; رویدادها; אירועים; 活动; 活動; 近期活动; イベント; 勉強会; 행사; 이벤트
"""


ABOUT = "about the newsletter itself"
GREETING = "a greeting"
_WHY = {
    "a sponsor's block": phrases(_SPONSOR),
    "a job board": phrases(_JOBS),
    ABOUT: phrases(_ABOUT),
}
_EVENTS = phrases(_CALENDAR)
_LISTED = phrases(_CONTENTS) | {"tl;dr"}
_APOSTROPHES = re.compile("['’`´]")
_ADVERT = (
    r"sponsor(?:ed|isé)?|advertisement|ad|anzeige|werbung|publicité|publicidad|реклама|广告|廣告|広告|إعلان|פרסומת"
)


@cache
def _opens_ad() -> re.Pattern[str]:
    return re.compile(
        rf"\W*(?:\(?(?:{_ADVERT})\)?\s*[:：|\]\)–—-]"
        r"|(?:this (?:issue|week|newsletter|edition|email)(?: of [\w ]{1,40})? is |today'?s issue is )?"
        r"(?:sponsored|brought to you|presented|powered) by\b"
        r"|(?:from|a (?:word|message) from) our (?:sponsor|partner)s?\b)",
        re.IGNORECASE,
    )


_CLOSES_AD = re.compile(r"\bSPONSORED\W*$|[(\[*](?i:sponsored|advertisement|ad|anzeige|werbung|publicité)[)\]*]\W*$")
_NOTHING = re.compile(
    r"(?:no|nothing|none|keine?|nichts|aucune?|rien|pas de|ning[uú]na?|nada|no hay|nessun[oa]?|niente|nenhuma?)\b"
    r".{0,80}$"
    r"|.{0,6}(?:暂无|没有|無し?).{0,20}$|.{0,30}(?:なし|ありません(?:でした)?)。?$",
    re.IGNORECASE,
)


@cache
def _greeting() -> re.Pattern[str]:
    return re.compile(
        r"(?:dear|hello|hi|hey|liebe[rs]?|hallo|guten (?:tag|morgen)|sehr geehrte|moin|servus|bonjour|bonsoir|chère?s?"
        r"|salut|hola|querid[oa]s?|estimad[oa]s?|ciao|car[ieo]|olá|oi|beste|уважаемые|привет|здравствуйте|дорогие"
        r"|مرحبا|أهلا|السلام|سلام|שלום|नमस्ते|नमस्कार"
        r"|亲爱的|各位|大家好|你好|こんにちは|こんばんは|おはよう|안녕)"
        r"(?:\s|[!！,，、]|$)[\w\s*&·-]{0,30}$"
    )


@cache
def _farewell() -> re.Pattern[str]:
    return re.compile(
        r"(?:herzlichst?|(?:viele|beste|liebe|herzliche|freundliche) grüße|(?:best|kind|warm) (?:regards|wishes)"
        r"|cheers|sincerely"
        r"|cordialement|amicalement|bien à vous|saludos|un abrazo|atenciosamente|abraços|cordiali saluti|с уважением"
        r"|مع التحية|בברכה|敬具|此致|thats (?:all|it|a wrap)|see you (?:on|next|soon|in|later|there|tomorrow)"
        r"|until next"
        r"|bis (?:bald|zum nächsten|nächste)|à bientôt|a presto|hasta (?:la próxima|pronto)|até (?:a |à )?próxima"
        r"|до встречи|(?:我们)?下[周期]见|また来週|では、?また|다음 ?주에|thank(?:s| you) for reading)"
    )


@cache
def _take_part() -> re.Pattern[str]:
    """How headings begin that ask the reader for something."""
    return re.compile(
        r"(?:(?:do you |would you )?(?:want|like|love) to "
        r"(?:contribute|see your|be featured|submit|help|support|sponsor)"
        r"|(?:please |how to |help us |you can (?:now )?)?"
        r"(?:contribut|subscrib|submit|support|sponsor|follow|donat)\w* "
        r"(?:to|us|our|this|your|a|the newsletter|via|on)\b"
        r"|request for donations|become an? (?:sponsor|member|patron|supporter)"
        r"|(?:new )?contributors\b|unsubscrib(?:e|ing)\b|thanks? (?:to|for|you)\b|delivered to your inbox"
        r"|know (?:some|any)one who|how did (?:you|we)"
        r"|(?:got|any|your|have) (?:an? )?(?:feedback|questions?)|editors? (?:corner|note|pick)"
        r"|was this forwarded|did you like"
        r"|enjoy(?:ed|ing) this|wir (?:bedanken uns|danken)|möchten sie diesen|(?:jetzt )?spenden|datenschutz|impressum"
        r"|unterstütze(?:n sie)? uns|merci (?:à|de|pour)|soutenez|faites un don|gracias (?:a|por)|apoya|obrigad[oa] "
        r"|欢迎(?:订阅|投稿|关注|加入)|歡迎(?:訂閱|投稿)|本期(?:编辑|编委|责编)|编辑团队|ご意見|感想|購読)"
    )


def why_left_out(heading: str) -> str:
    """Say why what stands under a heading is no article; empty where it may be one."""
    words = plain(heading)
    if not words:
        return ""
    if heading.rstrip().endswith((",", "،", "，")) or _greeting().match(words) or _farewell().match(words):
        return GREETING
    why = next((why for why, known in _WHY.items() if words in known), "")
    if not why and _take_part().match(words):
        why = ABOUT
    return why or (ABOUT if is_boilerplate(heading) else "")


def is_calendar(heading: str) -> bool:
    """Whether events stand under a heading."""
    return plain(heading) in _EVENTS


def is_contents(heading: str) -> bool:
    """Whether a table of contents stands under a heading."""
    return plain(heading) in _LISTED


def is_sponsored(text: str) -> bool:
    """Whether a text says of itself that it is an advertisement."""
    return _opens_ad().match(text) is not None


def is_farewell(text: str) -> bool:
    """Whether a text takes leave of the reader."""
    return _farewell().match(plain(text)) is not None


def is_mark(text: str) -> bool:
    """Whether a line only marks what stands below it as an advertisement."""
    return plain(text) in _WHY["a sponsor's block"]


def ends_as_ad(text: str) -> bool:
    """Whether a text calls itself an advertisement with its last word ("*SPONSORED*", "(Anzeige)")."""
    return _CLOSES_AD.search(text) is not None


def is_empty(section: Section) -> bool:
    """Whether a section only says that there is nothing in it this time."""
    said = [block for block in section.body if block.text and not block.quote]
    return (
        not (section.heading and section.heading.links)
        and len(said) == 1
        and not said[0].links
        and _NOTHING.match(said[0].text) is not None
    )


def plain(heading: str) -> str:
    """Return a heading's words in lower case, without emoji, numbers and punctuation around them."""
    words = _APOSTROPHES.sub("", heading.casefold())
    start = next((at for at, letter in enumerate(words) if letter.isalpha()), len(words))
    end = next((at for at in range(len(words), start, -1) if _is_of_word(words[at - 1])), start)
    return " ".join(words[start:end].split())


def _is_of_word(letter: str) -> bool:
    """Whether a letter, digit or vowel sign ends a word; the signs of Hindi are no letters to Python."""
    return letter.isalnum() or unicodedata.category(letter)[0] == "M"
