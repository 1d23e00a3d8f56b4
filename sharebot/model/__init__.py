"""The things that sharebot talks about, as values. They know no network, no file and no clock.

A newsletter `Issue` has `Article`s; an article becomes a `Delivery` for each account: the `Post`s to send there, when,
and what became of them. `Source` and `Platform` are the two doors through which strangers plug in.
"""

from sharebot.model.issues import NO_HINTS, SPLIT, Article, Document, Hints, Issue, LeftOut, Reading, Source
from sharebot.model.posts import (
    Card,
    CardKind,
    Caution,
    Delivery,
    Editor,
    Event,
    Facet,
    Key,
    Length,
    Measure,
    Picture,
    Platform,
    Post,
    Quota,
    Receipt,
    Rules,
    Signature,
    State,
    Voice,
)

__all__ = [
    "NO_HINTS",
    "SPLIT",
    "Article",
    "Card",
    "CardKind",
    "Caution",
    "Delivery",
    "Document",
    "Editor",
    "Event",
    "Facet",
    "Hints",
    "Issue",
    "Key",
    "LeftOut",
    "Length",
    "Measure",
    "Picture",
    "Platform",
    "Post",
    "Quota",
    "Reading",
    "Receipt",
    "Rules",
    "Signature",
    "Source",
    "State",
    "Voice",
]
