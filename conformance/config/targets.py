"""The target of a run: found by name or URL, checked against the contract, its secrets resolved (docs/interface.md)."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.config.errors import InvalidValue, closest, config_error, shown
from conformance.config.keys import EnvironmentOrigin, Key, Origin, TableOrigin, read_table
from conformance.config.options import ENVIRONMENT_PREFIX, typed
from conformance.config.secrets import LONGEST, Command, Form, Iam, Literals, Secret, is_reference, resolve
from conformance.config.tables import UNKNOWN, keys_of, lengths_of
from conformance.config.urls import base_url, is_loopback, parse_url, proxy_url, repeated
from conformance.contract.facts import Described, Role
from conformance.contract.operation import HTTP_URL, Fixture, Operation
from conformance.contract.values import Identifier, Integer, spelt

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.config.settings import ConfigFile
    from conformance.contract.contract import Contract

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_NOT_IN_A_NAME = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True, kw_only=True)
class Target(Described):
    """A deployment to test; `load_target` and `build_target` make and check it.

    Attributes:
        name: its name in reports and in the history.
        place: the beginning of an error message about the description.
        base_url: the URL that request targets are below.
        token: a valid token; None where IAM or a program gives one.
        restricted_token: a valid token without permission on the resource.
        tokens_by_length: further valid tokens by their length.
        not_testable: clauses that cannot be tested here, with the reasons.
        verify_tls: whether certificates are checked, or the path of a CA bundle.
        client_certificate: the file of a certificate to show.
        proxy: the URL of a proxy.
        timeout_seconds: the limit of an exchange, over 0.
        headers: header fields for every request.
        max_bad_credentials: how many requests without a good token may be sent.
        read_back: whether the resource is read back; None leaves it to the run.
        source: IAM or a program that gives the token.
    """

    name: str
    place: str = field(repr=False)
    base_url: str
    token: Secret | None
    restricted_token: Secret | None = None
    tokens_by_length: Mapping[int, Secret] = field(default_factory=dict)
    not_testable: Mapping[str, str] = field(default_factory=dict)
    verify_tls: bool | Path = True
    client_certificate: Path | None = None
    proxy: str | Secret | None = None
    timeout_seconds: float
    headers: Mapping[str, str | Secret] = field(default_factory=dict, repr=False)
    max_bad_credentials: int
    read_back: bool | None = None
    source: Iam | Command | None = field(default=None, repr=False)

    @property
    def loopback(self) -> bool:
        """Whether the target is on this machine, by the way its base URL is written."""
        return is_loopback(parse_url(self.base_url).host)

    @property
    def reads_back(self) -> bool:
        """Whether the resource's state is read before and after the run."""
        return not self.loopback if self.read_back is None else self.read_back

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """Every secret that must appear nowhere, longest first, so that one within another is redacted after it."""
        iam = self.source.secrets if isinstance(self.source, Iam) else ()
        named = (self.token, self.restricted_token, self.proxy, *self.headers.values(), *iam)
        found = {secret for secret in (*named, *self.tokens_by_length.values()) if isinstance(secret, Secret)}
        return tuple(sorted(found, key=lambda secret: (-len(secret), secret.name)))


def load_target(name_or_url: str, file: ConfigFile | None, environ: Mapping[str, str], contract: Contract) -> Target:
    """Return the target of that name, or the one in the file with that base URL.

    Any other URL is a target that the ``CONFORMANCE_…`` variables describe.
    Raises UsageError for the first error, without a secret in it.
    """
    if "://" in name_or_url:
        return _by_url(name_or_url, file, environ, contract)
    if file is None:
        hint = "make one with `conformance init`, or give a URL"
        raise config_error(f"TARGET {shown(name_or_url)}", "there is no conformance.toml to find it in", hint)
    if name_or_url not in file.targets:
        hint = closest(name_or_url, file.targets) if file.targets else f"add a table [targets.{name_or_url}]"
        raise config_error(str(file.path), f"there is no target {shown(name_or_url)}", hint)
    return _from_file(name_or_url, file, environ, contract)


