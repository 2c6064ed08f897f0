"""More sentences of such pages: what they say, and what sounds alike and says nothing."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.document.datatype import ANY, datatype
from conformance.document.sheet import Text
from conformance.document.words import read
from tests.document.test_words import reading_of

SAID: list[tuple[str, list[str], dict[str, Any]]] = [
    # numbers
    ("Integer", ["The width must be greater than zero."], {"minimum": 1}),
    ("Integer", ["The value ranges from 1 (inclusive) to 90 (inclusive)."], {"minimum": 1, "maximum": 90}),
    ("Integer", ["- Ranges from 3 (inclusive) to 90 (inclusive)."], {"minimum": 3, "maximum": 90}),
    ("Integer", ["The maximum value of this parameter is 4."], {"maximum": 4}),
    ("Integer", ["It must be a positive integer. The minimum value is 5."], {"minimum": 5}),
    ("Integer", ["The minimum value is 5. The value cannot be a negative number."], {"minimum": 5}),
    (
        "Integer",
        ["The value must be greater than or equal to 1 and less than or equal to 9.", "It can be set to 0 for a wall."],
        {"maximum": 9},
    ),
    ("Integer", ["40-4000, in cm. Something else."], {"minimum": 40, "maximum": 4000}),
    ("Array of strings", ["A maximum of five boards can be added."], {"maxItems": 5}),
    ("Array of strings", ["A maximum of one shelf board can be selected."], {"maxItems": 1}),
    ("Array of strings", ["You can add up to six oak boards."], {"maxItems": 6}),
    ("Array of strings", ["Each value contains a maximum of 43 Unicode characters."], {"items.maxLength": 43}),
    ("Array of strings", ["A maximum of 10 keys can be contained."], {"maxItems": 10}),
    (
        "Integer",
        ["The width ranges from 1 to 900.", "- When the kind is A, the width is small and ranges from 0 to 90."],
        {"maximum": 900},
    ),
    (
        "Integer",
        ["The width ranges from 5 to 900.", "If the value is greater than 700, the shelf is wide."],
        {"minimum": 5, "maximum": 900},
    ),
    (
        "String",
        ["- If it ends with a dot, it cannot exceed 90 characters.", "- A part cannot exceed 9 characters."],
        {},
    ),
    ("Integer", ["The value must be no less than 4."], {"minimum": 4}),
    ("Integer", ["Value range: 10 to 650, excluding 34 to 45, 120, and 200."], {"minimum": 10, "maximum": 650}),
    ("Array of integers", ["Height of a board ranging from 1 to 16."], {"items.minimum": 1, "items.maximum": 16}),
    ("Array of objects", ["A maximum of 200 oak boards can be made at a time."], {"maxItems": 200}),
    (
        "Integer",
        ["The options are as follows:", "- 1: low", "- 2: high", "Minimum: 0", "Maximum: 9"],
        {"enum": [1, 2], "minimum": 0, "maximum": 9},
    ),
    ("Integer", ["Its range is [0, 1999]."], {"minimum": 0, "maximum": 1999}),
    ("Any", ["The value ranges from 1 to 40. The default value is 9."], {"minimum": 1, "maximum": 40, "default": 9}),
    ("Array of strings", ["Constraints: A maximum number of 7 boards is allowed."], {"maxItems": 7}),
    (
        "Array of objects",
        ["A maximum of 20 shelves can be queried at a time, and each shelf can contain a maximum of 10 boards."],
        {"maxItems": 20},
    ),
    # defaults
    ("Integer", ["How long it stays, in days. (Default: 30 days)"], {"default": 30}),
    ("Integer", ["The default value is 72.The value range is 1-90."], {"default": 72, "minimum": 1, "maximum": 90}),
    ("Integer", ["The value is 50 when this parameter is not set. Setting it to 9 is advised."], {"default": 50}),
    ("Integer", ["If this parameter is left blank, the value 40 is used."], {"default": 40}),
    ("Integer", ["If no width is specified when a shelf is made, 80 is used by default."], {"default": 80}),
    ("Integer", ["The default value is 30, in seconds."], {"default": 30}),
    ("Integer", ["If this parameter is not transferred, the value is 0 by default."], {"default": 0}),
    ("Integer", ["If this parameter is not specified, the default value is 5."], {"default": 5}),
    ("String", ["If this parameter is not configured, oak is used by default."], {"default": "oak"}),
    ("Integer", ["If the house is old, the default value is 5."], {}),
    ("Integer", ["Minimum value: 1", "Default value: 0"], {"minimum": 1, "default": 0}),
    ("String", ["The kind, which is oak by default (dark oak)"], {"default": "oak"}),
    ("String", ["If it is not set, the port of the new house is 8635 by default."], {"default": "8635"}),
    ("String", ["If it is not set, the default opening time is set to 00:00-01:00."], {"default": "00:00-01:00"}),
    ("Boolean", ["If this parameter is left blank, the value is set to true by default."], {"default": True}),
    ("Integer", ["The minimum value is 2, which is also the default value."], {"minimum": 2, "default": 2}),
    ("String", ["The wood. If this parameter is not specified, default value oak is used."], {"default": "oak"}),
    ("Integer", ["The value is 3 by default, indicating the middle shelf."], {"default": 3}),
    ("Integer", ["The parameter value is 7 by default if it is not specified."], {"default": 7}),
    ("Integer", ["By default, this parameter is set to 2."], {"default": 2}),
    ("Integer", ["If it is not sent or is left empty, the default width 44 will be used."], {"default": 44}),
    ("String", ['The default value is "".'], {"default": ""}),
    ("String", ["The value is an empty string by default."], {"default": ""}),
    ("String", ["oak (the default kind) or elm"], {"default": "oak"}),
    ("String", ["Default value:", '"dark oak"'], {"default": "dark oak"}),
    ("String", ["- no (default): It stays.", "- yes: It goes."], {"enum": ["no", "yes"], "default": "no"}),
    ("String", ["The value can be yes or no (default)."], {"enum": ["yes", "no"], "default": "no"}),
    ("Boolean", ["true: It is new.", "false: It is old. The default value is false."], {"default": False}),
    ("String", ["For a house, the default value is oak. Otherwise, the default value is elm."], {}),
    # lengths
    (
        "String",
        ["It contains a maximum of 40 characters and no dots. Its value is left blank by default."],
        {"maxLength": 40},
    ),
    (
        "String",
        [
            "The label has at most 40 characters and cannot contain the following: <>= Its value is left blank by default."
        ],
        {"maxLength": 40},
    ),
    (
        "String",
        ["Consist of 8 to 32 characters, with special characters ~!@#$%^&*()-_=+|[{}];:,<.>/?."],
        {"minLength": 8, "maxLength": 32},
    ),
    ("String", ["The value is a code containing 36 characters."], {"minLength": 36, "maxLength": 36}),
    ("String", ["The text can contain up to 9,000 Base64 encoded characters."], {"maxLength": 9000}),
    # lists
    ("Integer", ["Kind of shelf. Options: 0: plain shelf; 1: shelf (with a door)."], {"enum": [0, 1]}),
    (
        "String",
        ["Valid value:", "- The value 0 indicates an open one.", "- The value 1 indicates a closed one."],
        {"enum": ["0", "1"]},
    ),
    ("String", ["Valid value: Oak-Elm."], {"enum": ["Oak-Elm"]}),
    ("String", ["The value can be 5_oak (dark oak)."], {"enum": ["5_oak"]}),
    ("String", ['The value is set to "0".'], {"enum": ["0"]}),
    ("String", ["Currently, versions 4.0, 4.2 and 5.0 are supported."], {"enum": ["4.0", "4.2", "5.0"]}),
    (
        "String",
        [
            "- The size.",
            "- Value range:",
            "- small",
            "- large",
            "- This parameter cannot be large for an old shelf.",
            "- For more, see the page of all sizes.",
        ],
        {"enum": ["small", "large"]},
    ),
    ("String", ["The value can only be oak_1, which is the name of it."], {"enum": ["oak_1"]}),
    (
        "String",
        ["The options are old and new. old: as before; If it is new, it is the other."],
        {"enum": ["old", "new"]},
    ),
    ("String", ["old indicates that it is as before, and new indicates the other."], {"enum": ["old", "new"]}),
    ("String", ["Its value is case-sensitive and can be:", "- OAK, indicating a tree."], {"enum": ["OAK"]}),
    ("String", ["The value can be used, free, or available."], {"enum": ["used", "free", "available"]}),
    ("String", ["There are two value options: up (as before) and down (new)."], {"enum": ["up", "down"]}),
    ("String", ["top indicates that it is high. foot indicates the last."], {"enum": ["top", "foot"]}),
    ("String", ["The value can be id, name, or made_at."], {"enum": ["id", "name", "made_at"]}),
    (
        "Array of strings",
        ["The days. The options are as follows:", "MON, TUE, and WED"],
        {"items.enum": ["MON", "TUE", "WED"]},
    ),
    ("String", ["The type of the wood. Currently, OAK, ELM and ASH are supported."], {"enum": ["OAK", "ELM", "ASH"]}),
    ("String", ["The type. OAK, ELM, and ASH are supported."], {"enum": ["OAK", "ELM", "ASH"]}),
    ("String", ["Currently, only type double_wall is supported."], {"enum": ["double_wall"]}),
    ("String", ["The state. The value UP indicates good. The value DOWN indicates bad."], {"enum": ["UP", "DOWN"]}),
    (
        "String",
        ["- go_on: The next board is made.", "- stop: It ends.", "- You are advised to set this to go_on at first."],
        {"enum": ["go_on", "stop"]},
    ),
    (
        "String",
        ["The wood. The default value is oak. The value can be:", "- oak", "- elm"],
        {"enum": ["oak", "elm"], "default": "oak"},
    ),
    ("Integer", ["0: none; 1 (default): one; 2: two.", "Colour"], {"enum": [0, 1, 2], "default": 1}),
    ("String", ["Where it begins. top: From the top; foot: From the foot."], {"enum": ["top", "foot"]}),
    ("String", ["The side. LEFT indicates the left one. RIGHT indicates the right one."], {"enum": ["LEFT", "RIGHT"]}),
    ("String", ["- oak", "- elm:"], {"enum": ["oak", "elm"]}),
    ("String", ["The size. Options: 1 KB, 1 MB and 1 GB."], {"enum": ["1 KB", "1 MB", "1 GB"]}),
    ("String", ["Unit: MB Value range:", "- 10 MB", "- 30 MB"], {"enum": ["10 MB", "30 MB"]}),
    ("String", ["The wood. Set the value to oak."], {"enum": ["oak"]}),
    ("String", ["The value can be set to oak or elm only."], {"enum": ["oak", "elm"]}),
    (
        "Integer",
        ["The hardness, which can be 1, 2 (default), or 3, indicating soft, hard, and very hard, respectively."],
        {"enum": [1, 2, 3], "default": 2},
    ),
    (
        "String",
        ["The part can be top, side, or foot, indicating the board, the wall, and the leg, respectively."],
        {"enum": ["top", "side", "foot"]},
    ),
    ("String", ["The kind can be string, integer, or list."], {"enum": ["string", "integer", "list"]}),
    ("String", ["Range", "available", "unavailable"], {"enum": ["available", "unavailable"]}),
    ("String", ["Value range:", "OAK, ELM, and ASH", "For details, see Woods."], {"enum": ["OAK", "ELM", "ASH"]}),
    (
        "String",
        ["The wood can be any of the following:", "- oak: heavy", "- elm: light", "- For shelves of 1980: oak"],
        {"enum": ["oak", "elm"]},
    ),
    ("Integer", ["The state of the shelf. 0 indicates free. 21 indicates full."], {"enum": [0, 21]}),
    (
        "Integer",
        ["The state. 0 indicates free. 21 indicates full. The default value is 0."],
        {"enum": [0, 21], "default": 0},
    ),
    ("String", ["Options: dark oak, light oak, red elm"], {"enum": ["dark oak", "light oak", "red elm"]}),
    ("String", ["The value can be Oak, Elm, or Other."], {"enum": ["Oak", "Elm", "Other"]}),
    ("String", ["It can only be shelf_name."], {"enum": ["shelf_name"]}),
    (
        "Integer",
        ["The pause. The value can be: 0: no pause. 300: a pause of five minutes. 600: one of ten. It is an idea."],
        {"enum": [0, 300, 600]},
    ),
    ("String", ["RED.ONE: The shelf is red. BLUE.TWO: The shelf is blue."], {"enum": ["RED.ONE", "BLUE.TWO"]}),
    ("String", ["- UP: It stands.", "- DOWN: It lies.", "- Empty string: Unknown."], {"enum": ["UP", "DOWN", ""]}),
    ("Integer", ["- The edition.", "- Possible values are as follows:", "- 4: old", "- 6: new"], {"enum": [4, 6]}),
    (
        "String",
        [
            "- The owner of the shelf.",
            "- The value can be:",
            "- house:one",
            "- house:TWO",
            "- The house sets this itself.",
        ],
        {"enum": ["house:one", "house:TWO"]},
    ),
    (
        "Integer",
        ["- 1: low", "It holds a cup.", "- 2: high", "By default, 2 is selected. It holds a pot.", "- 3: huge", "All."],
        {"enum": [1, 2, 3], "default": 2},
    ),
    (
        "String",
        ["Valid value:", "It must have 8 to 32 characters.", "Oak shelf:~!@#", "Oak board:~!@", "Oak nail:~!"],
        {"minLength": 8, "maxLength": 32},
    ),
    # patterns
    (
        "String",
        ["It matches the regular expression ^[1-4]{1}$. The following values are enumerated:", "- 1: one", "- 2: two"],
        {"pattern": "^[1-4]{1}$", "enum": ["1", "2"]},
    ),
    ("String", ["Its form (regular expression ^[a-z$ ]{1,4}$. It is unique.)"], {"pattern": "^[a-z$ ]{1,4}$"}),
    ("String", ["Regular expression matching: ok([a-z]|[0-9]){8}$"], {"pattern": "ok([a-z]|[0-9]){8}$"}),
    ("String", ["Value range:", "^[a-z ,:]{0,20}$"], {"pattern": "^[a-z ,:]{0,20}$"}),
]

LEFT: list[tuple[str, list[str], dict[str, Any]]] = [
    ("String", ["The maximum length is 1,024 bytes."], {}),
    ("String", ["The maximum length is 2048 bytes."], {}),
    ("String", ["A regular expression is a text that has a name and a list of them, parted by commas (,)."], {}),
    ("Array of objects", ["Each shelf contains a maximum of 20 boards, and each board a maximum of 9 nails."], {}),
    (
        "String",
        [
            "It can stand in A or B. The path depends on it.",
            "- A: The path must start with x://.",
            "- B: The path starts with y.",
        ],
        {},
    ),
    (
        "String",
        ["The options are:", "- EVER: Without an end.", "- Custom: The specified number of days, for example, 20."],
        {},
    ),
    ("String", ["Value range: 2100-9500, 27017, and 27018."], {}),
    ("Integer", ["The value can be 0 or ranges from 7 to 732."], {}),
    ("Integer", ["The value is in the range from 2100 to 9500, or 27017."], {}),
    ("Integer", ["Ranges from 1 (inclusive) to 65,535 (exclusive)."], {}),
    ("String", ["Rules: - Value: code: 1 to 9 words; kind: oak, elm; room: any; wall: any"], {}),
    ("String", ["The default value is that of the wall. For example, set the value of it as follows:", "wood=oak"], {}),
    ("String", ["Options:", "- oak", "- elm", "You can use commas (,) to separate several of them."], {}),
    ("String", ["Several woods are separated by spaces.", "- oak: a tree", "- elm: another"], {}),
    ("String", ["Names:", "- first_group: the first", "- group{x}: the others"], {}),
    ("String", ["- Room: north", "- left(N): n-1", "- Room: south", "- left(S): s-1"], {}),
    ("String", ["If the shelf is new, the options are as follows:", "oak", "elm"], {}),
    ("Integer", ["1 indicates one. 2 indicates two. -1 indicates all of them."], {}),
    ("String", ["Range:", "- all: every shelf", "- 0: the first one", "- Others: the shelf of this name"], {}),
    ("String", ["The value can be:", "- first: the first shelf", "- {name}: the shelf of this name"], {}),
    ("String", ["The value is shelf_id."], {}),
    ("String", ["The input value must be Base64-coded."], {}),
    (
        "String",
        ["The following fields are included:", "- wood: its tree. The value can be oak or elm.", "- edge: its form"],
        {},
    ),
    ("String", ["- oak: the tree", "- elm: another tree", 'Example: "oak,elm"'], {}),
    ("String", ["- oak: the tree", "It grows.", "- elm: another", "It grows too.", 'Example: "elm,oak"'], {}),
    ("String", ["Only HDDs are supported."], {}),
    ("String", ["It is written room.shelf. room and shelf each must contain 3 to 9 characters."], {}),
    (
        "String",
        ["The place must contain 9 to 30 characters. room and shelf each must contain 3 to 9 characters."],
        {"minLength": 9, "maxLength": 30},
    ),
    ("String", ["- Key ID: A string that matches the ^[a-f]{8}$ regular expression", "- URN: any other"], {}),
    ("Integer", ["The step. 1 indicates one. For example, of the others. 30 indicates thirty."], {}),
    ("String", ["The form is key=value. key cannot exceed 9 characters and value cannot exceed 99 characters."], {}),
    (
        "String",
        [
            "- If the kind is A, it is a name. The value can contain 1 to 40 characters.",
            "- If the kind is B, it is a word. The value can contain 1 to 9 characters.",
        ],
        {},
    ),
    (
        "String",
        [
            "The code. Example: w1.oak.big",
            "For more, see Codes.",
            "- w1: indicates the wood",
            "- oak: indicates the tree",
        ],
        {},
    ),
    ("String", ["It cannot contain hyphens."], {}),
    ("String", ["It must not end with a dot or two spaces."], {}),
    ("String", ["Wood of the shelf: OAK or ELM"], {}),
    ("Array of strings", ["Value range: [1, 50]"], {}),
]

NO_DEFAULT: list[tuple[str, list[str], dict[str, Any]]] = [
    ("String", ["- 0: default house of the owner", "- 1: another house"], {"enum": ["0", "1"]}),
]


def named(case: tuple[str, list[str], dict[str, Any]]) -> str:
    """The name of a test: the type and the last words."""
    return f"{case[0]}-{case[1][-1][:50]}"


@pytest.mark.parametrize("case", SAID + NO_DEFAULT, ids=map(named, SAID + NO_DEFAULT))
def test_sentences_say_these_keywords_and_no_other(case: tuple[str, list[str], dict[str, Any]]) -> None:
    """A paragraph that begins with a dash is an item of a list."""
    kind, paragraphs, keywords = case
    assert reading_of(kind, paragraphs)[0] == keywords


@pytest.mark.parametrize("case", LEFT, ids=map(named, LEFT))
def test_sentences_that_only_sound_like_a_bound_are_unread(case: tuple[str, list[str], dict[str, Any]]) -> None:
    """They say no keyword, and do not vanish."""
    kind, paragraphs, keywords = case
    said, unread = reading_of(kind, paragraphs)
    assert said == keywords
    assert unread


@pytest.mark.parametrize("words", ["1, 2, 3 ", "1 indicates a. ", "9", "1-", "If ", "a_", "("])
def test_text_of_a_great_length_is_unread_at_once(words: str) -> None:
    """It is kept whole, and does not hold the reader up."""
    text = words * (30_000 // len(words))
    assert reading_of("String", [text, "The value can be oak or elm."]) == ({"enum": ["oak", "elm"]}, [text])


@pytest.mark.parametrize(
    ("kind", "words", "keywords"),
    [
        ("Array of strings", "The wood can contain up to 9 characters.", {"items.maxLength": 9}),
        ("Array of strings", "The tree can contain up to 9 characters.", {}),
        ("Integer", "wood can only be 1500.", {"enum": [1500]}),
        ("String", "A wood can only be set to oak_1, that of the shelf.", {}),
        ("String", "A wood can only be set to oak_1.", {"enum": ["oak_1"]}),
        ("String", "The default wood is oak5.", {"default": "oak5"}),
    ],
)
def test_name_of_the_field_stands_for_its_value(kind: str, words: str, keywords: dict[str, Any]) -> None:
    """A sentence about another thing binds nothing."""
    reading = read(datatype(kind) or ANY, [Text(1, words)], name="wood")

    said = {key: found.value for key, found in reading.keywords.items()}
    assert said | {f"items.{key}": found.value for key, found in reading.items.items()} == keywords
