"""Sentences as pages of the template write them, and the keywords that they say; what binds only sometimes says none."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.document.datatype import datatype
from conformance.document.sheet import Form, Text
from conformance.document.words import read

SAID: list[tuple[str, list[str], dict[str, Any]]] = [
    (
        "String",
        [
            "Specifies the name. The value is a string of no more than 255 characters and cannot contain angle brackets (< or >)."
        ],
        {"maxLength": 255},
    ),
    ("Integer", ["The value ranges from 0 to 2000."], {"minimum": 0, "maximum": 2000}),
    (
        "Integer",
        ["The value is from 0 to 2^31-1. The default value is 2000."],
        {"minimum": 0, "maximum": 2147483647, "default": 2000},
    ),
    ("Integer", ["Specifies the port. The port number ranges from 1 to 65535."], {"minimum": 1, "maximum": 65535}),
    ("Integer", ["The value can be 4 (IPv4) or 6 (IPv6)."], {"enum": [4, 6]}),
    ("Integer", ["Minimum: 0", "Maximum: 255", "Default: 10"], {"minimum": 0, "maximum": 255, "default": 10}),
    ("String", ["Possible values are ACTIVE, DOWN, and ERROR."], {"enum": ["ACTIVE", "DOWN", "ERROR"]}),
    ("String", ["The value can be TCP, HTTP, or UDP_CONNECT."], {"enum": ["TCP", "HTTP", "UDP_CONNECT"]}),
    (
        "Boolean",
        ["Specifies whether it is on. The value can be true (enabled) or false (disabled, default)."],
        {"default": False},
    ),
    ("Boolean", ["The default value is true."], {"default": True}),
    (
        "String",
        ["The value is round_robin, least_connections, or source_ip."],
        {"enum": ["round_robin", "least_connections", "source_ip"]},
    ),
    ("String", ["The name is a string of 1 to 255 characters."], {"minLength": 1, "maxLength": 255}),
    ("Integer", ["Enter a number from 1 to 100."], {"minimum": 1, "maximum": 100}),
    ("Integer", ["The value must be an integer from 1 to 100."], {"minimum": 1, "maximum": 100}),
    ("Integer", ["Default value: 1000. Value range: 0-1000"], {"default": 1000, "minimum": 0, "maximum": 1000}),
    (
        "Integer",
        ["The default value is 10. The value ranges from 10 to 50."],
        {"default": 10, "minimum": 10, "maximum": 50},
    ),
    ("String", ["The length cannot exceed 64 characters."], {"maxLength": 64}),
    ("String", ["The length is no greater than 255."], {"maxLength": 255}),
    ("String", ["The value contains a maximum of 64 bytes."], {}),
    ("String", ["Value options:", "- tcp: TCP", "- udp: UDP"], {"enum": ["tcp", "udp"]}),
    (
        "String",
        ["The options are as follows:", "- tcp: TCP", "- udp (default): UDP"],
        {"default": "udp", "enum": ["tcp", "udp"]},
    ),
    ("String", ["The value can be one of the following:", "- tcp", "- udp"], {"enum": ["tcp", "udp"]}),
    ("String", ["Value: tcp or udp"], {"enum": ["tcp", "udp"]}),
    ("String", ["Values: tcp, udp"], {"enum": ["tcp", "udp"]}),
    (
        "Array of strings",
        ["A maximum of 10 IDs can be specified.", "Each ID contains 1 to 36 characters."],
        {"maxItems": 10, "items.minLength": 1, "items.maxLength": 36},
    ),
    ("Array of integers", ["The value ranges from 1 to 10."], {"items.minimum": 1, "items.maximum": 10}),
    ("Array of strings", ["Array Length: 1 - 5"], {"minItems": 1, "maxItems": 5}),
    ("String", ["It must match the regular expression ^[a-z]{1,4}$."], {"pattern": "^[a-z]{1,4}$"}),
    ("String", ["Regular expression: ^[a-z]+$"], {"pattern": "^[a-z]+$"}),
    ("Integer", ["[1, 65535]"], {"minimum": 1, "maximum": 65535}),
    ("Integer", ["Value range: [1, 65535]"], {"minimum": 1, "maximum": 65535}),
    ("Integer", ["Value range: 1 to 10 (GB)"], {"minimum": 1, "maximum": 10}),
    (
        "Integer",
        ["The value must be greater than or equal to 1 and less than or equal to 8."],
        {"minimum": 1, "maximum": 8},
    ),
    ("Integer", ["Value range: 10 GB to 32,768 GB"], {"minimum": 10, "maximum": 32768}),
    ("Float", ["The value ranges from 0.1 to 0.9."], {"minimum": 0.1, "maximum": 0.9}),
    ("String", ["The value contains 36 characters."], {"minLength": 36, "maxLength": 36}),
    ("String", ["Its length is 36 characters."], {"minLength": 36, "maxLength": 36}),
    (
        "String",
        ["This parameter can contain a maximum of 64 characters, which can be only letters."],
        {"maxLength": 64},
    ),
    ("String", ["The value can be null."], {"nullable": True}),
    ("String", ["This field is reserved."], {}),
    ("String", ["Example: 12 characters"], {}),
    ("String", ["Options: GET (default), POST, and PUT"], {"default": "GET", "enum": ["GET", "POST", "PUT"]}),
    ("String", ["The protocol. Available options: HTTP and HTTPS."], {"enum": ["HTTP", "HTTPS"]}),
    ("String", ["The value is fixed to v1."], {"enum": ["v1"]}),
    ("String", ["The value is always v1."], {"enum": ["v1"]}),
    ("String", ["Currently, only v1 is supported."], {"enum": ["v1"]}),
    ("String", ["This parameter is fixed at v1."], {"enum": ["v1"]}),
    ("Integer", ["The value cannot be less than 1 or greater than 10."], {"minimum": 1, "maximum": 10}),
    ("Integer", ["1 <= value <= 100"], {"minimum": 1, "maximum": 100}),
    ("Integer", ["Value range: 1 <= limit <= 100"], {"minimum": 1, "maximum": 100}),
    (
        "Integer",
        ["The value ranges from 1 to 100, and the default is 10."],
        {"default": 10, "minimum": 1, "maximum": 100},
    ),
    (
        "Integer",
        ["Number of records on each page. Default: 10. Range: 1 to 100."],
        {"default": 10, "minimum": 1, "maximum": 100},
    ),
    ("Integer", ["It ranges from 1 to 100."], {"minimum": 1, "maximum": 100}),
    ("Integer", ["The range is 1-100."], {"minimum": 1, "maximum": 100}),
    ("String", ["The value consists of 1 to 64 letters, digits, and hyphens (-)."], {"minLength": 1, "maxLength": 64}),
    ("String", ["Length range: 1 to 64"], {"minLength": 1, "maxLength": 64}),
    ("String", ["Length: 1-64"], {"minLength": 1, "maxLength": 64}),
    ("String", ["Minimum length: 1", "Maximum length: 64"], {"minLength": 1, "maxLength": 64}),
    ("String", ["1-64 characters"], {"minLength": 1, "maxLength": 64}),
    ("Integer", ["0 indicates no, and 1 indicates yes."], {"enum": [0, 1]}),
    ("Integer", ["The value 0 indicates no, and the value 1 indicates yes."], {"enum": [0, 1]}),
    ("Integer", ["Options: 0 (no) and 1 (yes)"], {"enum": [0, 1]}),
    (
        "String",
        ["Specifies the type. The value can be vpc, subnet, or port, and defaults to vpc."],
        {"default": "vpc", "enum": ["vpc", "subnet", "port"]},
    ),
    ("Integer", ["Minimum value: 1; maximum value: 10"], {"minimum": 1, "maximum": 10}),
    ("Integer", ["Unit: GB", "Value range: 1-10"], {"minimum": 1, "maximum": 10}),
    ("Integer", ["Not less than 1 and not more than 255."], {"minimum": 1, "maximum": 255}),
    ("String", ["At most 64 characters."], {"maxLength": 64}),
    ("Long", ["Value range: 0-9223372036854775807"], {"minimum": 0, "maximum": 9223372036854775807}),
    ("String", ["The maximum length is 64."], {"maxLength": 64}),
    ("String", ["Maximum length: 64 characters. Only letters."], {"maxLength": 64}),
    ("Integer", ["The minimum value is 1, the maximum value is 9."], {"minimum": 1, "maximum": 9}),
    ("Integer", ["The value must be a positive integer."], {"minimum": 1}),
    ("Integer", ["For v1, the value ranges from 1 to 5."], {}),
    ("String", ["If the kind is a, the value can contain 1 to 5 characters."], {}),
    ("String", ["hmac: The value contains 8 to 32 characters.", "basic: The value contains 4 to 32 characters."], {}),
    ("String", ["Default value:", "The default value is the current time."], {}),
    ("Integer", ["A value less than 1 will be automatically converted to 1."], {}),
    ("String", ["The total length cannot exceed 1,024 characters."], {}),
    ("String", ["Enumeration values:", "- GET", "- OPTIONS", "- ANY"], {"enum": ["GET", "OPTIONS", "ANY"]}),
    ("Integer", ["-1: without limit", "0: none", "The value ranges from -1 to 10."], {"minimum": -1, "maximum": 10}),
    ("Integer", ["- 1: valid"], {"enum": [1]}),
    ("String", ["The following are allowed:", "- 0"], {}),
    ("String", ["Value range:", "- same: the same version", "- cross: another version"], {"enum": ["same", "cross"]}),
    ("String", ["Maximum value: 400"], {}),
    ("String", ["The status can be ACTIVE or ERROR."], {"enum": ["ACTIVE", "ERROR"]}),
    ("String", ["The ID is a 36-character string."], {"minLength": 36, "maxLength": 36}),
    ("Integer", ["The value cannot be less than 40."], {"minimum": 40}),
    ("Integer", ["Range: >= 1"], {"minimum": 1}),
    ("Boolean", ["Value: true or false. Default value: false"], {"default": False}),
    ("String", ["Value: A1 or B1. Default value: A1"], {"enum": ["A1", "B1"], "default": "A1"}),
    ("String", ["The value can be NFS."], {"enum": ["NFS"]}),
    ("String", ["The value is SYNC."], {"enum": ["SYNC"]}),
    ("String", ['The value is "sync".'], {"enum": ["sync"]}),
    ("String", ["The value is sync."], {"enum": ["sync"]}),
    ("String", ["Currently, the value can be oak."], {"enum": ["oak"]}),
    ("String", ["Only wood_name for key is supported."], {"enum": ["wood_name"]}),
    ("String", ["The value must be delete."], {"enum": ["delete"]}),
    ("String", ["The value can be customized."], {}),
    ("String", ["The value can only be FAST (case-sensitive), indicating SSD."], {"enum": ["FAST"]}),
    ("String", ["The default type is readwrite."], {"default": "readwrite"}),
    ("String", ["Indicates a field, the default value of which is id."], {"default": "id"}),
    ("Integer", ["Type of an address: 0 (IPv4), 1 (IPv6). If type is 0, it is set."], {"enum": [0, 1]}),
    ("Integer", ["The default value is 0. 0 indicates no priority."], {"default": 0}),
    ("String", ["ADD: indicates adding.", "SET: indicates setting."], {"enum": ["ADD", "SET"]}),
    (
        "Integer",
        [
            "The MySQL port ranges from 1024 to 65535.",
            "The Oracle port ranges from 2100 to 9500.",
            "The X port ranges from 1 to 9.",
        ],
        {},
    ),
    ("Integer", ["If no value is entered, the default value 0 (VPC) is used."], {"default": 0}),
    ("Integer", ["In this mode, the default value is 10."], {}),
    ("Integer", ["The value must be a number and cannot be negative."], {"minimum": 0}),
    ("String", ["Each tag value can contain a maximum of 255 Unicode characters."], {"maxLength": 255}),
    ("Integer", ["Supported range: 1 to 100 (default)"], {"minimum": 1, "maximum": 100, "default": 100}),
    ("String", ["Each value contains a maximum of 255 Unicode characters."], {"maxLength": 255}),
    ("String", ["The default setting is:", "a number"], {}),
    ("String", ["For example:", '"a_id": first', '"b_id": second'], {}),
    (
        "String",
        ["The following can be used. The value can be:", "- email", "- http and https"],
        {"enum": ["email", "http", "https"]},
    ),
    ("String", ["Regular expression matching:", "^[a-z]{1,9}$"], {"pattern": "^[a-z]{1,9}$"}),
    (
        "String",
        ["The value is a string of 8 to 128 characters, with special characters (./:;)."],
        {"minLength": 8, "maxLength": 128},
    ),
    ("Integer", ["1: low", "2: high. This is the default value."], {"enum": [1, 2], "default": 2}),
    ("Array of strings", ["A maximum of 50 inner subnets can be configured for each."], {"maxItems": 50}),
    ("Array of strings", ["The default value is []."], {"default": []}),
    ("String", ["Currently, only CSV and JSON are supported."], {"enum": ["CSV", "JSON"]}),
    ("String", ["The value allows 36 characters."], {"minLength": 36, "maxLength": 36}),
    ("Integer", ["The value can be -1 or 1-99999."], {}),
    ("String", ["Default retention period: 3600 (one hour)"], {"default": "3600"}),
    ("Integer", ["The default value is 2 if it is not specified."], {"default": 2}),
    ("String", ["Specifies the mode, which is main by default."], {"default": "main"}),
    ("Integer", ["The value ranges from 0 to 9 and is 3 by default."], {"minimum": 0, "maximum": 9, "default": 3}),
    (
        "Integer",
        ["The value is from 0 to 100. 0 indicates unlimited and 100 indicates full."],
        {"minimum": 0, "maximum": 100},
    ),
    ("Integer", ["Value range: 0-100. 0 indicates off, and 1 indicates on."], {"minimum": 0, "maximum": 100}),
    (
        "Integer",
        ["The value is between 0 and 100. 0 indicates off and 1 indicates on."],
        {"minimum": 0, "maximum": 100},
    ),
    ("Integer", ["Minimum: 0", "Maximum: 9", "0 indicates off, and 1 indicates on."], {"minimum": 0, "maximum": 9}),
    (
        "Integer",
        ["The value is from 0 to 1. 0 indicates off and 1 indicates on."],
        {"minimum": 0, "maximum": 1, "enum": [0, 1]},
    ),
    ("Integer", ["Type of an IPv4 address: 0 (no), 1 (yes)"], {"enum": [0, 1]}),
    ("String", ["1 to 64 letters, digits, and special characters ;:,. and !"], {"minLength": 1, "maxLength": 64}),
    ("String", ["TCP is used by default."], {"default": "TCP"}),
]

LEFT: list[tuple[str, list[str], dict[str, Any]]] = [
    ("Integer", ["The default quota is 20."], {}),
    ("Integer", ["The default maximum is 100."], {}),
    ("Integer", ["The limit is by default limited to 10."], {}),
    ("Integer", ["Default for MySQL: 3306"], {}),
    ("String", ["The default page is returned."], {}),
    ("String", ["The default status is enabled."], {}),
    ("String", ["8 to 32 characters with letters, digits, and special characters if the type is A."], {}),
    ("String", ["1 to 64 characters including special characters when the mode is 1; otherwise 1 to 128."], {}),
    ("String", ["1 to 64 characters (if the mode is 1)."], {}),
    *[
        ("String", [f"The value is {word}."], {})
        for word in (
            "random",
            "duplicate",
            "arbitrary",
            "anonymous",
            "hexadecimal",
            "timestamp",
            "constant",
            "zero",
        )
    ],
    *[("String", [f"The value is {word}."], {}) for word in ("plaintext", "base64", "UUID", "long")],
    ("String", ["The value must be random."], {}),
    ("String", ["The value can be ON, which means on, or OFF, which means off."], {}),
    ("Integer", ["Timeout: 10 (seconds), 20 (default)"], {"default": 20}),
    ("Integer", ["Value range: 1-100: 50 (default), 60 (maximum)"], {"default": 50}),
    ("String", ["The name allows 5 digits in the prefix."], {}),
    ("String", ["The name contains 5 digits in the prefix."], {}),
    ("String", ["This port is open and is TCP by default."], {}),
    ("String", ["The value is kept and is it by default."], {}),
    ("String", ["It is used by default."], {}),
    ("Integer", ["1 to 2^1024"], {"minimum": 1}),
    ("Integer", ["The value must be greater than " + "9" * 5000 + "."], {}),
    ("Boolean", ["- true: yes", "- false: no. Default value: no"], {}),
]
"""Sentences that bind only sometimes or are not understood: they are unread, with the keywords beside them."""

NOTHING: list[tuple[str, str]] = [
    ("Boolean", "Whether to set the default flag to true"),
    ("String", "Sets the default gateway to 10.0.0.1"),
    ("String", "ID of the default policy to bind"),
    ("String", "Name of the default queue of tenants"),
]
"""Sentences about a thing that is a default."""


def reading_of(kind: str, paragraphs: list[str], name: str = "") -> tuple[dict[str, Any], list[str]]:
    """The keywords of paragraphs, and the texts that are unread; one that begins with a dash is an item of a list."""
    known = datatype(kind)
    assert known is not None
    texts = [
        Text(number, words.removeprefix("- "), Form.ITEM if words.startswith("- ") else Form.PARAGRAPH)
        for number, words in enumerate(paragraphs, 1)
    ]
    reading = read(known, texts, name=name)
    said = {key: found.value for key, found in reading.keywords.items()}
    said |= {f"items.{key}": found.value for key, found in reading.items.items()}
    return said, [one.text for one in reading.unread]


@pytest.mark.parametrize(
    ("kind", "paragraphs", "keywords"), SAID, ids=[f"{kind}-{words[0][:40]}" for kind, words, _ in SAID]
)
def test_words_say_these_keywords_and_no_other(kind: str, paragraphs: list[str], keywords: dict[str, Any]) -> None:
    """A paragraph that begins with a dash is an item of a list."""
    said, _ = reading_of(kind, paragraphs)
    assert said == keywords


@pytest.mark.parametrize(("kind", "paragraphs", "keywords"), LEFT, ids=[words[0][:60] for _, words, _ in LEFT])
def test_words_that_bind_only_sometimes_are_unread(kind: str, paragraphs: list[str], keywords: dict[str, Any]) -> None:
    """They say no keyword, and do not vanish."""
    said, unread = reading_of(kind, paragraphs)
    assert said == keywords
    assert unread


@pytest.mark.parametrize(("kind", "words"), NOTHING, ids=[words for _, words in NOTHING])
def test_a_thing_that_is_a_default_has_none(kind: str, words: str) -> None:
    """The noun behind `default` is what the field is about."""
    assert reading_of(kind, [words]) == ({}, [])


def test_a_third_sentence_about_one_kind_is_unread_like_the_first_two() -> None:
    """Two kinds void a keyword; each further sentence about a kind is unread once."""
    sentences = [f"The {kind} port ranges from {number} to 9." for number, kind in enumerate(("A1", "B1", "C1"), 1)]
    assert reading_of("Integer", sentences) == ({"maximum": 9}, [one.rstrip(".") for one in sentences])