def build_target(
    name: str,
    table: Mapping[str, object],
    contract: Contract,
    *,
    environ: Mapping[str, str],
    base_directory: Path = Path(),
    origin: Origin | None = None,
) -> Target:
    """Check a target's table, whose values are typed as TOML types them, and resolve its secrets.

    Paths are relative to ``base_directory``. Raises UsageError for the first error.
    """
    origin = origin or TableOrigin(f"[targets.{name}]")
    operation = contract.operation
    keys = {key.name: key for key in keys_of(contract)}
    raw = read_table(keys.values(), table, origin)
    literals: Literals = "allowed" if is_loopback(parse_url(raw["base_url"]).host) else "refused"
    reader = _Reader(keys, raw, environ, base_directory, origin, literals, lengths_of(operation))
    target = Target(
        name=name,
        place=origin.place(""),
        base_url=raw["base_url"],
        token=reader.token(),
        resource=raw.get(operation.key(Role.PERMITTED) or ""),
        url=next((raw[one.key] for one in operation.fixtures if one.form == HTTP_URL), None),
        restricted_token=reader.restricted_token(),
        restricted_resource=raw.get(operation.key(Role.RESTRICTED) or ""),
        missing_resource=raw.get(operation.key(Role.MISSING) or ""),
        tokens_by_length={
            length: reader.token_of_length(length, text) for length, text in raw["tokens_by_length"].items()
        },
        resources=raw.get(operation.key("each") or "", {}),
        values={
            str(one.parameter): spelt(raw[one.key]) for one in _of_parameters(operation) if raw[one.key] is not None
        },
        members={str(one.member): raw[one.key] for one in _of_members(operation) if raw[one.key] is not None},
        not_testable=raw["not_testable"],
        verify_tls=reader.verification(),
        client_certificate=reader.certificate(),
        proxy=reader.proxy(),
        timeout_seconds=raw["timeout_seconds"],
        headers={header: reader.header(header, text) for header, text in raw["headers"].items()},
        max_bad_credentials=raw["max_bad_credentials"],
        read_back=raw["read_back"],
        source=reader.source(),
    )
    _refuse_contradictions(target, operation, origin)
    return target


def example_target(contract: Contract) -> Target:
    """The target that the examples of the keys describe: what is planned for it is planned for every target."""
    operation = contract.operation
    wanted = {one.key for one in operation.fixtures if one.role != "each"}
    examples = {
        key.name: tomllib.loads(f"value = {key.example}")["value"]
        for key in keys_of(contract)
        if key.name in wanted and (key.required or key.example != UNKNOWN)
    }
    table: dict[str, object] = {
        "base_url": "http://localhost",
        "token": "token",
        "restricted_token": "other",
        **examples,
    }
    domain = operation.identifier.domain if operation.identifier else None
    if isinstance(domain, Integer) and domain.minimum is not None:
        table[operation.key("each") or ""] = {str(domain.minimum): Role.PERMITTED.value}
    table.pop("", None)
    return build_target("example", table, contract, environ={})


def refuse_repeated(url: str, place: str, operation: Operation) -> None:
    """Raise UsageError where a base URL holds what every request adds to it."""
    end = repeated(url, filter(None, (operation.template, operation.read_back)))
    if end is not None:
        raise config_error(
            place,
            f"ends with {end}, which the documented path begins with, and would be asked for twice",
            f"write {url.removesuffix(end)}",
        )


def _of_parameters(operation: Operation) -> list[Fixture]:
    return [one for one in operation.fixtures if one.parameter is not None and one.role is None]


def _of_members(operation: Operation) -> list[Fixture]:
    return [one for one in operation.fixtures if one.member is not None and one.form != HTTP_URL]


def _from_file(name: str, file: ConfigFile, environ: Mapping[str, str], contract: Contract) -> Target:
    origin = TableOrigin(f"{file.path}: [targets.{name}]")
    if not _NAME.fullmatch(name):
        hint = "use 1 to 100 letters, digits, '.', '_' and '-', beginning with a letter or digit"
        raise config_error(origin.place(""), f"{shown(name)} is not a name for a target", hint)
    table = file.targets[name]
    if not isinstance(table, dict):
        raise config_error(origin.place(""), f"must be a table, not {shown(table)}", f"write [targets.{name}]")
    return build_target(name, table, contract, environ=environ, base_directory=file.directory, origin=origin)


