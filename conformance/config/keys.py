"""Keys of a table in a TOML file: what each may hold, its words for the documentation, its errors in one line.

A check takes a value as TOML typed it and returns it, or raises InvalidValue; none repeats what may be a secret.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from conformance.config.errors import InvalidValue, closest, config_error, shown
from conformance.config.options import ENVIRONMENT_PREFIX
from conformance.config.secrets import is_reference

Check: TypeAlias = Callable[[object], Any]
Kind: TypeAlias = Literal["str", "int", "float", "bool", "secret", "table"]

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,99}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+\-.^_`|~]+")
_HEADER_VALUE = re.compile(r"[!-~](?:[ -~\t]*[!-~])?")
_SET_BY_THE_SUITE = {
    "accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect", "host",
    "keep-alive", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key of a table.

    `about` and `example`, which is TOML, stand in the documentation, the example in error messages too; a key that says
    nothing `about` itself is left out there. `kind` says how
    the text of an environment variable is read; a table has no variable. `keys` are those of a table with fixed ones.
    `schema` says in JSON Schema what editors are to allow, where that is more than `kind` says.
    """

    name: str
    about: str
    example: str
    check: Check = lambda value: value
    kind: Kind = "str"
    schema: Mapping[str, Any] | None = None
    default: Any = None
    required: bool = False
    keys: tuple[Key, ...] = ()

    @property
    def variable(self) -> str | None:
        """The environment variable that stands for it."""
        return None if self.kind == "table" else f"{ENVIRONMENT_PREFIX}{self.name.upper()}"


@dataclass(frozen=True, slots=True)
class TableOrigin:
    """A table such as ``conformance.toml: [targets.staging]``, in the words of an error message."""

    text: str

    def place(self, key: str) -> str:
        """Return what an error message begins with; the empty key is the table itself."""
        return f"{self.text} {key}" if key else self.text

    def example(self, key: str, toml: str) -> str:
        """Return the line that gives a key."""
        return f"write for example {key} = {toml}"


@dataclass(frozen=True, slots=True)
class EnvironmentOrigin:
    """The ``CONFORMANCE_…`` variables that describe a target given as a URL."""

    def place(self, key: str) -> str:
        """Return what an error message begins with: the variable, or TARGET itself for the base URL."""
        return "TARGET" if key in ("", "base_url") else f"{ENVIRONMENT_PREFIX}{key.upper()}"

    def example(self, key: str, toml: str) -> str:
        """Return how to give a key; a secret's variable holds the secret itself, so no example of it."""
        plain = toml.strip('"').removeprefix("file:")
        if key == "base_url":
            return f"give for example {plain}"
        return f"set {self.place(key)}" if "env:" in toml else f"set {self.place(key)}={plain}"


Origin: TypeAlias = TableOrigin | EnvironmentOrigin


def read_table(keys: Iterable[Key], table: Mapping[str, object], origin: Origin, within: str = "") -> dict[str, Any]:
    """The values of all keys, checked. Raises UsageError for the first error; a misspelt key comes first."""
    known = {key.name: key for key in keys}
    for name in map(str, table):
        if name not in known:
            raise config_error(origin.place(within + name), "there is no such key", closest(name, known))
    return {key.name: _value(key, table.get(key.name), origin, within) for key in known.values()}


def _value(key: Key, value: object, origin: Origin, within: str) -> object:
    name = within + key.name
    if value is None:
        if key.required:
            raise config_error(origin.place(name), "is missing", origin.example(name, key.example))
        return key.default
    try:
        if key.keys:
            return read_table(key.keys, _table(value), origin, f"{name}.")
        return key.check(value)
    except InvalidValue as error:
        place = origin.place(f"{name}.{error.within}" if error.within else name)
        raise config_error(place, error.problem, error.hint or origin.example(name, key.example)) from None


def text(value: object) -> str:
    """A text."""
    if not isinstance(value, str):
        raise InvalidValue("must be a text")
    return value


def filled(value: object) -> str:
    """A text that is not blank."""
    if not text(value).strip():
        raise InvalidValue("is empty")
    return text(value)


def characters(shortest: int, longest: int | None, pattern: str | None = None) -> Check:
    """A text of so many characters that matches a pattern."""

    def check(value: object) -> str:
        found = text(value)
        if len(found) < max(shortest, 1):
            raise InvalidValue(f"is {len(found)} characters long, under {max(shortest, 1)}" if found else "is empty")
        if longest is not None and len(found) > longest:
            raise InvalidValue(f"is {len(found)} characters long, over {longest}")
        if pattern is not None and not re.search(pattern, found):
            raise InvalidValue(f"does not match {pattern}")
        return found

    return check


