"""A contract whose files were edited: what is planned, drawn, judged and said of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from conformance.config.targets import build_target
from conformance.contract.facts import facts_of
from conformance.contract.message import Exchange, Request, Response
from conformance.engine.preparation import fixtures_of
from conformance.judge.causes import settle
from conformance.judge.expected import AGAIN, FIRST
from conformance.judge.judge import context_of, judge, with_many
from conformance.judge.observations import observation_of
from conformance.judge.verdict import Outcome
from conformance.plan.generation import collect
from conformance.plan.plan import all_probes
from conformance.plan.probe import Profile, Stage
from conformance.plan.properties import properties
from conformance.report.clauses import Format, render
from tests.operations.service import Request as Sent
from tests.operations.service import token_of
from tests.spec.following import Following, World

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from conformance.config.targets import Target
    from conformance.contract.contract import Contract
    from conformance.judge.verdict import Verdict
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.probe import Probe
    from tests.spec.files import Files

Names = tuple[tuple[str, str], ...]

_OWNER, _GUEST = token_of("owner", 1_200), token_of("guest", 1_200)
_LARGE = 200_000  # characters of a token; what is longer is not looked at here
_DATE = (b"date", b"Tue, 01 Dec 2026 12:00:00 GMT")  # as servers have it: after every example


@dataclass(frozen=True)
class Named:
    """The values that a target description names: resources by role, and other keys."""

    permitted: str = "42"
    restricted: str = "51"
    missing: str = "52"
    keys: tuple[tuple[str, str], ...] = ()
    values: tuple[tuple[str, str], ...] = ()


class Edited:
    """The suite as it is with edited files. What is asked for is made once."""

    def __init__(self, files: Files, directory: Path, named: Named) -> None:
        self.files, self.named = files, named
        self.contract: Contract = files.contract(directory)

    @cached_property
    def world(self) -> World:
        """The state of a target that these files describe: a token and a resource at each bound, and beyond it.

        What is beyond a bound only a target reaches that does not follow.
        """
        credential = self.contract.operation.credential
        tokens = {_OWNER: "owner", _GUEST: "guest"}
        tokens |= {token_of(f"of {one}", one): "owner" for one in self.lengths}
        if credential.longest is not None:
            tokens[token_of(f"of {credential.longest}", credential.longest) + "x"] = "owner"
        bounds = self.bounds
        beyond = {str(int(bound) + (1 if role == "missing" else -1)): "permitted" for bound, role in bounds.items()}
        own = {self.named.permitted: "permitted", self.named.restricted: "restricted", self.named.missing: "missing"}
        return World(tokens, beyond | bounds | own, dict(self.named.values))

    def world_beside(self, other: Edited) -> World:
        """The state of a target that other files describe as well."""
        return World(other.world.tokens | self.world.tokens, other.world.roles | self.world.roles, self.world.others)

    @property
    def lengths(self) -> set[int]:
        """The lengths of the tokens that the description has beside the usual ones."""
        credential = self.contract.operation.credential
        return {length for length in (max(credential.shortest, 1), credential.longest) if length is not None}

    @cached_property
    def bounds(self) -> dict[str, str]:
        """The resources at the bounds, and the role of each."""
        identifier = self.contract.operation.identifier
        return {
            str(bound): role
            for word, role in (("minimum", "permitted"), ("maximum", "missing"))
            if (bound := getattr(identifier and identifier.domain, word, None)) is not None
        }

    @cached_property
    def described(self) -> dict[str, Any]:
        """The target's table."""
        operation = self.contract.operation
        roles: dict[str | None, int | str] = {}
        for role in ("permitted", "restricted", "missing"):
            value: str = getattr(self.named, role)
            roles[operation.key(role)] = int(value) if value.isdigit() and _of_numbers(self.contract) else value
        table: dict[str | None, Any] = {
            "base_url": "http://127.0.0.1:1",
            "token": _OWNER,
            "restricted_token": _GUEST,
            "tokens_by_length": {str(len(one)): one for one in self.world.tokens if len(one) in self.lengths},
            **roles,
            operation.key("each"): self.bounds,
            **dict(self.named.keys),
        }
        return {key: value for key, value in table.items() if key}

    @cached_property
    def target(self) -> Target:
        """The target, described."""
        return build_target("edited", self.described, self.contract, environ={})

    @cached_property
    def fixtures(self) -> TargetFixtures:
        """The fixtures that requests are made of."""
        return fixtures_of(self.target, self.contract, seed=1)

    @cached_property
    def probes(self) -> dict[str, Probe]:
        """Every probe of every profile, by id."""
        return {probe.id: probe for probe in all_probes(self.fixtures, self.contract.catalogue)}

    @cached_property
    def planned(self) -> dict[str, tuple[Any, ...]]:
        """Everything that a plan says, by the ids of probes and properties."""
        told = {
            name: (one.title, one.clauses, one.request, one.withheld, one.profile.name, one.stage.name, one.copies)
            for name, one in self.probes.items()
        }
        drawn = {one.id: (one.title, one.share, one.clauses, one.withheld) for one in properties(self.contract)}
        return {**told, **drawn}

    @property
    def page(self) -> str:
        """The printed catalogue."""
        return render(self.contract, {}, Format.MARKDOWN)

    def draw(self, name: str, number: int = 12) -> list[Request]:
        """The requests that a property draws."""
        prop = next(one for one in properties(self.contract) if one.id == name)
        return list(collect(name, prop.family(self.fixtures), self.fixtures, number))

    def verdicts(self, service: Following, wanted: Collection[str]) -> list[Verdict]:
        """The suite's verdicts on a service: the opening, the probes that are wanted, then the whole of it."""
        chosen = [one for one in self.probes.values() if one.id in {FIRST, AGAIN, *wanted} and one.request is not None]
        chosen.sort(key=lambda one: one.stage is not Stage.SETUP)
        opening = [self.exchange(number, one, service) for number, one in enumerate(chosen[:2], 1)]
        many = [one for one in chosen[2:] for _ in range(one.copies)]
        rest = [self.exchange(number, one, service) for number, one in enumerate(many, 3)]
        context = with_many(context_of(opening, self.contract), rest, self.contract)
        declared = {one.id: one.clauses for one in chosen}
        found = [
            verdict for one in (*opening, *rest) for verdict in judge(one, self.contract, context, declared[one.probe])
        ]
        observations = {one.number: observation_of(one, self.contract) for one in (*opening, *rest)}
        return settle(found, observations, self.contract)

    def wanted(self, touched: Iterable[str]) -> set[str]:
        """The probes of the smoke profile, and those that an edit is about."""
        smoke = {name for name, one in self.probes.items() if one.profile is Profile.SMOKE} | set(touched)
        return {name for name in smoke if name in self.probes and _short(self.probes[name])}

    def exchange(self, number: int, probe: Probe, service: Following) -> Exchange:
        """An exchange with the service, without a wire: its parser refuses what is not HTTP."""
        request = probe.request
        assert request is not None
        facts = facts_of(request, self.fixtures.known)
        path, _, query = request.target.partition(b"?")
        fields = tuple(request.header_fields())
        answer = service.answer(Sent(request.method, path, query, fields, request.body or b""))
        response = Response(
            answer.status, "", (_DATE, *answer.headers), b"" if request.method == "HEAD" else answer.body
        )
        if not facts.well_formed:
            response = Response(400, "", (), b"")
        return Exchange(number, probe.id, request, facts, response=response, started_at=2.0 * number, seconds=1.0)


