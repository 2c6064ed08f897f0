"""How pytest runs the suite: the cases, what becomes of their verdicts, and the reports at the end.

It imports everything below it; only `conformance.cli` and `conformance.plugin` import it.
"""
