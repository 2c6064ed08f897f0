"""Wordings of services that were read later: what they say as keywords, and what they say of another thing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.document.test_words import reading_of

SAID: list[tuple[str, list[str], dict[str, Any]]] = [
    ("String", ["The wood. Both OAK and ELM are supported."], {"enum": ["OAK", "ELM"]}),
    ("String", ["Its value is self, indicating that it is a link."], {"enum": ["self"]}),
    ("String", ["The mode. The value can be none or all. The default value is none."],
     {"enum": ["none", "all"], "default": "none"}),
    ("String", ["The place. The default value is na.", "Options:", "- na: not here", "- backup: there"],
     {"enum": ["na", "backup"], "default": "na"}),
    ("String", ["State.", "- OAK: fine", "- OAK FELLED: not", "- ELM GROWS: well"],
     {"enum": ["OAK", "OAK FELLED", "ELM GROWS"]}),
    ("String", ["The value can be Oak, Red Elm, Ash 2, or Other."], {"enum": ["Oak", "Red Elm", "Ash 2", "Other"]}),
    ("String", ["OAK indicates a tree, and ELM indicates another."], {"enum": ["OAK", "ELM"]}),
    ("String", ["Value OAK indicates a tree, ELM indicates another, and ASH indicates a third."],
     {"enum": ["OAK", "ELM", "ASH"]}),
    ("String", ["Score, whose value can be A, B, or C, in descending order."], {"enum": ["A", "B", "C"]}),
    ("String", ["Whether. Once it is on, it cannot be undone.", "- on: yes", "- off: no"], {"enum": ["on", "off"]}),
    ("String", ["One of the following possible values:", "- oak: a tree", "- elm: another", "- Red wood: it grows."],
     {"enum": ["oak", "elm"]}),
    ("String", ["If you do not set this parameter, IPv4 is used by default."], {"default": "IPv4"}),
    ("String", ["If this parameter is left blank, the value oak is used by default."], {"default": "oak"}),
    ("Boolean", ["If this parameter is left blank, the system automatically sets it to true by default."],
     {"default": True}),
    ("Integer", ["Its default value is 1 because no other is known."], {"default": 1}),
    ("Integer", ["Items. The maximum value is 10*. If it is not set, 5 items are shown."], {"maximum": 10}),
    ("String", ["Naming rule: Enter 1 to 50 characters that start with a letter."], {"minLength": 1, "maxLength": 50}),
    ("String", ["It contains a maximum of 9 characters without &<>'/. It is left blank."], {"maxLength": 9}),
    ("Array of strings", ["It is synchronous or asynchronous.", "- sync: the first", "- async: the second"],
     {"items.enum": ["sync", "async"]}),
    ("String", ["Whether to grow: true (yes), false (no)."], {"enum": ["true", "false"]}),
    ("String", ["Mode. The options are as follows:", "- maximum: most (default setting)", "- minimum: least"],
     {"enum": ["maximum", "minimum"], "default": "maximum"}),
    ("String", ["The value can be oak, elm, ash, elm, yew, or fir. The default value of this parameter is ash."],
     {"enum": ["oak", "elm", "ash", "yew", "fir"], "default": "ash"}),
    ("Integer", ["The default value is 50 lines."], {"default": 50}),
    ("String", ["The value is Oak/Elm/Ash."], {"enum": ["Oak", "Elm", "Ash"]}),
    ("String", ["The value can be:", "oak, indicating that oaks are shown.", "If it is left blank, all are shown."],
     {"enum": ["oak"]}),
    ("String", ["The wood.", "- OAK: indicates that it is oak."], {"enum": ["OAK"]}),
    ("Integer", ["- If offset is set to N, it starts from N+1. The default value is 0, which indicates the first."],
     {"default": 0}),
    ("Integer", ["The value can be 1, 5, or 15 in the unit of minutes."], {"enum": [1, 5, 15]}),
    ("String", ["The following are supported:", "- oak: one", "- elm and ash: others"], {"enum": ["oak", "elm", "ash"]}),
    ("String", ["You are advised to use the default value application/json."], {"default": "application/json"}),
    ("Array of objects", ["Up to 10 quota records can be set at a time."], {"maxItems": 10}),
    ("String", ["Value range:", "- text/oak", "- text/oak;leaf=elm-8"], {"enum": ["text/oak", "text/oak;leaf=elm-8"]}),
    ("String", ["Values:", "- on: yes", "- off: no. It is left blank by default."], {"enum": ["on", "off"]}),
    ("Integer", ["If the parameter value is not specified, 10 is used by default."], {"default": 10}),
    ("Integer", ["Way: 0 (in) or 1 (out)"], {"enum": [0, 1]}),
    ("Integer", ["The minimum parameter value is 0."], {"minimum": 0}),
    ("String", ["This parameter is an empty string by default if there is no name."], {"default": ""}),
    ("Array of objects", ["A maximum of five key-value pairs are supported."], {"maxItems": 5}),
    ("Array of strings", ["The array length is limited to 1."], {"maxItems": 1}),
    ("Array of strings", ["The array length must be 2."], {"minItems": 2, "maxItems": 2}),
    ("String", ["The key. Currently, only the value oak is supported."], {"enum": ["oak"]}),
    ("String", ["Options:", "- yyyy", "- yyyy/MM", "- yyyy/MM/dd"], {"enum": ["yyyy", "yyyy/MM", "yyyy/MM/dd"]}),
    ("String", ["Engine type. Oak and Elm are supported."], {"enum": ["Oak", "Elm"]}),
    ("String", ["Type of the certificate. Currently, RSA and ECC are supported."], {"enum": ["RSA", "ECC"]}),
    ("String", ["Size class. Mode: oak (large), and elm (small)."], {"enum": ["oak", "elm"]}),
    ("String", ["The value can be random or fixed. The default value is random."],
     {"enum": ["random", "fixed"], "default": "random"}),
    ("Integer", ["Size in KB. The default value is 4 KB."], {"default": 4}),
    ("String", ["Valid value: The value cannot be empty."], {}),
    ("String", ["Range:", "- 10.0.0.0/8-24", "- 172.16.0.0/12-24"], {}),
    ("Integer", ["How long, in minutes. The default value is 15 minutes."], {"default": 15}),
    ("Integer", ["How long. The value can be 1 or 5. The default value is 5s."], {"enum": [1, 5], "default": 5}),
    ("String", ["The value can be manual or automatic. If this parameter is not set, it is set to automatic."],
     {"enum": ["manual", "automatic"], "default": "automatic"}),
    ("Boolean", ["If this variable is not assigned, the default value false is used, indicating that it stays."],
     {"default": False}),
    ("Boolean", ["If this variable is not assigned, the default value is false."], {"default": False}),
    ("String", ["Version. The value is fixed at v1 and cannot be changed."], {"enum": ["v1"]}),
    ("String", ["Between words. The default value is a comma (,)."], {"default": ","}),
    ("String", ["Format. Possible values:", "oak/x;charset=utf-8", "oak/x"], {"enum": ["oak/x;charset=utf-8", "oak/x"]}),
    ("Array of objects", ["It is an array consisting of a maximum of four JSON objects."], {"maxItems": 4}),
    ("String", ["State. Options:", "- Tree:", "- Green: it lives", "- Bare: it is cold", "- Wood:", "- Dry: old",
                "- Wet: new"], {"enum": ["Green", "Bare", "Dry", "Wet"]}),
]  # fmt: skip

LEFT: list[tuple[str, list[str], dict[str, Any]]] = [
    ("String", ["The shelf. type must be set to oak."], {}),
    ("Integer", ["Values:", "- If the value is greater than 0, it is the quota.", "- -1 indicates no limit."], {}),
    ("String", ["The value can be shelf:oak or shelf:xxx."], {}),
    ("String", ["Days.", "The options are as follows:", "- EVER: always", "- DAY: one", "- Custom: for example, 9."], {}),
    ("Integer", ["- TCP shelves: The value ranges from 1 to 9, and the default value is 3."], {}),
    ("Integer", ["The first shelf size ranges from 1 to 9.", "The last shelf size ranges from 3 to 20."], {}),
    ("String", ["- For red wood, select OAK or ELM. The default value is ELM.", "- For ash, the default is ASH."], {}),
    ("String", ["- on, indicating that it is on by default", "- off, indicating that it is off by default"],
     {"enum": ["on", "off"]}),
    ("String", ["The default value is oak.", "The default value is elm."], {}),
    ("String", ["Days. Value: 1-732."], {}),
    ("Integer", ["For a Mongo database, this is the number of shelves. The value ranges from 1 to 32."], {}),
    ("Integer", ["How long. The default value is 15 minutes."], {}),
    ("Integer", ["How long, in seconds. The default value is 15 minutes."], {}),
    ("String", ["The wood. If this parameter is not set, it is set to automatic."], {}),
    ("Integer", ["Retries. Value range: -1 or greater than 0"], {}),
    ("Integer", ["Retries. Value range: -1 or any positive integer"], {}),
    ("String", ["The memory. The default unit is GB."], {}),
    ("String", ["Set this parameter to oak::{oak}|elm::{elm}. oak is an order. The value can be asc or desc."], {}),
    ("String", ["Pass one of the following filter parameters:", "- oak: its name", "- elm: its age"], {}),
    ("String", ["The mark.", "- bark: Set the field name of the bark.", "- leaf: Set the leaf that you want."], {}),
    ("Integer", ["The edition. By default, 22 is returned when it is bought.", "- 22: the paid one"], {}),
]  # fmt: skip
"""Sentences about another field, one kind, or values that are not all."""

NOTHING = [
    ("String", "Source IP address. IPv4 and IPv6 are supported."),
    ("String", "Source IP address. Both IPv4 and IPv6 are supported."),
    ("String", "Callback URL. HTTP and HTTPS are supported."),
    ("String", "Description. Chinese, English, and Japanese are currently supported."),
    ("String", "Script content. Shell, Python, and Bat are supported."),
    ("String", "Certificate body. RSA and ECC are supported."),
    ("String", "Callback URL. Only HTTPS is supported."),
    ("String", "CIDR block. Currently, IPv4 and IPv6 are supported."),
    ("String", "The wood. OAK and ELM are supported."),
    ("String", "Date format. The value is yyyy/MM/dd."),
    ("String", "The value must be yyyy/MM/dd."),
    ("String", "The value can be yyyy-MM-dd or HH:mm:ss."),
    ("String", "Date. Options: yyyy/MM/dd."),
    ("String", "The value is HH/MM/SS."),
    ("String", "The value is text/plain/utf8."),
    ("String", "The value is usr/local/bin."),
    ("String", "Applicable engines: mysql (5.7), and redis (6.0)."),
    ("String", "Applicable types: oak (5.7), and elm (6.0)."),
    ("String", "It depends on the version: basic (free), or pro (paid)."),
    ("String", "The array has two elements: method (how), and path (where)."),
    ("Integer", "Size range: 40 (SSD) or 100 (SATA)."),
    ("String", "Currently, the value is unknown."),
    ("Integer", "The default value is 1 million."),
    ("Integer", "The default value is 10 thousand."),
    ("Integer", "Size in bytes. The default value is 4 kilobytes."),
    ("Integer", "Size in bytes. The default value is 4 KB."),
    ("Integer", "Seconds to wait. The default value is 5 minutes."),
    ("Integer", "The default value is 2 weeks."),
    ("Integer", "If this parameter is not set, 10 records are shown on each page by default."),
    ("String", "The default value is random."),
    ("String", "By default, the value is today."),
    ("String", "The default value is system-generated."),
    ("String", "If this parameter is not specified, today is used by default."),
    ("String", "If this parameter is not specified, it is set to random."),
    ("String", "If this parameter is not specified, it is set to today."),
    ("String", "If this parameter is not specified, it is set to yesterday."),
    ("String", "If this parameter is not specified, its value is unknown."),
    ("String", "If this parameter is not specified, its value is unlimited."),
    ("String", "If this parameter is not specified, the value is auto-generated."),
    ("String", "If this parameter is not specified, the value is optional."),
    ("String", "If this parameter is not specified, the default is system-assigned."),
    ("String", "- maximum: must be 9 characters"),
]
"""Sentences that name words or figures that are no values of the field."""

BY_NAME: list[tuple[str, str, str, dict[str, Any]]] = [
    ("limit", "Integer", "If it is not set, 10 records are shown on each page by default.", {"default": 10}),
    ("pageSize", "Integer", "If it is not set, 10 DB shelves are queried by default.", {"default": 10}),
    ("page", "Integer", "Page number. If it is not set, 10 records are shown on each page by default.", {}),
    ("offset", "Integer", "If it is not set, 20 records are returned by default.", {}),
    ("node_id", "Integer", "If it is not set, 3 replicas are created by default.", {}),
    ("protocol", "String", "TCP and UDP are supported.", {"enum": ["TCP", "UDP"]}),
    ("callbackUrl", "String", "Both HTTP and HTTPS are supported.", {}),
    ("flavor", "String", "Currently, OAK and ELM are supported.", {}),
    ("wood_type", "String", "Currently, OAK and ELM are supported.", {"enum": ["OAK", "ELM"]}),
    ("flavor", "String", "Currently, only OAK and ELM are supported.", {"enum": ["OAK", "ELM"]}),
    ("keep_days", "Integer", "The default value is 30 days.", {"default": 30}),
]
"""Sentences that say a keyword of a field with one name and not of another."""


@pytest.mark.parametrize(("kind", "paragraphs", "keywords"), SAID, ids=[words[-1][:60] for _, words, _ in SAID])
def test_wordings_say_these_keywords_and_no_other(kind: str, paragraphs: list[str], keywords: dict[str, Any]) -> None:
    """A paragraph that begins with a dash is an item of a list."""
    assert reading_of(kind, paragraphs)[0] == keywords


@pytest.mark.parametrize(("kind", "paragraphs", "keywords"), LEFT, ids=[words[-1][:60] for _, words, _ in LEFT])
def test_wordings_about_another_thing_are_unread(kind: str, paragraphs: list[str], keywords: dict[str, Any]) -> None:
    """They say no keyword, and do not vanish."""
    said, unread = reading_of(kind, paragraphs)
    assert said == keywords
    assert unread


@pytest.mark.parametrize(("kind", "words"), NOTHING, ids=[words for _, words in NOTHING])
def test_words_that_are_no_values_are_no_keyword(kind: str, words: str) -> None:
    """A sentence left unread is better than a value that no page means."""
    assert reading_of(kind, [words])[0] == {}


@pytest.mark.parametrize(("name", "kind", "words", "keywords"), BY_NAME, ids=[name for name, *_ in BY_NAME])
def test_the_name_says_of_what_a_sentence_speaks(name: str, kind: str, words: str, keywords: dict[str, Any]) -> None:
    """The number of records is the default of a limit; kinds that are supported are no addresses."""
    assert reading_of(kind, [words], name)[0] == keywords
