"""Scores of the page reader: OpenAPI files made of pages against the vendor's own SDK, and against hand labels.

    python benchmarks/pages.py ../shared/pages [--every N] [--labelled] [--list]

The directory has `gold.json` and, for each service, `<service>/source/**/*.rst`: checkouts of the public
repositories opentelekomcloud-docs/cloud-search-service, api-gateway and function-graph. No text of a page is kept
here: `labels.json` has names and values only.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus import holding, source

from conformance.document.files import page_of
from conformance.document.openapi import openapi

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

QUESTIONS = ("operation", "place", "required", "types", "members", "not invented", "statuses")
LABELS = Path(__file__).with_name("labels.json")
ASKED = (
    "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "enum", "default", "pattern", "nullable",
)  # fmt: skip


def kind(schema: Mapping[str, Any]) -> str | None:
    """A schema's type as the gold standard writes it."""
    said = schema.get("type")
    if isinstance(said, list):
        said = next(one for one in said if one != "null")
    if said == "array":
        return f"array:{kind(schema.get('items', {})) or 'object'}"
    return said


def members(schema: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Mapping[str, Any], bool]]:
    """The members of a schema by dotted path, with their schemas and whether they are required."""
    if (kind(schema) or "").startswith("array:"):
        yield from members(schema["items"], f"{before}[]")
        return
    if isinstance(more := schema.get("additionalProperties"), dict):
        yield from members(more, f"{before}{{}}")
    for name, inner in schema.get("properties", {}).items():
        path = f"{before}.{name}" if before else name
        yield path, inner, name in schema.get("required", ())
        yield from members(inner, path)


