"""The words of each language, as data. The crafts that use them are in `languages`.

To add a language, add one `Language` to `LANGUAGES`. Everything is lower case; phrases are matched as whole words in
languages that write spaces and as plain strings in those that do not. Commas and new lines part phrases.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """One language, named by its BCP 47 primary subtag.

    `words` are frequent function words: they carry no content, begin sentences and give a language away. A dot after
    one of `titles` never ends a sentence; after one of `shorts` (and after initials such as "U.S.") it does so only
    before one of `words`; after one of `counters` not before a digit. `ordinals` tells that "21." is a number.
    `openers` point back to the sentence before, and so do `pronouns` beside one of `says` and anything with one of
    `goes_on`. `sources` name a speaker without a verb. `stale` times are relative to the day of writing.
    `more` is how a list says how many it leaves out.
    """

    code: str
    words: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()
    shorts: tuple[str, ...] = ()
    counters: tuple[str, ...] = ()
    ordinals: bool = False
    openers: tuple[str, ...] = ()
    pronouns: tuple[str, ...] = ()
    goes_on: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    more: str = "+{}"
    spaced: bool = True


def _words(text: str) -> frozenset[str]:
    """Read a list of words, separated by white space."""
    return frozenset(text.split())


def _list(text: str) -> tuple[str, ...]:
    """Read a list of words and phrases, separated by commas or new lines."""
    parts = text.replace("\n", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())


_ENGLISH = Language(
    code="en",
    words=_words(
        """the a an and or but in on at of to for from with by as is are was were be been has have had it its
        this that these those he she they we you i his her their our not no if when while after before since
        until because although though there here what who which how why where will would can could may might
        should than then so yet still also however meanwhile instead most more many some all both each every
        another other such only just about into over under between during against through one two last next my
        your do does did"""
    ),
    titles=_list(
        """mr, mrs, ms, dr, prof, gen, col, lt, sgt, capt, cmdr, adm, maj, rev, hon, sen, rep, gov, pres, st, mt
        ft, messrs, i.e, e.g, cf, vs, v, viz, approx, al, ca, ave, blvd"""
    ),
    shorts=_list(
        """inc, ltd, corp, co, bros, jr, sr, etc, a.m, p.m, ph.d, dept, univ, assn, est, jan, feb, mar, apr, jun
        jul, aug, sep, sept, oct, nov, dec, mon, tue, tues, wed, thu, thurs, fri, sat, sun"""
    ),
    counters=_list("no, nos, p, pp, vol, fig, art, sec, ch, pt, ver"),
    openers=_list(
        """however, but, and, or, so, yet, still, also, then, thus, therefore, hence, moreover, furthermore
        meanwhile, nevertheless, nonetheless, instead, otherwise, likewise, similarly, besides, additionally
        in addition, in contrast, by contrast, on the other hand, on the one hand, on the contrary
        as a result, as such, as for, for example, for instance, that said, at the same time, in turn, in fact
        in other words, in short, in particular, second, secondly, third, thirdly, finally, lastly, afterwards
        afterward, after that, since then, by then, until then, before that, later, a few days later
        days later, a day later, weeks later, a week later, months later, a year later, years later, earlier
        soon after, shortly after, shortly afterwards, the next day, the following day, the day before
        a day earlier, of particular note, of note, notably, indeed, consequently, accordingly, specifically
        nor, either way, because of this, even so, even then, even more, to that end, to do so, worse
        better still, such, others, another, some of, most of them, many of them, all of them, none of them
        one of them, both of, both are, both were, neither, the former, the latter, the two, the three
        the pair, the duo, the same, the other, the others, the rest, the first, the second, the third
        the result, the reason, the idea, the aim, the goal, the problem, the answer, the report, the study
        the survey, the paper, the incident, the attack, the accident, the move, the step, the decision
        the ruling, the verdict, the measure, the measures, the announcement, the news, the deal
        the agreement, the finding, the findings, the statement, the change, the changes, the figure
        the figures, the latest, the event, the project, the plan, the proposal, the release, the update
        the suspect, the victim, the victims, here's, that's why, which, its, his, her, hers, their, theirs
        it, it's, it'll, it'd, he, he's, he'd, he'll, she, she's, she'd, she'll, they, they're, they've
        they'd, they'll, this, that, that's, these, those, him, them, yes, no, right, well, why, not only
        further, for that, for this, among them, in that, in this, in these, in those, with this, with that
        under this, despite this, despite that, like that, like this, at that, at this, on that, on this
        to this, from this, from there, there, once there"""
    ),
    pronouns=_list("he, she, they, it, who"),
    goes_on=_list("also, likewise, further, added, adds, adding, continued, went on, goes on"),
    says=_list(
        """said, says, say, saying, told, tells, telling, added, adds, adding, claimed, claims, claim, claiming
        stated, argued, argues, arguing, warned, warns, warning, explained, explains, explaining, noted, notes
        noting, insisted, insists, insisting, admitted, admits, denied, denies, denying, emphasized
        emphasised, emphasizes, emphasises, emphasizing, emphasising, stressed, stresses, stressing
        highlighted, highlights, underscored, underscores, underlined, underlines, reported, reports
        reporting, suggested, suggests, believes, believed, expects, wrote, writes, writing, asked, asks, replied
        replies, responded, acknowledged, acknowledges, confirmed, confirms, alleged, alleges, complained
        concluded, concludes, declared, declares, demanded, demands, urged, urges, predicted, predicts
        commented, comments, tweeted, posted, accused, accuses, recalled, recalls, remarked, described
        estimates, estimated, maintained, maintains, pointed out, points out, made clear, called on"""
    ),
    sources=_list("according to, in the words of, reportedly, allegedly, citing, in a statement"),
    stale=_list(
        """today, yesterday, tomorrow, tonight, now, currently, recently, this morning, this afternoon
        this evening, this week, this weekend, this month, this year, this summer, this winter, last night
        last week, last month, last year, last summer, next week, next month, next year, earlier this
        later this, days ago, weeks ago, months ago, hours ago, a week ago, a month ago, on monday, on tuesday
        on wednesday, on thursday, on friday, on saturday, on sunday, coming days, coming weeks"""
    ),
    more="+{} more",
)

_GERMAN = Language(
    code="de",
    words=_words(
        """der die das den dem des ein eine einen einem einer und oder aber in im an am auf aus bei mit nach von
        vor zu zum zur für über unter durch gegen ohne um ist sind war waren wird werden wurde wurden hat
        haben hatte nicht kein keine es er sie wir ihr ich dies diese dieser dieses sich auch noch nur so wie
        wenn als ob weil dass denn doch dann danach damit daher dabei dort hier jetzt heute gestern seit bis
        beim was wer wo warum man mehr viele alle sein seine ihre kann können soll sollen muss will"""
    ),
    titles=_list(
        """hr, fr, dr, prof, z.b, z. b, d.h, d. h, u.a, u. a, i.d.r, s.o, s.u, vgl, bzw, ca, evtl, ggf, inkl
        exkl, sog, st, str, dipl, ing, hl, geb, gest, zzgl, bspw, mind, max, min, tel, ehem, gem, mag, o.g
        v.a, b, d"""
    ),
    shorts=_list(
        "usw, etc, co, jr, sr, e.v, v.chr, n.chr, jan, feb, mrz, apr, jun, jul, aug, sep, sept, okt, nov, dez"
    ),
    counters=_list("nr, s, art, abs, bd, kap, abb, mio, mrd, tsd"),
    ordinals=True,
    openers=_list(
        """aber, doch, und, oder, denn, dennoch, jedoch, allerdings, deshalb, daher, darum, deswegen, dadurch
        damit, dabei, dazu, dafür, dagegen, danach, davor, zuvor, später, anschließend, außerdem, zudem
        darüber hinaus, ferner, ebenso, ebenfalls, auch, hingegen, trotzdem, stattdessen, andererseits
        einerseits, zweitens, drittens, schließlich, so, somit, also, folglich, infolgedessen, inzwischen
        unterdessen, währenddessen, gleichzeitig, beispielsweise, zum beispiel, etwa, insbesondere
        tatsächlich, kurz darauf, wenige tage später, tage später, dort, da, dann, hier, hierzu, hierbei, er
        es, sie, ihm, ihr, ihre, ihrer, ihnen, sein, seine, seiner, dies, diese, diesem, diesen, dieser
        dieses, das sei, das ist, das war, das hat, das heißt, jene, jener, solche, letztere, beide
        der bericht, die studie, der vorfall, die entscheidung, der schritt, die maßnahme, das ergebnis
        der grund, die ergebnisse, die meldung, das projekt, der plan, der sprecher, die sprecherin"""
    ),
    pronouns=_list("er, sie, es"),
    goes_on=_list("auch, zudem, außerdem, weiter, ebenfalls, ergänzte, ergänzt, fügte, hinzu, fuhr fort"),
    says=_list(
        """sagte, sagt, sagten, sagen, erklärte, erklärt, erklärten, betonte, betont, betonten, teilte, meinte
        meint, warnte, warnt, behauptete, behauptet, berichtete, berichtet, berichten, berichteten, schrieb
        schreibt, schreiben, kritisierte, kritisiert, forderte, fordert, fordern, äußerte, bestätigte
        bestätigt, ergänzte, ergänzt, fügte, kündigte, räumte, wies, versicherte, fragte, antwortete
        bezeichnete, lobte, gab an, gaben an, hieß es, heißt es, zitiert, glaubt, findet"""
    ),
    sources=_list("laut, zufolge, nach angaben, nach eigenen angaben, angeblich, den angaben nach"),
    stale=_list(
        """heute, gestern, morgen, vorgestern, heute abend, diese woche, dieser woche, vergangene woche
        vergangenen, letzte woche, letzten, nächste woche, nächsten, in diesem jahr, dieses jahr
        im vergangenen jahr, kürzlich, derzeit, aktuell, zurzeit, am montag, am dienstag, am mittwoch
        am donnerstag, am freitag, am samstag, am sonntag"""
    ),
    more="+{} weitere",
)

_FRENCH = Language(
    code="fr",
    words=_words(
        """le la les l un une des du de d et ou mais dans en au aux à par pour sur sous avec sans entre vers chez
        est sont était étaient a ont avait sera être il elle ils elles on nous vous je ce cet cette ces se sa
        son ses leur leurs qui que qu dont où ne pas plus si quand comme car donc après avant depuis pendant
        selon aussi très tout tous toute toutes même deux mon ma mes notre votre"""
    ),
    titles=_list("m, mm, mme, mlle, dr, pr, me, st, ste, mgr, p. ex, p.ex, c.-à-d, cf, env, av, bd, vs"),
    shorts=_list("etc, janv, févr, avr, juil, sept, oct, nov, déc, j.-c, ltd, inc, co"),
    counters=_list("n, no, p, pp, art, vol, fig, chap"),
    openers=_list(
        """mais, et, ou, or, donc, car, cependant, toutefois, pourtant, néanmoins, ainsi, aussi, alors, ensuite
        puis, enfin, de plus, en outre, par ailleurs, en revanche, au contraire, par conséquent, en effet
        par exemple, en particulier, notamment, de même, également, deuxièmement, troisièmement, d'une part
        d'autre part, de son côté, pour sa part, dès lors, depuis lors, plus tard, quelques jours plus tard
        peu après, entre-temps, auparavant, il, elle, ils, elles, celui-ci, celle-ci, ceux-ci, celles-ci
        celui-là, ce dernier, cette dernière, ces derniers, ce, cet, cette, ces, c'est, c'était, cela, ceci
        ça, son, sa, ses, leur, leurs, là, y, en revanche, le rapport, l'étude, l'incident, la décision
        la mesure, le projet, l'accord, le porte-parole, la porte-parole"""
    ),
    pronouns=_list("il, elle, ils, elles, on"),
    goes_on=_list("aussi, également, ajouté, ajoute, a poursuivi, poursuit, encore, en outre"),
    says=_list(
        """dit, disent, disait, déclaré, déclare, déclarent, affirmé, affirme, affirment, expliqué, explique
        indiqué, indique, indiquent, précisé, précise, souligné, souligne, ajouté, ajoute, assuré, assure
        estimé, estime, estiment, annoncé, averti, avertit, dénoncé, dénonce, rappelé, rappelle, reconnu
        reconnaît, confirmé, confirme, rapporté, rapporte, écrit, prétend, soutient, demandé, répondu, répond
        conclu, conclut, critiqué, poursuit, poursuivi"""
    ),
    sources=_list("selon, d'après, aux dires de, de source, sources"),
    stale=_list(
        """aujourd'hui, hier, demain, avant-hier, ce matin, ce soir, cette semaine, cette année, ce mois-ci
        la semaine dernière, le mois dernier, l'an dernier, l'année dernière, la semaine prochaine
        le mois prochain, récemment, actuellement, il y a, lundi, mardi, mercredi, jeudi, vendredi, samedi
        dimanche"""
    ),
    more="et {} de plus",
)

