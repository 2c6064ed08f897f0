"""Runs whose token comes from IAM or from a program, as a user starts them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from conformance.judge.expected import FIRST
from conformance.mock import Iam, Mock
from conformance.mock.fixtures import DOMAIN, PASSWORD, PROJECT, USER
from tests.runner.command import site
from tests.traffic.servers import closed_port

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conformance.mock import Application
    from tests.runner.command import Ran, Site

IAM = '{{ endpoint = "{}", user = "{}", password = "env:IAM_PASSWORD", domain = "{}", project = "{}" }}'


class Ticking:
    """A clock that goes on by a second whenever somebody looks at it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The representation that it shows."""
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Desk:
    """A server whose tokens come from its identity service, and its description."""

    iam: Iam
    site: Site

    def describe(self, endpoint: str | None = None) -> None:
        """Write conformance.toml with IAM instead of a token."""
        self.site.describe(token="", iam=IAM.format(endpoint or self.site.base_url, USER, DOMAIN, PROJECT))

    def run(self, *options: str, password: str = PASSWORD) -> Ran:
        """Run the suite."""
        return self.site.run(*options, environ={"IAM_PASSWORD": password})


@contextmanager
def desk(directory: Path, **options: Any) -> Iterator[Desk]:  # noqa: ANN401 - those of Iam
    """Serve the mock with its identity service."""
    iam = Iam(Mock(), **options)
    with site(directory, iam) as made:
        found = Desk(iam, made)
        found.describe()
        yield found


def issued(iam: Iam) -> list[str]:
    """Every token that was issued."""
    return [token for token in iam.app.tokens if token not in iam.app.fixtures.tokens]


def written(ran: Ran) -> str:
    """Everything that a run wrote or said."""
    files = [path.read_text(encoding="utf-8", errors="replace") for path in ran.reports.rglob("*") if path.is_file()]
    return "\n".join([ran.out, ran.err, *files])


def one_line(ran: Ran, said: str) -> None:
    """There is no verdict, and one line says why."""
    assert ran.code == 3, ran.out + ran.err
    assert len([line for line in ran.out.splitlines() if said in line]) == 1, ran.out
    assert "Traceback" not in ran.out + ran.err
    assert PASSWORD not in written(ran)


def test_a_run_from_a_password_to_a_verdict(tmp_path: Path) -> None:
    """One token is obtained, every must clause is judged with it, and neither it nor the password is written."""
    with desk(tmp_path) as target:
        ran = target.run("--profile", "smoke")
        assert (target.iam.asked, target.iam.issued) == (1, 1)
        (token,) = issued(target.iam)
    assert ran.code == 0, ran.out + ran.err
    assert ran.report["summary"]["untested"] == []
    text = written(ran)
    assert "$CONFORMANCE_TOKEN" in text
    assert PASSWORD not in text
    assert token[:24] not in text
    assert token[-24:] not in text


def test_tokens_that_expire_without_notice_are_renewed(tmp_path: Path) -> None:
    """A target on whose clock a token lives for 8 requests is judged as ever; the 401s are nobody's failure."""
    with desk(tmp_path, lifetime=8, clock=Ticking()) as target:
        ran = target.run("--profile", "smoke", "--concurrency", "1")
        assert target.iam.issued > 2
        tokens = issued(target.iam)
    assert ran.code == 0, ran.out + ran.err
    assert not ran.clauses("fail")
    text = written(ran)
    assert "has expired" in text  # the exchange that was sent again is in the traffic
    assert not [token for token in tokens if token[:24] in text or token[-24:] in text]


def test_tokens_are_renewed_before_they_expire(tmp_path: Path) -> None:
    """If the service says for how long a token is good, no request goes out with one that is not."""
    with desk(tmp_path, lifetime=3.0) as target:
        ran = target.run("--profile", "smoke", "--rate", "12", "--concurrency", "2")
        assert target.iam.issued > 1
    assert ran.code == 0, ran.out + ran.err
    assert "has expired" not in written(ran)


