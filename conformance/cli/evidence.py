"""The command on one broken promise: `conformance evidence`."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.cli.completion import ids
from conformance.cli.entry import Command
from conformance.cli.options import PATH, contract_of, history_option, opened, spec_option
from conformance.exceptions import UsageError

__all__ = ["evidence"]


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
