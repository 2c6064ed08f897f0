"""The target of a run, found by name or URL and checked (docs/interface.md)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.config import values
from conformance.config.description import Target
from conformance.config.mistakes import Wrong, closest, mistake, shown
from conformance.config.options import ENVIRONMENT_PREFIX
from conformance.config.origins import EnvironmentOrigin, Origin, TableOrigin
from conformance.config.parsing import example, parse_table
from conformance.config.resolution import Reader
from conformance.config.secrets import Literals, is_reference
from conformance.config.tables import TargetTable
from conformance.config.urls import base_url, is_loopback, parse_url, repeated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from conformance.config.files import ConfigFile

__all__ = ["TARGET_VARIABLES", "Target", "build_target", "load_target", "refuse_repeated"]

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SECRETS = ("token", "restricted_token", "proxy")
_TABLES = ("tokens_by_length", "repositories", "not_testable", "headers", "iam")

# The keys that a CONFORMANCE_… variable can give for a target that is only a URL.
TARGET_VARIABLES: Mapping[str, str] = {
    f"{ENVIRONMENT_PREFIX}{key.upper()}": key
    for key in TargetTable.model_fields
    if key != "base_url" and key not in _TABLES
}


def load_target(
    name_or_url: str, file: ConfigFile | None, environ: Mapping[str, str], paths: Iterable[str] = ()
) -> Target:
    """Return the target of that name, or the one in the file with that base URL.

    Any other URL is a target that the ``CONFORMANCE_…`` variables describe; where it holds the beginning of one of
    the documented ``paths``, that is the first mistake, since a URL that was pasted whole has the repository in it.
    Raises UsageError for the first mistake, without a secret in it.
    """
    if "://" in name_or_url:
        return _by_url(name_or_url, file, environ, paths)
    if file is None:
        mend = "make one with `conformance init`, or give a URL"
        raise mistake(f"TARGET {shown(name_or_url)}", "there is no conformance.toml to find it in", mend)
    if name_or_url not in file.targets:
        mend = closest(name_or_url, file.targets) if file.targets else f"add a table [targets.{name_or_url}]"
        raise mistake(str(file.path), f"there is no target {shown(name_or_url)}", mend)
    return _from_file(name_or_url, file, environ)


def build_target(
    name: str,
    table: Mapping[str, object],
    *,
    environ: Mapping[str, str],
    base_directory: Path = Path(),
    origin: Origin | None = None,
) -> Target:
    """Check a target's table, whose values are typed as TOML types them, and resolve its secrets.

    Paths are relative to ``base_directory``. Raises UsageError for the first mistake.
    """
    origin = origin or TableOrigin(f"[targets.{name}]")
    raw = parse_table(table, origin)
    literals: Literals = "allowed" if is_loopback(parse_url(raw.base_url).host) else "refused"
    reader = Reader(environ=environ, base_directory=base_directory, origin=origin, literals=literals)
    target = Target(
        name=name,
        place=origin.place(""),
        base_url=raw.base_url,
        token=reader.token(raw),
        repository_id=raw.repository_id,
        mirror_url=raw.mirror_url,
        restricted_token=reader.restricted_token(raw.restricted_token),
        restricted_repository_id=raw.restricted_repository_id,
        missing_repository_id=raw.missing_repository_id,
        tokens_by_length={
            length: reader.token_of_length(length, text) for length, text in raw.tokens_by_length.items()
        },
        repositories=raw.repositories,
        not_testable=raw.not_testable,
        verify_tls=reader.verification(raw),
        client_certificate=reader.certificate(raw.client_certificate),
        proxy=reader.proxy(raw.proxy),
        timeout_seconds=raw.timeout_seconds,
        headers={header: reader.header(header, text) for header, text in raw.headers.items()},
        max_bad_credentials=raw.max_bad_credentials,
        read_back=raw.read_back,
        source=reader.source(raw),
    )
    _refuse_contradictions(target, origin)
    return target


def refuse_repeated(url: str, place: str, paths: Iterable[str]) -> None:
    """Raise UsageError where a base URL holds what every request adds to it."""
    end = repeated(url, paths)
    if end is not None:
        raise mistake(
            place,
            f"ends with {end}, which the documented path begins with, and would be asked for twice",
            f"write {url.removesuffix(end)}",
        )


def _from_file(name: str, file: ConfigFile, environ: Mapping[str, str]) -> Target:
    origin = TableOrigin(f"{file.path}: [targets.{name}]")
    if not _NAME.fullmatch(name):
        mend = "use 1 to 100 letters, digits, '.', '_' and '-', beginning with a letter or digit"
        raise mistake(origin.place(""), f"{shown(name)} is no name for a target", mend)
    table = file.targets[name]
    if not isinstance(table, dict):
        raise mistake(origin.place(""), f"must be a table, not {shown(table)}", f"write [targets.{name}]")
    return build_target(name, table, environ=environ, base_directory=file.directory, origin=origin)


def _by_url(text: str, file: ConfigFile | None, environ: Mapping[str, str], paths: Iterable[str]) -> Target:
    origin = EnvironmentOrigin()
    try:
        url = base_url(text)
    except Wrong as wrong:
        mend = wrong.mend or origin.example("base_url", example("base_url"))
        raise mistake(origin.place("base_url"), wrong.problem, mend) from None
    same = [name for name in (file.targets if file else {}) if file and _normalised(file.targets[name]) == url]
    if len(same) > 1:
        raise mistake("TARGET", f"{len(same)} targets have this base_url", f"name one of {', '.join(same)}")
    if file and same:
        return _from_file(same[0], file, environ)
    refuse_repeated(url, origin.place("base_url"), paths)
    table = {"base_url": url, **_described(environ, origin)}
    return build_target(url.partition("://")[2], table, environ=environ, origin=origin)


def _normalised(table: object) -> str | None:
    """Return a described target's base URL as ``base_url`` would write it; None where it is wrong or missing."""
    written = table.get("base_url") if isinstance(table, dict) else None
    try:
        return base_url(written) if isinstance(written, str) else None
    except Wrong:
        return None


