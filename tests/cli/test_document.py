"""`conformance document`: exit codes, forms, directories, and one line for each bad file."""

from __future__ import annotations

import json
import os
from errno import ENOSPC
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from openapi_spec_validator import OpenAPIV31SpecValidator

from conformance.cli import cli
from conformance.exceptions import UsageError
from tests.document.test_reader import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Callable


def run(*arguments: str | Path) -> Result:
    """The command with these arguments."""
    return CliRunner().invoke(cli, ["document", *map(str, arguments)])


def moved(folder: Path) -> Path:
    """A copy of the shipped page with a wider range."""
    page = folder / "page.txt"
    page.write_text(SHIPPED.read_text(encoding="utf-8").replace("1~2147483647", "1~4294967295"), encoding="utf-8")
    return page


def test_the_shipped_page_says_what_the_contract_says() -> None:
    """No difference, exit code 0."""
    result = run(SHIPPED)
    assert result.exit_code == 0
    assert result.output == f"{SHIPPED} says what the contract says\n"


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
@pytest.mark.parametrize("against", [True, False])
def test_a_difference_is_shown_with_line_and_clauses(tmp_path: Path, form: str, against: bool) -> None:  # noqa: FBT001
    """Against the contract and against another page alike; exit code 1."""
    result = run(moved(tmp_path), "--format", form, *(["--against", SHIPPED] if against else []))
    assert result.exit_code == 1
    for words in ("widening", "path.repository_id.above-maximum", "44", "4294967295"):
        assert words in result.output
    if form == "json":
        (page,) = json.loads(result.output)
        difference = page["differences"][0]
        assert (difference["before"], difference["after"], difference["line"]) == (2147483647, 4294967295, 44)


def test_on_a_terminal_a_difference_goes_on_below_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a file it is one line."""
    monkeypatch.chdir(tmp_path)
    page = moved(Path())
    whole = run(page).output
    monkeypatch.setattr("conformance.cli.options.on_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "100")
    lines = run(page).output.splitlines()
    assert max(map(len, lines)) <= 100 < max(map(len, whole.splitlines()))
    assert {line[:16].strip() for line in lines[1:]} == {"widening", "lost promise", ""}
    assert " ".join(" ".join(lines).split()) == " ".join(whole.split())


def test_a_quote_that_is_gone_is_a_difference(tmp_path: Path) -> None:
    """It is told with its clause, in the singular where it is one; exit code 1."""
    page = tmp_path / "page.txt"
    page.write_text(SHIPPED.read_text(encoding="utf-8").replace("Mandatory.", "Optional."), encoding="utf-8")
    result = run(page)
    assert result.exit_code == 1
    assert "against the contract: 1 difference and 0 of wording\n" in result.output
    assert "\u201cConstraints Mandatory.\u201d is gone" in result.output
    assert "header.x-auth-token.mandatory, status.401.missing-token" in result.output


def test_wording_alone_is_no_failure(tmp_path: Path) -> None:
    """It is shown, and the exit code is 0."""
    page = tmp_path / "page.txt"
    page.write_text(SHIPPED.read_text(encoding="utf-8").replace("Image address.", "Address."), encoding="utf-8")
    result = run(page, "--against", SHIPPED)
    assert result.exit_code == 0
    assert "0 differences and 1 of wording" in result.output


def test_a_directory_is_written_as_valid_openapi(tmp_path: Path) -> None:
    """A file for each page, by its stem, or by its folder where two have one; other files are one line each."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        moved(tmp_path / name)
    (tmp_path / "notes.md").write_text("# Notes\n\nNothing here.\n", encoding="utf-8")
    result = run(tmp_path, "--openapi", tmp_path / "made")
    assert result.exit_code == 0
    assert "2 pages written" in result.output
    assert "notes.md: no page of the template" in result.output
    assert sorted(one.name for one in (tmp_path / "made").iterdir()) == ["page.json", "two-page.json"]
    OpenAPIV31SpecValidator(json.loads((tmp_path / "made" / "page.json").read_text(encoding="utf-8"))).validate()


BAD = {
    "a.pdf": (b"%PDF-1.7\n\x00", "a PDF"),
    "a.png": (b"\x89PNG\r\n\x1a\n\x00", "a picture"),
    "a.txt": (b"  \n\n", "empty"),
    "b.txt": (b"\xff\xfe\xfa", "not UTF-8"),
    "large.html": (b"<p>" + b"x" * (9 * 2**20), "MB"),
    "other.html": (
        b"<html><body><h1>News</h1><p>No template.</p></body></html>",
        "no page of the template",
    ),
    "sprache.txt": (b"Funktion\n\nTabelle 1 Pfadparameter\n\nName\n\nPflicht\n\nTyp", "no page of the template"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_line(tmp_path: Path, name: str) -> None:
    """It names the file and what is wrong with it, and the exit code is 2."""
    content, words = BAD[name]
    (tmp_path / name).write_bytes(content)
    result = run(tmp_path / name)
    assert isinstance(result.exception, UsageError)
    said = str(result.exception)
    assert said.startswith(str(tmp_path / name))
    assert words in said
    assert "\n" not in said


@pytest.mark.parametrize("option", ["--openapi", "--against"])
def test_a_draft_is_made_alone(tmp_path: Path, option: str) -> None:
    """An option beside it that would be ignored is refused, and nothing is written."""
    made = tmp_path / "draft"
    result = run(SHIPPED, "--draft", made, option, tmp_path if option == "--openapi" else SHIPPED)
    assert isinstance(result.exception, UsageError)
    assert "give one of them" in str(result.exception)
    assert not made.exists()


@pytest.mark.parametrize(("option", "full"), [("--draft", "openapi.yaml"), ("--openapi", "page.json")])
def test_a_folder_without_room_is_one_line(
    tmp_path: Path, option: str, full: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names the option, the folder and the reason; of a draft no part is left behind."""
    made = tmp_path / "made"
    for name in ("write_text", "write_bytes"):
        monkeypatch.setattr(Path, name, _no_room(getattr(Path, name), made / full))
    result = run(moved(tmp_path), option, made)
    assert isinstance(result.exception, UsageError)
    assert str(result.exception) == f"{option}: {made}: No space left on device: name another folder"
    assert made.exists() is (option == "--openapi")


def test_a_folder_that_was_there_stays_where_a_draft_has_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is empty again."""
    made = tmp_path / "made"
    made.mkdir()
    monkeypatch.setattr(Path, "write_bytes", _no_room(Path.write_bytes, made / "openapi.yaml"))
    assert isinstance(run(moved(tmp_path), "--draft", made).exception, UsageError)
    assert list(made.iterdir()) == []


def _no_room(write: Callable[..., int], full: Path) -> Callable[..., int]:
    """As `write`, but not for this file; the error names no file, as that of a full disk."""

    def written(path: Path, *content: object, **form: object) -> int:
        if path == full:
            raise OSError(ENOSPC, os.strerror(ENOSPC))
        return write(path, *content, **form)

    return written
