"""A request body is an object whose url is an absolute http(s) URL, or one of the other kinds."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.contract import body
from conformance.contract.body import BodyKind, RequestBody, http_url, kind_of_url, repeatable
from tests.plan.fixtures import other
from tests.shipped import read_body

URL = "https://mirror.invalid/test.git"
UNRESERVED = "abcxyzABCXYZ0189-._~"


def _object(**members: object) -> bytes:
    return json.dumps(members).encode()


@pytest.mark.parametrize(
    ("raw", "kind", "url"),
    [
        pytest.param(None, BodyKind.ABSENT, None, id="none"),
        pytest.param(b"", BodyKind.ABSENT, None, id="of no bytes"),
        pytest.param(b" ", BodyKind.NOT_JSON, None, id="white space"),
        pytest.param(b'{"url": "https:', BodyKind.NOT_JSON, None, id="truncated"),
        pytest.param(b"\xef\xbb\xbf", BodyKind.NOT_JSON, None, id="a byte order mark and nothing else"),
        pytest.param(_object(url=URL).decode().encode("utf-16"), BodyKind.UNUSUAL, None, id="UTF-16"),
        pytest.param(_object(url=URL).decode().encode("utf-16-le"), BodyKind.UNUSUAL, None, id="UTF-16 without a mark"),
        pytest.param(_object(url=URL).decode().encode("utf-16-be"), BodyKind.UNUSUAL, None, id="and big-endian"),
        pytest.param(_object(url=URL).decode().encode("utf-32-be"), BodyKind.UNUSUAL, None, id="UTF-32 without one"),
        pytest.param(b"{}\0", BodyKind.NOT_JSON, None, id="NUL after the object"),
        pytest.param(b"[" * 100_000, BodyKind.NOT_JSON, None, id="100,000 opening brackets"),
        pytest.param(b"[]", BodyKind.NOT_OBJECT, None, id="an array"),
        pytest.param(b"null", BodyKind.NOT_OBJECT, None, id="null"),
        pytest.param(b'"https://mirror.invalid"', BodyKind.NOT_OBJECT, None, id="a string"),
        pytest.param(b"{}", BodyKind.MEMBER_ABSENT, None, id="an object without url"),
        pytest.param(_object(URL=URL), BodyKind.MEMBER_ABSENT, None, id="url in capitals"),
        pytest.param(b'{"a": 1, "a": 2}', BodyKind.MEMBER_ABSENT, None, id="another member twice, and no url"),
        pytest.param(_object(url=1), BodyKind.INVALID, None, id="a url that is a number"),
        pytest.param(_object(url=None), BodyKind.INVALID, None, id="a url that is null"),
        pytest.param(_object(url=[URL]), BodyKind.INVALID, None, id="a url in an array"),
        pytest.param(_object(url=1, name=""), BodyKind.INVALID, None, id="a url that is a number, and more"),
        pytest.param(_object(url=""), BodyKind.URL_NOT_HTTP, "", id="an empty url"),
        pytest.param(_object(url="ssh://a"), BodyKind.URL_NOT_HTTP, "ssh://a", id="another scheme"),
        pytest.param(_object(url=URL, name=""), BodyKind.UNUSUAL, URL, id="a further member"),
        pytest.param(_object(url=URL, a={"url": 1}), BodyKind.UNUSUAL, URL, id="a further member with a url in it"),
        pytest.param(
            b'{"url": "%s", "a": {"url": 1, "url": 2}}' % URL.encode(), BodyKind.UNUSUAL, URL, id="with two urls in it"
        ),
        pytest.param(_object(url="https://a", name=""), BodyKind.UNUSUAL, "https://a", id="a rare url, and more"),
        pytest.param(_object(url="https://a"), BodyKind.URL_UNCOMMON, "https://a", id="a rare url"),
        pytest.param(
            b"\xef\xbb\xbf" + _object(url="https://a"), BodyKind.UNUSUAL, "https://a", id="a mark, and a rare url"
        ),
        pytest.param(_object(url="https://a:/"), BodyKind.URL_OPEN, "https://a:/", id="a url that nothing is said of"),
        pytest.param(_object(url="https://a:/", name=""), BodyKind.URL_OPEN, "https://a:/", id="such a url, and more"),
        pytest.param(b"\xef\xbb\xbf" + _object(url=URL), BodyKind.UNUSUAL, URL, id="a byte order mark before it"),
        pytest.param(b"\xef\xbb\xbf" + _object(url=1), BodyKind.INVALID, None, id="a mark, and a number"),
        pytest.param(_object(url=URL), BodyKind.DOCUMENTED, URL, id="as the document shows it"),
        pytest.param(b'\r\n{ "url" :\t"%s" }\n' % URL.encode(), BodyKind.DOCUMENTED, URL, id="white space in it"),
        pytest.param(b'{"\\u0075rl": "%s"}' % URL.encode(), BodyKind.DOCUMENTED, URL, id="an escaped name"),
        pytest.param(
            b'{"url": "https:\\/\\/mirror.invalid"}',
            BodyKind.DOCUMENTED,
            "https://mirror.invalid",
            id="escaped slashes",
        ),
    ],
)
def test_bodies_are_told_apart(raw: bytes | None, kind: BodyKind, url: str | None) -> None:
    """Each body has one kind, and the string url where one was read."""
    found = read_body(raw)
    assert (found.kind, found.url, found.urls) == (kind, url, ())
    assert found.wrong == ((("url", "wrong-type"),) if kind is BodyKind.INVALID else ())


def test_a_url_that_stands_twice_may_be_either() -> None:
    """A value that is no string is none of them; one that stands twice elsewhere in the body does not count."""
    for sent, urls in (
        (b'{"url": "a", "url": "b"}', ("a", "b")),
        (b'{"url": "a", "x": 1, "url": "a"}', ("a", "a")),
        (b'{"url": "a", "url": null}', ("a",)),
        (b'{"url": 1, "url": 2}', ()),
        (b'{"x": {"url": "c"}, "url": "a", "url": "b"}', ("a", "b")),
    ):
        assert read_body(sent) == RequestBody(BodyKind.UNUSUAL, None, urls), sent


@given(st.binary())
def test_any_body_has_a_kind(raw: bytes) -> None:
    """Any bytes have a kind, and nothing is raised."""
    assert isinstance(read_body(raw).kind, BodyKind)


@given(st.text())
def test_any_string_is_a_url_or_none(url: str) -> None:
    """The body {"url": …} is of the url's kind, and this is one of four."""
    kind = kind_of_url(url)
    assert read_body(_object(url=url)) == RequestBody(kind, url)
    kinds = {BodyKind.DOCUMENTED, BodyKind.URL_UNCOMMON, BodyKind.URL_OPEN}
    assert kind in (kinds if http_url(url) else {BodyKind.URL_NOT_HTTP})
    assert repeatable(url) or not http_url(url)


