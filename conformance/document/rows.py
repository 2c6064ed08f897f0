"""The rows of a draft: what a page says or leaves open, each with its quote, its check and its arguments.

What a sentence says is *must*. What only a status, an example or a standard says is inferred, with the reason in its
note. What the page leaves open is silent, so that it is recorded until a hand decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.document.labels import STATUSES, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from conformance.document.page import Answer, Field, Found, Page

_REFUSAL, _BROKEN = 400, 500  # RFC 9110 section 15
_NO_CONTENT = 204
_ANY = ["any status but 2xx"]
_ACCEPTED = {"refused": _ANY, "recorded": ["anything"], "owed": ["what any other valid request gets"]}
_WHENS = {
    "minimum": (("refused", "below-minimum"), ("owed", "minimum")),
    "maximum": (("refused", "above-maximum"), ("owed", "maximum")),
    "minLength": (("refused", "too-short"), ("owed", "shortest")),
    "maxLength": (("refused", "too-long"), ("owed", "longest")),
    "minItems": (("refused", "too-few"), ("owed", "fewest")),
    "maxItems": (("refused", "too-many"), ("owed", "most")),
    "enum": (("refused", "not-listed"), ("owed", "listed")),
    "pattern": (("refused", "other-pattern"),),
}
_SAID = {
    "minimum": "at its minimum", "maximum": "at its maximum", "shortest": "of the least length",
    "longest": "of the greatest length", "fewest": "of the fewest elements", "most": "of the most elements",
    "listed": "of the list", "not-listed": "that is not listed", "other-pattern": "of another pattern",
    "below-minimum": "below its minimum", "above-maximum": "above its maximum", "too-short": "that is too short",
    "too-long": "that is too long", "too-few": "of too few elements", "too-many": "of too many elements",
}  # fmt: skip
_TOKENS = {
    "missing": "no token",
    "empty": "an empty token",
    "unknown": "an unknown token",
    "near-valid": "a valid token, changed",
}
_ALWAYS = (
    (
        "status.server-error",
        "no-server-error",
        "must",
        "Nothing is answered 5xx",
        "It is an error of the server's own.",
    ),
    ("connection.dropped", "answered", "must", "No connection is dropped", "Plain sense (RFC 9112 section 9.5)."),
    ("leak.token", "no-credential", "should", "No answer repeats the token", "Plain sense of a credential; CWE-209."),
    ("leak.stack-trace", "no-stack-trace", "should", "No answer carries a stack trace", "CWE-209."),
)
_OBJECT = "The table is that of a JSON object (RFC 8259)."


@dataclass(frozen=True, slots=True)
class Drafted:
    """The parts that rows are made of.

    Attributes:
        page: the page.
        text: the page as text, which every quote stands in.
        operation: the Operation Object of the draft.
        resource: the path parameter that roles are about; None without one.
        target: the keys of the target description.
        header: the row of the token's header; None where the page has none.
        codes: the member of each refusal that holds its code.
    """

    page: Page
    text: str
    operation: Mapping[str, Any]
    resource: str | None
    target: Mapping[str, Mapping[str, Any]]
    header: Field | None
    codes: Mapping[str, str]

    @property
    def statuses(self) -> list[str]:
        """The documented statuses that are numbers."""
        return sorted(status for status in self.page.answers if status.isdigit())

    def row(
        self, identity: str, check: str, said: Mapping[str, Any], words: str, *quotes: str, **more: object
    ) -> dict[str, Any]:
        """A row; its quote is the first that stands in the page. Without `level` it is must, without `note` quoted."""
        known = [*quotes, self.page.title, self.page.name]
        quote = next((one for one in known if one and one in self.text), known[0])
        basis = "inferred" if "note" in more else "quoted"
        usual = [str(said["status"])] if check == "owed" and "status" in said else _ACCEPTED.get(check, [words])
        accepted = more.pop("accepted", usual)
        row = {
            "id": re.sub(r"[^\w.{}\[\]-]", "-", identity), "level": more.pop("level", "must"),
            "basis": more.pop("basis", basis), "section": more.pop("section", "Request"), "quote": quote,
            "title": words, "sent": more.pop("sent", words), "check": check,
        }  # fmt: skip
        return {**row, **({"with": dict(said)} if said else {}), "accepted": accepted, **more}


def rows_of(drafted: Drafted) -> Iterator[dict[str, Any]]:
    """Every row, in the order of the template."""
    yield from _parameters(drafted)
    yield from _token(drafted)
    yield from _body(drafted)
    yield from _statuses(drafted)
    for status in drafted.statuses:
        answer = drafted.page.answers[status]
        if int(status) < _REFUSAL:
            yield from _success(drafted, status, answer)
        elif answer.body and int(status) < _BROKEN:
            yield from _refusal(drafted, status, answer)
    yield from _always(drafted)


def _parameters(drafted: Drafted) -> Iterator[dict[str, Any]]:
    for role in (Role.PATH, Role.QUERY):
        section = "URI" if role is Role.PATH else "Request"
        for one in drafted.page.parameters.get(role, ()):
            yield from _bounds(drafted, one, role.value, {"parameter": one.name}, section)
            if role is Role.QUERY and one.required is False and not one.condition and not one.reading.conditions:
                yield drafted.row(
                    f"query.{one.name}.absent", "owed", {"parameter": one.name, "when": "absent"},
                    f"{one.name} can be left out", one.name,
                )  # fmt: skip
            if one.type.name in {"integer", "boolean"} or "enum" in one.reading.keywords:
                yield drafted.row(
                    f"{role.value}.{one.name}.notation", "recorded", {"about": "notation", "parameter": one.name},
                    f"{one.name} in another notation", one.name, level="silent", section=section,
                )  # fmt: skip


def _bounds(
    drafted: Drafted, one: Field, place: str, argument: Mapping[str, str], section: str
) -> Iterator[dict[str, Any]]:
    """The rows about the values of a parameter or of a member of the body."""
    name = next(iter(argument.values()))

    def row(check: str, when: str, words: str, quote: str) -> dict[str, Any]:
        said = {**argument, "when": when}
        return drafted.row(f"{place}.{name}.{when}", check, said, words, quote, section=section)

    if one.required:
        yield row("refused", "missing", f"A request without {name} does not succeed", one.name)
    if one.type.name != "string":
        yield row("refused", "wrong-type", f"{name} of another type does not succeed", one.name)
    for keyword, found in one.reading.keywords.items():
        for check, when in _WHENS.get(keyword, ()):
            fate = "does not succeed" if check == "refused" else "is answered like any other"
            yield row(check, when, f"{name} {_SAID[when]} {fate}", _quote(one, found))


def _token(drafted: Drafted) -> Iterator[dict[str, Any]]:
    """The rows about the token: its header, the status of a refused one, its length."""
    header, name = drafted.header, drafted.header.name if drafted.header else ""
    must = header is not None and bool(header.required)
    yield drafted.row(
        "token.unrecognised", "refused", {"credential": "unrecognised"},
        "Nothing succeeds without a token that the target knows", name,
        **({} if must else {"level": "silent", "note": "Decide: the page does not say that a token is mandatory."}),
    )  # fmt: skip
    if "401" in drafted.page.answers:
        quote = drafted.page.answers["401"].description
        note = "The page says 401 and not when: it is the answer to invalid credentials (RFC 9110 section 15.5.2)."
        for kind, words in _TOKENS.items():
            yield drafted.row(
                f"status.401.{kind}-token", "owed", {"credential": kind, "status": 401},
                f"With {words} the answer is 401", quote, "401", section="401", note=note,
            )  # fmt: skip
        if drafted.resource:
            yield drafted.row(
                "status.401.other-resource", "owed", {"credential": "unrecognised", "resource": "other", "status": 401},
                f"Without a known token the answer is 401 whether {drafted.resource} exists or not", quote, "401",
                section="401", level="should", note="Decide: the page does not say what is looked at first.",
            )  # fmt: skip
    keywords = header.reading.keywords if header else {}
    for keyword, check, when in (
        ("minLength", "owed", "minimum-length"), ("maxLength", "owed", "length"),
        ("maxLength", "owed", "maximum-length"), ("maxLength", "refused", "over-maximum"),
    ):  # fmt: skip
        if header is not None and keyword in keywords:
            fate = "does not succeed" if check == "refused" else "is answered like any other"
            yield drafted.row(
                f"token.{when}", check, {"credential": when}, f"A token by its length ({when}) {fate}",
                _quote(header, keywords[keyword]),
            )  # fmt: skip


def _body(drafted: Drafted) -> Iterator[dict[str, Any]]:
    body = drafted.operation.get("requestBody")
    if body is None:
        return
    example = next(iter(next(iter(body["content"].values()))["examples"].values()))["value"]
    whens = [("not-json", "is no JSON"), ("not-object", "is no object")]
    for when, words in [("absent", "is not there")] * bool(body["required"]) + whens:
        yield drafted.row(
            f"body.{when}", "refused", {"body": when}, f"A body that {words} does not succeed",
            *(one.name for one in (drafted.page.body.fields if drafted.page.body else ()) if one.required),
            **({} if when == "absent" else {"level": "should", "note": _OBJECT}),
        )  # fmt: skip
    for place, one in drafted.page.fields():
        member = place.removeprefix("request ")
        if member == place:
            continue
        yield from _bounds(drafted, one, "body", {"member": member}, "Request")
        if one.required is False and member in example and not one.condition and not one.reading.conditions:
            yield drafted.row(
                f"body.{member}.absent", "owed", {"member": member, "when": "absent"}, f"{member} can be left out",
                one.name,
            )  # fmt: skip
    yield drafted.row(
        "body.members", "recorded", {"about": "members"}, "Members that the page does not name", level="silent"
    )


def _statuses(drafted: Drafted) -> Iterator[dict[str, Any]]:
    """The statuses of the resource's roles, of each kind of invalid request, and of all that is in contract."""
    answers, success = drafted.page.answers, min(one for one in drafted.statuses if one.startswith("2"))

    def owed(status: str, name: str, said: Mapping[str, Any], words: str, **more: object) -> dict[str, Any]:
        quotes = (answers[status].description, status)
        said = {**said, "status": int(status)}
        return drafted.row(f"status.{status}.{name}", "owed", said, words, *quotes, section=status, **more)

    yield owed(success, "permitted", {"role": "permitted"}, f"A valid request gets {success}")
    keys = {one["role"]: key for key, one in drafted.target.items() if "role" in one}
    for status, role in (("403", "restricted"), ("404", "missing")):
        if status not in answers or (role == "missing" and role not in keys):
            continue
        given = ["restricted_token"] * (role == "restricted") + ([keys[role]] if role in keys else [])
        what = f"{role} {drafted.resource}" if drafted.resource else "request that the token may not make"
        note = f"Decide: the page says {status} and not when; that it is for a {what} is assumed."
        yield owed(
            status,
            role,
            {"role": role},
            f"A {what} gets {status}",
            level="should",
            needs=[" | ".join(given)],
            note=note,
        )
    if "400" in answers:
        note = "Decide: the page says 400 and not when; that it is for what its tables forbid is assumed."
        parts = (["body"] if "requestBody" in drafted.operation else []) + ["parameter"]
        for part in parts:
            yield owed(
                "400",
                f"invalid-{part}",
                {part: "invalid"},
                f"A {part} out of contract gets 400",
                level="should",
                note=note,
            )
    yield drafted.row(
        "status.documented", "documented-status", {}, "A request within the contract gets a documented status",
        answers[success].description, success, section=STATUSES, accepted=drafted.statuses,
        **({} if "401" in answers else {"level": "silent", "note": "Decide: a refused token has no status."}),
    )  # fmt: skip
    for about, words in (
        ("undocumented-status", "Which status a request out of contract gets"),
        ("order", "In which order the parts of a request are looked at"),
    ):
        yield drafted.row(
            f"status.{about}", "recorded", {"about": about}, words, answers[success].description, success,
            level="silent", section=STATUSES,
        )  # fmt: skip


