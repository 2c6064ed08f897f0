"""The words that complete a command line in a shell: targets, ids of clauses and probes, faults and variants."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

from conformance.cli.options import contract_of
from conformance.exceptions import ConformanceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import click

    from conformance.config.options import Option

    Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _completing(words: Callable[[click.Context], Iterable[str]]) -> Complete:
    """Make click's callback. Where a file of the user is wrong nothing is completed: the command says what is wrong."""

    def complete(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        try:
            return [CompletionItem(word) for word in dict.fromkeys(words(context)) if word.startswith(incomplete)]
        except ConformanceError:
            return []

    return complete


@_completing
def targets(context: click.Context) -> Iterable[str]:
    """The targets that conformance.toml describes."""
    from conformance.config.settings import find_file

    file = find_file({"config": context.params.get("config")}, os.environ)
    return file.targets if file else ()


@_completing
def clause_ids(context: click.Context) -> Iterable[str]:
    """The ids of the clauses."""
    return contract_of(context.params.get("spec")).catalogue.by_id


@_completing
def probe_ids(context: click.Context) -> Iterable[str]:
    """The ids of the probes and properties."""
    return _probes(context)


@_completing
def ids(context: click.Context) -> Iterable[str]:
    """The ids of clauses, probes and properties."""
    return [*contract_of(context.params.get("spec")).catalogue.by_id, *_probes(context)]


@_completing
def fault_ids(_: click.Context) -> Iterable[str]:
    """The ids of the mock's faults."""
    from conformance.mock.faults import FAULTS

    return FAULTS


@_completing
def variant_ids(_: click.Context) -> Iterable[str]:
    """The ids of the mock's variants."""
    from conformance.mock.variants import VARIANTS

    return VARIANTS


@_completing
def subject_ids(_: click.Context) -> Iterable[str]:
    """The ids of the mock's faults and variants."""
    from conformance.mock.faults import FAULTS
    from conformance.mock.variants import VARIANTS

    return [*FAULTS, *VARIANTS]


def of_option(option: Option) -> Complete | None:
    """The completion of the value of an option of a run; None where there is none."""
    named = {"select": clause_ids, "deselect": clause_ids, "probe": probe_ids}
    if option.choices:
        return _completing(lambda _: option.choices)
    if option.kind in ("path", "database"):
        return lambda _, __, incomplete: [CompletionItem(incomplete, type="file")]
    return named.get(option.name)


def _probes(context: click.Context) -> Iterable[str]:
    from conformance.explain.catalogue import tests_of

    return [one.id for one in tests_of(contract_of(context.params.get("spec")))]
