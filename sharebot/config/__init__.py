"""The editors' YAML: read by YAML 1.2 rules with marks, checked by models, explained in words."""

from sharebot.config.json_schema import schema
from sharebot.config.loader import Salvage, load, salvage
from sharebot.config.values import Account, Approval, Budget, Config, Newsletter, Stream

__all__ = [
    "Account",
    "Approval",
    "Budget",
    "Config",
    "Newsletter",
    "Salvage",
    "Stream",
    "load",
    "salvage",
    "schema",
]
