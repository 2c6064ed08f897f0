"""The start of a command: help imports nothing that takes long."""

from __future__ import annotations

import subprocess
import sys

import conformance

_SCRIPT = """
import sys
import click
from conformance.cli import cli

def walk(command, context):
    command.get_help(context)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            walk(inner, click.Context(inner, info_name=name, parent=context))

walk(cli, click.Context(cli, info_name="conformance"))
slow = {"hypothesis", "schemathesis", "httpx", "pytest", "rich", "sqlalchemy", "jsonschema", "uvicorn", "yaml", "lxml"}
print(*sorted(slow & {name.partition(".")[0] for name in sys.modules}))
"""


def test_the_help_of_no_command_imports_what_takes_long() -> None:
    """The help of every command and of every command below it, together in one process."""
    done = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


def test_the_package_is_a_command() -> None:
    """`python -m conformance` is `conformance`."""
    words = [sys.executable, "-m", "conformance", "--version"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == f"conformance, version {conformance.__version__}\n"
