"""A session made of a preparation: the way out, what keeps the exchanges, and what sends and judges them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from conformance.config.secrets import reveal
from conformance.engine.credentials import credentials_of
from conformance.engine.ledger import Ledger, NoLedger
from conformance.engine.read_back import ReadBack, documented_members
from conformance.engine.replay import Replay
from conformance.engine.reproduction import way_of
from conformance.engine.session import Session
from conformance.plan.policy import Mutation
from conformance.report.har import HarWriter
from conformance.traffic.departure import Departure
from conformance.traffic.endpoint import Endpoint
from conformance.traffic.limits import Budget, CredentialGate, Pace
from conformance.traffic.sender import Sender

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.config.targets import Target
    from conformance.engine.preparation import Preparation
    from conformance.traffic.memory import Connect

__all__ = ["session_of"]

_RATE_OFF_LOOPBACK = 10.0


def session_of(
    preparation: Preparation, har: Path | None, *, recorded: bool = True, connect: Connect | None = None
) -> Session:
    """A session that has sent nothing yet; it writes its traffic to `har` where one is given.

    Nothing is kept of it but the verdicts where it is not `recorded`. `connect` reaches a server in this process: all
    requests go there, whatever the target's address.
    """
    target, fixtures, contract = preparation.target, preparation.fixtures, preparation.contract
    endpoint = _endpoint(target)
    declared = {probe.id: probe.clauses for probe in preparation.plan.probes} | {
        prop.id: () for prop in preparation.properties
    }
    kind = Ledger if recorded else NoLedger
    writer, way = HarWriter(har) if har else None, way_of(target)
    ledger = kind(
        preparation.redactor,
        target.base_url,
        writer,
        endpoint.headers,
        declared,
        envelope=contract.operation.envelope,
        way=way,
    )
    departure = _departure(preparation, endpoint, connect)
    echoes = contract.catalogue.ids("echo", sent=contract.operation.url_member)
    shown = contract.catalogue[echoes[0]].arguments["member"] if echoes else None
    sender = Sender(departure, lambda exchange: ledger.record(documented_members(exchange, contract)), shown)
    reads_back = target.reads_back and preparation.mutation is not Mutation.NEVER  # which changes nothing
    return Session(
        contract=contract,
        fixtures=fixtures,
        plan=preparation.plan,
        profile=preparation.profile,
        sender=sender,
        ledger=ledger,
        concurrency=preparation.settings.concurrency,
        replay=Replay(fixtures, preparation.store, saved=preparation.examples) if recorded else Replay(fixtures),
        ends=preparation.ends,
        read_back=ReadBack(sender, fixtures, preparation.redactor, contract) if reads_back else None,
    )


def _endpoint(target: Target) -> Endpoint:
    return Endpoint(
        base_url=target.base_url,
        timeout=target.timeout_seconds,
        verify_tls=target.verify_tls,
        client_certificate=target.client_certificate,
        proxy=reveal(target.proxy) if target.proxy else None,
        headers=tuple(
            (name.encode("ascii"), reveal(value).encode("latin-1")) for name, value in target.headers.items()
        ),
    )


def _departure(preparation: Preparation, endpoint: Endpoint, connect: Connect | None) -> Departure:
    target, fixtures = preparation.target, preparation.fixtures
    return Departure(
        endpoint,
        fixtures,
        budget=Budget(preparation.max_requests),
        pace=Pace(preparation.settings.rate or (None if target.loopback else _RATE_OFF_LOOPBACK)),
        gate=CredentialGate(preparation.bad_credentials),
        connections=preparation.settings.concurrency,
        credentials=credentials_of(target, fixtures, preparation.plan_for, preparation.redactor, time.sleep),
        connect=connect,
    )
