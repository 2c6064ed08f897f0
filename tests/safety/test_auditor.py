"""The auditor sees what is unsafe: it is no use where it never complains."""

from __future__ import annotations

import pytest

from tests.safety.auditor import Auditor, readings
from tests.safety.wiretap import Heard

TOKEN = b"MIIF-s3cr3t_T0ken.of+the/team=0123456789"
PATH = b"/v4/repositories/%b/remote-mirror/associate"
URL = b'{"url": "https://mirror.example.com/a.git"}'


def _heard(segment: bytes, token: bytes | None, body: bytes = URL, more: bytes = b"") -> Heard:
    header = b"" if token is None else b"X-Auth-Token: " + token + b"\r\n"
    return Heard(1, b"POST " + PATH % segment + b" HTTP/1.1\r\n" + header + more + b"\r\n" + body, 0, 1)


def _auditor(mutation: str, *, loopback: bool = True) -> Auditor:
    return Auditor(mutation, frozenset({5}), frozenset({TOKEN}), "mirror.example.com", loopback)


@pytest.mark.parametrize(
    ("segment", "number"),
    [
        (b"7", 7), (b"007", 7), (b"+7", 7), (b"-7", 7), (b"7.9", 7), (b"7e1", 70), (b"7abc", 7), (b"0x1F", 31),
        (b"0b11", 3), (b"0o17", 15), (b"017", 15), (b"1_000", 1000), (b" 7 ", 7), (b"7\0.git", 7), (b"\xef\xbc\x97", 7),
        (b"4294967303", 7), (b"18446744073709551623", 7), (b"-4294967289", 7), (b"4294967289", 7), (b'"7"', 7),
    ],
)  # fmt: skip
def test_readings(segment: bytes, number: int) -> None:
    """Each is a repository to somebody's parser."""
    assert number in readings(segment)


@pytest.mark.parametrize("segment", [b"0", b"", b"abc", b"remote-mirror", b"v4", b"8589934592"])
def test_no_reading(segment: bytes) -> None:
    """These are no repository to anybody."""
    assert readings(segment) == frozenset()


@pytest.mark.parametrize(
    ("mutation", "heard", "complains"),
    [
        ("fixture", _heard(b"5", TOKEN), False),
        ("fixture", _heard(b"0", TOKEN), False),
        ("fixture", _heard(b"6", TOKEN), True),
        ("fixture", _heard(b"4294967302", TOKEN), True),
        ("fixture", _heard(b"%36", TOKEN), True),
        ("fixture", _heard(b"5/../6", TOKEN), True),
        ("fixture", _heard(b"6", TOKEN.swapcase()), True),
        ("fixture", _heard(b"6", TOKEN[:-3]), True),
        ("fixture", _heard(b"0", TOKEN[:-3]), True),
        ("fixture", _heard(b"6", b"Bearer " + TOKEN), True),
        ("fixture", _heard(b"6", None, more=b"Cookie: t=" + TOKEN + b"\r\n"), True),
        ("fixture", _heard(b"6", b"another-token-of-some-length"), False),
        ("fixture", _heard(b"6", None), False),
        ("never", _heard(b"5", TOKEN), True),
        ("never", _heard(b"0", TOKEN), False),
        ("any", _heard(b"6", TOKEN), False),
        ("any", _heard(b"5", TOKEN, b'{"url": "https://somebody.org/"}'), True),
        ("any", _heard(b"5", TOKEN, b'{"url": "https:\\/\\/somebody.org\\/"}'), True),
        ("any", _heard(b"5", TOKEN, b'{"url": "https://u:p@192.0.2.1:8080/"}'), False),
        ("any", _heard(b"5", TOKEN, b'{"url": "https://[[2001:db8::1]]/"}'), False),
        ("any", _heard(b"5", TOKEN, b'{"url": "https://[[2001:db9::1]]/"}'), True),
    ],
)
def test_complaints(mutation: str, heard: Heard, complains: bool) -> None:  # noqa: FBT001 - a row above
    """It complains of what is unsafe, and of nothing else."""
    assert bool(list(_auditor(mutation).complaints(heard))) is complains


def test_off_loopback_only_invalid_names() -> None:
    """Of the reserved names only those that no resolver answers for."""
    assert list(_auditor("any", loopback=False).complaints(_heard(b"5", TOKEN, b'{"url": "https://a.test/"}')))
    assert not list(_auditor("any", loopback=False).complaints(_heard(b"5", TOKEN, b'{"url": "https://a.invalid/"}')))
