"""Runs the suite under pytest: the plugin with its cases, the reports at the end, and `conformance run` around it.

It imports everything below it; the suite, the self-test, the command line and the plugin import it.
"""
