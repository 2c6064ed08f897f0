"""The preparation of a run: plan, limits, selection, baseline and secrets, decided before anything is sent.

The lines that repeat it belong to it: its command, and the shell lines that set the variables of curl lines.
"""

from __future__ import annotations

import secrets
import shlex
import time
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from conformance.config.baseline import Accepted, Baseline, read_baseline
from conformance.config.secrets import TOKEN_NAME, Secret
from conformance.config.settings import NOWHERE, Settings, check_globs, select_clauses, select_probes
from conformance.config.targets import Target, refuse_repeated
from conformance.contract.facts import Described
from conformance.contract.message import Token
from conformance.examples import Example, ExampleStore, default_directory
from conformance.judge.summary import Deviations, GatePolicy, Summary, accepts, gates, weigh
from conformance.plan.fixtures import TargetFixtures
from conformance.plan.plan import Plan, all_probes, make_plan
from conformance.plan.probe import Mutation, Probe, Profile
from conformance.plan.properties import Property, properties
from conformance.report.curl import Route
from conformance.report.record import probe_command
from conformance.traffic.redaction import Redactor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from conformance.contract.contract import Contract
    from conformance.judge.verdict import Verdict

NOT_ISSUED = Token(b"the-token-that-IAM-has-not-issued-yet.", fill=b"0", length=1_500, secret=TOKEN_NAME)
"""A stand-in for the token that IAM will issue. Requests are planned with it; no target ever sees it."""
_MAX_REQUESTS = {Profile.SMOKE: 200, Profile.STANDARD: 2_000, Profile.DEEP: 20_000}
AGAIN = "again"
"""The folder, below a run's reports, for the reports of its lines to reproduce."""
_OPTIONS = ("config", "spec", "edition", "mutation", "fail_on", "baseline", "rate", "concurrency", "examples")


def _id_of(moment: datetime) -> str:
    return f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"


