"""French."""

from sharebot.text.vocabulary.language import Language, phrases, words

FRENCH = Language(
    code="fr",
    words=words(
        """le la les l un une des du de d et ou mais dans en au aux à par pour sur sous avec sans entre vers chez
        est sont était étaient a ont avait sera être il elle ils elles on nous vous je ce cet cette ces se sa son
        ses leur leurs qui que qu dont où ne pas plus si quand comme car donc après avant depuis pendant selon aussi
        très tout tous toute toutes même deux mon ma mes notre votre j tu m t s n c lui y autre autres comment lors
        alors ni soit quel quelle ceux celle celui fait peut doit moins bien encore déjà"""
    ),
    titles=phrases("m, mm, mme, mlle, dr, pr, me, st, ste, mgr, p. ex, p.ex, c.-à-d, cf, env, av, bd, vs"),
    shorts=phrases("etc, janv, févr, avr, juil, sept, oct, nov, déc, j.-c, ltd, inc, co"),
    counters=phrases("n, no, p, pp, art, vol, fig, chap"),
    openers=phrases(
        """mais, et, ou, or, donc, car, cependant, toutefois, pourtant, néanmoins, ainsi, aussi, alors, ensuite, puis
        enfin, de plus, en outre, par ailleurs, en revanche, au contraire, par conséquent, en effet, par exemple
        en particulier, notamment, de même, également, deuxièmement, troisièmement, d'une part, d'autre part
        de son côté, pour sa part, dès lors, depuis lors, plus tard, quelques jours plus tard, peu après
        entre-temps, auparavant, il, elle, ils, elles, celui-ci, celle-ci, ceux-ci, celles-ci, celui-là, ce dernier
        cette dernière, ces derniers, ce, cet, cette, ces, c'est, c'était, cela, ceci, ça, son, sa, ses, leur, leurs
        là, y, le premier, d'autres, oui, non, résultat, reste que, autrement dit, en d'autres termes, autrement
        sinon, faute de quoi, peu avant, quelques heures plus tard, des mois plus tard, un an plus tard
        dans ce contexte, dans ce cadre, à ce titre, à cet effet, à cette occasion, pour cela, pour ce faire
        parmi eux, parmi elles, parmi ceux-ci, tous deux, toutes deux, d'ailleurs, du reste, malgré cela
        malgré tout, c'est pourquoi, voilà pourquoi, qui plus est, à son tour, au même moment, dans le même temps
        parallèlement, en conséquence, tel est, telle est, dit-il, a-t-il, a-t-elle, selon lui, selon elle, lui, eux
        le lendemain, la veille, le jour même, l'un d'eux, l'une d'elles"""
    ),
    echoes=phrases(
        """le rapport, l'étude, l'incident, la décision, la mesure, le projet, l'accord, le porte-parole
        la porte-parole, les deux, la première, les autres, l'autre, l'enquête, le sondage, l'accident, l'attaque
        l'affaire, le texte, le document, l'annonce, l'idée, l'objectif, le problème, la raison, le résultat
        les résultats, les mesures, le plan, la proposition, la nouvelle, le suspect, la suspecte, la victime
        les victimes, l'initiative, l'intéressé"""
    ),
    pronouns=phrases("il, elle, ils, elles, on, celui-ci, celle-ci, ce dernier, cette dernière"),
    goes_on=phrases(
        """aussi, également, ajouté, ajoute, ajoutent, ajoutant, a poursuivi, poursuivi, poursuit, encore, en outre
        par ailleurs, conclut-il, conclut-elle, reprend"""
    ),
    says=phrases(
        """dit, disent, disait, déclaré, déclare, déclarent, affirmé, affirme, affirment, expliqué, explique
        indiqué, indique, indiquent, précisé, précise, souligné, souligne, ajouté, ajoute, assuré, assure, estimé
        estime, estiment, annoncé, averti, avertit, dénoncé, dénonce, rappelé, rappelle, reconnu, reconnaît
        confirmé, confirme, rapporté, rapporte, écrit, prétend, soutient, demandé, répondu, répond, conclu, conclut
        critiqué, poursuit, poursuivi, dire, disant, déclarait, déclaraient, déclarant, affirmait, affirmaient
        affirmant, expliquait, expliquent, expliquant, indiquait, indiquant, précisent, précisait, précisant
        soulignent, soulignait, soulignant, ajoutent, ajoutait, ajoutant, assurent, assurait, assurant, estimait
        estimaient, estimant, annonce, annoncent, annonçait, avertissent, avertissait, alerte, alertent, alerté
        dénoncent, dénonçait, dénonçant, rappellent, rappelait, rappelant, reconnaissent, reconnaissait, admet
        admettent, admis, confirment, rapportent, écrivent, écrivait, prétendent, soutiennent, demandait, répondent
        répondait, concluent, critique, critiquent, poursuivent, raconte, racontent, raconté, racontait
        raconte-t-il, raconte-t-elle, témoigne, témoigné, témoignent, regrette, regretté, regrettent, déplore
        déploré, déplorent, insiste, insisté, insistent, martèle, martelé, plaide, plaidé, plaident, promet, promis
        promettent, réclame, réclamé, réclament, exige, exigé, exigent, appelle à, appellent à, appelé à, accuse
        accusé, accusent, avoue, avoué, considère, considèrent, juge, jugé, jugent, note, noté, notent, observe
        observé, observent, relève, relevé, relèvent, révèle, révélé, révèlent, signale, signalé, signalent, suggère
        suggéré, commente, commenté, confie, confié, confient, lance, lancé, s'interroge, interroge, salue, salué
        saluent, réagi, réagit, rétorque, rétorqué, réplique, répliqué, tranche, résume, résumé, détaille, détaillé
        fait savoir, fait valoir, font savoir, pense, pensent, craint, craignent, tweeté, nie, nient, nié, dément
        démenti, tempère, glisse, s'exclame, s'est félicité, se félicite, s'inquiète, s'est dit, s'est dite"""
    ),
    sources=phrases(
        """selon, d'après, aux dires de, de source, sources, de l'avis de, dans un communiqué, dans un entretien
        à en croire, aux yeux de, citant, prétendument"""
    ),
    reported=phrases("""serait, seraient, aurait, auraient, pourrait, pourraient, devrait, devraient"""),
    today=phrases(
        """aujourd'hui, hier, demain, avant-hier, après-demain, ce matin, cet après-midi, ce midi, ce soir
        cette nuit, hier soir, hier matin, la nuit dernière, dans la nuit, demain matin, demain soir
        il y a quelques heures, il y a une heure, il y a deux heures, il y a quelques minutes, il y a un jour
        il y a deux jours, il y a trois jours, il y a quelques jours, dans les prochaines heures
        dans les heures à venir, ces dernières heures, en ce moment, à l'instant, pour l'heure, à l'heure actuelle"""
    ),
    this_week=phrases(
        """cette semaine, la semaine dernière, semaine dernière, la semaine passée, semaine passée
        la semaine prochaine, semaine prochaine, ce week-end, le week-end dernier, le week-end prochain
        il y a une semaine, il y a deux semaines, il y a quelques semaines, il y a quinze jours, ces derniers jours
        ces jours-ci, dans les prochains jours, dans les jours à venir, au cours des prochains jours
        les prochaines semaines, lundi, mardi, mercredi, jeudi, vendredi, samedi, dimanche"""
    ),
    this_month=phrases(
        """ce mois-ci, ce mois, le mois dernier, mois dernier, le mois passé, le mois prochain, mois prochain
        il y a un mois, il y a deux mois, il y a trois mois, il y a quelques mois, il y a plusieurs mois, récemment
        actuellement, maintenant, dernièrement, bientôt, prochainement, ces dernières semaines, en ce moment même
        à présent, désormais, ces temps-ci, sous peu, les prochains mois, les mois à venir, pour le moment
        pour l'instant"""
    ),
    this_year=phrases(
        """cette année, l'an dernier, l'année dernière, année dernière, l'année passée, l'an passé, l'an prochain
        l'année prochaine, année prochaine, il y a un an, il y a deux ans, il y a trois ans, il y a dix ans
        il y a quelques années, il y a plusieurs années, il y a, cet été, cet hiver, cet automne, ce printemps
        l'été dernier, l'hiver dernier, l'automne dernier, le printemps dernier, l'été prochain, l'hiver prochain
        l'automne prochain, le printemps prochain, ce trimestre, le trimestre dernier, le trimestre prochain
        ces derniers mois, cette saison, la saison dernière, la saison prochaine, ces dernières années"""
    ),
    months=phrases("janvier, février, mars, avril, mai, juin, juillet, août, septembre, octobre, novembre, décembre"),
    hedges=phrases(
        """peut-être, probablement, sans doute, vraisemblablement, éventuellement, possiblement, probable, probables
        possible, possibles, apparemment, potentiellement, prétendument, présumé, présumée, présumés, présumées
        supposé, supposée, supposés, soupçonné, soupçonnée, soupçonnés, suspect, suspects, suspecte, peut, peuvent
        pourrait, pourraient, pouvait, pouvaient, pourra, pourront, doit, doivent, devrait, devraient, devra, serait
        seraient, aurait, auraient, ferait, feraient, semble, semblent, semblait, semblerait, paraît, paraissent
        paraîtrait, suggère, suggèrent, indique, attendu, attendue, attendus, attendues, prévu, prévue, prévus
        prévues, prévoit, prévoient, estime, estiment, estimé, estimée, croit, croient, espère, espèrent, environ
        approximativement, presque, près de, quelque, autour de, jusqu'à, au moins, au plus, au maximum, au minimum
        plus ou moins, à peu près, souhaite, souhaitent, veut, veulent, compte, comptent, entend, entendent
        envisage, envisagent, projette, propose, proposent, proposé, proposée, en théorie, provisoire, provisoires
        préliminaire, préliminaires, hypothèse, tente, tentent, vise, visent, risque de, risquent de, allégué
        alléguée, projet de"""
    ),
    negations=phrases(
        """ne, n, pas, non, ni, jamais, rien, personne, aucun, aucune, nul, nulle, sans, guère, point, peu, rarement
        à peine, plus aucun, plus aucune, nie, nient, nié, dément, démenti, démentent, refuse, refusent, refusé
        refusait, rejette, rejettent, rejeté, exclut, exclu, excluent, échoue, échoué, échouent, manque, manquent
        manqué, au lieu de, plutôt que, loin de, empêche, empêché, interdit, interdite, interdits, faute de, hormis"""
    ),
    limits=phrases(
        """seul, seule, seuls, seules, seulement, uniquement, exclusivement, unique, uniques, premier, première
        premiers, premières, dernier, dernière, derniers, dernières, plus, moins, meilleur, meilleure, meilleurs
        meilleures, pire, pires, mieux, maximum, minimum, record, records, chaque, tout, toute, tous, toutes
        n'importe, chacun, chacune, plus de, moins de, tous les deux, simplement, juste, surtout, principalement
        notamment, jusqu'ici, jusqu'à présent, à ce jour"""
    ),
    relatives=phrases("lequel, laquelle, lesquels, lesquelles, dont, où"),
    participles=phrases("sant, tant, rant, nant, lant, vant, dant, yant, chant, uant, iant, geant, çant, mant, pant"),
    links=phrases(
        """par ailleurs, en outre, de plus, enfin, par exemple, en effet, de fait, en particulier, notamment
        entre-temps, pendant ce temps, parallèlement, premièrement, deuxièmement, troisièmement, d'abord
        tout d'abord, également, du reste, d'ailleurs, de son côté, pour sa part"""
    ),
    more="et {} de plus",
)
