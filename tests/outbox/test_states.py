from sharebot.model import State
from sharebot.outbox import states


def test_every_state_can_be_reached():
    assert {after for _, after in states.TRANSITIONS} == set(State)


def test_what_is_published_stays_published():
    assert not [after for before, after in states.TRANSITIONS if before is State.PUBLISHED]


def test_only_a_claim_and_a_look_that_found_nothing_lead_to_sending():
    before = [before for before, after in states.TRANSITIONS if after is State.SENDING]
    assert before == [State.QUEUED, State.UNSURE]


def test_a_silent_end_never_leads_back_to_the_queue_but_over_unsure():
    assert "surely not taken" in states.TRANSITIONS[State.SENDING, State.QUEUED]
    assert (State.SENDING, State.UNSURE) in states.TRANSITIONS


def test_the_diagram_shows_every_transition():
    lines = states.diagram().splitlines()
    assert lines[0] == "stateDiagram-v2"
    assert len(lines) == 1 + len(states.TRANSITIONS)
