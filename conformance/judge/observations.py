"""Observations: what a run as a whole has to know of each exchange, and of those the successes that can be compared."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import unquote

from conformance.contract.message import Exchange, Trouble
from conformance.contract.strictjson import read_json
from conformance.contract.values import Identifier, ValueKind
from conformance.judge.expected import AGAIN, BURST, CREATION, expectation_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.contract.contract import Contract
    from conformance.contract.facts import Facts

_REFUSED = 400  # RFC 9110 section 15
_THROTTLED = 429  # RFC 6585 section 4
_LOST = {Trouble.DROPPED, Trouble.TIMEOUT, Trouble.MALFORMED}
_SUCCESSES = range(200, 300)  # RFC 9110 section 15.3
_REFUSALS = range(400, 500)  # RFC 9110 section 15.5
_READ = {None, ValueKind.IN_RANGE, ValueKind.NOTATION}
_SAFE = {"GET", "HEAD"}  # RFC 9110 section 9.2.1
_AT_ONCE = {BURST, CREATION}
_HOST_AND_PATH = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?[/\\]*(?:[^/?#]*@)?([^/?#:]*)[^/?#]*([^?#]*)")
_JUDGED_APART = {AGAIN, *_AT_ONCE}


@dataclass(frozen=True, slots=True)
class Observation:
    """An exchange without its bytes.

    Attributes:
        number: the number of the exchange.
        probe: the id of its probe or property.
        facts: the facts of the request.
        status: the status of the answer; 0 without one.
        expected: the statuses that the document allows; empty where it is silent.
        success: whether the status is the documented one of success.
        same: the member that the same request again shows again; None where there is none to compare.
        begun: when it was sent, in seconds.
        ended: when it was answered, in seconds.
        lost: whether the target took the request and did not answer it.
    """

    number: int
    probe: str
    facts: Facts
    status: int
    expected: frozenset[int] = frozenset()
    success: bool = False
    same: object = None
    begun: float = 0.0
    ended: float = 0.0
    lost: bool = False

    @property
    def as_expected(self) -> bool:
        """Whether the status is one of those that the document allows."""
        return self.status in self.expected

    @property
    def refused(self) -> bool:
        """Whether the target refused it or did not answer it; what never left, or met 429, was not refused."""
        return self.lost or (self.status >= _REFUSED and self.status != _THROTTLED)


def observation_of(exchange: Exchange, contract: Contract) -> Observation:
    """The observation of an exchange."""
    response = exchange.response
    expectation = expectation_of(contract)
    success = response is not None and response.status == expectation.success
    document = read_json(response.body).value if response and success and expectation.same else None
    found = document.get(expectation.same) if isinstance(document, dict) else None
    return Observation(
        number=exchange.number,
        probe=exchange.probe,
        facts=exchange.facts,
        status=response.status if response else 0,
        expected=expectation.expected(exchange.facts),
        success=success,
        same=found,
        begun=exchange.started_at,
        ended=exchange.started_at + exchange.seconds,
        lost=exchange.trouble in _LOST,
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    """A success whose id is known from another one for the same resource and url, and the id that it `was`."""

    observation: Observation
    was: object

    @property
    def same(self) -> bool:
        """Whether it is the same id."""
        return _key(self.observation.same) == _key(self.was)


def comparisons(observations: Iterable[Observation]) -> list[Comparison]:
    """Every success that can be compared with another.

    Two successes in a row for the same resource and url have the same id, if nothing between them may have changed it.

    A target may show that an id outlives requests with other urls. Then all of the same resource and url have the id
    that most of them have, as long as nothing of unknown effect happens to the resource. Otherwise an id that changed
    proves nothing.
    """
    seen = sorted(observations, key=lambda observation: (observation.begun, observation.number))
    groups: dict[tuple[Identifier | None, str | None], list[Observation]] = defaultdict(list)
    for observation in seen:
        if _comparable(observation):
            groups[observation.facts.id, _sent(observation)].append(observation)
    disturbing = [observation for observation in seen if _disturbing(observation)]
    upsets = _upsets(disturbing)
    pairs = [pair for group in groups.values() for pair in pairwise(group)]
    if any(_outlives(before, after, disturbing, upsets) for before, after in pairs):
        found = [compared for group in groups.values() for part in _parts(group, upsets) for compared in _most(part)]
    else:
        found = [
            Comparison(after, before.same)
            for before, after in pairs
            if before.ended <= after.begun and not _between(before, after, disturbing)
        ]
    wanted = [comparison for comparison in found if comparison.observation.probe not in _JUDGED_APART]
    return sorted(wanted, key=lambda comparison: comparison.observation.number)


def _comparable(observation: Observation) -> bool:
    """Whether this is a success of a resource that is known, with one url sent and an id shown."""
    return (
        _operated(observation)
        and (observation.facts.id is not None or observation.facts.id_kind is None)
        and _sent(observation) is not None
        and observation.same is not None
    )


def _sent(observation: Observation) -> str | None:
    """The part of the request that decides the id: the url, or "" for the usual request; None for any other.

    Of urls with passwords only the usual one counts: recorded traffic cannot tell the others apart.
    """
    if observation.facts.passwords and not observation.facts.usual_url:
        return None
    urls = set(observation.facts.strings)
    if urls:
        return urls.pop() if len(urls) == 1 else None
    return "" if observation.facts.usual_body and observation.facts.usual_values else None


def _disturbing(observation: Observation) -> bool:
    """Whether the request may have changed a resource: it was not refused, and is not safe."""
    let_in = not observation.facts.stranger or observation.status in _SUCCESSES
    return let_in and observation.facts.method not in _SAFE and observation.status not in _REFUSALS


def _between(before: Observation, after: Observation, disturbing: Sequence[Observation]) -> list[Observation]:
    """Requests that may have changed the resource of both, from the first one's sending to the second one's answer."""
    facts = before.facts
    return [
        observation
        for observation in disturbing
        if observation.begun <= after.ended
        and before.begun <= observation.ended
        and (observation.facts.id is None or observation.facts.id == facts.id)
        and not (_comparable(observation) and _sent(observation) == _sent(before))
    ]


def _upsets(disturbing: Sequence[Observation]) -> list[Observation]:
    """Requests of unknown effect: no success, or one of many at once that got several ids."""
    ids: dict[str, set[object]] = defaultdict(set)
    for observation in disturbing:
        if observation.probe in _AT_ONCE and _comparable(observation):
            ids[observation.probe].add(_key(observation.same))
    return [observation for observation in disturbing if not _operated(observation) or len(ids[observation.probe]) > 1]


def _operated(observation: Observation) -> bool:
    """Whether this is a success of some resource, with any number of urls sent.

    An id in another notation may mean any resource, and that need not be known.
    """
    return observation.facts.operates and observation.facts.id_kind in _READ and observation.success


def _outlives(
    before: Observation, after: Observation, disturbing: Sequence[Observation], upsets: Sequence[Observation]
) -> bool:
    """Whether the id was the same before and after another url was sent for the resource, and that alone."""
    if _key(before.same) != _key(after.same):
        return False
    between = _between(before, after, disturbing)
    other = any(
        before.ended < observation.begun and observation.ended < after.begun and _another(observation, before)
        for observation in between
    )
    return other and not any(observation in upsets for observation in between)


def _another(observation: Observation, before: Observation) -> bool:
    """Whether it shows another id, or its url is more than another spelling, which a service may not tell apart."""
    urls = set(map(_place, observation.facts.strings))
    return _key(observation.same) != _key(before.same) or not urls or urls != set(map(_place, before.facts.strings))


def _place(url: str) -> tuple[str, str]:
    """The host and path of a url, as far as they are no matter of spelling."""
    match = _HOST_AND_PATH.match(url.lower())
    host, path = match.groups() if match else (url, "")
    return host.rstrip("."), unquote(path).strip("/. \t\r\n").removesuffix(".git")


def _parts(group: Sequence[Observation], upsets: Sequence[Observation]) -> Iterator[list[Observation]]:
    """The group, split where an upset happened to its resource; requests under way meanwhile are left out."""
    number = group[0].facts.id
    own = [upset for upset in upsets if upset.facts.id is None or upset.facts.id == number]
    parts: dict[int, list[Observation]] = defaultdict(list)
    for observation in group:
        if not any(upset.begun <= observation.ended and observation.begun <= upset.ended for upset in own):
            parts[sum(upset.ended < observation.begun for upset in own)].append(observation)
    yield from parts.values()


def _most(part: Sequence[Observation]) -> list[Comparison]:
    """Each, compared with the id that most of them have, or the first of several ids that are as frequent."""
    ids = Counter(_key(observation.same) for observation in part)
    most = ids.most_common(1)[0][0]
    was = next(observation.same for observation in part if _key(observation.same) == most)
    return [Comparison(observation, was) for observation in part] if len(part) > 1 else []


def _key(value: object) -> object:
    """A JSON value to compare and to count by: numbers as numbers, whatever they are written as."""
    return (
        value if isinstance(value, int | float) and not isinstance(value, bool) else json.dumps(value, sort_keys=True)
    )
