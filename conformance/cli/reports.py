"""The commands on the reports of a run: `conformance judge`, `conformance report` and `conformance allure`."""

from __future__ import annotations

from pathlib import Path

import click

from conformance.cli.entry import Command
from conformance.cli.options import PATH, contract_of, history_option, opened, spec_option
from conformance.exceptions import NoVerdict, UsageError

__all__ = ["allure", "judge", "report"]


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
    from conformance.report.report_json import write_report
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
    from conformance.runner.remake import remake

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
    from conformance.history.allure import earlier_points
    from conformance.report.allure_copy import AllureResults
    from conformance.report.allure_page import make_page

    results = AllureResults.read(directory)
    try:
        with opened(url) as history:
            earlier = earlier_points(history, results)
    except UsageError:
        if url is not None:
            raise
        earlier = []
    click.echo(make_page(results, output, history_file=history_file, earlier=earlier))