def whole(minimum: int | None = None, maximum: int | None = None) -> Check:
    """A whole number in range. Only numbers are repeated: a text may be a secret that landed under the wrong key."""

    def check(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool):
            raise InvalidValue("must be a whole number")
        if minimum is not None and value < minimum:
            raise InvalidValue(f"{shown(value)} is under {minimum}")
        if maximum is not None and value > maximum:
            raise InvalidValue(f"{shown(value)} is over {maximum}")
        return value

    return check


def over(limit: int) -> Check:
    """A finite number over `limit`."""

    def check(value: object) -> float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise InvalidValue("must be a number")
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number):
            raise InvalidValue("must be a finite number")
        if number <= limit:
            raise InvalidValue(f"{shown(value)} is not over {limit}")
        return number

    return check


def flag(value: object) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise InvalidValue("must be true or false")
    return value


def listed(values: Iterable[str]) -> Check:
    """One of a few texts."""
    known = tuple(map(str, values))
    words = " or ".join(filter(None, (", ".join(map(repr, known[:-1])), repr(known[-1]))))

    def check(value: object) -> str:
        if value not in known:
            raise InvalidValue(f"must be {words}")
        return str(value)

    return check


def then(first: Check, second: Callable[[Any], Any]) -> Check:
    """Both checks, one after the other."""
    return lambda value: second(first(value))


def table_of(item: Check, names: Check = text) -> Check:
    """A table with entries of one kind."""

    def check(value: object) -> dict[Any, Any]:
        found = {}
        for name, entry in _table(value).items():
            known = names(name)
            try:
                found[known] = item(entry)
            except InvalidValue as error:
                within = error.within or ("" if error.hint else str(name))
                raise InvalidValue(error.problem, error.hint, within) from None
        return found

    return check


def numbered(noun: str, minimum: int | None, maximum: int | None) -> Check:
    """A table's key, a text in TOML, that is a number in range."""
    bounds = "" if minimum is None and maximum is None else f" from {minimum or 0}"
    bounds += "" if maximum is None else f" to {maximum}"

    def check(name: object) -> int:
        # The key is not repeated: somebody may have swapped it with a secret.
        found = int(str(name)) if _DECIMAL.fullmatch(str(name)) else None
        if found is None or (minimum is not None and found < minimum) or (maximum is not None and found > maximum):
            raise InvalidValue(f"a key is not a {noun}", f"use whole numbers{bounds} as keys")
        return found

    return check


def headers(credential: str) -> Check:
    """Headers to send with every request.

    Refused are those that the suite sets itself, names that differ in case only, and what no header can carry.
    """
    own = _SET_BY_THE_SUITE | {credential.lower()}

    def check(value: object) -> dict[str, str]:
        found: dict[str, str] = table_of(text)(value)
        seen: set[str] = set()
        for name, content in found.items():
            lower = name.lower()
            if not _HEADER_NAME.fullmatch(name):
                raise InvalidValue(f"{shown(name)} is not a header name", "use letters, digits and hyphens")
            if lower in own:
                raise InvalidValue(f"{name} is set by the suite itself", "take it out")
            if lower in seen:
                raise InvalidValue(f"{name} stands there twice", "take one out; case makes no difference")
            if not is_reference(content) and not _HEADER_VALUE.fullmatch(content):
                raise InvalidValue(
                    f"the value of {name} is not a header value", "use ASCII text on one line, not empty"
                )
            seen.add(lower)
        return found

    return check


def reasons(value: object) -> dict[str, str]:
    """Globs, each with a reason."""
    globs: dict[str, str] = table_of(text)(value)
    for glob, reason in globs.items():
        if not glob.strip():
            raise InvalidValue("a glob is empty", 'write for example "status.*" = "why not"')
        if not reason.strip():
            raise InvalidValue(f"{shown(glob)} has no reason", f'say why it cannot be tested: {shown(glob)} = "…"')
    return globs


def verification(value: object) -> bool | str:
    """True, false, or a path."""
    if not isinstance(value, bool | str) or value == "":
        raise InvalidValue("is neither true nor a path", "give true, or the path of a CA bundle")
    return value


def reference(value: object) -> str:
    """A reference to a secret; a literal one is refused, wherever the target is."""
    if not is_reference(text(value)):
        raise InvalidValue("is a literal secret", 'write "env:NAME" or "file:PATH"')
    return text(value)


def _table(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise InvalidValue("must be a table")
    return value
