"""Secrets: resolved from the environment, a file or a program; never shown, dumped, copied or pickled by accident."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NoReturn, final

from conformance.config.errors import InvalidValue, config_error

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LONGEST = 1_000_000
"""Characters of a secret of which the contract says nothing: more than any has, so that no whole disk is read."""

SECONDS = 30.0
TOKEN_NAME = "CONFORMANCE_TOKEN"  # noqa: S105 - the name of a placeholder
Literals = Literal["allowed", "refused"]
Form = Literal["field", "text"]
"""A value of a header field, whose bytes are latin-1, or text, whose bytes are UTF-8."""

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_LATIN_1 = re.compile(r"[\x00-\xff]*")
_WRITE = 'write "env:NAME" or "file:PATH"'
_PRINT = "let it print the token, and nothing else, on standard output"
_LINE_BREAK = 4  # characters more than the longest that tell one that is too long from one with a line break

_CHARACTERS: Mapping[Form, str] = {"field": "latin-1 characters", "text": "characters in UTF-8"}
_SCHEMES = ("env:", "file:", "command:")


@final
class Secret:
    """A value that nobody sees, the reference it came from (``env:CODEARTS_TOKEN``), and a name for its placeholder.

    Only ``.value`` gives the value. A plain class, so that dataclasses cannot take it apart.
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
    """Tell whether a text refers to a secret and is not one itself."""
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
    lengths: tuple[int, int] = (1, LONGEST),
) -> Secret:
    """Return the secret that ``env:NAME``, ``file:PATH``, ``command:PROGRAM ARGUMENTS`` or a literal stands for.

    A path is relative to ``base_directory``, where a program runs, too. ``place`` begins every error message. ``name``
    is the placeholder's where no variable gives one. One line break at the end of a value is left out.

    Raises UsageError, without the value, for a literal where they are refused, an unset or empty variable, a file that
    cannot be read, and a program that prints nothing. It does so too for a value that has not the ``form``, or is
    shorter or longer than ``lengths``.
    """
    scheme, _, rest = reference.partition(":")
    if scheme == "env" and is_reference(reference):
        value, name = _from_environment(rest, environ, place), rest
        value = value if form == "field" else _in_bytes(value)
        what = f"the environment variable {rest}"
    elif scheme == "command" and is_reference(reference):
        value, what = _from_command(rest, environ, base_directory, place, lengths[1]), "the program's output"
        reference = f"command:{rest.split()[0]}"  # its arguments may be secret
    elif is_reference(reference):
        path = base_directory / rest
        value, what = _from_file(rest, path, place, lengths[1]), f"the file {path}"
    elif literals == "refused":
        raise config_error(place, "a literal secret is refused for a target that is not loopback", _WRITE)
    else:
        value, reference, what = reference, "a literal", "it"
        value = value if form == "field" else _in_bytes(value)
    value = value.removesuffix("\r\n") if value.endswith("\r\n") else value.removesuffix("\n")
    problem = _problem(value, lengths) or (_no_field(value) if form == "field" else None)
    if form == "text" and problem is None:
        try:
            value = value.encode("latin-1").decode()
        except UnicodeDecodeError:
            problem = "is not UTF-8"
    if problem is not None:
        least, most = lengths
        raise config_error(place, f"{what} {problem}", f"give {least:,} to {most:,} {_CHARACTERS[form]} on one line")
    return Secret(value, reference=reference, name=name)


def _in_bytes(value: str) -> str:
    """A text as a file would have it: its bytes in UTF-8, each one character; undecoded ones as they were."""
    return value.encode("utf-8", "surrogateescape").decode("latin-1")


def _from_environment(variable: str, environ: Mapping[str, str], place: str) -> str:
    if not _VARIABLE.fullmatch(variable):
        # Not repeated: somebody may have written the secret itself behind "env:".
        raise config_error(place, "the text after env: is not the name of an environment variable", 'write "env:NAME"')
    if not environ.get(variable):
        state = "empty" if variable in environ else "not set"
        raise config_error(
            place, f"the environment variable {variable} is {state}", f"export {variable}=…, also for a dry run"
        )
    return environ[variable]


def _from_file(written: str, path: Path, place: str, longest: int) -> str:
    """Return a file's bytes as latin-1 text, so that they go on the wire as they are."""
    if not written:
        raise config_error(place, "the path after file: is empty", 'write "file:PATH"')
    try:
        with path.open("rb") as stream:
            content = stream.read(longest + _LINE_BREAK)
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a path"
        raise config_error(place, f"the file {path} cannot be read ({reason})", "put the secret there") from None
    return content.decode("latin-1")