def _described(environ: Mapping[str, str], origin: EnvironmentOrigin) -> dict[str, object]:
    """Return the table that the variables describe; an empty variable counts as unset."""
    for key in _TABLES:
        if environ.get(origin.place(key)):
            raise mistake(origin.place(key), f"{key} is a table, which no variable can hold", "describe it in a file")
    table: dict[str, object] = {}
    for variable, key in TARGET_VARIABLES.items():
        text = environ.get(variable)
        if not text:
            continue
        if key in _SECRETS:
            if is_reference(text):
                raise mistake(variable, "holds a reference", "give the value itself, or use a conformance.toml")
            table[key] = f"env:{variable}"
        else:
            table[key] = _typed(key, text.strip())
    return table


def _typed(key: str, text: str) -> object:
    if key in ("mirror_url", "client_certificate"):
        return text
    if key in ("verify_tls", "read_back"):
        return values.flag(text)
    return values.number(text) if key == "timeout_seconds" else values.integer(text)


def _refuse_contradictions(target: Target, origin: Origin) -> None:
    """Refuse one id in two roles, and the restricted token in the place of another."""
    ids = {
        "repository_id": target.repository_id,
        "restricted_repository_id": target.restricted_repository_id,
        "missing_repository_id": target.missing_repository_id,
    }
    roles = ("permitted", "restricted", "missing")
    seen: dict[int, tuple[str, str]] = {}
    named = [(key, number, role) for (key, number), role in zip(ids.items(), roles, strict=True) if number is not None]
    named += [(f"repositories.{number}", number, role) for number, role in target.repositories.items()]
    for key, number, role in named:
        other_key, other_role = seen.setdefault(number, (key, role))
        if role != other_role:
            problem = f"{number} has the role {role} here, and {other_role} as {other_key}"
            raise mistake(origin.place(key), problem, "give each role a repository of its own")
    if target.restricted_token is None:
        return
    others = {"token": target.token} | {f"tokens_by_length.{n}": t for n, t in target.tokens_by_length.items()}
    for key, secret in others.items():
        if secret and secret.value == target.restricted_token.value:
            mend = "give the token of another user, who has no permission on repository_id"
            raise mistake(origin.place("restricted_token"), f"is the same token as {key}", mend)