def _by_url(text: str, file: ConfigFile | None, environ: Mapping[str, str], contract: Contract) -> Target:
    origin, keys = EnvironmentOrigin(), keys_of(contract)
    try:
        url = base_url(text)
    except InvalidValue as wrong:
        hint = wrong.hint or origin.example("base_url", keys[0].example)
        raise config_error(origin.place("base_url"), wrong.problem, hint) from None
    same = [name for name, address in (file.addresses if file else {}).items() if address == url]
    if len(same) > 1:
        raise config_error("TARGET", f"{len(same)} targets have this base_url", f"name one of {', '.join(same)}")
    if file and same:
        return _from_file(same[0], file, environ, contract)
    refuse_repeated(url, origin.place("base_url"), contract.operation)
    table = {"base_url": url, **_described(keys, environ, origin)}
    _refuse_missing(keys, table, origin)
    return build_target(url.partition("://")[2], table, contract, environ=environ, origin=origin)


def _refuse_missing(keys: tuple[Key, ...], table: Mapping[str, object], origin: EnvironmentOrigin) -> None:
    """Name all variables that are missing in one error; a single one is told where it is read."""
    missing = [key for key in keys if (key.required or key.name == "token") and key.name not in table]
    if len(missing) > 1:
        places = ", ".join(origin.place(key.name) for key in missing)
        hints = ", ".join(origin.example(key.name, key.example).removeprefix("set ") for key in missing)
        raise config_error(places, "are missing", f"set {hints}")


