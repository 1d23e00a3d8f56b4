"""The way from nothing to a right file is walked as the documentation tells it, by the check and the JSON Schema."""

import os
import re
import subprocess
import sys
from pathlib import Path

import jsonschema

from sharebot import app
from sharebot.config import yaml12
from sharebot.config.document import Document, Page

PAGE = Path(__file__).parents[1] / "docs/explanation/first-file.md"
STEP = re.compile(r"^```\{code-block\} text\n:caption: ([^\n]+)\n\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def is_valid(text):
    document = Document([Page("sharebot.yaml", text)])
    data = yaml12.build(document)
    return not document.problems and jsonschema.Draft202012Validator(app.schema()).is_valid(data)


def test_each_step_says_what_the_page_shows(tmp_path):
    env = {name: value for name, value in os.environ.items() if not name.startswith(("SHAREBOT_", "MASTODON_"))}
    env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env['PATH']}"
    checks = 0
    for caption, text in STEP.findall(PAGE.read_text("utf-8")):
        if caption == "sharebot.yaml":
            (tmp_path / caption).write_text(text, encoding="utf-8")
            continue
        done = subprocess.run(
            ["sh", "-c", f"{caption} 2>&1"],
            cwd=tmp_path,
            env=env,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert re.fullmatch(re.escape(text).replace("…", ".*"), done.stdout), (caption, done.stdout)
        assert done.returncode == (0 if "nothing is wrong" in text else 78)
        # What is in the environment no schema sees.
        written = tmp_path / "sharebot.yaml"
        in_both_ways = "environment variable" not in text and written.exists()
        assert not in_both_ways or is_valid(written.read_text("utf-8")) == ("nothing is wrong" in text), text
        checks += 1
    assert checks >= 8
