"""Build the Dockerfile where neither an engine nor a registry is: `python -m tools.build_image [ARGUMENT=VALUE…]`.

Debian's buildah builds it in a chroot, on a base that debootstrap makes once of Debian's own packages, and that stands
in for Python's slim image: the same Debian, the same Python. What pip is told on this machine it is told there, by a
folder that is mounted for the build and is no part of the image. All is kept in `.cache/image`, and it needs root.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from tools.install_servers import CannotInstallError, archive, get, run

ROOT = Path(__file__).resolve().parents[1]
PLACE = ROOT / ".cache/image"
BASE = "localhost/base-of-sharebot:trixie"
IMAGE = "localhost/sharebot"
MOST = 150_000_000
"""Bytes that the image may have beyond its base."""
NEEDED = ("buildah", "crun", "debootstrap")
_PYTHON = "ca-certificates,python-is-python3,python3-venv"
"""What Python's own image has: the commands `python` and `pip` in a new environment, and whom to trust."""
_PIP_READS = ("cert", "extra-index-url", "index-url", "proxy", "timeout", "trusted-host")
_PIP = "/root/.config/pip"
_ENOUGH = 600


def prepare() -> None:
    """Install what is needed, and make the base. Raises CannotInstallError with what stands in the way."""
    if os.geteuid() != 0:
        raise CannotInstallError("building in a chroot needs root")
    if missing := [name for name in NEEDED if not shutil.which(name)]:
        if not shutil.which("apt-get"):
            raise CannotInstallError(f"ask an administrator for the packages {', '.join(missing)}")
        run("apt-get", "update", "--quiet", seconds=120, or_else="the system's packages cannot be had")
        get(*missing)
    PLACE.mkdir(parents=True, exist_ok=True)
    if BASE not in buildah("images", "--format", "{{.Name}}:{{.Tag}}").split():
        _make_base()


def _make_base() -> None:
    with tempfile.TemporaryDirectory(dir=PLACE) as root, container("scratch") as (name, mounted):
        new = ("debootstrap", "--variant=minbase", f"--include={_PYTHON}", "trixie", root, archive())
        run(*new, seconds=_ENOUGH, or_else="debootstrap cannot make a Debian of this machine's packages")
        run("cp", "--archive", f"{root}/.", str(mounted), seconds=_ENOUGH, or_else="there is no room for a Debian")
        buildah("commit", "--quiet", name, BASE)


def build(**arguments: str) -> None:
    """Build the image with such arguments. Raises CannotInstallError with the last words of what failed."""
    given = (f"--build-arg={name}={value}" for name, value in ({"BASE": BASE} | arguments).items())
    with pip_configured() as folder:
        how = ("--isolation=chroot", "--pull-never", "--format=docker", f"--volume={folder}:{_PIP}:ro")
        buildah("bud", *how, *given, f"--tag={IMAGE}", str(ROOT))
    buildah("rmi", "--prune")


@contextmanager
def pip_configured() -> Iterator[str]:
    """Make a folder with what pip is told on this machine about where its packages are, and whom it trusts."""
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        told = {name: value for name, value in _pip_told() if name in _PIP_READS}
        if "cert" in told:
            shutil.copy(told["cert"], f"{folder}/cert.pem")
            told["cert"] = f"{_PIP}/cert.pem"
        lines = (f"{name} = {value}\n" for name, value in told.items())
        Path(folder, "pip.conf").write_text(f"[global]\n{''.join(lines)}", encoding="utf-8")
        yield folder


def _pip_told() -> Iterator[tuple[str, str]]:
    listed = subprocess.run((sys.executable, "-m", "pip", "config", "list"), capture_output=True, text=True, check=True)
    for line in listed.stdout.splitlines():
        name, _, value = line.partition("=")
        yield name.rpartition(".")[2].removeprefix("default-"), value[1:-1]


def configuration(image: str = IMAGE) -> Mapping[str, Any]:
    """Return how an image wants to be run, as an engine reads it."""
    found = json.loads(buildah("inspect", "--type=image", image))
    return dict(found["Docker"]["config"])


def layers(image: str) -> Sequence[int]:
    """Return the sizes of an image's layers, unpacked, from its base on."""
    with tempfile.TemporaryDirectory(dir=PLACE) as folder:
        buildah("push", "--quiet", "--disable-compression", image, f"dir:{folder}")
        manifest = json.loads(Path(folder, "manifest.json").read_bytes())
        return [layer["size"] for layer in manifest["layers"]]


def beyond_base() -> int:
    """Return how many bytes the image adds to its base."""
    return sum(layers(IMAGE)[len(layers(BASE)) :])


@contextmanager
def container(image: str) -> Iterator[tuple[str, Path]]:
    """Make a container of an image, and tell its name and where its files are; it goes afterwards."""
    name = buildah("from", "--pull-never", image).strip()
    try:
        yield name, Path(buildah("mount", name).strip())
    finally:
        buildah("rm", name)


@cache
def _storage() -> tuple[str, ...]:
    where = (f"--root={PLACE}/storage", f"--runroot={PLACE}/run")
    works = subprocess.run(("buildah", *where, "--storage-driver=overlay", "info"), capture_output=True, check=False)
    return *where, f"--storage-driver={'vfs' if works.returncode else 'overlay'}"  # no overlay lies on another one


def buildah(*command: str) -> str:
    """Return what buildah printed. Raises CannotInstallError with its last words."""
    done = subprocess.run(
        ("buildah", *_storage(), *command), capture_output=True, text=True, timeout=_ENOUGH, check=False
    )
    if done.returncode:
        raise CannotInstallError(f"buildah {command[0]} failed: {(done.stdout + done.stderr)[-3000:]}")
    return done.stdout


def main() -> None:
    """Build the image as the command line says, and tell its size."""
    try:
        prepare()
        build(**dict(each.split("=", 1) for each in sys.argv[1:]))
    except CannotInstallError as error:
        sys.exit(f"the image cannot be built: {error}")
    size = beyond_base()
    print(f"{IMAGE}: {size / 1e6:.0f} MB beyond its base")
    sys.exit(size >= MOST)


if __name__ == "__main__":
    main()
