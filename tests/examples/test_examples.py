"""Examples are kept, read again and sent as they were; no secret is in them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.contract.message import Request, Token
from conformance.examples import Example, ExampleStore, default_directory, from_document, to_document
from conformance.exceptions import UsageError
from conformance.strategies import documented_bodies, header_names, id_look_alikes, token_lengths, tokens
from tests.plan.fixtures import fixtures, least
from tests.shipped import DOMAIN, HEADER, OPERATION

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = fixtures()
SECRET = KNOWN.token.value
PLAIN = KNOWN.request(KNOWN.token)


def example(request: Request) -> Example:
    """An example of this request."""
    return Example("property.openapi", "status.documented", request)


def text_of(request: Request) -> str | None:
    """The text that would be written, or None."""
    document = to_document(example(request), KNOWN)
    return None if document is None else json.dumps(document)


@settings(max_examples=50, deadline=None)
@given(
    token=tokens(token_lengths(OPERATION.credential)) | st.none(),
    segment=id_look_alikes(DOMAIN),
    body=documented_bodies(OPERATION) | st.binary(),
    name=header_names(HEADER),
)
def test_an_example_is_read_back_as_it_was(token: Token | None, segment: bytes, body: bytes, name: bytes) -> None:
    """Any bytes come back as the same request, its token as the recipe that it was."""
    request = replace(KNOWN.request(token, segment, body=body), headers=((name, b"x"),))
    document = to_document(example(request), KNOWN)
    if document is None:
        assert token is not None
        assert KNOWN.known.tokens.near(token.value)
    else:
        assert from_document(json.loads(json.dumps(document)), KNOWN) == example(request)


ROLES = {
    "token": KNOWN.token,
    "restricted_token": KNOWN.restricted_token,
    "tokens_by_length.1": KNOWN.tokens_by_length[1],
    "tokens_by_length.100000": KNOWN.tokens_by_length[100_000],
}


@pytest.mark.parametrize(("role", "token"), ROLES.items(), ids=ROLES)
def test_a_token_of_the_description_is_kept_by_its_role(role: str, token: Token) -> None:
    """Its characters are nowhere; the next run puts in what the description says then."""
    text = text_of(replace(PLAIN, token=token))
    assert text is not None
    assert json.loads(text)["request"]["token"] == {"role": role}
    assert token.length == 1 or token.value.decode() not in text
    other = fixtures(token=Token(b"renewed" * 9))
    renewed = from_document(json.loads(text), other)
    assert renewed is not None
    assert renewed.request.token == (other.token if role == "token" else token)


def test_a_secret_that_was_drawn_by_chance_is_kept_by_its_role() -> None:
    """It is its characters that make a token valid, not where they come from."""
    text = text_of(replace(PLAIN, token=Token(SECRET[:40], fill=SECRET[40:], length=len(SECRET))))
    assert text is not None
    assert json.loads(text)["request"]["token"] == {"role": "token"}


TELLING = {
    "the token cut": replace(PLAIN, token=Token(SECRET[:-1])),
    "the token in another case": replace(PLAIN, token=Token(SECRET.swapcase(), secret="T", made_by="{}.swapcase()")),
    "the token in the path": replace(PLAIN, target=b"/" + SECRET),
    "the token in the body": replace(PLAIN, body=b'{"url": "' + SECRET + b'"}'),
    "the token in another header": replace(PLAIN, headers=((b"X_Auth_Token", SECRET),)),
    "the token as a header's name": replace(PLAIN, headers=((SECRET, b""),)),
}


@pytest.mark.parametrize("request_", TELLING.values(), ids=TELLING)
def test_what_holds_a_secret_anywhere_else_is_not_kept(request_: Request) -> None:
    """Rather no example than a secret on a disk."""
    assert text_of(request_) is None


def test_a_token_that_the_description_has_no_more_is_not_replayed() -> None:
    """Without a restricted token there is nothing to send."""
    document = to_document(example(replace(PLAIN, token=KNOWN.restricted_token)), KNOWN)
    assert from_document(document, least()) is None


def whole() -> dict[str, object]:
    """A document that can be read."""
    document = to_document(example(replace(PLAIN, token=Token(b"a", length=9))), KNOWN)
    assert document is not None
    return document


def with_token(token: object) -> dict[str, object]:
    """A document with another token."""
    request = whole()["request"]
    assert isinstance(request, dict)
    return whole() | {"request": request | {"token": token}}


BROKEN = {
    "no object": [],
    "another format": whole() | {"format": "conformance-example/2"},
    "no request": {key: value for key, value in whole().items() if key != "request"},
    "a request that is no object": whole() | {"request": 1},
    "a token that is no object": with_token(1),
    "a token without a fill": with_token({"head": "a", "fill": "", "length": 1}),
    "a token of negative length": with_token({"head": "a", "fill": "a", "length": -1}),
    "a token of no length": with_token({"head": "a", "fill": "a", "length": "1"}),
}


@pytest.mark.parametrize("document", BROKEN.values(), ids=BROKEN)
def test_what_is_no_example_is_said_to_be_none(document: object) -> None:
    """One of four errors tells, and nothing is half read."""
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        from_document(document, KNOWN)


PROPERTY = "property.ids.in-range"
FIRST = Example(PROPERTY, "status.documented", KNOWN.request(None, 5))
SIMPLER = Example(PROPERTY, "status.documented", KNOWN.request(None, 4))
OTHER = Example(PROPERTY, "status.server-error", KNOWN.request(KNOWN.token, 7))


def store(directory: Path, name: str = "staging", url: str = "https://a.invalid") -> ExampleStore:
    """A store of a target."""
    return ExampleStore(directory, name, url, KNOWN)


def test_a_saved_example_is_there_for_the_next_run(tmp_path: Path) -> None:
    """A simpler request replaces the one of its property and clause; others stay."""
    for example in (FIRST, OTHER, SIMPLER):
        store(tmp_path).save(example)
    assert set(store(tmp_path).load([PROPERTY])) == {SIMPLER, OTHER}
    assert store(tmp_path).load(["property.openapi"]) == ()


def test_what_is_dropped_is_there_no_more(tmp_path: Path) -> None:
    """Dropping twice is dropping once."""
    kept = store(tmp_path)
    kept.save(FIRST)
    kept.save(OTHER)
    kept.drop(FIRST)
    kept.drop(FIRST)
    assert kept.trouble is None
    assert kept.load([PROPERTY]) == (OTHER,)


@pytest.mark.parametrize(
    ("name", "url"),
    [
        pytest.param("production", "https://a.invalid", id="another name"),
        pytest.param("staging", "https://b.invalid", id="another place"),
    ],
)
def test_targets_do_not_share_examples(tmp_path: Path, name: str, url: str) -> None:
    """A failure of one deployment says nothing of another."""
    store(tmp_path).save(FIRST)
    assert store(tmp_path, name, url).load([PROPERTY]) == ()


@pytest.mark.parametrize("name", ["../../up", "/etc", "a/b", "a b\n", "x" * 500, "..", ""])
def test_any_name_of_a_target_makes_one_folder(tmp_path: Path, name: str) -> None:
    """Nothing is written beside the directory, whatever a target is called."""
    store(tmp_path / "examples", name).save(FIRST)
    [folder] = (tmp_path / "examples").iterdir()
    assert [path.name for path in tmp_path.iterdir()] == ["examples"]
    assert store(tmp_path / "examples", name).load([PROPERTY]) == (FIRST,)
    assert folder.is_dir()


def test_nothing_is_made_before_there_is_something_to_keep(tmp_path: Path) -> None:
    """A directory that is not there has no examples."""
    assert store(tmp_path / "none").load([PROPERTY]) == ()
    assert not (tmp_path / "none").exists()


def test_by_default_examples_are_kept_in_the_users_state(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """XDG_STATE_HOME says where that is."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_directory() == tmp_path / "remote-mirror-conformance" / "examples"