_SPANISH = Language(
    code="es",
    words=_words(
        """el la los las un una unos unas de del al y o pero en con por para sin sobre entre hasta desde hacia
        según es son era eran fue fueron ha han había será ser está están se su sus lo le les que quien cual
        donde cuando como si no más muy también ya este esta estos estas ese esa eso esto aquel él ella ellos
        ellas yo nosotros usted porque aunque mientras después antes durante contra todo todos toda todas otro
        otra dos mi tu nuestra"""
    ),
    titles=_list(
        "sr, sra, srta, sres, dr, dra, prof, profa, lic, ing, d, dña, gral, cnel, ud, uds, vd, p. ej, p.ej, sta, sto"
    ),
    shorts=_list(
        """etc, ee, ee.uu, ee. uu, s.a, s.l, cía, a.m, p.m, a.c, d.c, ene, feb, abr, ago, sept, oct, nov, dic"""
    ),
    counters=_list("n, núm, nro, no, pág, págs, art, vol, cap, fig"),
    openers=_list(
        """pero, y, e, o, sin embargo, no obstante, aunque, además, asimismo, también, tampoco, así, así que
        entonces, luego, después, más tarde, por lo tanto, por tanto, por eso, por ello, en consecuencia
        por otro lado, por otra parte, por su parte, en cambio, por el contrario, de hecho, en efecto
        por ejemplo, en particular, mientras tanto, a su vez, al mismo tiempo, segundo, en segundo lugar
        tercero, por último, finalmente, días después, días más tarde, poco después, desde entonces, él, ella
        ellos, ellas, ello, este, esta, estos, estas, esto, ese, esa, esos, esas, eso, aquel, aquella, su, sus
        dicho, dicha, ambos, ambas, allí, ahí, el informe, el estudio, el incidente, la decisión, la medida
        el anuncio, el proyecto, el portavoz, la portavoz"""
    ),
    pronouns=_list("él, ella, ellos, ellas"),
    goes_on=_list("""también, además, asimismo, añadió, añade, agregó, agrega, continuó, prosiguió, igualmente"""),
    says=_list(
        """dijo, dice, dijeron, dicen, declaró, declara, afirmó, afirma, afirmaron, afirman, explicó, explica
        señaló, señala, señalaron, indicó, indica, aseguró, asegura, aseguraron, añadió, añade, agregó, agrega
        advirtió, advierte, subrayó, subraya, destacó, destaca, denunció, denuncia, sostuvo, sostiene
        reconoció, reconoce, admitió, admite, confirmó, confirma, informó, informa, escribió, escribe
        preguntó, respondió, exigió, exige, pidió, manifestó, insistió, recordó, concluyó, criticó"""
    ),
    sources=_list("según, de acuerdo con, en palabras de, fuentes, supuestamente"),
    stale=_list(
        """hoy, ayer, mañana, anteayer, anoche, esta semana, este mes, este año, esta mañana, la semana pasada
        el mes pasado, el año pasado, la próxima semana, el próximo, recientemente, actualmente, hace
        el lunes, el martes, el miércoles, el jueves, el viernes, el sábado, el domingo"""
    ),
    more="y {} más",
)

