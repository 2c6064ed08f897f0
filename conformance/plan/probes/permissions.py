"""Access: a resource that the token may not use, one that does not exist, and that authentication comes before both."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from conformance.contract.facts import Role
from conformance.contract.message import Request, Token
from conformance.contract.operation import with_article
from conformance.contract.values import Identifier, Integer, Text, ValueKind, classify
from conformance.plan.fixtures import UNCHANGEABLE, TargetFixtures, cut, ordinary, word
from conformance.plan.probe import Declared, Probe, Profile
from conformance.plan.probes.bodies import member_words
from conformance.plan.probes.pairs import wrong_member

if TYPE_CHECKING:
    from collections.abc import Iterator

_STANDARD = {"restricted-token.truncated", "restricted-token.array", "restricted-token.http", "missing.number"}
"""The second faults of a request at standard, for some ways to be refused; pairs are alike."""
_KINDS = {
    "unknown": "an unknown token",
    "missing": "no token",
    "empty": "an empty token",
    "cut": "the valid token, cut,",
}
_WORDS = {"missing": "root", "restricted": "anonymous", "any": "system"}
"""Unknown tokens that some programs take for an account."""

_ORDINARY_NUMBER = 1_234_567
_RUNS = ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ")
_NEXT = str.maketrans({one: other for run in _RUNS for one, other in zip(run, run[1:] + run[0], strict=True)})
"""Letters and digits of the same kind, those of hexadecimal apart."""


def permission_probes(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """One probe for each way to be refused that the operation has and the description makes possible."""
    operation, restricted, missing = fixtures.operation, fixtures.restricted_token, fixtures.missing_resource
    noun = operation.noun
    name = noun.replace(" ", "-")
    forbidden, absent = clauses.owed(role="restricted"), clauses.owed(role="missing")
    if operation.resource is not None or forbidden:
        yield _probe(
            "permission.restricted-token",
            f"a valid token without permission on the {noun}",
            forbidden + clauses.documented + clauses.answer(forbidden),
            None if restricted is None else fixtures.request(restricted),
            key="restricted_token",
        )
    if key := operation.key("restricted"):
        other = fixtures.restricted_resource
        yield _probe(
            f"permission.restricted-{name}",
            f"a valid token and {with_article(noun)} that it has no permission on",
            forbidden + clauses.documented + clauses.answer(forbidden),
            None if other is None else fixtures.request(fixtures.token, other),
            key=key,
        )
    if key := operation.key("missing"):
        yield _probe(
            f"permission.missing-{name}",
            f"a valid token and no such {noun}",
            absent + clauses.documented + clauses.answer(absent),
            None if missing is None else fixtures.request(fixtures.token, missing),
            key=key,
        )
        lacking = [one for one, value in (("restricted_token", restricted), (key, missing)) if value is None]
        yield _probe(
            "permission.neither",
            f"a valid token without permission, and no such {noun}",
            clauses.recorded("neither"),
            None if lacking else fixtures.request(restricted, missing),
            key=" and ".join(lacking),
        )
    yield from _another(fixtures, clauses)
    yield from _named_elsewhere(fixtures, clauses)
    unrecognised = clauses.owed(credential="unknown")
    yield _probe(
        "permission.unknown-token",
        "an unknown token of ordinary form",
        unrecognised + clauses.answer(unrecognised),
        fixtures.request(ordinary(fixtures)),
    )
    if operation.resource is not None:
        yield from _precedence(fixtures, clauses)
    if operation.body is not None:
        yield from _with_more_wrong(fixtures, clauses)


def _another(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """Another resource of each role, rather one that is not at a bound: one may be right and another wrong."""
    operation, noun = fixtures.operation, fixtures.operation.noun
    key = operation.key("each")
    if operation.resource is None or not key:
        return
    domain = operation.identifier.domain if operation.identifier else None
    bounds = {domain.minimum, domain.maximum} if isinstance(domain, Integer) else set()
    main = {fixtures.resource, fixtures.restricted_resource, fixtures.missing_resource}
    for role, words, named in (
        (Role.PERMITTED, f"another {noun} that the token may use", ""),
        (Role.RESTRICTED, f"another {noun} that the token has no permission on", "-restricted"),
        (Role.MISSING, f"another {noun} that does not exist", "-missing"),
    ):
        found = [one for one, its in fixtures.roles.items() if its is role and one not in main]
        other = next(iter(sorted(found, key=lambda one: one in bounds)), None)
        declared = clauses.owed(role=role.value) + clauses.documented
        if role is not Role.PERMITTED:
            declared += clauses.answer(clauses.owed(role=role.value))
        yield _probe(
            f"permission.another{named}-{noun.replace(' ', '-')}",
            words,
            declared,
            None if other is None else fixtures.request(fixtures.token, other),
            key=f"{key} with {words}",
            profile=Profile.STANDARD,
        )


def _named_elsewhere(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """A resource without permission in the path, and the description's own where a program may look for an id too."""
    operation, name = fixtures.operation, fixtures.operation.resource
    key, body = operation.key("restricted"), fixtures.body
    if name is None or key is None:
        return
    other = fixtures.restricted_resource
    request = None if other is None else fixtures.request(fixtures.token, other)
    if request is not None:
        own = f"{name}={quote(str(fixtures.resource), safe='')}&id={quote(str(fixtures.resource), safe='')}"
        target = request.target + (b"&" if b"?" in request.target else b"?") + own.encode()
        if body is not None:
            more = {name: fixtures.resource, "id": fixtures.resource}
            body = json.dumps({**more, **json.loads(body)}).encode("ascii")
        request = replace(request, target=target, body=body)
    noun = with_article(operation.noun)
    yield _probe(
        f"permission.restricted-{operation.noun.replace(' ', '-')}.named-elsewhere",
        f"{noun} without permission in the path, and one with it in the query and in the body",
        clauses.recorded("path") + clauses.recorded("members") + clauses.ids("no-server-error"),
        request,
        key=key,
        profile=Profile.STANDARD,
    )


