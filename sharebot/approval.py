"""Whether a delivery is approved, and who may approve it: one rule for commands, pipeline and publisher.

A correction of what is out is always approved by a person, whatever the newsletter asks for.
"""

from sharebot.config.values import Approval
from sharebot.model import Delivery
from sharebot.outbox.codec import signed


def unapproved(asked: Approval, delivery: Delivery) -> str | None:
    """Say why a delivery must not be sent yet; None where it may."""
    if not (asked.required or delivery.corrects):
        return None
    signature = delivery.signature
    if signature is None:
        return "nobody has approved it"
    if signature.hash != signed(delivery.posts):
        return f"its text changed after {signature.who} approved it"
    return refusal(asked, delivery, signature.who)


def refusal(asked: Approval, delivery: Delivery, who: str) -> str | None:
    """Say why this person's approval does not count; None where it does."""
    if asked.by and who not in asked.by:
        return f"{who} may not approve it; it takes {' or '.join(asked.by)}"
    if asked.two_people and who == delivery.edited:
        return f"{who} edited it, and another person has to approve it"
    return None
