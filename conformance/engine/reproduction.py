"""Lines that repeat requests: the command of a run, and the shell lines that set the variables of curl lines."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from conformance.config.secrets import TOKEN_NAME, Secret
from conformance.config.settings import NOWHERE
from conformance.report.curl import Route

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.config.settings import Settings
    from conformance.config.targets import Target

__all__ = ["AGAIN", "command_of", "route_of", "variables_of"]

AGAIN = "again"
"""The folder, below a run's reports, for the reports of its lines to reproduce."""
_OPTIONS = ("config", "spec", "edition", "mutation", "fail_on", "baseline", "rate", "concurrency", "examples")


def command_of(settings: Settings, target: Target, seed: int, *, embedded: bool) -> str:
    """The command of a run, without a probe. Its reports go to a directory of their own.

    It has those options of the command line and the environment that matter to one probe. The configuration file is
    read again.
    """
    by_url = target.name == target.base_url.partition("://")[2]  # described by the environment, not in a file
    words = ["conformance", "run", *([] if embedded else [target.base_url if by_url else target.name])]
    for name in _OPTIONS:
        if _given(settings, name):
            words += [f"--{name.replace('_', '-')}", str(getattr(settings, name))]
    if _given(settings, "history") and settings.history == NOWHERE:  # a URL may hold a password
        words += ["--history", NOWHERE]
    output = settings.output if settings.output.name == AGAIN else settings.output / AGAIN
    words += ["--seed", str(seed), "--output", str(output)]
    return shlex.join(words)


def _given(settings: Settings, name: str) -> bool:
    return settings.source(name).startswith(("--", "CONFORMANCE_"))


def route_of(target: Target) -> Route:
    """Proxy and certificates of the run, for lines that repeat a request."""
    proxy = target.proxy
    if proxy is not None:
        proxy = f'"${{{proxy.name}:?}}"' if isinstance(proxy, Secret) else shlex.quote(proxy)
    return Route(
        proxy,
        unverified=target.verify_tls is False,
        bundle=None if isinstance(target.verify_tls, bool) else str(target.verify_tls),
        certificate=None if target.client_certificate is None else str(target.client_certificate),
    )


def variables_of(settings: Settings, target: Target) -> dict[str, str]:
    """The shell line for each variable that curl lines may use. None holds a secret."""
    found: dict[str, str] = {}
    for keys, secret in _secrets(target):
        found.setdefault(secret.name, _setting(keys, secret, settings.config, target))
    if target.token is None:
        found[TOKEN_NAME] = _as_it_is(TOKEN_NAME, "a token that IAM issues to the user of the description")
    return found


def _secrets(target: Target) -> Iterator[tuple[tuple[str, ...], Secret]]:
    """The secrets of requests, with their keys in the target's table."""
    rows = [
        (("token",), target.token),
        (("restricted_token",), target.restricted_token),
        *((("tokens_by_length", str(length)), token) for length, token in target.tokens_by_length.items()),
        *((("headers", name), value) for name, value in target.headers.items()),
        (("proxy",), target.proxy),
    ]
    for keys, value in rows:
        if isinstance(value, Secret):
            yield keys, value


def _setting(keys: tuple[str, ...], secret: Secret, config: Path, target: Target) -> str:
    scheme, _, rest = secret.reference.partition(":")
    if scheme == "file":
        path = shlex.quote(str(config.parent / rest))
        reads = f"cat {path}" if secret.value.isascii() else f"iconv -f latin1 -t utf-8 {path}"
        return f"export {secret.name}=$({reads})"
    if scheme == "command":
        return f"export {secret.name}=$({rest} …)"  # its arguments may be secret
    if scheme == "env":
        return _as_it_is(secret.name, "as it was for the run")
    place = "".join(f"[{key!r}]" for key in ("targets", target.name, *keys))
    program = f"import tomllib; print(tomllib.load(open({str(config)!r}, 'rb')){place})"
    return f"export {secret.name}=$(python3 -c {_double_quoted(program)})"


def _as_it_is(name: str, words: str) -> str:
    """Export a variable of the user; fail with `words` if it is not set."""
    return f'export {name}="${{{name}:?{words}}}"'


def _double_quoted(program: str) -> str:
    return f'"{program}"' if not set(program) & set('"$`\\!') else shlex.quote(program)
