"""Databases to test on: SQLite in a file, and a PostgreSQL of our own on a socket in a temporary directory."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.tools import program

if TYPE_CHECKING:
    from collections.abc import Iterator

_USER = "postgres"


def _programs() -> Path:
    """The folder of initdb and pg_ctl; Debian keeps them out of the path, a folder for each major version."""
    initdb = program("initdb", install="apt-get install postgresql", beside="postgresql/*/bin/initdb")
    return Path(initdb).resolve().parent


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL that listens on a socket in a temporary directory, and the URL of an empty database."""
    programs = _programs()
    user = _USER if os.geteuid() == 0 else None  # it refuses to be run by root
    directory = Path(tempfile.mkdtemp(prefix="conformance-pg-", dir="/tmp"))
    if user:
        shutil.chown(directory, user)

    def call(program: str, *words: str) -> None:
        subprocess.run(
            [str(programs / program), "-D", str(directory / "data"), *words],
            user=user,
            cwd=directory,
            check=True,
            stdout=subprocess.DEVNULL,
            timeout=60,
        )

    try:
        call("initdb", "-U", _USER, "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
        options = f"-k {directory} -c listen_addresses= -c fsync=off"
        call("pg_ctl", "start", "-w", "-l", str(directory / "log"), "-o", options)
        try:
            yield f"postgresql://{_USER}@/postgres?host={directory}"
        finally:
            call("pg_ctl", "stop", "-m", "immediate")
    finally:
        shutil.rmtree(directory, ignore_errors=True)
