"""Every JSON that a run and its history leave, held against parsers that are strict."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING

import orjson

from conformance.mock import Answer, Mock
from tests.runner.command import command, site

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.mock.message import Receive, Scope, Send

HUGE = "1" + "0" * 400
ODD = rf'"\ud800": 1, "\udfff": "\ud800\u0000", "\u0000": 1e999, "big": {HUGE}, "deep": {{"\udc00": ["\ud83d"]}}'


PROBES = ("state.first", "url.lone-surrogate", "id.zero", "property.methods", "id.20-digits")


class Odd(Mock):
    """Answers what other parsers refuse: in its success, its refusals, in fields, and in bytes that are not UTF-8."""

    count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and add something (ASGI)."""
        Odd.count += 1
        number = Odd.count

        async def odd(event: dict[str, object]) -> None:
            if event["type"] == "http.response.start":
                fields = [field for field in event["headers"] if field[0].lower() != b"content-length"]  # type: ignore[attr-defined]
                event = {**event, "headers": [*fields, (b"x-odd", b"\xff\xc3\x28")]}
            elif event["type"] == "http.response.body":
                event = {**event, "body": _odd(bytes(event["body"]), number)}  # type: ignore[call-overload]
            await send(event)

        if number % 10 == 0:
            await Answer(404, {"error_code": "CH.\ud800", "error_msg": "\udc00"}).send(scope["method"], odd)
            return
        await super().__call__(scope, receive, odd)


def _odd(body: bytes, number: int) -> bytes:
    if not body.startswith(b"{"):
        return body
    if number % 7 == 0:
        return body + b"\xff\xfe"
    return body[:-1] + b", " + ODD.encode() + b"}"


def unreadable(texts: dict[str, bytes]) -> dict[str, str]:
    """The complaints of strict parsers, by name."""
    wrong = {}
    for name, text in texts.items():
        try:
            orjson.loads(text)
        except orjson.JSONDecodeError as error:
            wrong[name] = str(error)
        if shutil.which("jq"):
            done = subprocess.run(["jq", "empty"], input=text, capture_output=True, check=False)  # noqa: S607
            if done.returncode:
                wrong[f"{name} (jq)"] = done.stderr.decode()
    return wrong


def test_every_json_can_be_read_by_strict_parsers(tmp_path: Path) -> None:
    """Reports, Allure's results, traffic, examples, the history and what is made of it (RFC 8259 section 8.1)."""
    history = ("--history", "nights.db")
    with site(tmp_path, Odd()) as of:
        ran = of.run(*history, "--examples", "examples", *(word for probe in PROBES for word in ("--probe", probe)))
        again = of.run(*history, "--probe", "state.first", "--output", "second")
    assert ran.code in {0, 1, 3}, ran.out + ran.err
    assert again.code in {0, 1, 3}, again.out + again.err
    files = [path for path in tmp_path.rglob("*") if path.suffix in {".json", ".har", ".httpexchange"}]
    texts = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in files}
    assert {"reports/report.json", "reports/traffic.har"} <= texts.keys()
    assert any(name.startswith("reports/allure-results/") for name in texts)
    first, second = (json.loads(texts[f"{folder}/report.json"])["run"]["id"] for folder in ("reports", "second"))
    for words in (
        ("history", *history, "--format", "json"),
        ("history", "show", first, *history, "--format", "json"),
        ("compare", first, second, *history, "--format", "json"),
        ("compare", first, second, *history, "--format", "markdown"),
        ("compare", "reports/traffic.har", "second/traffic.har", "--format", "json"),
        ("compare", "reports/traffic.har", "second/traffic.har"),
        ("judge", "reports/traffic.har", "--report", "again.json"),
        ("clauses", "--format", "json"),
    ):
        done = command(*words, cwd=tmp_path)
        assert done.code in {0, 1, 3}, (words, done.err)
        if "json" in words:
            texts[" ".join(words)] = done.out.encode()
    texts["again.json"] = (tmp_path / "again.json").read_bytes()
    for number, line in enumerate(command("history", "export", *history, cwd=tmp_path).out.splitlines()):
        texts[f"history export {number}"] = line.encode()
    texts["nothing"] = b"{}"
    assert unreadable(texts) == {}
