"""The words of the template: sections, columns, captions, labels inside a description. Labels vary inside one page."""

from __future__ import annotations

import re
from enum import StrEnum

from conformance.document.sheet import plain

TOKEN, CODE, TEXT = "X-Auth-Token", "error_code", "error_msg"
"""The vendor's names of the token's header and of the members of a refusal, for pages that do not say them."""
PROJECT = "project_id"
"""The vendor's name of the path parameter that says whose resources are meant, and names none."""
STATUSES = "Status Codes"
"""The heading above the table of statuses."""

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
STATUS = re.compile(
    r"(?:Status|Response|HTTP status)\s*code\s*:?\s*(?P<status>[1-5]\d\d)\b\W*(?P<rest>.*)$", re.IGNORECASE
)
"""The line above the tables, or the example, of one status."""
CAPTION = re.compile(r"Table\s+(?P<number>\d+)\b[\s.:]*(?P<name>.*)$", re.IGNORECASE)
PROSE = re.compile(r"\.$|^.{120}|^Table \d+ (?:describes|lists|shows|provides|gives)\b", re.IGNORECASE)
"""A sentence that begins as a caption does."""
REVISED = re.compile(r"Updated (?:on|at)\s+(?P<date>\d{4}-\d\d-\d\d)", re.IGNORECASE)
BREADCRUMB = re.compile(r"^\S.*?(?:/\s|>\s).*API", re.IGNORECASE)


class Section(StrEnum):
    """A section of the template."""

    FUNCTION = "function"
    AUTHORIZATION = "authorization"
    CONSTRAINTS = "constraints"
    CALLING = "calling"
    DEBUGGING = "debugging"
    URI = "uri"
    REQUEST = "request"
    RESPONSE = "response"
    EXAMPLE_REQUEST = "example request"
    EXAMPLE_RESPONSE = "example response"
    STATUSES = "status codes"
    ERRORS = "error codes"


_SECTIONS = {
    Section.FUNCTION: ("function", "description", "api description", "api function", "function description", "overview"),
    Section.AUTHORIZATION: ("authorization information", "authorization", "required permissions", "permissions"),
    Section.CONSTRAINTS: ("constraint", "constraints and limitations", "restriction", "precaution", "prerequisite"),
    Section.CALLING: ("calling method", "calling methods"),
    Section.DEBUGGING: ("debugging", "debug", "sdk sample code", "sample code"),
    Section.URI: ("uri", "url", "uri format", "api uri", "request uri", "request line"),
    Section.REQUEST: (
        "request", "request parameter", "request message", "request body", "request header", "parameter",
        "parameter description",
    ),
    Section.RESPONSE: (
        "response", "response parameter", "response message", "response body",
        "normal response", "abnormal response", "response header", "element",
    ),
    Section.EXAMPLE_REQUEST: ("example request", "request example", "example", "sample request", "example of request"),
    Section.EXAMPLE_RESPONSE: (
        "example response", "response example", "sample response", "example of normal response",
        "example of abnormal response",
    ),
    Section.STATUSES: (
        "status code", "returned status code", "http status code", "return code", "returned value", "return value",
    ),
    Section.ERRORS: ("error code",),
}  # fmt: skip


def _bare(text: str) -> str:
    """A heading or label in lower case, singular, without marks around it."""
    words = plain(text).strip(" :*\u2022\uff1a.").lower()
    return re.sub(r"(?<=[a-rt-z])s$", "", words) if not words.endswith(("status", "address")) else words


_SECTION_OF = {_bare(name): section for section, names in _SECTIONS.items() for name in names}


def section(heading: str) -> Section | None:
    """The section that a heading begins; None where the template has none of that name."""
    return None if heading.rstrip().endswith((".", ",", ";")) else _SECTION_OF.get(_bare(heading))


_AROUND = re.compile(
    r"\b(?:data structures?|structures?|fields?|parameters?|objects?|attributes?|elements?|descriptions?"
    r"|of the|of|in the|in|the)\b"
)


def named_key(name: str) -> str:
    """A table's name, or a field's, without what captions say around it."""
    found = CAPTION.match(name)
    words = plain(found["name"] if found else name).lower()
    return re.sub(r"\W|_", "", _AROUND.sub("", words)) or re.sub(r"\W|_", "", words)


class Column(StrEnum):
    """The meaning of a column of a table."""

    NAME = "name"
    REQUIRED = "required"
    TYPE = "type"
    DESCRIPTION = "description"
    PLACE = "place"
    STATUS = "status"
    RANGE = "value range"
    DEFAULT = "default value"
    CONSTRAINTS = "constraints"
    EXAMPLE = "example"
    ENUMERATION = "enumeration values"


_COLUMNS = {
    Column.NAME: (
        "parameter", "name", "field", "attribute", "element", "header", "parameter name", "field name", "property",
        "header name", "header field", "key",
    ),
    Column.REQUIRED: ("mandatory", "required", "mandatory/optional", "mandatory or optional", "optional", "is mandatory"),
    Column.TYPE: ("type", "parameter type", "data type", "field type", "value type", "format"),
    Column.DESCRIPTION: ("description", "remark", "meaning", "parameter description", "explanation", "note", "status code description"),
    Column.PLACE: ("in", "location", "parameter location", "position"),
    Column.STATUS: ("status code", "returned value", "return code", "http status code", "returncode", "code"),
    Column.RANGE: ("value range", "range", "value"),
    Column.DEFAULT: ("default value", "default"),
    Column.CONSTRAINTS: ("constraint",),
    Column.EXAMPLE: ("example", "example value"),
    Column.ENUMERATION: ("enumeration value", "enumerated value", "option"),
}  # fmt: skip
_COLUMN_OF = {name: found for found, names in _COLUMNS.items() for name in names}


