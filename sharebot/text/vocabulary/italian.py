"""Italian."""

from sharebot.text.vocabulary.language import Language, phrases, words

ITALIAN = Language(
    code="it",
    words=words(
        """il lo la i gli le l un uno una di del dello della dei degli delle dell d a al allo alla ai agli alle all
        da dal dallo dalla dai dagli dalle dall in nel nello nella nei negli nelle nell su sul sullo sulla sui sugli
        sulle sull con per tra fra e ed o ma che chi cui non se come quando dove perché anche più meno molto molti
        molte già ancora solo poi dopo prima durante contro senza verso secondo sono è era erano fu furono stato
        stata stati state essere ha hanno aveva avevano avere può possono deve si ci ne mi ti vi suo sua suoi sue
        loro lui lei noi voi io questo questa questi queste quello quella quelli quelle ogni tutto tutta tutti tutte
        altro altra altri altre stesso stessa due quindi però mentre invece così sarà fino c quel quei qui qua là
        cosa nostro nostra mio mia sia né ecco"""
    ),
    titles=phrases(
        """sig, sig.ra, sigg, dott, dott.ssa, dr, prof, prof.ssa, ing, avv, arch, geom, rag, on, sen, gen, col, cap
        mons, s, ss, p. es, p.es, es, cfr, vs, ca, p.za, v, d, mr"""
    ),
    shorts=phrases(
        """ecc, etc, s.p.a, spa, s.r.l, srl, a.c, d.c, jr, tel, u.s.a, Gen, Feb, Mar, Apr, Mag, Giu, Lug, Ago, Set
        Sett, Ott, Nov, Dic"""
    ),
    counters=phrases("n, nn, num, nr, p, pp, pag, pagg, art, artt, vol, cap, fig, sec, co"),
    openers=phrases(
        """ma, e, ed, o, oppure, però, tuttavia, eppure, ciononostante, nonostante ciò, nonostante questo, inoltre
        in più, anche, neanche, nemmeno, neppure, così, dunque, quindi, perciò, pertanto, allora, poi, dopo
        in seguito, successivamente, più tardi, poco dopo, subito dopo, giorni dopo, qualche giorno dopo, mesi dopo
        anni dopo, per questo, per questa ragione, per tale motivo, di conseguenza, come risultato, d'altra parte
        d'altro canto, da un lato, dall'altro, dal canto suo, da parte sua, da parte loro, a sua volta, al contrario
        invece, in compenso, infatti, in effetti, di fatto, in realtà, per esempio, ad esempio, in particolare
        soprattutto, nel frattempo, intanto, frattanto, allo stesso tempo, contemporaneamente, in secondo luogo
        in terzo luogo, infine, per ultimo, finalmente, da allora, fino ad allora, prima di allora, in precedenza
        lì, là, ivi, qui, in questo modo, in tal modo, in questo caso, in tal caso, in altre parole, cioè, ossia
        ovvero, insomma, del resto, peraltro, altrimenti, analogamente, allo stesso modo, ugualmente, egli, ella
        esso, essa, essi, esse, lui, lei, loro, questo, questa, questi, queste, quest'ultimo, quest'ultima, ciò
        quello, quella, quelli, quelle, costui, costoro, il suo, suo, sua, suoi, sue, tale, tali, entrambi, entrambe
        ambedue, altri, altre, un altro, un'altra, il sospettato, sì, no, si tratta, che, perché, ne, vi, ci, dice
        afferma, aggiunge, spiega, sottolinea, ha detto, ha affermato, ha dichiarato, ha spiegato, ha aggiunto
        ha sottolineato, ha precisato, ha ricordato, hanno detto, hanno aggiunto, la sua, i suoi, le sue, il loro
        la loro, i loro, le loro, il giorno dopo, il giorno prima, il giorno seguente"""
    ),
    echoes=phrases(
        """i due, le due, l'altro, l'altra, gli altri, le altre, il primo, la prima, il rapporto, lo studio, la ricerca
        l'indagine, l'incidente, l'attacco, l'episodio, la vicenda, la decisione, la misura, le misure, l'annuncio
        l'accordo, il progetto, il piano, la proposta, la notizia, il risultato, i risultati, il motivo, la ragione
        l'obiettivo, l'idea, il problema, il portavoce, la portavoce, la vittima, le vittime, il documento
        l'iniziativa"""
    ),
    pronouns=phrases("lui, lei, egli, ella, essi, esse, loro, chi"),
    goes_on=phrases(
        """anche, inoltre, aggiunge, aggiunto, aggiunse, ha aggiunto, ha proseguito, prosegue, proseguito, continua
        ha continuato, ha concluso, altresì, pure, ancora"""
    ),
    says=phrases(
        """dice, dicono, detto, disse, dissero, diceva, dicendo, afferma, affermano, affermato, affermò, affermando
        dichiara, dichiarano, dichiarato, dichiarò, spiega, spiegano, spiegato, spiegò, spiegando, racconta
        raccontano, raccontato, raccontò, sottolinea, sottolineano, sottolineato, sottolineando, evidenzia
        evidenziano, evidenziato, precisa, precisato, precisano, ribadisce, ribadito, ribadiscono, aggiunge
        aggiunto, aggiunse, aggiungono, avverte, avvertito, avvertono, ammonisce, ammonito, assicura, assicurato
        assicurano, garantisce, sostiene, sostengono, sostenuto, sosteneva, ritiene, ritengono, crede, credono
        denunciato, denunciano, ammette, ammesso, ammettono, riconosce, riconosciuto, nega, negano, negato
        smentisce, smentito, confermato, confermano, informa, informato, riferisce, riferito, riferiscono, riporta
        riportano, riportato, rivela, rivelato, rivelano, comunica, annuncia, annunciato, annunciano, scrive
        scrivono, scritto, scrisse, chiede, chiesto, chiedono, risponde, risposto, rispose, replicato, ribatte
        ribattuto, esige, insiste, insistito, ricorda, ricordato, ricordano, conclude, concluso, criticato
        criticano, accusano, accusato, commenta, commentato, commentano, osserva, osservato, notato, promette
        promesso, prevede, prevedono, suggerisce, suggerito, suggeriscono, proposto, lamenta, lamentato, auspica
        auspicato, esorta, esortato, segnala, segnalato, indicato, indicano, stimano, definisce, elogia, prosegue
        proseguito, esclama, si legge, fa sapere, fanno sapere, fatto sapere"""
    ),
    sources=phrases(
        """secondo, stando a, stando al, stando alla, stando ai, stando alle, a detta di, nelle parole di, a parere di
        fonti, presumibilmente, in una nota, in un comunicato, citando, in un'intervista, a quanto pare"""
    ),
    reported=phrases("""sarebbe, sarebbero, avrebbe, avrebbero, potrebbe, potrebbero, dovrebbe, dovrebbero"""),
    today=phrases(
        """oggi, ieri, domani, l'altro ieri, altro ieri, dopodomani, stamattina, stamane, stasera, stanotte
        ieri sera, ieri mattina, ieri notte, questa mattina, questo pomeriggio, questa sera, questa notte
        la scorsa notte, la notte scorsa, nella notte, domattina, domani sera, in questo momento, al momento
        minuti fa, ore fa, un'ora fa, un giorno fa, giorni fa, nelle prossime ore, nelle ultime ore, in queste ore
        proprio ora, poco fa, nella serata di ieri"""
    ),
    this_week=phrases(
        """questa settimana, la settimana scorsa, la scorsa settimana, settimana scorsa, settimana prossima
        prossima settimana, questo fine settimana, questo weekend, lo scorso fine settimana, lo scorso weekend
        il prossimo fine settimana, il prossimo weekend, una settimana fa, settimane fa, nei prossimi giorni
        negli ultimi giorni, in questi giorni, lunedì, martedì, mercoledì, giovedì, venerdì, sabato, domenica
        nelle prossime settimane"""
    ),
    this_month=phrases(
        """questo mese, il mese scorso, lo scorso mese, mese scorso, mese prossimo, prossimo mese, un mese fa
        mesi fa, di recente, recentemente, attualmente, adesso, ora, ormai, presto, nelle ultime settimane
        nei prossimi mesi, ultimamente, per ora, per il momento, da poco, a breve, in queste settimane"""
    ),
    this_year=phrases(
        """quest'anno, questo anno, l'anno scorso, lo scorso anno, anno scorso, l'anno prossimo, il prossimo anno
        anno prossimo, prossimo anno, un anno fa, anni fa, quest'estate, questa estate, quest'inverno
        questo inverno, quest'autunno, questa primavera, l'estate scorsa, la scorsa estate, l'inverno scorso
        lo scorso inverno, la scorsa primavera, lo scorso autunno, la prossima estate, il prossimo inverno
        la prossima primavera, il prossimo autunno, questo trimestre, lo scorso trimestre, il prossimo trimestre
        negli ultimi mesi, nell'ultimo anno, questa stagione, la scorsa stagione, la prossima stagione"""
    ),
    months=phrases(
        """gennaio, febbraio, marzo, aprile, maggio, giugno, luglio, agosto, settembre, ottobre, novembre, dicembre"""
    ),
    hedges=phrases(
        """forse, magari, probabilmente, possibilmente, probabile, probabili, possibile, possibili, eventualmente
        presumibilmente, presunto, presunta, presunti, presunte, sospetto, sospetta, sospetti, sospettato
        apparentemente, potenzialmente, a quanto pare, può, possono, potrebbe, potrebbero, potrà, potranno, poteva
        potevano, deve, devono, dovrebbe, dovrebbero, dovrà, dovranno, sarebbe, sarebbero, avrebbe, avrebbero
        starebbe, sembra, sembrano, sembrava, sembrerebbe, pare, parrebbe, suggerisce, suggeriscono, indica
        indicherebbe, si stima, stima, stimato, stimata, stimati, atteso, attesa, attesi, previsto, prevista
        previsti, previste, prevede, si prevede, si ritiene, ritiene, ritengono, crede, spera, sperano, circa
        all'incirca, quasi, intorno a, attorno a, fino a, almeno, al massimo, al minimo, più o meno, intende
        intendono, vuole, vogliono, punta, progetta, proposto, proposta, propone, valuta, in teoria, preliminare
        preliminari, provvisorio, provvisoria, ipotesi, ipotizza, tenta, prova a, piano"""
    ),
    negations=phrases(
        """non, né, mai, niente, nulla, nessuno, nessuna, nessun, senza, neanche, nemmeno, neppure, raramente, poco
        pochi, poca, poche, appena, a malapena, nega, negano, negato, smentisce, smentito, rifiuta, rifiutato
        rifiutano, respinge, respinto, respingono, esclude, escluso, escludono, invece di, anziché, piuttosto che
        lontano da, manca, mancano, mancato, mancata, fallisce, fallito, impedisce, impedito, vieta, vietato
        non più"""
    ),
    limits=phrases(
        """solo, soltanto, solamente, unicamente, esclusivamente, unico, unica, unici, uniche, primo, prima, primi
        prime, ultimo, ultima, ultimi, ultime, più, meno, maggiore, maggiori, minore, minori, migliore, migliori
        peggiore, peggiori, massimo, massima, minimo, minima, record, ogni, ognuno, tutto, tutta, tutti, tutte
        qualsiasi, qualunque, entrambi, entrambe, ciascuno, ciascuna, più di, meno di, oltre, meramente
        principalmente, soprattutto, finora, mai prima"""
    ),
    relatives=phrases("il quale, la quale, i quali, le quali, dove, in cui, il cui, la cui, i cui, le cui, cui"),
    # "quando" ends in "ando", too, and may not get lost.
    participles=phrases(
        """cando, dando, gando, hando, iando, lando, mando, nando, pando, rando, sando, tando, vando, zando, endo"""
    ),
    links=phrases(
        """intanto, nel frattempo, frattanto, inoltre, in più, infine, per ultimo, per esempio, ad esempio, infatti
        in effetti, di fatto, in realtà, in particolare, del resto, peraltro, in primo luogo, in secondo luogo
        in terzo luogo, anzitutto, innanzitutto, analogamente, dal canto suo, da parte sua"""
    ),
    more="e altri {}",
    correction="Rettifica",
)
