"""How pytest runs the suite: the cases, what becomes of their verdicts, and the reports at the end.

It imports everything below it; the suite, the self-test, the command line and the plugin import it.
"""
