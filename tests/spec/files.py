"""The two files of a contract as data, to be edited, and what a target has that is described by them."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import yaml

from conformance.spec import read_contract, spec_directory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.contract.contract import Contract

    Change = Callable[[dict[str, Any]], object]


class Files:
    """openapi.yaml and clauses.yaml, and the document that they are about."""

    def __init__(self, openapi: dict[str, Any], clauses: dict[str, Any], document: str) -> None:
        self.openapi, self.clauses, self.document = openapi, clauses, document

    def copy(self) -> Files:
        """The same, to be edited."""
        return Files(copy.deepcopy(self.openapi), copy.deepcopy(self.clauses), self.document)

    def write(self, directory: Path) -> Path:
        """The directory, with the files in it. JSON is YAML."""
        page = directory / str(self.clauses.get("document", "page.txt"))
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(self.document, encoding="utf-8")
        (directory / "openapi.yaml").write_text(json.dumps(self.openapi), encoding="utf-8")
        (directory / "clauses.yaml").write_text(json.dumps(self.clauses), encoding="utf-8")
        return directory

    def contract(self, directory: Path) -> Contract:
        """The contract that the suite makes of them, written to a directory."""
        return read_contract(self.write(directory))

    @property
    def operation(self) -> tuple[str, str, dict[str, Any]]:
        """The path template, the method, and the Operation Object."""
        ((template, item),) = self.openapi["paths"].items()
        ((method, found),) = item.items()
        return template, method.upper(), found

    def parameter(self, name: str) -> dict[str, Any]:
        """The schema of a parameter."""
        found: dict[str, Any] = next(one for one in self.operation[2]["parameters"] if one["name"] == name)["schema"]
        return found

    def response(self, status: int) -> dict[str, Any]:
        """The Response Object of a status."""
        found: dict[str, Any] = self.operation[2]["responses"][str(status)]
        return found

    def example(self, status: int) -> dict[str, Any]:
        """The value of the first example of an answer."""
        (content,) = self.response(status)["content"].values()
        found: dict[str, Any] = next(iter(content["examples"].values()))["value"]
        return found

    @property
    def sent(self) -> dict[str, Any]:
        """The schema of the request body."""
        found: dict[str, Any] = self.openapi["components"]["schemas"]["AssociateRequest"]
        return found

    @property
    def body_example(self) -> dict[str, Any]:
        """The example of the request body."""
        (content,) = self.operation[2]["requestBody"]["content"].values()
        found: dict[str, Any] = content["examples"]["associated"]["value"]
        return found

    @property
    def answered(self) -> dict[str, Any]:
        """The schema of the success."""
        found: dict[str, Any] = self.openapi["components"]["schemas"]["RemoteMirror"]
        return found

    def row(self, check: str, **arguments: object) -> dict[str, Any]:
        """The row with this check and these arguments."""
        (found,) = self.rows(check, **arguments)
        return found

    def rows(self, check: str | None = None, **arguments: object) -> list[dict[str, Any]]:
        """The rows with this check and these arguments; one that is None is one that a row does not have."""
        return [
            row
            for row in self.clauses["clauses"]
            if check in {None, row["check"]}
            and all((row.get("with") or {}).get(name) == value for name, value in arguments.items())
        ]

    def drop(self, check: str | None = None, **arguments: object) -> None:
        """Take rows out."""
        gone = [row["id"] for row in self.rows(check, **arguments)]
        assert gone
        self.clauses["clauses"] = [row for row in self.clauses["clauses"] if row["id"] not in gone]

    def add(self, name: str, check: str, level: str = "must", **arguments: object) -> None:
        """One row more, like the others."""
        like = self.clauses["clauses"][0]
        row = {**like, "id": name, "level": level, "title": f"The clause {name}", "check": check, "with": arguments}
        self.clauses["clauses"].append(row)

    def rename(self, before: str, after: str) -> None:
        """Write one text for another, wherever it stands, but for the name of the document's file."""
        page = self.clauses.pop("document")
        self.openapi = json.loads(json.dumps(self.openapi).replace(before, after))
        self.document = json.loads(json.dumps(self.document).replace(before, after))
        self.clauses = {**json.loads(json.dumps(self.clauses).replace(before, after)), "document": page}

    def whole(self, node: Any) -> Any:  # noqa: ANN401 - JSON
        """The node with what it refers to put in."""
        if isinstance(node, dict):
            if "$ref" in node:
                found: Any = self.openapi
                for part in node["$ref"].split("/")[1:]:
                    found = found[part]
                return self.whole(found)
            return {name: self.whole(value) for name, value in node.items()}
        return [self.whole(value) for value in node] if isinstance(node, list) else node


_DIRECTORY = spec_directory()
_SHIPPED = Files(
    yaml.load((_DIRECTORY / "openapi.yaml").read_bytes(), Loader=yaml.CSafeLoader),
    yaml.load((_DIRECTORY / "clauses.yaml").read_bytes(), Loader=yaml.CSafeLoader),
    "",
)


def shipped() -> Files:
    """A copy of the shipped contract's files."""
    found = _SHIPPED.copy()
    found.document = (_DIRECTORY / found.clauses["document"]).read_text(encoding="utf-8")
    return found


def copy_with(directory: Path, openapi: Change = lambda _: None, clauses: Change = lambda _: None) -> Path:
    """A copy of spec/, in which both files were changed in place: the Operation Object, and the whole catalogue."""
    files = shipped()
    openapi(files.operation[2])
    clauses(files.clauses)
    return files.write(directory / "contract")


def contract_with(directory: Path, openapi: Change = lambda _: None, clauses: Change = lambda _: None) -> Contract:
    """The same, read."""
    return read_contract(copy_with(directory, openapi, clauses))