@dataclass(frozen=True)
class Preparation:
    """A run that is ready to begin. Its properties raise UsageError for wrong settings.

    Attributes:
        embedded: the target is the mock inside this process.
        run_id: unique, and sorts by time.
        series: the id of the first of the runs that repeat one another, or None.
    """

    settings: Settings
    target: Target
    contract: Contract
    embedded: bool
    seed: int
    run_id: str
    started_at: datetime
    series: str | None = None

    @classmethod
    def of(
        cls,
        settings: Settings,
        target: Target,
        contract: Contract,
        *,
        embedded: bool = False,
        series: str | None = None,
    ) -> Preparation:
        """Prepare a run, with the clock's seed if none was given, and check the selection against the catalogue."""
        now = datetime.now(UTC)
        seed = settings.seed if settings.seed is not None else int(time.time() * 1000) % 2**32
        run_id = _id_of(now)
        series = series or (run_id if settings.repeat > 1 else None)
        preparation = cls(settings, target, contract, embedded, seed, run_id, now, series)
        preparation.clauses, preparation.chosen, preparation.gate_policy, preparation.examples  # noqa: B018 - errors show before anything is sent
        refuse_repeated(target.base_url, f"{target.place} base_url", contract.operation)
        return preparation

    def again(self) -> Preparation:
        """Another run of the same plan, with an id of its own; what was planned is not planned anew."""
        now = datetime.now(UTC)
        other = replace(self, run_id=_id_of(now), started_at=now)
        vars(other).update({name: known for name, known in vars(self).items() if name not in vars(other)})
        return other

    @property
    def profile(self) -> Profile:
        """The profile, by which probes are selected."""
        return self.settings.profile

    @cached_property
    def mutation(self) -> Mutation:
        """The resources that a valid token may reach."""
        return self.settings.mutation or (Mutation.ANY if self.embedded else Mutation.FIXTURE)

    @cached_property
    def fixtures(self) -> TargetFixtures:
        """The part of the target description that requests are made of."""
        return fixtures_of(self.target, self.contract, self.mutation, self.seed)

    @cached_property
    def plan(self) -> Plan:
        """The probes of the profile, or of every profile if `--probe` names some."""
        return self.plan_for(self.fixtures)

    @cached_property
    def standard_probes(self) -> int:
        """The number of probes that the standard profile sends to the same target."""
        if self.profile is Profile.STANDARD and not self.settings.probe:
            return len(self.plan.sent)
        return len(
            make_plan(self.fixtures, self.contract.catalogue, Profile.STANDARD, self.bad_credentials, self.probes).sent
        )

    def plan_for(self, fixtures: TargetFixtures) -> Plan:
        """The same probes of other fixtures: those with the current token."""
        profile = Profile.DEEP if self.settings.probe else self.profile
        probes = self.probes if fixtures is self.fixtures else None
        return make_plan(fixtures, self.contract.catalogue, profile, self.bad_credentials, probes)

    @cached_property
    def probes(self) -> tuple[Probe, ...]:
        """Every probe of every profile."""
        return all_probes(self.fixtures, self.contract.catalogue)

    @property
    def properties(self) -> tuple[Property, ...]:
        """Every property of the operation."""
        return properties(self.contract)

    @property
    def bad_credentials(self) -> int | None:
        """The most requests with bad credentials of this run, or None for no limit.

        Repeated runs get equal shares, so that each sends the same requests.
        """
        return None if self.target.loopback else self.target.max_bad_credentials // self.settings.repeat

    @property
    def max_requests(self) -> int:
        """The most requests of this run."""
        return self.settings.max_requests or _MAX_REQUESTS[self.profile]

    @cached_property
    def clauses(self) -> frozenset[str]:
        """The ids of the selected clauses."""
        return select_clauses(self.settings, self.contract.catalogue.by_id)

    @cached_property
    def chosen(self) -> frozenset[str]:
        """The ids of the probes and properties that `--probe` leaves."""
        known = [probe.id for probe in self.probes] + [prop.id for prop in self.properties]
        return select_probes(self.settings, known)

    @cached_property
    def store(self) -> ExampleStore | None:
        """The store of generated requests that failed. The embedded mock has one only by option."""
        given = self.settings.examples
        if str(given) == NOWHERE or (given is None and self.embedded):
            return None
        directory = given or default_directory()
        place = "" if self.embedded else self.target.base_url  # its port is another each time
        return ExampleStore(directory, self.target.name, place, self.fixtures)

    @cached_property
    def examples(self) -> tuple[Example, ...]:
        """The failures of earlier runs, for the properties of this one."""
        if self.store is None:
            return ()
        return self.store.load(
            prop.id for prop in self.properties if prop.id in self.chosen and prop.examples(self.profile)
        )

    @cached_property
    def gate_policy(self) -> GatePolicy:
        """The rules of the gate: deselected and untestable clauses, the level, accepted deviations, the edition."""
        reasons: dict[str, str] = {}
        for glob, reason in self.target.not_testable.items():
            matched = check_globs([glob], self.contract.catalogue.by_id, f"{self.target.place} not_testable")
            reasons |= dict.fromkeys(matched, reason)
        deselected = self.contract.catalogue.by_id.keys() - self.clauses
        edition = self.contract.edition(self.settings.edition, self.settings.source("edition"))
        return GatePolicy(deselected, reasons, self.settings.fail_on, self.entries(expired=False), edition)

    @cached_property
    def baseline(self) -> Baseline | None:
        """The accepted deviations, or None."""
        if self.settings.baseline is None:
            return None
        baseline = read_baseline(self.settings.baseline)
        known = {probe.id for probe in self.probes} | {prop.id for prop in self.properties}
        baseline.check(self.contract.catalogue.by_id, known)
        return baseline

    def deviations(self, summary: Summary) -> Deviations | None:
        """The failures beside the baseline, or None without a baseline."""
        if self.baseline is None:
            return None
        return weigh(summary, self.entries(expired=False), self.entries(expired=True))

    def entries(self, *, expired: bool) -> frozenset[tuple[str, str]]:
        """The pairs of clause and probe in the baseline that have expired, or have not."""
        return frozenset(entry.pair for entry in self._entries(expired=expired))

    def lapsed(self) -> list[list[str]]:
        """The entries that have expired, in order: clause, probe, and the reason with ticket, owner and last day."""
        return sorted([*entry.pair, str(entry)] for entry in self._entries(expired=True))

    def why_accepted(self, failures: Iterable[Verdict]) -> str | None:
        """The reasons why none of these failures gates: the baseline's or the edition's; None where one does."""
        reasons: list[str] = []
        notes: list[str] = []
        edition = self.gate_policy.edition
        for failure in failures:
            found = [
                str(entry)
                for entry in self._entries(expired=False)
                if accepts({entry.pair}, failure.clause, failure.probe)
            ]
            if edition and not found and (note := edition.informs(failure.clause)):
                notes.append(note)
            elif not found:
                return None
            reasons += found
        known = [f"accepted in the baseline: {'; '.join(dict.fromkeys(reasons))}"] if reasons else []
        return "; ".join([*known, *dict.fromkeys(notes)]) or None

    def _entries(self, *, expired: bool) -> list[Accepted]:
        entries = self.baseline.entries if self.baseline else ()
        return [entry for entry in entries if entry.expired(self.started_at.date()) is expired]

    @cached_property
    def redactor(self) -> Redactor:
        """Takes the target's secrets out of everything that is written."""
        return Redactor({secret.name: secret.value for secret in self.target.secrets})

    @cached_property
    def command(self) -> str:
        """The command of this run, without a probe: the start of the line that reproduces a failure."""
        return command_of(self.settings, self.target, self.seed, embedded=self.embedded)

    @cached_property
    def variables(self) -> dict[str, str]:
        """The shell lines that set the variables of curl lines."""
        return variables_of(self.settings, self.target)

    def reproduce(self, failure: Verdict) -> str:
        """The command that sends the requests of a failure again."""
        return probe_command(self.command, self.profile.value, failure)

    def ends(self, verdict: Verdict) -> bool:
        """Whether nothing more is sent after this verdict."""
        return self.settings.exitfirst and gates(self.contract.catalogue[verdict.clause], verdict, self.gate_policy)


