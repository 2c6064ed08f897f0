"""Contracts: the shipped one, whose files are beside the package in a checkout and inside it in a wheel, and others."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from conformance.contract.clause import FORMAT, Catalogue, Edition, Level, edition_of, frozen
from conformance.contract.contract import NO_EDITION, Contract
from conformance.contract.operation import Operation, operation_of
from conformance.exceptions import UsageError
from conformance.judge.checks import validate
from conformance.places import read_bounded

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

_PACKAGE = Path(__file__).parent
_SERVER_ERROR = 500  # RFC 9110 section 15.6
_BASES = ("quoted", "example", "inferred")
_KEYS = ("token", "restricted_token", "tokens_by_length")
"""The keys of every target description that a clause may need."""

_EDITION_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LARGEST = 64 * 2**20
_CLAUSE_ID = re.compile(r"""(?m)^[ \t]*-[ \t]+\{?[ \t]*id:\s*["']?([\w.-]+)""")
_NEEDS = "name a directory with openapi.yaml, clauses.yaml and its document, as in spec/"


def spec_directory() -> Path:
    """The directory that holds openapi.yaml, clauses.yaml and report.schema.json."""
    inside = _PACKAGE / "_spec"
    return inside if inside.is_dir() else _PACKAGE.parent / "spec"


def load_contract(directory: Path | None = None) -> Contract:
    """The contract in `directory`; by default the one that comes with the suite, which is read once for the process."""
    return _shipped() if directory is None else read_contract(directory)


@cache
def _shipped() -> Contract:
    return read_contract(spec_directory())


def read_contract(directory: Path) -> Contract:
    """The contract that `directory` holds: openapi.yaml, clauses.yaml and the document that this names.

    Raises UsageError, which names the file, where one cannot be read, or the files contradict themselves or each other.
    """
    try:
        editions = {path.stem: read_bounded(path, _LARGEST) for path in directory.glob("editions/*.json")}
        contract = contract_of_files(lambda name: read_bounded(directory / name, _LARGEST), editions, str(directory))
        return replace(contract, shown_path=_place(directory, contract.document_path))
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}: {_NEEDS}") from error


