"""Values of an integer in the path: in range, out of range, and nearly integers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote, quote_from_bytes

from hypothesis import strategies as st

from conformance.contract.values import Integer, ValueKind, classify

if TYPE_CHECKING:
    from collections.abc import Callable

_BESIDE = 20  # how far from the maximum a narrower range may end
_FEW = 9_998
_TELLING = 2**16  # what is less has few bytes to tell by
_BYTES = (0x00, 0x01, 0x7F, 0x80, 0xFF)
_DIGITS = {"full-width": 0xFF10, "Arabic-Indic": 0x0660, "Devanagari": 0x0966, "mathematical": 0x1D7CE}
_WORDS = (
    "null", "true", "false", "NaN", "Infinity", "undefined", "None", "nil", "one", "id", "*", "-", "+", "--1", "1-",
    "-0.0", ".5", "1e", "e1", "0x", "00000000-0000-0000-0000-000000000001", "${id}", "{id}", ":id", "%25",
    "%3Cid%3E", "current", "first", "last", "default", "self", "me", "~",
)  # fmt: skip
_SPELLINGS: tuple[Callable[[str], str], ...] = (
    lambda n: f"{n}.0",
    lambda n: f"{n}.",
    lambda n: f"{n}.5",
    lambda n: f"{n}e0",
    lambda n: f"{n}E+0",
    lambda n: f"0.{n}e{len(n)}",
    lambda n: f"+{n}",
    lambda n: f"0{n}",
    lambda n: f"{'0' * 20}{n}",
    lambda n: f"{int(n):#x}",
    lambda n: f"{int(n):x}h",
    lambda n: f"{int(n):#o}",
    lambda n: f"{int(n):#b}",
    lambda n: f"{int(n):,}",
    lambda n: f"{int(n):_}",
    lambda n: f"{n}L",
    lambda n: f"{n}n",
    lambda n: f"{n};v=1",
    lambda n: f"{n},{n}",
    lambda n: f"{n}:{n}",
    lambda n: f"id={n}",
    lambda n: f"id:{n}",
    lambda n: f"{n}-name",
    lambda n: f"{n}.git",
    lambda n: f"{n}@main",
    lambda n: f"group%2F{n}",
    lambda n: f"--{n}",
    lambda n: f"{n}-",
    lambda n: quote(f" {n}"),
    lambda n: quote(f"{n} "),
    lambda n: quote(f"{n}\n"),
    lambda n: quote(f"\t{n}"),
    lambda n: quote(f"{n}\0"),
    lambda n: quote(f'"{n}"'),
    lambda n: quote(f"'{n}'"),
    lambda n: quote(f"[{n}]"),
    lambda n: quote(f"\N{NO-BREAK SPACE}{n}"),
    lambda n: quote(f"\N{ZERO WIDTH SPACE}{n}"),
    lambda n: quote(f"\N{MINUS SIGN}{n}"),
    lambda n: f"{n[:-1]}%{ord(n[-1]):02X}",
    lambda n: f"{n}%2F",
    lambda n: f"{n}%",
    lambda n: f"{n}%zz",
    lambda n: f"{n}%25",
    lambda n: f"{n[:-1]}_",
    lambda n: f"{n}*",
    lambda n: quote(f"^{n}$"),
    lambda n: f"{n}%27",
    lambda n: f"{n}%22",
    lambda n: f"{n}%5C",
    lambda n: f"{n}--",
    lambda n: quote(f"{n}' AND '1'='1"),
    lambda n: quote(f"{n} AND 1=1"),
    *(lambda n, zero=zero: quote("".join(chr(zero + int(digit)) for digit in n)) for zero in _DIGITS.values()),
)


def ids_in_range(domain: Integer) -> st.SearchStrategy[int]:
    """Integers in range; among them powers of two and ten, their neighbours, and telling bytes.

    An open bound is that of an integer of 64 bits.
    """
    least = -(2**63) if domain.minimum is None else domain.minimum
    most = max(2**63 - 1, least) if domain.maximum is None else domain.maximum
    powers = [2**bit for bit in range(64)] + [10**zeros for zeros in range(20)] + [least, most]
    edges = sorted({n + step for n in powers for step in (-1, 0, 1) if least <= n + step <= most})
    octets = 4 if most < 2**32 else 8
    telling = st.tuples(*[st.sampled_from(_BYTES) | st.integers(0, 255)] * octets).map(bytes)
    return st.one_of(
        st.integers(least, most),
        st.integers(max(least, 0), min(most, max(least, 0) + _FEW)) if most >= 0 else st.nothing(),
        st.integers(max(most - _BESIDE, least), most),  # as it is: a shrunk id may then leave this range
        st.sampled_from(edges),
        telling.map(int.from_bytes).filter(domain.holds) if most >= _TELLING else st.nothing(),
    )


def ids_out_of_range(domain: Integer, identifier: int | None = None) -> st.SearchStrategy[int]:
    """Integers under the minimum or over the maximum; none where both are open.

    Aliases of `identifier` (by default the minimum, or 1) modulo 2^32 to 2^64 are among them.
    """
    if domain.minimum is None and domain.maximum is None:
        return st.nothing()
    known = next(one for one in (identifier, domain.minimum, 1) if one is not None)
    above, below = domain.maximum, domain.minimum
    return st.one_of(
        st.nothing() if above is None else st.integers(above + 1, max(2**70, 2 * above)),
        st.nothing() if below is None else st.integers(min(-(2**70), 2 * below), below - 1),
        st.builds(lambda k, bit: known + k * 2**bit, st.integers(1, 2**20), st.integers(32, 64)),
        st.builds(lambda k, bit: known - k * 2**bit, st.integers(1, 2**20), st.integers(32, 64)),
        st.integers(0, 40).map(lambda zeros: known * 10**zeros),
        st.sampled_from([-known, ~known]),
        st.sampled_from(
            [sign * 2**bit + step for bit in (31, 32, 53, 63, 64) for step in (-1, 0, 1) for sign in (-1, 1)]
        ),
    ).filter(lambda n: not domain.holds(n))


def id_look_alikes(domain: Integer, numbers: st.SearchStrategy[int] | None = None) -> st.SearchStrategy[bytes]:
    """Path segments that are nearly one of `numbers` (by default any in range), or a word, or anything.

    Bytes as on the wire, without ``/``, ``?``, ``#`` and white space. None is a plain decimal integer: `classify`
    calls each `NOT_INTEGER`, or `NOTATION` where the document is silent about it.
    """
    digits = (ids_in_range(domain) if numbers is None else numbers).map(lambda number: str(abs(number)))
    spelt = st.builds(lambda spell, text: spell(text), st.sampled_from(_SPELLINGS), digits)
    return st.one_of(
        spelt.map(str.encode),
        st.sampled_from(_WORDS).map(str.encode),
        st.binary(min_size=1, max_size=12).map(lambda raw: quote_from_bytes(raw, safe="").encode()),
    ).filter(lambda segment: classify(segment, domain).kind in {ValueKind.NOT_INTEGER, ValueKind.NOTATION})
