"""English."""

from sharebot.text.vocabulary.language import Language, phrases, words

ENGLISH = Language(
    code="en",
    words=words(
        """the a an and or but in on at of to for from with by as is are was were be been has have had it its
        this that these those he she they we you i his her their our not no if when while after before since
        until because although though there here what who which how why where will would can could may might
        should than then so yet still also however meanwhile instead most more many some all both each every
        another other such only just about into over under between during against through one two last next my
        your do does did"""
    ),
    titles=phrases(
        """mr, mrs, ms, mx, dr, drs, prof, profs, Gen, Col, Lt, Sgt, Cpl, Pvt, Pfc, Spc, Capt, Cmdr, Adm, Maj, Brig
        Supt, Insp, Det, Rev, Hon, Sen, Sens, Rep, Reps, Gov, Govs, Pres, Fr, Amb, Atty, Asst, messrs, i.e, e.g, cf
        vs, viz, approx, Rs, Mme, Mlle"""
    ),
    shorts=phrases(
        """inc, ltd, corp, co, cos, bros, jr, sr, esq, etc, al, ca, v, a.m, p.m, ph.d, dept, univ, assn, St, Mt, Ft
        Ave, Blvd, Rd, Est, Jan, Feb, Mar, Apr, Jun, Jul, Aug, Sep, Sept, Oct, Nov, Dec, Mon, Tue, Tues, Wed, Thu
        Thurs, Fri, Sat, Sun, Calif, Fla, Conn, Ariz, Ala, Ark, Colo, Ga, Kan, Ky, Md, Mich, Minn, Mont, Neb, Nev
        Okla, Tenn, Tex, Va, Vt, Wis, Wyo, plc, hr, hrs, lb, lbs, oz, sq"""
    ),
    counters=phrases("no, nos, n°, p, pp, vol, fig, figs, Art, Sec, Ch, Pt, Ver, para"),
    openers=phrases(
        """however, but, and, or, so, yet, still, also, then, thus, therefore, hence, moreover, furthermore, meanwhile
        nevertheless, nonetheless, instead, otherwise, likewise, similarly, besides, additionally, in addition
        in contrast, by contrast, on the other hand, on the one hand, on the contrary, as a result, as such, as for
        for example, for instance, that said, at the same time, in turn, in fact, in other words, in short
        in particular, second, secondly, third, thirdly, finally, lastly, afterwards, afterward, after that
        since then, by then, until then, before that, later, a few days later, days later, a day later, weeks later
        a week later, months later, a year later, years later, earlier, soon after, shortly after
        shortly afterwards, the next day, the following day, the day before, a day earlier, of particular note
        of note, notably, indeed, consequently, accordingly, specifically, nor, either way, because of this, even so
        even then, even more, to that end, to do so, worse, better still, such a, such an, others, most of them
        many of them, all of them, none of them, one of them, some of them, two of them, three of them, half of them
        two of these, three of these, some of these, many of these, most of these, one of these, both of them
        both are, both were, the former, the latter, the pair, the duo, the same, the others, the rest, here's
        that's why, which, its, his, her, hers, their, theirs, it, it's, it'll, it'd, he, he's, he'd, he'll, she
        she's, she'd, she'll, they, they're, they've, they'd, they'll, this, that, that's, these, those, him, them
        not only, further, for that, for this, among them, in that, in this, in these, in those, with this
        with that, under this, despite this, despite that, like that, like this, at that, at this, on that, on this
        to this, from this, from there, once there, nor did, so did, so far, too, again, though, although that
        for his part, for her part, for their part, for its part, of these, of those, of them, of this, by this
        by that, after this, before this, since this, while this, while that, if so, if not, hence the, this is
        that is, both men, both women, both sides, all three, all four, all of this, all of that, all this, all that"""
    ),
    closers=phrases("this, that, these, those, otherwise, so, too, the same, likewise, either"),
    echoes=phrases(
        """another, neither, some of, both, the two, the three, the other, the first, the second, the third, the result
        the reason, the idea, the aim, the goal, the problem, the answer, the report, the study, the survey
        the paper, the incident, the attack, the accident, the move, the step, the decision, the ruling, the verdict
        the measure, the measures, the announcement, the news, the deal, the agreement, the finding, the findings
        the statement, the change, the changes, the figure, the figures, the latest, the event, the project
        the plan, the proposal, the release, the update, the suspect, the suspects, the victim, the victims
        the accused, the deceased, the company, the firm, the bank, the group, the team, the party, the man
        the woman, the boy, the girl, the couple, the duo, the actor, the actress, the film, the song, the book
        the game, the match, the trial, the case, the court, the judge, the fire, the crash, the blast
        the explosion, the scheme, the bill, the law, the order, the notice, the minister, the president
        the chairman, the mayor, the spokesman, the spokeswoman, the spokesperson, the officer, the officers
        the official, the author, the authors, the researchers, the scientists, the device, the app, the service
        the feature, the tool, the bug, the flaw, the patch, yes, no, right, well, why, there, such, more, most
        many, several, few, he and, a similar, similar, the same, one of the"""
    ),
    pronouns=phrases("he, she, they, it, who"),
    goes_on=phrases(
        """also, likewise, further said, further added, further noted, further explained, further emphasizes
        further emphasized, further stated, further claimed, added, adds, adding, continued, went on, goes on
        too is, too are, too was, too were, too has, too have"""
    ),
    says=phrases(
        """accuse, allege, argue, insist, deny, warn, said, says, say, saying, told, tells, telling, added, adds
        adding, claimed, claims, claim, claiming, stated, argued, argues, arguing, warned, warns, warning, explained
        explains, explaining, noted, notes, noting, insisted, insists, insisting, admitted, admits, denied, denies
        denying, emphasized, emphasised, emphasizes, emphasises, emphasizing, emphasising, stressed, stresses
        stressing, highlighted, highlights, underscored, underscores, underlined, underlines, reported, reports
        reporting, suggested, suggests, believes, believed, expects, wrote, writes, writing, asked, asks, replied
        replies, responded, acknowledged, acknowledges, confirmed, confirms, alleged, alleges, complained, concluded
        concludes, declared, declares, demanded, demands, urged, urges, predicted, predicts, commented, comments
        tweeted, posted, accused, accuses, recalled, recalls, remarked, described, estimates, estimated, maintained
        maintains, shouted, shouts, yelled, yells, exclaimed, exclaims, joked, jokes, quipped, quips, whispered
        muttered, boasted, vowed, vows, pledged, pledges, promised, promises, insinuated, testified, testifies
        lamented, laments, cautioned, cautions, countered, counters, conceded, concedes, contended, contends
        disclosed, discloses, revealed, reveals, speculated, reiterated, reiterates, pointed out, points out
        made clear, called on"""
    ),
    sources=phrases("according to, in the words of, reportedly, allegedly, citing, in a statement, in the opinion of"),
    reported=phrases("would, had been, should, could, might"),
    today=phrases(
        """today, yesterday, tomorrow, tonight, this morning, this afternoon, this evening, last night, overnight
        hours ago, minutes ago, an hour ago, a day ago, days ago, earlier in the day, later in the day, at the moment
        in the coming hours, in the next few hours, the day before yesterday
        the day after tomorrow, right now, just now"""
    ),
    this_week=phrases(
        """monday, tuesday, wednesday, thursday, friday, saturday, sunday, this week, earlier this week
        later this week, this weekend, last week, last weekend, next week, next weekend, a week ago, weeks ago
        a fortnight ago, on monday, on tuesday, on wednesday, on thursday, on friday, on saturday, on sunday
        last monday, last tuesday, last wednesday, last thursday, last friday, last saturday, last sunday
        next monday, next tuesday, next wednesday, next thursday, next friday, next saturday, next sunday
        this monday, this tuesday, this wednesday, this thursday, this friday, this saturday, this sunday
        coming days, coming weeks, next few days, past few days, last few days, the past week, monday night
        tuesday night, wednesday night, thursday night, friday night, saturday night, sunday night, monday morning
        tuesday morning, wednesday morning, thursday morning, friday morning, saturday morning, sunday morning"""
    ),
    this_month=phrases(
        """this month, earlier this month, later this month, last month, next month, a month ago, months ago, now
        currently, recently, coming months, in recent days, in recent weeks, the past month, the past few weeks
        soon, just days ago, lately"""
    ),
    this_year=phrases(
        """this year, earlier this year, later this year, last year, next year, a year ago, years ago, this summer
        this winter, this spring, this autumn, this fall, last summer, last winter, last spring, last autumn
        last fall, next summer, next winter, next spring, next autumn, this quarter, last quarter, next quarter
        the past year, in recent months, this season, last season, next season"""
    ),
    months=phrases(
        """january, february, march, april, may, june, july, august, september, october, november, december, jan, feb
        mar, apr, jun, jul, aug, sep, sept, oct, nov, dec"""
    ),
    hedges=phrases(
        """may, might, could, would, should, perhaps, maybe, possibly, probably, likely, unlikely, reportedly
        allegedly, apparently, presumably, supposedly, suspected, alleged, purported, potentially, seems, seem
        seemed, appears, appear, appeared, suggests, suggest, suggested, is expected, are expected, was expected
        were expected, is believed, are believed, was believed, were believed, thought to, in theory, tentative
        preliminary, estimated, subject to, pending, denies, denied, deny, denying, disputes, disputed, rejects
        rejected, refuses, refused"""
    ),
    negations=phrases(
        """not, no, never, none, nobody, nothing, neither, nor, without, cannot, can't, won't, don't, doesn't, didn't
        isn't, aren't, wasn't, weren't, hasn't, haven't, hadn't, wouldn't, couldn't, shouldn't, hardly, barely
        scarcely, rarely, seldom, no longer, rather than, instead of, far from, unless, except"""
    ),
    limits=phrases(
        """only, first, the last, sole, most, least, best, worst, largest, biggest, smallest, highest, lowest, longest
        shortest, fastest, slowest, oldest, youngest, newest, earliest, greatest, strongest, weakest, fewest, heaviest
        deadliest, richest, poorest, busiest, warmest, coldest, hottest, wettest, driest, exclusively, merely"""
    ),
    relatives=phrases("which, who, whose, whom, where"),
    participles=phrases("ing"),
    preludes=phrases(
        """after, a day after, two days after, three days after, four days after, a week after, a month after
        days after, hours after, weeks after, months after, shortly after, soon after, following, amid, in the wake of
        in the aftermath of, ahead of, as, while"""
    ),
    sequels=(
        *("such as", "as he", "as she", "as they", "as it", "amid", "in a bid to", "in the wake of", "after"),
        *(", while", ", whereas", ", with", ", following", ";"),
    ),
    tethers=words(
        """came come comes follows followed happened happens occurred began begins day days week weeks month months
        year years decade decades hour hours minute minutes moment moments shortly soon immediately long just even
        right looked look looks looking named sought again one time times much well goes went far thing things early
        late later earlier until since two three four five six seven eight nine ten eleven twelve dozen few several
        many couple hundred thousand million billion"""
    ),
    links=phrases(
        """meanwhile, moreover, furthermore, additionally, in addition, also, besides, finally, lastly, separately
        elsewhere, notably, of note, of particular note, for example, for instance, indeed, in fact, in particular
        first, second, third, firstly, secondly, thirdly"""
    ),
    more="+{} more",
)
