"""The way from nothing to a right file is walked as the documentation tells it."""

import os
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs/explanation/first-file.md"
STEP = re.compile(r"^```\{code-block\} text\n:caption: ([^\n]+)\n\n(.*?)^```$", re.MULTILINE | re.DOTALL)


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
        checks += 1
    assert checks >= 8
