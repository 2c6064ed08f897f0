"""The command on copies of the vendor's page: `conformance document`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.progress import track

from conformance.cli.entry import Command
from conformance.document.files import found, page_of
from conformance.document.openapi import openapi
from conformance.exceptions import UsageError

__all__ = ["document"]


@click.command(cls=Command)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True), metavar="FILE...")
@click.option(
    "--openapi",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write what each page says as OpenAPI 3.1, DIR/<stem>.json.",
)
def document(files: tuple[Path, ...], folder: Path | None) -> None:
    """Read copies of the vendor's page: text, HTML, Markdown, reStructuredText, or a directory of them."""
    paths = list(found(files))
    if not paths:
        raise UsageError("no page in these directories (.txt, .html, .md, .rst)")
    if folder is None:
        raise UsageError("--openapi DIR says where to write")
    _write(paths, folder, alone=len(files) == 1 and files[0].is_file())


def _write(paths: list[Path], folder: Path, *, alone: bool) -> None:
    """Writes an OpenAPI file for each page; a file that is none is one line, and an error where it is alone."""
    folder.mkdir(parents=True, exist_ok=True)
    written: set[str] = set()
    skipped = 0
    console = Console(stderr=True)
    for path in track(
        paths, "pages", console=console, transient=True, disable=len(paths) == 1 or not console.is_terminal
    ):
        try:
            page = page_of(path)
        except UsageError as error:
            if alone:
                raise
            click.echo(str(error), err=True)
            skipped += 1
            continue
        if not page.method:
            click.echo(f"{path}: no method with a URI, so no OpenAPI file", err=True)
            skipped += 1
            continue
        name = _name(path, written)
        written.add(name)
        text = json.dumps(openapi(page), ensure_ascii=False, indent=2)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
    left = f", {skipped} files are no operation" if skipped else ""
    click.echo(f"{len(written)} page{'s' * (len(written) != 1)} written to {folder}{left}")


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
