"""Properties of a run: requests are drawn while probes are sent, sent side by side, and shrunk after a failure.

Failures of earlier runs are sent first; those of this run are kept for the next.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from conformance.contract.facts import facts_of
from conformance.engine.concurrency import Job, run_jobs
from conformance.examples import Example, ExampleStore
from conformance.judge.verdict import Outcome, Verdict
from conformance.plan.generation import collect, safe, shrink
from conformance.plan.properties import Property, properties

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from conformance.contract.contract import Contract
    from conformance.contract.message import Exchange, Request
    from conformance.plan.families import Family
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.probe import Profile

SHRUNK_CLAUSES = 5
"""The number of clauses whose failures are shrunk in one property."""

_LONG, _MARGIN = 1_000, 512


class Stopped(BaseException):
    """Drawing was stopped. Not an Exception: Hypothesis would look for a simpler example of one."""


class PropertyRunner:
    """Runs the chosen properties.

    Args:
        chosen: ids of probes and properties.
        fixtures: the target, as far as requests are made of it.
        contract: the contract.
        profile: the number of examples.
        replay: the failures of earlier runs.
        send: makes an exchange.
        judge: gives the verdicts of one.
        forget: is told the numbers of exchanges that did not fail.
        stopped: whether drawing ends; `draw` then raises Stopped.
        ends: whether no further request is begun after a verdict.
        drawn: requests that were drawn before for the same fixtures and profile. New ones are added.
        shrunk: the number of clauses whose failures are shrunk.
    """

    def __init__(
        self,
        chosen: Collection[str],
        fixtures: TargetFixtures,
        contract: Contract,
        profile: Profile,
        *,
        replay: Replay,
        send: Callable[[str, Request], Exchange],
        judge: Callable[[Exchange], tuple[Verdict, ...]],
        forget: Callable[[AbstractSet[int]], None],
        stopped: Callable[[], bool] = lambda: False,
        ends: Callable[[Verdict], bool] = lambda _: False,
        drawn: dict[str, tuple[Request, ...]] | None = None,
        shrunk: int = SHRUNK_CLAUSES,
    ) -> None:
        self.properties = tuple(prop for prop in properties(contract) if prop.id in chosen and prop.examples(profile))
        self._fixtures = fixtures
        self._profile = profile
        self._replay = replay
        self._send = send
        self._judge = judge
        self._forget = forget
        self._stopped = stopped
        self._ends = ends
        self._ended = False
        self._shrunk = shrunk
        self._families: dict[str, Family] = {}
        self._drawn = {} if drawn is None else drawn
        self._judged: dict[str, dict[Request, tuple[Verdict, ...]]] = {prop.id: {} for prop in self.properties}
        self._edges: dict[Request, int] = {}
        self._best: dict[tuple[str, str], int] = {}
        self._tried = 0
        self._lock = threading.Lock()

    @property
    def due(self) -> int:
        """The number of requests still to be sent. A property that is not drawn yet counts with all its examples."""
        drawn = sum(len(self._drawn.get(prop.id, ())) or prop.examples(self._profile) for prop in self.properties)
        again = sum(len(self._replay.requests(prop.id)) for prop in self.properties)
        return max(drawn + again - self._tried, 0)

    def draw(self) -> None:
        """Make the requests of every property; send nothing."""
        for prop in self.properties:
            if prop.id not in self._drawn:
                number = prop.examples(self._profile)
                self._drawn[prop.id] = collect(prop.id, self._family(prop), self._fixtures, number)

    def _family(self, prop: Property) -> Family:
        """The family that a property's requests are drawn from, made at the first use."""
        if prop.id not in self._families:
            family = prop.family(self._fixtures)
            self._families[prop.id] = replace(family, strategy=family.strategy.map(self._wanted))
        return self._families[prop.id]

    def _wanted(self, request: Request) -> Request:
        """`request`, as it was drawn. Raises Stopped once drawing ends."""
        if self._stopped():
            raise Stopped
        return request

    def send_all(self, workers: int) -> None:
        """Send the failures of earlier runs, then the drawn requests, several at a time."""
        for requests in (self._replay.requests, self._drawn.__getitem__):
            jobs = [self._job(prop, request) for prop in self.properties for request in requests(prop.id)]
            run_jobs(jobs, self._try, workers)

    def _try(self, work: tuple[Property, Request]) -> None:
        with self._lock:
            self._tried += 1
        if not self._ended:
            verdicts = self._verdicts(*work)
            self._ended = self._ended or any(map(self._ends, verdicts))

    def conclude(self, prop: Property, *, kept: bool = True) -> list[Verdict]:
        """Every verdict on what a property sent, once the simplest failure of each clause is found by sending more.

        `kept`: whether failures are stored for later runs.
        """
        judged = self._judged[prop.id]
        asked = dict.fromkeys((*self._replay.requests(prop.id), *self._drawn[prop.id]))
        sent = {request: judged[request] for request in asked if request in judged}  # in order; shrinking adds to it
        simplest: dict[str, Request] = {}
        for count, clause in enumerate(_failed(sent.values())):
            failing = [request for request, verdicts in sent.items() if _failure(verdicts, clause)]
            simplest[clause] = self._simplest(prop, clause, failing, shrunk=count < self._shrunk)
        for clause in _failed(judged.values()):
            if clause not in simplest:  # found while shrinking
                failing = [request for request, verdicts in judged.items() if _failure(verdicts, clause)]
                simplest[clause] = min(failing, key=_size)
        for count, (clause, request) in enumerate(simplest.items()):
            shown = self._beside(prop, clause, request) if count < self._shrunk else request
            if verdict := _failure(judged[shown], clause):
                judged[shown] = tuple(self._told(one, shown) if one is verdict else one for one in judged[shown])
                self._best[prop.id, clause] = verdict.exchange
        if kept:
            self._replay.conclude(prop.id, judged, simplest)
        return list(chain.from_iterable(judged.values()))

    def shown(self, prop: str, verdicts: Iterable[Verdict]) -> list[Verdict]:
        """The verdicts on what a property sent, with one failure of each clause: the one found to show, or the least.

        `verdicts` may have been settled since.
        """
        sizes = {one.exchange: _size(request) for request, found in self._judged[prop].items() for one in found}

        def rank(verdict: Verdict) -> tuple[object, ...]:
            best = verdict.exchange == self._best.get((prop, verdict.clause))
            return not best, verdict.exchange not in sizes, sizes.get(verdict.exchange, ())

        others, failures = [], dict[str, Verdict]()
        for verdict in verdicts:
            if verdict.outcome is not Outcome.FAIL:
                others.append(verdict)
            elif verdict.clause not in failures or rank(verdict) < rank(failures[verdict.clause]):
                failures[verdict.clause] = verdict
        return [*others, *failures.values()]

    def _simplest(self, prop: Property, clause: str, failing: list[Request], *, shrunk: bool) -> Request:
        """The simplest failing request of a clause: an earlier run's if it is the least, else a shrunk one."""
        least = min(failing, key=_size)
        if least in self._replay.requests(prop.id) or not shrunk:
            return least
        number = prop.examples(self._profile)
        try:
            fails = partial(self._fails, prop, clause)
            return shrink(prop.id, self._family(prop), self._fixtures, number, fails) or least
        except Stopped:
            return least

    def _beside(self, prop: Property, clause: str, edge: Request) -> Request:
        """The request to show: a longer one that fails as well, or `edge`."""
        longer = _off_the_edge(edge, self._fixtures.operation.credential.longest)
        if longer is None or edge.token is None or not safe(longer, self._fixtures):
            return edge
        if self._stopped() or not self._fails(prop, clause, longer):
            return edge
        self._edges[longer] = edge.token.length
        return longer

    def _fails(self, prop: Property, clause: str, request: Request) -> bool:
        return _failure(self._verdicts(prop, request), clause) is not None

    def _told(self, verdict: Verdict, request: Request) -> Verdict:
        """A failure with the edge that its request lies beside, in its message."""
        edge = self._edges.get(request)
        said = f"{verdict.message}; the shortest token that fails has {edge:,} characters" if edge else verdict.message
        return replace(verdict, message=said)

    def _verdicts(self, prop: Property, request: Request) -> tuple[Verdict, ...]:
        """The verdicts of this request, which is sent once."""
        judged = self._judged[prop.id]
        if request not in judged:
            exchange = self._send(prop.id, request)
            found = judged[request] = self._judge(exchange)
            if not any(verdict.outcome is Outcome.FAIL for verdict in found):
                self._forget({exchange.number})
        return judged[request]

    def _job(self, prop: Property, request: Request) -> Job[tuple[Property, Request]]:
        facts = facts_of(request, self._fixtures.known)
        return Job((prop, request), facts.id if facts.takes_turns else None)


