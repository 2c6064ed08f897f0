"""The session: sends the exchanges of one run in the background and judges each as it arrives."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from conformance.contract.message import Exchange, Request, Trouble
from conformance.engine.concurrency import Job, join, run_jobs, wait
from conformance.engine.properties import SHRUNK_CLAUSES, Drawing, PropertyRunner, Replay, Stopped
from conformance.engine.setup import ReadBack, send_setup
from conformance.exceptions import ConformanceError
from conformance.judge.behaviour import Behaviour, behaviour_of
from conformance.judge.causes import may_change, settle
from conformance.judge.expected import AGAIN, FIRST, LAST
from conformance.judge.judge import context_of, judge, with_many
from conformance.judge.observations import Observation, observation_of
from conformance.judge.reading import Context
from conformance.judge.verdict import Outcome, Verdict
from conformance.plan.probe import Probe, Profile, Stage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from conformance.contract.contract import Contract
    from conformance.engine.recorder import Recorder
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.plan import Plan
    from conformance.traffic.client import Client

FIRST_FAILURE = "the first failure ended the run"


@dataclass(slots=True)
class Result:
    """The result of a probe or property: its verdicts and, for a probe, its behaviour. Whole once `done` is set."""

    verdicts: list[Verdict] = field(default_factory=list)
    behaviour: Behaviour | None = None
    done: threading.Event = field(default_factory=threading.Event)


class Progress(NamedTuple):
    """The progress of a session.

    Attributes:
        words: the phase.
        requests: the number of requests that left.
        expected: their number at the end, or None if it is not known.
    """

    words: str
    requests: int
    expected: int | None


class Session:
    """Sends the chosen probes and properties, stage by stage. `result` waits for one of them.

    Attributes:
        ended: a verdict ended the run: `ends` held for it. No further probe or generated request is begun.
        drawn: the generated requests of each property. Given ones are not drawn again.
        context: what the setup showed of the target, for the judge.
        kept: the verdicts on answers that are cut in the recorded traffic, as they were before the run was settled.
        error: the error that broke the run off, or None.
    """

    def __init__(
        self,
        *,
        contract: Contract,
        fixtures: TargetFixtures,
        plan: Plan,
        profile: Profile,
        client: Client,
        recorder: Recorder,
        concurrency: int,
        replay: Replay,
        read_back: ReadBack | None = None,
        ends: Callable[[Verdict], bool] = lambda _: False,
        shrunk: int = SHRUNK_CLAUSES,
    ) -> None:
        self.contract = contract
        self.fixtures = fixtures
        self.plan = plan
        self.profile = profile
        self.client = client
        self.recorder = recorder
        self.replay = replay
        self.read_back = read_back
        self._ends = ends
        self.ended = False
        self._shrunk = shrunk
        self._concurrency = concurrency
        self.drawn: dict[str, tuple[Request, ...]] = {}
        self.context = Context()
        self._opening: list[Exchange] = []
        self._at_once: list[tuple[Exchange, Probe]] = []
        self._took: dict[str, list[float]] = {FIRST: [], AGAIN: [], LAST: []}
        self._sent: dict[str, Result] = {}
        self._observations: dict[int, Observation] = {}
        self._generated: dict[str, list[Verdict]] = {}  # of each property, with the failures that are not shown
        self.kept: list[Verdict] = []
        self._settled = False
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._drawing: Drawing | None = None
        self._runner: PropertyRunner | None = None
        self._due = 0
        self.error: BaseException | None = None

    def open(self, chosen: Collection[str]) -> None:
        """Send the setup probes one by one; `chosen` are the ids of all that is to be sent.

        Raises NoVerdict if the target is out of reach or refuses the credentials.
        """
        if self.read_back is not None:
            self.read_back.before()
        self._opening = send_setup(self.client, self.plan, self.fixtures, self.contract, chosen)
        self.context = context_of(self._opening, self.contract)

    def start(self, chosen: Collection[str]) -> None:
        """Begin to send the probes and properties with these ids in the background, but for withheld probes."""
        probes = [probe for probe in self.plan.sent if probe.id in chosen]
        runner = self._runner = PropertyRunner(
            chosen,
            self.fixtures,
            self.contract,
            self.profile,
            replay=self.replay,
            send=self.client.send,
            judge=self._judge,
            forget=self._forget,
            stopped=lambda: self.client.stopped or self.ended,
            ends=self._ends,
            drawn=self.drawn,
            shrunk=self._shrunk,
        )
        names = [probe.id for probe in probes] + [prop.id for prop in runner.properties]
        self._sent = {name: Result() for name in names}
        for exchange in self._opening:
            if exchange.probe in self._sent:
                self._keep(exchange, self.plan.by_id[exchange.probe])
                self._sent[exchange.probe].done.set()
        self._due = sum(probe.copies for probe in probes if probe.stage is not Stage.SETUP)
        self._thread = threading.Thread(target=self._run, args=(probes, runner), name="conformance-run", daemon=True)
        self._thread.start()

    def _run(self, probes: list[Probe], runner: PropertyRunner) -> None:
        drawing = self._drawing = Drawing(runner)
        try:
            for staged in _stages(probes):
                self._send_stage(staged)
            if self.client.stopped:
                return
            if not self.ended:
                drawing.finish()
                self._send_properties(runner)
            self._send_stage([probe for probe in probes if probe.stage is Stage.LAST])
        except Stopped:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again where results are asked for
            self._break_off(error)
        finally:
            try:
                if self.read_back is not None:
                    self.read_back.after()
            except BaseException as error:  # noqa: BLE001 - as above
                self._break_off(error)
            finally:
                drawing.join()  # two threads that read source at once trip over CPython 3.11's parser
                self._end()
                self._over.set()
                for sent in self._sent.values():
                    sent.done.set()

    def _end(self) -> None:
        try:
            self._settle()
        except BaseException as error:  # noqa: BLE001 - raised again where results are asked for
            self._break_off(error)

    def _settle(self) -> None:
        """Judge the run as a whole, once: many exchanges together change verdicts, or add some."""
        with self._lock:
            if self._settled:
                return
            self._settled = True
            found = {name: self._generated.get(name, sent.verdicts) for name, sent in self._sent.items()}
            judged = {number: one for number, one in dict(self._observations).items() if found[one.probe]}
            self.kept = [one for one in chain.from_iterable(found.values()) if one.exchange in self.recorder.cut]
            by_probe: dict[str, list[Verdict]] = {name: [] for name in self._sent}
            for verdict in settle(chain.from_iterable(found.values()), judged, self.contract):
                by_probe[verdict.probe].append(self.recorder.verdict(verdict))
            for name, verdicts in by_probe.items():
                self._sent[name].verdicts = self._shown(name, verdicts)

    def _shown(self, name: str, verdicts: list[Verdict]) -> list[Verdict]:
        """The verdicts to report: of a property one failure of each clause. The others' evidence is let go."""
        if self._runner is None or name not in self._generated:
            return verdicts
        shown = self._runner.shown(name, verdicts)
        failed = {verdict.exchange for verdict in shown if verdict.outcome is Outcome.FAIL}
        self.recorder.forget({verdict.exchange for verdict in verdicts} - failed)
        return shown

    def _forget(self, numbers: Collection[int]) -> None:
        """Let go of the evidence of good answers, but for those that the run as a whole compares with others."""
        compared = {number for number in numbers if self._observations[number].same is not None}
        self.recorder.forget(set(numbers) - compared)

    def _send_stage(self, staged: list[Probe]) -> None:
        for probe in staged:
            if probe.stage in {Stage.CREATION, Stage.BURST} and probe.copies > 1:
                self.client.gather(probe.id, probe.copies, self._concurrency)
        jobs = [job for probe in sorted(staged, key=self._late) for job in self._jobs(probe)]
        run_jobs(jobs, self._send, self._concurrency)
        if self._at_once:
            self.context = with_many(self.context, [exchange for exchange, _ in self._at_once], self.contract)
        for exchange, probe in sorted(self._at_once, key=lambda made: made[0].number):
            self._keep(exchange, probe)
        self._at_once.clear()
        for probe in staged:
            self._sent[probe.id].done.set()

    def _send_properties(self, runner: PropertyRunner) -> None:
        runner.send_all(self._concurrency)
        for prop in runner.properties:
            verdicts = runner.conclude(prop, kept=not self.ended)
            with self._lock:
                if not self._settled:
                    self._generated[prop.id] = verdicts
                    self._sent[prop.id].verdicts = runner.shown(prop.id, verdicts)
            self._end_after(verdicts)
            self._sent[prop.id].done.set()

    def _break_off(self, error: BaseException) -> None:
        """Send nothing more. `result` and `join` raise the first such error."""
        known = isinstance(error, ConformanceError)
        error = error if known else ConformanceError(f"the run broke off: {type(error).__name__}: {error}")
        self.error = self.error or error
        self.client.stop(str(error))

    def _jobs(self, probe: Probe) -> Iterator[Job[Probe]]:
        facts = self.plan.facts[probe.id]
        in_turn = probe.copies == 1 or probe.stage is Stage.LAST
        turn = facts.id if facts.takes_turns and in_turn else None
        return (Job(probe, turn) for _ in range(probe.copies))

    def _late(self, probe: Probe) -> bool:
        """Whether a probe is sent late in its stage: good credentials might disturb others on a faulty target."""
        return self.plan.facts[probe.id].token.good

    def _send(self, probe: Probe) -> None:
        assert probe.request is not None  # noqa: S101 - probes that are sent have one
        with self._lock:
            self._due -= 1
        if self.ended:
            exchange = self.client.withhold(probe.id, probe.request, FIRST_FAILURE)
        else:
            exchange = self.client.send(probe.id, probe.request)
        if probe.stage in {Stage.CREATION, Stage.BURST} and probe.copies > 1:
            self._at_once.append((exchange, probe))  # each is judged beside the others
        else:
            self._keep(exchange, probe)
        if probe.copies == 1:
            self._sent[probe.id].done.set()

    def _keep(self, exchange: Exchange, probe: Probe) -> None:
        verdicts = self._judge(exchange, probe.clauses)
        sent_at_all = exchange.trouble is not Trouble.NOT_SENT
        behaviour = (
            self.recorder.behaviour(behaviour_of(exchange, self.contract.operation.envelope)) if sent_at_all else None
        )
        with self._lock:
            if exchange.response is not None and probe.id in self._took:
                self._took[probe.id].append(exchange.seconds)
            sent = self._sent[probe.id]
            if not self._settled:  # an abandoned run ended without this answer
                sent.verdicts.extend(verdicts)
            sent.behaviour = sent.behaviour or behaviour
        self._end_after(verdicts)

    def _end_after(self, verdicts: Iterable[Verdict]) -> None:
        self.ended = self.ended or any(self._ends(verdict) for verdict in verdicts)

    def _judge(self, exchange: Exchange, declared: Iterable[str] = ()) -> tuple[Verdict, ...]:
        """The verdicts of an exchange, without secrets."""
        verdicts = judge(exchange, self.contract, self.context, declared)
        if not exchange.superseded:
            self._observations[exchange.number] = observation_of(exchange, self.contract)
        return tuple(self.recorder.verdict(verdict) for verdict in verdicts)

    def result(self, name: str) -> Result | None:
        """The result of a probe or property, waited for; None if it was not sent. Raises the error of the run."""
        sent = self._sent.get(name)
        if sent is not None:
            wait(sent.done)
            if name not in self.plan.by_id or self._provisional(sent):
                wait(self._over)
        if self.error is not None:
            raise self.error
        return sent

    def _provisional(self, sent: Result) -> bool:
        return any(
            may_change(verdict, self._observations.get(verdict.exchange), self.contract)
            for verdict in list(sent.verdicts)
        )

    def join(self) -> None:
        """Wait until everything is sent and judged."""
        if self._thread is not None:
            join(self._thread)
        if self.error is not None:
            raise self.error

    def abandon(self, reason: str) -> None:
        """Send nothing more, wait only for the end of drawing, which reads source as pytest does, and judge."""
        self.client.stop(reason)
        if self._drawing is not None:
            self._drawing.join()
        self._end()

    @property
    def verdicts(self) -> list[Verdict]:
        """Every verdict so far."""
        with self._lock:
            return [verdict for sent in self._sent.values() for verdict in sent.verdicts]

    @property
    def unjudged(self) -> list[str]:
        """The probes and properties without a verdict that may have been sent."""
        opening = {probe.id for probe in self.plan.sent if probe.stage is Stage.SETUP}
        return sorted((opening | self._sent.keys()) - {name for name, sent in self._sent.items() if sent.verdicts})

    @property
    def cut(self) -> dict[int, Observation]:
        """The observations of judged answers that are cut in the recorded traffic."""
        return {number: one for number in set(self.recorder.cut) if (one := self._observations.get(number)) is not None}

    @property
    def behaviours(self) -> tuple[Behaviour, ...]:
        """The behaviour of every sent probe, in the plan's order."""
        sent = (self._sent.get(probe.id) for probe in self.plan.probes)
        return tuple(found.behaviour for found in sent if found is not None and found.behaviour is not None)

    @property
    def progress(self) -> Progress:
        """The progress now. The number of requests that shrinking needs is not known before."""
        due = self._due + (self._runner.due if self._runner else 0)
        sent = self.client.requests
        if self._thread is None or not self._thread.is_alive():
            return Progress("Reporting", sent, sent)
        return Progress("Sending", sent, sent + due) if due else Progress("Simplifying the failures", sent, None)

    @property
    def pace(self) -> dict[str, float]:
        """The milliseconds of the documented request, the quicker of two at first and of two at last."""
        places = {"first_ms": (FIRST, AGAIN), "last_ms": (LAST,)}
        taken = {name: [took for probe in probes for took in self._took[probe]] for name, probes in places.items()}
        return {name: round(min(times) * 1000, 3) for name, times in taken.items() if times}


def _stages(probes: Collection[Probe]) -> Iterator[list[Probe]]:
    """The probes that go side by side: the smoke profile's first, since most failures show there; bursts last."""
    main = [probe for probe in probes if probe.stage is Stage.MAIN]
    yield [probe for probe in main if probe.profile is Profile.SMOKE]
    yield [probe for probe in main if probe.profile is not Profile.SMOKE]
    yield [probe for probe in probes if probe.stage is Stage.CREATION]
    yield [probe for probe in probes if probe.stage is Stage.BURST]
