"""Whether a delivery is approved: by whom, for which words."""

from dataclasses import replace

import pytest

from sharebot.approval import refusal, unapproved
from sharebot.config.values import Approval
from sharebot.model import Signature
from sharebot.outbox.codec import signed
from sharebot.testing import NOON, sample_post

ASKED = Approval(required=True)


@pytest.fixture
def approved(delivery):
    def make(who="alice", **changes):
        made = delivery(**changes)
        return replace(made, signature=Signature(signed(made.posts), who, NOON))

    return make


def test_without_a_rule_nothing_needs_approval(delivery):
    assert unapproved(Approval(), delivery()) is None


def test_what_nobody_signed_is_not_approved(delivery):
    assert unapproved(ASKED, delivery()) == "nobody has approved it"


def test_a_signature_holds_for_the_words_that_it_was_given_for(approved):
    mine = approved()
    assert unapproved(ASKED, mine) is None
    changed = replace(mine, posts=(sample_post(text="Other words"),))
    assert unapproved(ASKED, changed) == "its text changed after alice approved it"


def test_how_long_words_are_true_is_not_what_a_person_signs(approved):
    mine = approved(posts=(sample_post(true_until=NOON),))
    assert unapproved(ASKED, replace(mine, posts=(sample_post(),))) is None


def test_only_those_who_are_named_may_approve(approved):
    asked = Approval(required=True, by=("alice", "bob"))
    assert unapproved(asked, approved("bob")) is None
    assert unapproved(asked, approved("mallory")) == "mallory may not approve it; it takes alice or bob"


def test_with_two_people_nobody_approves_their_own_edit(approved):
    asked = Approval(required=True, two_people=True)
    assert unapproved(asked, approved("alice", edited="bob")) is None
    assert refusal(asked, approved(edited="alice"), "alice") == "alice edited it, and another person has to approve it"


def test_a_correction_is_approved_by_a_person_whatever_the_newsletter_asks_for(delivery, approved):
    assert unapproved(Approval(), delivery(corrects="abc")) == "nobody has approved it"
    assert unapproved(Approval(), approved(corrects="abc")) is None
