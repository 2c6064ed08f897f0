"""The patterns of descriptions: numbers and ranges, lengths, counts, defaults, conditions."""

from __future__ import annotations

import re

NUMBER = r"(?<!\d)(?:\d+\^\d+(?:\s?-\s?1)?|-?\d{1,3}(?:,\d{3})+|-?\d+(?:\.\d+)?)"
UNIT = r"(?:\s?(?:characters?|chars?|bytes?|[KMGT]i?B|seconds?|minutes?|hours?|days?|milliseconds?|ms|s|%|items?|elements?))?"
TO = r"\s*(?:-|~|\u223c|\uff5e|to|and|through|\.\.\.?)\s*"
RANGE = rf"(?P<low>{NUMBER}){UNIT}{TO}(?P<high>{NUMBER})"
ONLY_RANGE = re.compile(
    rf"[\[(]?\s*(?P<low>{NUMBER})(?P<unit>{UNIT})(?:{TO}|\s*,\s*)(?P<high>{NUMBER})(?P<unit2>{UNIT})\s*[\])]?(?:\s*\([A-Za-z/ ]+\)|, in [A-Za-z]+)?\s*\.?$",
    re.IGNORECASE,
)
_NO_BYTES = r"(?!\d|,\d| ?(?:bytes?|[KMG]i?B)\b)"
"""Behind a number of characters: neither more figures nor a unit of another kind."""
CHARS = r"(?:(?:UTF-8|ASCII|Unicode|English|valid|visible)\s)?(?:characters?|chars?|letters|digits)\b"
CONDITION = re.compile(
    r"\b(?:if|when|whenever|unless|otherwise|depending|in case|as long as|provided that)\b|^(?:for|in|with|on|by default)\b(?! example)"
    r"|\bfor (?:v\d|the|a|an)\b[^.]*$|;",
    re.IGNORECASE,
)
SIGNS = re.compile(
    r"\((?![^()]*\b(?:if|when|unless|otherwise)\b)[^()]*\)"
    r"|\bspecial characters\b(?: such as| including|:)?(?:\s+(?:[^A-Za-z\d\s]{4,}|[^\w\s()]+|(?:and|or)(?=\s+[^\w\s()])))+",
    re.IGNORECASE,
)
"""Brackets without a condition of their own, and lists of signs: a semicolon there parts no conditions."""
EACH = re.compile(
    r"^(?:and )?(?:each(?! (?:tag )?(?:key|value)\b)|every|a single|an element|the (?:key|value|name) of each)\b|\b\w+ and \w+ each\b|\beach (?!(?:tag )?(?:key|value)\b)(?:of which|item|element|name|tag|ID|account|app)\b",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"\b(?:example|e\.g\.|total|quota(?! records?\b)|default (?:max|min|limit)\w*|(?:letters|digits|characters) (?:in|of|at|for) (?:the|its|a) (?:prefix|suffix|beginning|start|end|first|last)|password must|passwords must|per second|by default|converted|automatically (?:changes|changed|set|adjusted))\b",
    re.IGNORECASE,
)
SENTENCE = re.compile(
    r"(?<=[^\s.,:;])[.;]\s+(?=[A-Z(]|[a-z][\w-]*: |-?\d+(?: \([^()]*\))?: |-?\d+ (?:\([^()]*\) )?(?:indicates|means|represents|stands for)\b|[a-z]\w* (?:indicates|means)\b)|;\s+(?=(?:max|min|default))|(?<=[a-z])\.\s+(?=[a-z]\w* and \w+ each\b)|(?<=[a-z\d])\.(?=[A-Z][a-z]+[ .])|;\s+(?=[a-z][\w-]*: )|(?<=\bbe:)\s+(?=-?\d+: [A-Za-z])"
)
SIGN = r"(?:hyphens?|underscores?|spaces?|periods?|dots?|slash(?:es)?|colons?|commas?|asterisks?|brackets?|quotation marks?)\b"
LOOKS_BOUND = re.compile(
    r"^(?!.*\b(?:for example|such as|e\.g\.)).*\d.*\b(?:minimum|maximum|max|at most|at least|up to|ranges?|exceed|less than|greater than|more than|length|"
    r"characters?|bytes|items|values? can|value is|value must|from -?\d|between \d|to \d)\b"
    r"|^.*\b(?:minimum|maximum|max|at most|at least|up to|ranges?|exceed|less than|greater than|more than|length|values? (?:can|must)|from|between)\b.*\d"
    r"|\b(?:must|can|cannot|only|start|contain|use)\b.*\b(?:letters?|digits?|characters?|format|start)\b"
    r"|\bdefault (?:value|setting)\b|\bdefault(?: \w+)?(?: is(?! used)|:)|\bdefault for\b|\b(?:allows|contains) \d+ (?:digits|letters)\b|^(?:the |its )?value (?:is|can be|must be) \S+$|\bby default\b|^-?\d+(?: or .+)?$|^\S+: \S|\b(?:options|possible values|valid values|enumerat\w+|value can(?: only)? be|value must be)\b"
    rf"|\b(?:can|cannot|must|only)\b.*\b{SIGN}|^[\w ]{{1,40}}: [^.:,;]+ or [^\s.]+$"
    r"|(?:^|[.;] )-?\d+ (?:indicates|means|represents|stands for)\b.*[.;,] -?\d+ (?:indicates|means|represents|stands for)\b"
    r"|\bmust be set to \S+$|^if .*\bnot\b.*\b(?:is|sets it) (?:automatically )?(?:set )?to \S+$|\bonly\b.*\bsupported\b|\band \S+ are supported$|\bregular expression\b|\bmutually exclusive\b|\beither\b",
    re.IGNORECASE,
)
SEVERAL = re.compile(
    r"\bseparate(?:d)?\b[^.]{0,40}\b(?:by|with|using)\b[^.]{0,20}\b(?:commas?|spaces?|semicolons?|vertical bars?)\b"
    r"|\buse (?:a )?(?:commas?|spaces?|semicolons?|vertical bars?)\b[^.]{0,8} to separate\b|^set this parameter to \S*\{\w+\}\S*\{\w+\}",
    re.IGNORECASE,
)
"""Several values stand in one string."""
DEPRECATED = re.compile(
    r"^\W*(?:deprecated|discarded|obsolete)\b|\bthis (?:parameter|field|attribute|member)\s*(?:is|has been|was|will be)\s*(?:deprecated|discarded|obsolete|abandoned)\b"
    r"|\((?:deprecated|discarded)\)",
    re.IGNORECASE,
)
CONDITIONAL = re.compile(
    r"\b(?:mandatory|required|must be (?:set|specified|configured))\b.*\b(?:if|when|for|only)\b|\b(?:if|when)\b.*\b(?:mandatory|required|must be (?:set|specified))\b"
    r"|\b(?:either|at least one) of\b|\bat the same time\b|\bmutually exclusive\b|\b(?:must be used|used) together\b|\bavailable only\b|\bvalid only\b|\bsupported only\b",
    re.IGNORECASE,
)
_ENDS = r"(?=[.\"'`)]*$|[.,;)\"]\s)"
PATTERN = re.compile(
    rf"regular expression(?: matching:|:) (?P<whole>\S.*?)[.\"'`]?$"
    rf"|regular expression\b(?:[^^\[(]*?(?P<pattern>\^.*?\${_ENDS})|[^^\[(]{{0,25}}?(?P<open>[\^\[(]\S.*?(?=[.\"'`]?$)))"
    r"|\bmatches the (?P<before>\^\S+\$) regular expression|^(?P<alone>\^[\[(.\\a-z].*\$)$",
    re.IGNORECASE,
)
"""A regular expression, announced or alone; one with a sentence behind it ends at its last sign."""
DONE = r"(?:used|returned|applied|set|taken|shown|kept|it)\b(?! to)"
"""Words after `default is` that name no value."""
AFTER = r"(?:,? (?:in \w+$|which|indicating|that is|meaning|because|if it is not|if this parameter is not|and (?:the|it))\b.*)?"
KIND_OF = r"(?!(?:quotas?|max|maximum|min|minimum|limits?|for|page|units?)\b)(?-i:[a-z]\w*)"
"""A noun between `default` and its value: the thing that has the default; a name beside it binds one kind only."""
NOT_GIVEN = (
    r"(?:(?:this (?:parameter|field|variable)|it|the (?:parameter(?: value)?|value|field)) is (?:not (?:set|specified|assigned|passed|transferred|configured|provided|included|carried)|left (?:blank|empty|unspecified)|omitted|empty|unspecified)"
    r"|you do not (?:set|specify|configure|pass) (?:this parameter|it))"
)
DEFAULT = (
    re.compile(r"(?:^|\s)(?P<value>[^\s,()]+) \((?:[^()]*[,;] ?)?(?:by |the )?default(?: (?:value|kind|type|mode|option|setting))?(?:[,;][^()]*)?\)", re.IGNORECASE),
    re.compile(rf"\bdefault(?: values?| settings?| options?)?(?: of which| of this (?:parameter|field))?(?: is|:| of| to|=):?\s*(?:set to )?(?P<value>(?!\s|{DONE}).+?){AFTER}$", re.IGNORECASE),
    re.compile(rf"\bdefault (?:{KIND_OF}(?: is|:)|{KIND_OF} {KIND_OF}:):?\s*(?:set to )?(?P<value>(?!\s|{DONE}|\w+ed$).+?){AFTER}$", re.IGNORECASE),
    re.compile(r"^(?:if .*(?:not (?:specified|assigned|set|passed|transferred|configured)|left blank|omitted|empty|unspecified|beyond|outside|out of range|no value is \w+)\b.*?)?the default value "
               r"(?P<value>[^\s(),]+)(?: \([^()]*\))? (?:is|will be) used(?:, indicating\b.*)?$|^(?:the )?(?:value )?(?P<also>(?!(?:it|this|that|which)\b)\S+) (?:is|will be) used by default$", re.IGNORECASE),
    re.compile(r"^by default,? (?:the value is |it is |the value |this parameter is set to )?(?P<value>\S+)(?: is (?:used|selected))?$", re.IGNORECASE),
    re.compile(r"^this (?:parameter|field) is (?P<value>an empty (?:character )?string) by default", re.IGNORECASE),
    re.compile(r"^(?:the |its )?(?:parameter )?value is (?P<value>an empty (?:character )?string|\S+) by default(?:,? (?:indicating|which|if it is not|if this parameter is not)\b.*)?$", re.IGNORECASE),
    re.compile(r"^if no [\w ]+ is (?:specified|set|passed)\b.*, (?P<value>\S+) (?:is|will be) used by default$", re.IGNORECASE),
    re.compile(r"^if .*\b(?:not (?:specified|set|passed|sent)|left (?:blank|empty)|omitted)\b.*?\bthe default \w+ (?P<value>\d+) (?:is|will be) used$", re.IGNORECASE),
    re.compile(rf"(?:^|, which is |\bvalues?\b.*\band is )(?P<value>(?!{DONE}|\w+ed\b)\S+) by default(?: \([^()]*\))?$", re.IGNORECASE),
    re.compile(rf"^if {NOT_GIVEN}[^,]*, (?:(?:the )?(?:default )?value )?(?P<value>(?!(?:it|this|that|which)\b)\S+) (?:is|will be) used(?: by default)?$", re.IGNORECASE),
    re.compile(rf"^if {NOT_GIVEN}[^,]*, (?:the system (?:automatically )?sets it to|it (?:is|will be)(?: automatically)? set to|its value is|the value is|the default is) (?P<value>(?!(?:\w+ed|null|empty|blank|all|not|the|an?)\b)[^\s,]+)(?: by default)?$", re.IGNORECASE),
    re.compile(r"\buse the default value (?P<value>\S+)$", re.IGNORECASE),
    re.compile(r"\bdefaults to (?P<value>\S+)$", re.IGNORECASE),
    re.compile(rf"^if {NOT_GIVEN}[^,]*, (?:the |its )?(?:value|[\w-]+) is (?:set to )?(?P<value>\S+) by default$", re.IGNORECASE),
    re.compile(rf"^if {NOT_GIVEN}[^,]*, (?:the |its )?[\w -]+ is (?:set to )?(?P<value>\d[\w.:-]*) by default$", re.IGNORECASE),
    re.compile(rf"^(?:if {NOT_GIVEN}[^,]*, )?the default (?:[a-z]\w* ){{1,4}}is set to (?P<value>\S+)$", re.IGNORECASE),
    re.compile(r"\bvalue is (?P<value>\S+), which is (?:also )?the default(?: value)?$", re.IGNORECASE),
    re.compile(rf"^(?:the |its )?value is (?P<value>\S+) (?:when|if) {NOT_GIVEN}$", re.IGNORECASE),
    re.compile(rf"^if {NOT_GIVEN}[^,]*, the (?P<value>\S+) (?:is|will be) used$", re.IGNORECASE),
)  # fmt: skip
ABSENT = re.compile(
    r"\bnot (?:specified|set|passed|sent|configured|transferred)\b|\b(?:left blank|empty|omitted)\b", re.IGNORECASE
)
"""A condition that is no other value of the field: there is none."""
BINDS = re.compile(r"(?:If|When|For(?! details| example| more)) ")
"""The start of an item that is about one case."""
ANY_VALUE = re.compile(r" is set to (?-i:N|n|X|x)\b", re.IGNORECASE)
"""A condition that every value meets."""
EXPLAINS = re.compile(r"[\w.-]+(?:, indicating |: )")
"""The start of a text that is a value with its explanation."""
AT_END = re.compile(r"\bDefault(?: value)?: ?(?P<value>[^\s,;]+)$")
"""A default that stands after the explanation of the last of several values, without a line of its own."""
BLANK = re.compile(r"(?:,? and is| (?:its|the) value is) (?:left )?\S+ by default$", re.IGNORECASE)
"""A sentence behind a bound that is about the default."""
INCLUDED = re.compile(r"\s*\(inclu(?:sive|ded)\)", re.IGNORECASE)
NULL = re.compile(
    r"\b(?:can|may|could|will) be (?:left )?null\b|\b(?:value|parameter|field)[^.]{0,30} is null\b|\bnull is returned\b|\bor null$",
    re.IGNORECASE,
)
NOTHING = {"n/a", "na", "n/a.", "none", "none.", "-", "--", "", "no", "not involved", "not involved.", "null"}


