"""Requests with two things wrong at once, or three: the classes of each part, and the combinations that are sent.

Checks in the wrong order, and checks that are skipped on one way through a program, show nowhere else. `STANDARD` is a
covering array: every pair of classes of two parts stands in one row at least, with three things wrong at most, since
what is refused for one reason hides the others; another method hides all, so that in its rows more may be wrong. The
rows that must-clauses hang on are wrong in those two things alone.
The first rows were chosen; covertable made the others of the model in `tests/plan/covering.py`. They are kept, and with
them the probes' names.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["BODILESS", "CLASSES", "FIRST", "PLAIN", "STANDARD", "Combination", "combination", "deep_rows"]

CLASSES: Mapping[str, Mapping[str, str]] = {
    "token": {
        "missing": "no token",
        "unknown": "an unknown token",
        "empty": "an empty token",
        "near": "the valid token, cut",
        "over": "the valid token, padded to 100,001 characters",
    },
    "id": {
        "below": "a repository's id, negative",
        "above": "a repository's id plus 2^32",
        "word": "a repository's id, followed by letters",
    },
    "body": {
        "truncated": "a truncated body",
        "number": "a url that is a number",
        "absent": "no body",
        "array": "an array as body",
    },
    "media": {"text": "as plain text", "none": "without Content-Type", "form": "as a form"},
    "method": {"PUT": "with PUT", "HEAD": "with HEAD", "GET": "with GET", "DELETE": "with DELETE"},
    "path": {
        "slash": "with a slash at the end of the path",
        "query": "with a query",
        "doubled": "with a doubled slash in the path",
        "capitals": "with the path in capitals",
        "encoded": "with an encoded letter in the path",
    },
}
"""What can be wrong with each part of a request, in words; what is not named in a combination is as documented."""

BODILESS = frozenset({"HEAD", "GET", "DELETE"})

FIRST: tuple[str, ...] = (
    "token-missing.id-below",
    "token-unknown.id-above",
    "token-missing.id-word",
    "token-unknown.body-truncated",
    "token-missing.body-number",
    "token-missing.body-absent",
    "token-missing.media-text",
    "token-missing.path-slash",
    "token-unknown.path-query",
    "token-missing.path-doubled",
    "id-above.body-absent",
    "id-above.media-text",
    "id-word.path-slash",
    "id-above.path-query",
    "id-above.path-doubled",
)
"""Rows in which two things alone are wrong, so that whichever check is skipped, no other one hides it."""

STANDARD: tuple[str, ...] = (
    *FIRST,
    "body-number.media-text.path-query",
    "id-below.body-number.path-doubled",
    "body-absent.media-text.path-slash",
    "id-below.body-truncated.path-query",
    "id-above.body-number.path-slash",
    "token-unknown.id-word.body-number",
    "token-unknown.id-below.media-text",
    "id-word.body-absent.path-query",
    "token-missing.id-above.body-truncated",
    "id-word.body-truncated.path-doubled",
    "token-unknown.body-absent.path-doubled",
    "id-below.body-absent.path-slash",
    "body-truncated.media-text.path-doubled",
    "token-unknown.body-truncated.path-slash",
    "id-word.media-text",
    "token-missing.path-query",
    "id-word.body-number.media-text.method-PUT.path-doubled",
    "token-missing.body-absent.method-PUT.path-slash",
    "token-unknown.id-below.body-truncated.method-PUT",
    "id-above.method-PUT.path-query",
    "id-word.media-text.method-HEAD",
    "token-missing.method-HEAD.path-slash",
    "token-unknown.id-below.method-HEAD.path-doubled",
    "id-above.method-HEAD.path-query",
)

PLAIN: tuple[str, ...] = ("token-missing.path-capitals", "token-missing.path-encoded")
"""Ways round the token that nothing else hides, of classes that the array leaves to deep."""


@dataclass(frozen=True, slots=True)
class Combination:
    """Which class each part is of, by the part; parts that are as documented are left out."""

    classes: Mapping[str, str]

    @property
    def name(self) -> str:
        """The classes in the order of the parts, as they stand in a probe's id."""
        return ".".join(f"{part}-{self.classes[part]}" for part in CLASSES if part in self.classes)

    @property
    def words(self) -> str:
        """What is wrong."""
        return ", ".join(CLASSES[part][self.classes[part]] for part in CLASSES if part in self.classes)


def combination(name: str) -> Combination:
    """The combination of this name."""
    return Combination(dict(piece.split("-", 1) for piece in name.split(".")))


def deep_rows() -> Iterator[str]:
    """Every pair of classes of two parts alone, but for those that the standard profile sends."""
    for one, other in combinations(CLASSES, 2):
        for first, second in product(CLASSES[one], CLASSES[other]):
            made = Combination({one: first, other: second})
            bodiless = made.classes.get("method") in BODILESS and "body" in made.classes
            if made.name not in (*STANDARD, *PLAIN) and not bodiless:
                yield made.name
