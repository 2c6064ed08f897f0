"""The url of a 201 is repeated as it was sent, user info excepted."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from tests.judge.exchanges import (
    URL,
    body_of,
    created,
    exchange,
    failing,
    outcome_of,
    verdicts,
)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        pytest.param("https://u:secret-password@mirror.invalid/a", "https://mirror.invalid/a", id="taken away"),
        pytest.param("https://u:secret-password@mirror.invalid/a", "https://u@mirror.invalid/a", id="the name left"),
        pytest.param("https://u:secret-password@mirror.invalid/a", "https://u:***@mirror.invalid/a", id="masked"),
        pytest.param("https://@mirror.invalid/a", "https://mirror.invalid/a", id="empty user info taken away"),
        pytest.param("https://mirror.invalid/a@b", "https://mirror.invalid/a@b", id="an at sign in the path"),
        pytest.param("HTTPS://MIRROR.invalid", "HTTPS://MIRROR.invalid", id="capitals kept"),
        pytest.param("HTTPS://u:secret@mirror.invalid", "HTTPS://mirror.invalid", id="taken away, in capitals"),
    ],
)
def test_a_url_is_repeated_as_it_was_sent_user_info_excepted(sent: str, said: str) -> None:
    """User info that was sent may be missing or masked."""
    assert not failing(exchange(created(url=said), url=sent))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        pytest.param("https://mirror.invalid/a", "https://mirror.invalid/a.git", id="something added"),
        pytest.param("https://mirror.invalid", "https://mirror.invalid/", id="a slash added"),
        pytest.param("HTTPS://mirror.invalid/a", "https://mirror.invalid/a", id="scheme in lower case"),
        pytest.param("https://mirror.invalid/%7Ea", "https://mirror.invalid/~a", id="decoded"),
        pytest.param("https://mirror.invalid/a#b", "https://mirror.invalid/a", id="fragment gone"),
        pytest.param("https://mirror.invalid/a", "https://other@mirror.invalid/a", id="user info that nobody sent"),
        pytest.param("https://u:p@mirror.invalid/a", "https://u@other.invalid/a", id="another host"),
        pytest.param("https://mirror.invalid/a", "", id="nothing"),
    ],
)
def test_another_url_fails_the_echo_alone(sent: str, said: str) -> None:
    """Normalised is not as it was sent, and no user info appears out of nowhere."""
    assert failing(exchange(created(url=said), url=sent)) == {"response.201.url.echo"}


def test_an_empty_echo_is_seen_in_the_message() -> None:
    """Nothing between quotation marks; an unfinished sentence would show nothing."""
    verdict = verdicts(exchange(created(url=""), url="https://mirror.invalid/a"))["response.201.url.echo"]
    assert (verdict.message, verdict.got) == ('https://mirror.invalid/a was sent, the answer says ""', '""')


def test_user_info_is_not_shown_in_a_failure() -> None:
    """The text of a failed echo has no user info in it."""
    sent, said = "https://u:secret-password@mirror.invalid/a", "https://u:secret-password@mirror.invalid/b"
    verdict = verdicts(exchange(created(url=said), url=sent))["response.201.url.echo"]
    assert verdict.message == "https://mirror.invalid/a was sent, the answer says https://mirror.invalid/b"
    assert verdict.got == "https://mirror.invalid/b"
    stranger = verdicts(
        exchange(created(url="https://u:secret-password@mirror.invalid/a"), url="https://mirror.invalid/a")
    )
    assert stranger["response.201.url.echo"].got == "a url with user info"


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(None, id="none"),
        pytest.param(b"{}", id="no url"),
        pytest.param(b'{"url": "a", "url": "b"}', id="two that are none"),
        pytest.param(b'{"url": 1, "url": 2}', id="two that are no strings"),
        pytest.param(b'{"url": "%s", "url": "b"}' % URL.encode(), id="two, of which one is none"),
        pytest.param(body_of("/test.git"), id="a relative one"),
        pytest.param(body_of(URL + "\n"), id="one with a line feed"),
        pytest.param(body_of("https://mirror.invalid/".ljust(2001, "a")), id="one of 2,001 characters (one over)"),
    ],
)
def test_nothing_is_asked_of_the_url_where_no_answer_can_repeat_it(body: bytes | None) -> None:
    """The target may answer as it likes to no url, and to a text that is none."""
    assert outcome_of("response.201.url.echo", exchange(created(url="x"), body=body)) is None


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"body": b'{"url": "%s", "name": "x"}' % URL.encode()}, id="a further member"),
        pytest.param({"body": b'{"a": {"url": 1, "url": 2}, "url": "%s"}' % URL.encode()}, id="duplicates elsewhere"),
        pytest.param({"body": b'{"url": "%s", "url": "%s"}' % (URL.encode(), URL.encode())}, id="twice the same"),
        pytest.param({"body": b'{"url": "%s", "url": null}' % URL.encode()}, id="twice, the second null"),
        pytest.param({"body": b"\xef\xbb\xbf" + body_of(URL)}, id="a byte order mark"),
        pytest.param({"headers": ()}, id="no Content-Type"),
        pytest.param({"target": b"/v4/repositories/123/remote-mirror/associate?a=b"}, id="a query"),
    ],
)
def test_the_url_is_repeated_whatever_stands_beside_it(sent: dict[str, Any]) -> None:
    """The echo is looked at in every 201 to a url that is one."""
    assert not failing(exchange(created(), **sent))
    assert failing(exchange(created(url=URL + "/"), **sent)) == {"response.201.url.echo"}


def test_of_two_urls_either_may_be_repeated_and_no_third() -> None:
    """The document does not say which of two members counts; a mixture of both is neither."""
    one, two = "https://mirror.invalid/one.git", "https://u:secret-password@mirror.invalid/two.git"
    body = b'{"url": "%s", "url": "%s"}' % (one.encode(), two.encode())
    for said in (one, two.replace("u:secret-password@", ""), two.replace("u:secret-password", "u")):
        assert not failing(exchange(created(url=said), body=body)), said
    for said in (URL, "", one + URL):
        assert failing(exchange(created(url=said), body=body)) == {"response.201.url.echo"}, said
    message = verdicts(exchange(created(url=URL), body=body))["response.201.url.echo"].message
    assert message == f"https://mirror.invalid/two.git was sent, the answer says {URL}"


@pytest.mark.parametrize(
    "url",
    ["HTTPS://invalid/a", "https://a_b.invalid", "https://mirror.invalid:/", "https://192.0.2.1/", "https://b\u00fccher.invalid/\U0001f600"],
)  # fmt: skip
def test_a_rare_url_that_is_accepted_is_repeated_too(url: str) -> None:
    """Accepting it may be a should or silent; the echo of a 201 is as sent, characters beyond ASCII included."""
    assert not failing(exchange(created(url=url), url=url))
    assert failing(exchange(created(url=url + "x"), url=url)) == {"response.201.url.echo"}


def test_a_url_beyond_ascii_is_repeated_as_itself_or_as_its_uri() -> None:
    """RFC 3987 maps it to a URI; another normal form, other bytes and replaced characters are another url."""
    sent = "https://b\u00fccher.invalid/cafe\u0301/\U0001f600"
    right = (sent, "https://xn--bcher-kva.invalid/cafe%CC%81/%F0%9F%98%80")
    assert [said for said in right if failing(exchange(created(url=said), url=sent))] == []
    wrong = (
        unicodedata.normalize("NFC", sent),
        sent.encode().decode("latin-1"),
        sent.replace("\U0001f600", "?"),
        sent.replace("\U0001f600", ""),
        "https://xn--bcher-kva.invalid/caf%C3%A9/%F0%9F%98%80",
    )
    assert [
        said for said in wrong if "response.201.url.echo" not in failing(exchange(created(url=said), url=sent))
    ] == []
