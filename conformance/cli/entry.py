"""The entry point: exit codes, errors in one line, and the commands, each imported when it is called."""

from __future__ import annotations

import io
import os
import shutil
import signal
import sys
import textwrap
from contextlib import suppress
from importlib import import_module
from typing import Any

import click

from conformance.exceptions import ConformanceError
from conformance.runner.process import collect_seldom, ending_signals

COMMANDS = {
    "allure": ("reports", "Make the Allure page of a run."),
    "baseline": ("history", "Accept known deviations until they are fixed."),
    "bundle": ("reports", "Pack a run as one archive that proves itself."),
    "clauses": ("contract", "Print the clauses of the document."),
    "compare": ("history", "Show the changes between the runs A and B."),
    "document": ("contract", "Compare the vendor's page with the contract."),
    "erratum": ("contract", "Print the errata that a run asks for."),
    "evidence": ("reports", "Write the proof of a failure, for the vendor."),
    "explain": ("contract", "Explain a clause or a probe."),
    "history": ("history", "List, show, export and prune recorded runs."),
    "init": ("contract", "Write a commented conformance.toml."),
    "judge": ("reports", "Judge recorded traffic again."),
    "mock": ("mock", "Serve the reference implementation."),
    "report": ("reports", "Make reports of a run again from its files."),
    "run": ("run", "Test TARGET and write the reports."),
    "selftest": ("mock", "Try the suite on every fault of the mock."),
    "verify": ("reports", "Check a bundle, which needs nothing else."),
}
"""The module of each command, and the line about it in the help."""
_WITH_A_VERDICT = {"run", "erratum", "judge", "compare", "document", "selftest", "baseline", "verify"}
_INTERRUPTED = 130
_BROKEN = 3


def main() -> None:
    """Run the command; an error is one line on standard error, and its exit code says which kind of error."""
    _replace_closed_streams()
    _hear_signals()
    collect_seldom()
    try:
        code = cli.main(standalone_mode=False)
    except ConformanceError as error:
        _complain(f"error: {error}")
        code = error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        with suppress(OSError):
            click.echo(error.format_message())
        code = 2
    except click.ClickException as error:
        _complain(f"error: {_one_line(error)}")
        code = 2
    except (click.Abort, KeyboardInterrupt):
        _complain("interrupted")
        code = _INTERRUPTED
    except BrokenPipeError:  # click's own, while it ends the line after Ctrl-C
        code = _INTERRUPTED
    except OSError as error:
        _complain(f"error: {error.filename or 'standard output'}: {error.strerror}")
        code = _BROKEN
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        words = " ".join(str(error).split())[:300]
        _complain(f"error: the suite itself broke ({type(error).__name__}: {words}), please report it")
        code = _BROKEN
    if not code and isinstance(sys.stdout, _Nowhere) and sys.stdout.lost and not _reports(sys.argv[1:]):
        _complain("error: standard output is closed: what was to be said is lost")
        code = _BROKEN
    _silence()
    sys.exit(code or 0)


class _Nowhere(io.TextIOWrapper):
    """Standard output in place of one that was closed; `lost` says whether anything was written to it."""

    lost = False

    def write(self, text: str, /) -> int:
        """Note the loss."""
        self.lost = self.lost or bool(text)
        return super().write(text)


def _reports(words: list[str]) -> bool:
    """Whether a command says in files what it says on standard output: a run that sends something."""
    command = next((word for word in words if word in COMMANDS), None)
    return command == "run" and not {"--dry-run", "--help", "-h"} & {*words}


def _replace_closed_streams() -> None:
    """Send a stream that was closed, as by `>&-`, to nowhere, so that no file opened later gets its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            opened = open(number, "wb" if number else "rb", closefd=False)  # noqa: SIM115 - a descriptor, for good
            setattr(sys, name, (_Nowhere if name == "stdout" else io.TextIOWrapper)(opened, encoding="utf-8"))


def _hear_signals() -> None:
    """Let SIGTERM and SIGHUP do what Ctrl-C does."""
    for number in ending_signals():
        if number is not signal.SIGINT:
            signal.signal(number, signal.default_int_handler)


def _complain(words: str) -> None:
    """Print to standard error, if it can be written; on a terminal words stay whole."""
    with suppress(OSError):
        if sys.stderr.isatty():
            width = shutil.get_terminal_size().columns
            rows = textwrap.wrap(words, width, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
            words = "\n".join(rows)
        click.echo(words, err=True)


def _silence() -> None:
    """Discard unwritten output: Python would try again at its end, and exit with a code of its own."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            from conformance.report.terminal import discard

            discard(stream.fileno())


def _one_line(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    return f"{message} (see {context.command_path} --help)" if context else message


class Command(click.Command):
    """A command whose help ends quietly where nobody reads on, as behind `| head -1`."""

    def make_context(self, *given: Any, **named: Any) -> click.Context:  # noqa: ANN401 - whatever click gives
        """Handle a broken pipe before click exits with code 1."""
        try:
            return super().make_context(*given, **named)
        except BrokenPipeError:
            raise click.exceptions.Exit(0) from None


class Group(Command, click.Group):
    """A group of such commands."""

    command_class = Command


class _Commands(Group):
    """The commands; one that ends before its verdict is never green."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Every name, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Import the command's module."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"conformance.cli.{COMMANDS[cmd_name][0]}"), cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """List the commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> object:
        """Handle a broken pipe before click exits with code 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            if ctx.invoked_subcommand not in _WITH_A_VERDICT:
                return 0
            _complain("error: standard output was closed before the verdict")
            return _BROKEN


def _print_version(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's
    if value:
        from conformance import __version__

        click.echo(f"conformance, version {__version__}")
        context.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and exit.",
)
def cli() -> None:
    """Contract and conformance tests of one documented operation of an HTTP API."""
