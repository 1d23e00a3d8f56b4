"""The things that sharebot talks about, as values. They know no network, no file and no clock.

A newsletter `Issue` has `Article`s; an article becomes a `Delivery` for each account: the `Post`s to send there, when,
and what became of them. `Source` and `Platform` are the two doors through which strangers plug in.
"""

from sharebot.model.deliveries import Delivery, Event, Signature, State
from sharebot.model.issues import BESIDE, NO_HINTS, SPLIT, Article, Document, Hints, Issue, LeftOut, Reading, Source
from sharebot.model.networks import (
    Candid,
    Credential,
    Editor,
    Identity,
    Key,
    Length,
    Measure,
    Person,
    Platform,
    Quota,
    Receipt,
    Renews,
    Rules,
    SignsIn,
    SignsOut,
)
from sharebot.model.posts import Card, CardKind, Caution, Facet, Picture, Post, Voice

__all__ = [
    "BESIDE",
    "NO_HINTS",
    "SPLIT",
    "Article",
    "Candid",
    "Card",
    "CardKind",
    "Caution",
    "Credential",
    "Delivery",
    "Document",
    "Editor",
    "Event",
    "Facet",
    "Hints",
    "Identity",
    "Issue",
    "Key",
    "LeftOut",
    "Length",
    "Measure",
    "Person",
    "Picture",
    "Platform",
    "Post",
    "Quota",
    "Reading",
    "Receipt",
    "Renews",
    "Rules",
    "Signature",
    "SignsIn",
    "SignsOut",
    "Source",
    "State",
    "Voice",
]