def keywords(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The keywords that hand labels have; those of an array's items after `items.`."""
    found = {key: schema[key] for key in ASKED if key in schema}
    if "enum" in found:
        found["enum"] = sorted(found["enum"])
    if isinstance(schema.get("type"), list):
        found["nullable"] = True
    if schema.get("type") == "array":
        found |= {f"items.{key}": value for key, value in keywords(schema.get("items", {})).items()}
    return found


class Score:
    """Rights and wrongs of one question, with the rows that are wrong."""

    def __init__(self, name: str) -> None:
        self.name, self.right, self.wrong = name, 0, list[str]()

    def __call__(self, where: str, *, said: object, gold: object) -> None:
        """Count one row."""
        if said == gold:
            self.right += 1
        else:
            self.wrong.append(f"{where}: read {said!r}, the gold standard has {gold!r}")

    def __str__(self) -> str:
        total = self.right + len(self.wrong)
        return f"{self.name:<34}{self.right:>6} of {total:<6}{100 * self.right / total if total else 100:8.2f} %"


def score(name: str, file: Mapping[str, Any], gold: Mapping[str, Any], scores: Mapping[str, Score]) -> None:
    """Holds one OpenAPI file against its row of the gold standard."""
    path, item = next(iter(file["paths"].items()))
    method, operation = next(iter(item.items()))
    scores["operation"](name, said=f"{method.upper()} {path}", gold=f"{gold['method']} {gold['path']}")
    read = {f"{one['in']} {one['name']}": one for one in operation["parameters"]}
    asked = gold["params"] | gold["page_params"]
    for key, (of, must) in asked.items():
        one = read.get(key)
        scores["place"](f"{name} {key}", said=one is not None, gold=True)
        if one:
            scores["required"](f"{name} {key}", said=one["required"], gold=must)
            if of:
                scores["types"](f"{name} {key}", said=kind(one["schema"]), gold=of)
    body = operation.get("requestBody", {}).get("content", {})
    schema = next(iter(body.values()), {}).get("schema", {})
    compare(
        name,
        "request",
        {path: (inner, must) for path, inner, must in members(schema)},
        gold["body"] | gold["page_body"],
        scores,
    )
    answer = gold["answer"]
    if answer:
        got = answer_members(operation, answer["status"])
        compare(
            name,
            answer["status"],
            got,
            {key: (of, None) for key, of in (answer["both"] | answer["page"]).items()},
            scores,
        )
    for status, names in gold["others"].items():
        got = answer_members(operation, status)
        for one in names:
            scores["members"](f"{name} {status} {one}", said=one in got, gold=True)
    scores["statuses"](name, said=sorted(operation["responses"]), gold=sorted(gold["codes"]))


def answer_members(operation: Mapping[str, Any], status: str) -> dict[str, tuple[Mapping[str, Any], bool]]:
    """The members of the answer with a status."""
    content = operation["responses"].get(status, {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    return {path: (inner, must) for path, inner, must in members(schema)}


def compare(
    name: str, place: str, got: Mapping[str, Any], gold: Mapping[str, Any], scores: Mapping[str, Score]
) -> None:
    """Members found, of the right type, required; members that nobody documented.

    A row `[items]` of a page is the body itself, an array; the gold standard has it as a member of that name.
    """
    gold = {key.replace("[items]", "", 1): value for key, value in gold.items() if key != "[items]"}
    for key, (of, must) in gold.items():
        scores["members"](f"{name} {place} {key}", said=key in got, gold=True)
        if key in got:
            if of:
                scores["types"](f"{name} {place} {key}", said=kind(got[key][0]), gold=of)
            if must is not None:
                scores["required"](f"{name} {place} {key}", said=got[key][1], gold=must)
    for key in got.keys() - gold.keys():
        scores["not invented"](f"{name} {place} {key}", said=key, gold=None)
    scores["not invented"].right += len(got.keys() & gold.keys())


def bounds(files: Mapping[str, Any], labels: Mapping[str, Any], listing: list[str]) -> tuple[int, int, int]:
    """Keywords read rightly, read at all, labelled: for the labelled fields of these files."""
    right = read = labelled = 0
    for key, label in labels.items():
        name, place = key.split(" ", 1)
        if name not in files:
            continue
        got = keywords(find(files[name], place))
        wanted = {keyword: sorted(value) if isinstance(value, list) else value for keyword, value in label.items()}
        read, labelled = read + len(got), labelled + len(wanted)
        right += sum(1 for keyword, value in got.items() if wanted.get(keyword, ...) == value)
        if got != wanted:
            listing.append(f"{key}: read {got}, the label has {wanted}")
    return right, read, labelled


def find(file: Mapping[str, Any], place: str) -> Mapping[str, Any]:
    """The schema at a place: `path id`, `request a[].b`, `200 a`."""
    operation = next(iter(next(iter(file["paths"].values())).values()))
    where, name = place.split(" ", 1)
    if where in {"path", "query", "header"}:
        return next((one["schema"] for one in operation["parameters"] if (one["in"], one["name"]) == (where, name)), {})
    if where == "request":
        content = operation.get("requestBody", {}).get("content", {})
        found = {path: inner for path, inner, _ in members(next(iter(content.values()), {}).get("schema", {}))}
    else:
        found = {path: inner for path, (inner, _) in answer_members(operation, where).items()}
    return found.get(name, {})


def files_of(folder: Path, names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The OpenAPI file of each page, by its name in the gold standard."""
    return {name: openapi(page_of(source(folder, name))) for name in names}


def scored(files: Mapping[str, Any], gold: Mapping[str, Any]) -> dict[str, Score]:
    """The scores of OpenAPI files, question by question."""
    scores = {name: Score(name) for name in QUESTIONS}
    for name, file in files.items():
        if name in gold:
            score(name, file, gold[name], scores)
    return scores


def main() -> None:
    """Prints the figures, and with --list every row that is wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", type=holding("gold.json"))
    parser.add_argument("--every", type=int, default=1, help="only each Nth page")
    parser.add_argument("--list", action="store_true", help="every row that is wrong")
    parser.add_argument("--labelled", action="store_true", help="only the pages with hand labels")
    options = parser.parse_args()
    gold = json.loads((options.pages / "gold.json").read_text(encoding="utf-8"))
    labels = json.loads(LABELS.read_text(encoding="utf-8")) if LABELS.exists() else {}
    names = sorted({key.split(" ", 1)[0] for key in labels}) if options.labelled else list(gold)[:: options.every]
    started = time.process_time()
    files = files_of(options.pages, names)
    seconds = time.process_time() - started
    scores, unread = scored(files, gold), sum(len(file["x-unread"]) for file in files.values())
    listing: list[str] = []
    right, read, labelled = bounds(files, labels, listing)
    for one in scores.values():
        print(one)
    if labelled:
        print(f"{'bounds, precision':<34}{right:>6} of {read:<6}{100 * right / read:8.2f} %")
        print(f"{'bounds, recall':<34}{right:>6} of {labelled:<6}{100 * right / labelled:8.2f} %")
    print(f"{len(files)} pages, {seconds:.1f} seconds of the processor, {unread} places unread")
    if options.list:
        print("\n".join((*(line for one in scores.values() for line in one.wrong), *listing)))


if __name__ == "__main__":
    main()
