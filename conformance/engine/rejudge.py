"""Recorded traffic: the description of a run that goes into its file, and a new judgement of it without sending."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from conformance import __version__
from conformance.contract.clause import Edition, Level
from conformance.contract.contract import NO_EDITION, Contract
from conformance.contract.facts import KnownTarget, facts_of
from conformance.contract.known_tokens import KnownTokens
from conformance.contract.message import Exchange, Trouble
from conformance.contract.strictjson import read_json
from conformance.exceptions import UsageError
from conformance.judge.behaviour import Behaviour, behaviour_of
from conformance.judge.causes import settle
from conformance.judge.expected import AGAIN, BURST, CREATION, FIRST
from conformance.judge.judge import context_of, judge, with_many
from conformance.judge.observations import observation_of
from conformance.judge.reading import Context
from conformance.judge.summary import GatePolicy, summarise, weigh
from conformance.judge.verdict import AnsweredBy, Outcome, Verdict
from conformance.plan.policy import MUTATION
from conformance.plan.properties import properties
from conformance.report.files import dumps, exact, restored
from conformance.report.record import About, Evidence, RunRecord, commands

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from conformance.engine.preparation import Preparation
    from conformance.engine.session import Session
    from conformance.report.har import Traffic

_OF_BYTES = ("id_kind", "id", "body", "url", "urls", "wrong", "edges", "arguments")
"""The facts that follow from target and body alone; the others need the token, which is not recorded."""


def about_run(
    preparation: Preparation,
    session: Session,
    *,
    deselected: Collection[str] = (),
    withheld: Mapping[str, Mapping[str, str]] | None = None,
    complete: bool = True,
    interrupted: bool = False,
    no_verdict: str | None = None,
) -> About:
    """The description of a run that ends now."""
    cut = session.cut
    unread = {one.probe for one in cut.values()}
    return About(
        id=preparation.run_id,
        suite_version=__version__,
        openapi_sha256=preparation.contract.openapi_sha256,
        clauses_sha256=preparation.contract.clauses_sha256,
        document_revision=preparation.contract.catalogue.revision,
        document_title=preparation.contract.catalogue.title,
        operation=preparation.contract.operation.id,
        target_name=preparation.target.name,
        base_url=preparation.target.base_url,
        mutation=preparation.mutation.value,
        profile=preparation.profile.value,
        seed=preparation.seed,
        started_at=preparation.started_at,
        finished_at=datetime.now(UTC),
        requests=session.client.requests,
        complete=complete,
        fail_on=preparation.settings.fail_on,
        edition=_name(preparation.gate_policy.edition),
        command=preparation.command,
        variables=preparation.variables,
        probes=len(preparation.plan.sent),
        standard_probes=preparation.standard_probes,
        interrupted=interrupted,
        no_verdict=no_verdict,
        deselected=sorted(deselected),
        unjudged=session.unjudged,
        flaky=[*session.recorder.flaky, *_crossed(session.client.crossed)],
        not_testable=dict(preparation.gate_policy.not_testable or {}),
        withheld={clause: dict(probes) for clause, probes in (withheld or {}).items()},
        baseline=preparation.baseline is not None,
        accepted=sorted(map(list, preparation.entries(expired=False))),
        expired=preparation.lapsed(),
        context=_redacted(preparation, asdict(session.context)),
        only_mutation=_only_mutation(preparation),
        pace=session.pace,
        kept=[asdict(verdict) for verdict in session.kept],
        kept_same=_redacted(preparation, {str(number): one.same for number, one in cut.items()}),
        kept_behaviour=[asdict(behaviour) for behaviour in session.behaviours if behaviour.probe in unread],
    )


def _redacted(preparation: Preparation, values: Mapping[str, object]) -> dict[str, Any]:
    """Members of answers without secrets; a text that is no JSON any more is left out."""
    texts = {name: preparation.redactor.text(dumps(exact(value))).encode() for name, value in values.items()}
    return {name: _restored(text) for name, text in texts.items()}


def _restored(text: bytes) -> Any:  # noqa: ANN401 - a JSON value
    """The value, or None where a secret was in what is no text."""
    try:
        return restored(read_json(text).value)
    except ValueError:
        return None


def _name(edition: Edition | None) -> str | None:
    return edition.name if edition else None


def _crossed(probes: Sequence[str]) -> list[str]:
    """A line on answers with the url of another request, if there were any."""
    if not probes:
        return []
    named = ", ".join(dict.fromkeys(probes))
    return [f"{named}: answered with the url of another request to the same resource, and with its own when sent alone"]


def _only_mutation(preparation: Preparation) -> list[str]:
    """The probes that `--mutation any` would add, on loopback, where it harms nobody."""
    if not preparation.target.loopback:
        return []
    return [probe.id for probe in preparation.plan.probes if (probe.withheld or "").startswith(MUTATION)]


def rejudge(
    traffic: Traffic, contract: Contract, fail_on: Level | None = None, edition: str | None = None
) -> RunRecord:
    """The record of a run, judged by `contract`; `fail_on` is the run's own by default, and so is `edition`.

    `edition` is a name, or `none` where every clause is to count as it says today. Deselected, untestable and withheld
    clauses stay so. A clause that is newer than the run may have no verdict. Raises UsageError for the traffic of
    another operation, and for an edition that the contract does not have.
    """
    about = traffic.about
    if about.operation != contract.operation.id:
        raise UsageError(
            f"this is the traffic of {about.operation}, and the contract is that of {contract.operation.id}: "
            "name the other one with --spec"
        )
    adopted = contract.edition(edition or about.edition or NO_EDITION, "--edition")
    verdicts = verdicts_of(traffic, contract)
    known = contract.catalogue.by_id.keys()
    policy = GatePolicy(
        about.deselected,
        {clause: reason for clause, reason in about.not_testable.items() if clause in known},
        fail_on or Level(about.fail_on),
        frozenset((clause, probe) for clause, probe in about.accepted),
        adopted,
    )
    summary = summarise(contract.catalogue, verdicts, about.withheld, policy, complete=about.complete)
    expired = frozenset(about.acceptances)
    failures = [verdict for result in summary.clauses for verdict in result.failures]
    judged = replace(
        about,
        suite_version=__version__,
        openapi_sha256=contract.openapi_sha256,
        clauses_sha256=contract.clauses_sha256,
        document_revision=contract.catalogue.revision,
        document_title=contract.catalogue.title,
        operation=contract.operation.id,
        fail_on=policy.fail_on.value,
        edition=_name(policy.edition),
    )
    return RunRecord(
        about=judged,
        summary=summary,
        behaviour=_behaviours(traffic, contract),
        evidence=_evidence(traffic, {failure.exchange for failure in failures}),
        reproduce=commands(failures, about.command, about.profile),
        deviations=weigh(summary, policy.accepted, expired) if about.baseline else None,
        document=contract.shown_path,
        passages=contract.passages,
    )


def _evidence(traffic: Traffic, numbers: Collection[int]) -> dict[int, Evidence]:
    """The exchanges with these numbers, without curl lines, which the file does not have."""
    entries = (entry for entry in traffic.entries if entry.number in numbers)
    return {entry.number: Evidence(entry.number, entry.har, "") for entry in entries}


def verdicts_of(traffic: Traffic, contract: Contract) -> list[Verdict]:
    """The verdicts by `contract` on all exchanges that were judged when they were recorded."""
    known = contract.catalogue.by_id.keys()
    judged = [
        entry for entry in traffic.entries if entry.clauses is not None and entry.probe not in traffic.about.unjudged
    ]
    context = _context(traffic, contract)
    kept = [_verdict(row) for row in traffic.about.kept if row["clause"] in known]
    verdicts: list[Verdict] = []
    observations = {}
    for entry in judged:
        observation = observation_of(entry.bare, contract)
        if entry.exchange is None:  # its answer was cut: only its old verdicts are left
            verdicts += [verdict for verdict in kept if verdict.exchange == entry.number]
            observation = replace(observation, same=traffic.about.kept_same.get(str(entry.number)))
        else:
            declared = [clause for clause in entry.clauses or () if clause in known]
            verdicts += judge(entry.exchange, contract, context, declared)
        if not entry.bare.superseded:
            observations[entry.number] = observation
    return settle(verdicts, observations, contract)


def _context(traffic: Traffic, contract: Contract) -> Context:
    """The context by setup and bursts, or the recorded one if their answers are not whole."""
    told = [entry.exchange for entry in traffic.entries if entry.probe in {FIRST, AGAIN, CREATION, BURST}]
    if None in told:
        return Context(**traffic.about.context)
    whole = [one for one in told if one is not None and not one.superseded]
    opening = context_of([one for one in whole if one.probe in {FIRST, AGAIN}], contract)
    return with_many(opening, [one for one in whole if one.probe in {CREATION, BURST}], contract)


def _verdict(row: Mapping[str, Any]) -> Verdict:
    return Verdict(
        **{
            **row,
            "outcome": Outcome(row["outcome"]),
            "accepted": tuple(row["accepted"]),
            "beside": tuple(row["beside"]),
            "answered_by": AnsweredBy(row["answered_by"]),
        }
    )


def _behaviours(traffic: Traffic, contract: Contract) -> tuple[Behaviour, ...]:
    """The behaviour at each probe's first exchange."""
    generated, envelope = {prop.id for prop in properties(contract)}, contract.operation.envelope
    kept = {row["probe"]: _behaviour(row) for row in traffic.about.kept_behaviour}
    found: dict[str, Behaviour] = {}
    for entry in traffic.entries:
        one = entry.bare
        if (
            one.trouble is not Trouble.NOT_SENT
            and not one.superseded
            and entry.clauses is not None
            and entry.probe not in generated
            and entry.probe not in traffic.about.unjudged
        ):
            whole = kept.get(entry.probe) if entry.exchange is None else None
            found.setdefault(entry.probe, whole or behaviour_of(one, envelope))
    return tuple(found.values())


