"""Spanish."""

from sharebot.text.vocabulary.language import Language, phrases, words

SPANISH = Language(
    code="es",
    words=words(
        """el la los las un una unos unas de del al y o pero en con por para sin sobre entre hasta desde hacia según
        es son era eran fue fueron ha han había será ser está están se su sus lo le les que quien cual donde cuando
        como si no más muy también ya este esta estos estas ese esa eso esto aquel él ella ellos ellas yo nosotros
        usted porque aunque mientras después antes durante contra todo todos toda todas otro otra dos mi tu nuestra
        nuestro nos me te qué quién cómo cuál tras puede pueden hay tiene tienen cada sino ni así solo muchos muchas
        otros otras mismo misma ésta éste tan sido tenía"""
    ),
    titles=phrases(
        """sr, sra, srta, sres, dr, dra, prof, profa, lic, ing, d, dña, gral, cnel, ud, uds, vd, p. ej, p.ej, sta
        sto"""
    ),
    shorts=phrases(
        """etc, ee, ee.uu, ee. uu, s.a, s.l, cía, a.m, p.m, a.c, d.c, ene, feb, abr, ago, sept, oct, nov, dic"""
    ),
    counters=phrases("n, núm, nro, no, pág, págs, art, vol, cap, fig"),
    openers=phrases(
        """pero, y, e, o, u, sin embargo, con todo, eso sí, por lo que, de ahí que, no obstante, aunque, además
        asimismo, también, tampoco, así, así que, entonces, luego, después, más tarde, por lo tanto, por tanto
        por eso, por ello, en consecuencia, por otro lado, por otra parte, por su parte, en cambio, por el contrario
        de hecho, en efecto, por ejemplo, en particular, mientras tanto, a su vez, al mismo tiempo, segundo
        en segundo lugar, tercero, por último, finalmente, días después, días más tarde, poco después
        desde entonces, él, ella, ellos, ellas, ello, este, esta, estos, estas, esto, ese, esa, esos, esas, eso
        aquel, aquella, su, sus, dicho, dicha, ambos, ambas, allí, ahí, con ello, con esto, con eso, para ello
        para eso, para esto, de ahí, por esta razón, por este motivo, debido a ello, debido a esto, de este modo
        de esta manera, de esta forma, de igual modo, del mismo modo, de la misma forma, igualmente, es decir, o sea
        en otras palabras, no solo eso, al día siguiente, días antes, horas después, meses después, meses más tarde
        años después, años más tarde, poco antes, previamente, posteriormente, hasta entonces, desde ese momento
        de lo contrario, a pesar de ello, a pesar de esto, pese a ello, pese a todo, aun así, además de ello
        en ese sentido, en este sentido, en este contexto, en ese momento, entre ellos, entre ellas, uno de ellos
        una de ellas, otros, otras, otro, otra, estos últimos, este último, esta última, se trata, que, porque, sí
        no, dijo, dijeron, afirmó, añadió, agregó, explicó, señaló, indicó, aseguró, destacó, subrayó, recordó
        insistió, según él, según ella, le, les, lo, el día anterior, el mismo, la misma"""
    ),
    echoes=phrases(
        """los dos, las dos, el otro, la otra, los otros, las otras, el primero, la primera, la encuesta
        la investigación, el accidente, el ataque, el caso, el texto, el documento, el acuerdo, el plan
        la propuesta, la noticia, el resultado, los resultados, el motivo, la razón, el objetivo, la idea
        el problema, las medidas, el sospechoso, la sospechosa, la víctima, las víctimas, la iniciativa, el informe
        el estudio, el incidente, la decisión, la medida, el anuncio, el proyecto, el portavoz, la portavoz"""
    ),
    pronouns=phrases("él, ella, ellos, ellas"),
    goes_on=phrases("también, además, asimismo, añadió, añade, agregó, agrega, continuó, prosiguió, igualmente"),
    says=phrases(
        """dijo, dice, dijeron, dicen, declaró, declara, afirmó, afirma, afirmaron, afirman, explicó, explica
        señaló, señala, señalaron, indicó, indica, aseguró, asegura, aseguraron, añadió, añade, agregó, agrega
        advirtió, advierte, subrayó, subraya, destacó, destaca, denunció, denuncia, sostuvo, sostiene, reconoció
        reconoce, admitió, admite, confirmó, confirma, informó, informa, escribió, escribe, preguntó, respondió
        exigió, exige, pidió, manifestó, insistió, recordó, concluyó, criticó, decía, diciendo, dicho, declararon
        declaran, declarado, afirmado, afirmando, explicaron, explican, explicando, explicado, señalado, señalando
        indicaron, indican, indicado, aseguran, asegurado, asegurando, añadieron, añaden, añadido, añadiendo
        agregaron, agregan, advirtieron, advierten, advertido, alertó, alertaron, subrayaron, subrayan, subrayado
        destacaron, destacan, destacado, denunciaron, denuncian, denunciado, sostuvieron, sostienen, sostenido
        reconocieron, reconocen, reconocido, admitieron, admiten, admitido, confirmaron, confirman, confirmado
        informaron, informan, informado, escribieron, escriben, escrito, preguntaron, pregunta, preguntado
        respondieron, responde, responden, respondido, exigieron, exigen, exigido, pidieron, piden, pide, pedido
        manifestaron, manifiesta, insistieron, insiste, insisten, recordaron, recuerda, recuerdan, recordado
        concluyeron, concluye, criticaron, critica, critican, relató, relata, relataron, contó, cuenta, contaron
        narró, comentó, comenta, comentaron, reveló, revela, revelaron, reportó, reportaron, publicó, anunció
        anuncia, anunciaron, prometió, promete, prometieron, acusó, acusa, acusaron, alegó, alega, argumentó
        argumenta, argumentaron, negó, niega, negaron, desmintió, desmiente, matizó, precisó, precisa, precisaron
        puntualizó, apuntó, apunta, apuntaron, detalló, detalla, detallaron, reiteró, reitera, reiteraron, remarcó
        recalcó, recalca, enfatizó, lamentó, lamenta, lamentaron, celebró, valoró, consideró, considera, consideran
        opinó, opina, opinan, cree, creen, estimó, estima, estiman, calcula, calculan, sugirió, sugiere, sugieren
        propuso, propone, vaticinó, pronosticó, defendió, defiende, defendieron, instó, insta, instaron, reclamó
        reclama, reclamaron, ha dicho, han dicho, expresó, expresa, expresaron, comunicó, aclaró, aclara, tuiteó
        exclamó, contestó, replicó, zanjó"""
    ),
    sources=phrases(
        """según, de acuerdo con, en palabras de, fuentes, supuestamente, presuntamente, a juicio de, citando
        en un comunicado, en una entrevista, al decir de"""
    ),
    reported=phrases("""sería, serían, habría, habrían, podría, podrían, debería, deberían"""),
    today=phrases(
        """hoy, ayer, mañana, anteayer, antier, pasado mañana, anoche, esta mañana, esta tarde, esta noche
        este mediodía, esta madrugada, ayer por la tarde, ayer por la noche, ayer por la mañana
        mañana por la mañana, anteanoche, la pasada noche, hace unas horas, hace horas, hace una hora
        hace dos horas, hace unos minutos, hace minutos, hace un día, hace dos días, hace tres días, hace unos días
        hace días, hace pocos días, en las próximas horas, en las últimas horas, en este momento, en estos momentos
        ahora mismo, horas atrás, días atrás"""
    ),
    this_week=phrases(
        """esta semana, la semana pasada, semana pasada, la pasada semana, la próxima semana, próxima semana
        la semana próxima, la semana que viene, semana que viene, este fin de semana, el pasado fin de semana
        el fin de semana pasado, fin de semana pasado, el próximo fin de semana, próximo fin de semana
        hace una semana, hace dos semanas, hace unas semanas, hace semanas, semanas atrás, estos días
        en los próximos días, próximos días, en los últimos días, últimos días, las próximas semanas, el lunes
        el martes, el miércoles, el jueves, el viernes, el sábado, el domingo, este lunes, este martes
        este miércoles, este jueves, este viernes, este sábado, este domingo, del lunes, del martes, del miércoles
        del jueves, del viernes, del sábado, del domingo, próximo lunes, próximo martes, próximo miércoles
        próximo jueves, próximo viernes, próximo sábado, próximo domingo, pasado lunes, pasado martes
        pasado miércoles, pasado jueves, pasado viernes, pasado sábado, pasado domingo, al lunes, al viernes"""
    ),
    this_month=phrases(
        """este mes, el mes pasado, mes pasado, el pasado mes, el próximo mes, próximo mes, el mes que viene
        mes que viene, hace un mes, hace dos meses, hace unos meses, hace meses, meses atrás, recientemente
        actualmente, ahora, últimamente, pronto, en breve, próximamente, las últimas semanas, los próximos meses
        próximos meses, hoy en día, hoy día, por ahora, por el momento, hace poco, de momento"""
    ),
    this_year=phrases(
        """este año, el año pasado, año pasado, el pasado año, el próximo año, próximo año, el año que viene
        año que viene, el año próximo, hace un año, hace dos años, hace unos años, hace años, hace, años atrás
        este verano, este invierno, este otoño, esta primavera, el verano pasado, el pasado verano
        el invierno pasado, el pasado invierno, el otoño pasado, la primavera pasada, el próximo verano
        el próximo invierno, el próximo otoño, la próxima primavera, este trimestre, el trimestre pasado
        el pasado trimestre, el próximo trimestre, los últimos meses, últimos meses, esta temporada
        la temporada pasada, la pasada temporada, la próxima temporada, el último año, el próximo"""
    ),
    months=phrases(
        """enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, setiembre, octubre, noviembre
        diciembre"""
    ),
    hedges=phrases(
        """quizá, quizás, tal vez, acaso, probablemente, posiblemente, seguramente, probable, probables, posible
        posibles, aparentemente, presuntamente, presunto, presunta, presuntos, presuntas, supuestamente, supuesto
        supuesta, supuestos, supuestas, sospechoso, sospechosa, sospechosos, potencialmente, eventualmente, puede
        pueden, podría, podrían, podrá, podrán, podía, podían, debe, deben, debería, deberían, deberá, sería, serían
        habría, habrían, tendría, tendrían, estaría, estarían, parece, parecen, parecía, parecería, sugiere
        sugieren, indica, apunta, se espera, espera, esperan, esperado, esperada, previsto, prevista, previstos
        prevé, prevén, estima, estiman, se estima, estimado, estimada, cree, creen, se cree, calcula, calculan, unos
        unas, aproximadamente, cerca de, casi, alrededor de, en torno a, hasta, al menos, por lo menos, como máximo
        como mínimo, más o menos, pretende, pretenden, quiere, quieren, planea, planean, propone, proponen, propuso
        propuesto, propuesta, contempla, baraja, estudia, en teoría, preliminar, preliminares, provisional
        provisionales, hipótesis, intenta, intentan, intentó, busca, buscan, al parecer, a priori, plan, planes"""
    ),
    negations=phrases(
        """no, ni, nunca, jamás, nada, nadie, ningún, ninguno, ninguna, ningunos, ningunas, sin, tampoco, apenas
        raramente, raras veces, poco, pocos, poca, pocas, niega, niegan, negó, negaron, desmiente, desmintió
        rechaza, rechazan, rechazó, rechazaron, rehúsa, rehusó, descarta, descartan, descartó, descartaron, fracasa
        fracasó, fracasaron, falla, falló, falta, faltan, carece, carecen, en lugar de, en vez de, lejos de, impide
        impidió, impiden, prohíbe, prohibió, prohibido, prohibida, deja de, dejó de, dejaron de, ya no"""
    ),
    limits=phrases(
        """solo, sólo, solamente, únicamente, exclusivamente, único, única, únicos, únicas, primer, primero, primera
        primeros, primeras, último, última, últimos, últimas, más, menos, mayor, mayores, menor, menores, mejor
        mejores, peor, peores, máximo, máxima, mínimo, mínima, récord, cada, todo, toda, todos, todas, cualquier
        cualquiera, ambos, ambas, más de, menos de, meramente, principalmente, sobre todo, especialmente
        hasta ahora, hasta la fecha, jamás, nunca antes, sola"""
    ),
    relatives=phrases(
        """el cual, la cual, los cuales, las cuales, lo cual, quien, quienes, cuyo, cuya, cuyos, cuyas, donde"""
    ),
    # "cuando" ends in "ando", too, and may not get lost.
    participles=phrases(
        """cando, dando, gando, iando, jando, lando, llando, mando, nando, ñando, pando, rando, sando, tando, vando
        zando, yendo, iendo"""
    ),
    links=phrases(
        """mientras tanto, entretanto, además, asimismo, por último, finalmente, por ejemplo, de hecho, en efecto
        en particular, en primer lugar, en segundo lugar, en tercer lugar, primero, segundo, tercero, por su parte
        igualmente, por cierto, por otra parte, por otro lado"""
    ),
    more="y {} más",
    correction="Corrección",
)
