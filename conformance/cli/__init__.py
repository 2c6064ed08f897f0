"""The command `conformance`: a module for each group of commands, imported when one of them is called.

It imports everything but the plugin; only `__main__` imports it.
"""

from conformance.cli.entry import cli, main

__all__ = ["cli", "main"]
