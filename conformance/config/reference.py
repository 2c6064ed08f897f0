"""The tables of docs/configuration.md, made from the options and the keys.

Refresh the page with ``python -m conformance.config.reference docs/configuration.md``.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.config.options import RUN_OPTIONS, Option
from conformance.config.tables import IamTable, TargetTable
from conformance.config.targets import TARGET_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel

__all__ = ["iam_table", "options_table", "refreshed", "target_table"]


def options_table() -> str:
    """Return the run options as a Markdown table."""
    rows = [
        (
            f"`{_usage(option)}`",
            f"`{option.name}`" if option.in_file else "",
            f"`{option.variable}`",
            option.shown_default,
            _meaning(option),
        )
        for option in RUN_OPTIONS
    ]
    return _table(("option", "`[run]`", "environment", "default", "meaning"), rows)


def target_table() -> str:
    """Return the keys of ``[targets.NAME]`` as a Markdown table."""
    return _keys(TargetTable, {key: variable for variable, key in TARGET_VARIABLES.items()})


def iam_table() -> str:
    """Return the keys of ``[targets.NAME.iam]`` as a Markdown table."""
    return _keys(IamTable, {})


def refreshed(page: str) -> str:
    """Return the page with what stands between ``<!-- NAME -->`` and ``<!-- end -->`` made anew."""
    for name, table in (("options", options_table()), ("target", target_table()), ("iam", iam_table())):
        block = f"<!-- {name} -->\n{table}<!-- end -->".replace("\\", r"\\")
        page = re.sub(rf"<!-- {name} -->\n.*?<!-- end -->", block, page, flags=re.DOTALL)
    return page


def _usage(option: Option) -> str:
    value = "|".join(option.choices) or option.metavar
    return f"{option.flag()} {value}" if value else option.flag()


def _meaning(option: Option) -> str:
    limits = f" Give {option.allowed}." if option.kind in ("int", "float") else ""
    return f"{option.help}{limits}{' Repeatable.' if option.repeatable else ''}"


def _keys(model: type[BaseModel], variables: dict[str, str]) -> str:
    rows = [
        (
            f"`{key}`",
            f"`{variables[key]}`" if key in variables else "",
            "required" if field.is_required() else "this or `iam`" if key == "token" else "",
            f"`{(field.examples or [''])[0]}`",
            field.description or "",
        )
        for key, field in model.model_fields.items()
    ]
    return _table(("key", "environment", "", "example", "meaning"), rows)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        page = Path(argument)
        page.write_text(refreshed(page.read_text(encoding="utf-8")), encoding="utf-8")
