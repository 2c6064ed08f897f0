"""The command `conformance`. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance import __version__
from conformance.cli_baseline import baseline
from conformance.cli_history import compare, history
from conformance.cli_spec import contract_of, spec_option
from conformance.config.options import RUN_OPTIONS
from conformance.exceptions import ConformanceError, UsageError
from conformance.runner.collection import collect_seldom

if TYPE_CHECKING:
    from collections.abc import Callable

    from conformance.engine.preparation import Preparation

__all__ = ["cli", "main"]

_INTERRUPTED = 130
_BROKEN = 3
_OF_WEIGHT = {"run", "judge", "compare", "selftest", "baseline"}  # whose end counts


def main() -> None:
    """Run the command; an error is one line on standard error, and its exit code says of which kind it is."""
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
    _silence()
    sys.exit(code or 0)


def _replace_closed_streams() -> None:
    """Let what goes to a stream that was closed, as by `>&-`, go nowhere; no file opened later gets its number."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115 - a descriptor, for good


def _hear_signals() -> None:
    """SIGTERM and SIGHUP do what Ctrl-C does; a SIGHUP that is ignored, as under nohup, stays so."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    hangup = getattr(signal, "SIGHUP", None)  # which not every system has
    if hangup is not None and signal.getsignal(hangup) is not signal.SIG_IGN:
        signal.signal(hangup, signal.default_int_handler)


def _complain(words: str) -> None:
    """Say it on standard error, if anybody reads that."""
    with suppress(OSError):
        click.echo(words, err=True)


def _silence() -> None:
    """Let what could not be written go nowhere, where Python would try again and end with an exit code of its own."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            from conformance.report.terminal import discard  # noqa: PLC0415 - the command line must answer at once

            discard(stream.fileno())


def _one_line(error: click.ClickException) -> str:
    message = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    return f"{message} (see {context.command_path} --help)" if context else message


class _Command(click.Command):
    """A command whose help ends quietly where who reads has enough, as behind `| head -1`."""

    def make_context(self, *given: Any, **named: Any) -> click.Context:  # noqa: ANN401 - whatever click gives
        """Before click makes exit code 1 of it."""
        try:
            return super().make_context(*given, **named)
        except BrokenPipeError:
            raise click.exceptions.Exit(0) from None


