"""A service that answers as the two files of a contract say: a few dozen lines that know no operation.

It reads the files by itself, and shares nothing with the suite but the grammar of urls in the mock.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

import jsonschema

from conformance.mock.url import is_absolute, without_user
from tests.operations.service import Answer, Refused, Request, Service, of_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.spec.files import Files

_TRUE, _FALSE = "true", "false"
_BRACKETS = 500  # in a request body


@dataclass(frozen=True)
class World:
    """The state of a target: tokens and the account of each, and resources and the role of each, as text."""

    tokens: dict[str, str]
    roles: dict[str, str]
    others: Mapping[str, str] = field(default_factory=dict)


class Following(Service):
    """In order: path, method, token, parameters, body, then whether the resource exists and may be used.

    What the schema leaves open is taken. An optional body that is missing stands for its example.
    """

    def __init__(self, files: Files, world: World) -> None:
        self.world, head = world, files.clauses
        self.template, self.only_method, self.operation = files.operation
        self.documented = {int(status): files.whole(one) for status, one in self.operation["responses"].items()}
        self.good = min(status for status in self.documented if 200 <= status < 300)
        self.parameters = [files.whole(one) for one in self.operation["parameters"]]
        names = re.findall(r"{(\w+)}", self.template)
        self.segments = [next(one for one in self.parameters if one["name"] == name) for name in names]
        self.address = re.compile(
            re.sub(r"{\w+}", "([^/]*)", re.escape(self.template).replace(r"\{", "{").replace(r"\}", "}"))
        )
        scheme = next(iter(files.openapi["components"]["securitySchemes"].values()))
        self.header = scheme["name"].lower().encode()
        declared = [one["schema"] for one in self.parameters if one["in"] == "header"]
        self.token_schema: Mapping[str, Any] = declared[0] if declared else {}
        self.resource = head["resource"]
        self.rows = head["clauses"]
        self.envelope = head["envelope"]
        url = [one["member"] for one in head["target"].values() if one.get("form") == "http-url"]
        self.url_member = url[0] if url else None
        body = files.whole(self.operation.get("requestBody") or {})
        self.body_required = bool(body.get("required"))
        content = next(iter(body.get("content", {}).values()), None)
        self.example = next(iter(content["examples"].values()))["value"] if content else {}
        self.validator = jsonschema.Draft202012Validator(content["schema"] if content else {})
        self.numbers: dict[str, int] = {}
        self.repeats = {row["with"]["member"]: row["with"] for row in self.rows if row["check"] == "echo"}
        again = (row["with"].get("member") for row in self.rows if row["check"] == "same-again")
        self.same = next((member for member in again if member not in self.repeats), None)

    def owed(self, **about: object) -> int | None:
        """The status that a row of the catalogue owes."""
        found = (row["with"] for row in self.rows if row["check"] == "owed")
        return next((one["status"] for one in found if about.items() <= one.items() and "status" in one), None)

    def answer(self, request: Request) -> Answer:
        """The answer to a request."""
        try:
            return self.operate_on(request)
        except Refused as refused:
            return self.refusal(refused.status, refused.headers)

    def operate_on(self, request: Request) -> Answer:
        """Every step."""
        match = self.address.fullmatch(request.path.decode("latin-1"))
        if match is None:
            raise Refused(404, "", "")
        if request.method != self.only_method:
            allow = ((b"allow", f"{self.only_method}, OPTIONS".encode()),)
            if request.method == "OPTIONS":
                return Answer(204, headers=allow)
            raise Refused(405, "", "", allow)
        account = self.account(request)
        values = {one["name"]: self.value(one, raw) for one, raw in zip(self.segments, match.groups(), strict=True)}
        self.query(request.query.decode("latin-1"))
        body = self.body(request.body)
        self.permit(account, values[self.resource], values)
        return self.success(values, body)

    def account(self, request: Request) -> str:
        """The owner of the token."""
        values = request.values(self.header)
        token = values[0].decode("latin-1") if len(values) == 1 else ""
        longest = self.token_schema.get("maxLength", len(token))
        if token not in self.world.tokens or not self.token_schema.get("minLength", 1) <= len(token) <= longest:
            raise Refused(self.owed(credential="unknown") or 401, "", "")
        return self.world.tokens[token]

    def value(self, parameter: Mapping[str, Any], raw: str) -> str:
        """A parameter's value in the plain notation; the refusal of invalid ones where it is none."""
        schema, text = parameter["schema"], unquote(raw)
        listed = [str(one) for one in schema.get("enum", ())] or (
            [_TRUE, _FALSE] if schema.get("type") == "boolean" else []
        )
        found: object = text
        if schema.get("type") == "integer" and re.fullmatch(r"0|-?[1-9][0-9]*", raw):
            found = int(raw[:4_000])
        if (
            (listed and text not in listed)
            or (not listed and not jsonschema.Draft202012Validator(schema).is_valid(found))
            or not text
        ):
            raise self.invalid("parameter")
        return text

    def query(self, text: str) -> None:
        """The documented parameters of a query, each at most once; others are ignored."""
        given = parse_qsl(text, keep_blank_values=True)
        for one in self.parameters:
            if one["in"] == "query":
                values = [value for name, value in given if name == one["name"]]
                if len(values) > 1 or (one.get("required") and not values):
                    raise self.invalid("parameter")
                for value in values:
                    self.value(one, value)

    def invalid(self, part: str) -> Refused:
        """The refusal of what is out of contract."""
        return Refused(self.owed(**{part: "invalid"}) or 400, "", "")

    def body(self, raw: bytes) -> dict[str, Any]:
        """The members that are sent; an optional one that is left out is as in the example."""
        if not self.validator.schema or (not raw and not self.body_required):
            return dict(self.example)
        if raw.count(b"[") + raw.count(b"{") > _BRACKETS:
            raise self.invalid("body")
        try:
            sent = json.loads(raw.decode(), parse_int=_number, parse_constant=_no_constant)
        except ValueError:
            raise self.invalid("body") from None
        if not isinstance(sent, dict) or not self.validator.is_valid(sent):
            raise self.invalid("body")
        url = sent.get(self.url_member, self.example.get(self.url_member))
        if self.url_member is not None and not is_absolute(str(url)):
            raise self.invalid("body")
        return {**self.example, **sent}

    def permit(self, account: str, resource: str, values: Mapping[str, str]) -> None:
        """Whether the resource exists, and the account may use it."""
        known = all(values.get(name) == value for name, value in self.world.others.items())
        role = self.world.roles.get(resource, "missing") if known else "missing"
        if role == "permitted" and account != "owner":
            role = "restricted"
        if role != "permitted":
            least = max(self.documented)
            raise Refused(self.owed(role=role) or least, "", "")

    def success(self, values: Mapping[str, str], body: Mapping[str, Any]) -> Answer:
        """The documented success: its example, with what it repeats of the request, and a number for the resource."""
        content = self.documented[self.good].get("content")
        if not content:
            return Answer(self.good)
        media, shown = next(iter(content.items()))
        members = dict(next(iter(shown["examples"].values()))["value"])
        for member, told in self.repeats.items():
            if member in members:
                members[member] = self.told(told, values, body)
        if isinstance(members.get(self.same), int):
            members[self.same] = self.numbers.setdefault(values[self.resource], members[self.same] + len(self.numbers))
        return Answer(self.good, json.dumps(members).encode(), ((b"content-type", media.encode()),))

    def told(self, row: Mapping[str, str], values: Mapping[str, str], body: Mapping[str, Any]) -> object:
        """The text of the request that a member repeats; a url without its user info."""
        if "parameter" not in row:
            return without_user(body[row["sent"]])
        schema = next(one["schema"] for one in self.segments if one["name"] == row["parameter"])
        value = values[row["parameter"]]
        return int(value) if schema.get("type") == "integer" else value

    def refusal(self, status: int, headers: tuple[tuple[bytes, bytes], ...]) -> Answer:
        """The example of the status, or else the envelope with a code of the service's."""
        content = (self.documented.get(status) or {}).get("content") or {}
        for media, shown in content.items():
            body = next(iter(shown["examples"].values()))["value"]
            return Answer(status, json.dumps(body).encode(), ((b"content-type", media.encode()), *headers))
        envelope = {self.envelope["code"]: "CH.00000001", self.envelope["text"]: "No."}
        return of_json(status, envelope, headers)


def _number(text: str) -> float | int:
    return int(text) if len(text) < 300 else float("1e300")


def _no_constant(name: str) -> None:
    raise ValueError(name)
