"""Allure's results: labels and attachments of a real pytest run, and the files as allure-pytest writes them."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import GlobalError, Globals

from conformance.contract.message import Trouble
from conformance.report.allure_page import AllureResults, categories_of_results
from conformance.report.allure_results import (
    describe,
    description,
    http_exchange,
    write_broken,
    write_environment,
)

from .builders import BASE_URL, CATALOGUE, NAME, REQUEST, SECRET, UNAUTHORIZED, answer, evidence, exchange, record

ROOT = Path(__file__).parents[2]
TESTS = """
import pytest
from allure_commons.logger import AllureFileLogger
from allure_commons.model2 import GlobalError, Globals
from conformance.report.allure_results import describe
from tests.report.builders import CATALOGUE, NAME, SECRET, answer, evidence, exchange

@pytest.mark.parametrize("clause", ["status.401.unknown-token", "leak.token", "error.message"])
def test_clause(clause):
    made = [evidence(exchange(response=answer(401, SECRET.encode()))), evidence(exchange(trouble="no answer in time"))]
    describe(CATALOGUE[clause], "token.unknown.length-64", "an unknown token of 64 characters", made,
             variables={NAME: f"export {NAME}=$(cat good.txt)", "OTHER": "export OTHER=$(cat other.txt)"},
             document="The page")
    pytest.fail("must status.401.unknown-token: answered 500", pytrace=False)

def test_property():
    describe(None, "property.ids", "any id of 1 to 2147483647", document="The page")

def test_bare():
    describe(CATALOGUE["leak.token"], "a", "b", document="The page")