@given(st.text(alphabet=st.characters(codec="ascii")) | st.from_regex(r"https?://[\x00-\x7f]*", fullmatch=True))
def test_no_text_raises(url: str) -> None:
    """Any text is told to be a URL or not, and nothing is raised."""
    assert http_url(url) in {True, False}


@given(
    scheme=st.sampled_from(["http", "https", "HTTPS"]),
    host=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?(\.[a-z][a-z0-9]{0,9}){0,3}", fullmatch=True),
    port=st.none() | st.integers(1, 65535),
    path=st.lists(st.text(UNRESERVED + "!$&'()*+,;=:@") | st.just("%C3%A9"), max_size=4),
    query=st.none() | st.text(UNRESERVED + "=&/?"),
    fragment=st.none() | st.text(UNRESERVED + "/?"),
)
def test_what_rfc_3986_allows_is_a_url(
    *, scheme: str, host: str, port: int | None, path: list[str], query: str | None, fragment: str | None
) -> None:
    """A scheme of http or https, a registered name, and any port, path, query and fragment make an http(s) URL."""
    url = f"{scheme}://{host}" + (f":{port}" if port else "") + "".join(f"/{part}" for part in path)
    url += ("" if query is None else f"?{query}") + ("" if fragment is None else f"#{fragment}")
    assert http_url(url)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git", id="the document's"),
        pytest.param("http://a", id="a host of one letter"),
        pytest.param("https://a:8443/", id="a port"),
        pytest.param("https://a:65535/", id="port 65535 (the most)"),
        pytest.param("https://a:/", id="an empty port"),
        pytest.param("https://user:secret@a/", id="user info"),
        pytest.param("https://192.0.2.1/", id="an IPv4 address"),
        pytest.param("https://[2001:db8::1]:443/", id="an IPv6 address and a port"),
        pytest.param("https://a?b", id="a query and no path"),
        pytest.param("https://a#b", id="a fragment and no path"),
        pytest.param("https://a/%20", id="an encoded space"),
        pytest.param("https://a/;b=1,2/(c)!$&'*+", id="sub-delimiters"),
        pytest.param("https://a/".ljust(2000, "a"), id="2,000 characters (the most)"),
    ],
)
def test_urls(url: str) -> None:
    """These are absolute http(s) URLs."""
    assert http_url(url)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("", id="nothing"),
        pytest.param("/test.git", id="a path"),
        pytest.param("//a/test.git", id="no scheme"),
        pytest.param("a/test.git", id="neither scheme nor slashes"),
        pytest.param("ftp://a/", id="another scheme"),
        pytest.param("https:a", id="no authority"),
        pytest.param("https:/a", id="one slash"),
        pytest.param("https://", id="nothing after the scheme"),
        pytest.param("https:///a", id="an empty host"),
        pytest.param("https://:80/", id="a port without a host"),
        pytest.param("https://user@/", id="user info without a host"),
        pytest.param("https://a:port/", id="a port that is not a number"),
        pytest.param("https://a:-1/", id="a negative port"),
        pytest.param("https://[::1", id="an open bracket"),
        pytest.param("https://[a]/", id="a name in brackets"),
        pytest.param("https://a:65536/", id="port 65536 (one over)"),
        pytest.param("https://256.0.0.1/", id="256 in an IPv4 address"),
        pytest.param("https://[1:2:3:4:5:6:7:8:9]/", id="an IPv6 address of nine groups"),
        pytest.param("https://u[@a/", id="a bracket in the user info"),
        pytest.param("https://a/[", id="a bracket in the path"),
        pytest.param("https://a?[", id="a bracket in the query"),
        pytest.param("https://a#[", id="a bracket in the fragment"),
        pytest.param("https://a/b c", id="a space in the path"),
        pytest.param("https://a b/", id="a space in the host"),
        pytest.param(" https://a/", id="a space before it"),
        pytest.param("https://a/\n", id="a line feed at the end"),
        pytest.param("https://a\n", id="a line feed after the host"),
        pytest.param("https://a/b\nc", id="a line feed in the path"),
        pytest.param("https://a/\x00", id="NUL"),
        pytest.param("https://a/\x7f", id="DEL"),
        pytest.param("https://a\\b/", id="a backslash in the host"),
        pytest.param("https://a/\\", id="a backslash in the path"),
        pytest.param('https://a/"', id="a quotation mark"),
        pytest.param("https://a/{b}", id="braces"),
        pytest.param("https://a/^`|", id="other characters that must be encoded"),
        pytest.param("https://a/%zz", id="a bad percent-encoding"),
        pytest.param("https://a/%", id="a percent sign at the end"),
        pytest.param("https://a/é", id="a character over 127"),
        pytest.param("https://a/\ud800", id="a lone surrogate"),
        pytest.param("https://a/".ljust(2001, "a"), id="2,001 characters (one over)"),
    ],
)
def test_no_urls(url: str) -> None:
    """These are no absolute http(s) URLs of RFC 3986, so that nothing is promised about them."""
    assert not http_url(url)


