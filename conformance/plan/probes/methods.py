"""Other methods on the path, and other spellings of the path."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.plan.inventory import Profile
from conformance.plan.probe import Probe
from conformance.plan.requests import associate
from conformance.plan.tokens import ordinary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.plan.inventory import Inventory

__all__ = ["method_probes"]

_WITHOUT_BODY = {"GET", "TRACE"}  # others carry it: who takes them for POST refuses an empty one
_OF_APPLICATIONS = {"GET", "PUT", "PATCH", "DELETE"}  # what a parser or a proxy does not answer by itself
_METHODS = ("GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "ASSOCIATE", "post", "COPY", "PROPFIND", "LINK")


def method_probes(inventory: Inventory) -> Iterator[Probe]:
    """Methods with the valid token, then paths that are nearly the document's."""
    associated = associate(inventory, inventory.token)
    for method in _METHODS:
        request = replace(associated, method=method)
        if method in _WITHOUT_BODY:
            request = replace(request, body=None, headers=())
        clauses = ("method.other", "error.other.envelope") if method in _OF_APPLICATIONS else ("method.other",)
        name = f"method.{method}" if method != "post" else "method.lower-case-post"
        yield Probe(
            name,
            f"{method} on the path",
            clauses,
            request,
            profile=Profile.SMOKE if method in {"GET", "PUT"} else Profile.STANDARD,
        )
    with_body = replace(associated, method="GET")
    yield Probe("method.GET.with-body", "GET with a body on the path", ("method.other",), with_body)
    options = replace(associated, method="OPTIONS")
    yield Probe("method.OPTIONS", "OPTIONS on the path", ("method.other", "method.options"), options)
    override = replace(associated, method="GET", headers=(*associated.headers, (b"X-HTTP-Method-Override", b"POST")))
    yield Probe("method.override", "GET that asks to be taken for POST", ("method.other",), override)
    r = str(inventory.repository_id).encode("ascii")
    for name, target, words in (
        ("trailing-slash", b"/v4/repositories/%b/remote-mirror/associate/" % r, "with a trailing slash"),
        ("double-slash", b"/v4//repositories/%b/remote-mirror/associate" % r, "with a doubled slash"),
        ("query", b"/v4/repositories/%b/remote-mirror/associate?dry_run=true" % r, "with a query"),
        ("capitals", b"/V4/Repositories/%b/Remote-Mirror/Associate" % r, "in capitals"),
        ("encoded-letter", b"/v4/repositories/%b/remote-mirror/%%61ssociate" % r, "with an encoded letter"),
        ("dot-segment", b"/v4/repositories/./%b/remote-mirror/associate" % r, "with a dot segment"),
        ("other-version", b"/v3/repositories/%b/remote-mirror/associate" % r, "of another version"),
        ("suffix", b"/v4/repositories/%b/remote-mirror/associate.json" % r, "with a suffix"),
    ):
        request = replace(associated, target=target)
        yield Probe(f"path.{name}", f"the path {words}", ("uri.variants",), request)
    queried = replace(associated, target=associated.target + b"?dry_run=true", token=ordinary(inventory))
    clauses = ("header.x-auth-token.mandatory", "uri.variants")
    yield Probe("path.query.unknown-token", "the path with a query, with an unknown token", clauses, queried)
    for name, target, words in (
        ("suffix", associated.target + b".json", "with a suffix"),
        ("dot-segment", b"/v4/repositories/./%b/remote-mirror/x/../associate" % r, "with dot segments"),
        ("matrix", associated.target + b";v=1", "with a matrix parameter"),
    ):
        request = replace(associated, target=target, token=None)
        yield Probe(f"path.{name}.missing-token", f"the path {words}, with no token", clauses, request)