def contract_of_files(read: Callable[[str], bytes], editions: Mapping[str, bytes], place: str) -> Contract:
    """The contract whose files `read` gives by their names, and whose `editions` are given by theirs.

    Raises UsageError, which begins with `place`, where the files are no contract, or `read` a LookupError for one that
    is not there; an OSError passes.
    """
    try:
        return _contract(read, editions)
    except (yaml.YAMLError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{place} is not a contract ({_words(error)}): {_NEEDS}") from error


def freeze(directory: Path | None, name: str, day: date) -> Path:
    """Write the catalogue of the contract in `directory`, or the shipped one, as an edition; return the file.

    Raises UsageError for a name that is none or is taken, and where the file cannot be written.
    """
    directory = directory or spec_directory()
    contract = read_contract(directory)
    path = directory / "editions" / f"{name}.json"
    if not _EDITION_NAME.fullmatch(name) or name == NO_EDITION:
        raise UsageError(f"--freeze: {name!r} is no name: give one of letters, digits, dots, - and _, such as 2026-11")
    data = {
        "format": FORMAT,
        "frozen": day.isoformat(),
        "document_revision": contract.catalogue.revision,
        "openapi_sha256": contract.openapi_sha256,
        "clauses_sha256": contract.clauses_sha256,
        "clauses": frozen(contract.catalogue, contract.openapi),
    }
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(json.dumps(data, indent=1) + "\n")
    except FileExistsError:
        raise UsageError(f"--freeze: {path} is there, and an edition never changes: give another name") from None
    except OSError as error:
        raise UsageError(f"--freeze: {path}: {error.strerror}") from error
    return path


def _editions(files: Mapping[str, bytes], catalogue: Catalogue, openapi: dict[str, Any]) -> dict[str, Edition]:
    """The editions beside a contract by name, the newest last."""
    today = frozen(catalogue, openapi)
    read: dict[tuple[str, str], Edition] = {}
    for name, raw in files.items():
        try:
            data = json.loads(raw)
            if data["format"] != FORMAT:
                raise ValueError(f"its format is not {FORMAT}")  # noqa: TRY301 - told below
            read[data["frozen"], name] = edition_of(name, data["clauses"], today)
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise ValueError(f"editions/{name}.json: {_row_words(error)}") from error
    return {edition.name: edition for _, edition in sorted(read.items(), key=lambda one: one[0])}


def _contract(read: Callable[[str], bytes], editions: Mapping[str, bytes]) -> Contract:
    openapi, clauses = read("openapi.yaml"), read("clauses.yaml")
    rows, described = _mapping("clauses.yaml", clauses), _mapping("openapi.yaml", openapi)
    document = _page(read(_text(rows, "document")))
    hashes = hashlib.sha256(openapi).hexdigest(), hashlib.sha256(clauses).hexdigest()
    found = contract_of(described, rows, document, hashes, editions)
    text = clauses.decode("utf-8", "replace")
    lines = {match[1]: text.count("\n", 0, match.start()) + 1 for match in _CLAUSE_ID.finditer(text)}
    return replace(
        found, clause_lines={clause.id: lines[clause.id] for clause in found.catalogue if clause.id in lines}
    )


def contract_of(
    described: dict[str, Any],
    rows: dict[str, Any],
    document: str,
    hashes: tuple[str, str] = ("", ""),
    editions: Mapping[str, bytes] | None = None,
) -> Contract:
    """The contract of what the two files say, and the page; ValueError where they contradict themselves or each other.

    `hashes` are those of the files, `editions` the files of its editions by name.
    """
    operation = operation_of(described, rows)
    _check_body(operation)
    catalogue = _catalogue(rows)
    contract = Contract(
        catalogue=catalogue,
        operation=operation,
        openapi=described,
        openapi_sha256=hashes[0],
        clauses_sha256=hashes[1],
        document=document,
        document_path=_text(rows, "document"),
        head={name: value for name, value in rows.items() if name != "clauses"},
    )
    validate(contract)
    _check_values(operation)
    _check_rows(contract)
    return replace(contract, editions=_editions(editions, catalogue, described)) if editions else contract


def _page(raw: bytes) -> str:
    """The text of the vendor's page, with line feeds between its lines."""
    return raw.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def _place(directory: Path, document: str) -> str:
    """The document's path from the working directory, or, where it is not below, from above the contract's directory.

    The shipped contract is in ``spec``.
    """
    if directory == spec_directory():
        return f"spec/{document}"
    try:
        return (directory.resolve().relative_to(Path.cwd()) / document).as_posix()
    except ValueError:
        return f"{directory.resolve().name}/{document}"


def _mapping(name: str, raw: bytes) -> dict[str, Any]:
    """The mapping in a YAML file; the loader is in C where there is one."""
    try:
        found = yaml.load(raw, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise ValueError(f"{name}: {_words(error)}") from error
    if not isinstance(found, dict):
        raise ValueError(f"{name}: holds no mapping")  # noqa: TRY004 - a malformed file
    return found


def _catalogue(rows: dict[str, Any]) -> Catalogue:
    for name in ("document", "revision", "title"):
        _text(rows, name)
    if not isinstance(rows.get("clauses"), list):
        raise TypeError("clauses.yaml: clauses: give a list of rows")
    for number, row in enumerate(rows["clauses"], 1):
        try:
            Catalogue.from_data({**rows, "clauses": [row]})
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            name = row.get("id", f"clause {number}") if isinstance(row, dict) else f"clause {number}"
            raise ValueError(f"clauses.yaml: {name}: {_row_words(error)}") from error
    return Catalogue.from_data(rows)


def _text(rows: dict[str, Any], name: str) -> str:
    if not isinstance(rows.get(name), str):
        raise TypeError(f"clauses.yaml: {name}: give a text")
    return str(rows[name])


def _check_values(operation: Operation) -> None:
    """Raise ValueError for a required parameter that neither a key of the target description nor an example gives."""
    given = {one.parameter for one in operation.fixtures}
    for one in operation.parameters:
        if one.required and one.name not in given and one.usual is None:
            raise ValueError(
                f"openapi.yaml: parameter {one.name}: it is required, and neither an example here nor a key under "
                "`target` in clauses.yaml gives a value"
            )


def _check_body(operation: Operation) -> None:
    """Raise ValueError where the example of the request body, which every request is made of, breaks its schema."""
    body = operation.body
    if body is None:
        return
    try:
        Draft202012Validator.check_schema(body.schema)
    except SchemaError as error:
        place = "/".join(map(str, error.path))
        raise ValueError(f"openapi.yaml: the schema of the request body is none: {place}: {error.message}") from None
    for found in Draft202012Validator(body.schema).iter_errors(body.example):
        names = {".".join(map(str, found.path)), *re.findall("'(.*?)' is a required", found.message)}
        if names.isdisjoint(operation.given):
            place = "/".join(map(str, found.path)) or "body"
            said = f"{place}: {found.message}"
            raise ValueError(f"openapi.yaml: the example of the request body breaks its schema: {said}")


def _check_rows(contract: Contract) -> None:
    """Raise ValueError for a row that quotes what the page does not say, or whose reasons or needs are unknown."""
    keys = {*_KEYS, *(one.key for one in contract.operation.fixtures)}
    for quote in contract.catalogue.unquoted:
        if quote not in contract.document:
            raise ValueError(f"clauses.yaml: unquoted: {quote!r} does not stand in the document")
    for clause in contract.catalogue:
        place = f"clauses.yaml: {clause.id}"
        if clause.quote not in contract.document:
            raise ValueError(f"{place}: quote: it does not stand in the document, word for word and line for line")
        if clause.basis not in _BASES:
            raise ValueError(f"{place}: basis: {clause.basis!r} is none of {', '.join(_BASES)}")
        if clause.basis == "inferred" and not clause.note:
            raise ValueError(f"{place}: note: name the source of the inference")
        status = clause.arguments.get("status")
        if clause.level is Level.MUST and isinstance(status, int) and status >= _SERVER_ERROR:
            raise ValueError(
                f"{place}: level: no request provokes a {status}, so that a must had no verdict: use should"
            )
        needed = {key.strip() for one in clause.needs for key in one.split("|")}
        if strange := sorted(needed - keys):
            raise ValueError(
                f"{place}: needs: a target description has no key {strange[0]!r}: {', '.join(sorted(keys))}"
            )


def _row_words(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"has no {error.args[0]}"
    if missing := re.search(r"missing \d+ required positional arguments?: (.*)", str(error)):
        return f"has no {missing[1].replace(chr(39), '')}"
    words = _words(error)
    for before, after in (
        ("Clause.__init__() got an unexpected keyword argument", "has no use for"),
        ("Clause.__init__()", ""),
    ):
        words = words.replace(before, after)
    return words.strip()


def _words(error: Exception) -> str:
    return " ".join(str(error).split())
