"""German."""

from sharebot.text.vocabulary.language import Language, phrases, words

GERMAN = Language(
    code="de",
    words=words(
        """der die das den dem des ein eine einen einem einer eines und oder aber in im an am auf aus bei mit nach
        von vor zu zum zur für über unter durch gegen ohne um ist sind war waren wird werden wurde wurden hat haben
        hatte hatten nicht kein keine es er sie wir ihr ich ihm ihn ihnen dies diese dieser dieses diesem diesen
        sich auch noch nur so wie wenn als ob weil dass denn doch dann danach damit daher dabei dort hier jetzt
        heute gestern seit bis beim vom was wer wo warum man mehr viele alle allem sein seine seiner ihre ihrer
        ihren kann können soll sollen muss will zwei beide schon sehr zwischen während nachdem bevor obwohl jedoch
        sondern sowie etwa rund laut mich mir dich du uns unser"""
    ),
    titles=phrases(
        """hr, hrn, Fr, dr, prof, z.b, z. b, d.h, d. h, u.a, u. a, o.ä, o. ä, i.d.r, s.o, s.u, vgl, bzw, ca, evtl
        ggf, inkl, exkl, sog, St, dipl, Ing, hl, geb, gest, zzgl, bspw, mind, ehem, gem, Mag, o.g, v.a, v. a, z.t
        z. t, u.u, d, frl, abgek, Fa, allg, einschl, gegr, jhd, lfd, od, vorm, bes, m.e, m. e, i.e, rd, zw, resp
        Gen, Hptm, Kard"""
    ),
    shorts=phrases(
        """usw, etc, co, jr, sr, e.v, e. v, v.chr, n.chr, v. chr, n. chr, Jan, Feb, Mrz, Apr, Jun, Jul, Aug, Sep
        Sept, Okt, Nov, Dez, Mo, Di, Mi, Do, Sa, So, str, Min, Max, Tel, Std, Sek, u.s.w, usf, Jh, Jhs, Jahrh, mbh
        Ltd, Inc, Corp, Mio, Mrd, Tsd"""
    ),
    counters=phrases("nr, S, Art, Abs, Bd, Kap, Abb, Ziff, Pos, Rn"),
    ordinals=True,
    openers=phrases(
        """dessen, deren, aber, doch, und, oder, denn, dennoch, jedoch, allerdings, deshalb, daher, darum, deswegen
        dadurch, damit, dabei, dazu, dafür, dagegen, danach, davor, zuvor, später, anschließend, außerdem, zudem
        daran, daraus, darauf, daraufhin, darin, darüber, darunter, davon, demnach, demzufolge, hinzu kommt
        darüber hinaus, ferner, ebenso, ebenfalls, auch, hingegen, trotzdem, stattdessen, andererseits
        anschliessend, einerseits, zweitens, drittens, schließlich, schliesslich, so, somit, also, folglich
        infolgedessen, inzwischen, unterdessen, währenddessen, gleichzeitig, zugleich, beispielsweise, zum beispiel
        etwa, insbesondere, indes, indessen, nichtsdestotrotz, gleichwohl, immerhin, im gegenzug, im gegensatz dazu
        im gegenteil, tatsächlich, kurz darauf, wenige tage später, tage später, am tag darauf, am nächsten tag
        tags darauf, tags zuvor, wochen später, monate später, jahre später, seitdem, seither, bis dahin, dort, da
        dann, hier, hierzu, hierbei, hierfür, er, es, sie, ihm, ihr, ihre, ihrer, ihnen, ihn, sein, seine, seiner
        seinen, seinem, dies, diese, diesem, diesen, dieser, dieses, das sei, das ist, das war, das hat, das heißt
        das wäre, jene, jener, solche, letztere, letzterer, letzteres, erstere, ersterer, beide, beides, derselbe
        dieselbe, dasselbe, die beiden, andere, viele davon, einige davon, keiner davon, einer davon, eine davon, ja
        nein, nur so, nicht nur, weiter, weiterhin, weiters, sonst, ansonsten, andernfalls, umgekehrt, kurz gesagt
        mit anderen worten, zumal, weshalb, wobei, worauf, wodurch, weil, das heisst, das will, das soll, das kann
        das habe, das liegt, das gilt, das zeigt, das gelte, das könnte"""
    ),
    echoes=phrases(
        """der andere, die andere, die anderen, der bericht, die studie, die umfrage, der vorfall, der unfall
        der angriff, die entscheidung, das urteil, der schritt, die maßnahme, die maßnahmen, das ergebnis, der grund
        die ergebnisse, die meldung, die nachricht, das projekt, der plan, die pläne, der vorschlag, das ziel
        die idee, das problem, die ankündigung, die einigung, das abkommen, die änderung, die änderungen, die zahl
        die zahlen, der sprecher, die sprecherin, der verdächtige, die verdächtige, das opfer, die opfer, der täter
        die tat, der fall, die initiative"""
    ),
    pronouns=phrases("er, sie, es, der, dieser, diese"),
    goes_on=phrases(
        """auch, zudem, außerdem, ausserdem, weiter, ebenfalls, ergänzte, ergänzt, ergänzten, fügte, fügt, hinzu
        fuhr fort, fährt fort, ferner, überdies"""
    ),
    says=phrases(
        """sagte, sagt, sagten, sagen, gesagt, erklärte, erklärt, erklärten, erklären, betonte, betont, betonten
        betonen, teilte, teilten, teilt, mitgeteilt, meinte, meint, meinten, meinen, warnte, warnt, warnten, warnen
        gewarnt, behauptete, behauptet, behaupteten, behaupten, berichtete, berichtet, berichten, berichteten
        schrieb, schrieben, schreibt, schreiben, geschrieben, kritisierte, kritisiert, kritisierten, kritisieren
        forderte, fordert, fordern, forderten, gefordert, äußerte, äußert, äußerten, äusserte, bestätigte, bestätigt
        bestätigten, ergänzte, ergänzt, ergänzten, fügte, fügt, fügten, kündigte, kündigt, kündigten, angekündigt
        räumte, räumt, räumten, eingeräumt, wies, wiesen, verwies, verweist, versicherte, versichert, versicherten
        beteuerte, beteuert, fragte, fragt, fragten, antwortete, antwortet, antworteten, erwiderte, erwidert
        entgegnete, entgegnet, bezeichnete, bezeichnet, bezeichneten, lobte, lobt, lobten, gab an, gaben an, gibt an
        geben an, gab bekannt, gaben bekannt, hieß es, heißt es, hiess es, heisst es, zitiert, zitierte, glaubt
        glaubte, erläuterte, erläutert, erläuterten, schilderte, schildert, schilderten, erzählte, erzählt
        erzählten, erzählen, unterstrich, unterstreicht, hob hervor, hebt hervor, mahnte, mahnt, mahnten
        appellierte, appelliert, verlangte, verlangt, verlangten, beklagte, beklagt, beklagten, bedauerte, bedauert
        beschrieb, beschreibt, erinnerte, erinnert, prognostizierte, prognostiziert, schätzt, schätzte, schätzten
        vermutet, vermutete, verkündete, verkündet, verkündeten, meldete, meldet, meldeten, melden, dementierte
        dementiert, bestritt, bestreitet, bestritten, argumentierte, argumentiert, konstatierte, konstatiert
        resümierte, resümiert, kommentierte, kommentiert, twitterte, twittert, postete, postet, versprach
        verspricht, versprachen, begrüßte, begrüßt, begrüßten, begründete, begründet, bekräftigte, bekräftigt
        stellte klar, stellt klar, stellte fest, stellt fest, warf vor, wirft vor, spricht von, sprach von
        sprachen von, nannte, nennt, nannten, so der, so die, urteilte, urteilt"""
    ),
    sources=phrases(
        """laut, zufolge, nach angaben, nach eigenen angaben, angeblich, den angaben nach, angaben zufolge
        in den worten, nach einschätzung, nach ansicht, nach meinung, nach auffassung, nach worten, nach darstellung
        aus sicht, unter berufung, in einer mitteilung, in einer erklärung, in einem interview, mutmaßlich
        mutmasslich, wie aus"""
    ),
    reported=phrases(
        """sei, seien, habe, hätte, hätten, werde, würde, würden, könne, könnte, könnten, solle, müsse, müssten, wolle
        dürfe, wäre, wären, gebe, gäbe"""
    ),
    today=phrases(
        """heute, gestern, morgen, vorgestern, übermorgen, heute abend, heute morgen, heute früh, heute nacht
        heute mittag, heutige, heutigen, heutiger, gestrige, gestrigen, gestriger, morgigen, morgige, gestern abend
        letzte nacht, vergangene nacht, vor stunden, vor einer stunde, vor minuten
        vor wenigen stunden, vor tagen, vor einem tag, vor zwei tagen, vor drei tagen, vor wenigen tagen
        vor ein paar tagen, vor kurzem, in den nächsten stunden, in den kommenden stunden, im moment, im augenblick
        gerade eben, soeben, am heutigen"""
    ),
    this_week=phrases(
        """montag, dienstag, mittwoch, donnerstag, freitag, samstag, sonnabend, sonntag, diese woche, dieser woche
        vergangene woche, vergangener woche, vergangenen woche, letzte woche, letzter woche, letzten woche
        vorige woche, voriger woche, vorigen woche, nächste woche, nächster woche, nächsten woche, kommende woche
        kommender woche, kommenden woche, dieses wochenende, diesem wochenende, am wochenende, letztes wochenende
        vergangenes wochenende, vergangenen wochenende, letzten wochenende, nächstes wochenende
        kommenden wochenende, nächsten wochenende, vor einer woche, vor zwei wochen, vor wochen, vor wenigen wochen
        am montag, am dienstag, am mittwoch, am donnerstag, am freitag, am samstag, am sonnabend, am sonntag
        am montagabend, am dienstagabend, am mittwochabend, am donnerstagabend, am freitagabend, am samstagabend
        am sonntagabend, am montagmorgen, am dienstagmorgen, am mittwochmorgen, am donnerstagmorgen
        am freitagmorgen, am samstagmorgen, am sonntagmorgen, am montagnachmittag, am dienstagnachmittag
        am mittwochnachmittag, am donnerstagnachmittag, am freitagnachmittag, am samstagnachmittag
        am sonntagnachmittag, am montagvormittag, am dienstagvormittag, am mittwochvormittag, am donnerstagvormittag
        am freitagvormittag, am montagmittag, am dienstagmittag, am mittwochmittag, am donnerstagmittag
        am freitagmittag, in den nächsten tagen, in den kommenden tagen, in den vergangenen tagen
        in den letzten tagen, dieser tage, in diesen tagen, letzten montag, letzten dienstag, letzten mittwoch
        letzten donnerstag, letzten freitag, letzten samstag, letzten sonntag, vergangenen montag
        vergangenen dienstag, vergangenen mittwoch, vergangenen donnerstag, vergangenen freitag, vergangenen samstag
        vergangenen sonntag, nächsten montag, nächsten dienstag, nächsten mittwoch, nächsten donnerstag
        nächsten freitag, nächsten samstag, nächsten sonntag, kommenden montag, kommenden dienstag
        kommenden mittwoch, kommenden donnerstag, kommenden freitag, kommenden samstag, kommenden sonntag
        bis montag, bis freitag, bis sonntag, seit montag, ab montag, in den nächsten wochen
        in den kommenden wochen"""
    ),
    this_month=phrases(
        """diesen monat, diesem monat, dieses monats, letzten monat, vergangenen monat, vorigen monat, vormonat
        nächsten monat, kommenden monat, vor einem monat, vor zwei monaten, vor monaten, vor wenigen monaten
        kürzlich, neulich, jüngst, unlängst, derzeit, aktuell, zurzeit, zur zeit, momentan, gegenwärtig, jetzt, bald
        demnächst, in kürze, in den letzten wochen, in den vergangenen wochen, in den nächsten monaten
        in den kommenden monaten, inzwischen, mittlerweile"""
    ),
    this_year=phrases(
        """in diesem jahr, dieses jahr, dieses jahres, diesem jahr, im vergangenen jahr, vergangenes jahr
        vergangenen jahr, vergangenen jahres, letztes jahr, letzten jahr, letzten jahres, im vorjahr, vorjahr
        voriges jahr, vorigen jahr, nächstes jahr, nächsten jahr, nächsten jahres, kommendes jahr, kommenden jahr
        kommenden jahres, heuer, vor einem jahr, vor zwei jahren, vor jahren, vor wenigen jahren, diesen sommer
        diesen winter, diesen herbst, dieses frühjahr, diesem sommer, diesem winter, diesem herbst, diesem frühjahr
        letzten sommer, letzten winter, letzten herbst, letztes frühjahr, vergangenen sommer, vergangenen winter
        vergangenen herbst, nächsten sommer, nächsten winter, nächsten herbst, nächstes frühjahr, kommenden sommer
        kommenden winter, kommenden herbst, dieses quartal, diesem quartal, letzten quartal, vergangenen quartal
        nächsten quartal, in den letzten monaten, in den vergangenen monaten, diese saison, dieser saison
        letzte saison, vergangenen saison, nächste saison"""
    ),
    months=phrases(
        """januar, jänner, februar, feber, märz, april, mai, juni, juli, august, september, oktober, november
        dezember"""
    ),
    hedges=phrases(
        """vielleicht, möglicherweise, eventuell, womöglich, wohl, vermutlich, wahrscheinlich, voraussichtlich
        mutmaßlich, mutmaßliche, mutmaßlichen, mutmaßlicher, mutmasslich, angeblich, angebliche, angeblichen
        offenbar, offensichtlich, anscheinend, scheinbar, potenziell, potentiell, denkbar, möglich, unwahrscheinlich
        könnte, könnten, kann, können, dürfte, dürften, würde, würden, sollte, sollten, soll, sollen, müsste
        müssten, wäre, wären, hätte, hätten, sei, seien, habe, werde, scheint, scheinen, schien, verdächtig
        verdächtige, verdächtiger, verdächtigen, erwartet, erwarten, rechnet, rechnen, vermutet, glaubt, hofft
        hoffen, will, wollen, möchte, möchten, plant, planen, geplant, geplante, geplanten, erwägt, erwägen
        beabsichtigt, schlägt vor, vorgeschlagen, etwa, rund, ungefähr, circa, ca, fast, nahezu, beinahe, knapp
        bis zu, mindestens, höchstens, maximal, schätzungsweise, geschätzt, geschätzte, theoretisch, vorläufig
        vorläufige, vorläufigen, versucht, versuchen, offen, strebt, gilt als, gelten als, nach eigenen angaben"""
    ),
    negations=phrases(
        """nicht, kein, keine, keinen, keinem, keiner, keines, nie, niemals, niemand, niemanden, niemandem, nichts
        nirgends, nirgendwo, weder, noch, ohne, kaum, selten, wenig, wenige, weniger, nimmer, keinesfalls
        keineswegs, mitnichten, statt, anstatt, anstelle, fehlt, fehlen, fehlte, scheitert, scheiterte, scheiterten
        gescheitert, bestreitet, bestritt, dementiert, dementierte, verweigert, verweigerte, weigert, weigerte
        weigern, lehnt, lehnte, lehnten, abgelehnt, ausgeschlossen, schließt aus, verhindert, verhinderte, verboten
        verbietet, untersagt, nicht mehr, unmöglich"""
    ),
    limits=phrases(
        """nur, lediglich, allein, alleine, ausschließlich, ausschliesslich, bloß, einzig, einzige, einziger
        einziges, einzigen, erst, erste, erster, erstes, ersten, erstmals, zuerst, letzte, letzter, letztes, letzten
        zuletzt, meist, meiste, meisten, wenigsten, mindestens, höchstens, beste, bester, bestes, besten
        schlechteste, schlechtesten, größte, größter, größtes, größten, kleinste, kleinster, kleinstes, kleinsten
        höchste, höchster, höchstes, höchsten, niedrigste, niedrigsten, längste, längsten, kürzeste, kürzesten
        schnellste, schnellsten, älteste, ältesten, jüngste, jüngsten, neueste, neuesten, stärkste, stärksten
        schwerste, schwersten, wichtigste, wichtigsten, häufigste, häufigsten, reichste, reichsten, rekord, jemals
        je, jede, jeder, jedes, jeden, jedem, alle, alles, allen, sämtliche, beide, beiden, mehr als, weniger als
        einmalig, vor allem, insbesondere, bisher, bislang, überwiegend, hauptsächlich, größtenteils, teilweise
        teils"""
    ),
    links=phrases(
        """inzwischen, unterdessen, außerdem, ausserdem, zudem, darüber hinaus, ferner, schließlich, zum beispiel
        beispielsweise, insbesondere, tatsächlich, in der tat, im übrigen, übrigens, erstens, zweitens, drittens
        nebenbei, kurzum"""
    ),
    more="+{} weitere",
    correction="Korrektur",
)