def _off_the_edge(request: Request, longest: int | None) -> Request | None:
    """The request with a longer token on the same side of the document's maximum; None for a short token.

    The shortest failing token is at the edge of a limit on the whole head. A client or proxy that adds a header
    would meet that edge at another length.
    """
    token = request.token
    if token is None or token.secret is not None or token.length < _LONG:
        return None
    length = token.length + _MARGIN
    if longest is not None and token.length <= longest < length:
        length = longest
    return replace(request, token=replace(token, length=length))


def _failed(found: Iterable[tuple[Verdict, ...]]) -> tuple[str, ...]:
    """The clauses that failed, in their order."""
    failures = (verdict.clause for verdict in chain.from_iterable(found) if verdict.outcome is Outcome.FAIL)
    return tuple(dict.fromkeys(failures))


def _failure(verdicts: tuple[Verdict, ...], clause: str) -> Verdict | None:
    failures = (verdict for verdict in verdicts if verdict.clause == clause and verdict.outcome is Outcome.FAIL)
    return next(failures, None)


def _size(request: Request) -> tuple[int, bytes, bytes, bytes]:
    """The sort key of simplicity: fewer bytes, then the alphabet."""
    fields = sum(len(name) + len(value) for name, value in request.headers)
    length = request.token.length if request.token else 0
    body, head = request.body or b"", request.token.head if request.token else b""
    return length + len(request.target) + len(body) + fields, request.target, body, head