OPEN_LIST = re.compile(
    r"\b(?:example|e\.g\.|cannot\b[^.]*[:a-z]$|following (?:\w+ )?(?:requirements|formats|characters|ways|methods|fields|parameters|attributes)|include the following)\b|\b(?:following default values?|based on|depend\w*|var(?:y|ies)|requirements)\b",
    re.IGNORECASE,
)
"""Words above a list that is no closed list of values."""
REMARK = re.compile(
    r"(?:In|For|Currently|Note|Exercise|You) [^:]{20,}\.$|(?:This|The|These) [^:]{15,}\.$|"
    r"(?:if|when) (?:this parameter|it|the (?:parameter|value)) is (?:left blank|not |empty|omitted)|(?:the|this|these) .{50,}\.$",
    re.IGNORECASE,
)
"""An item after the values of a list that is no value: what happens where one is left out, or a remark."""
NOTED = re.compile(r"[^:]{0,40}\((?:by |the )?default", re.IGNORECASE)
"""A value that its note calls the default."""
RULE = re.compile(r"\bmust\b|\bcharacters\b", re.IGNORECASE)
"""A text above values that says which characters they have: they are parts of the value."""
RULES = re.compile(r"^(?:naming rules?|(?:value )?requirements?|rules?): ", re.IGNORECASE)
"""Words before a rule that say nothing of their own."""
REMARKED = re.compile(r"(?:For|If|When) |(?:The|This|These|You) [^:]{9,}\.$")
"""An item behind values that is a remark on them, or about one kind of the thing."""
COUNTED = re.compile(
    r"-?\d+: |(?-i:[A-Z][A-Z\d_.]+: [A-Z])|[^:]{0,80}: [\w.-]+ \([^()]+\)(?:,| or )|(?:the )?(?:value )?\d+ (?:\([^()]*\) )?(?:indicates|means|represents|stands)\b",
    re.IGNORECASE,
)
"""A sentence that names figures one after the other."""
OF_ANOTHER = re.compile(
    r"(?!.{0,60}\b(?:values?|options|following)\b.{0,30}:)[A-Za-z][\w .()/-]{0,40}: (?!-?\d+ \(|[\w.-]+ \([^()]+\)(?:, | or ))\S",
    re.IGNORECASE,
)
"""A sentence that first says of what it speaks."""
ENGINE = re.compile(
    r"(?:For|In) (?:an? |the )?(?:[A-Z][\w-]* ){1,3}(?:databases?|DB instances?|instances?|clusters?|engines?|services?|scenarios?)?,"
    r"|For (?:[A-Z][\w-]* ?){1,3},"
)
"""The start of a paragraph about one kind of the thing: all of its sentences are."""
OF_ITEM = re.compile(
    r"(?!.{0,60}\b(?:values?|options|default)\b.{0,30}:)[A-Z][\w ./-]{0,40}: (?:the|its|uses?) ", re.IGNORECASE
)
"""An item that first says of what it speaks, such as one protocol: its default is that one's."""
OF_ONE_KIND = re.compile(r"(?:The|For) (?:\w+ )?[A-Z]\w+ ")
"""A sentence about one kind of the thing, such as one engine: beside another such sentence it binds only that kind."""
SUBJECT = re.compile(r"[Tt]he (?P<kind>[\w-]+(?: [\w-]+)?) (?P<thing>\w+) (?:ranges?|is|can|must|cannot|should)\b")
"""The subject of a sentence, with the words that say which kind it is."""
CONSEQUENT = re.compile(
    r"(?:if|when|for|in)\b[^,]*, (?P<then>.*)|(?P<first>.*?),? (?:if|when|unless)\b.*", re.IGNORECASE
)
"""The part of a sentence that its condition is about."""
WEAK = re.compile(r"\b(?:negative|positive)\b", re.IGNORECASE)
"""A bound that says less than one with a figure."""
INTRO = re.compile(
    r"^[^.]*\b(?:value can be|value must be|(?:possible|valid|supported|available) values|values? (?:are|is)|options(?: are)?|one of the following(?: values)?|as follows)\s*:?$",
    re.IGNORECASE,
)
"""A line that stands above a list of values."""
INTRO_OF_VALUES = re.compile(r"\b(?:values?|options|value can be|one of)\b[^.]*:$", re.IGNORECASE)
"""A text above a list whose first items are values, whatever stands below them."""
ABOVE = re.compile(
    r"^\D*\b(?:can be|are|is|include|following(?: values?| options?)?(?: (?:are|is) (?:available|enumerated)| and is case-\w+)?|as follows|options|values?):$",
    re.IGNORECASE,
)
"""A sentence above a list that says nothing of its own: the list is read, or left over value by value."""
VOID = {"N/A", "N/A.", "n/a", "-", "--", "None", "None.", "NA"}

