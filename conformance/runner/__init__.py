"""Runs the suite under pytest: the plugin with its cases, what precedes a run, and the reports at its end.

It imports everything below it; the suite, the self-test, the command line and the plugin import it.
"""