def failures(verdicts: Iterable[Verdict]) -> dict[str, list[str]]:
    """The clauses that fail, and what is said of each."""
    found: dict[str, list[str]] = {}
    for verdict in verdicts:
        if verdict.outcome is Outcome.FAIL:
            found.setdefault(verdict.clause, []).append(f"{verdict.probe}: {verdict.message}")
    return found


def _of_numbers(contract: Contract) -> bool:
    identifier = contract.operation.identifier
    return identifier is not None and hasattr(identifier.domain, "minimum")


def _short(probe: Probe) -> bool:
    return probe.request is not None and (probe.request.token is None or probe.request.token.length <= _LARGE)


def renamed(value: Any, names: Names) -> Any:  # noqa: ANN401 - what a plan says
    """The value with other names in every text of it, one after the other; a name is a regular expression."""
    if isinstance(value, str):
        for before, after in names:
            value = re.sub(before, after, value)
        return value
    if isinstance(value, bytes):
        return renamed(value.decode("latin-1"), names).encode("latin-1")
    if isinstance(value, tuple):
        return tuple(renamed(one, names) for one in value)
    if isinstance(value, dict):
        return {renamed(name, names): renamed(one, names) for name, one in value.items()}
    if isinstance(value, Request):
        return replace(
            value,
            method=renamed(value.method, names),
            target=renamed(value.target, names),
            body=renamed(value.body, names),
            headers=renamed(value.headers, names),
            token_header=renamed(value.token_header, names),
        )
    return value
