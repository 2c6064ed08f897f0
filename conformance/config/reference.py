"""The documentation of the options and keys: tables of docs/configuration.md, the file of `conformance init`, a schema.

Refresh the page with ``python -m conformance.config.reference docs/configuration.md``. The JSON Schema is of draft 7,
which the editors' TOML plug-ins read. What it cannot say (references to secrets, urls, globs on ids) is checked when
the file is read.
"""

from __future__ import annotations

import json
import os
import re
import sys
import textwrap
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.config.errors import config_error
from conformance.config.options import RUN_OPTIONS, Option
from conformance.config.tables import IAM, UNKNOWN, keys_of
from conformance.report.files import write_text
from conformance.report.formats.registry import reports_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from conformance.config.keys import Key
    from conformance.contract.contract import Contract

_WIDTH = 120
# "# " begins an explanation, "#" without a space a key with an example: take the "#" away to use it.
_HEAD = """\
#:schema {schema}
# Configuration of `conformance`; docs/configuration.md is the reference.
# Take the "#" from a line that begins with "#" and no space to use it. Relative paths start at this file's directory.

[run]
# The options of `conformance run`. The command line wins, then the environment (CONFORMANCE_PROFILE and so on), then
# this table.

"""
_TARGETS = """
# One table for each deployment: `conformance run staging` tests this one.
[targets.staging]
"""
_OPTIONAL = """
# Each of these is optional; a clause that needs one that is missing is reported as not tested.

"""
_TYPES: dict[str, dict[str, Any]] = {
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "table": {"type": "object", "additionalProperties": {"type": "string"}},
}
_TEXT = {"type": "string", "minLength": 1}


def options_table() -> str:
    """Return the run options as a Markdown table."""
    rows = [
        (
            f"`{_usage(option)}`",
            f"`{option.name}`" if option.in_file else "",
            f"`{option.variable}`",
            option.shown_default,
            f"{_meaning(option)}{' Repeatable.' if option.repeatable else ''}",
        )
        for option in RUN_OPTIONS
    ]
    return _markdown(("option", "`[run]`", "environment", "default", "meaning"), rows)


def keys_table(keys: Iterable[Key], *, variables: bool = True) -> str:
    """Return the keys of a table as a Markdown table."""
    rows = [
        (
            f"`{key.name}`",
            f"`{key.variable}`" if variables and key.variable and key.name != "base_url" else "",
            "required" if key.required else "this or `iam`" if key.name == "token" else "",
            f"`{key.example}`",
            key.about,
        )
        for key in keys
        if key.about
    ]
    return _markdown(("key", "environment", "", "example", "meaning"), rows)


def refreshed(page: str, contract: Contract) -> str:
    """Return the page with what stands between ``<!-- NAME -->`` and ``<!-- end -->`` made anew."""
    tables = {
        "options": options_table(),
        "target": keys_table(keys_of(contract)),
        "iam": keys_table(IAM, variables=False),
        "reports": reports_table(),
    }
    for name, table in tables.items():
        block = f"<!-- {name} -->\n{table}<!-- end -->".replace("\\", r"\\")
        page = re.sub(rf"<!-- {name} -->\n.*?<!-- end -->", block, page, flags=re.DOTALL)
    return page


def template(contract: Contract, spec: str | None = None, schema: str = "conformance.schema.json") -> str:
    """The commented conformance.toml for a contract: every option and key, explained.

    `spec` is the contract's directory, as it is to stand there; None for the shipped contract. `schema` is the file
    with the JSON Schema, by which editors check this one.
    """
    given = {"profile": None} if spec is None else {"profile": None, "spec": json.dumps(spec, ensure_ascii=False)}
    options = "".join(_entry(option, given) for option in RUN_OPTIONS if option.in_file)
    keys = [key for key in keys_of(contract) if key.about]
    needed = [key for key in keys if key.required or key.name == "token"]
    optional = [key for key in keys if key not in needed and not key.keys]
    lines = [_HEAD.format(schema=schema), options, _TARGETS]
    lines += [f"{_comment(key.about)}{key.name} = {key.example}\n" for key in needed]
    lines += [_OPTIONAL, *(f"{_comment(key.about)}#{key.name} = {key.example}\n" for key in optional)]
    for key in keys:
        if key.keys:
            lines += [f"\n{_comment(key.about)}#[targets.staging.{key.name}]\n"]
            lines += [f"{_comment(one.about)}#{one.name} = {one.example}\n" for one in key.keys]
    return "".join(lines)


def write_template(path: Path, contract: Contract, spec: Path | None = None) -> Path:
    """Write the template to a new file, and its JSON Schema beside it, whose path is returned.

    `spec` is the contract's directory, None for the shipped contract. Raises UsageError for a path where something
    stands or nothing can be made. A schema that is there is made anew.
    """
    named = None if spec is None else os.path.relpath(spec, path.parent)  # relative paths start at the file
    schema = path.with_suffix(".schema.json")
    try:
        with path.open("x"):
            pass
        try:
            write_text(path, template(contract, named, schema.name))
            write_text(schema, schema_text(contract))
        except OSError:
            path.unlink()  # a part of it would be in the way of the next try
            raise
    except FileExistsError:
        raise config_error(
            str(path), "exists already and is not overwritten", "move it away, or name another path"
        ) from None
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a path"
        raise config_error(str(path), f"cannot be written ({reason})", "name a path in a writable directory") from None
    return schema


def _entry(option: Option, given: Mapping[str, str | None]) -> str:
    default = "" if option.choices and option.default is not None else f" Default: {option.shown_default}."
    mark = "" if option.name in given else "#"
    value = given.get(option.name) or _value(option)
    return f"{_comment(f'{_meaning(option)}{default}')}{mark}{option.name} = {value}\n"


def _value(option: Option) -> str:
    """An example of an option, as TOML."""
    if option.example:
        return option.example
    if option.kind == "bool":
        return "true"
    return f'"{option.default}"' if isinstance(option.default, str) else str(option.default)


def _comment(sentence: str) -> str:
    return "".join(f"# {line}\n" for line in textwrap.wrap(sentence, _WIDTH - 2, break_long_words=False))


def _usage(option: Option) -> str:
    value = option.metavar or "|".join(option.choices)
    return f"{option.flag()} {value}" if value else option.flag()


def _meaning(option: Option) -> str:
    return f"{option.help} Give {option.allowed}." if option.kind in ("int", "float") else option.help


def _markdown(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


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


if __name__ == "__main__":
    from conformance.spec import load_contract

    for argument in sys.argv[1:]:
        page = Path(argument)
        page.write_text(refreshed(page.read_text(encoding="utf-8"), load_contract()), encoding="utf-8")