def _with_more_wrong(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    """Requests that are refused for want of permission or of a resource, with something else wrong too."""
    operation, noun = fixtures.operation, fixtures.operation.noun
    name = noun.replace(" ", "-")
    valid, restricted = fixtures.token, fixtures.restricted_token
    other, missing = fixtures.restricted_resource, fixtures.missing_resource
    keys = {"restricted-token": "restricted_token", f"restricted-{name}": operation.key("restricted")}
    keys[f"missing-{name}"] = operation.key("missing")
    rows = (
        ("a valid token without permission", None if restricted is None else fixtures.request(restricted)),
        (f"{with_article(noun)} without permission", None if other is None else fixtures.request(valid, other)),
        (f"no such {noun}", None if missing is None else fixtures.request(valid, missing)),
    )
    more = clauses.recorded("order") + clauses.ids("no-server-error")
    for (who, key), (title, request) in zip(keys.items(), rows, strict=True):
        if key is None or (operation.resource is None and not clauses.owed(role="restricted")):
            continue
        rows_of_one = list(_more_wrong(fixtures, clauses, request or fixtures.request(valid)))
        if who == "restricted-token":
            rows_of_one += _with_a_word(fixtures, clauses, restricted)
        for kind, words, own, spoilt in rows_of_one:
            standard = f"{who.removesuffix(f'-{name}')}.{kind}" in _STANDARD
            yield _probe(
                f"permission.{who}.{kind}",
                f"{title}, with {words}",
                own + more,
                spoilt if request else None,
                key=key,
                profile=Profile.STANDARD if standard else Profile.DEEP,
            )


def _more_wrong(
    fixtures: TargetFixtures, clauses: Declared, request: Request
) -> Iterator[tuple[str, str, tuple[str, ...], Request]]:
    """Each other fault: its name, words, the clauses about it, and the request with it."""
    body = request.body or b""
    yield "truncated", "a truncated body", clauses.refused(body="not-json"), replace(request, body=body[:-1])
    yield "array", "an array as body", clauses.refused(body="not-object"), replace(request, body=b"[]")
    documented = fixtures.operation.body
    if documented is not None and (wrong := wrong_member(fixtures.operation)) is not None:
        member, value = wrong
        words = member_words(documented, member, "that is a number" if value == 1 else "that is a string")
        changed = json.dumps({**json.loads(body), member: value}).encode("ascii")
        yield "number", words, clauses.refused(member=member, when="wrong-type"), replace(request, body=changed)
    absent = clauses.recorded("absent", member=None) + clauses.refused(body="absent")
    yield "absent", "no body and no Content-Type", absent, replace(request, body=None, headers=())
    if (name := fixtures.operation.url_member) is not None:
        other = json.dumps({**json.loads(body), name: "http://mirror.invalid/test.git"}).encode("ascii")
        fields = (*request.headers, (b"Accept", b"*/*"))
        title = f"{with_article(name)} with http, and Accept: */*"
        yield "http", title, clauses.recorded("accept"), replace(request, body=other, headers=fields)
    yield "no-type", "no Content-Type", clauses.recorded("content-type"), replace(request, headers=())


def _with_a_word(
    fixtures: TargetFixtures, clauses: Declared, token: Token | None
) -> Iterator[tuple[str, str, tuple[str, ...], Request]]:
    """A word for an id that is an integer, as `_more_wrong`."""
    parameter = fixtures.operation.identifier
    if parameter is not None and isinstance(parameter.domain, Integer):
        own = clauses.refused(parameter=parameter.name, when="wrong-type")
        yield "id", "an id that is a word", own, fixtures.request(token, b"abc")


def _precedence(fixtures: TargetFixtures, clauses: Declared) -> Iterator[Probe]:
    operation, noun = fixtures.operation, fixtures.operation.noun
    resources = (
        ("missing", fixtures.missing_resource, f"to no {noun}", operation.key("missing")),
        (
            "restricted",
            fixtures.restricted_resource,
            f"to {with_article(noun)} without permission",
            operation.key("restricted"),
        ),
        ("any", unnamed(fixtures), f"to {with_article(noun)} that nobody named", ""),
    )
    for where, resource, words, key in resources:
        if key is None:
            continue
        tokens: tuple[tuple[str, Token | None], ...] = (
            ("unknown", word(fixtures, _WORDS[where], where)),
            ("missing", None),
            ("empty", Token(b"")),
            ("cut", cut(fixtures.token)),
        )
        for kind, token in tokens:
            if kind == "cut" and where == "any":
                continue  # a changed valid token goes to named resources only
            name = f"precedence.{where}-{noun.replace(' ', '-')}.{kind}-token"
            title = f"{_KINDS[kind]} {words}"
            request = None if resource is None else fixtures.request(token, resource)
            alike = where == "any" or kind in {"cut", "missing"} or (where == "missing" and kind == "empty")
            alike = alike and operation.key("missing") is not None
            profile = Profile.SMOKE if kind == "unknown" else Profile.DEEP if alike else Profile.STANDARD
            if request and kind == "cut" and not fixtures.changeable:
                yield Probe(name, title, clauses.precedence, None, UNCHANGEABLE, profile)
            elif where == "any" and request is None:
                yield Probe(name, title, clauses.precedence, None, f"no other {noun} can be made up", profile)
            else:
                yield _probe(name, title, clauses.precedence, request, key=key, profile=profile)


def unnamed(fixtures: TargetFixtures) -> Identifier | None:
    """An identifier in range that the description does not name, or None where none is found."""
    parameter = fixtures.operation.identifier
    if parameter is None:
        return None
    domain = parameter.domain
    if isinstance(domain, Integer):
        least = domain.minimum or 0
        most = domain.maximum
        wanted = [_ORDINARY_NUMBER, *range(least, least + len(fixtures.roles) + 1), *([most] if most else [])]
        return next((one for one in wanted if domain.holds(one) and one not in fixtures.roles), None)
    text = str(fixtures.resource)
    for _ in range(9 if isinstance(domain, Text) else 0):
        text = text.translate(_NEXT)
        if text not in fixtures.roles and classify(text.encode(), domain).kind is ValueKind.IN_RANGE:
            return text
    return None


def _probe(
    name: str,
    title: str,
    clauses: tuple[str, ...],
    request: Request | None,
    *,
    key: str = "",
    profile: Profile = Profile.SMOKE,
) -> Probe:
    withheld = None if request else f"the description has no {key}"
    return Probe(name, title, clauses, request, withheld, profile)