class Replay:
    """The failures of earlier runs, and the store for those of this one. Without a store nothing is kept."""

    def __init__(
        self, fixtures: TargetFixtures, store: ExampleStore | None = None, *, saved: Iterable[Example] = ()
    ) -> None:
        self._store = store
        self._saved = tuple(example for example in saved if safe(example.request, fixtures))

    @property
    def trouble(self) -> str | None:
        """The error of the store in words, or None."""
        return self._store.trouble if self._store else None

    def requests(self, prop: str) -> tuple[Request, ...]:
        """The requests to send again for a property, as far as the policy allows them today; each once."""
        return tuple(dict.fromkeys(example.request for example in self._saved if example.property == prop))

    def conclude(self, prop: str, found: Mapping[Request, tuple[Verdict, ...]], shown: Mapping[str, Request]) -> None:
        """Drop the examples of a property that pass again, and keep the `shown` request of each failed clause.

        `found`: the verdicts of all sent requests. An example that proved nothing (unanswered, for instance) stays.
        """
        if self._store is None:
            return
        for example in self._saved:
            if example.property == prop and _passes(example.clause, found.get(example.request, ())):
                self._store.drop(example)
        for clause, request in shown.items():
            self._store.save(Example(prop, clause, request))


def _passes(clause: str, verdicts: Iterable[Verdict]) -> bool:
    """Whether an answer came and the clause passed, or does not apply any more."""
    outcomes = {verdict.outcome for verdict in verdicts}
    own = {verdict.outcome for verdict in verdicts if verdict.clause == clause}
    return Outcome.PASS in outcomes and not own & {Outcome.FAIL, Outcome.NOT_TESTED}


class Drawing:
    """A thread that draws the requests of all properties. `finish` raises its error."""

    def __init__(self, runner: PropertyRunner) -> None:
        self._runner = runner
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._draw, name="conformance-draw", daemon=True)
        self._thread.start()

    def _draw(self) -> None:
        try:
            self._runner.draw()
        except BaseException as error:  # noqa: BLE001 - raised again in finish
            self._error = error

    def join(self) -> None:
        """Wait for the end of the thread."""
        self._thread.join()

    def finish(self) -> None:
        """Wait for all requests. Raises the error of drawing."""
        self._thread.join()
        if self._error is not None:
            raise self._error
