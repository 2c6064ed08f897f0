"""What the same request again shows again, over a whole run: an id, say."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from conformance.contract.values import ValueKind
from conformance.judge.expected import AGAIN, BURST, CREATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from conformance.contract.values import Identifier
    from conformance.judge.sight import Sight

__all__ = ["Comparison", "comparisons"]

_SUCCESSES = range(200, 300)  # RFC 9110 section 15.3
_REFUSALS = range(400, 500)  # RFC 9110 section 15.5
_READ = {None, ValueKind.IN_RANGE, ValueKind.NOTATION}
_SAFE = {"GET", "HEAD"}  # RFC 9110 section 9.2.1
_AT_ONCE = {BURST, CREATION}
_JUDGED_APART = {AGAIN, *_AT_ONCE}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A success whose id is known from another one for the same resource and url, and what that `was`."""

    sight: Sight
    was: object

    @property
    def same(self) -> bool:
        """Whether it is the same id."""
        return _key(self.sight.same) == _key(self.was)


def comparisons(sights: Iterable[Sight]) -> list[Comparison]:
    """Every success that can be compared with another.

    One success after the other for the same resource and url, with nothing between them that may have changed it, has
    the id of the one before. Where the target shows that an id outlives requests with other urls, all of the same
    resource and url have the id that most of them have, as long as nothing of unknown effect happens to the resource.
    Else an id that changed proves nothing.
    """
    seen = sorted(sights, key=lambda sight: (sight.begun, sight.number))
    groups: dict[tuple[Identifier | None, str | None], list[Sight]] = defaultdict(list)
    for sight in seen:
        if _comparable(sight):
            groups[sight.facts.id, _sent(sight)].append(sight)
    disturbing = [sight for sight in seen if _disturbing(sight)]
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
    wanted = [comparison for comparison in found if comparison.sight.probe not in _JUDGED_APART]
    return sorted(wanted, key=lambda comparison: comparison.sight.number)


def _comparable(sight: Sight) -> bool:
    """Whether this is a success of a resource that is known, with one url sent and an id shown."""
    return (
        _operated(sight)
        and (sight.facts.id is not None or sight.facts.id_kind is None)
        and _sent(sight) is not None
        and sight.same is not None
    )


def _sent(sight: Sight) -> str | None:
    """What was sent, as far as it matters to what is shown again: the url, or the usual request; else None."""
    urls = set(sight.facts.strings)
    if urls:
        return urls.pop() if len(urls) == 1 else None
    return "" if sight.facts.usual_body and sight.facts.usual_values else None


def _disturbing(sight: Sight) -> bool:
    """Whether the request may have changed a resource: it was not refused, and is not safe."""
    let_in = not sight.facts.stranger or sight.status in _SUCCESSES
    return let_in and sight.facts.method not in _SAFE and sight.status not in _REFUSALS


def _between(before: Sight, after: Sight, disturbing: Sequence[Sight]) -> list[Sight]:
    """What may have changed the resource of both while or after the first was sent, and before the second was."""
    facts = before.facts
    return [
        sight
        for sight in disturbing
        if sight.begun <= after.ended
        and before.begun <= sight.ended
        and (sight.facts.id is None or sight.facts.id == facts.id)
        and not (_comparable(sight) and _sent(sight) == _sent(before))
    ]


def _upsets(disturbing: Sequence[Sight]) -> list[Sight]:
    """What has an effect that is not known: no success at all, or one of many at once that got several ids."""
    ids: dict[str, set[object]] = defaultdict(set)
    for sight in disturbing:
        if sight.probe in _AT_ONCE and _comparable(sight):
            ids[sight.probe].add(_key(sight.same))
    return [sight for sight in disturbing if not _operated(sight) or len(ids[sight.probe]) > 1]


def _operated(sight: Sight) -> bool:
    """Whether this is a success of some resource, be it one of which two urls were sent, or none.

    Which resource an id in another notation means is not known, and need not be.
    """
    return sight.facts.operates and sight.facts.id_kind in _READ and sight.success


def _outlives(before: Sight, after: Sight, disturbing: Sequence[Sight], upsets: Sequence[Sight]) -> bool:
    """Whether the id was the same before and after another url was sent for the resource, and that alone."""
    if _key(before.same) != _key(after.same):
        return False
    between = _between(before, after, disturbing)
    whole = [sight for sight in between if before.ended < sight.begun and sight.ended < after.begun]
    return bool(whole) and not any(sight in upsets for sight in between)


def _parts(group: Sequence[Sight], upsets: Sequence[Sight]) -> Iterator[list[Sight]]:
    """The group, parted where an upset happened to its resource; what was under way meanwhile is left out."""
    number = group[0].facts.id
    own = [upset for upset in upsets if upset.facts.id is None or upset.facts.id == number]
    parts: dict[int, list[Sight]] = defaultdict(list)
    for sight in group:
        if not any(upset.begun <= sight.ended and sight.begun <= upset.ended for upset in own):
            parts[sum(upset.ended < sight.begun for upset in own)].append(sight)
    yield from parts.values()


def _most(part: Sequence[Sight]) -> list[Comparison]:
    """Each held against the id that most of them have; the first of them, where several have as many."""
    ids = Counter(_key(sight.same) for sight in part)
    most = ids.most_common(1)[0][0]
    was = next(sight.same for sight in part if _key(sight.same) == most)
    return [Comparison(sight, was) for sight in part] if len(part) > 1 else []


def _key(value: object) -> object:
    """A JSON value to compare and to count by: numbers as numbers, whatever they are written as."""
    return (
        value if isinstance(value, int | float) and not isinstance(value, bool) else json.dumps(value, sort_keys=True)
    )
