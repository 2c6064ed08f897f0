"""Runs the suite under pytest: the plugin with its cases, the preview and consent, and the reports.

It imports everything below it; the suite, the self-test, the command line and the plugin import it.
"""
