import sys
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))

from sharebot import __version__
from tools import reference

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "sharebot"
author = "The sharebot founders"
release = version = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
nitpicky = True
html_theme = "furo"
html_title = f"sharebot {version}"
html_static_path = ["_static"]
html_css_files = ["own.css"]
smartquotes_action = "qe"  # no dashes: of `--json` in a caption they would make one, and nobody can type it
html_show_copyright = html_show_sphinx = html_copy_source = False


def _filled(_app: "Sphinx", _page: str, source: list[str]) -> None:
    source[0] = reference.fill(source[0])


def _generated(app: "Sphinx", *_: object) -> list[str]:
    """Read these pages anew at every build: the program may have changed where their files did not."""
    pages = Path(app.srcdir).rglob("*.md")
    return [str(app.env.path2doc(page)) for page in pages if reference.MARK.search(page.read_text("utf-8"))]


def setup(app: "Sphinx") -> None:
    """Put what is made from the program into the pages."""
    app.connect("source-read", _filled)
    app.connect("env-get-outdated", _generated)
