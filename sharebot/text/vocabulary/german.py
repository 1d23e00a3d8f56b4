"""German."""

from sharebot.text.vocabulary.language import Language, phrases, words

GERMAN = Language(
    code="de",
    words=words(
        """der die das den dem des ein eine einen einem einer und oder aber in im an am auf aus bei mit nach von
        vor zu zum zur für über unter durch gegen ohne um ist sind war waren wird werden wurde wurden hat
        haben hatte nicht kein keine es er sie wir ihr ich dies diese dieser dieses sich auch noch nur so wie
        wenn als ob weil dass denn doch dann danach damit daher dabei dort hier jetzt heute gestern seit bis
        beim was wer wo warum man mehr viele alle sein seine ihre kann können soll sollen muss will"""
    ),
    titles=phrases(
        """hr, fr, dr, prof, z.b, z. b, d.h, d. h, u.a, u. a, i.d.r, s.o, s.u, vgl, bzw, ca, evtl, ggf, inkl
        exkl, sog, st, str, dipl, ing, hl, geb, gest, zzgl, bspw, mind, max, min, tel, ehem, gem, mag, o.g
        v.a, b, d"""
    ),
    shorts=phrases(
        "usw, etc, co, jr, sr, e.v, v.chr, n.chr, jan, feb, mrz, apr, jun, jul, aug, sep, sept, okt, nov, dez"
    ),
    counters=phrases("nr, s, art, abs, bd, kap, abb, mio, mrd, tsd"),
    ordinals=True,
    openers=phrases(
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
    pronouns=phrases("er, sie, es"),
    goes_on=phrases("auch, zudem, außerdem, weiter, ebenfalls, ergänzte, ergänzt, fügte, hinzu, fuhr fort"),
    says=phrases(
        """sagte, sagt, sagten, sagen, erklärte, erklärt, erklärten, betonte, betont, betonten, teilte, meinte
        meint, warnte, warnt, behauptete, behauptet, berichtete, berichtet, berichten, berichteten, schrieb
        schreibt, schreiben, kritisierte, kritisiert, forderte, fordert, fordern, äußerte, bestätigte
        bestätigt, ergänzte, ergänzt, fügte, kündigte, räumte, wies, versicherte, fragte, antwortete
        bezeichnete, lobte, gab an, gaben an, hieß es, heißt es, zitiert, glaubt, findet"""
    ),
    sources=phrases("laut, zufolge, nach angaben, nach eigenen angaben, angeblich, den angaben nach"),
    this_week=phrases(
        """heute, gestern, morgen, vorgestern, heute abend, diese woche, dieser woche, vergangene woche
        vergangenen, letzte woche, letzten, nächste woche, nächsten, in diesem jahr, dieses jahr
        im vergangenen jahr, kürzlich, derzeit, aktuell, zurzeit, am montag, am dienstag, am mittwoch
        am donnerstag, am freitag, am samstag, am sonntag"""
    ),
    more="+{} weitere",
)
