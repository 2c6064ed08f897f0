"""The selection of clauses and probes."""

# ruff: noqa: E501 - a row of a table stays on its line, with the whole message

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.config.settings import check_globs, load_settings, select_clauses, select_probes

if TYPE_CHECKING:
    from collections.abc import Callable

CLAUSES = frozenset({"status.401.missing-token", "status.403.permission", "status.404.missing", "path.maximum"})


def chosen(**cli: Any) -> frozenset[str]:  # noqa: ANN401 - whatever the command line gives
    """Return the clauses that these options select."""
    return select_clauses(load_settings(cli, {}, None), CLAUSES)


def test_without_globs_every_clause_is_selected() -> None:
    """Without --select and --deselect every clause is selected."""
    assert chosen() == CLAUSES


def test_select_and_deselect_are_globs() -> None:
    """--select keeps what any glob matches; --deselect takes away from it."""
    assert chosen(select=("status.40[34].*", "path.*")) == CLAUSES - {"status.401.missing-token"}
    assert chosen(select=("status.*",), deselect=("*missing*",)) == {"status.403.permission"}
    assert chosen(deselect=("status.*",)) == {"path.maximum"}


@pytest.mark.parametrize(
    ("cli", "expected"),
    [
        pytest.param({"select": ("path.maximun",)}, '--select: "path.maximun" matches no clause; did you mean "path.maximum"?', id="misspelt"),
        pytest.param({"deselect": ("x",)}, '--deselect: "x" matches no clause; `conformance clauses` lists the ids', id="matches nothing"),
        pytest.param({"select": ("PATH.*",)}, '--select: "PATH.*" matches no clause; `conformance clauses` lists the ids', id="capitals"),
        pytest.param({"select": ("path",)}, '--select: "path" matches no clause; `conformance clauses` lists the ids', id="part of an id"),
        pytest.param({"deselect": ("*",)}, "--deselect: no clause is selected; select more or deselect less", id="all deselected"),
        pytest.param({"select": ("path.*",), "deselect": ("path.*",)}, "--deselect: no clause is selected; select more or deselect less", id="nothing left"),
    ],
)  # fmt: skip
def test_useless_selection_is_one_line(cli: dict[str, object], expected: str, refusal: Callable[..., str]) -> None:
    """A glob that matches nothing and a selection of nothing are usage errors naming the option."""
    assert refusal(chosen, **cli) == expected


def test_empty_catalogue_selects_nothing(refusal: Callable[..., str]) -> None:
    """Without any clause, nothing is selected."""
    message = refusal(select_clauses, load_settings({}, {}, None), frozenset())
    assert message == "the default: no clause is selected; select more or deselect less"


def test_source_of_a_glob_is_named(refusal: Callable[..., str]) -> None:
    """A glob from the environment is reported under its variable."""
    settings = load_settings({}, {"CONFORMANCE_SELECT": "x"}, None)
    assert refusal(select_clauses, settings, CLAUSES).startswith('CONFORMANCE_SELECT: "x" matches no clause; ')


def test_check_globs_gives_every_match() -> None:
    """The ids that any glob matches are returned; no glob matches none."""
    assert check_globs(["path.*", "*.maximum"], CLAUSES, "x") == {"path.maximum"}
    assert check_globs([], CLAUSES, "x") == frozenset()


def test_probes_are_selected_by_exact_id() -> None:
    """--probe selects by id, not by glob; without it every probe is selected."""
    probes = ["id.zero", "id.[1]"]
    assert select_probes(load_settings({}, {}, None), probes) == set(probes)
    assert select_probes(load_settings({"probe": ("id.[1]",)}, {}, None), probes) == {"id.[1]"}


def test_unknown_probe_is_one_line(refusal: Callable[..., str]) -> None:
    """An unknown probe is a usage error with the nearest id."""
    settings = load_settings({"probe": ("id.zer0",)}, {}, None)
    expected = '--probe: there is no probe "id.zer0"; did you mean "id.zero"?'
    assert refusal(select_probes, settings, ["id.zero"]) == expected
