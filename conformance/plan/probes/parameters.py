"""Values of path and query parameters, by domain: in contract, at its edges, and out of it.

Values are made of the description's and sent with the valid token; the kind of a value decides its clause. The ids of
the resource's probes begin with id, those of another parameter's with its name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.contract.facts import Role
from conformance.contract.operation import Place, with_article
from conformance.contract.values import Boolean, Enumeration, Integer, Text, ValueKind, classify
from conformance.plan.fixtures import unknown
from conformance.plan.probe import Mutation, Probe, Profile
from conformance.plan.probes.integers import Row, edges, float32_neighbour, lookups, numbers_in_range, out_of_contract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.contract.message import Request
    from conformance.contract.operation import Operation, Parameter
    from conformance.contract.values import Domain
    from conformance.plan.fixtures import TargetFixtures
    from conformance.plan.probe import Declared

_WHEN = {
    ValueKind.NOT_INTEGER: "wrong-type",
    ValueKind.NOT_BOOLEAN: "wrong-type",
    ValueKind.BELOW: "below-minimum",
    ValueKind.ABOVE: "above-maximum",
    ValueKind.NOT_LISTED: "not-listed",
    ValueKind.TOO_SHORT: "too-short",
    ValueKind.TOO_LONG: "too-long",
    ValueKind.OTHER_PATTERN: "other-pattern",
}
"""The words of the clauses for the kinds of values that are out of contract."""

_SMOKE = {"zero", "under", "negative", "over", "alias.2^32", "decimal", "word", "empty", "with-letters"}
_TELLING = {
    *_SMOKE, "decimal.zero", "exponent", "hexadecimal", "null", "list", "space.after", "nul.after", "leading-zero",
    "plus-sign", "minus-one", "2^31", "2^63", "upper-case", "suffix", "capitalised", "one", "not-listed",
    "percent-encoded.one", "longest.suffix",
}  # fmt: skip
"""The values of a parameter that is not the resource which the standard profile sends; deep sends all."""
_WITH_A_BAD_TOKEN = ("zero", "under", "over", "minus-one", "word", "20-digits", "decimal", "not-listed")
_BOUNDS = {"minimum", "maximum"}
_GENERIC = {
    "id", "token", "body", "url", "method", "path", "state", "permission", "precedence", "pair", "header", "accept",
    "content-type",
}  # fmt: skip
"""The beginnings of ids of probes about other things than parameters."""


def parameter_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """Values of every parameter, in the order of the OpenAPI file."""
    for parameter in fixtures.operation.parameters:
        yield from _Table(fixtures, clauses, parameter).probes()


def _prefix(operation: Operation, parameter: Parameter) -> str:
    """The beginning of the ids of a parameter's probes: its name.

    Its place stands before a name that something else has.
    """
    name = parameter.name
    if name == operation.resource:
        return "id"
    members = (operation.body.schema.get("properties") or {}) if operation.body else {}
    return f"{parameter.place}-{name}" if name in _GENERIC or name in members else name


@dataclass(frozen=True)
class _Table:
    """The probes of one parameter."""

    fixtures: TargetFixtures
    clauses: Declared
    parameter: Parameter

    @property
    def domain(self) -> Domain:
        """The values in contract."""
        return self.parameter.domain

    @property
    def main(self) -> bool:
        """Whether the parameter names the resource."""
        return self.parameter.name == self.fixtures.operation.resource

    @cached_property
    def prefix(self) -> str:
        """The beginning of its probes' ids."""
        return _prefix(self.fixtures.operation, self.parameter)

    @property
    def of(self) -> str:
        """The description's value, in words."""
        return f"of {with_article(self.fixtures.operation.noun)}" if self.main else "as usual"

    @cached_property
    def usual(self) -> str:
        """The value that others are made of: the description's, else one in range."""
        own = self.fixtures.arguments.get(self.parameter.name)
        if own is not None:
            return own
        if isinstance(self.domain, Integer):
            return str(next(one for one in (self.domain.minimum, self.domain.maximum, 1) if one is not None))
        if isinstance(self.domain, Enumeration):
            return self.domain.values[0]
        return "true" if isinstance(self.domain, Boolean) else "a" * max(self.domain.shortest, 1)

    @property
    def _named(self) -> tuple[str, ...]:
        """Texts that name a resource: first those that the token may use, first of all the description's own."""
        roles = self.fixtures.roles if self.main else {}
        permitted = [name for name, role in roles.items() if role is Role.PERMITTED]
        return tuple(name for name in (self.usual, *permitted, *roles) if isinstance(name, str))

    def probes(self) -> Iterator[Probe]:
        """In contract or not, whatever the domain has, then with a bad token."""
        domain = self.domain
        if isinstance(domain, Integer):
            rows = list(out_of_contract(int(self.usual), domain, self.parameter.name, self.of))
        elif isinstance(domain, Text):
            rows = list(_texts(self.usual, domain, self.parameter.name, self.of))
            rows += _over(self._named, domain)
        else:
            rows = list(_listed(self.usual, domain))
        rows.append(Row("empty", b"", "empty"))
        yield from map(self._value, rows)
        yield from self._left_out()
        yield from self._edges()
        if self.main or isinstance(domain, Enumeration):
            yield from self._with_a_bad_token(rows)
        if isinstance(domain, Integer):
            yield from map(self._value, lookups(int(self.usual), self.parameter.name))
            yield from self._numbers(domain)
        if self.parameter.place is Place.QUERY:
            yield from self._in_the_query()

    def _value(self, row: Row) -> Probe:
        """A value with the valid token."""
        profile = row.profile
        if self.main and row.name in _SMOKE:
            profile = Profile.SMOKE
        elif not self.main and row.name not in _TELLING:
            profile = Profile.DEEP
        return self._probe(row.name, row.words, self._clauses_about(row.segment), self._sent(row.segment), profile)

    def _probe(
        self, name: str, words: str, clauses: tuple[str, ...], request: Request, profile: Profile = Profile.STANDARD
    ) -> Probe:
        return Probe(f"{self.prefix}.{name}", f"{self.prefix} {words}", clauses, request, profile=profile)

    def _sent(self, segment: bytes | None) -> Request:
        """The documented request with a value, byte for byte; None leaves the parameter out."""
        if self.main:
            return self.fixtures.request(self.fixtures.token, segment)
        return self.fixtures.request(self.fixtures.token, changed={self.parameter.name: segment})

    def _clauses_about(self, segment: bytes) -> tuple[str, ...]:
        """The clauses that speak of a value."""
        clauses, name = self.clauses, self.parameter.name
        kind = classify(segment, self.domain).kind
        if kind is ValueKind.EMPTY and self.parameter.required:
            return clauses.refused(parameter=name, when="missing")
        if kind in {ValueKind.EMPTY, ValueKind.NOTATION}:
            return clauses.recorded("notation", parameter=name)
        if kind in _WHEN:
            refused = clauses.refused(parameter=name, when=_WHEN[kind])
            return refused + (clauses.answer(refused) or clauses.undocumented)
        return clauses.documented

    def _edges(self) -> Iterator[Probe]:
        """Values at the bounds; those of the resource with an unknown token too, to whatever they name."""
        clauses, name = self.clauses, self.parameter.name
        domain = self.domain
        if isinstance(domain, Integer):
            for when, row in edges(domain).items():
                owner = clauses.owed(parameter=name, when=when)
                yield from self._in_range(row, owner, Profile.SMOKE if owner else Profile.DEEP)
        elif isinstance(domain, Text):
            for when, row in _lengths(self.usual, domain, self._named).items():
                yield from self._in_range(row, clauses.owed(parameter=name, when=when))
        else:
            for value in domain.values if isinstance(domain, Enumeration) else ("true", "false"):
                row = Row(f"listed.{value}", quote(value, safe="").encode(), value)
                yield from self._in_range(row, clauses.owed(parameter=name, when="listed"))

    def _in_range(
        self, row: Row, owner: tuple[str, ...], profile: Profile = Profile.SMOKE, of_strangers: Profile | None = None
    ) -> Iterator[Probe]:
        """With an unknown token, whose profile may be another one, and with the valid one."""
        clauses, known = self.clauses, self.fixtures
        good = owner or self._clauses_about(row.segment)
        if not self.main:
            profile = Profile.STANDARD if owner else Profile.DEEP
            yield self._probe(row.name, row.words, good, self._sent(row.segment), profile)
            return
        same = row.segment == quote(self.usual, safe="").encode()
        bad = (clauses.owed(credential="unknown") if same else owner or clauses.precedence) + clauses.documented
        if classify(row.segment, self.domain).kind is ValueKind.NOTATION:  # beyond 64 bits, where a bound is open
            bad = clauses.unrecognised
        yield self._probe(
            f"{row.name}.unknown-token",
            f"{row.words}, with an unknown token",
            bad,
            replace(self._sent(row.segment), token=unknown(known, f"id.{row.name}")),
            of_strangers or profile,
        )
        if row.name in _BOUNDS:
            yield self._probe(
                f"{row.name}.missing-token",
                f"{row.words}, with no token",
                bad,
                replace(self._sent(row.segment), token=None),
                Profile.STANDARD if row.name == "maximum" else Profile.DEEP,
            )
        value = classify(row.segment, self.domain).value
        if row.name == "maximum" and (longest := known.operation.credential.longest) is not None:
            allowed = {Mutation.ANY: True, Mutation.FIXTURE: value in known.roles, Mutation.NEVER: False}
            valid = known.tokens_by_length.get(longest) if allowed[known.mutation] else None
            yield self._probe(
                f"{row.name}.longest-token",
                f"{row.words}, with a token of {longest:,} characters, a valid one where there is one and it may go",
                self.clauses.documented,
                replace(self._sent(row.segment), token=valid or unknown(known, f"id.{row.name}", longest)),
                Profile.STANDARD,
            )
        permitted = value is not None and known.roles.get(value) is Role.PERMITTED
        yield self._probe(
            f"{row.name}.valid-token",
            f"{row.words}, with a valid token",
            good,
            self._sent(row.segment),
            profile if permitted or profile is not Profile.SMOKE else Profile.STANDARD,
        )

    def _left_out(self) -> Iterator[Probe]:
        """The path without the segment of the resource, where another segment follows that no resource has."""
        segments, own = self.fixtures.operation.segments, f"{{{self.parameter.name}}}"
        if not self.main or segments[-1].startswith("{"):
            return
        sent = self._sent(None)
        path, mark, query = sent.target.partition(b"?")
        kept = path.split(b"/")[1:]
        del kept[segments.index(own)]
        target = b"/" + b"/".join(kept) + mark + query
        declared = self.clauses.recorded("path") + self.clauses.ids("no-server-error")
        yield self._probe("left-out", "left out, with its slash", declared, replace(sent, target=target))

    def _numbers(self, domain: Integer) -> Iterator[Probe]:
        anywhere = self.fixtures.mutation is Mutation.ANY
        for row in numbers_in_range(domain):  # where the valid token may not go, the unknown one tells the most
            yield from self._in_range(row, (), row.profile, of_strangers=Profile.DEEP if anywhere else row.profile)
        if self.main:
            segment = str(float32_neighbour(int(self.usual), domain)).encode()
            words = f"{self.of}, one more or less (the same as float32)"
            about = self._clauses_about(segment)
            yield self._probe("neighbour.float32", words, about, self._sent(segment))

    def _with_a_bad_token(self, rows: list[Row]) -> Iterator[Probe]:
        """Values out of contract without a known token, so that nothing may succeed.

        Those of the resource are left to deep, since pairs are alike; what is a number only to some is no pair.
        """
        clauses, profile = self.clauses, Profile.DEEP if self.main else Profile.STANDARD
        if isinstance(self.domain, Integer):
            segment = b"0" + b"".join(b"%%%02X" % byte for byte in self.usual.encode())
            words = f"{self.of}, with a leading zero and percent-encoded digits, with an unknown token"
            request = replace(self._sent(segment), token=unknown(self.fixtures, f"{self.prefix}.notation"))
            declared = clauses.unrecognised + clauses.recorded("order")
            yield self._probe("notation.unknown-token", words, declared, request, Profile.DEEP)
        named = {row.name: row for row in rows}
        for name in _WITH_A_BAD_TOKEN:
            row = named.get(name)
            if row is None or classify(row.segment, self.domain).kind not in _WHEN:
                continue
            for kind, token in (("unknown", unknown(self.fixtures, f"{self.prefix}.{name}")), ("missing", None)):
                yield self._probe(
                    f"{name}.{kind}-token",
                    f"{row.words}, with {'an unknown' if token else 'no'} token",
                    clauses.unrecognised + clauses.recorded("order"),
                    replace(self._sent(row.segment), token=token),
                    profile,
                )

    def _in_the_query(self) -> Iterator[Probe]:
        """Oddities of a query alone: a parameter that is left out, that stands twice, or in another case."""
        clauses, name = self.clauses, self.parameter.name
        required = self.parameter.required
        absent = (
            clauses.refused(parameter=name, when="missing") if required else clauses.owed(parameter=name, when="absent")
        )
        if absent or name in self.fixtures.arguments:
            yield self._probe("absent", "left out", absent, self._sent(None))
        twice = self._sent(quote(self.usual, safe="").encode() + b"&" + f"{name}={quote(self.usual, safe='')}".encode())
        yield self._probe("repeated", "twice", clauses.recorded("repeated", parameter=name), twice)


