"""Assembly of a session from a preparation: client, recorder, replay, read-back and credentials."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING

from conformance.config.secrets import TOKEN_NAME, Command, Iam, reveal
from conformance.engine.preparation import Preparation, route_of
from conformance.engine.properties import SHRUNK_CLAUSES, Replay
from conformance.engine.recorder import NullRecorder, Recorder
from conformance.engine.session import Session
from conformance.engine.setup import ReadBack
from conformance.exceptions import NoVerdict, UsageError
from conformance.plan.probe import Mutation
from conformance.report.har import HarWriter
from conformance.traffic.client import Client
from conformance.traffic.credentials import Credentials, Identity, Issued, Login
from conformance.traffic.endpoint import Endpoint
from conformance.traffic.limits import Budget, CredentialGate, Pace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conformance.config.targets import Target
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.plan import Plan
    from conformance.traffic.memory import Connect
    from conformance.traffic.redaction import Redactor

_RATE_OFF_LOOPBACK = 10.0


def session_of(
    preparation: Preparation, har: Path | None, *, recorded: bool = True, connect: Connect | None = None
) -> Session:
    """A session that has sent nothing yet.

    Args:
        preparation: the run.
        har: the file for its traffic, or None.
        recorded: False to keep nothing but the verdicts; a simpler request than one that failed is not looked for.
        connect: reaches a server in this process. All requests go there, whatever the target's address.
    """
    target, fixtures, contract = preparation.target, preparation.fixtures, preparation.contract
    endpoint = _endpoint(target)
    declared = {probe.id: probe.clauses for probe in preparation.plan.probes} | {
        prop.id: () for prop in preparation.properties
    }
    kind = Recorder if recorded else NullRecorder
    writer = HarWriter(har) if har else None
    recorder = kind(
        contract,
        preparation.redactor,
        target.base_url,
        writer,
        headers=endpoint.headers,
        declared=declared,
        route=route_of(target),
    )
    client = _client(preparation, endpoint, recorder, connect)
    reads_back = target.reads_back and preparation.mutation is not Mutation.NEVER  # which changes nothing
    return Session(
        contract=contract,
        fixtures=fixtures,
        plan=preparation.plan,
        profile=preparation.profile,
        client=client,
        recorder=recorder,
        concurrency=preparation.settings.concurrency,
        replay=Replay(fixtures, preparation.store, saved=preparation.examples) if recorded else Replay(fixtures),
        ends=preparation.ends,
        shrunk=SHRUNK_CLAUSES if recorded else 0,
        read_back=ReadBack(client, fixtures, preparation.redactor, contract) if reads_back else None,
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


def _client(preparation: Preparation, endpoint: Endpoint, recorder: Recorder, connect: Connect | None) -> Client:
    target, fixtures, contract = preparation.target, preparation.fixtures, preparation.contract
    echoes = contract.catalogue.ids("echo", sent=contract.operation.url_member)
    return Client(
        endpoint,
        fixtures,
        recorder.record,
        budget=Budget(preparation.max_requests),
        pace=Pace(preparation.settings.rate or (None if target.loopback else _RATE_OFF_LOOPBACK)),
        gate=CredentialGate(preparation.bad_credentials),
        connections=preparation.settings.concurrency,
        shown=contract.catalogue[echoes[0]].arguments["member"] if echoes else None,
        credentials=credentials_of(target, fixtures, preparation.plan_for, preparation.redactor, time.sleep),
        connect=connect,
    )


def credentials_of(
    target: Target,
    fixtures: TargetFixtures,
    plan: Callable[[TargetFixtures], Plan],
    redactor: Redactor,
    pause: Callable[[float], object],
) -> Credentials | None:
    """The credentials of a token that can be renewed, or None. `pause` waits a number of seconds."""
    if target.source is None:
        return None
    if isinstance(target.source, Iam):
        source = _asking(target.source, target, pause, fixtures)
    else:
        source = _printing(target.source)
    return Credentials(
        source,
        fixtures,
        issued=target.token is not None,
        plan=plan,
        learn=lambda value: redactor.learn(fixtures.token.secret or TOKEN_NAME, value.decode("latin-1")),
    )


def _asking(
    iam: Iam, target: Target, pause: Callable[[float], object], fixtures: TargetFixtures
) -> Callable[[], Issued]:
    endpoint = Endpoint(
        base_url=iam.endpoint,
        timeout=target.timeout_seconds,
        verify_tls=target.verify_tls,
        proxy=reveal(target.proxy) if target.proxy else None,
    )
    login = Login(reveal(iam.user), reveal(iam.password), reveal(iam.domain), iam.project)
    longest = fixtures.operation.credential.longest
    return Identity(endpoint, login, iam.place, pause, math.inf if longest is None else longest).token


def _printing(command: Command) -> Callable[[], Issued]:
    def token() -> Issued:
        try:
            return Issued(command.token().value.encode("latin-1"))
        except UsageError as error:
            raise NoVerdict(str(error)) from None

    return token