EVERYDAY = (
    "https://example.com/0379d2da2bae4c38b3d2fbbdb6f2a3f2/test.git", "http://a.b", "https://a.b:1/", "https://a.b:65535",
    "https://A.B/", "https://a-b.c--d.xn--p1ai", "https://1.2.c", f"https://{'a' * 63}.b/", "https://a.b?c", "https://a.b#c",
    "https://a.b/%20%2F%C3%A9%FF", "https://a.b/.././/~;b=1,2/(c)!$&'*+:@", "https://a.b/?#", "https://a.b/@",
    f"https://{'a.' * 125}bcd/", "https://a.b/".ljust(2000, "a"),
)  # fmt: skip
UNCOMMON = (
    "HTTPS://a.b/", "Http://a.b", "hTTps://a", "https://a", "https://localhost:3000/x", "https://a_b.c", "https://_.c",
    "https://a.b_", "https://a._", "https://_a.b", "https://A_B:65535/?x",
)  # fmt: skip
OPEN = (
    "https://u@a.b/", "https://u:p@a.b/", "https://a.b:/", "https://a.b:0/", "https://a.b:0443/",
    "https://192.0.2.1/", "https://1/", "https://a.1/", "https://0x7f.1", "https://a.0x1", "https://[2001:db8::1]/",
    "https://[v1.a]/", "https://a.b./", "https://a..b/", "https://-a.b/", "https://a-.b/", "https://a.b-/", "https://a.-b",
    "https://-a_.b", "https://a!b.c/", "https://a%41.b/", f"https://{'a' * 64}.b/", f"https://{'a.' * 126}bcd/",
    "https://a.b/%00", "https://a.b/?%0a", "https://a.b/#%7F", "https://a.b/%1F", "https://a/%00", "https://a.b%00/",
)  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "urls"),
    [(BodyKind.DOCUMENTED, EVERYDAY), (BodyKind.URL_UNCOMMON, UNCOMMON), (BodyKind.URL_OPEN, OPEN)],
    ids=["in contract", "uncommon", "open"],
)
def test_what_is_legal_is_in_contract_uncommon_or_open(kind: BodyKind, urls: tuple[str, ...]) -> None:
    """Only everyday forms are a must, what is legal and rare a should; of what services refuse nothing is said."""
    assert {url: kind_of_url(url) for url in urls} == dict.fromkeys(urls, kind)