def _from_command(line: str, environ: Mapping[str, str], directory: Path, place: str, longest: int) -> str:
    try:
        return output_of(line, environ, directory, longest)
    except InvalidValue as wrong:
        raise config_error(place, wrong.problem, wrong.hint or _WRITE) from None


def _problem(value: str, lengths: tuple[int, int]) -> str | None:
    if not value:
        return "is empty"
    if value.startswith("\xef\xbb\xbf"):
        return "begins with a byte order mark"
    if any(char in value for char in "\r\n\0"):
        return "contains a line break or a NUL"
    if len(value) < lengths[0]:
        return f"is shorter than {lengths[0]:,} characters"
    return f"is longer than {lengths[1]:,} characters" if len(value) > lengths[1] else None


def _no_field(value: str) -> str | None:
    if value.strip(" \t") != value:
        return "begins or ends with a space, which no header can carry"
    return None if _LATIN_1.fullmatch(value) else "contains a character outside latin-1"


def output_of(line: str, environ: Mapping[str, str], directory: Path, longest: int, seconds: float = SECONDS) -> str:
    """Return what the program prints, in latin-1.

    It runs in ``directory``, with nothing on its standard input; what it writes to standard error is not shown, since
    it may be secret. Raises InvalidValue where it cannot be started, fails, or is not done after so many seconds.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise InvalidValue(
            f"the text after command: cannot be split into words ({error})", "quote it as a shell would"
        ) from None
    if not words:
        raise InvalidValue("the program after command: is empty", 'write "command:PROGRAM ARGUMENTS"')
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own program, without a shell
            words,
            cwd=directory,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,  # whoever closes or outlives a buffered pipe waits for the thread that reads it
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a program"
        raise InvalidValue(
            f"the program {words[0]} cannot be started ({reason})", "give a path, or a name on PATH"
        ) from None
    printed = _printed(process, words[0], longest, seconds)
    if process.returncode:
        raise InvalidValue(
            f"the program {words[0]} failed (exit code {process.returncode})", "run it by hand to see why"
        )
    return printed.decode("latin-1")


def _printed(process: subprocess.Popen[bytes], program: str, longest: int, seconds: float) -> bytes:
    """The program's output, up to a limit; a thread reads it, since a pipe cannot be waited for everywhere.

    A process that left the program's group may hold the pipe open; the thread is then abandoned with it.
    """
    printed, most = bytearray(), longest + _LINE_BREAK
    deadline = time.monotonic() + seconds
    reader = threading.Thread(target=_read, args=(process, printed, most), daemon=True)
    reader.start()
    try:
        reader.join(seconds)
        late = reader.is_alive()
        if not late and len(printed) < most:
            process.wait(max(deadline - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired:
        late = True
    finally:
        if process.returncode is None:
            _kill(process)
    if late:
        raise InvalidValue(f"the program {program} did not end within {seconds:g} seconds", _PRINT)
    if len(printed) == most:
        raise InvalidValue(f"the program {program} prints over {longest:,} characters", _PRINT)
    return bytes(printed)


def _read(process: subprocess.Popen[bytes], printed: bytearray, most: int) -> None:
    """Read what it prints until it ends, or there is too much of it."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    with process.stdout as pipe:
        while len(printed) < most and (more := pipe.read(most - len(printed))):
            printed += more


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of its process group running; nobody has waited for it yet, so the number is still its own."""
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()


@dataclass(frozen=True, slots=True, kw_only=True)
class Iam:
    """The table ``iam`` with what it refers to; ``place`` begins an error message about it."""

    place: str
    endpoint: str
    user: str | Secret
    password: Secret
    domain: str | Secret
    project: str

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The texts of it that must appear nowhere."""
        return tuple(value for value in (self.user, self.password, self.domain) if isinstance(value, Secret))


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """``command:PROGRAM ARGUMENTS``, where it runs, and how many characters a token has."""

    place: str
    reference: str = field(repr=False)
    environ: Mapping[str, str] = field(repr=False)
    directory: Path
    lengths: tuple[int, int]

    def token(self) -> Secret:
        """Run it. Raises UsageError where it prints no token."""
        return resolve(
            self.reference, self.environ, self.directory, place=self.place, name=TOKEN_NAME, lengths=self.lengths
        )