def column(head: str) -> Column | None:
    """The column with this head; None where it is none of the template's."""
    return _COLUMN_OF.get(_bare(head))


class Role(StrEnum):
    """The kind of a table's rows."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    BODY = "body"
    FORM = "form"
    RESPONSE_HEADER = "response header"
    RESPONSE_BODY = "response body"
    OBJECT = "object"


_ROLES = (
    (Role.RESPONSE_HEADER, re.compile(r"\brespon\w+ header|\bheader\w* (?:fields? )?(?:in|of) (?:the )?response", re.IGNORECASE)),
    (Role.RESPONSE_BODY, re.compile(r"^(?:parameters? in (?:the )?)?respon\w+(?: message)?(?: body)?(?: parameters?| elements?)?$"
                                    r"|\brespon\w+ body|\bresponse (?:parameters?|elements?|message)\b", re.IGNORECASE)),
    (Role.PATH, re.compile(r"\bpath parameters?\b|\b(?:parameters? in (?:the )?)?ur[il] parameters?\b|\bparameters? in the ur[il]\b", re.IGNORECASE)),
    (Role.QUERY, re.compile(r"\bquery\b.*\bparam|\bquery string|^query$", re.IGNORECASE)),
    (Role.COOKIE, re.compile(r"\bcookie param", re.IGNORECASE)),
    (Role.FORM, re.compile(r"\bform-?\s?data\b", re.IGNORECASE)),
    (Role.HEADER, re.compile(r"\bheaders?\b", re.IGNORECASE)),
    (Role.BODY, re.compile(r"\brequest body|\bbody param|^(?:parameters? in (?:the )?)?requests?(?: message| parameters?)?$|\brequest parameters?\b", re.IGNORECASE)),
)  # fmt: skip


def role(caption: str) -> Role | None:
    """The role that a caption names, without its number; None where it is a name like any other."""
    found = CAPTION.match(caption)
    name = plain(found["name"] if found else caption)
    if re.fullmatch(r"[A-Za-z]\w*", name) and " " not in name and name.lower() not in {"query", "response", "request"}:
        return None
    return next((one for one, words in _ROLES if words.search(name)), None)


def required(cell: str) -> tuple[bool | None, str | None]:
    """Whether a cell says mandatory, and the condition where it is more than a word."""
    words = plain(cell)
    first = re.match(
        r"(yes|no|y|n|mandatory|optional|required|true|false|m|o|conditional)\b\W*(.*)$", words, re.IGNORECASE
    )
    if first is None:
        return None, words or None
    said = first[1].lower() in {"yes", "y", "mandatory", "required", "true", "m"}
    rest = first[2].strip(" ().")
    return (False if rest and said and first[1].lower() in {"mandatory", "required"} else said), rest or None


class Label(StrEnum):
    """The part that a label inside a description begins."""

    DEFINITION = "definition"
    CONSTRAINTS = "constraints"
    RANGE = "range"
    DEFAULT = "default"
    ENUMERATION = "enumeration"
    LOWEST = "minimum value"
    HIGHEST = "maximum value"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    SHORTEST = "minimum length"
    LONGEST = "maximum length"
    ITEMS = "array length"
    LENGTH = "length"
    OTHER = "other"


_LABELS = {
    Label.DEFINITION: "definition|parameter description|meaning|explanation",
    Label.CONSTRAINTS: "constraints?|restrictions?",
    Label.RANGE: "value range|values? ranges?|range|ranges|value scope|(?:valid|allowed|supported|port) range",
    Label.DEFAULT: "default values?|defaults?",
    Label.ENUMERATION: "enumeration values?|enumerated values?|enum|enums|options|value options|possible values?|"
                       "valid values?|available values?|allowed values?|supported values?|available options|optional values|values|value",
    Label.LOWEST: "minimum value|min value|min\\. value",
    Label.HIGHEST: "maximum value|max value|max\\. value",
    Label.MINIMUM: "minimum|min|min\\.",
    Label.MAXIMUM: "maximum|max|max\\.",
    Label.SHORTEST: "minimum length|min\\.? length",
    Label.LONGEST: "maximum length|max\\.? length",
    Label.ITEMS: "array length|number of items",
    Label.LENGTH: "length|value length|length range|character length",
    Label.OTHER: "example|examples|example value|note|notes|unit|caution|notice|important|format",
}  # fmt: skip
LABEL = re.compile(
    r"(?P<label>"
    + "|".join(f"(?P<{found.name}>{names})" for found, names in _LABELS.items())
    + r")\s*(?P<colon>[:\uff1a]|$)\s*(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)


_WORDS = {"value", "values", "length", "format", "note", "unit", "meaning", "min", "max", "option", "enum"}
"""Labels that are whole descriptions where no colon follows."""


def label(text: str) -> tuple[Label, str] | None:
    """The label that a text begins with, and what stands behind it on its line."""
    found = LABEL.match(text)
    if found is None or (not found["colon"] and found["label"].lower() in _WORDS):
        return None
    return next(one for one in Label if found[one.name]), found["rest"].strip()