"""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Allure results of a few tests."""
    folder = tmp_path_factory.mktemp("allure")
    (folder / "test_it.py").write_text(TESTS, encoding="utf-8")
    arguments = ["-q", "-p", "no:cacheprovider", "-p", "no:schemathesis", "--rootdir", str(folder), "--alluredir"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, str(folder / "results"), str(folder / "test_it.py")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "3 failed, 2 passed" in done.stdout, done.stdout + done.stderr
    return folder / "results"


def result_of(results: Path, name: str) -> Any:  # noqa: ANN401 - JSON
    """The result with this ALLURE_ID."""
    for file in results.glob("*-result.json"):
        result = json.loads(file.read_text(encoding="utf-8"))
        if labels_of(result).get("ALLURE_ID") == name:
            return result
    raise AssertionError(name)


def labels_of(result: Any) -> dict[str, str]:  # noqa: ANN401 - JSON
    """Labels by name."""
    return {label["name"]: label["value"] for label in result["labels"]}


def test_a_result_names_its_clause_and_value(results: Path) -> None:
    """A sentence with the value, the place in the document, the severity, and a stable id."""
    result = result_of(results, "status.401.unknown-token/token.unknown.length-64")
    assert result["name"] == "With an unknown token the answer is 401: an unknown token of 64 characters"
    labels = labels_of(result)
    assert labels["epic"] == "The page"
    assert labels["feature"] == "Status code 401"
    assert labels["story"] == "status.401.unknown-token"
    assert labels["tag"] == "must"
    assert "> 401" in result["description"]


@pytest.mark.parametrize(
    ("clause", "severity"),
    [("status.401.unknown-token", "critical"), ("leak.token", "normal"), ("error.message", "minor")],
)
def test_the_level_is_the_severity(results: Path, clause: str, severity: str) -> None:
    """Must is critical, should is normal, silent is minor."""
    assert labels_of(result_of(results, f"{clause}/token.unknown.length-64"))["severity"] == severity


def test_a_property_belongs_to_no_clause(results: Path) -> None:
    """Its own id is its label."""
    result = result_of(results, "property.ids")
    assert result["name"] == "Generated requests: any id of 1 to 2147483647"
    assert labels_of(result)["severity"] == "critical"


def test_attachments_are_optional(results: Path) -> None:
    """A test that is skipped before a request has none."""
    result = result_of(results, "leak.token/a")
    assert not result.get("attachments")


def test_exchanges_are_attached_for_the_viewer(results: Path) -> None:
    """Each in Allure's form, and its curl line as text, below the line that sets its variable."""
    attached = result_of(results, "leak.token/token.unknown.length-64")["attachments"]
    who = "something that is not the documented service (framework, server or proxy)"
    assert [one["name"] for one in attached] == [
        f"Exchange 17: POST, answered 401 by {who}", "curl 17", "Exchange 17: POST, no answer", "curl 17",
    ]  # fmt: skip
    assert attached[0]["type"] == "application/vnd.allure.http+json"
    assert attached[0]["source"].endswith(".httpexchange")
    exchange = json.loads((results / attached[0]["source"]).read_text(encoding="utf-8"))
    assert exchange["response"]["body"]["value"] == f"${NAME}"
    setting, line = (results / attached[1]["source"]).read_text(encoding="utf-8").splitlines()
    assert setting == f"export {NAME}=$(cat good.txt)"
    assert line.startswith("curl -sS")


def test_no_file_holds_the_secret(results: Path) -> None:
    """Neither results nor attachments do."""
    files = list(results.iterdir())
    assert len(files) > 10
    assert not any(SECRET[:16] in file.read_text(encoding="utf-8") for file in files)


def test_without_allure_nothing_happens(tmp_path: Path) -> None:
    """The suite runs without Allure results too."""
    describe(
        CATALOGUE["leak.token"],
        "a",
        "b",
        [evidence(exchange())],
        document="The page",
    )
    describe(None, "a", "b", [evidence(exchange(trouble=Trouble.DROPPED))], document="The page")
    assert not list(tmp_path.iterdir())


def test_the_description_is_markdown() -> None:
    """Every line of the quote is in the blockquote, and each outcome is an item."""
    clause = replace(CATALOGUE["status.401.unknown-token"], quote="one\n\ntwo", accepted=("401", "403"), note="A note.")
    text = description(clause)
    assert "> one\n>\n> two" in text
    assert "- 401\n- 403" in text
    assert "**Level**: must" in text
    assert text.endswith("**Note**: A note.")
    assert "**Note**" not in description(replace(clause, note=None))


def test_the_surroundings_are_written_beside_the_results(tmp_path: Path) -> None:
    """Environment, categories and executor, as Allure reads them."""
    write_environment(tmp_path, record(target_name="staging\\eu\nwest"))
    lines = (tmp_path / "environment.properties").read_text(encoding="latin-1").splitlines()
    assert "target=staging\\\\eu west" in lines
    assert f"base\\ url={BASE_URL}" in lines
    assert "suite\\ version=0.1.0" in lines
    assert f"document\\ revision={CATALOGUE.revision}" in lines
    assert {"profile=standard", "seed=1", "mutation=fixture"} <= set(lines)
    assert json.loads((tmp_path / "categories.json").read_bytes()) == categories_of_results()
    (tmp_path / "a-result.json").write_text("{}")
    assert AllureResults.read(tmp_path).title == "staging\\eu west: conformant, every promise tested was kept"


def test_the_terminal_output_is_attached_to_the_run(tmp_path: Path) -> None:
    """Under a name that Allure takes for a log of the process; a later verdict replaces an earlier one."""
    write_environment(tmp_path, record())
    write_environment(tmp_path, record(no_verdict="out of reach", complete=False))
    [globals_] = tmp_path.glob("*-globals.json")
    [attached] = json.loads(globals_.read_bytes())["attachments"]
    assert attached["name"].endswith(".stdout.txt")
    said = (tmp_path / attached["source"]).read_text(encoding="utf-8")
    assert "out of reach" in said
    assert "CONFORMANT" not in said


def test_the_error_of_a_run_is_written_as_allure_pytest_writes_it(tmp_path: Path) -> None:
    """The same file name and the same members as those of its `global_error`; the result beside it is *broken*."""
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    write_broken(ours, "no verdict: out of reach", record())
    logger: Any = AllureFileLogger(theirs)  # type: ignore[no-untyped-call]
    logger.report_globals(Globals(errors=[GlobalError(message="no verdict: out of reach", timestamp=1)]))
    [mine], [other] = (list(folder.glob("*-globals.json")) for folder in (ours, theirs))
    [error], [like] = (json.loads(path.read_text(encoding="utf-8"))["errors"] for path in (mine, other))
    assert error.keys() == like.keys()
    assert error["message"] == like["message"]
    [path] = ours.glob("*-result.json")
    result = json.loads(path.read_text(encoding="utf-8"))
    assert (result["status"], result["statusDetails"]) == ("broken", {"message": "no verdict: out of reach"})


def test_an_exchange_has_the_form_that_the_viewer_reads() -> None:
    """Times in milliseconds, header fields in order, bodies with type, size and encoding."""
    shown = http_exchange(evidence(exchange()))
    assert (shown["schemaVersion"], shown["start"], shown["stop"]) == (1, 1_700_000_000_250, 1_700_000_000_375)
    assert shown["request"]["url"] == f"{BASE_URL}/v4/repositories/2112029391/remote-mirror/associate"
    assert {"name": "X-Auth-Token", "value": f"${NAME}"} in shown["request"]["headers"]
    assert shown["request"]["body"]["contentType"] == "application/json"
    assert shown["response"]["status"] == 401
    assert shown["response"]["body"] == {
        "contentType": "application/json",
        "encoding": "utf8",
        "value": UNAUTHORIZED.decode(),
        "size": len(UNAUTHORIZED),
        "truncated": False,
    }
    assert "error" not in shown


def test_no_answer_is_an_error_with_a_name() -> None:
    """The viewer shows it in place of a response."""
    shown = http_exchange(evidence(exchange(trouble=Trouble.DROPPED, detail="reset: by peer")))
    assert shown["response"] is None
    assert shown["error"] == {"name": "the connection was dropped", "message": "reset: by peer"}
    bare = http_exchange(evidence(exchange(trouble=Trouble.TIMEOUT)))
    assert bare["error"] == {"name": "no answer in time", "message": "no answer in time"}


def test_nothing_sent_is_no_body() -> None:
    """And an empty answer has none either."""
    shown = http_exchange(evidence(exchange(replace(REQUEST, method="HEAD", body=None, headers=()), answer(404, b""))))
    assert "body" not in shown["request"]
    assert "body" not in shown["response"]


def test_bytes_are_in_base64_and_cuts_are_marked() -> None:
    """The viewer has members for both."""
    shown = http_exchange(evidence(exchange(replace(REQUEST, body=b"[" * 70_000), answer(400, b"\xff"))))
    assert shown["request"]["body"]["truncated"] is True
    assert shown["request"]["body"]["size"] == 70_000
    assert shown["response"]["body"]["encoding"] == "base64"
    cut = http_exchange(evidence(exchange(REQUEST, replace(answer(), truncated=True))))
    assert cut["response"]["body"]["truncated"] is True