def _success(drafted: Drafted, status: str, answer: Answer) -> Iterator[dict[str, Any]]:
    said = {"status": int(status)}
    quotes = (answer.description, status)
    if answer.body is None:
        if int(status) == _NO_CONTENT:
            note = "A 204 has no content (RFC 9110 section 15.3.5)."
            yield drafted.row(
                f"response.{status}.no-body",
                "no-body",
                said,
                f"A {status} has no body",
                *quotes,
                section=status,
                level="should",
                note=note,
            )
        return
    if answer.body.whole is None:
        yield drafted.row(
            f"response.{status}.object",
            "object",
            said,
            f"The body of a {status} is a JSON object",
            *quotes,
            section=status,
        )
        for one in answer.body.fields:
            yield drafted.row(
                f"response.{status}.{one.name}.type", "member-type", {**said, "member": one.name},
                f"{one.name} is of the type {one.type.name}", one.name, section=status,
            )  # fmt: skip
    yield _media(drafted, status, quotes)


def _refusal(drafted: Drafted, status: str, answer: Answer) -> Iterator[dict[str, Any]]:
    said = {"status": int(status)}
    quotes = (answer.description, status)
    yield drafted.row(
        f"error.{status}.envelope", "envelope", said, f"A {status} has the documented members",
        *(one.name for one in (answer.body.fields if answer.body else ())), section=status,
    )  # fmt: skip
    content = next(iter(drafted.operation["responses"][status]["content"].values()))
    shown = [one["value"] for one in content.get("examples", {}).values() if isinstance(one["value"], dict)]
    codes = [str(one[drafted.codes[status]]) for one in shown if one.get(drafted.codes[status])]
    if codes:
        yield drafted.row(
            f"error.{status}.code", "error-code", said, f"The code of a {status} is an example's", *codes, *quotes,
            section=status, level="should", basis="example", accepted=codes,
        )  # fmt: skip
    yield _media(drafted, status, quotes)


def _media(drafted: Drafted, status: str, quotes: tuple[str, ...]) -> dict[str, Any]:
    place = "error" if int(status) >= _REFUSAL else "response"
    return drafted.row(
        f"{place}.{status}.content-type", "media-type", {"status": int(status)},
        f"A {status} says application/json", *quotes, section=status, level="should",
        note="The table is that of a JSON object (RFC 9110 section 8.3).",
    )  # fmt: skip


def _always(drafted: Drafted) -> Iterator[dict[str, Any]]:
    """The facts that no page says and every service owes."""
    for identity, check, level, words, note in _ALWAYS:
        yield drafted.row(identity, check, {}, words, level=level, note=note, section=STATUSES)


def _quote(one: Field, found: Found) -> str:
    """The words of a keyword as they stand on the page, where dashes may be longer."""
    return next(
        (text.text for text in one.texts if text.line == found.line and _plain(found.words) in _plain(text.text)),
        found.words,
    )


def _plain(words: str) -> str:
    return re.sub(r"[\W_]", "", words)
