"""Content codings are undone as far as that can be done, and what cannot be undone stays as it came."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.traffic.codings import Undone, codings_of, undone

TEXT = b'{"id": 12439}'
LARGEST = 1000


def bare(raw: bytes) -> bytes:
    """Deflate without zlib's header, as some servers send it."""
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(raw) + packer.flush()


def of(body: bytes, *codings: str, truncated: bool = False) -> Undone:
    """The body, undone."""
    return undone(body, codings, truncated=truncated, largest=LARGEST)


@pytest.mark.parametrize(
    ("fields", "codings"),
    [
        pytest.param([], (), id="none"),
        pytest.param([b"gzip"], ("gzip",), id="one"),
        pytest.param([b" GZIP\t"], ("gzip",), id="capitals and white space"),
        pytest.param([b"deflate, gzip"], ("deflate", "gzip"), id="a list"),
        pytest.param([b"deflate", b"br , gzip"], ("deflate", "br", "gzip"), id="two fields"),
        pytest.param([b"identity", b", gzip,,"], ("gzip",), id="identity, and empty elements"),
        pytest.param([b"\xff"], ("\xff",), id="no ASCII"),
    ],
)
def test_codings_stand_in_one_field_or_several(fields: list[bytes], codings: tuple[str, ...]) -> None:
    """They are listed in the order in which they were applied (RFC 9110 section 8.4); other fields do not count."""
    headers = [(b"Content-Type", b"x"), *((b"CONTENT-encoding", field) for field in fields), (b"Vary", b"br")]
    assert codings_of(headers) == codings


UNDONE = {
    "none": (TEXT, ()),
    "gzip": (gzip.compress(TEXT), ("gzip",)),
    "x-gzip": (gzip.compress(TEXT), ("x-gzip",)),
    "gzip of two members": (gzip.compress(TEXT[:5]) + gzip.compress(TEXT[5:]), ("gzip",)),
    "gzip and padding": (gzip.compress(TEXT) + b"\0" * 9, ("gzip",)),
    "deflate": (zlib.compress(TEXT), ("deflate",)),
    "bare deflate": (bare(TEXT), ("deflate",)),
    "gzip called deflate": (gzip.compress(TEXT), ("deflate",)),
    "gzip twice": (gzip.compress(gzip.compress(TEXT)), ("gzip", "gzip")),
    "deflate, then gzip": (gzip.compress(zlib.compress(TEXT)), ("deflate", "gzip")),
}


@pytest.mark.parametrize("name", UNDONE)
def test_what_is_known_is_undone(name: str) -> None:
    """Gzip and deflate in every form that is met, several of them too."""
    body, codings = UNDONE[name]
    assert of(body, *codings) == Undone(TEXT)


LEFT: dict[str, tuple[bytes, tuple[str, ...], Undone]] = {
    "br": (TEXT, ("br",), Undone(TEXT, ("br",))),
    "what nobody knows": (TEXT, ("utf-8",), Undone(TEXT, ("utf-8",))),
    "br below gzip": (gzip.compress(TEXT), ("br", "gzip"), Undone(TEXT, ("br",))),
    "gzip below br": (TEXT, ("gzip", "br"), Undone(TEXT, ("gzip", "br"))),
    "too many": (TEXT, ("gzip",) * 9, Undone(TEXT, ("gzip",) * 9)),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_is_not_known_is_left_on_the_body(name: str) -> None:
    """And is named, so that whoever reads knows why there is nothing to read."""
    body, codings, expected = LEFT[name]
    assert of(body, *codings) == expected


@pytest.mark.parametrize(
    ("body", "codings", "left"),
    [
        pytest.param(TEXT, ("gzip",), ("gzip",), id="plain text called gzip"),
        pytest.param(TEXT, ("deflate",), ("deflate",), id="plain text called deflate"),
        pytest.param(zlib.compress(TEXT), ("gzip",), ("gzip",), id="deflate called gzip"),
        pytest.param(gzip.compress(TEXT)[:-6], ("gzip",), ("gzip",), id="without its end"),
        pytest.param(gzip.compress(TEXT)[:-8] + b"\0" * 8, ("gzip",), ("gzip",), id="a wrong checksum"),
        pytest.param(gzip.compress(TEXT) * 2 + b"\x1f\x8b", ("gzip",), ("gzip",), id="a third member that is none"),
        pytest.param(zlib.compress(TEXT)[:-2], ("deflate",), ("deflate",), id="deflate without its end"),
    ],
)
def test_what_is_no_such_coding_stays_as_it_came(body: bytes, codings: tuple[str, ...], left: tuple[str, ...]) -> None:
    """It is damaged, which is a finding of its own."""
    assert of(body, *codings) == Undone(body, left, damaged=True)


def test_damage_below_another_coding_is_seen_there() -> None:
    """The outer one is undone, the inner one is none."""
    assert of(gzip.compress(TEXT), "gzip", "gzip") == Undone(TEXT, ("gzip",), damaged=True)


def test_no_body_has_no_coding() -> None:
    """An answer to HEAD says which coding it would have."""
    assert of(b"", "gzip", "br") == Undone(b"")
    assert of(b"", "gzip", truncated=True) == Undone(b"", (), truncated=True)


def test_what_is_not_whole_is_undone_as_far_as_it_goes() -> None:
    """Where reading stopped early, the coding is not damaged."""
    whole = gzip.compress(TEXT)
    assert of(whole[:-6], "gzip", truncated=True) == Undone(TEXT, (), truncated=True)
    assert of(b"xyz", "gzip", truncated=True) == Undone(b"xyz", ("gzip",), truncated=True, damaged=True)


@pytest.mark.parametrize("length", [LARGEST, LARGEST + 1, 10_000_000])
def test_a_large_text_is_not_unpacked_to_its_end(length: int) -> None:
    """To one byte over the largest, whatever it would become."""
    for packed in (gzip.compress(b"a" * length), gzip.compress(gzip.compress(b"a" * length))):
        codings = ("gzip",) if packed[:50] == gzip.compress(b"a" * length)[:50] else ("gzip", "gzip")
        found = of(packed, *codings)
        assert len(found.body) == min(length, LARGEST + 1)
        assert found.truncated is (length > LARGEST)


@given(
    st.binary(max_size=100), st.lists(st.sampled_from(["gzip", "deflate", "x-gzip", "br"]), max_size=4), st.booleans()
)
def test_any_bytes_are_undone_or_left(body: bytes, codings: list[str], truncated: bool) -> None:  # noqa: FBT001
    """Nothing is raised, and what is left is the beginning of what was named."""
    found = of(body, *codings, truncated=truncated)
    assert found.left == tuple(codings[: len(found.left)])
    assert found.left or not found.damaged