def fixtures_of(
    target: Target, contract: Contract, mutation: Mutation = Mutation.FIXTURE, seed: int = 0
) -> TargetFixtures:
    """The fixtures for requests to this target."""
    return TargetFixtures(
        operation=contract.operation,
        token=_token(target.token) if target.token else NOT_ISSUED,
        restricted_token=_token(target.restricted_token) if target.restricted_token else None,
        tokens_by_length={length: _token(secret) for length, secret in target.tokens_by_length.items()},
        mutation=mutation,
        loopback=target.loopback,
        seed=seed,
        **{one.name: getattr(target, one.name) for one in fields(Described)},
    )


def _token(secret: Secret) -> Token:
    return Token(secret.value.encode("latin-1"), secret=secret.name)


def command_of(settings: Settings, target: Target, seed: int, *, embedded: bool) -> str:
    """The command of a run, without a probe. Its reports go to a directory of their own.

    It has those options of the command line and the environment that matter to one probe. The configuration file is
    read again.
    """
    by_url = target.name == target.base_url.partition("://")[2]  # described by the environment, not in a file
    words = ["conformance", "run", *([] if embedded else [target.base_url if by_url else target.name])]
    for name in _OPTIONS:
        if _given(settings, name):
            words += [f"--{name.replace('_', '-')}", str(getattr(settings, name))]
    if _given(settings, "history") and settings.history == NOWHERE:  # a URL may hold a password
        words += ["--history", NOWHERE]
    output = settings.output if settings.output.name == AGAIN else settings.output / AGAIN
    words += ["--seed", str(seed), "--output", str(output)]
    return shlex.join(words)


def _given(settings: Settings, name: str) -> bool:
    return settings.source(name).startswith(("--", "CONFORMANCE_"))


def route_of(target: Target) -> Route:
    """Proxy and certificates of the run, for lines that repeat a request."""
    proxy = target.proxy
    if proxy is not None:
        proxy = f'"${{{proxy.name}:?}}"' if isinstance(proxy, Secret) else shlex.quote(proxy)
    return Route(
        proxy,
        unverified=target.verify_tls is False,
        bundle=None if isinstance(target.verify_tls, bool) else str(target.verify_tls),
        certificate=None if target.client_certificate is None else str(target.client_certificate),
    )


def variables_of(settings: Settings, target: Target) -> dict[str, str]:
    """The shell line for each variable that curl lines may use. None holds a secret."""
    found: dict[str, str] = {}
    for keys, secret in _secrets(target):
        found.setdefault(secret.name, _setting(keys, secret, settings.config, target))
    if target.token is None:
        found[TOKEN_NAME] = _as_it_is(TOKEN_NAME, "a token that IAM issues to the user of the description")
    return found


def _secrets(target: Target) -> Iterator[tuple[tuple[str, ...], Secret]]:
    """The secrets of requests, with their keys in the target's table."""
    rows = [
        (("token",), target.token),
        (("restricted_token",), target.restricted_token),
        *((("tokens_by_length", str(length)), token) for length, token in target.tokens_by_length.items()),
        *((("headers", name), value) for name, value in target.headers.items()),
        (("proxy",), target.proxy),
    ]
    for keys, value in rows:
        if isinstance(value, Secret):
            yield keys, value


def _setting(keys: tuple[str, ...], secret: Secret, config: Path, target: Target) -> str:
    scheme, _, rest = secret.reference.partition(":")
    if scheme == "file":
        path = shlex.quote(str(config.parent / rest))
        reads = f"cat {path}" if secret.value.isascii() else f"iconv -f latin1 -t utf-8 {path}"
        return f"export {secret.name}=$({reads})"
    if scheme == "command":
        return f"export {secret.name}=$({rest} …)"  # its arguments may be secret
    if scheme == "env":
        return _as_it_is(secret.name, "as it was for the run")
    place = "".join(f"[{key!r}]" for key in ("targets", target.name, *keys))
    program = f"import tomllib; print(tomllib.load(open({str(config)!r}, 'rb')){place})"
    return f"export {secret.name}=$(python3 -c {_double_quoted(program)})"


def _as_it_is(name: str, words: str) -> str:
    """Export a variable of the user; fail with `words` if it is not set."""
    return f'export {name}="${{{name}:?{words}}}"'


def _double_quoted(program: str) -> str:
    return f'"{program}"' if not set(program) & set('"$`\\!') else shlex.quote(program)
