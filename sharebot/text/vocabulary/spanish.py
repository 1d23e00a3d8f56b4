"""Spanish."""

from sharebot.text.vocabulary.language import Language, phrases, words

SPANISH = Language(
    code="es",
    words=words(
        """el la los las un una unos unas de del al y o pero en con por para sin sobre entre hasta desde hacia
        según es son era eran fue fueron ha han había será ser está están se su sus lo le les que quien cual
        donde cuando como si no más muy también ya este esta estos estas ese esa eso esto aquel él ella ellos
        ellas yo nosotros usted porque aunque mientras después antes durante contra todo todos toda todas otro
        otra dos mi tu nuestra"""
    ),
    titles=phrases(
        "sr, sra, srta, sres, dr, dra, prof, profa, lic, ing, d, dña, gral, cnel, ud, uds, vd, p. ej, p.ej, sta, sto"
    ),
    shorts=phrases(
        """etc, ee, ee.uu, ee. uu, s.a, s.l, cía, a.m, p.m, a.c, d.c, ene, feb, abr, ago, sept, oct, nov, dic"""
    ),
    counters=phrases("n, núm, nro, no, pág, págs, art, vol, cap, fig"),
    openers=phrases(
        """pero, y, e, o, sin embargo, no obstante, aunque, además, asimismo, también, tampoco, así, así que
        entonces, luego, después, más tarde, por lo tanto, por tanto, por eso, por ello, en consecuencia
        por otro lado, por otra parte, por su parte, en cambio, por el contrario, de hecho, en efecto
        por ejemplo, en particular, mientras tanto, a su vez, al mismo tiempo, segundo, en segundo lugar
        tercero, por último, finalmente, días después, días más tarde, poco después, desde entonces, él, ella
        ellos, ellas, ello, este, esta, estos, estas, esto, ese, esa, esos, esas, eso, aquel, aquella, su, sus
        dicho, dicha, ambos, ambas, allí, ahí, el informe, el estudio, el incidente, la decisión, la medida
        el anuncio, el proyecto, el portavoz, la portavoz"""
    ),
    pronouns=phrases("él, ella, ellos, ellas"),
    goes_on=phrases("""también, además, asimismo, añadió, añade, agregó, agrega, continuó, prosiguió, igualmente"""),
    says=phrases(
        """dijo, dice, dijeron, dicen, declaró, declara, afirmó, afirma, afirmaron, afirman, explicó, explica
        señaló, señala, señalaron, indicó, indica, aseguró, asegura, aseguraron, añadió, añade, agregó, agrega
        advirtió, advierte, subrayó, subraya, destacó, destaca, denunció, denuncia, sostuvo, sostiene
        reconoció, reconoce, admitió, admite, confirmó, confirma, informó, informa, escribió, escribe
        preguntó, respondió, exigió, exige, pidió, manifestó, insistió, recordó, concluyó, criticó"""
    ),
    sources=phrases("según, de acuerdo con, en palabras de, fuentes, supuestamente"),
    this_week=phrases(
        """hoy, ayer, mañana, anteayer, anoche, esta semana, este mes, este año, esta mañana, la semana pasada
        el mes pasado, el año pasado, la próxima semana, el próximo, recientemente, actualmente, hace
        el lunes, el martes, el miércoles, el jueves, el viernes, el sábado, el domingo"""
    ),
    more="y {} más",
)
