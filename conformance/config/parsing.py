"""From a raw table to a :class:`TargetTable`, with pydantic's findings translated into one line of plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from conformance.config.mistakes import Wrong, closest, mistake, shown
from conformance.config.tables import IamTable, TargetTable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic_core import ErrorDetails

    from conformance.config.origins import Origin
    from conformance.exceptions import UsageError

__all__ = ["example", "parse_table"]

_NUMBER_LIMITS = {"greater_than_equal": "ge", "less_than_equal": "le", "greater_than": "gt"}
_PROBLEMS = {
    "missing": "is missing",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "finite_number": "must be a finite number",
    "string_type": "must be a text",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "greater_than_equal": "{input} is under {limit}",
    "less_than_equal": "{input} is over {limit}",
    "greater_than": "{input} is not over {limit}",
}


def parse_table(table: Mapping[str, object], origin: Origin) -> TargetTable:
    """Check a target's table by itself. Raises UsageError for its worst mistake; a misspelt key comes first."""
    try:
        return TargetTable.model_validate(dict(table))
    except ValidationError as error:
        details = error.errors(include_url=False)
    details.sort(key=lambda detail: detail["type"] != "extra_forbidden")
    raise _translated(details[0], origin)


def example(key: str, model: type[BaseModel] = TargetTable) -> str:
    """Return the value that a key's example gives, as TOML."""
    examples = model.model_fields[key].examples or []
    return str(examples[0])


def _translated(detail: ErrorDetails, origin: Origin) -> UsageError:
    kind, context = detail["type"], detail.get("ctx", {})
    location = [str(part) for part in detail["loc"]]
    place = origin.place(".".join(location))
    in_iam = len(location) > 1 and location[0] == "iam"
    model: type[BaseModel] = IamTable if in_iam else TargetTable
    if kind == "extra_forbidden":
        return mistake(place, "there is no such key", closest(location[-1], model.model_fields))
    if kind == "literal_error":
        return mistake(place, f"must be {context['expected']}", origin.example(location[0], example(location[0])))
    key = location[1] if in_iam else location[0]
    mend = origin.example(".".join(location[: 1 + in_iam]), example(key, model))
    wrong = context.get("error")
    if isinstance(wrong, Wrong):
        return mistake(place, wrong.problem, wrong.mend or mend)
    limit = int(context.get(_NUMBER_LIMITS.get(kind, ""), 0))
    # Only numbers are repeated: a text may be a secret that landed under the wrong key.
    problem = _PROBLEMS[kind].format(limit=limit, input=shown(detail["input"]))
    return mistake(place, problem, mend)
