"""French."""

from sharebot.text.vocabulary.language import Language, phrases, words

FRENCH = Language(
    code="fr",
    words=words(
        """le la les l un une des du de d et ou mais dans en au aux à par pour sur sous avec sans entre vers chez
        est sont était étaient a ont avait sera être il elle ils elles on nous vous je ce cet cette ces se sa
        son ses leur leurs qui que qu dont où ne pas plus si quand comme car donc après avant depuis pendant
        selon aussi très tout tous toute toutes même deux mon ma mes notre votre"""
    ),
    titles=phrases("m, mm, mme, mlle, dr, pr, me, st, ste, mgr, p. ex, p.ex, c.-à-d, cf, env, av, bd, vs"),
    shorts=phrases("etc, janv, févr, avr, juil, sept, oct, nov, déc, j.-c, ltd, inc, co"),
    counters=phrases("n, no, p, pp, art, vol, fig, chap"),
    openers=phrases(
        """mais, et, ou, or, donc, car, cependant, toutefois, pourtant, néanmoins, ainsi, aussi, alors, ensuite
        puis, enfin, de plus, en outre, par ailleurs, en revanche, au contraire, par conséquent, en effet
        par exemple, en particulier, notamment, de même, également, deuxièmement, troisièmement, d'une part
        d'autre part, de son côté, pour sa part, dès lors, depuis lors, plus tard, quelques jours plus tard
        peu après, entre-temps, auparavant, il, elle, ils, elles, celui-ci, celle-ci, ceux-ci, celles-ci
        celui-là, ce dernier, cette dernière, ces derniers, ce, cet, cette, ces, c'est, c'était, cela, ceci
        ça, son, sa, ses, leur, leurs, là, y, en revanche, le rapport, l'étude, l'incident, la décision
        la mesure, le projet, l'accord, le porte-parole, la porte-parole"""
    ),
    pronouns=phrases("il, elle, ils, elles, on"),
    goes_on=phrases("aussi, également, ajouté, ajoute, a poursuivi, poursuit, encore, en outre"),
    says=phrases(
        """dit, disent, disait, déclaré, déclare, déclarent, affirmé, affirme, affirment, expliqué, explique
        indiqué, indique, indiquent, précisé, précise, souligné, souligne, ajouté, ajoute, assuré, assure
        estimé, estime, estiment, annoncé, averti, avertit, dénoncé, dénonce, rappelé, rappelle, reconnu
        reconnaît, confirmé, confirme, rapporté, rapporte, écrit, prétend, soutient, demandé, répondu, répond
        conclu, conclut, critiqué, poursuit, poursuivi"""
    ),
    sources=phrases("selon, d'après, aux dires de, de source, sources"),
    this_week=phrases(
        """aujourd'hui, hier, demain, avant-hier, ce matin, ce soir, cette semaine, cette année, ce mois-ci
        la semaine dernière, le mois dernier, l'an dernier, l'année dernière, la semaine prochaine
        le mois prochain, récemment, actuellement, il y a, lundi, mardi, mercredi, jeudi, vendredi, samedi
        dimanche"""
    ),
    more="et {} de plus",
)