def _described(keys: tuple[Key, ...], environ: Mapping[str, str], origin: EnvironmentOrigin) -> dict[str, object]:
    """Return the table that the variables describe; an empty variable counts as unset."""
    table: dict[str, object] = {}
    for key in keys:
        variable = f"{ENVIRONMENT_PREFIX}{key.name.upper()}"
        text = environ.get(variable)
        if not text or key.name == "base_url":
            continue
        if key.kind == "table":
            problem = f"{key.name} is a table, which no variable can hold"
            raise config_error(origin.place(key.name), problem, "describe it in a file")
        if key.kind == "secret":
            if is_reference(text):
                raise config_error(variable, "holds a reference", "give the value itself, or use a conformance.toml")
            table[key.name] = f"env:{variable}"
        else:
            table[key.name] = typed(key.kind, text.strip())
    return table


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what a table refers to; every error names its key. Paths are relative to ``directory``."""

    keys: Mapping[str, Key]
    raw: Mapping[str, Any]
    environ: Mapping[str, str]
    directory: Path
    origin: Origin
    literals: Literals
    lengths: tuple[int, int]

    def _secret(self, key: str, text: str, form: Form = "field", lengths: tuple[int, int] = (1, LONGEST)) -> Secret:
        """The placeholder of a secret is its key, unless a variable names it."""
        return resolve(
            text,
            self.environ,
            self.directory,
            place=self.origin.place(key),
            name=ENVIRONMENT_PREFIX + _NOT_IN_A_NAME.sub("_", key.upper()).strip("_"),
            literals=self.literals,
            form=form,
            lengths=lengths,
        )

    def token(self) -> Secret | None:
        """The token, or None where IAM is to be asked for it."""
        if self.raw["token"] is not None:
            return self._secret("token", self.raw["token"], lengths=self.lengths)
        if self.raw["iam"] is None:
            hint = self.origin.example("token", self.keys["token"].example)
            raise config_error(self.origin.place("token"), "is missing", hint)
        return None

    def source(self) -> Iam | Command | None:
        """The source of a new token; ``token`` wins over ``iam``, which is then not looked up."""
        token, iam = self.raw["token"], self.raw["iam"]
        if token is not None:
            if not token.startswith("command:"):
                return None
            return Command(
                place=self.origin.place("token"),
                reference=token,
                environ=self.environ,
                directory=self.directory,
                lengths=self.lengths,
            )
        return Iam(
            place=self.origin.place("iam"),
            endpoint=iam["endpoint"],
            user=self._named("iam.user", iam["user"]),
            password=self._secret("iam.password", iam["password"], "text"),
            domain=self._named("iam.domain", iam["domain"]),
            project=iam["project"],
        )

    def _named(self, key: str, text: str) -> str | Secret:
        return self._secret(key, text, "text") if is_reference(text) else text

    def restricted_token(self) -> Secret | None:
        """The token without permission, if there is one."""
        text = self.raw["restricted_token"]
        return None if text is None else self._secret("restricted_token", text, lengths=self.lengths)

    def token_of_length(self, length: int, text: str) -> Secret:
        """A token that must be of exactly this length."""
        key = f"tokens_by_length.{length}"
        token = self._secret(key, text, lengths=self.lengths)
        if len(token) != length:
            hint = f"give a token of exactly {length}, or write its true length"
            problem = f"the token is {len(token)} characters long, not {length}"
            raise config_error(self.origin.place(key), problem, hint)
        return token

    def header(self, name: str, text: str) -> str | Secret:
        """A header's value."""
        return self._secret(f"headers.{name}", text) if is_reference(text) else text

    def proxy(self) -> str | Secret | None:
        """The proxy's URL, which may contain a password where it comes from a reference."""
        text = self.raw["proxy"]
        if text is None:
            return None
        proxy = self._secret("proxy", text) if is_reference(text) else text
        try:
            if isinstance(proxy, Secret):
                proxy_url(proxy.value, user_info="allowed")
            else:
                proxy_url(proxy, user_info="refused")
        except InvalidValue as wrong:
            hint = wrong.hint or self.origin.example("proxy", self.keys["proxy"].example)
            raise config_error(self.origin.place("proxy"), wrong.problem, hint) from None
        return proxy

    def verification(self) -> bool | Path:
        """Whether TLS is verified, or the CA bundle; off loopback it always is (docs/safety.md)."""
        verify = self.raw["verify_tls"]
        if isinstance(verify, str):
            return self._file("verify_tls", verify)
        if not verify and self.literals == "refused":
            problem = "false is refused for a target that is not loopback"
            raise config_error(self.origin.place("verify_tls"), problem, "give the CA bundle's path")
        return bool(verify)

    def certificate(self) -> Path | None:
        """The client certificate's path."""
        text = self.raw["client_certificate"]
        return None if text is None else self._file("client_certificate", text.removeprefix("file:"))

    def _file(self, key: str, written: str) -> Path:
        path = self.directory / written
        try:
            with path.open("rb"):
                return path
        except (OSError, ValueError) as error:
            reason = (error.strerror if isinstance(error, OSError) else None) or "not a path"
            problem = f"the file {path} cannot be read ({reason})"
            raise config_error(self.origin.place(key), problem, "give the path of a PEM file") from None


def _refuse_contradictions(target: Target, operation: Operation, origin: Origin) -> None:
    """Refuse one resource in two roles, and the restricted token in the place of another."""
    permitted = operation.key(Role.PERMITTED)
    each = operation.key("each")
    named = [
        (operation.key(Role.PERMITTED), target.resource, Role.PERMITTED),
        (operation.key(Role.RESTRICTED), target.restricted_resource, Role.RESTRICTED),
        (operation.key(Role.MISSING), target.missing_resource, Role.MISSING),
        *((f"{each}.{name}", name, role) for name, role in target.resources.items()),
    ]
    seen: dict[Identifier, tuple[str, Role]] = {}
    for key, resource, role in named:
        if key is None or resource is None:
            continue
        other_key, other_role = seen.setdefault(resource, (key, role))
        if role != other_role:
            problem = f"{resource} has the role {role} here, and {other_role} as {other_key}"
            raise config_error(origin.place(key), problem, f"give each role another {permitted}")
    if target.restricted_token is None:
        return
    others = {"token": target.token} | {f"tokens_by_length.{n}": t for n, t in target.tokens_by_length.items()}
    for key, secret in others.items():
        if secret and secret.value == target.restricted_token.value:
            hint = f"give the token of another user without permission{f' on {permitted}' if permitted else ''}"
            raise config_error(origin.place("restricted_token"), f"is the same token as {key}", hint)