_CHINESE = Language(
    code="zh",
    spaced=False,
    words=_words("""的 了 在 是 和 与 也 就 都 而 及 着 或 一个 没有 我们 你们 他们 这个 那个 因为 所以"""),
    openers=_list(
        """但, 然而, 不过, 可是, 此外, 另外, 同时, 与此同时, 因此, 所以, 于是, 而, 并且, 其, 他, 她, 它, 这, 那
        该, 此, 对此, 随后, 之后, 后来, 接着, 例如, 比如, 也, 还, 第二，, 最后, 尽管如此, 相反, 总之, 报告
        双方, 两者, 上述, 发言人"""
    ),
    pronouns=_list("他, 她, 他们, 她们, 它"),
    goes_on=_list("还表示, 还说, 也表示, 补充, 进一步, 还指出, 并称, 又说"),
    says=_list(
        """表示, 指出, 强调, 认为, 称，, 称：, 称“, 说，, 说：, 说“, 说。, 说道, 表明, 告诉, 透露, 写道, 声称
        坦言, 回应, 补充, 警告, 要求, 呼吁, 宣称, 解释, 承认, 否认, 介绍说, 报道称, 报道"""
    ),
    sources=_list("据报道, 据悉, 据介绍, 根据, 据《, 据新, 据路, 援引"),
    stale=_list(
        """今天, 昨天, 明天, 今日, 昨日, 明日, 今年, 去年, 明年, 本周, 上周, 下周, 本月, 上月, 下月, 日前, 近日, 最近
        目前, 天前"""
    ),
    more="另有 {} 篇",
)

