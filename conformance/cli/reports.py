"""The commands on one run: `conformance judge`, `report`, `allure`, `evidence`, `bundle` and `verify`."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.completion import ids
from conformance.cli.entry import Command
from conformance.cli.options import PATH, contract_of, history_option, opened, say, spec_of, spec_option
from conformance.exceptions import NoVerdict, UsageError
from conformance.places import read_bounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.bundle.verification import Verified
    from conformance.contract.contract import Contract


@click.command(cls=Command)
@click.argument("traffic", type=PATH)
@click.option("--report", type=PATH, default=None, help="Write report.json to this file.")
@spec_option
@click.option(
    "--fail-on",
    type=click.Choice(["must", "should"]),
    default=None,
    show_default="the run's",
    help="The level of clause that makes the exit code 1.",
)
@click.option(
    "--edition", default=None, metavar="NAME", show_default="the run's", help="The edition that gates, or none."
)
def judge(traffic: Path, report: Path | None, spec: Path | None, fail_on: str | None, edition: str | None) -> int:
    """Judge recorded traffic again.

    Nothing is sent. TRAFFIC is the traffic.har of a run; it is judged with today's catalogue. Exit codes are those of
    `conformance run`.
    """
    from conformance.contract.clause import Level
    from conformance.engine.rejudge import rejudge
    from conformance.report.files import unwritten
    from conformance.report.har import read_traffic
    from conformance.report.record import write_report
    from conformance.report.terminal import Output, Terminal

    contract = contract_of(spec)
    recorded = read_traffic(traffic)
    record = rejudge(recorded, contract, Level(fail_on) if fail_on else None, edition)
    if report:
        try:
            write_report(record, report)
        except OSError as error:
            raise NoVerdict(unwritten(report, error)) from error
    view = Terminal(Output(highlight=False))
    about = record.about
    view.begin(about.target_name, about.base_url, about.profile, about.mutation, about.seed, again=True)
    view.finish(record, {"report": report} if report else {})
    return record.exit_code


@click.command(cls=Command)
@click.argument("directory", type=PATH, default=Path("reports"), required=False)
@click.option("--report", "names", multiple=True, metavar="NAME[,NAME]", help="The reports, as for `conformance run`.")
@spec_option
def report(directory: Path, names: tuple[str, ...], spec: Path | None) -> None:
    """Make reports of a run again from its files.

    They are made of report.json and traffic.har in DIRECTORY, by default reports, byte for byte as the run did. JUnit's
    and Allure's are made by runs alone. The page needs the contract that judged.
    """
    from conformance.config.settings import load_settings
    from conformance.runner.reports import remake

    for path in remake(directory, load_settings({"report": names}, {}, None).report, contract_of(spec)):
        click.echo(path)


@click.command(cls=Command)
@click.argument("directory", type=PATH, default=Path("reports"), required=False)
@click.option(
    "--output", type=PATH, default=None, show_default="allure-report in DIRECTORY", help="The folder for the page."
)
@click.option(
    "--history-file",
    type=PATH,
    default=None,
    metavar="FILE",
    show_default="history.jsonl beside the page",
    help="The file with the results of earlier pages.",
)
@history_option
def allure(directory: Path, output: Path | None, history_file: Path | None, url: str | None) -> None:
    """Make the Allure page of a run.

    DIRECTORY is the output directory of the run, by default reports. The page is one file, and needs no network. It
    shows the runs before this one that the history has, where there is one.
    """
    from conformance.history.transfer import earlier_points
    from conformance.report.allure_page import AllureResults, make_page

    results = AllureResults.read(directory)
    try:
        with opened(url) as history:
            earlier = earlier_points(history, results)
    except UsageError:
        if url is not None:
            raise
        earlier = []
    click.echo(make_page(results, output, history_file=history_file, earlier=earlier))


@click.command(cls=Command)
@click.argument("words", metavar="CLAUSE|PROBE", shell_complete=ids)
@click.argument("run", default="latest", metavar="[RUN]")
@click.option("--output", type=PATH, default=Path(), show_default=True, help="The directory to write to.")
@history_option
@spec_option
def evidence(words: str, run: str, output: Path, url: str | None, spec: Path | None) -> None:
    """Write the proof of a failure, for the vendor.

    The files are evidence-CLAUSE.md and evidence-CLAUSE.html. A probe stands for the first clause that it failed.
    RUN is named as for `conformance history show`, or is the report.json of a run, beside which its traffic.har
    lies; then nothing is said of other runs. By default it is the latest.
    """
    from conformance.history.evidence import evidence_of, html_page, markdown_page
    from conformance.history.resolve import is_file, resolve_run
    from conformance.history.snapshot import of_file, of_run
    from conformance.report.files import write_text

    contract = contract_of(spec)
    if is_file(run):
        made = evidence_of(words, of_file(Path(run), lambda: contract), contract)
    else:
        with opened(url) as history:
            row = resolve_run(history, run)
            made = evidence_of(words, of_run(history, row), contract, history, row)
    for suffix, page in (("md", markdown_page), ("html", html_page)):
        path = output / f"evidence-{made.clause.id}.{suffix}"
        try:
            output.mkdir(parents=True, exist_ok=True)
            write_text(path, page(made))
        except OSError as error:
            raise UsageError(f"--output: {path}: {error.strerror}: name another directory") from error
        click.echo(path)


_REFERENCE = "file:PATH|env:NAME"


@click.command(cls=Command)
@click.argument("run", default="latest", metavar="[RUN]")
@click.option("--output", type=PATH, default=None, show_default="conformance-RUN.zip", help="The file to write.")
@click.option("--evidence", is_flag=True, help="Add the evidence pages of every clause that failed.")
@click.option("--key", metavar=_REFERENCE, help="Sign it with this private key, in PEM.")
@history_option
@spec_option
def bundle(
    run: str, output: Path | None, url: str | None, spec: Path | None, key: str | None, *, evidence: bool
) -> None:
    """Pack a run as one archive that proves itself.

    It holds report.json, traffic.har, the contract with the vendor's page, and a manifest of SHA-256. RUN is named
    as for `conformance history show`, or is the report.json, the traffic.har or the directory of a run. By default
    it is the latest. The receiver calls `conformance verify`.
    """
    from conformance.bundle.assembly import bundle_of, files_of, refuse_secrets
    from conformance.history.resolve import is_file, resolve_run
    from conformance.history.snapshot import of_file, of_run
    from conformance.report.files import write_bytes
    from conformance.spec import read_contract, spec_directory

    private = _key(key) if key else None
    directory = spec_of(spec) or spec_directory()

    path = Path(run) / "report.json" if Path(run).is_dir() else Path(run)
    if is_file(str(path)):
        snapshot = of_file(path, lambda: read_contract(directory))
        files = files_of(snapshot, directory, evidence=evidence)
    else:
        with opened(url) as history:
            row = resolve_run(history, run)
            snapshot = of_run(history, row)
            files = files_of(snapshot, directory, history, row, evidence=evidence)
    refuse_secrets(files, _secrets(snapshot.target, read_contract(directory)))
    made = bundle_of(files, private)
    place = output or Path(f"conformance-{snapshot.id}.zip")
    try:
        write_bytes(place, made)
    except OSError as error:
        raise UsageError(f"--output: {place}: {error.strerror}: name another file") from error
    click.echo(f"{place}\nSHA-256 {hashlib.sha256(made).hexdigest()}")


@click.command(cls=Command)
@click.argument("path", type=PATH, metavar="BUNDLE")
@click.option("--key", metavar=_REFERENCE, help="It must be signed, and this is the public key, in PEM.")
def verify(path: Path, key: str | None) -> int:
    """Check a bundle, which needs nothing else.

    Its bytes, hashes and, with a key, its signature are checked. Every verdict is judged again from the exchanges in
    it, by the contract in it.

    Exit codes: 0 it is whole, 1 something in it was changed or a verdict differs, 2 it is no bundle.
    """
    from conformance.bundle.archive import NotABundle
    from conformance.bundle.verification import verified

    public = _key(key) if key else None
    try:
        raw = read_bounded(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}: name a bundle that `conformance bundle` wrote") from error
    try:
        found = verified(raw, public)
    except NotABundle as error:
        raise UsageError(f"{path} is no bundle: {error}") from error
    if found.problem:
        say(f"{path}: NOT WHOLE: {found.problem}")
        return 1
    say("\n".join(_lines(path, found, key)))
    return 0


def _lines(path: Path, found: Verified, key: str | None) -> Iterator[str]:
    from conformance.report.words import minute

    suite, target, run = (found.report[name] for name in ("suite", "target", "run"))
    summary = found.report["summary"]
    if key:
        signature = "signed with the key given"
    else:
        signature = "signed, by whom was not checked (--key)" if found.signed else "not signed"
    whose = "the one that this suite ships" if found.shipped else "not the one that this suite ships"
    yield f"{path}: whole, {signature}"
    counts = f"{summary['pass']} passed, {summary['fail']} failed, {summary['not_tested']} not tested"
    yield f"{summary['verdict']}: {counts}"
    yield f"run {run['id']} of {target['name']} at {target['base_url']}, {minute(run['started_at'])} UTC"
    yield f"{found.files} files as the manifest says, every verdict judged again from {found.exchanges} exchanges"
    yield f"contract of {suite['operation']}, {suite['document_revision']}: {whose}"
    if not key:
        yield "only a signature that is checked (--key) proves the texts of pages: hashes can be written anew with them"


def _key(reference: str) -> bytes:
    """The content of a key's file or variable."""
    scheme, _, rest = reference.partition(":")
    try:
        if scheme == "file" and rest:
            return read_bounded(Path(rest))
        if scheme == "env" and rest:
            return os.environ[rest].encode()
    except (OSError, KeyError) as error:
        problem = getattr(error, "strerror", None) or "the variable is not set"
        raise UsageError(f"--key: {reference}: {problem}: name a key in PEM as {_REFERENCE}") from error
    raise UsageError(f"--key: it is neither a file nor a variable: name a key in PEM as {_REFERENCE}")


def _secrets(target: str, contract: Contract) -> dict[str, str]:
    """The secrets of the target, by name, as far as conformance.toml describes it and they can be read here."""
    from conformance.config.settings import find_file
    from conformance.config.targets import load_target

    file = find_file({}, os.environ)
    try:
        found = load_target(target, file, os.environ, contract) if file and target in file.targets else None
    except UsageError:
        return {}
    return {one.name: one.value for one in found.secrets} if found else {}
