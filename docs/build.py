"""Build the documentation as a site that opens from a disk: `python docs/build.py`, with the extra `docs` installed.

The pages of the repository are staged at their own places: a link leads to the same file on a code host and on the
site. Beside them come a reference that is made from the code, and the pages of two runs of the suite as examples.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.cli import cli
from conformance.mock.faults import FAULTS
from conformance.mock.variants import VARIANTS

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\]\(([^)#\s]+)")
EXAMPLE = ("missing-token-accepted", "maximum-id-crashes")
"""The faults of the mock that the examples show."""
EXAMPLES = ("docs/example.html", "docs/example-history.html", "docs/example-evidence.html")
"""The example of a run's page, of the history's, and of the proof of a failure."""

SCRIPT = "offline-iframe-worker.js"
"""The script of the search in a site on the disk; the plugin would take its own from the network."""


def linked() -> set[Path]:
    """The pages of the repository, and every file that one of them links to, by places under its top."""
    found = {Path("README.md")}
    waiting = [*found, *(path.relative_to(ROOT) for path in (ROOT / "docs").glob("*.md"))]
    while waiting:
        page = waiting.pop()
        found.add(page)
        if page.suffix != ".md":
            continue
        for target in LINK.findall((ROOT / page).read_text(encoding="utf-8")):
            path = (ROOT / page.parent / target).resolve()
            if "://" not in target and path.is_file() and path.relative_to(ROOT) not in found:
                waiting.append(path.relative_to(ROOT))
    return found


def stage(folder: Path) -> None:
    """Put the pages, what they link to and the reference into `folder`."""
    for path in linked():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / path, folder / path)
    shutil.copyfile(ROOT / "docs" / SCRIPT, folder / "docs" / SCRIPT)
    reference = folder / "docs" / "reference"
    reference.mkdir(parents=True)
    (reference / "commands.md").write_text("\n".join(commands()), encoding="utf-8")
    (reference / "faults.md").write_text("\n".join(faults()), encoding="utf-8")
    (reference / "report.md").write_text("\n".join(report_format()), encoding="utf-8")


def commands() -> Iterator[str]:
    """The page of every command and its options, in the words of `--help`."""
    yield "# Commands\n\nMade from the command line itself: what `conformance COMMAND --help` says.\n"
    names = cli.context_settings["help_option_names"]
    yield from _command(cli, "conformance", click.Context(cli, info_name="conformance", help_option_names=names))


def _command(command: click.Command, name: str, context: click.Context) -> Iterator[str]:
    if isinstance(command, click.Group):
        for child in command.list_commands(context):
            found = command.get_command(context, child)
            assert found is not None  # noqa: S101 - it was listed
            yield from _command(found, f"{name} {child}", click.Context(found, parent=context, info_name=child))
    else:
        yield f"## {name}\n\n```text\n{command.get_help(context)}\n```\n"


def faults() -> Iterator[str]:
    """The page of the mock's faults and variants."""
    yield "# Faults and variants of the mock\n\nMade from the mock's own catalogues.\n\n## Faults\n"
    yield "Each breaks the clause beside it; [the self-test](../selftest.md) shows that the suite finds it.\n"
    yield "| fault | level | clause | summary |\n| --- | --- | --- | --- |"
    yield from (f"| `{one.id}` | {one.level} | `{one.clause}` | {_cell(one.summary)} |" for one in FAULTS.values())
    yield "\n## Variants\n\nEach is correct in another way, and breaks no clause.\n"
    yield "| variant | summary |\n| --- | --- |"
    yield from (f"| `{one.id}` | {_cell(one.summary)} |" for one in VARIANTS.values())


def report_format() -> Iterator[str]:
    """The page of report.json, by its schema."""
    schema = json.loads((ROOT / "spec" / "report.schema.json").read_text(encoding="utf-8"))
    yield f"# report.json\n\n{schema['description']} Made from [its schema](../../spec/report.schema.json).\n"
    yield "| key | type | always there | meaning |\n| --- | --- | --- | --- |"
    yield from _keys(schema, schema, "")


def _keys(schema: dict[str, Any], whole: dict[str, Any], place: str) -> Iterator[str]:
    for name, one in schema.get("properties", {}).items():
        described = _followed(one, whole)
        kind = described.get("type") or (
            "one of " + ", ".join(map(str, described["enum"])) if "enum" in described else ""
        )
        words = " or ".join(map(str, kind)) if isinstance(kind, list) else str(kind)
        there = "yes" if name in schema.get("required", ()) else "no"
        meaning = one.get("description") or described.get("description") or ""
        yield f"| `{place}{name}` | {_cell(words)} | {there} | {_cell(meaning)} |"
        yield from _keys(described, whole, f"{place}{name}.")
        yield from _keys(_followed(described.get("items") or {}, whole), whole, f"{place}{name}[].")


def _followed(schema: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    """The schema that a reference leads to."""
    if not isinstance(schema, dict) or "$ref" not in schema:
        return schema if isinstance(schema, dict) else {}
    found = whole
    for part in schema["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def _cell(words: str) -> str:
    return words.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ")


def examples(folder: Path) -> None:
    """Put the pages that runs make into `folder`: a run on a mock with faults, its history, and the proof of a failure.

    A run on the mock without faults comes before.
    """
    command = str(Path(sys.executable).with_name("conformance"))
    history = ["--history", "runs.db"]
    with tempfile.TemporaryDirectory() as place:

        def called(*words: str) -> None:
            done = subprocess.run([command, *words], cwd=place, check=False, capture_output=True, text=True)
            if done.returncode not in {0, 1}:
                raise SystemExit(f"conformance {' '.join(words)}: {done.stdout}{done.stderr}")

        for faults in ((), EXAMPLE):
            written = Path(place) / "conformance.toml"
            port = re.search(r":(\d+)", written.read_text(encoding="utf-8")) if written.exists() else None
            chosen = [word for fault in faults for word in ("--fault", fault)]
            serve = [command, "mock", "--write", written.name, "--port", port[1] if port else "0", *chosen]
            with subprocess.Popen(serve, cwd=place, stderr=subprocess.PIPE, text=True) as mock:
                assert mock.stderr is not None  # noqa: S101 - a pipe
                mock.stderr.readline()  # it is ready
                called("run", "mock", "--seed", "1", *history)
                mock.terminate()
        called("history", *history, "html", "--output", "history.html")
        called("evidence", FAULTS[EXAMPLE[0]].clause, *history)
        (proof,) = Path(place).glob("evidence-*.html")
        for page, name in zip((Path("reports/index.html"), Path("history.html"), proof), EXAMPLES, strict=True):
            shutil.copyfile(Path(place) / page, folder / name)


def main() -> None:
    """Build the site in the directory that the first argument names, `site` by default; a warning is an error."""
    output = Path(sys.argv[1] if len(sys.argv) > 1 else "site").resolve()
    with tempfile.TemporaryDirectory() as place:
        pages = Path(place) / "pages"
        stage(pages)
        examples(pages)
        settings = (ROOT / "docs" / "mkdocs.yml").read_text(encoding="utf-8")
        (Path(place) / "mkdocs.yml").write_text(f"{settings}\ndocs_dir: pages\nsite_dir: {output}\n", encoding="utf-8")
        built = subprocess.run(
            [Path(sys.executable).with_name("mkdocs"), "build", "--strict", "-f", f"{place}/mkdocs.yml"],
            env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
            check=False,
        )
    sys.exit(built.returncode)


if __name__ == "__main__":
    main()
