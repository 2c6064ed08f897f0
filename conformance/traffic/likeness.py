"""What probably speaks where HTTP/1.1 was expected, told by its first bytes or by what TLS complains of."""

from __future__ import annotations

__all__ = ["by_bytes", "by_complaint"]

_ALERT_OR_HANDSHAKE = (b"\x15\x03", b"\x16\x03")  # RFC 8446 section 5.1: content type, then version
_FRAME_HEADER = 9  # RFC 9113 section 4.1: length, type, flags, stream
_OF_THE_CONNECTION = {(4, 0), (7, 0)}  # SETTINGS and GOAWAY, on stream 0
_COMPLAINTS = {
    "CERTIFICATE_VERIFY_FAILED": "name the bundle of its CA as verify_tls",
    "NO_APPLICATION_PROTOCOL": "it probably speaks HTTP/2 only, and this suite HTTP/1.1",
    "WRONG_VERSION_NUMBER": "it probably speaks plain HTTP there, not TLS: check the port",
    "RECORD_LAYER_FAILURE": "it probably speaks plain HTTP there, not TLS: check the port",
    "PACKET_LENGTH_TOO_LONG": "it probably speaks plain HTTP there, not TLS: check the port",
    "UNEXPECTED_EOF_WHILE_READING": "it perhaps speaks plain HTTP there, not TLS: check the port",
}


def by_bytes(received: bytes) -> str:
    """What `received` looks like, in words that follow a semicolon; empty where that is not known."""
    if received.startswith(_ALERT_OR_HANDSHAKE):
        return "; it looks like TLS: write https:// in base_url"
    stream = int.from_bytes(received[5:_FRAME_HEADER], "big")
    if len(received) >= _FRAME_HEADER and (received[3], stream) in _OF_THE_CONNECTION:
        return "; it looks like HTTP/2, and this suite speaks HTTP/1.1: name an address that does"
    return ""


def by_complaint(detail: str) -> str:
    """What the words of an error in TLS say of a server, in words that follow a semicolon; empty where nothing."""
    words = detail.upper().replace(" ", "_")
    return next((f"; {meant}" for sign, meant in _COMPLAINTS.items() if sign in words), "")
