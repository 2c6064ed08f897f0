"""The suite names no operation: what spec/ names stands in spec/, in the mock, and nowhere else in the package.

The names are taken from the two files. Words that everybody uses of a request (id, url) say nothing of an operation.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.spec import load_contract

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).parent.parent / "conformance"
CONTRACT = load_contract()
OPERATION = CONTRACT.operation
GENERIC = {"id", "url", "Function", "URI"}
ALLOWED = {
    ("document/labels.py", "Status Codes"): "a heading of the vendor's template",
    ("document/labels.py", "X-Auth-Token"): "assumed where a page has no header of a token",
    ("document/labels.py", "error_code"): "the vendor's envelope, assumed where a page has none",
    ("document/labels.py", "error_msg"): "the same",
    ("history/text.py", "error_code"): "a field of a behaviour, whatever the envelope calls the code",
    ("plan/probes/urls.py", "100_000"): "a length of urls that is the suite's own",
    ("report/page/page.py", "error_code"): "the same field",
    ("report/curl.py", "100_000"): "what a shell takes as one argument",
    ("report/curl.py", "100,000"): "the same, in words",
    ("traffic/credentials.py", "error_code"): "a member of what the identity service answers",
}
"""Texts that mean another thing of the same name, by file."""
OWN_HOSTS = re.compile(
    r"(?i)[\w./:\[%-]*mirror[\w./:%@-]*\.(?:invalid|test)\b|\"mirror[:@]|\(\"mirror\.\"|\"\[mirror\.\"|remote-mirror-conformance|\"associatedRule\"|fixtures\.repositories"
)
"""Hosts and users in urls that the suite makes up, the distribution, a member of SARIF, and what the mock has."""


def sources() -> Iterator[Path]:
    """Every module but those of the mock and of the copy of spec/ in a wheel."""
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).parts[0] not in {"mock", "_spec"}:
            yield path


def members(schema: Any) -> Iterator[str]:  # noqa: ANN401 - a JSON schema
    """The names of all members that a schema has."""
    if isinstance(schema, dict):
        yield from schema.get("properties") or ()
        for value in schema.values():
            yield from members(value)


def names() -> set[str]:
    """The names that spec/ has for things of the operation."""
    responses = OPERATION.responses.values()
    found = {segment for segment in OPERATION.segments if not segment.startswith("{")}
    found |= {parameter.name for parameter in OPERATION.parameters} | {OPERATION.credential.header.decode()}
    found |= {key.key for key in OPERATION.fixtures} | {OPERATION.id, CONTRACT.catalogue.title}
    found |= set(CONTRACT.catalogue.sections) | set(CONTRACT.catalogue.sections.values())
    found |= {name for response in responses for name in members(response.schema)}
    found |= set(members(OPERATION.body.schema if OPERATION.body else None))
    found |= {OPERATION.envelope.code, OPERATION.envelope.text}
    examples = [one for response in responses for one in response.examples]
    found |= {str(one[OPERATION.envelope.code]) for one in examples if OPERATION.envelope.code in one}
    return {name for name in found if len(name) > 2} - GENERIC


def bounds() -> set[int]:
    """The bounds of parameters and of the token that are no everyday numbers."""
    named = [vars_of(parameter.domain) for parameter in OPERATION.parameters]
    credential = OPERATION.credential
    found = {one for values in named for one in values} | {credential.shortest, credential.longest or 0}
    return {one for one in found if one > 1_000}


def vars_of(domain: object) -> list[int]:
    """The numbers in a domain."""
    return [value for name in dir(domain) if isinstance(value := getattr(domain, name), int) and name[0] != "_"]


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Strings and comments, line by line; what is put into a string is code."""
    with io.BytesIO(path.read_bytes()) as source:
        for token in tokenize.tokenize(source.readline):
            if token.type in {tokenize.STRING, tokenize.COMMENT}:
                spoken = re.sub(r"\{[^{}]*\}", "", token.string) if token.string[:1].lower() == "f" else token.string
                for offset, line in enumerate(spoken.splitlines()):
                    yield token.start[0] + offset, line


def offenders(pattern: re.Pattern[str], *, whole_lines: bool = False) -> list[str]:
    """The places of a pattern, as file:line: text, but for those that are allowed."""
    found = []
    for path in sources():
        name = path.relative_to(PACKAGE).as_posix()
        lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if whole_lines else texts(path)
        found += [
            f"conformance/{name}:{number}: {match.group()}"
            for number, line in lines
            for match in pattern.finditer(line)
            if (name, match.group()) not in ALLOWED
        ]
    return found


def test_something_is_looked_for() -> None:
    """The names and numbers of the shipped contract are among those that are looked for."""
    assert {"repository_id", "X-Auth-Token", "associate", "remote-mirror", "last_update_at", "Table 3"} <= names()
    assert {"error_code", "CH.00402000", "associateRemoteMirror", "missing_repository_id"} <= names()
    assert bounds() == {2_147_483_647, 100_000}
    assert OPERATION.segments[0] == "v4"


def test_no_text_names_the_operation() -> None:
    """No path segment, parameter, header, member, key, section, code, title or id of the operation."""
    alternatives = "|".join(map(re.escape, sorted(names(), key=len, reverse=True)))
    assert offenders(re.compile(rf"(?<![\w-])(?:{alternatives}|/v4(?=/))(?![\w-])")) == []


def test_no_bound_of_the_operation_stands_in_code() -> None:
    """Neither as a number nor in words."""
    forms = {form for bound in bounds() for form in (f"{bound}", f"{bound:,}", f"{bound:_}")}
    alternatives = "|".join(sorted(forms, key=len, reverse=True))
    assert offenders(re.compile(rf"(?<![\d_,])(?:{alternatives})(?![\d_,])"), whole_lines=True) == []


def test_the_purpose_of_the_operation_is_not_named() -> None:
    """No association, no mirror, no repository, in names or words, but for hosts of the suite's own urls."""
    said = offenders(re.compile(r".*(?:associat|mirror|repositor).*", re.IGNORECASE), whole_lines=True)
    assert [one for one in said if re.search(r"(?i)associat|mirror|repositor", OWN_HOSTS.sub("", one))] == []


def test_documented_statuses_are_no_set() -> None:
    """No literal holds most of the documented statuses, nor is the success that is documented named in a text."""
    found = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Set | ast.Tuple | ast.List):
                values = {one.value for one in node.elts if isinstance(one, ast.Constant)}
                if len(values & set(OPERATION.statuses)) > len(OPERATION.statuses) / 2:
                    found.append(f"{path.relative_to(PACKAGE.parent).as_posix()}:{node.lineno}")
    assert found == []
    told = offenders(re.compile(rf"\b(?:[Aa] |every )?{OPERATION.success}s? (?:is|has|says|shows|whose)\b"))
    assert told == []