class _Commands(_Command, click.Group):
    """Commands that do so too; one with a verdict that was not reached is never green."""

    command_class = _Command

    def invoke(self, ctx: click.Context) -> object:
        """Before click makes exit code 1 of it."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            if ctx.invoked_subcommand not in _OF_WEIGHT:
                return 0
            _complain("error: standard output was closed before the verdict")
            return _BROKEN


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="conformance")
def cli() -> None:
    """Contract and conformance tests of one documented operation of an HTTP API."""


def _run_options(command: Callable[..., int]) -> Callable[..., int]:
    """Offer every option of a run; what they mean is checked where all sources are known."""
    for option in reversed(RUN_OPTIONS):
        kinds: dict[str, Any] = (
            {"is_flag": True} if option.kind == "bool" else {"type": str, "multiple": option.repeatable}
        )
        metavar = option.metavar or "|".join(option.choices) or None
        text = f"{option.help} [default: {option.shown_default}]"
        command = click.option(option.flag(), option.field, default=None, help=text, metavar=metavar, **kinds)(command)
    return command


@cli.command()
@click.argument("target", required=False)
@_run_options
def run(target: str | None, **given: object) -> int:
    """Test TARGET (a name from conformance.toml, or a URL) and write the reports.

    Without TARGET the embedded mock is started on a free loopback port and tested.

    Exit codes: 0 passed, 1 a gating clause failed, 2 wrong usage, 3 no verdict, 130 interrupted.
    """
    from conformance.config.settings import find_file, load_settings  # noqa: PLC0415 - the command line must answer at once
    from conformance.config.targets import load_target  # noqa: PLC0415
    from conformance.engine.preparation import Preparation  # noqa: PLC0415
    from conformance.runner.embedded import check_served, embedded_target  # noqa: PLC0415
    from conformance.runner.repeat import run_repeatedly  # noqa: PLC0415
    from conformance.spec import load_contract  # noqa: PLC0415

    file = find_file(given, os.environ)
    settings = load_settings(given, os.environ, file)
    contract = load_contract(settings.spec)
    if target is None:
        check_served(contract, "name a target")
        with embedded_target(contract=contract) as described:
            return run_repeatedly(Preparation.of(settings, described, contract, embedded=True))
    preparation = Preparation.of(settings, load_target(target, file, os.environ, contract), contract)
    _ask(preparation)
    return run_repeatedly(preparation)


def _ask(preparation: Preparation) -> None:
    from conformance.runner.consent import changes, require_consent  # noqa: PLC0415 - as above

    said = changes(preparation)
    if said is None or preparation.settings.yes:
        return
    if not sys.stdin.isatty():
        require_consent(preparation, "--yes")
    if not click.confirm(f"{said}.\nGo on?"):
        raise UsageError(
            "not confirmed, and nothing was sent; `--dry-run` lists what would be, `--mutation never` changes nothing"
        )


def _check_served(spec: Path | None) -> None:
    """Raise UsageError where `--spec` names a contract that the mock does not serve."""
    if spec is not None:
        from conformance.runner.embedded import check_served  # noqa: PLC0415 - as above
        from conformance.spec import load_contract  # noqa: PLC0415

        check_served(load_contract(spec), "leave --spec out")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve on.")
@click.option("--port", type=int, default=0, show_default="any free one", help="The port to serve on.")
@click.option(
    "--latency", type=click.FloatRange(0), default=0, metavar="MS", help="Answer later by so many milliseconds."
)
@click.option("--fault", "faults", multiple=True, metavar="ID", help="Inject this fault; repeatable.")
@click.option("--variant", "variants", multiple=True, metavar="ID", help="Serve this variant; repeatable.")
@click.option("--gateway", is_flag=True, help="Put the vendor's API gateway in front: its limits and its envelope.")
@click.option(
    "--throttle",
    type=click.IntRange(1),
    default=None,
    metavar="N",
    help="With --gateway: answer every Nth request 429.",
)
@click.option("--iam", is_flag=True, help="Issue tokens as IAM does, and print a description that asks for one.")
@click.option(
    "--token-lifetime",
    type=click.FloatRange(0, min_open=True),
    default=86_400,
    show_default=True,
    metavar="SECONDS",
    help="How long a token of --iam is good.",
)
@spec_option
@click.option(
    "--list-faults", "listed", flag_value="faults", help="List every fault, with the clause that it breaks, and end."
)
@click.option("--list-variants", "listed", flag_value="variants", help="List every variant, and end.")
def mock(
    *,
    host: str,
    port: int,
    latency: float,
    faults: tuple[str, ...],
    variants: tuple[str, ...],
    gateway: bool,
    throttle: int | None,
    iam: bool,
    token_lifetime: float,
    spec: Path | None,
    listed: str | None,
) -> None:
    """Serve the reference implementation, and print a target description ready to paste."""
    from conformance.mock import listing  # noqa: PLC0415 - the command line must answer at once

    _check_served(spec)
    if listed:
        click.echo("\n".join(listing.faults() if listed == "faults" else listing.variants()))
        return
    import tempfile  # noqa: PLC0415 - as above

    from conformance.mock import Fixtures, describe, serve, surrounded  # noqa: PLC0415

    if throttle and not gateway:
        raise UsageError("--throttle: without --gateway nobody throttles: add --gateway")
    fixtures = Fixtures.default()
    made = listing.combination(faults, variants)
    application = surrounded(
        made, iam_lifetime=token_lifetime if iam else None, gateway=gateway, throttle=throttle or 0
    )
    with tempfile.TemporaryDirectory(prefix="conformance-mock-") as directory:

        def ready(base_url: str) -> None:
            click.echo(describe(fixtures, base_url, Path(directory), iam=iam))
            click.echo(f"# serving on {base_url}, until Ctrl-C", err=True)
            sys.stdout.flush()

        serve(application, host, port, latency, ready)


@cli.command()
@click.argument("ids", nargs=-1, metavar="[FAULT|VARIANT]...")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The seed of every trial.")
@click.option("--workers", type=click.IntRange(1), default=None, show_default="cores + 1", help="How many processes.")
@click.option("--format", "form", type=click.Choice(["table", "json", "markdown"]), default="table", show_default=True)
@spec_option
def selftest(ids: tuple[str, ...], seed: int, workers: int | None, form: str, spec: Path | None) -> int:
    """Run the suite on every catalogued fault and variant of the mock, and print which clause caught which.

    This is regression proof of the suite on faults of our own making. Exit 1 if a fault was missed, or a clause failed
    that nothing broke.
    """
    from conformance.selftest.command import selftest  # noqa: PLC0415 - the command line must answer at once

    _check_served(spec)
    return selftest(ids, seed, form, workers)


@cli.command()
@click.argument("traffic", type=click.Path(path_type=Path))
@click.option("--report", type=click.Path(path_type=Path), default=None, help="Write report.json there.")
@spec_option
@click.option(
    "--fail-on", type=click.Choice(["must", "should"]), default=None, show_default="the run's", help="What gates."
)
def judge(traffic: Path, report: Path | None, spec: Path | None, fail_on: str | None) -> int:
    """Judge TRAFFIC (the traffic.har of a run) again with today's catalogue, sending nothing.

    Exit codes are those of `conformance run`.
    """
    from conformance.runner.again import judge_traffic  # noqa: PLC0415 - the command line must answer at once

    return judge_traffic(traffic, report, contract_of(spec), fail_on)


@cli.command()
@click.option("--format", "form", type=click.Choice(["table", "json", "markdown"]), default="table", show_default=True)
@spec_option
def clauses(form: str, spec: Path | None) -> None:
    """Print the catalogue: every testable sentence of the document, and what checks it."""
    from conformance.report.clauses import Format  # noqa: PLC0415 - the command line must answer at once
    from conformance.runner.catalogue import catalogue_page  # noqa: PLC0415

    click.echo(catalogue_page(contract_of(spec), Format(form)), nl=False)


@cli.command()
@click.argument("directory", type=click.Path(path_type=Path), default=Path("reports"), required=False)
@click.option("--output", type=click.Path(path_type=Path), default=None, help="The folder for the page.")
@click.option(
    "--history-file",
    type=click.Path(path_type=Path),
    default=None,
    metavar="FILE",
    show_default="history.jsonl beside the page",
    help="The file with the results of earlier pages.",
)
def allure(directory: Path, output: Path | None, history_file: Path | None) -> None:
    """Make the Allure HTML page from a run's results in DIRECTORY (by default reports): one file, no network needed."""
    from conformance.report.allure_page import make_page  # noqa: PLC0415 - the command line must answer at once

    click.echo(make_page(directory, output, history_file=history_file))


@cli.command()
@click.argument("path", type=click.Path(path_type=Path), default=Path("conformance.toml"), required=False)
@spec_option
def init(path: Path, spec: Path | None) -> None:
    """Write a commented conformance.toml, with the keys of the contract."""
    from conformance.config.reference import write_template  # noqa: PLC0415 - the command line must answer at once
    from conformance.spec import load_contract  # noqa: PLC0415

    write_template(path, load_contract(spec), spec)
    click.echo(f"{path} is written: fill in a target, then `conformance run NAME --dry-run`")


cli.add_command(compare)
cli.add_command(baseline)
cli.add_command(history)


if __name__ == "__main__":
    main()
