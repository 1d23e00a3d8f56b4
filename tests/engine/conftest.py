"""One engine, both databases."""

from tests.outbox.conftest import emptied, queue_url, shared

__all__ = ["emptied", "queue_url", "shared"]
