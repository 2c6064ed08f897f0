"""What a failed test says: the promise, what was accepted, what came, who answered, and how to see it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.judge.verdict import DISAGREEMENT, AnsweredBy
from conformance.report.words import answer_words, lines_to_set, responder_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.contract.clause import Clause
    from conformance.judge.verdict import Verdict
    from conformance.report.record import Evidence

__all__ = ["failure_message"]


def failure_message(
    clause: Clause,
    verdict: Verdict,
    title: str,
    reproduce: str,
    evidence: Evidence | None,
    *,
    variables: Mapping[str, str] | None = None,
) -> str:
    """Several lines; the first is `LEVEL CLAUSE: what happened`. `variables` says how each is set.

    What came stands early: JUnit's viewers show the first 500 characters.
    """
    apart = f": {DISAGREEMENT}" if verdict.answered_by is AnsweredBy.GATEWAY else ""
    lines = [
        f"{clause.level} {clause.id}: {verdict.message}",
        f"  sent         {title} ({verdict.probe})",
        f"  accepted     {' | '.join(verdict.accepted)}",
        f"  got          {verdict.got}, {responder_words(verdict, evidence)}{apart}",
        *([f"  answer       {answer_words(evidence)}"] if evidence else []),
        f"  promise      {clause.title}",
        f"  quote        {' '.join(clause.quote.split())[:200]} ({clause.section}, {clause.basis})",
        f"  reproduce    {reproduce}",
    ]
    if evidence is not None:
        lines += [f"  set          {line}" for line in lines_to_set(variables or {}, [evidence.curl])]
        lines.append(f"  exchange     {evidence.curl}")
    return "\n".join(lines)
