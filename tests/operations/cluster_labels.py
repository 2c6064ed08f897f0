"""A service that answers as examples/cluster-labels says, written from its page; and its changes, wrong and right."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from tests.operations.service import (
    TOKEN_CUT,
    Answer,
    Change,
    Refused,
    Request,
    Service,
    of_json,
    refusals,
    repeats_the_token,
    token_of,
    token_optional,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TOKEN, OTHER, SHORTEST, LONGEST = token_of("labeller", 1_200), token_of("guest", 1_200), "l", token_of("long", 32_768)
PROJECT = "5e0d7a1b9c3f4826a1d0e7f3b2c49586"
ORDERS, ONE, LONG, PAYROLL = "orders-search-7", "c", "36b0c1de-77f2-4a55-9d1b-0a1f5f6e7d8c", "payroll"
TARGET: dict[str, Any] = {
    "token": TOKEN,
    "restricted_token": OTHER,
    "tokens_by_length": {"1": SHORTEST, "32768": LONGEST},
    "project_id": PROJECT,
    "cluster_id": ORDERS,
    "restricted_cluster_id": PAYROLL,
    "missing_cluster_id": "nowhere-9",
    "clusters": {ONE: "permitted", LONG: "permitted"},
}


class Invalid(Refused):
    """A request that Tables 1, 2, 4 or 5 rule out."""


class ClusterLabels(Service):
    """POST …/labels/batch. Its steps are the path's, the query's, the body's, `find`, `authorise`, `success`."""

    method = "POST"
    path = re.compile(rb"/v1/([^/]*)/([^/]*)/([^/]*)/labels/batch")
    longest_token = 32_768
    unauthorized = (401, "LBL.0401", "The token is missing or unknown.")
    not_allowed = (405, "LBL.0405", "This method is not offered.")
    no_route = (404, "LBL.0410", "There is no such path.")
    forbidden = (403, "LBL.0403", "You may not label this cluster.")
    missing = (404, "LBL.0404", "There is no such cluster.")
    tokens = {TOKEN: "labeller", SHORTEST: "labeller", LONGEST: "labeller", OTHER: "guest"}  # noqa: RUF012 - never changed
    types = ("cluster", "node")
    actions = ("add", "remove")
    shortest_cluster, longest_cluster = 1, 36
    least_wait, most_wait = 0, 60
    fewest, most = 1, 20
    shortest_key, longest_key = 1, 36
    shortest_value, longest_value = 0, 43

    def __init__(self) -> None:
        self.labels: dict[tuple[str, str], dict[str, str]] = {}

    def operate(self, request: Request, account: str, segments: tuple[bytes, ...]) -> Answer:
        """Check the request from left to right, find the cluster, look at the permission, label."""
        project, kind, cluster = (segment.decode("latin-1") for segment in segments)
        project, kind, cluster = self.project_of(project), self.kind_of(kind), self.cluster_of(cluster)
        dry = self.query(request)
        batch = self.parse(request.body)
        self.find(project, cluster)
        self.authorise(account, cluster)
        if not dry:
            self.label(kind, cluster, batch)
        return self.success(request, batch, dry=dry)

    def project_of(self, text: str) -> str:
        """Table 1: 32 digits and lower-case letters."""
        return self.matched("project_id", r"[0-9a-z]{32}", text)

    def kind_of(self, text: str) -> str:
        """Table 1: one of the two words."""
        return self.matched("resource_type", "|".join(self.types), text)

    def cluster_of(self, text: str) -> str:
        """Table 1: 1 to 36 digits, lower-case letters and hyphens."""
        return self.matched("cluster_id", rf"[0-9a-z-]{{{self.shortest_cluster},{self.longest_cluster}}}", text)

    def matched(self, name: str, pattern: str, text: str) -> str:
        """The text, if all of it matches."""
        if not re.fullmatch(pattern, text):
            raise Invalid(400, "LBL.0400", f"{name}: invalid.")
        return text

    def query(self, request: Request) -> bool:
        """Table 2: whether the batch is only checked."""
        found = parse_qsl(request.query.decode("latin-1"), keep_blank_values=True)
        dry = [self.boolean(value) for name, value in found if name == "dry_run"]
        for name, value in found:
            if name == "wait_seconds" and not self.least_wait <= self.integer(value) <= self.most_wait:
                raise Invalid(400, "LBL.0400", "wait_seconds: out of range.")
        return any(dry)

    def boolean(self, text: str) -> bool:
        """True or false, in these words."""
        return self.matched("dry_run", "true|false", text) == "true"

    def integer(self, text: str) -> int:
        """An integer in its plain notation."""
        return int(self.matched("wait_seconds", r"-?[0-9]{1,9}", text))

    def parse(self, body: bytes) -> dict[str, Any]:
        """Table 4."""
        batch = self.document(body)
        if not isinstance(batch, dict):
            raise Invalid(400, "LBL.0400", "The body is no object.")
        self.check_action(batch)
        self.check_labels(batch)
        return batch

    def document(self, body: bytes) -> Any:  # noqa: ANN401 - a client may send any JSON
        """The body's JSON."""
        try:
            return json.loads(body.decode(), parse_int=float, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise Invalid(400, "LBL.0400", "The body is no JSON.") from None

    def check_action(self, batch: dict[str, Any]) -> None:
        """One of the two words."""
        action = batch.get("action")
        if not isinstance(action, str) or action not in self.actions:
            raise Invalid(400, "LBL.0400", "action: invalid.")

    def check_labels(self, batch: dict[str, Any]) -> None:
        """1 to 20 labels."""
        labels = batch.get("labels")
        if not isinstance(labels, list) or not self.fewest <= len(labels) <= self.most:
            raise Invalid(400, "LBL.0400", "labels: invalid.")
        for label in labels:
            self.check_label(label)

    def check_label(self, label: object) -> None:
        """Table 5."""
        if not isinstance(label, dict):
            raise Invalid(400, "LBL.0400", "labels: not an object.")
        self.check_key(label)
        self.check_value(label)

    def check_key(self, label: dict[str, Any]) -> None:
        """1 to 36 letters, digits, underscores and hyphens."""
        pattern = rf"[0-9A-Za-z_-]{{{self.shortest_key},{self.longest_key}}}"
        if not isinstance(label.get("key"), str) or not re.fullmatch(pattern, label["key"]):
            raise Invalid(400, "LBL.0400", "key: invalid.")

    def check_value(self, label: dict[str, Any]) -> None:
        """0 to 43 characters, or none at all."""
        value = label.get("value", "")
        if not isinstance(value, str) or not self.shortest_value <= len(value) <= self.longest_value:
            raise Invalid(400, "LBL.0400", "value: invalid.")

    def find(self, project: str, cluster: str) -> None:
        """404 unless the project has the cluster."""
        if project != PROJECT or cluster not in (ORDERS, ONE, LONG, PAYROLL):
            raise Refused(*self.missing)

    def authorise(self, account: str, cluster: str) -> None:
        """403 unless the account may label it."""
        if account != "labeller" or cluster == PAYROLL:
            raise Refused(*self.forbidden)

    def label(self, kind: str, cluster: str, batch: dict[str, Any]) -> None:
        """Add or remove."""
        labels = self.labels.setdefault((kind, cluster), {})
        sent = batch["labels"] if isinstance(batch["labels"], list) else []
        for label in (one for one in sent if isinstance(one, dict)):  # what misbehaves lets other values pass
            if batch["action"] == "add":
                labels[str(label.get("key"))] = label.get("value", "")
            else:
                labels.pop(str(label.get("key")), None)

    def success(self, request: Request, batch: dict[str, Any], *, dry: bool) -> Answer:
        """Answer 200 without a body."""
        return Answer(200)

    def refuse(self, request: Request, refused: Refused) -> Answer:
        """A 400 has an envelope of its own (Table 6)."""
        if refused.status == 400:
            return of_json(400, {"code": refused.code, "message": refused.text})
        return super().refuse(request, refused)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


L = ClusterLabels


def _filled(**defaults: object) -> dict[str, Any]:
    """Members that are not there have a default."""
    return {"document": lambda self, body: _with(L.document(self, body), defaults)}


def _with(document: object, defaults: dict[str, Any]) -> object:
    return defaults | document if isinstance(document, dict) else document


def _label(change: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    """Read a label otherwise, before it is checked."""
    return {"check_label": lambda self, label: L.check_label(self, change(label) if isinstance(label, dict) else label)}


def _segment(step: str, change: Callable[[str], str]) -> dict[str, Any]:
    """Read a path parameter otherwise."""
    before = getattr(L, step)
    return {step: lambda self, text: before(self, change(text))}


def _success(answer: Callable[[L, Request, bool], Answer]) -> dict[str, Any]:
    return {"success": lambda self, request, batch, *, dry: answer(self, request, dry)}


def _envelope(**members: str) -> Callable[[Request, Answer], Answer]:
    return lambda _, answer: of_json(answer.status, members)


def _any_project(self: L, text: str) -> str:
    return PROJECT if len(text) == 32 else L.project_of(self, text)


def _short_project(self: L, text: str) -> str:
    return PROJECT if 8 <= len(text) < 32 and PROJECT.startswith(text) else L.project_of(self, text)


def _any_cluster(self: L, text: str) -> str:
    return ORDERS if not re.fullmatch("[0-9a-z-]*", text) and len(text) <= 36 else L.cluster_of(self, text)


def _node_is_missing(self: L, text: str) -> str:
    if text == "node":
        raise Refused(*self.missing)
    return L.kind_of(self, text)


def _no_body(self: L, body: bytes) -> dict[str, Any]:
    return L.parse(self, body or b'{"action": "add", "labels": [{"key": "none"}]}')


def _no_json(self: L, body: bytes) -> object:
    try:
        return L.document(self, body)
    except Invalid:
        if not body:
            raise
        return {"action": "add", "labels": [{"key": "none"}]}


def _first_of_array(self: L, body: bytes) -> object:
    document = L.document(self, body)
    return document if isinstance(document, dict) else {"action": "add", "labels": [{"key": "none"}]}


def _action_of_any_type(self: L, batch: dict[str, Any]) -> None:
    if "action" not in batch or isinstance(batch["action"], str):
        L.check_action(self, batch)


def _action_of_any_word(self: L, batch: dict[str, Any]) -> None:
    if not isinstance(batch.get("action"), str) or not re.fullmatch("[a-z]+", batch["action"]):
        L.check_action(self, batch)


def _labels_of_any_type(self: L, batch: dict[str, Any]) -> None:
    if "labels" not in batch or isinstance(batch["labels"], list):
        L.check_labels(self, batch)


def _item_of_any_type(self: L, label: object) -> None:
    if isinstance(label, dict):
        L.check_label(self, label)


def _key_of_any_type(self: L, label: dict[str, Any]) -> None:
    if "key" not in label or isinstance(label["key"], str):
        L.check_key(self, label)


def _key_of_any_character(self: L, label: dict[str, Any]) -> None:
    if not isinstance(label.get("key"), str) or not 1 <= len(label["key"]) <= 36:
        L.check_key(self, label)


def _value_needed(self: L, label: dict[str, Any]) -> None:
    if "value" not in label:
        raise Invalid(400, "LBL.0400", "value: missing.")
    L.check_value(self, label)


def _value_of_any_type(self: L, label: dict[str, Any]) -> None:
    if isinstance(label.get("value", ""), str):
        L.check_value(self, label)


def _boolean_of_any_word(self: L, text: str) -> bool:
    return text == "true"


def _integer_at_the_head(self: L, text: str) -> int:
    return int((re.match("-?[0-9]{1,9}", text) or ["0"])[0])


def _dry_run_is_missing(self: L, request: Request, dry: bool) -> Answer:  # noqa: FBT001 - as the step has it
    if dry:
        raise Refused(*self.missing)
    return Answer(200)


def _once(self: L, kind: str, cluster: str, batch: dict[str, Any]) -> None:
    had = self.labels.get((kind, cluster), {})
    if batch["action"] == "add" and all(had.get(label["key"]) == label.get("value", "") for label in batch["labels"]):
        raise Refused(409, "LBL.0409", "The labels are there already.")
    L.label(self, kind, cluster, batch)


def _put_too(self: L, request: Request) -> Answer:
    return (
        self.route(replace(request, method="POST")) if request.method == "PUT" else Service.other_method(self, request)
    )


def _found_before_authenticated(self: L, request: Request) -> str:
    match = self.path.fullmatch(request.path)
    if match and re.fullmatch(rb"[0-9a-z-]{1,36}", match[3]):
        self.find(PROJECT, match[3].decode())
    return L.authenticate(self, request)


def _crash(self: L, batch: dict[str, Any]) -> None:
    if isinstance(batch.get("labels"), dict):
        raise Refused(500, "LBL.0500", "Internal error.")
    L.check_labels(self, batch)


INVALID_422 = refusals(400, lambda _, answer: replace(answer, status=422))
ENVELOPE = {"error_code": "LBL.0400", "error_msg": "Invalid."}

MISBEHAVIOURS = (
    Change("project-by-its-head", ("path.project_id.too-short",), {"project_of": _short_project}),
    Change("project-is-cut", ("path.project_id.too-long",), _segment("project_of", lambda text: text[:32])),
    Change("project-is-only-measured", ("path.project_id.characters",), {"project_of": _any_project}),
    Change("no-project-is-the-only-one", ("path.project_id.mandatory",), _segment("project_of", lambda text: text or PROJECT)),
    Change("any-word-is-a-type", ("path.resource_type.not-listed",), {"types": ("[a-z-]+",)}),
    Change("no-type-is-a-cluster", ("path.resource_type.mandatory",), {"types": ("cluster", "node", "")}),
    Change("node-is-not-found", ("path.resource_type.listed",), {"kind_of": _node_is_missing}),
    Change("cluster-is-cut", ("path.cluster_id.too-long",), _segment("cluster_of", lambda text: text[:36])),
    Change("odd-cluster-is-the-first", ("path.cluster_id.characters",), {"cluster_of": _any_cluster}),
    Change("no-cluster-is-the-first", ("path.cluster_id.mandatory",), _segment("cluster_of", lambda text: text or ORDERS)),
    Change("cluster-of-one-character-is-invalid", ("path.cluster_id.shortest",), {"shortest_cluster": 2}),
    Change("longest-cluster-is-invalid", ("path.cluster_id.longest",), {"longest_cluster": 35}),
    Change("any-word-is-a-boolean", ("query.dry_run.type",), {"boolean": _boolean_of_any_word}),
    Change("dry-run-finds-nothing", ("query.dry_run.listed",), _success(_dry_run_is_missing)),
    Change("wait-below-zero", ("query.wait_seconds.below-minimum",), {"least_wait": -(10**9)}),
    Change("wait-without-end", ("query.wait_seconds.above-maximum",), {"most_wait": 10**9}),
    Change("wait-of-59-at-most", ("query.wait_seconds.maximum",), {"most_wait": 59}),
    Change("wait-of-1-at-least", ("query.wait_seconds.minimum",), {"least_wait": 1}),
    Change("wait-is-read-from-its-head", ("query.wait_seconds.type",), {"integer": _integer_at_the_head}),
    Change("token-may-be-missing", ("status.401.missing-token",), token_optional("labeller"), ("status.401.precedence", "header.x-auth-token.mandatory")),
    Change("long-token-is-cut", ("header.x-auth-token.over-maximum",), TOKEN_CUT),
    Change("longest-token-is-refused", ("header.x-auth-token.maximum-length",), {"longest_token": 32_767}),
    Change("existence-is-told-to-anyone", ("status.401.precedence",), {"authenticate": _found_before_authenticated}),
    Change("no-body-is-a-batch", ("request.body.absent",), {"parse": _no_body}),
    Change("no-json-is-a-batch", ("request.body.not-json",), {"document": _no_json}),
    Change("array-is-a-batch", ("request.body.not-object",), {"document": _first_of_array}),
    Change("action-may-be-missing", ("request.action.mandatory",), _filled(action="add")),
    Change("action-of-any-type", ("request.action.type",), {"check_action": _action_of_any_type}),
    Change("action-of-any-word", ("request.action.not-listed",), {"check_action": _action_of_any_word}),
    Change("nothing-is-removed", ("request.action.listed",), {"actions": ("add",)}),
    Change("labels-may-be-missing", ("request.labels.mandatory",), _filled(labels=[{"key": "none"}])),
    Change("labels-of-any-type", ("request.labels.type",), {"check_labels": _labels_of_any_type}),
    Change("labels-may-be-empty", ("request.labels.too-few",), {"fewest": 0}),
    Change("twenty-one-labels", ("request.labels.too-many",), {"most": 10_000}),
    Change("nineteen-labels-at-most", ("request.labels.most",), {"most": 19}),
    Change("two-labels-at-least", ("request.labels.fewest",), {"fewest": 2}),
    Change("label-of-any-type", ("request.labels.items.type",), {"check_label": _item_of_any_type}),
    Change("key-may-be-missing", ("request.labels.key.mandatory",), _label(lambda label: {"key": "none"} | label)),
    Change("key-of-any-type", ("request.labels.key.type",), {"check_key": _key_of_any_type}),
    Change("key-may-be-empty", ("request.labels.key.too-short",), {"shortest_key": 0}),
    Change("key-without-end", ("request.labels.key.too-long",), {"longest_key": 100_000}),
    Change("key-of-any-character", ("request.labels.key.characters",), {"check_key": _key_of_any_character}),
    Change("key-of-two-at-least", ("request.labels.key.shortest",), {"shortest_key": 2}),
    Change("key-of-35-at-most", ("request.labels.key.longest",), {"longest_key": 35}),
    Change("value-of-any-type", ("request.labels.value.type",), {"check_value": _value_of_any_type}),
    Change("value-without-end", ("request.labels.value.too-long",), {"longest_value": 100_000}),
    Change("value-is-needed", ("request.labels.value.absent",), {"check_value": _value_needed}),
    Change("value-of-one-at-least", ("request.labels.value.shortest",), {"shortest_value": 1, "check_value": lambda self, label: L.check_value(self, {"value": "-"} | label)}),
    Change("value-of-42-at-most", ("request.labels.value.longest",), {"longest_value": 42}),
    Change("invalid-is-unprocessable", ("status.400.invalid",), INVALID_422),
    Change("invalid-has-the-other-envelope", ("error.400.envelope",), refusals(400, _envelope(**ENVELOPE))),
    Change("unauthorized-has-the-envelope-of-a-400", ("error.401.envelope",), refusals(401, _envelope(code="LBL.0401", message="Unknown."))),
    Change("forbidden-has-another-code", ("error.403.code",), refusals(403, _envelope(error_code="LBL.0409", error_msg="No."))),
    Change("missing-is-a-page", ("error.404.content-type",), refusals(404, lambda _, answer: replace(answer, headers=((b"content-type", b"text/html"),)))),
    Change("invalid-is-plain-text", ("error.400.content-type",), refusals(400, lambda _, answer: replace(answer, headers=((b"content-type", b"text/plain"),)))),
    Change("success-has-a-body", ("response.200.no-body",), _success(lambda *_: of_json(200, {}))),
    Change("success-has-no-content", ("status.200.permitted",), _success(lambda *_: Answer(204)), ("*",)),
    Change("forbidden-is-missing", ("status.403.no-permission",), {"forbidden": ClusterLabels.missing}),
    Change("missing-is-forbidden", ("status.404.no-cluster",), {"missing": ClusterLabels.forbidden}),
    Change("labels-are-added-once", ("state.repeat",), {"label": _once}, ("state.concurrent",)),
    Change("labels-as-an-object-crash", ("status.server-error", "status.400.invalid"), {"check_labels": _crash}),
    Change("put-labels-too", ("method.other",), {"other_method": _put_too}),
    Change("unauthorized-repeats-the-token", ("leak.token",), refusals(401, repeats_the_token)),
)  # fmt: skip


def _token_last(self: L, request: Request) -> str:
    match = self.path.fullmatch(request.path)
    if match:
        self.cluster_of(match[3].decode("latin-1"))
    return L.authenticate(self, request)


def _permission_first(self: L, project: str, cluster: str) -> None:
    if project != PROJECT:
        raise Refused(*self.forbidden)
    L.find(self, project, cluster)


def _json_only(self: L, request: Request, account: str, segments: tuple[bytes, ...]) -> Answer:
    if request.values(b"content-type")[:1] != (b"application/json",):
        raise Refused(415, "LBL.0415", "Send JSON.")
    return L.operate(self, request, account, segments)


def _strict(self: L, body: bytes) -> dict[str, Any]:
    batch = L.parse(self, body)
    keys = [label["key"] for label in batch["labels"]]
    if batch.keys() - {"action", "labels"} or len(set(keys)) < len(keys):
        raise Invalid(400, "LBL.0400", "Something is too much.")
    return batch


def _any_case(self: L, batch: dict[str, Any]) -> None:
    if isinstance(batch.get("action"), str):
        batch["action"] = batch["action"].strip().lower()
    L.check_action(self, batch)


def _lenient_boolean(self: L, text: str) -> bool:
    return text.lower() in {"1", "yes", "on"} or (
        text.lower() not in {"", "0", "no", "off"} and L.boolean(self, text.lower())
    )


def _first_of_two(self: L, request: Request) -> bool:
    first: dict[bytes, bytes] = {}
    for pair in request.query.split(b"&"):
        first.setdefault(pair.partition(b"=")[0], pair)
    return L.query(self, replace(request, query=b"&".join(first.values())))


VARIANTS = (
    Change("as-the-page", (), {}),
    Change("path-before-token", (), {"authenticate": _token_last}),
    Change("other-projects-are-forbidden", (), {"find": _permission_first}),
    Change("json-by-its-media-type-only", (), {"operate": _json_only}),
    Change("nothing-is-too-much", (), {"parse": _strict}),
    Change("action-in-any-case", (), {"check_action": _any_case}),
    Change("type-in-any-case", (), _segment("kind_of", str.lower)),
    Change("boolean-in-many-words", (), {"boolean": _lenient_boolean}),
    Change("first-of-two-parameters-counts", (), {"query": _first_of_two}),
    Change("success-with-headers", (), _success(lambda *_: Answer(200, headers=((b"x-request-id", b"77"), (b"content-type", b"application/json"))))),
    Change("checks-have-codes", (), refusals(400, _envelope(code="LBL.0417", message="Something is invalid."))),
    Change("refusals-say-more", (), refusals(404, _envelope(error_code="LBL.0404", error_msg="Not here.", request_id="5d"))),
    Change("other-methods-are-not-found", (), {"not_allowed": (404, "LBL.0410", "There is no such path.")}),
)  # fmt: skip