def _lengths(value: str, domain: Text, named: tuple[str, ...]) -> dict[str, Row]:
    """The shortest and the longest text, one that is `named` or is made of `value`; what is both counts as longest."""
    of_length = {len(name): quote(name, safe="").encode() for name in reversed(named)}
    found: dict[str, Row] = {}
    shortest, longest = max(domain.shortest, 1), domain.longest
    if domain.shortest and shortest != longest:
        found["shortest"] = Row(
            "shortest",
            of_length.get(shortest) or _of_length(value, shortest),
            f"of {_characters(shortest)} (the shortest)",
        )
    if longest is not None:
        found["longest"] = Row(
            "longest", of_length.get(longest) or _of_length(value, longest), f"of {_characters(longest)} (the longest)"
        )
    return {when: row for when, row in found.items() if classify(row.segment, domain).kind is ValueKind.IN_RANGE}


def _over(named: tuple[str, ...], domain: Text) -> Iterator[Row]:
    """The first resource whose name is of the greatest length, followed by a character: whoever cuts it finds that."""
    for name in [name for name in named if len(name) == domain.longest][:1]:
        segment = quote(name, safe="") + quote(name[-1], safe="")
        yield Row("longest.suffix", segment.encode(), "of the greatest length, followed by its last character again")


def _characters(number: int) -> str:
    return f"{number:,} character{'s' if number != 1 else ''}"


