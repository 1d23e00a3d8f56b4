"""Portuguese, of Portugal and of Brazil."""

from sharebot.text.vocabulary.language import Language, phrases, words

PORTUGUESE = Language(
    code="pt",
    words=words(
        """o a os as um uma uns umas de do da dos das em no na nos nas num numa por pelo pela pelos pelas para com
        sem sob sobre entre até desde contra após ante ao aos à às e ou mas nem que se como quando onde porque pois
        embora enquanto porém já não sim mais menos muito muita muitos muitas também só ainda apenas depois antes
        durante segundo é são era eram foi foram ser está estão estava tem têm tinha há havia pode podem deve vai
        vão seu sua seus suas ele ela eles elas lhe lhes me eu você nós isso isto este esta estes estas esse essa
        esses essas aquele aquela aqueles aquilo quem qual quais cujo cuja todo toda todos todas outro outra outros
        outras cada mesmo mesma dois duas será sendo ter sido minha meu nosso nossa qualquer deste desta desse dessa
        neste nesta nesse nessa dele dela deles delas aqui ali lá"""
    ),
    titles=phrases(
        """sr, sra, srta, srs, sras, dr, dra, drs, prof, profa, eng, arq, gen, cel, cap, sgt, ten, av, d, dom, exmo
        exma, p. ex, p.ex, v, vs, cf, aprox, r, pe"""
    ),
    shorts=phrases(
        """etc, s.a, ltda, lda, cia, e.u.a, eua, a.c, d.c, jr, a.m, p.m, Jan, Fev, Mar, Abr, Mai, Jun, Jul, Ago, Set
        Out, Nov, Dez, dep, depto, tel"""
    ),
    counters=phrases("n, nº, núm, p, pág, págs, art, arts, vol, cap, fig, séc"),
    openers=phrases(
        """mas, e, ou, porém, contudo, todavia, entretanto, no entanto, ainda assim, mesmo assim, apesar disso
        apesar de tudo, além disso, além disto, ademais, também, tampouco, assim, assim sendo, então, depois
        em seguida, logo depois, pouco depois, mais tarde, dias depois, dias mais tarde, horas depois, meses depois
        anos depois, no dia seguinte, na véspera, portanto, por isso, por isto, por conseguinte, consequentemente
        em consequência, como resultado, por outro lado, por um lado, por sua vez, por seu lado, por seu turno
        pelo contrário, ao contrário, em contrapartida, em contraste, de facto, de fato, com efeito, na verdade
        na realidade, por exemplo, em particular, em especial, nomeadamente, enquanto isso, ao mesmo tempo
        em segundo lugar, em terceiro lugar, segundo ele, segundo ela, por fim, por último, finalmente, desde então
        até então, antes disso, depois disso, daí, aí, ali, lá, nesse, nessa, nesses, nessas, neste, nesta, nisso
        nisto, naquele, naquela, com isso, com isto, para isso, para isto, disso, ou seja, isto é, aliás
        da mesma forma, do mesmo modo, igualmente, ele, ela, eles, elas, este, esta, estes, estas, isto, esse, essa
        esses, essas, isso, aquele, aquela, aqueles, aquelas, aquilo, seu, sua, seus, suas, dele, dela, ambos, ambas
        outro, outra, outros, outras, tal, tais, sim, não, só que, trata-se, que, porque, disse, afirmou, declarou
        explicou, acrescentou, destacou, ressaltou, alertou, defendeu, lembrou, concluiu, disseram, afirmaram
        segundo o mesmo, segundo a mesma, a partir daí, o mesmo, a mesma"""
    ),
    echoes=phrases(
        """os dois, as duas, o outro, a outra, os outros, as outras, o relatório, o estudo, a pesquisa, o levantamento
        o incidente, o acidente, o ataque, o caso, a decisão, a medida, as medidas, o anúncio, o acordo, o projeto
        o projecto, o plano, a proposta, a notícia, o resultado, os resultados, o motivo, a razão, o objetivo
        o objectivo, a ideia, o problema, o porta-voz, a porta-voz, o suspeito, a suspeita, a vítima, as vítimas
        a mudança, o texto, o documento, a iniciativa"""
    ),
    pronouns=phrases("ele, ela, eles, elas, quem"),
    goes_on=phrases(
        """também, ainda, além disso, acrescentou, acrescenta, acrescentaram, completou, completa, continuou
        continua, prosseguiu, prossegue, concluiu, igualmente"""
    ),
    says=phrases(
        """disse, diz, disseram, dizem, dizia, dizendo, afirmou, afirma, afirmaram, afirmam, afirmando, declarou
        declara, declararam, declaram, explicou, explica, explicaram, explicam, explicando, contou, contaram
        ressaltou, ressalta, ressaltaram, destacou, destaca, destacaram, destacam, salientou, salienta, salientaram
        sublinhou, sublinha, sublinharam, frisou, frisa, realçou, realça, apontou, aponta, apontaram, apontam
        indicou, indica, indicaram, indicam, assegurou, assegura, asseguraram, garantiu, garante, garantiram
        garantem, acrescentou, acrescenta, acrescentaram, completou, completa, alertou, alertaram, alertam, advertiu
        adverte, avisou, avisa, avisaram, denunciou, denuncia, denunciaram, denunciam, defendeu, defende, defenderam
        defendem, sustentou, sustenta, argumentou, argumenta, argumentaram, alegou, alega, alegaram, alegam
        reconheceu, reconhece, reconheceram, admitiu, admite, admitiram, admitem, negou, nega, negaram, negam
        confirmou, confirma, confirmaram, confirmam, informou, informa, informaram, informam, relatou, relata
        relataram, relatam, revelou, revela, revelaram, revelam, noticiou, noticia, divulgou, divulga, anunciou
        anuncia, anunciaram, escreveu, escreve, escreveram, publicou, perguntou, questionou, questiona, respondeu
        responde, responderam, exigiu, exige, exigiram, pediu, pede, pediram, pedem, manifestou, insistiu, insiste
        lembrou, lembra, lembraram, recordou, recorda, concluiu, conclui, criticou, critica, criticaram, criticam
        acusou, acusa, acusaram, avaliou, avalia, avaliam, considerou, considera, consideram, acredita, acreditam
        acreditava, acha, acham, comentou, comenta, comentaram, observou, observa, prometeu, promete, prometeram
        previu, prevê, preveem, sugeriu, sugere, sugerem, reiterou, reitera, referiu, refere, referiram, mencionou
        menciona, esclareceu, esclarece, desabafou, lamentou, lamenta, elogiou, elogia, propôs, propõe, prosseguiu
        estima, estimam"""
    ),
    sources=phrases(
        """segundo, de acordo com, conforme, nas palavras de, na opinião de, fontes, alegadamente, supostamente
        citando, em comunicado, em nota, em entrevista"""
    ),
    reported=phrases("""seria, seriam, teria, teriam, poderia, poderiam, deveria, deveriam"""),
    today=phrases(
        """hoje, ontem, amanhã, anteontem, depois de amanhã, esta manhã, esta tarde, esta noite, hoje à noite
        ontem à noite, nesta manhã, nesta tarde, nesta noite, na noite passada, na última noite, de madrugada
        na madrugada, neste momento, no momento, há minutos, há horas, há uma hora, há poucas horas, há instantes
        nas próximas horas, nas últimas horas, agora mesmo, horas atrás, dias atrás, há dias, há um dia
        há dois dias"""
    ),
    this_week=phrases(
        """na segunda-feira, nesta segunda-feira, na terça-feira, nesta terça-feira, na quarta-feira
        nesta quarta-feira, na quinta-feira, nesta quinta-feira, na sexta-feira, nesta sexta-feira, esta semana
        nesta semana, desta semana, a semana passada, na semana passada, da semana passada, semana que vem
        próxima semana, na próxima semana, este fim de semana, neste fim de semana, neste final de semana
        no fim de semana, fim de semana passado, próximo fim de semana, nos próximos dias, nos últimos dias
        há uma semana, há semanas, há duas semanas, semanas atrás, segunda-feira, terça-feira, quarta-feira
        quinta-feira, sexta-feira, na segunda, na terça, na quarta, na quinta, na sexta, no sábado, no domingo
        neste sábado, neste domingo, este sábado, este domingo, no próximo sábado, no próximo domingo
        sábado passado, domingo passado, sábado à noite, domingo à noite, nesta segunda, nesta terça, nesta quarta
        nesta quinta, nesta sexta, nas próximas semanas"""
    ),
    this_month=phrases(
        """este mês, neste mês, deste mês, o mês passado, no mês passado, do mês passado, mês que vem, próximo mês
        no próximo mês, há um mês, há meses, meses atrás, recentemente, atualmente, actualmente, agora, em breve
        nas últimas semanas, últimos dias, próximos meses, ultimamente, hoje em dia, por ora, por enquanto"""
    ),
    this_year=phrases(
        """este ano, neste ano, deste ano, o ano passado, no ano passado, do ano passado, ano que vem, próximo ano
        no próximo ano, há um ano, há anos, anos atrás, este verão, este inverno, este outono, esta primavera
        neste verão, neste inverno, neste outono, nesta primavera, no verão passado, no inverno passado
        no próximo verão, no próximo inverno, este trimestre, neste trimestre, no último trimestre
        nos últimos meses, este semestre, neste semestre, nesta temporada, na temporada passada
        na próxima temporada, no último ano"""
    ),
    months=phrases(
        """janeiro, fevereiro, março, abril, maio, junho, julho, agosto, setembro, outubro, novembro, dezembro"""
    ),
    hedges=phrases(
        """talvez, possivelmente, provavelmente, provável, prováveis, possível, possíveis, porventura, quiçá
        supostamente, alegadamente, aparentemente, presumivelmente, potencialmente, eventualmente, pode, podem
        poderá, poderão, poderia, poderiam, podia, podiam, deve, devem, deverá, deverão, deveria, deveriam, seria
        seriam, teria, teriam, haveria, estaria, estariam, parece, parecem, parecia, pareciam, suspeito, suspeita
        suspeitos, alegado, alegada, suposto, suposta, supostos, supostas, presumível, sugere, sugerem, indica
        estima-se, estimado, estimada, estima, estimam, espera-se, espera, esperam, esperado, esperada, acredita
        acreditam, acredita-se, cerca de, aproximadamente, quase, perto de, em torno de, por volta de, até
        pelo menos, ao menos, no máximo, no mínimo, mais ou menos, pretende, pretendem, quer, querem, planeja
        planejam, planeia, plano, planos, propõe, propôs, proposta, proposto, considera, pondera, em teoria
        preliminar, preliminares, provisório, provisória, previsto, prevista, prevê, preveem, tenta, tentam, tentou
        visa, visam"""
    ),
    negations=phrases(
        """não, nem, nunca, jamais, nada, ninguém, nenhum, nenhuma, nenhuns, nenhumas, sem, tampouco, raramente, mal
        pouco, poucos, pouca, poucas, deixou de, deixa de, deixaram de, falhou, falha, falhou em, fracassou, nega
        negou, negam, negaram, recusa, recusou, recusam, recusaram, rejeita, rejeitou, rejeitaram, descarta
        descartou, descartaram, em vez de, ao invés de, longe de, falta, faltam, impede, impediu, proíbe, proibiu"""
    ),
    limits=phrases(
        """só, somente, apenas, unicamente, exclusivamente, único, única, únicos, únicas, primeiro, primeira
        primeiros, primeiras, último, última, últimos, últimas, mais, menos, maior, maiores, menor, menores, melhor
        melhores, pior, piores, máximo, máxima, mínimo, mínima, recorde, sozinho, sozinha, cada, todo, toda, todos
        todas, qualquer, quaisquer, ambos, ambas, mais de, menos de, mais do que, menos do que, meramente
        principalmente, sobretudo, nunca antes, até hoje"""
    ),
    relatives=phrases("o qual, a qual, os quais, as quais, cujo, cuja, cujos, cujas, onde, quem, o que"),
    # "quando" ends in "ando", too, and may not get lost.
    participles=phrases(
        """cando, dando, gando, hando, iando, jando, lando, mando, nando, pando, rando, sando, tando, vando, xando
        zando, çando, endo, indo"""
    ),
    links=phrases(
        """entretanto, enquanto isso, além disso, além disto, ademais, por fim, por último, finalmente, por exemplo
        aliás, de facto, de fato, com efeito, na verdade, em particular, nomeadamente, em primeiro lugar
        em segundo lugar, em terceiro lugar, primeiro, segundo, terceiro, também, igualmente, por sua vez
        por seu lado"""
    ),
    more="e mais {}",
    correction="Correção",
)
