"""The commands on the contract and on the vendor's page: `clauses`, `explain`, `init`, `document` and `erratum`."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.cli import completion
from conformance.cli.entry import Command
from conformance.cli.options import (
    PATH,
    columns,
    contract_of,
    form_option,
    history_option,
    opened,
    say,
    spec_of,
    spec_option,
)  # fmt: skip
from conformance.exceptions import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.contract import Contract
    from conformance.document.differences import Compared
    from conformance.document.sheet import Sheet
    from conformance.explain.explanation import Past
    from conformance.report.har import Traffic


@click.command(cls=Command)
@click.argument("ids", nargs=-1, metavar="[ID|GLOB]...", shell_complete=completion.clause_ids)
@form_option("table", "json", "markdown")
@click.option("--coverage", "covered", is_flag=True, help="Print the coverage of each line and each keyword.")
@click.option("--openapi-3.0", "older", is_flag=True, help="Print openapi.yaml as OpenAPI 3.0 instead, in JSON.")
@spec_option
@click.option("--freeze", "edition", default=None, metavar="NAME", help="Write the catalogue as an edition instead.")
def clauses(
    *, ids: tuple[str, ...], form: str, covered: bool, older: bool, edition: str | None, spec: Path | None
) -> int:
    """Print the clauses of the document.

    A clause is a testable sentence. Without ID or GLOB, such as 'status.401.*', all are printed, in JSON and Markdown
    with the probes of each. With --coverage it is a page in Markdown of lines, clauses and keywords of openapi.yaml;
    exit code 1 if one is covered by nothing.
    """
    if edition is not None:
        from conformance.spec import freeze

        click.echo(freeze(spec_of(spec), edition, datetime.now(UTC).date()))
        return 0
    from conformance.explain.catalogue import catalogue_page
    from conformance.report.clauses import Format
    from conformance.report.terminal import Output

    contract = contract_of(spec)
    if older:
        from conformance.contract.openapi import openapi_3_0

        click.echo(json.dumps(openapi_3_0(contract.openapi), ensure_ascii=False, indent=2))
        return 0
    if not covered:
        colour = Output().color_system is not None
        click.echo(catalogue_page(contract, Format(form), ids, colour=colour), nl=False, color=colour)
        return 0
    from conformance.explain.coverage import coverage_of, markdown

    found = coverage_of(contract)
    click.echo(markdown(found), nl=False)
    for gap in found.gaps:
        click.echo(gap, err=True)
    return 1 if found.gaps else 0


@click.command(cls=Command)
@click.argument("path", type=PATH, default=Path("conformance.toml"), required=False)
@click.option("--schema", is_flag=True, help="Print the JSON Schema of the file instead, for editors.")
@spec_option
def init(path: Path, *, schema: bool, spec: Path | None) -> None:
    """Write a commented conformance.toml.

    It has the options of `run` and the keys of the contract. PATH is by default conformance.toml; an existing file
    is not overwritten. Its JSON Schema is written beside it: editors with a plug-in for TOML check and complete by
    it.
    """
    from conformance.config.reference import schema_text, write_template
    from conformance.spec import load_contract

    contract = load_contract(spec)
    if schema:
        click.echo(schema_text(contract), nl=False)
        return
    beside = write_template(path, contract, spec)
    say(f"{path} is written: fill in a target, then `conformance run NAME --dry-run`")
    say(f"{beside} is written: editors check {path.name} by it")


@click.command(cls=Command)
@click.argument("ids", nargs=-1, required=True, metavar="CLAUSE|PROBE...", shell_complete=completion.ids)
@click.option(
    "--target",
    default=None,
    metavar="NAME",
    help="This target's runs; of a probe, as it is sent to it.",
    shell_complete=completion.targets,
)
@history_option
@form_option("text", "json")
@spec_option
def explain(ids: tuple[str, ...], *, target: str | None, url: str | None, form: str, spec: Path | None) -> None:
    """Explain a clause or a probe.

    Give ids or globs, such as 'status.401.*', of clauses, probes and properties. Of a clause it prints the quote,
    the level and its reason, the requests, the outcomes that are accepted, the check, the faults that prove it, and
    the last verdicts. Of a probe or property it prints the request, the clauses, the profiles, and whether safety
    withholds it.
    """
    from conformance.config.settings import find_file, load_settings
    from conformance.config.targets import load_target
    from conformance.explain.explanation import Explainer
    from conformance.explain.text import as_json, show
    from conformance.report.terminal import Output

    file = find_file({}, os.environ)
    contract = contract_of(spec)
    described = target is not None and file is not None and target in file.targets
    past = _past(url, contract, target)
    if target is not None and not described and (past is None or not past.known):
        raise UsageError(f"--target: {target}: no conformance.toml describes it, and no run of it is recorded")
    needed = described and any(word not in contract.catalogue.by_id for word in ids)  # clauses need no secrets of it
    at = load_target(str(target), file, os.environ, contract) if needed else None
    mutation = load_settings({}, os.environ, file).mutation
    found = Explainer(contract, past, at, mutation).explain(ids)
    if form == "json":
        click.echo(as_json(found))
    else:
        show(found, Output(highlight=False))


def _past(url: str | None, contract: Contract, target: str | None) -> Past | None:
    """The recorded runs; None where no history is named and there is none."""
    from conformance.explain.explanation import Past

    try:
        with opened(url) as history:
            return Past(history, contract.operation.id, target)
    except UsageError:
        if url is not None:
            raise
        return None


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="FILE...")
@click.option(
    "--openapi",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write each page as OpenAPI 3.1, DIR/<stem>.json.",
)
@click.option(
    "--draft",
    "drafted",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write a first contract of the page: openapi.yaml, clauses.yaml, the page as text.",
)
@click.option(
    "--against",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="OTHER",
    help="Compare with this older copy of the page instead of the contract.",
)
@form_option("table", "json", "markdown")
@spec_option
def document(
    files: tuple[Path, ...],
    *,
    folder: Path | None,
    drafted: Path | None,
    against: Path | None,
    form: str,
    spec: Path | None,
) -> None:
    """Compare the vendor's page with the contract.

    Or with an older copy (--against). A copy is text, HTML, Markdown or reStructuredText, or a directory of them.
    Exit code 1 if a difference is more than wording.
    """
    from conformance.document.differences import render
    from conformance.document.files import found

    paths = list(found(files))
    if not paths:
        raise UsageError("no page in these directories (.txt, .html, .md, .rst)")
    exclusive = {"--openapi": folder, "--draft": drafted, "--against": against}
    if len(given := [option for option, value in exclusive.items() if value is not None]) > 1:
        raise UsageError(f"{' and '.join(given)}: give one of them")
    alone = len(files) == 1 and files[0].is_file()
    if (made := folder if drafted is None else drafted) is not None:
        try:
            _write(paths, made, alone=alone) if drafted is None else _draft(paths, made)
        except OSError as error:
            words = f"{given[0]}: {made}: {error.strerror or 'cannot be written'}: name another folder"
            raise UsageError(words) from error
        return
    contract = contract_of(spec)
    pages = _operations(paths, alone=alone)
    older = _operation(against)[1] if against is not None else None
    compared = [_compared(path, sheet, page, contract, older, against) for path, sheet, page in pages]
    if not compared:
        raise UsageError("no page of an operation among these files")
    click.echo(render(compared, form, columns()), nl=False)
    if any(one.structural for one in compared):
        click.get_current_context().exit(1)


def _draft(paths: list[Path], folder: Path) -> None:
    """Write the draft of one page, and print a line for each thing that a hand must decide."""
    from conformance.document.draft import draft
    from conformance.document.files import page_from, sheet_of

    if len(paths) != 1:
        raise UsageError("--draft: give one page, since a contract is one operation")
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder}: not empty: a draft overwrites nothing")
    sheet = sheet_of(paths[0])
    page = page_from(paths[0], sheet)
    if not page.method:
        raise UsageError(f"{paths[0]}: no method with a URI")
    lines = draft(page, sheet, folder)
    for line in lines:
        say(line)
    say(f"{folder} is a draft: read it, then `conformance clauses --spec {folder}`")


def _compared(  # noqa: PLR0917 - a page, as a sheet and as OpenAPI, and what it is held against
    path: Path,
    sheet: Sheet,
    page: dict[str, Any],
    contract: Contract,
    older: dict[str, Any] | None,
    against: Path | None,
) -> Compared:
    """A page held against an older copy, or against the contract, whose clauses are named where it is of this page."""
    from conformance.document.differences import Compared, against_contract, between, clauses_of
    from conformance.document.quotes import gone_quotes

    differences = against_contract(contract, page) if older is None else between(older, page)
    of_contract = contract.operation.template in page["paths"]
    rows = [(one, clauses_of(contract, one) if of_contract else ()) for one in differences]
    if of_contract and older is None:
        rows += gone_quotes(contract, sheet)
    return Compared(str(path), "the contract" if against is None else str(against), tuple(rows), len(page["x-unread"]))


def _operation(path: Path) -> tuple[Sheet, dict[str, Any]]:
    """The page in a file as a sheet and as OpenAPI; UsageError where it describes no operation."""
    from conformance.document.files import page_from, sheet_of
    from conformance.document.openapi import openapi

    sheet = sheet_of(path)
    page = page_from(path, sheet)
    if not page.method:
        raise UsageError(f"{path}: no method with a URI")
    return sheet, openapi(page)


def _operations(paths: list[Path], *, alone: bool) -> Iterator[tuple[Path, Sheet, dict[str, Any]]]:
    """The pages among the files; a file that is none is one line, and an error where it is alone."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    quiet = len(paths) == 1 or not console.is_terminal
    for path in track(paths, "pages", console=console, transient=True, disable=quiet):
        try:
            yield path, *_operation(path)
        except UsageError as error:
            if alone:
                raise
            click.echo(str(error), err=True)