def _of_length(value: str, length: int) -> bytes:
    """`value` again and again, cut to a length, in the plain notation."""
    return quote((value * (length // len(value) + 1))[:length], safe="").encode()


def _texts(value: str, domain: Text, name: str, of: str) -> Iterator[Row]:
    """Lengths out of bounds, and look-alikes of the description's value."""
    if domain.shortest > 1:
        short = domain.shortest - 1
        yield Row("under", _of_length(value, short), f"of {_characters(short)} (one under the shortest)")
    if domain.longest is not None:
        over = domain.longest + 1
        yield Row("over", _of_length(value, over), f"of {_characters(over)} (one over the longest)")
    yield Row("5000-characters", _of_length(value, 5000), "of 5,000 characters")
    plain = quote(value, safe="")
    every = "".join(f"%{byte:02X}" for byte in value.encode())
    for made, segment, words in (
        ("upper-case", quote(value.upper(), safe=""), f"{of}, in upper case"),
        ("lower-case", quote(value.lower(), safe=""), f"{of}, in lower case"),
        ("swapped-case", quote(value.swapcase(), safe=""), f"{of}, small letters and capitals changed"),
        ("cut", quote(value[:-1], safe="") or "%00", f"{of}, without its last character"),
        ("suffix", f"{plain}x", f"{of}, followed by a letter"),
        ("prefix", f"x{plain}", f"{of}, after a letter"),
        ("extension", f"{plain}.json", f"{of}, with an extension"),
        ("list", f"{plain},{plain}", "twice, with a comma"),
        ("quoted", f"%22{plain}%22", "in quotation marks"),
        ("space.before", f"%20{plain}", "with a space before it"),
        ("space.after", f"{plain}%20", "with a space after it"),
        ("tab.after", f"{plain}%09", "with a tab after it"),
        ("newline.after", f"{plain}%0A", "with a line feed after it"),
        ("no-break-space.before", f"%C2%A0{plain}", "with a no-break space before it"),
        ("zero-width-space.after", f"{plain}%E2%80%8B", "with a zero-width space after it"),
        ("combining-accent", f"{plain}%CC%81", "with an accent over its last character"),
        ("nul.after", f"{plain}%00", "with NUL after it"),
        ("nul.before", f"%00{plain}", "with NUL before it"),
        ("nul.extension", f"{plain}%00.git", "with NUL and more after it"),
        ("full-width", quote("".join(map(_wide, value)), safe=""), "in full-width characters"),
        ("percent-encoded", every, "in percent-encoded characters"),
        (
            "percent-encoded.one",
            f"%{value.encode()[0]:02X}{quote(value.encode()[1:], safe='')}",
            "with its first character percent-encoded",
        ),
        ("percent-encoded.twice", quote(every, safe=""), "percent-encoded twice"),
        ("like.any", f"{plain}%25", "followed by what matches anything in SQL"),
        ("like.one", f"{quote(value[:-1], safe='')}_", "with what matches one character in SQL for its last"),
        ("glob.any", f"{plain}*", "followed by a star"),
        ("star", "*", "that is a star"),
        ("expression", f"%5E{plain}$", "as a regular expression"),
        ("apostrophe", f"{plain}%27", "followed by an apostrophe"),
        ("sql.string", f"{plain}%27%20AND%20%271%27=%271", "followed by an apostrophe and SQL"),
        ("sql.comment", f"{plain}--", "followed by a comment of SQL"),
        ("matrix", f"{plain};v=1", "with a matrix parameter"),
        ("null", "null", "null"),
        ("undefined", "undefined", "undefined"),
        ("placeholder", f"%7B{name}%7D", "that is the placeholder"),
        ("zero", "0", "0"),
        ("invalid-utf-8", "%FF%FE", "that is not UTF-8"),
        ("bad-percent", f"{plain}%zz", "followed by a bad percent-encoding"),
        ("encoded-slash", f"{plain}%2F", "followed by an encoded slash"),
        ("encoded-path", f"{plain}%2F..%2F{plain}", "with an encoded path"),
        ("encoded-question-mark", f"{plain}%3Fa=b", "followed by an encoded question mark"),
        ("encoded-hash", f"{plain}%23", "followed by an encoded hash"),
    ):
        yield Row(made, segment.encode("ascii"), words)


def _wide(character: str) -> str:
    """The full-width form of a visible character of ASCII."""
    return chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character


def _listed(value: str, domain: Enumeration | Boolean) -> Iterator[Row]:
    """Values that are not listed, though a reader may take them for one that is."""
    values = domain.values if isinstance(domain, Enumeration) else ("true", "false")
    other = next((one for one in values if one != value), value)
    plain = quote(value, safe="")
    rows = [
        ("upper-case", quote(value.upper(), safe=""), "as usual, in upper case"),
        ("capitalised", quote(value.capitalize(), safe=""), "as usual, with a capital"),
        ("swapped-case", quote(value.swapcase(), safe=""), "as usual, small letters and capitals changed"),
        ("suffix", f"{plain}x", "as usual, followed by a letter"),
        ("plural", f"{plain}s", "as usual, followed by s"),
        ("cut", quote(value[:-1], safe="") or "x", "as usual, without its last character"),
        ("list", f"{plain},{quote(other, safe='')}", "two values, with a comma"),
        ("not-listed", "not-listed", "a word that is not listed"),
        ("null", "null", "null"),
        ("star", "*", "a star"),
        ("quoted", f"%22{plain}%22", "in quotation marks"),
        ("space.before", f"%20{plain}", "with a space before it"),
        ("space.after", f"{plain}%20", "with a space after it"),
        ("nul.after", f"{plain}%00", "with NUL after it"),
        ("encoded-path", f"{plain}%2F..%2F{plain}", "with an encoded path"),
        (
            "percent-encoded.one",
            f"%{value.encode()[0]:02X}{quote(value.encode()[1:], safe='')}",
            "with its first character percent-encoded",
        ),
        ("zero", "0", "0"),
        ("one", "1", "1"),
    ]
    if isinstance(domain, Boolean):
        rows += [(word, word, word) for word in ("yes", "no", "on", "off", "t", "f")]
        rows += [("number", "2", "2"), ("word", "abc", "that is a word")]
    yield from (Row(made, segment.encode("ascii"), words) for made, segment, words in rows if segment not in values)