def test_a_url_beyond_ascii_can_be_repeated_and_what_readers_clean_cannot() -> None:
    """White space, control characters and lone surrogates are taken away by many a parser of urls."""
    for url in ("https://bücher.invalid/", "https://a/é\N{PILE OF POO}e\u0301", "https://a/"):
        assert repeatable(url), url
    for url in (
        " https://a/",
        "https://a/\n",
        "https://a/b c",
        "https://a/\ud800",
        "https://a/\x85",
        "/é",
        "ssh://a/é",
    ):
        assert not repeatable(url), url


def test_kinds_have_the_words_of_recorded_traffic() -> None:
    """They stand in traffic.har, which may be judged again by a later version."""
    assert [*BodyKind] == [
        "as documented", "no body", "no JSON", "no object", "a member of the documented example is left out",
        "a member is not as documented", "a url that is no absolute http(s) URL",
        "a url with capitals in its scheme, one label as host, or underscores in it",
        "a url with user info, an address as host, or another form that is rarely seen", "further or duplicate members",
    ]  # fmt: skip


def test_a_wrong_member_that_stands_twice_is_unusual() -> None:
    """The choice of the two is the reader's: a target that takes the right one is not held to the other."""
    schema = {"type": "object", "properties": {"action": {"type": "string"}}}
    operation = other("/things", method="put", body={"schema": schema, "example": {"action": "add"}})
    assert body.read_body(b'{"action": null}', operation).kind is BodyKind.INVALID
    assert body.read_body(b'{"action": "add", "action": null}', operation).kind is BodyKind.UNUSUAL


def test_a_number_that_is_too_long_to_be_read_is_json_all_the_same() -> None:
    """RFC 8259 sets no limit to digits: what this reader does not read is not called broken."""
    assert read_body(b'{"url": "%s", "n": %s}' % (URL.encode(), b"1" * 5000)).kind is BodyKind.UNUSUAL