_JAPANESE = Language(
    code="ja",
    spaced=False,
    words=_words("""の に は を が と で も です ます した する こと ある いる から など"""),
    openers=_list(
        """しかし, だが, また, さらに, そのため, そこで, そして, それ, その, そう, これ, この, こう, ここ, 彼
        彼女, 同氏, 同社, 同日, 一方, ただし, ただ, 例えば, たとえば, なお, 次に, 最後に, つまり, したがって
        よって, 加えて, ところが, すると"""
    ),
    pronouns=_list("彼は, 彼女は, 同氏は"),
    goes_on=_list("とも述べ, とも語っ, とも話し, 付け加え, とも指摘, 続けた"),
    says=_list(
        """述べ, 語っ, 話し, 指摘し, 強調し, 明らかにし, 説明し, 主張し, 訴え, 伝え, 報じ, と言う, と言っ, という
        としている, とした, 警告し, 批判し, 求め, と答え, と発表し"""
    ),
    sources=_list("によると, によれば, 関係者"),
    stale=_list("""今日, 昨日, 明日, 本日, 今週, 先週, 来週, 今月, 先月, 来月, 今年, 昨年, 来年, 最近, 現在, 先日"""),
    more="ほか {} 本",
)

LANGUAGES = (_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _CHINESE, _JAPANESE)