def _behaviour(row: Mapping[str, Any]) -> Behaviour:
    answered_by = row["answered_by"] and AnsweredBy(row["answered_by"])
    return Behaviour(**{**row, "answered_by": answered_by, "headers": tuple(row["headers"])})


def restated(traffic: Traffic, before: Contract, after: Contract) -> Traffic:
    """The traffic with the facts by another contract of the same operation; only what differs between them changes."""
    if _bounds(before) == _bounds(after):
        return traffic
    roles = {}
    for entry in traffic.entries:
        if entry.bare.facts.role and entry.bare.facts.id is not None:
            roles[entry.bare.facts.id] = entry.bare.facts.role
    known = [KnownTarget(one.operation, KnownTokens(frozenset()), roles, None) for one in (before, after)]
    entries = tuple(
        replace(
            entry, exchange=entry.exchange and _exchange(entry.exchange, *known), bare=_exchange(entry.bare, *known)
        )
        for entry in traffic.entries
    )
    return replace(traffic, entries=entries)


def _bounds(contract: Contract) -> tuple[object, ...]:
    return contract.operation.parameters, contract.operation.credential, contract.operation.body


def _exchange(exchange: Exchange, before: KnownTarget, after: KnownTarget) -> Exchange:
    old, new = facts_of(exchange.request, before), facts_of(exchange.request, after)
    facts = exchange.facts
    changed = {name: getattr(new, name) for name in _OF_BYTES if getattr(old, name) != getattr(new, name)}
    if "id_kind" in changed:
        changed["role"] = new.role
    allows = (one.operation.credential.allows(facts.token_length) for one in (before, after))
    if len(set(allows)) > 1:
        changed["token_in_range"] = not facts.token_in_range
    return replace(exchange, facts=replace(facts, **changed)) if changed else exchange
