"""Promises of a whole session: the same requests for a seed, its limits, and the simplest counterexample."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from conformance.config.settings import load_settings
from conformance.contract.body import BodyKind
from conformance.engine.assembly import session_of
from conformance.engine.preparation import Preparation
from conformance.judge.verdict import Outcome
from conformance.mock import Answer, Mock
from conformance.runner.embedded import embedded_target
from conformance.spec import load_contract
from tests.engine.sessions import complete, session
from tests.shipped import read_body

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.engine.session import Session
    from conformance.mock import Application
    from conformance.mock.message import Receive, Scope, Send


def _session(application: Application, chosen: set[str] | None = None, **options: object) -> Session:
    """A session that has sent everything that was chosen, by default all of the standard profile."""
    settings = load_settings({"seed": 1, **options}, {}, None)
    with embedded_target(application) as target:
        preparation = Preparation.of(settings, target, load_contract(), embedded=True)
        session = session_of(preparation, None)
        names = chosen or {probe.id for probe in preparation.plan.probes} | {prop.id for prop in preparation.properties}
        session.open(names)
        session.start(names)
        session.join()
        session.client.close()
    return session


class Recording:
    """The mock, with every request kept as it came, and the most that were in flight at once."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.mock = Mock()
        self.seconds = seconds
        self.requests: Counter[bytes] = Counter()
        self.flying = self.most = 0
        self.associating: Counter[bytes] = Counter()
        self.crowded: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        body = b""
        more = True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        fields = [field for field in scope["headers"] if field[0] != b"host"]
        self.requests[repr((scope["method"], scope["raw_path"], sorted(fields), body)).encode()] += 1
        self.flying += 1
        self.most = max(self.most, self.flying)
        names = Counter(name for name, _ in fields)
        in_turn = (
            scope["method"] == "POST"
            and scope["raw_path"] == b"/v4/repositories/%d/remote-mirror/associate" % self.mock.fixtures.repository_id
            and (b"x-auth-token", self.mock.fixtures.token.encode()) in fields
            and (b"content-type", b"application/json") in fields
            and names == Counter([b"x-auth-token", b"content-type", b"user-agent", b"content-length"])
            and read_body(body).kind is BodyKind.DOCUMENTED
        )
        self.associating[scope["raw_path"]] += in_turn
        if in_turn and self.associating[scope["raw_path"]] > 1:
            self.crowded.append(body)
        await asyncio.sleep(self.seconds)

        async def again() -> Any:  # noqa: ANN401 - an ASGI message
            return {"type": "http.request", "body": body, "more_body": False}

        try:
            await self.mock(scope, again, send)
        finally:
            self.flying -= 1
            self.associating[scope["raw_path"]] -= in_turn


def test_the_same_seed_sends_the_same_requests_byte_for_byte() -> None:
    """Two runs of one seed send the same bytes, generated requests included; another seed sends others."""
    first, second, other = Recording(), Recording(), Recording()
    _session(first)
    _session(second)
    _session(other, seed=2)
    assert sum(first.requests.values()) > 400
    assert first.requests == second.requests
    assert first.requests != other.requests


@pytest.mark.parametrize("concurrency", [1, 3, 8])
def test_no_more_requests_are_in_flight_than_were_allowed(concurrency: int) -> None:
    """--concurrency bounds everything, the burst included."""
    target = Recording(seconds=0.002)
    _session(target, profile="standard", concurrency=concurrency)
    assert target.most <= concurrency
    assert concurrency == 1 or target.most > 1


def test_associations_of_one_repository_go_one_after_the_other() -> None:
    """Only the bursts, and no other probe, has two valid in-contract requests to a repository in flight."""
    target = Recording(seconds=0.002)
    session = _session(target, _all_but_the_bursts())
    assert not target.crowded
    assert session.client.requests > 300


def _all_but_the_bursts() -> set[str]:
    settings = load_settings({"seed": 1}, {}, None)
    with embedded_target() as target:
        plan = Preparation.of(settings, target, load_contract(), embedded=True).plan
    return {probe.id for probe in plan.probes} - {"state.creation", "state.burst"}


class LongHeadersRefused(Mock):
    """Refuses tokens over 65,536 characters with 431."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        token = dict(scope["headers"]).get(b"x-auth-token", b"")
        if len(token) > 65_536:
            await Answer(431).send(scope["method"], send)
        else:
            await super().__call__(scope, receive, send)


class LargeIdsRefused(Mock):
    """Answers 400 to ids over a million before it looks at the token."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (ASGI)."""
        segment = scope["raw_path"].split(b"/")[3]
        if segment.isdigit() and 1_000_000 < int(segment) <= 2_147_483_647:
            await Answer(400).send(scope["method"], send)
        else:
            await super().__call__(scope, receive, send)


@pytest.mark.parametrize(
    ("target", "prop", "clause", "simplest"),
    [
        pytest.param(
            LongHeadersRefused, "property.tokens.length", "header.x-auth-token.length", 65_537, id="a token's length"
        ),
        pytest.param(LargeIdsRefused, "property.ids.in-range", "status.401.precedence", 1_000_001, id="an id"),
    ],
)
def test_a_failure_is_shrunk_to_the_edge(target: type[Mock], prop: str, clause: str, simplest: int) -> None:
    """The counterexample that is shown is the simplest one: the first value that fails."""
    session = _session(target(), {"state.first", prop}, profile="deep")
    sent = session.result(prop)
    assert sent is not None
    failures = [verdict for verdict in sent.verdicts if verdict.outcome is Outcome.FAIL and verdict.clause == clause]
    assert len(failures) == 1
    facts = session.recorder.evidence[failures[0].exchange].har["_conformance"]["facts"]  # type: ignore[index]
    beside = facts["token_length"] - 512  # off the edge, which the message names
    assert simplest in (beside, facts["id"])
    assert simplest == facts["id"] or f"the shortest token that fails has {simplest:,}" in failures[0].message


def test_what_generated_requests_proved_is_not_kept_exchange_by_exchange() -> None:
    """Evidence is kept of probes and of failures; the rest is in the HAR file only."""
    session = _session(Mock())
    probes = {probe.id for probe in session.plan.probes}
    kept = {entry.har["_conformance"]["probe"] for entry in session.recorder.evidence.values()}  # type: ignore[index]
    assert kept <= probes
    assert session.client.requests > len(session.recorder.evidence)


def test_schemathesis_reaches_a_201(tmp_path: Path) -> None:
    """A documented request is among its own, with the repository, url and token of the description."""
    har = tmp_path / "traffic.har"
    with session(Mock(), har) as of:
        complete(of, {"state.first", "property.openapi"})
        of.recorder.close()
    entries = json.loads(har.read_text(encoding="ascii"))["log"]["entries"]
    own = [entry for entry in entries if entry["_conformance"]["probe"] == "property.openapi"]
    assert 201 in {entry["response"]["status"] for entry in own}
