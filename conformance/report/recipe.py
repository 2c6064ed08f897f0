"""Python expressions that make what was sent, short whatever its length, for the programs in a curl line."""

from __future__ import annotations

import base64
import re
import shlex
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from conformance.contract.message import Token
    from conformance.traffic.redaction import Redactor

__all__ = ["Recipe", "bytes_recipe", "guarded", "joined", "python_line", "token_recipe", "writer"]

_REPEATED = re.compile(rb"(.{1,8}?)\1{39,}", re.DOTALL)
_LONGEST = 8000
_VARIABLE = re.compile(r"os\.environ\['(\w+)'\]")
_IN_DOUBLE_QUOTES = re.compile(r"[^\"$`\\!]*")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A Python expression of type str, in latin-1; `ascii` says that what it makes surely is ASCII."""

    expression: str
    ascii: bool
    modules: frozenset[str] = frozenset()


def bytes_recipe(data: bytes, redactor: Redactor | None = None) -> Recipe:
    """How to make `data`: a secret by its name, else spelt out, repetitions counted, or packed where that is long."""
    if redactor and (name := redactor.name_of(data)):
        return Recipe(f"os.environ['{name}']", data.isascii(), frozenset({"os"}))
    parts, end = [], 0
    for start, stop, unit in _repeated(data):
        parts += [_literal(data[end:start]), f"{_literal(unit)} * {(stop - start) // len(unit)}"]
        end = stop
    parts.append(_literal(data[end:]))
    expression = " + ".join(part for part in parts if part != "''") or "''"
    if len(expression) <= _LONGEST:
        return Recipe(expression, data.isascii())
    packed = base64.b64encode(zlib.compress(data, 9)).decode("ascii")
    unpacked = f"zlib.decompress(base64.b64decode('{packed}')).decode('latin-1')"
    return Recipe(unpacked, data.isascii(), frozenset({"base64", "zlib"}))


def token_recipe(token: Token, redactor: Redactor) -> Recipe:
    """How to make `token` again: of the environment variable that holds its secret, or of its own head and fill."""
    if token.secret is None:
        return _filled(token)
    made_by = redactor.derivation(token) or "{}"
    expression = made_by.replace("{}", f"os.environ['{token.secret}']")
    return Recipe(expression, token.value.isascii(), frozenset({"os"}))


def joined(*recipes: Recipe) -> Recipe:
    """One after the other."""
    expression = " + ".join(recipe.expression for recipe in recipes)
    modules = frozenset().union(*(recipe.modules for recipe in recipes))
    return Recipe(expression, all(recipe.ascii for recipe in recipes), modules)


def guarded(line: str, recipes: Iterable[Recipe]) -> str:
    """`line`, which ends before it begins where a variable of its recipes is not set; Python alone would end too late.

    Behind a pipe, curl would send the request without what Python did not write, and seem to prove the opposite.
    """
    names = dict.fromkeys(name for recipe in recipes for name in _VARIABLE.findall(recipe.expression))
    exported = " ".join(f'{name}="${{{name}:?}}"' for name in names)
    return f"export {exported} && {line}" if names else line


def writer(recipe: Recipe, end: str = "\n") -> str:
    """A shell command that writes what the recipe makes, and `end`."""
    if recipe.ascii:
        last = "" if end == "\n" else f", end={end!a}"
        return python_line([f"print({recipe.expression}{last})"], recipe.modules)
    whole = f"{recipe.expression} + {end!a}" if end else recipe.expression
    return python_line([f"sys.stdout.buffer.write(({whole}).encode('latin-1'))"], recipe.modules | {"sys"})


def python_line(statements: list[str], modules: frozenset[str]) -> str:
    """A shell command that runs the statements."""
    imports = [f"import {', '.join(sorted(modules))}"] if modules else []
    script = "; ".join([*imports, *statements])
    quoted = f'"{script}"' if _IN_DOUBLE_QUOTES.fullmatch(script) else shlex.quote(script)
    return f"python3 -c {quoted}"


def _filled(token: Token) -> Recipe:
    value = token.value
    if token.length <= 2 * len(token.head):
        return bytes_recipe(value)
    times = (token.length - len(token.head)) // len(token.fill) + 1
    expression = f"({_literal(token.head)} + {_literal(token.fill)} * {times})[:{token.length}]"
    return Recipe(expression, value.isascii())


def _repeated(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Start, end and unit of what stands there forty times and more."""
    end = 0
    for run in _runs(data):
        for match in _REPEATED.finditer(data, end, run.start() if run else len(data)):
            yield match.start(), match.end(), match.group(1)
        if run:
            yield run.start(), run.end(), run.group()[:1]
            end = run.end()


def _runs(data: bytes) -> Iterator[re.Match[bytes] | None]:
    """The runs of the commonest byte of a sample, and last None; a pattern for one byte is far quicker than for any."""
    if data:
        commonest = max(set(data[:: len(data) // 1_000 + 1]), key=data.count)
        yield from re.finditer(re.escape(bytes([commonest])) + b"{40,}", data)
    yield None


def _literal(data: bytes) -> str:
    return ascii(data.decode("latin-1"))
