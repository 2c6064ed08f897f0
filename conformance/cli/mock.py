"""The commands on the reference implementation: `conformance mock` and `selftest`."""

from __future__ import annotations

import difflib
import sys
import tempfile
import textwrap
import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from conformance.cli import completion
from conformance.cli.entry import Command
from conformance.cli.options import PATH, columns, form_option, spec_option
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from conformance.mock import Application, Fixtures, Mock

_Entry = TypeVar("_Entry")


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to serve on.")
@click.option("--port", type=int, default=0, metavar="N", show_default="any free one", help="The port to serve on.")
@click.option("--seed", type=int, default=None, metavar="N", help="Make the tokens of this seed.")
@click.option("--write", type=PATH, default=None, metavar="FILE", help="Add the target to this conformance.toml.")
@click.option(
    "--latency", type=click.FloatRange(0), default=0, metavar="MS", help="Delay each answer by so many milliseconds."
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="ID",
    help="Inject this fault; repeatable.",
    shell_complete=completion.fault_ids,
)
@click.option(
    "--variant",
    "variants",
    multiple=True,
    metavar="ID",
    help="Serve this variant; repeatable.",
    shell_complete=completion.variant_ids,
)
@click.option("--gateway", is_flag=True, help="Put the vendor's API gateway in front: its limits and its envelope.")
@click.option(
    "--throttle",
    type=click.IntRange(1),
    default=None,
    metavar="N",
    help="With --gateway: answer every Nth request 429.",
)
@click.option("--iam", is_flag=True, help="Issue tokens as IAM does; the description printed asks for one.")
@click.option(
    "--token-lifetime",
    type=click.FloatRange(0, min_open=True),
    default=86_400,
    show_default=True,
    metavar="SECONDS",
    help="Lifetime of a token issued by --iam.",
)
@spec_option
@click.option(
    "--list-faults", "listed", flag_value="faults", help="List every fault with the clause that it breaks, and exit."
)
@click.option("--list-variants", "listed", flag_value="variants", help="List every variant, and exit.")
def mock(
    *,
    host: str,
    port: int,
    seed: int | None,
    write: Path | None,
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
    """Serve the reference implementation.

    It is that of the shipped contract. For a contract of another operation a stand-in is served that answers by the
    contract. A target description is printed, ready to paste, or written into a file (--write). Its tokens are the
    same in every run, or for every run with the same --seed; with --port it is the same description.
    """
    from conformance.mock import Fixtures, describe, with_front
    from conformance.runner.embedded import is_served
    from conformance.spec import load_contract

    if spec is not None and not is_served(contract := load_contract(spec)):
        from conformance.standin import StandIn, in_toml

        own = {
            "--fault": faults, "--variant": variants, "--gateway": gateway, "--throttle": throttle, "--iam": iam,
            "--seed": seed is not None,
            "--list-faults or --list-variants": listed,
        }  # fmt: skip
        if given := [option for option, value in own.items() if value]:
            raise UsageError(f"{given[0]}: the stand-in for {contract.operation.id} has none: leave it out")
        stand_in = StandIn(contract)
        _serve(stand_in, host, port, latency, partial(in_toml, stand_in.described.table), write=write)
        return
    if listed:
        click.echo("\n".join(fault_lines(columns()) if listed == "faults" else variant_lines(columns())))
        return
    if throttle and not gateway:
        raise UsageError("--throttle: only the gateway throttles: add --gateway")
    fixtures = Fixtures.default(seed)
    made = combination(faults, variants, fixtures)
    application = with_front(
        made, iam_lifetime=token_lifetime if iam else None, gateway=gateway, throttle=throttle or 0
    )
    _serve(application, host, port, latency, partial(describe, fixtures, iam=iam), write=write)


def _serve(
    application: Application,
    host: str,
    port: int,
    latency: float,
    description: Callable[[str, Path], str],
    *,
    write: Path | None,
) -> None:
    """Serve until Ctrl-C; the target description is made of the base url and a folder for long tokens.

    It is printed, or added to the file `write`; then long tokens are kept in a folder beside that.
    """
    from conformance.config.settings import write_target
    from conformance.mock import serve

    if write is not None and not write.parent.is_dir():
        raise UsageError(f"--write: there is no directory {write.parent}: name a file in one that is there")
    with tempfile.TemporaryDirectory(prefix="conformance-mock-") as directory:

        def ready(base_url: str) -> None:
            if write is None:
                click.echo(description(base_url, Path(directory)))
            else:
                click.echo(write_target(write, description(base_url, write.parent.resolve() / "conformance-mock")))
            click.echo(f"# serving on {base_url}, until Ctrl-C", err=True)
            sys.stdout.flush()

        serve(application, host, port, latency, ready)


def fault_lines(width: int | None = None) -> list[str]:
    """Id, level, clause and summary of each fault; see `_listed`."""
    from conformance.mock.faults import FAULTS

    return _listed([(fault.id, fault.level, fault.clause, fault.summary) for fault in FAULTS.values()], width)


def variant_lines(width: int | None = None) -> list[str]:
    """Id and summary of each variant; see `_listed`."""
    from conformance.mock.variants import VARIANTS

    return _listed([(variant.id, variant.summary) for variant in VARIANTS.values()], width)


def _listed(rows: Iterable[tuple[str, ...]], width: int | None) -> list[str]:
    """A line for each row, with tabs between its cells; in `width` columns the last cell is below the others."""
    if width is None:
        return ["\t".join(row) for row in rows]
    indent = "    "
    own = textwrap.TextWrapper(width, subsequent_indent=indent, break_on_hyphens=False)
    below = textwrap.TextWrapper(width, initial_indent=indent, subsequent_indent=indent)
    return [line for *cells, words in rows for line in (*own.wrap("  ".join(cells)), *below.wrap(words))]


def combination(fault_ids: Iterable[str], variant_ids: Iterable[str], fixtures: Fixtures | None = None) -> Mock:
    """A mock with all of these; the first fault is nearest to the client. Raises UsageError for an unknown id."""
    from conformance.mock.catalogue import combine
    from conformance.mock.faults import FAULTS
    from conformance.mock.variants import VARIANTS

    chosen = [_find(FAULTS, name, "fault") for name in fault_ids]
    return combine([*chosen, *(_find(VARIANTS, name, "variant") for name in variant_ids)], fixtures)


def _find(catalogue: Mapping[str, _Entry], name: str, what: str) -> _Entry:
    if name in catalogue:
        return catalogue[name]
    close = difflib.get_close_matches(name, catalogue, n=1)
    meant = f"did you mean {close[0]}? " if close else ""
    raise UsageError(f"no {what} is called {name}: {meant}`conformance mock --list-{what}s` lists them")


@click.command(cls=Command)
@click.argument("ids", nargs=-1, metavar="[FAULT|VARIANT]...", shell_complete=completion.subject_ids)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The seed of every trial.")
@click.option("--workers", type=click.IntRange(1), default=None, show_default="cores + 1", help="Number of processes.")
@form_option("table", "json", "markdown")
@spec_option
def selftest(ids: tuple[str, ...], seed: int, workers: int | None, form: str, spec: Path | None) -> int:
    """Try the suite on every fault of the mock.

    And on every variant, which is correct in another way. It prints the clause that caught each fault: a regression
    test of the suite, on faults of our own making. Exit 1 if a fault was missed, or a clause failed that nothing
    broke.
    """
    from rich.progress import Progress

    from conformance.mock.faults import FAULTS
    from conformance.mock.variants import VARIANTS
    from conformance.report.terminal import Output
    from conformance.runner.embedded import check_served
    from conformance.selftest import Selftest, as_json, as_markdown, run_trials, show, wrongs
    from conformance.spec import load_contract

    if spec is not None:
        check_served(load_contract(spec), "leave --spec out")
    unknown = [name for name in ids if name not in FAULTS and name not in VARIANTS]
    if unknown:
        raise UsageError(f"no fault or variant is called {unknown[0]}: `conformance mock --list-faults` lists them")
    names = list(ids) or [*FAULTS, *VARIANTS]
    begun = time.monotonic()
    with Progress(console=Output(stderr=True), transient=True) as progress:
        task = progress.add_task("Trying out", total=len(names))
        trials = run_trials(names, seed, lambda _: progress.advance(task), workers)
    outcome = Selftest(trials, seed, time.monotonic() - begun)
    if form == "table":
        show(outcome, Output(highlight=False))
    else:
        with suppress(BrokenPipeError):  # the exit code is still to be given
            click.echo(as_json(outcome) if form == "json" else as_markdown(outcome), nl=form == "json")
        with suppress(BrokenPipeError):
            for line in wrongs(outcome):
                click.echo(line, err=True)
    return 0 if outcome.proven else 1
