"""The services answer as their pages say, seen without the suite."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.operations import cluster_labels, read_back
from tests.operations.cluster_labels import ClusterLabels
from tests.operations.read_back import ReadBack
from tests.operations.service import Request

if TYPE_CHECKING:
    from tests.operations.service import Change, Service

QUERY = Request(
    "GET", b"/v4/repositories/80214/remote-mirror", b"", ((b"X-Auth-Token", read_back.TOKEN.encode()),), b""
)
PATH = f"/v1/{cluster_labels.PROJECT}/cluster/{cluster_labels.ORDERS}/labels/batch"
BATCH: dict[str, Any] = {"action": "add", "labels": [{"key": "team", "value": "search"}]}
POST = Request(
    "POST",
    PATH.encode(),
    b"",
    ((b"X-Auth-Token", cluster_labels.TOKEN.encode()), (b"Content-Type", b"application/json")),
    json.dumps(BATCH).encode(),
)


def token(request: Request, value: str) -> Request:
    """The request with another token."""
    return replace(request, headers=((b"X-Auth-Token", value.encode()), *request.headers[1:]))


def path(request: Request, before: str, after: str) -> Request:
    """The request to another path."""
    return replace(request, path=request.path.replace(before.encode(), after.encode()))


def batch(**members: object) -> Request:
    """The batch with other members."""
    return replace(POST, body=json.dumps(BATCH | members).encode())


def label(**members: object) -> Request:
    """A batch of one label."""
    return batch(labels=[members])


READINGS = (
    (QUERY, 200),
    (path(QUERY, "80214", "1"), 200),
    (path(QUERY, "80214", "2147483647"), 200),
    (path(QUERY, "80214", "515"), 403),
    (token(QUERY, read_back.OTHER), 403),
    (path(QUERY, "80214", "516"), 404),
    (token(QUERY, read_back.SHORTEST), 200),
    (token(QUERY, read_back.LONGEST), 200),
    (token(QUERY, "x"), 401),
    (token(QUERY, ""), 401),
    (replace(QUERY, headers=()), 401),
)
BATCHES = (
    (POST, 200),
    (replace(POST, query=b"dry_run=true&wait_seconds=60"), 200),
    (replace(POST, query=b"dry_run=false&wait_seconds=0"), 200),
    (path(POST, "/cluster/", "/node/"), 200),
    (path(POST, cluster_labels.ORDERS, cluster_labels.ONE), 200),
    (path(POST, cluster_labels.ORDERS, cluster_labels.LONG), 200),
    (path(POST, cluster_labels.ORDERS, cluster_labels.PAYROLL), 403),
    (path(POST, cluster_labels.ORDERS, "nowhere-9"), 404),
    (token(POST, cluster_labels.OTHER), 403),
    (token(POST, cluster_labels.LONGEST), 200),
    (token(POST, cluster_labels.SHORTEST), 200),
    (token(POST, "x"), 401),
    (batch(action="remove"), 200),
    (batch(labels=[{"key": f"key_{number}-Z"} for number in range(20)]), 200),
    (label(key="k" * 36, value="v" * 43), 200),
    (label(key="k", value=""), 200),
)
INVALID_READINGS = tuple(path(QUERY, "80214", word) for word in ("0", "2147483648", "one", "1.5", "-1", ""))
INVALID_BATCHES = (
    *(replace(POST, query=b"wait_seconds=" + value) for value in (b"61", b"-1", b"x")),
    replace(POST, query=b"dry_run=maybe"),
    path(POST, cluster_labels.PROJECT, cluster_labels.PROJECT[:-1]),
    path(POST, cluster_labels.PROJECT, cluster_labels.PROJECT.upper()),
    path(POST, "/cluster/", "/queue/"),
    path(POST, cluster_labels.ORDERS, "x" * 37),
    path(POST, cluster_labels.ORDERS, "a_b"),
    path(POST, cluster_labels.ORDERS, ""),
    replace(POST, body=b""),
    replace(POST, body=b"[]"),
    replace(POST, body=b'{"action"'),
    batch(action="replace"),
    batch(action=1),
    batch(labels={}),
    batch(labels=[]),
    batch(labels=["team"]),
    batch(labels=[{"key": f"key-{number}"} for number in range(21)]),
    label(value="v"),
    label(key=""),
    label(key=1),
    label(key="k" * 37),
    label(key="a b"),
    label(key="k", value="v" * 44),
    label(key="k", value=None),
)  # fmt: skip


@pytest.mark.parametrize("change", read_back.VARIANTS, ids=lambda change: change.name)
def test_reads_back(change: Change) -> None:
    """Every variant answers what the page says, and refuses what it rules out."""
    service = change.of(ReadBack)
    assert [service.answer(request).status for request, _ in READINGS] == [status for _, status in READINGS]
    assert refusals(service, INVALID_READINGS) <= {400, 422}
    assert service.answer(replace(QUERY, method="POST")).status in {404, 405}


@pytest.mark.parametrize("change", cluster_labels.VARIANTS, ids=lambda change: change.name)
def test_labels(change: Change) -> None:
    """Every variant answers what the page says, and refuses what it rules out."""
    service = change.of(ClusterLabels)
    assert [service.answer(request).status for request, _ in BATCHES] == [status for _, status in BATCHES]
    allowed = {400, 403} if change.name == "other-projects-are-forbidden" else {400}
    assert refusals(service, INVALID_BATCHES) <= allowed
    assert service.answer(replace(POST, method="GET")).status in {404, 405}


def refusals(service: Service, requests: tuple[Request, ...]) -> set[int]:
    """The statuses of these requests."""
    return {service.answer(request).status for request in requests}


ODD_READINGS = (
    token(QUERY, read_back.TOKEN.lower()),
    token(QUERY, read_back.LONGEST + "x"),
    path(QUERY, "80214", "4294967297"),
    path(QUERY, "80214", "-80214"),
    path(QUERY, "80214", "80214.0"),
    path(QUERY, "80214", "80214abc"),
    replace(QUERY, headers=((b"x-auth-token", read_back.TOKEN.encode()),)),
    replace(path(QUERY, "80214", "516"), headers=()),
    replace(QUERY, method="POST"),
    QUERY,
)
ODD_BATCHES = (
    POST,
    token(POST, cluster_labels.LONGEST + "x"),
    replace(POST, headers=()),
    replace(path(POST, cluster_labels.ORDERS, "nowhere-9"), headers=()),
    replace(POST, method="PUT"),
    replace(POST, query=b"wait_seconds=5x"),
    path(POST, cluster_labels.PROJECT, cluster_labels.PROJECT + "0"),
    path(POST, cluster_labels.PROJECT, ""),
    path(POST, "/cluster/", "//"),
    path(POST, cluster_labels.ORDERS, cluster_labels.LONG + "0"),
    replace(POST, body=b'{"labels": [{"key": "team"}]}'),
    replace(POST, body=b'{"action": "add"}'),
    label(key="k" * 36),
    label(key="k", value=1),
)


@pytest.mark.parametrize("change", read_back.MISBEHAVIOURS, ids=lambda change: change.name)
def test_reads_back_wrongly(change: Change) -> None:
    """Every misbehaviour shows in one of these answers."""
    requests = (*(request for request, _ in READINGS), *INVALID_READINGS, *ODD_READINGS)
    assert answers(change.of(ReadBack), requests) != answers(ReadBack(), requests)


@pytest.mark.parametrize("change", cluster_labels.MISBEHAVIOURS, ids=lambda change: change.name)
def test_labels_wrongly(change: Change) -> None:
    """Every misbehaviour shows in one of these answers."""
    requests = (*(request for request, _ in BATCHES), *INVALID_BATCHES, *ODD_BATCHES)
    assert answers(change.of(ClusterLabels), requests) != answers(ClusterLabels(), requests)


def answers(service: Service, requests: tuple[Request, ...]) -> list[object]:
    """The answers to these requests, one after the other."""
    return [service.answer(request) for request in requests]


def test_dry_run_changes_nothing() -> None:
    """A batch that is only checked leaves the labels as they are; another changes them."""
    service = ClusterLabels()
    service.answer(replace(POST, query=b"dry_run=true"))
    assert service.labels == {}
    service.answer(POST)
    assert service.labels == {("cluster", cluster_labels.ORDERS): {"team": "search"}}
    service.answer(batch(action="remove"))
    assert service.labels == {("cluster", cluster_labels.ORDERS): {}}
