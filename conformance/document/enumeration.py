"""Closed lists of values in words: after a colon, in a sentence, in items that name and explain them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.document.labels import label
from conformance.document.sheet import Form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.document.sheet import Text

_QUOTES = "\"'`\u201c\u201d\u2018\u2019"
_STOP = {
    "a", "an", "the", "unique", "specified", "empty", "blank", "null", "positive", "integer", "string", "changed", "set", "any",
    "unchanged", "lowercase", "uppercase", "encoded", "used", "valid", "mandatory", "optional", "left", "modified", "same",
    "different", "required", "returned", "supported", "available", "digits", "letters", "numbers", "characters", "consistent",
    "ignored", "configured", "entered", "obtained", "multiple", "one", "greater", "less", "numeric", "number", "id", "ids", "ipv4/ipv6",
    "json", "xml", "and", "or", "of", "in", "is", "be", "both", "either", "all of", "following", "follows", "alphanumeric", "case-sensitive",
    "hyphens", "underscores", "periods", "spaces", "a-z", "0-9", "special", "slashes", "commas",
}  # fmt: skip
_SOFT = {
    "any", "available", "blank", "changed", "configured", "mandatory", "modified", "multiple", "optional", "required",
    "set", "specified", "supported", "unchanged", "used", "valid",
}  # fmt: skip
"""Words that are values beside two others."""
_KINDS = {"string", "integer", "number", "boolean", "list", "array", "float", "object"}
"""Names of types: two of them beside each other are values."""
_WORDED = r"(?:[a-z][\w-]+(?: (?!and\b|or\b)[\w-]+){0,2}|\d+ [KMGT]B)"
_SPACED = re.compile(rf"(?P<list>{_WORDED}(?:(?:, | or | and |, or |, and ){_WORDED})+)\.?", re.IGNORECASE)
_PROSE = re.compile(r"\b(?:a|an|the|of|in|is|be|to|can|must|for|with|from|any|etc|characters?)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"^(?:the|this|it) |\b(?:cannot|can|must|is|are)\b", re.IGNORECASE)
"""Words of a sentence: no value of several words has them."""
_OTHERS = re.compile(r"^others\b|\bor others?\b|^other \w", re.IGNORECASE)
_PLACE = re.compile(r"(?<!\$)\{\w*\}|<\w+>|\bx{3,}\b|^\d+\.\d+\.\d+\.\d+\S*\d[-~]\d", re.IGNORECASE)
"""The place of something else in a value, or a range of addresses."""
_LETTERS = re.compile(r"yyyy|HH:?mm", re.IGNORECASE)
"""The format of a date: a list of three or more is one of formats."""
_WORDS = {"note", "notes", "example", "a", "an", "the", "caution", "format", "unit"}
"""Words before a colon that name no value."""
_FIXED = re.compile(
    r"\b(?:(?:the )?(?P<only>fixed value) is|value is (?:always|fixed (?:to|at|as))|has a fixed value of"
    r"|parameter is fixed (?:to|at)|^(?:is |must be )?fixed to) (?P<list>\S+?)(?:, indicating .*| and cannot be \w+)?$",
    re.IGNORECASE,
)
_ONE = re.compile(
    rf"^(?:(?:currently|at present),? )?(?:the |its )?value (?:is|is set to|can be) (?P<only>)"
    rf"(?P<list>(?!(?-i:[a-z-]*(?:ed|ly|able|ible|ing|que|ive|ty|valid|nk))\b)[\w.{_QUOTES}-]+(?: \([^()]*\))?)$",
    re.IGNORECASE,
)
_FORMATS = re.compile(
    r"timestamps?|plaintext|plain|text|constants?|long|short|zero|uu?ids?|base\d+|md5|sha-?\d+|hex|json|xml|ya?ml|csv|ur[il]s?|ip(?:v[46])?|utf-?\d+|ascii|unicode|utc|gmt|iso[ -]?\d+|rfc[ -]?\d+",
    re.IGNORECASE,
)
"""Formats of values and other words behind `value is`: none is a value."""
ADJECTIVE = re.compile(
    r"^[a-z-]*(?:ed|ly|able|ible|ing|[ai]que|ive|ty|[ai]c?al|ous|om|[ai]ry|ar|ic|[ae]nt|less|icate|id|nk)$"
)
_JUDGED = re.compile(
    r"[a-z-]*(?:al|ect|own)|true|false|null|absent|final|now|random|secret|static|dynamic|here|today|yesterday|zero"
)
"""Words behind `value is` that judge a value, where no other word shows that it is one."""
_INTRO = (
    re.compile(r"\b(?:which|^the \w+) can(?P<only>(?: only)?) be(?: either)? (?P<list>.+)$", re.IGNORECASE),
    re.compile(r"^(?:the |its )value is (?P<only>)(?P<list>\S+(?:, \S+)*,? or \S+|\w+(?:/\w+){2,})$", re.IGNORECASE),
    re.compile(r"\b(?:its|the|this|whose|field|parameter)?\s*(?:values?|types?|parameters?|options?|it)(?: of this (?:parameter|field))?(?: currently)? (?:can|must|may|should)"
               r"(?P<only>(?: currently)? only|)(?: also)?(?P<must>) be(?: set to| either| any of| one of(?: the following)?(?: values)?)?:? (?P<list>.+)$", re.IGNORECASE),
    re.compile(r"^(?:the |its |currently,? (?:the )?)?(?:value )?(?:options|possible values|valid values|available values|available options|supported values|allowed values|enumerat\w+ values|values)"
               r"(?: of this parameter)?(?P<only>)(?: are| include| can be|:)(?: as follows:?)? (?P<list>.+)$", re.IGNORECASE),
    re.compile(r"^there are \w+ (?P<only>)(?:value )?(?:options|values|types): (?P<list>.+)$", re.IGNORECASE),
    re.compile(r"^(?:(?:the )?(?:options|values) )(?P<only>)(?:include|are) (?P<list>.+)$", re.IGNORECASE),
    re.compile(r"^(?P<told>(?:currently|at present)?,? ?(?P<only>only)) (?P<noun>the value |the type |type |mode |version )?(?P<list>.+?)(?P<of> for (?:key|this (?:parameter|field)))? (?:is|are)(?: currently)? (?:supported|available|allowed)(?: currently)?$", re.IGNORECASE),
    re.compile(r"^(?P<told>(?:(?:currently|at present),? )?(?:both |versions |types )?)(?P<only>)(?P<list>(?-i:[A-Z\d][\w./-]*)(?:, (?-i:[A-Z\d][\w./-]*))*,? and (?-i:[A-Z\d][\w./-]*)) are(?: currently)? supported(?: currently| at present)?$", re.IGNORECASE),
    _FIXED,
    re.compile(r"^set (?P<must>)(?:the value|this parameter|it) to (?P<only>)(?P<list>[^\s,]+)$", re.IGNORECASE),
    re.compile(r"^(?:the )?value(?: of this parameter)? (?:must|should) be (?P<only>)(?P<list>[^\s,]+)$", re.IGNORECASE),
    _ONE,
)  # fmt: skip
_KIND = re.compile(r"(?:mode|type|status|protocol|version|engine|algorithm|method)s?", re.IGNORECASE)
"""Nouns of things that have a closed list of values: a field of another name only takes what is `supported`."""
_FREE = re.compile(
    r"(?:address|block|body|callback|certificate|content|data|description|domain|endpoint|file|host|icon|id|image|ip|key|link|message|name|password|path|picture|port|script|text|ur[il])(?:e?s)?",
    re.IGNORECASE,
)
"""Nouns of things that have any value, whatever kinds of them are supported."""
_DATE = r"(?:\w+/)*(?:[yY]+|[dD]+|[hH]+|[mM]+|[sS]+)(?:/\w+)*"
"""The format of a date, with slashes."""
_PATH = re.compile(rf"(?:[a-z\d_]+/){{2,}}[a-z\d_]+|(?=.*/){_DATE}")
"""A path, a media type or the format of a date: no values with slashes between them."""
_ANOTHER = re.compile(r"(?:^|\. )(?:types?|options?|parameters?) (?:can|must|may|should)\b")
"""A small letter begins the name of a field: a sentence about this field would have it as `The value`."""
_MEASURES = re.compile(
    r"\((?:the )?(?:seconds?|minutes?|hours?|days?|m?s|[KMGT]i?B|bytes?|%|(?:default|maximum|minimum|max|min|recommended)\.?(?: value)?)\)",
    re.IGNORECASE,
)
"""A note behind a figure that explains no value: a unit, or the role of the figure in a range."""
_TOLD = re.compile(
    r"(?:the )?(?:value )?(?P<figure>-?\d+) (?:\([^()]*\) )?(?:indicates|means|represents|stands for)\b"
    r"|(?P<number>-?\d+)(?: \([^()]*\))?\s?[:\uff1a]\s*(?=\D)|(?:(?:the )?value )?(?P<code>(?-i:[A-Z][A-Z\d_.]+))(?:: (?=(?-i:[A-Z]))| (?:indicates|means|represents)\b)"
    r"|(?P<word>(?-i:(?!(?:key|value|name|user|group|it|this|which)\b)[a-z]\w*)) (?:indicates|means)\b|(?P<name>(?-i:[a-z][\w-]*))(?: \([^()]*\))?: (?=(?-i:[A-Z]))",
    re.IGNORECASE,
)
_TITLE = re.compile(r"[A-Z][\w.+-]*(?: [A-Z\d][\w.+-]*){0,2}")
"""A value of one word or more, each with a capital letter, such as the name of a product."""
_CALLED = re.compile(
    r"(?!.*\b(?:appli\w+|depend\w*|based|var(?:y|ies)|contains?|consists?|includes?|fields?|elements?|parts?|range|size|quota|max\w*|min\w*)\b)"
    r"(?:.*\bwhether\b|(?:[\w-]+ ){0,4}(?:modes?|types?|ways?|status|state|values?|options?|methods?|protocols?|direction|policy|level|action)\b)",
    re.IGNORECASE,
)
"""Words before a colon that announce values."""
_NOTED = re.compile(r"^([^:()]{3,60}): ((?:[\w.-]+ \([^()]+\)(?:, and |, or |, | and | or |$)){2,})$")
"""Values behind a colon, each with a note."""
_BESIDE = re.compile(
    r"(?:, (?:and |while )?| and | while )(?!(?:it|this|that|which)\b)(?:value )?(\w+) (?:indicates|means)\b"
)
"""The further values of a sentence that explains one after the other."""
_ELEMENT = re.compile(r"(?P<value>[^\s()]+)(?:\s*\((?P<note>.*)\))?$")
_EXPLAINED = re.compile(
    r"(?P<value>\S+|[\w.#-]+(?: [\w.#-]+){0,2}|\"[^\"]+\")\s*(?:\((?P<note>[^()]*)\))?\s*(?::(?=\s|$|(?<=\d:)\S|[A-Z])|\uff1a|\s-\s|,\s(?=indicating\b|which (?:means|indicates)\b)|\s(?=indicates?\b|means\b|represents\b))\s*(?P<rest>.*)$",
    re.DOTALL,
)
_BARE = re.compile(
    r"(?P<value>[^\s,;]+?(?:;[\w-]+=[\w-]+)?|\"[^\"]+\"|\d+ [KMGT]B)\s*(?:\((?P<note>[^()]*)\))?[.:;,]?$"
)
_CONDITIONAL = re.compile(
    r"^(?:the|this|its) (?:values?|name|parameter|key|path|director(?:y|ies)|address|string|format|length|URL)?\s*(?:can |must |should |may )?(?:contains?|consists?|ranges?|starts?|begins?|ends?|be)\b|^(?:enter|use) \S+ to\b|^(?:set|enter|specify) (?:the|an?|this)\b|^only \S+ .* (?:support|later)"
    r"|\bparameters?\b.*\b(?:is|are) included\b",
    re.IGNORECASE,
)


def spaced(words: str) -> list[str]:
    """The values of several words that a line below the label of an enumeration lists."""
    if not _SPACED.fullmatch(words.strip()) or _PROSE.search(words):
        return []
    return re.split(r", (?:and |or )?| or | and ", words.strip().rstrip("."))


def listed(words: str, *, closed: bool = False, of: Sequence[str] = ()) -> list[str]:
    """The values that a sentence lists; empty where it lists none.

    A label has said that it is a list where it is `closed`. The nouns `of` call the field.
    """
    text = re.sub(
        r",? in (?:(?:de|a)scending order|(?:the )?units? of \w+|seconds|minutes|hours|days|GB|MB)$",
        "",
        words.strip().rstrip(".").strip(),
        flags=re.IGNORECASE,
    )
    text = re.sub(r",? (?:and|which) (?:the )?defaults?\b.*$", "", text, flags=re.IGNORECASE)
    text = re.sub(
        r",? (?:indicating|which (?:means|indicates|is)|that is)\b(?:.*\brespectively|(?!.*, (?:or|and) ).*)$",
        "",
        text,
        flags=re.IGNORECASE,
    )
    if closed and (values := _split(text, single=True)):
        return values
    if _ANOTHER.search(text):
        return []
    only = text.endswith(" only")
    text = text.removesuffix(" only")
    for pattern in _INTRO:
        found = pattern.search(text)
        if found and (_PATH.fullmatch(found["list"]) or not _supported(found, of)):
            continue
        if found and (values := _split(found["list"], single=only or _single(found))):
            return values if len(values) > 1 or only or _literal(found) else []
    return []


def _supported(found: re.Match[str], of: Sequence[str]) -> bool:
    """Whether `A and B are supported` lists the values of a field that these nouns call; True for other sentences."""
    groups = found.groupdict()
    told = groups.get("told")
    if told is None or groups.get("noun") or groups.get("of") or any(_KIND.fullmatch(noun) for noun in of):
        return True
    closed = re.search(r"\b(?:only|both|types|versions)\b", told, re.IGNORECASE)
    return closed is not None and not any(_FREE.fullmatch(noun) for noun in of)


def _single(found: re.Match[str]) -> bool:
    return (
        bool(found["only"])
        or re.search(" must be |^set ", f"{found[0].lower()} ") is not None
        or found.re in {_FIXED, _ONE}
    )


def _literal(found: re.Match[str]) -> bool:
    """Whether the only value of a sentence is one: an adjective or a format after `is` looks the same."""
    words = found["list"]
    if _FORMATS.fullmatch(words.strip(f".{_QUOTES}")) or re.search(r"-[a-z]*ed$", words):
        return False
    if re.fullmatch(r"[A-Z]{2,}s" if found.re is not _ONE else r"[a-z]+(?:_[a-z]+)*_(?:id|name)", words.strip(".")):
        return False
    if bool(found["only"]) or found.re is _FIXED:
        return True
    if not ADJECTIVE.search(words) and not (found.re is _ONE and _JUDGED.fullmatch(words)):
        return True
    return re.search(rf"[A-Z\d_{_QUOTES}]", words) is not None


def _split(text: str, *, single: bool) -> list[str]:
    """The elements of `A, B (explained), and C`; none where one of them is prose."""
    if "|" in text and "(" not in text:
        text = re.sub(r"\s*\|\s*", ", ", text)
    text = text[1:-1] if re.fullmatch(r"\[[^\[\]]*\]", text) else text
    slashed = re.fullmatch(r"[A-Za-z]\w*(?:/[A-Za-z]\w*){2,}", text) and not re.fullmatch(_DATE, text)
    text = text.replace("/", ", ") if slashed else text
    bare = re.sub(r"^(?:either|both|one of)\s+", "", text.strip(), flags=re.IGNORECASE)
    cut = re.split(
        r"[.:](?=\s)",
        re.sub(r"\([^()]*\)", lambda note: note[0].replace(",", "\0").replace(" ", "\1").replace(":", "\2"), bare),
    )[0]
    parts = [
        part
        for part in re.split(r"\s*[,;\u3001]\s+(?:and |or )?|\s+(?:and|or)\s+|,\s*(?:and|or)\s+|(?<=\D),(?=\S)", cut)
        if part
    ]
    values = []
    titles = len(parts) > 2 and all(_TITLE.fullmatch(part) for part in parts)  # noqa: PLR2004 - two others
    kinds = _KINDS & {part.lower() for part in parts}
    kinds = kinds if len(kinds) > 1 else set()
    for part in parts:
        if titles and " " in part:
            values.append(part)
            continue
        element = _ELEMENT.match(part.replace("\0", ",").replace("\1", " ").replace("\2", ":").strip())
        if element is None:
            return []
        value = element["value"].strip(_QUOTES).rstrip(".;,")
        code = len(parts) > 1 and (
            (value.isupper() and value not in {"ID", "IDS"})
            or (value.lower() in kinds or value == "id")
            or (len(parts) > 2 and value in _SOFT)  # noqa: PLR2004 - two others
        )
        if not value or (value.lower() in _STOP and not element["note"] and not code):
            return []
        values.append(value)
    if len(values) == 1 and not single:
        return []
    unique = list(dict.fromkeys(values))
    return unique if len(unique) in {len(values), max(len(values) - 1, 4)} else []


def separate(words: str) -> list[str]:
    """The values of a list that lost its line breaks: `1: yes 2: no`, `inline: code in the request zip: a ZIP file`."""
    told = re.findall(r"(?:^|\s)(-?\d+)(?: \([^()]*\))? (?:indicates|means|represents|stands for)\b", words)
    if len(set(told)) > 1 and "-1" not in told and re.match(r"(?:the )?(?:value )?\d", words.strip(), re.IGNORECASE):
        return list(dict.fromkeys(told))
    figures = re.findall(r"(?:^|[\s;,.])(-?\d+)\s?[:\uff1a]\s*(?=\D)", words)
    if len(figures) > 1 and re.match(r"-?\d+\s?[:\uff1a]", words.strip()):
        return figures if len(set(figures)) == len(figures) else []
    noted = re.search(
        r"(?:^|: |\b(?:be|are|is) )((?:-?\d+ \([^()]+\)(?:, and |, or |, | and | or |$)){2,})$", words.strip()
    )
    above = words.strip()[: noted.start(1)] if noted else ""
    announced = not above.endswith(": ") or _CALLED.match(above)
    if noted and announced and not re.search(r"(?<![A-Za-z])\d", above) and not _MEASURES.search(noted[1]):
        return re.findall(r"(?:^|[\s])(-?\d+) \(", noted[1])
    noted = _NOTED.search(words.strip().rstrip("."))
    if noted and _CALLED.match(noted[1]) and not _MEASURES.search(noted[2]):
        values = re.findall(r"(?:^|[, ])([\w.-]+) \(", noted[2])
        return values if len(set(values)) == len(values) and _STOP.isdisjoint(map(str.lower, values)) else []
    names = re.findall(r"(?:^|[\s;])([A-Za-z][\w.-]*): (?=\S)", words)
    if len(names) > 1 and re.match(r"[A-Za-z][\w.-]*: ", words.strip()) and len(set(names)) == len(names):
        return names
    return []


def told(words: str) -> list[str]:
    """The values that a sentence names and explains at its start."""
    found = _TOLD.match(words)
    value = next((one for one in found.groups() if one), "") if found else ""
    many = bool(found and (found["word"] or found["code"]))
    others = _BESIDE.findall(words) if many else []
    return separate(words) or ([value, *others] if value and not _reserved(value) else [])


def named(words: str, *, explicit: bool) -> tuple[list[str], bool] | None:
    """The values that a text names, mostly one, and whether it calls it the default; None where the text is prose.

    Below the label of an enumeration (`explicit`) a value may have spaces.
    """
    text = re.sub(r"^(?:The )?value (?=\S+ (?:indicates?|means|represents)\b)", "", words.strip(), flags=re.IGNORECASE)
    if found := _BARE.match(text):
        value = found["value"].strip(_QUOTES)
        prose = value in _STOP and not explicit
        return ([value], _default(found["note"])) if value and not prose else None
    several = re.match(r"(?P<list>[^\s,:]+(?:, [^\s,:]+)*,? (?:and|or) [^\s,:]+)(?::\s|$)", text)
    if several and (values := _split(several["list"], single=False)):
        return values, False
    if (found := _EXPLAINED.match(text)) and not _CONDITIONAL.match(found["rest"]):
        value = found["value"].strip(_QUOTES).rstrip(":")
        value = "" if value.lower() == "empty string" else value
        open_value = value.lower() == "custom" and re.search(r"\bspecified\b|for example", found["rest"])
        if value.lower() in _WORDS or (" " in value and not (explicit or value.isupper())) or open_value:
            return None
        return [value], _default(found["note"]) or _default(found["rest"])
    clause = _CLAUSE.search(text)
    if explicit and not clause and len(text) <= 60 and not text.endswith((".", ":")) and text.count(" ") <= 4:  # noqa: PLR2004 - a value is short
        return [text], False
    return None


def _default(note: str | None) -> bool:
    return bool(
        note
        and not re.search(r"\bblank by default", note)
        and re.search(
            r"^\(?(?:the )?default(?: (?:value|kind|type|mode|option|setting))?(?=\W*$|[.,;)])|\((?:the )?default\b|\bdefault\)?$|by default$|\bthis is the default (?:value|option|setting)\b",
            note.strip(". "),
            re.IGNORECASE,
        )
    )


def of_type(kind: str, values: Sequence[str]) -> list[str] | list[int] | list[float]:
    """The values in the type of their field; empty where they are not of it, or others are allowed."""
    unique = list(dict.fromkeys(values))
    formats = len(unique) < 3 and any(map(_LETTERS.search, unique))  # noqa: PLR2004 - a list of formats
    if formats or any(_OTHERS.search(value) or _PLACE.search(value) for value in unique):
        return []
    ranges = [value for value in unique if re.fullmatch(r"\d+-\d+", value)]
    if ranges and (len(unique) == 1 or any(value.isdigit() for value in unique)):
        return []
    figures = [value.replace(",", "") for value in unique]
    numeric = all(re.fullmatch(r"-?\d{1,40}(?:\.\d{1,40})?", figure) for figure in figures)
    whole = numeric and not any("." in figure for figure in figures)
    if kind == "integer" or (kind == "any" and whole):
        return [int(figure) for figure in figures] if whole else []
    if kind == "number" and numeric:
        return [float(figure) for figure in figures]
    if kind == "string" or (kind == "any" and not {"true", "false"} & {value.lower() for value in unique}):
        return figures if numeric else unique
    return []


def composed(known: Sequence[object], words: str) -> bool:
    """Whether one word of a text is made of all these values, as the example of a code is, or of a list in one string."""
    values = [str(value) for value in known]
    if len(values) > 1 and any(",".join(one) in words for one in (values, values[::-1])):
        return True
    whole = (word for word in words.split() if not re.search("[/,|]", word) and word.strip(".") not in values)
    return len(values) > 1 and any(all(_delimited(value, word) for value in values) for word in whole)


def _delimited(value: str, word: str) -> bool:
    return re.search(rf"(?<![A-Za-z]){re.escape(value)}(?![A-Za-z])", word) is not None


def explained(text: Text) -> bool:
    """Whether a text names a value and explains it."""
    json = text.form is Form.CODE or re.match(r"[\"\[{]", text.text)
    value = named(text.text, explicit=False) if not json and ":" in text.text else None
    return value is not None and not _reserved(value[0][0])


def _reserved(word: str) -> bool:
    return label(f"{word}:") is not None or word.lower() in {"note", "notes", "http", "https"}


def token(words: str) -> bool:
    """Whether words are one value and no prose: no space, or figures as in a time."""
    return bool(re.fullmatch(r"[^\s,;]+", words)) or bool(re.fullmatch(r"\d+:[\d:./+-]+(?: [A-Z\d:+-]+){0,2}", words))