def _write(paths: list[Path], folder: Path, *, alone: bool) -> None:
    """Writes an OpenAPI file for each page."""
    folder.mkdir(parents=True, exist_ok=True)
    written: set[str] = set()
    for path, _, page in _operations(paths, alone=alone):
        name = _name(path, written)
        written.add(name)
        text = json.dumps(page, ensure_ascii=False, indent=2)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    skipped = len(paths) - len(written)
    left = f", {skipped} {'file is' if skipped == 1 else 'files are'} no operation" if skipped else ""
    say(f"{len(written)} page{'s' * (len(written) != 1)} written to {folder}{left}")


def _name(path: Path, written: set[str]) -> str:
    """The file's stem; with the folders before it where another page of that stem was written."""
    parts = path.resolve().with_suffix("").parts
    for length in range(1, len(parts)):
        name = "-".join(parts[-length:])
        if name not in written:
            if length > 1:
                click.echo(f"{path}: written as {name}.json, since another page has its name", err=True)
            return name
    raise UsageError(f"{path}: named twice")


@click.command(cls=Command)
@click.argument("run", default="latest", metavar="[RUN]")
@form_option("text", "markdown")
@history_option
@spec_option
def erratum(run: str, form: str, url: str | None, spec: Path | None) -> int:
    """Print the errata that a run asks for.

    An erratum is the smallest change of the page under which a failed answer would be right, of three lines at most.
    It is verified: the changed page is read, the contract follows, and the recorded traffic is judged again. RUN is
    named as for `conformance history show`, or is a directory with a traffic.har. Exit code 1 if a failure has no
    erratum.
    """
    from conformance.errata.erratum import errata_of, render, together
    from conformance.explain.catalogue import checks

    contract = contract_of(spec)
    traffic, flaky = _recorded(run, url)
    if traffic.about.operation != contract.operation.id:
        raise UsageError(f"{run}: the traffic is that of {traffic.about.operation}: name its contract with --spec")
    shown = (one.partition(" (") for found in checks(contract).values() for one in found)
    titles = {probe: words.removesuffix(")") for probe, _, words in shown if words}
    found = errata_of(traffic, contract, titles, flaky)
    click.echo(render(found, contract, form, together(found, traffic, contract), columns()), nl=False)
    return 0 if all(one.edits for one in found) else 1


def _recorded(run: str, url: str | None) -> tuple[Traffic, frozenset[str]]:
    """The traffic of a run, and the clauses that are flaky by the runs before it, if those are known."""
    from conformance.report.har import parse_traffic, read_traffic

    path = Path(run)
    if path.is_dir() or path.suffix in {".har", ".json"}:
        folder = path if path.is_dir() else path.parent
        return read_traffic(path if path.suffix == ".har" else folder / "traffic.har"), frozenset()
    from conformance.history.resolve import resolve_run
    from conformance.history.stability import flaky_at

    with opened(url) as history:
        row = resolve_run(history, run)
        raw = history.traffic(row)
        if raw is None:
            raise UsageError(
                f"run {row.id}: its traffic was not kept: name a run whose verdicts changed, or a directory"
            )
        return parse_traffic(raw, row.id), frozenset(one.name for one in flaky_at(history, row) if one.of == "clause")
