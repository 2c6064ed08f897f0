"""The JSON Schema of conformance.toml, made of the tables that the documentation is made of; editors check with it.

It is of draft 7, which the editors' TOML plug-ins read. What it cannot say (references to secrets, urls, globs on ids)
is checked when the file is read.
"""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

from conformance.config.options import RUN_OPTIONS
from conformance.config.tables import UNKNOWN, keys_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from conformance.config.keys import Key
    from conformance.config.options import Option
    from conformance.contract.contract import Contract

__all__ = ["schema_of", "schema_text"]

_TYPES: dict[str, dict[str, Any]] = {
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "table": {"type": "object", "additionalProperties": {"type": "string"}},
}
_TEXT = {"type": "string", "minLength": 1}


def schema_of(contract: Contract) -> dict[str, Any]:
    """The schema of a conformance.toml for a contract."""
    target = _table(keys_of(contract))
    target["anyOf"] = [{"required": ["token"]}, {"required": ["iam"]}]
    options = [option for option in RUN_OPTIONS if option.in_file]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"conformance.toml for {contract.operation.id}",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "run": {
                "type": "object",
                "description": "The options of `conformance run`.",
                "additionalProperties": False,
                "properties": {option.name: _option(option) for option in options},
            },
            "targets": {
                "type": "object",
                "description": "One table for each deployment: `conformance run NAME` tests it.",
                "additionalProperties": target,
            },
        },
    }


def schema_text(contract: Contract) -> str:
    """The schema as the text of a file."""
    return json.dumps(schema_of(contract), ensure_ascii=False, indent=2) + "\n"


def _option(option: Option) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_TYPES.get(option.kind, _TEXT))
    if option.choices:
        schema = {"enum": [str(choice) for choice in option.choices]}
    bounds = {"minimum": option.minimum, "maximum": option.maximum, "exclusiveMinimum": option.above}
    schema |= {name: bound for name, bound in bounds.items() if bound is not None}
    if option.repeatable:
        schema = {"anyOf": [schema, {"type": "array", "items": schema}]}
    default = {} if option.default is None else {"default": option.default}
    return {"description": f"{option.help} Default: {option.shown_default}.", **schema, **default}


def _table(keys: Iterable[Key]) -> dict[str, Any]:
    found = list(keys)
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [key.name for key in found if key.required],
        "properties": {key.name: _key(key) for key in found},
    }


def _key(key: Key) -> dict[str, Any]:
    about = {"description": key.about} if key.about else {}
    if key.keys:
        return {**about, **_table(key.keys)}
    examples = [] if key.example == UNKNOWN else [tomllib.loads(f"x = {key.example}")["x"]]
    return {**about, **(key.schema or _TYPES.get(key.kind, _TEXT)), "examples": examples}
