"""Templates and style sheets that lie beside the code, and their shared parts."""

import hashlib
from base64 import b64encode
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template

_SHARED = __package__ or ""


@cache
def template(package: str, name: str) -> "Template":
    """Return a template of a package, which may import the shared `post.html`. All that is filled in is escaped."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(_SHARED)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


@cache
def css(package: str, name: str) -> str:
    """Return a package's style sheet behind the shared one."""
    sheets = ((_SHARED, "post.css"), (package, name))
    return "".join(files(place).joinpath("templates", sheet).read_text("utf-8") for place, sheet in sheets)


def digest(text: str) -> str:
    """Return the source by which a content security policy lets just this style sheet through.

    https://www.w3.org/TR/CSP3/#grammardef-hash-source
    """
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
