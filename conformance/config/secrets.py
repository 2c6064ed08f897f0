"""Secrets: resolved from the environment or from a file, and never shown, dumped, copied or pickled by accident."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NoReturn, final

from conformance.config.commands import output_of
from conformance.config.mistakes import Wrong, mistake

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["LONGEST_TOKEN", "Form", "Literals", "Secret", "is_reference", "resolve", "reveal"]

LONGEST_TOKEN = 100_000  # Table 2, X-Auth-Token: 1 to 100,000 characters
Literals = Literal["allowed", "refused"]
Form = Literal["field", "text"]
"""A value of a header field, whose bytes are latin-1, or text, whose bytes are UTF-8."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_LATIN_1 = re.compile(r"[\x00-\xff]*")
_MEND = 'write "env:NAME" or "file:PATH"'
_CHARACTERS: Mapping[Form, str] = {"field": "latin-1 characters", "text": "characters in UTF-8"}
_SCHEMES = ("env:", "file:", "command:")


@final
class Secret:
    """A value that nobody sees, the reference it came from (``env:CODEARTS_TOKEN``), and a name for its placeholder.

    Only ``.value`` gives the value. A plain class, so that pydantic and dataclasses cannot take it apart.
    """

    __slots__ = ("name", "reference", "value")

    name: str
    reference: str
    value: str

    def __init__(self, value: str, *, reference: str, name: str) -> None:
        for attribute, content in (("value", value), ("reference", reference), ("name", name)):
            object.__setattr__(self, attribute, content)

    def __len__(self) -> int:
        return len(self.value)

    def __repr__(self) -> str:
        return f"Secret({self.reference})"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return (self.value, self.reference, self.name) == (other.value, other.reference, other.name)

    def __hash__(self) -> int:
        return hash((self.value, self.reference, self.name))

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Secret is frozen: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a Secret is frozen: {name}")

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is never pickled")


def reveal(text: str | Secret) -> str:
    """Return the value of what may be a secret, for the moment it is sent."""
    return text.value if isinstance(text, Secret) else text


def is_reference(text: str) -> bool:
    """Tell whether a text refers to a secret and is none itself."""
    return text.startswith(_SCHEMES)


def resolve(
    reference: str,
    environ: Mapping[str, str],
    base_directory: Path,
    *,
    place: str,
    name: str,
    literals: Literals = "refused",
    form: Form = "field",
) -> Secret:
    """Return the secret that ``env:NAME``, ``file:PATH``, ``command:PROGRAM ARGUMENTS`` or a literal stands for.

    A path is relative to ``base_directory``, where a program runs, too. ``place`` begins every error message; ``name``
    is the placeholder's where no variable gives one. One line break at the end of a value is left out, wherever it
    comes from. Raises UsageError, without the value, for a literal where they are refused, an unset or empty variable,
    a file that cannot be read, a program that prints nothing, and a value that has not the ``form``, or not 1 to
    100,000 characters.
    """
    scheme, _, rest = reference.partition(":")
    if scheme == "env" and is_reference(reference):
        value, name = _from_environment(rest, environ, place), rest
        value = value if form == "field" else _in_bytes(value)
        what = f"the environment variable {rest}"
    elif scheme == "command" and is_reference(reference):
        value, what = _from_command(rest, environ, base_directory, place), "what the program prints"
        reference = f"command:{rest.split()[0]}"  # its arguments may be secret
    elif is_reference(reference):
        path = base_directory / rest
        value, what = _from_file(rest, path, place), f"the file {path}"
    elif literals == "refused":
        raise mistake(place, "a literal secret is refused for a target that is not loopback", _MEND)
    else:
        value, reference, what = reference, "a literal", "it"
        value = value if form == "field" else _in_bytes(value)
    value = value.removesuffix("\r\n") if value.endswith("\r\n") else value.removesuffix("\n")
    problem = _problem(value) or (_no_field(value) if form == "field" else None)
    if form == "text" and problem is None:
        try:
            value = value.encode("latin-1").decode()
        except UnicodeDecodeError:
            problem = "is not UTF-8"
    if problem is not None:
        raise mistake(place, f"{what} {problem}", f"give 1 to {LONGEST_TOKEN:,} {_CHARACTERS[form]} on one line")
    return Secret(value, reference=reference, name=name)


def _in_bytes(value: str) -> str:
    """A text as a file would have it: its bytes in UTF-8, each one character; undecoded ones as they were."""
    return value.encode("utf-8", "surrogateescape").decode("latin-1")


def _from_environment(variable: str, environ: Mapping[str, str], place: str) -> str:
    if not _VARIABLE.fullmatch(variable):
        # Not repeated: somebody may have written the secret itself behind "env:".
        raise mistake(place, "what follows env: is no name of an environment variable", 'write "env:NAME"')
    if not environ.get(variable):
        state = "empty" if variable in environ else "not set"
        raise mistake(place, f"the environment variable {variable} is {state}", f"export {variable}=…")
    return environ[variable]


def _from_file(written: str, path: Path, place: str) -> str:
    """Return a file's bytes as latin-1 text, so that they go on the wire as they are."""
    if not written:
        raise mistake(place, "what follows file: is empty", 'write "file:PATH"')
    try:
        with path.open("rb") as stream:
            content = stream.read(LONGEST_TOKEN + 4)  # enough to see that it is too long, even with a newline
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a path"
        raise mistake(place, f"the file {path} cannot be read ({reason})", "put the secret there") from None
    return content.decode("latin-1")


def _from_command(line: str, environ: Mapping[str, str], directory: Path, place: str) -> str:
    try:
        return output_of(line, environ, directory)
    except Wrong as wrong:
        raise mistake(place, wrong.problem, wrong.mend or _MEND) from None


def _problem(value: str) -> str | None:
    if not value:
        return "is empty"
    if value.startswith("\xef\xbb\xbf"):
        return "begins with a byte order mark"
    if any(char in value for char in "\r\n\0"):
        return "contains a line break or a NUL"
    return f"is longer than {LONGEST_TOKEN:,} characters" if len(value) > LONGEST_TOKEN else None


def _no_field(value: str) -> str | None:
    if value.strip(" \t") != value:
        return "begins or ends with a space, which no header can carry"
    return None if _LATIN_1.fullmatch(value) else "contains a character outside latin-1"
