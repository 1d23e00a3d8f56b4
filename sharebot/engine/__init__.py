"""Who calls the publisher, and when."""

from importlib.util import find_spec
from typing import TYPE_CHECKING

from sharebot.errors import SharebotError

if TYPE_CHECKING:
    from sharebot.engine.loop import Engine
    from sharebot.outbox.ledger import Ledger

ENGINES = ("local", "procrastinate")
WORKERS = 8
"""How many posts are sent at once, unless it is said otherwise."""


def engine_of(name: str | None, ledger: "Ledger") -> "type[Engine]":
    """Return an engine by its name, or the one that an outbox is made for. Raises SharebotError where it cannot be."""
    if name == "local" or not (name or ledger.shared):
        from sharebot.engine.local import Dispatcher

        return Dispatcher
    if not ledger.shared:
        cure = "name it in SHAREBOT_DATABASE (postgresql+psycopg://…), or let `sharebot run` do all the work"
        raise SharebotError(f"{ledger.place}: several hosts need PostgreSQL; {cure}")
    if not find_spec("procrastinate"):
        raise SharebotError("Procrastinate is not installed; pip install 'sharebot[cluster]', or run --engine local")
    from sharebot.engine.procrastinate import Cluster

    return Cluster