LENGTHS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"not (?:be )?(?:less|fewer|shorter) than (?P<low>{NUMBER})\b(?: characters)?,? (?:and |or |but )?not (?:be )?(?:more|longer|greater) than (?P<high>{NUMBER}) ?{CHARS}",
        rf"{RANGE} ?(?:{CHARS}|characters)",
        rf"{RANGE} (?:\w+ )?{CHARS}",
        rf"\blength\b(?: of the \w+)?(?: is| ranges| must be| can be|:)?(?: from| between)? {RANGE}{_NO_BYTES}",
        (
            rf"\b(?:max(?:imum)?\.?(?: of)?|maximum length(?: of| is|:)?|up to|at most|no (?:more|greater|larger|longer) than|not (?:more|greater|larger|longer) than|not longer than|cannot be longer than|less than or equal to"
            rf"|(?:cannot|must not|does not|do not|should not|not|can't) exceed|within) (?P<high>{NUMBER}) ?{CHARS}"
        ),
        rf"\b(?:maximum of|up to|at most) (?P<high>{NUMBER}) \w+ encoded characters",
        rf"\bmax\.? (?P<high>{NUMBER}) of (?:letters|digits)",
        rf"(?:length|characters?).{{0,40}}\b(?:cannot|must not|does not|should not|not) exceed (?P<high>{NUMBER})$",
        rf"\blength(?: of \w+)? (?:is|must be) (?:no|not) (?:more|greater|larger|longer) than (?P<high>{NUMBER}){_NO_BYTES}",
        rf"\b(?:maximum|max\.) length(?: is| of|:)? (?P<high>{NUMBER}){_NO_BYTES}",
        rf"\b(?:at least|minimum of|no fewer than|not less than) (?P<low>{NUMBER}) {CHARS}",
        rf"\b(?:contain(?:s|ing)?|consist(?:s|ing)? of|must be|is|has|of|fixed length of|length is|length of) (?:exactly )?(?P<exact>{NUMBER})(?:-| ){CHARS}(?! or)",
        rf"\ballows (?:exactly )?(?P<exact>{NUMBER}) characters$",
        rf"\b(?P<exact>{NUMBER})-characters? (?:string|text|ID)\b",
        rf"\b(?:fixed length of|length is|length of|length:) (?P<exact>{NUMBER})$",
        rf"^(?:the value (?:is|must be) )?(?P<exact>{NUMBER}) {CHARS}(?! or)",
    )
)
THINGS = r"(?:items|elements|records|members|entries|values|objects|\w*IDs|APIs|tags|rules|names|instances|addresses|apps|\w+s)"
COUNTS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"array length(?: is|:)? {RANGE}",
        rf"\barray length (?:is limited to|cannot exceed|is at most) (?P<high>{NUMBER})",
        rf"\barray length (?:is|must be) (?P<exact>{NUMBER})$",
        rf"^(?:the value contains |contains )?{RANGE} (?!characters|bytes|digits|letters){THINGS}$",
        rf"\b(?:contain|contains|include|includes) {RANGE} (?:items|elements|values)\b",
        rf"\b(?:at most|a maximum of|maximum of|up to|no more than) (?P<high>{NUMBER}) (?!(?:\w+ )?(?:characters|bytes|digits|letters))(?:(?:[\w-]+ ){{0,3}}{THINGS}|(?<=\b1 )\w+(?: \w+)?) (?:(?:is|are) (?:allowed|supported)|can be (?!as\b)\w+|at a time)",
        rf"^(?:at most|a maximum of|maximum of|up to|no more than) (?P<high>{NUMBER}) (?:items|elements|records|entries|values)$",
        rf"\bmaximum number of (?P<high>{NUMBER}) (?:\w+ )?{THINGS} (?:is|are) allowed",
        rf"\b(?:contains?|consist(?:s|ing)? of|specify|enter|add|include) (?:at most|a maximum of|up to|no more than) (?P<high>{NUMBER}) (?!(?:\w+ )?(?:characters|bytes|digits|letters))(?:\w+ )?{THINGS}$",
    )
)
NUMBERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?P<low>{NUMBER})\s*(?:<=|\u2264)\s*[A-Za-z_ ]+\s*(?:<=|\u2264)\s*(?P<high>{NUMBER})",
        rf"(?:>=|\u2265)\s*(?P<low>{NUMBER})|(?:<=|\u2264)\s*(?P<high>{NUMBER})",
        rf"\b(?:cannot|must not) be (?:less|smaller|lower) than (?P<low>{NUMBER}) (?:or|and|nor) (?:greater|more|larger|higher) than (?P<high>{NUMBER})",
        rf"\b(?:cannot|must not) be (?:less|smaller|lower) than (?P<low>{NUMBER})|\b(?:cannot|must not) be (?:greater|more|larger|higher) than (?P<high>{NUMBER})",
        rf"\bnot (?:be )?(?:less|smaller|lower) than (?P<low>{NUMBER})\b.*?\bnot (?:be )?(?:more|greater|larger|higher) than (?P<high>{NUMBER})",
        rf"\brange(?: is| from|:)? \[(?P<low>{NUMBER}), ?(?P<high>{NUMBER})\]",
        rf"\b(?:rang(?:es?|ing)|range is|value is|values? range)(?: is)?(?: from| between|:)? {RANGE}\b",
        rf"\b(?:integer|number|value|it|values|port)\b[^.;]{{0,40}}?\b(?:from|between|within|in the range(?: of| from)?|can be|is|must be) [\[(]?{RANGE}[\])]?(?= |$|,)",
        rf"\b(?:minimum|min\.)(?: (?:parameter )?value| limit)?(?: is|:)? (?P<low>{NUMBER})\b.*?\b(?:maximum|max\.)(?: value| limit)?(?: is|:)? (?P<high>{NUMBER})",
        rf"\b(?:maximum|max\.)(?: (?:parameter )?value)?(?: of this parameter)?(?: is|:)? (?P<high>{NUMBER})",
        rf"\b(?:minimum|min\.)(?: (?:parameter )?value)?(?: of this parameter)?(?: is|:)? (?P<low>{NUMBER})",
        rf"\b(?:greater|larger|more|higher) than or equal to (?P<low>{NUMBER})(?:.*\b(?:less|smaller|lower) than or equal to (?P<high>{NUMBER}))?",
        rf"\b(?:less|smaller|lower) than or equal to (?P<high>{NUMBER})|\b(?:cannot|must not|not) exceed (?P<also>{NUMBER})",
        rf"\b(?:greater|larger|more|higher) than (?P<above>{NUMBER})(?:\D*\b(?:less|smaller|lower) than (?P<below>{NUMBER}))?",
        rf"\b(?:not (?:be )?(?:less|smaller|lower) than|no (?:less|smaller|lower) than|at least) (?P<low>{NUMBER})",
        rf"\b(?:not (?:be )?(?:more|greater|larger|higher) than|at most) (?P<high>{NUMBER})",
        r"(?P<positive>\bpositive integer\b)",
        r"(?P<natural>\b(?:cannot|must not) be (?:a )?negative\b|\bnon-negative (?:integer|number)\b)",
    )
)
