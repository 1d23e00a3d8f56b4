"""Write the bill of materials of what is shipped as CycloneDX: `python -m tools.sbom [FILE]` (dist/sbom.cdx.json).

It is made from the lock, with the licences that the packages name, and the same bytes come of the same lock: no time,
no random number, no path of this machine.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from sharebot import __version__
from tools.licences import ALL, licences

ROOT = ALL.parent
FILE = ROOT / "dist/sbom.cdx.json"


def bill() -> dict[str, Any]:
    """Return the bill."""
    made = _made()
    said = {each.package: each.words for each in licences()}
    for each in made["components"]:
        each["licenses"] = [{"expression": said[each["name"]]}]
        each["bom-ref"] = each["purl"]
        each["externalReferences"] = [
            {"type": "distribution", "url": each["purl"], "hashes": source["hashes"]}  # whichever registry has it
            for source in each["externalReferences"]
        ]
        del each["description"]  # the lock's line
    main = made["metadata"]["component"]
    main |= {"version": __version__, "purl": f"pkg:pypi/{main['name']}@{__version__}"}
    parts = [each["bom-ref"] for each in made["components"]]
    made["dependencies"] = [{"ref": main["bom-ref"], "dependsOn": parts}, *({"ref": part} for part in parts)]
    return made


def _made() -> dict[str, Any]:
    program = Path(sys.executable).with_name("cyclonedx-py")
    how = ("--output-reproducible", "--short-PURLs", "--pyproject", "pyproject.toml", "--output-format", "JSON")
    command = (program, "requirements", *how, ALL.name)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def main() -> None:
    """Write it where the command line says."""
    file = Path(sys.argv[1]) if sys.argv[1:] else FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(bill(), indent=2, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8")
    print(file)


if __name__ == "__main__":
    main()
