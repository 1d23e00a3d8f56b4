"""A local stand-in for the networks: their rules, their faults, a timeline to look at."""

from sharebot.sandbox.accounts import accounts_yaml, credentials
from sharebot.sandbox.server import Sandbox

__all__ = ["Sandbox", "accounts_yaml", "credentials"]
