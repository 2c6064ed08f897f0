"""The recorder of a run: every exchange, redacted the moment it is made, for the reports."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.contract.strictjson import read_json
from conformance.report.evidence import evidence_of, redacted_behaviour, redacted_verdict
from conformance.report.files import unwritten
from conformance.report.words import count_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from conformance.contract.contract import Contract
    from conformance.contract.message import Exchange
    from conformance.judge.behaviour import Behaviour
    from conformance.judge.verdict import Verdict
    from conformance.report.curl import Route
    from conformance.report.har import HarWriter
    from conformance.report.record import Evidence
    from conformance.traffic.redaction import Redactor

READ_BACK = "suite.read-back"
_OK = 200  # RFC 9110 section 15.3.1


class Recorder:
    """Keeps the evidence of exchanges, writes each to the HAR file once, and notes flaky ones.

    Args:
        contract: tells the responder of an answer, and the members that may be shown.
        redactor: takes secrets out.
        base_url: the target's.
        har: the HAR file, or None.
        headers: those of the target description, which every request carries.
        declared: the clauses of each probe and property. Other exchanges are not judged.
        route: proxy and certificates, for the lines that repeat a request.

    Attributes:
        evidence: what the reports show of an exchange, by its number.
        flaky: lines on probes that were answered only after trouble.
        cut: the numbers of exchanges with answers that are cut in the HAR file.
        trouble: why the HAR file could not be written, or None.
    """

    def __init__(
        self,
        contract: Contract,
        redactor: Redactor,
        base_url: str,
        har: HarWriter | None,
        *,
        headers: Sequence[tuple[bytes, bytes]] = (),
        declared: Mapping[str, tuple[str, ...]] | None = None,
        route: Route | None = None,
    ) -> None:
        self._contract = contract
        self._redactor = redactor
        self._base_url = base_url
        self._har = har
        self._headers = headers
        self._declared = declared or {}
        self._route = route
        self._lock = threading.Lock()
        self.evidence: dict[int, Evidence] = {}
        self.flaky: list[str] = []
        self.cut: set[int] = set()
        self.trouble: str | None = None

    def record(self, exchange: Exchange) -> None:
        """Take an exchange in; called in the thread that made it."""
        exchange = documented_members(exchange, self._contract)
        declared = self._declared.get(exchange.probe)
        evidence = evidence_of(
            exchange,
            self._redactor,
            self._base_url,
            self._headers,
            declared,
            envelope=self._contract.operation.envelope,
            route=self._route,
        )
        self._write(lambda har: har.add(evidence.number, evidence.har))
        with self._lock:
            if exchange.response is not None and evidence.cut:
                self.cut.add(exchange.number)
            if not exchange.superseded:
                self.evidence[exchange.number] = evidence
            if exchange.flaky:
                times = count_words(exchange.flaky, "time")
                self.flaky.append(f"{exchange.probe}: unanswered {times}, then answered on a fresh connection")

    def verdict(self, verdict: Verdict) -> Verdict:
        """`verdict` without secrets."""
        return redacted_verdict(verdict, self._redactor)

    def behaviour(self, behaviour: Behaviour) -> Behaviour:
        """`behaviour` without secrets."""
        return redacted_behaviour(behaviour, self._redactor)

    def forget(self, numbers: Iterable[int]) -> None:
        """Drop evidence that no report shows one by one. It stays in the HAR file."""
        with self._lock:
            for number in numbers:
                self.evidence.pop(number, None)

    @property
    def written(self) -> bool:
        """Whether the HAR file is whole and this run's."""
        return self._har is not None and self._har.whole

    def close(self, about: Mapping[str, object] | None = None) -> None:
        """Finish the HAR file with the description of the run. A file that cannot be finished is removed."""
        self._write(lambda har: har.close(about))
        if self.trouble:
            self.discard()

    def _write(self, act: Callable[[HarWriter], None]) -> None:
        """Act on the HAR file. After the first error it is left alone, and `trouble` says why."""
        if self._har is None or self.trouble:
            return
        try:
            act(self._har)
        except OSError as error:
            self.trouble = unwritten("traffic.har", error)

    def discard(self) -> None:
        """Remove the HAR file."""
        if self._har is not None:
            self._har.discard()


class NullRecorder(Recorder):
    """Keeps nothing and redacts nothing, for runs without reports."""

    def record(self, exchange: Exchange) -> None:
        """Drop the exchange."""

    def verdict(self, verdict: Verdict) -> Verdict:
        """`verdict`, unchanged."""
        return verdict

    def behaviour(self, behaviour: Behaviour) -> Behaviour:
        """`behaviour`, unchanged."""
        return behaviour


def documented_members(exchange: Exchange, contract: Contract) -> Exchange:
    """`exchange` for the reports: the answer to a read-back keeps the members that the document names.

    Another user may have made the resource, with a password or a token. A 200 that is not a JSON object loses its
    body. A member that is an object or an array is left out. Other exchanges are unchanged.
    """
    answer = exchange.response
    if exchange.probe != READ_BACK or answer is None or answer.status != _OK:
        return exchange
    document = read_json(answer.body).value
    if not isinstance(document, dict):
        return replace(exchange, response=replace(answer, body=b""))
    fields = contract.operation.responses[contract.operation.success].members
    kept = {name: value for name, value in document.items() if name in fields and not isinstance(value, dict | list)}
    if kept == document:
        return exchange
    return replace(exchange, response=replace(answer, body=json.dumps(kept).encode()))
