"""Allure 3 in the user's cache: installed once, whole or not there."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.exceptions import UsageError
from conformance.places import NO_HOME, cache_folder
from conformance.report.allure_html.commands import ReportNotMade, run
from conformance.report.allure_html.generators import INSTALL

if TYPE_CHECKING:
    from conformance.report.allure_html.generators import Node

__all__ = ["ALLURE_VERSION", "default_cache", "install"]

ALLURE_VERSION = "3.18.0"

_OPTIONS = (
    "--ignore-scripts",  # no code of 160 packages runs at installation
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
    "--loglevel=error",
    # npm's own patience is over a minute of silence where there is no network
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=5000",
    "--fetch-timeout=60000",
)
_INSTALL_SECONDS = 300


def default_cache() -> Path:
    """Return the folder of this user's cache where installations are kept. Raises UsageError where there is none."""
    folder = cache_folder()
    if folder is None:
        raise UsageError(f"Allure cannot be installed: {NO_HOME}: set it, or XDG_CACHE_HOME")
    return folder


def install(node: Node, cache: Path) -> Path:
    """Return the script that starts Allure 3, installing it under ``cache`` first where it is not there yet.

    The folder is named after the version and appears by one rename, so a broken or interrupted installation never
    serves a later run, and two runs at once do not disturb each other. Raises ReportNotMade where npm fails.
    """
    home = cache / f"allure-{ALLURE_VERSION}"
    script = Path("node_modules", "allure", "cli.js")
    if (home / script).is_file():
        return home / script
    if not node.npm:
        raise UsageError(f"{node.executable} has no npm, which installs Allure once: add it, or {INSTALL}")
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix="installing-", ignore_cleanup_errors=True) as work:
        fresh = Path(work, "allure")
        fresh.mkdir()
        fresh.joinpath("package.json").write_text('{"private": true}\n', encoding="utf-8")  # else npm looks upwards
        package = f"allure@{ALLURE_VERSION}"
        run(
            [*node.npm, "install", *_OPTIONS, package],
            what=f"npm install {package}",
            cwd=fresh,
            timeout=_INSTALL_SECONDS,
        )
        if not (fresh / script).is_file():
            raise ReportNotMade(f"npm install {package} failed: it ended well but left no {script}")
        if home.exists() and not (home / script).is_file():
            shutil.rmtree(home)
        try:
            fresh.rename(home)
        except OSError:
            if not (home / script).is_file():  # else another run was faster, and its installation is as good
                raise
    return home / script
