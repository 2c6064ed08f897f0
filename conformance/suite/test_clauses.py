"""A test for every clause and each of its probes, in the order in which they are sent.

What waits longest comes last, so that `-x` stops early: generated requests, then each clause over everything sent.
"""

import pytest

from conformance.runner.case import Case

PARAMETERS = ("path.*", "query.*")
HEADERS = ("header.*",)
BODY = ("request.*", "example.*")
STATUS = ("status.*", "connection.*")
RESPONSES = ("response.*",)
ERRORS = ("error.*", "leak.*")
METHODS = ("method.*", "uri.*")
STATE = ("state.*",)
GROUPS = (PARAMETERS, HEADERS, BODY, STATUS, RESPONSES, ERRORS, METHODS, STATE)


@pytest.mark.clauses(*PARAMETERS)
def test_path_parameter(case: Case) -> None:
    """A parameter's value is treated as the document says."""
    case.verify()


@pytest.mark.clauses(*HEADERS)
def test_request_header(case: Case) -> None:
    """A credential is treated as the document says."""
    case.verify()


@pytest.mark.clauses(*BODY)
def test_request_body(case: Case) -> None:
    """A body is treated as the document and its example say."""
    case.verify()


@pytest.mark.clauses(*STATUS)
def test_status_code(case: Case) -> None:
    """A request is answered with the documented status."""
    case.verify()


@pytest.mark.clauses(*RESPONSES)
def test_response(case: Case) -> None:
    """A success has the documented form and content."""
    case.verify()


@pytest.mark.clauses(*ERRORS)
def test_error(case: Case) -> None:
    """A refusal has the documented envelope and leaks nothing."""
    case.verify()


@pytest.mark.clauses(*METHODS)
def test_method(case: Case) -> None:
    """Only the documented method on the documented path succeeds."""
    case.verify()


@pytest.mark.clauses(*STATE)
def test_state(case: Case) -> None:
    """The same request again gives the same."""
    case.verify()


@pytest.mark.clauses("*", *(f"!{glob}" for group in GROUPS for glob in group))
def test_other(case: Case) -> None:
    """A request is treated as the document says; for clauses that no function above tests."""
    case.verify()


@pytest.mark.properties
def test_property(case: Case) -> None:
    """No generated request breaks a clause."""
    case.verify()


@pytest.mark.everything
def test_everything_sent(case: Case) -> None:
    """No exchange of another clause's probes breaks this one."""
    case.verify()