def test_refused_credentials_are_tried_once(tmp_path: Path) -> None:
    """IAM refuses the password: exit 3, one line, one attempt for the whole series, and the target hears nothing."""
    with desk(tmp_path) as target:
        ran = target.run("--repeat", "3", password="no-password-of-anybody")
        assert target.iam.asked == 1
    one_line(ran, "the credentials were refused; check user, password, domain and project")
    assert "no-password-of-anybody" not in written(ran)
    assert ran.report["run"]["requests"] == 0


@pytest.mark.parametrize(
    ("outages", "code", "asked"),
    [
        pytest.param(1, 0, 2, id="once, then a token"),
        pytest.param(2, 3, 2, id="twice, then no more is asked"),
    ],
)
def test_an_outage_of_iam(tmp_path: Path, outages: int, code: int, asked: int) -> None:
    """It is asked twice at most."""
    with desk(tmp_path, outages=outages) as target:
        ran = target.run("--profile", "smoke", "--probe", FIRST)
        assert target.iam.asked == asked
    if code:
        one_line(ran, "answered 503 APIGW.0613 twice, and no token was issued")
    else:
        assert ran.code == 0, ran.out + ran.err


def test_iam_out_of_reach(tmp_path: Path) -> None:
    """Nobody listens at the endpoint: exit 3, one line that names it."""
    with desk(tmp_path) as target:
        target.describe(f"http://127.0.0.1:{closed_port()}")
        ran = target.run()
    one_line(ran, "cannot be reached")


def test_a_dry_run_asks_for_no_token(tmp_path: Path) -> None:
    """The plan is known without one."""
    with desk(tmp_path) as target:
        ran = target.run("--dry-run")
        assert target.iam.asked == 0
    assert ran.code == 0
    assert "nothing was sent" in ran.out


def test_a_token_by_command(tmp_path: Path) -> None:
    """A program in the description's directory prints the token."""
    with site(tmp_path) as target:
        (tmp_path / "token.txt").write_text(target.fixtures.token + "\n", encoding="ascii")
        target.describe(token='"command:cat token.txt"')
        ran = target.run("--profile", "smoke")
        assert target.fixtures.token[:24] not in written(ran)
        assert ran.code == 0, ran.out + ran.err
        target.describe(token='"command:cat missing.txt"')
        broken = target.run()
    assert broken.code == 2
    said = "conformance.toml: [targets.site] token: the program cat failed (exit code 1); run it by hand to see why"
    assert broken.err.splitlines() == [f"error: {said}"]


class Forgetful(Mock):
    """Calls its token expired after so many requests, until the program prints another."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.left = 30

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI
        """Let the token expire when its time has come."""
        self.left -= 1
        if self.left == 0:
            account = self.tokens.pop(self.fixtures.token)
            self.tokens["another-token-of-the-program"] = account
            self.path.write_text("another-token-of-the-program", encoding="ascii")
        await super().__call__(scope, receive, send)

    def refuse(self, request: Any, refusal: Any) -> Any:  # noqa: ANN401 - overrides a step
        """Say of every unknown token that it has expired."""
        if refusal.status == 401:
            refusal = type(refusal)(401, refusal.error_code, "Token expired.")
        return super().refuse(request, refusal)


def test_a_program_is_asked_again_when_its_token_has_expired(tmp_path: Path) -> None:
    """The second token is taken for as good as the first, and is hidden like it."""
    path = tmp_path / "token.txt"
    app: Application = Forgetful(path)
    with site(tmp_path, app) as target:
        path.write_text(target.fixtures.token, encoding="ascii")
        target.describe(token='"command:cat token.txt"')
        ran = target.run("--profile", "smoke")
    assert ran.code == 0, ran.out + ran.err
    assert "another-token-of-the-program" not in written(ran)
