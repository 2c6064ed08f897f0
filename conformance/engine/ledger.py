"""The ledger: every exchange, redacted the moment it is made, on its way to the reports."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from conformance.report.evidence import evidence_of, redacted_behaviour, redacted_verdict
from conformance.report.files import unwritten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from conformance.contract.message import Exchange
    from conformance.contract.operation import Envelope
    from conformance.judge.behaviour import Behaviour
    from conformance.judge.verdict import Verdict
    from conformance.report.curl import Way
    from conformance.report.har import HarWriter
    from conformance.report.record import Evidence
    from conformance.traffic.redaction import Redactor

__all__ = ["Ledger", "NoLedger"]


class Ledger:
    """Keeps the evidence of exchanges by number, writes each to the HAR file once, and notes flaky ones.

    `headers` are the target description's, which are sent with every request. `declared` maps a probe or property to
    the clauses that it is there for; what else is sent is not judged. `envelope` tells whose an answer is, `way` how to
    get to the target.
    """

    def __init__(
        self,
        redactor: Redactor,
        base_url: str,
        har: HarWriter | None,
        headers: Sequence[tuple[bytes, bytes]] = (),
        declared: Mapping[str, tuple[str, ...]] | None = None,
        *,
        envelope: Envelope,
        way: Way | None = None,
    ) -> None:
        self._redactor = redactor
        self._envelope = envelope
        self._base_url = base_url
        self._har = har
        self._headers = headers
        self._declared = declared or {}
        self._way = way
        self._lock = threading.Lock()
        self.evidence: dict[int, Evidence] = {}
        self.flaky: list[str] = []
        self.cut: set[int] = set()
        self.trouble: str | None = None

    def record(self, exchange: Exchange) -> None:
        """Take an exchange in; called in the thread that made it."""
        declared = self._declared.get(exchange.probe)
        evidence = evidence_of(
            exchange,
            self._redactor,
            self._base_url,
            self._headers,
            declared,
            envelope=self._envelope,
            way=self._way,
        )
        self._write(lambda har: har.add(evidence.har))
        with self._lock:
            if exchange.response is not None and evidence.cut:
                self.cut.add(exchange.number)
            if not exchange.superseded:
                self.evidence[exchange.number] = evidence
            if exchange.flaky:
                times = f"{exchange.flaky} time{'s' if exchange.flaky > 1 else ''}"
                self.flaky.append(f"{exchange.probe}: unanswered {times}, then answered on a fresh connection")

    def verdict(self, verdict: Verdict) -> Verdict:
        """`verdict` without a secret in its words."""
        return redacted_verdict(verdict, self._redactor)

    def behaviour(self, behaviour: Behaviour) -> Behaviour:
        """`behaviour` without a secret in what the target chose."""
        return redacted_behaviour(behaviour, self._redactor)

    def forget(self, numbers: Iterable[int]) -> None:
        """Let go of evidence that no report shows one by one; it stays in the HAR file."""
        with self._lock:
            for number in numbers:
                self.evidence.pop(number, None)

    @property
    def written(self) -> bool:
        """Whether the HAR file in its place is this run's."""
        return self._har is not None and self._har.whole

    def close(self, about: Mapping[str, object] | None = None) -> None:
        """Finish the HAR file, with what is to be said of the run; where that cannot be done there is none."""
        self._write(lambda har: har.close(about))
        if self.trouble:
            self.discard()

    def _write(self, act: Callable[[HarWriter], None]) -> None:
        """Do something with the HAR file; once that is not possible it is left alone, and `trouble` says why."""
        if self._har is None or self.trouble:
            return
        try:
            act(self._har)
        except OSError as error:
            self.trouble = unwritten("traffic.har", error)

    def discard(self) -> None:
        """Leave no HAR file of this run."""
        if self._har is not None:
            self._har.discard()


class NoLedger(Ledger):
    """Keeps nothing and hides nothing: for runs of which nothing is written."""

    def record(self, exchange: Exchange) -> None:
        """Let the exchange go."""

    def verdict(self, verdict: Verdict) -> Verdict:
        """`verdict` as it is."""
        return verdict

    def behaviour(self, behaviour: Behaviour) -> Behaviour:
        """`behaviour` as it is."""
        return behaviour