@pytest.mark.parametrize("text", ["", "[]", "{", '{"format": "other"}', "\N{SNOWMAN}", "[" * 100_000])
def test_a_file_that_is_no_example_is_a_mistake_of_one_line(tmp_path: Path, text: str) -> None:
    """It says which file, and how to fix it."""
    store(tmp_path).save(FIRST)
    [path] = tmp_path.rglob("*.json")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=r"^--examples: \S+: is not an example that this version can read: delete it$"):
        store(tmp_path).load([PROPERTY])


def test_an_example_in_the_place_of_another_is_a_mistake(tmp_path: Path) -> None:
    """It could be neither replaced nor dropped."""
    store(tmp_path).save(FIRST)
    [path] = tmp_path.rglob("*.json")
    path.rename(path.with_name("status.404.json"))
    with pytest.raises(UsageError, match="is not an example"):
        store(tmp_path).load([PROPERTY])


def test_a_directory_that_is_a_file_is_a_mistake(tmp_path: Path) -> None:
    """It is found before anything is sent."""
    (tmp_path / "file").write_text("", encoding="ascii")
    with pytest.raises(UsageError, match=r"^--examples: .*: give another folder$"):
        store(tmp_path / "file").load([PROPERTY])


def test_an_example_that_cannot_be_written_is_noted(tmp_path: Path) -> None:
    """A run ends with its reports, and says so."""
    (tmp_path / "file").write_text("", encoding="ascii")
    kept = store(tmp_path / "file")
    kept.save(FIRST)
    assert kept.trouble is not None
    assert "give --examples another folder" in kept.trouble
