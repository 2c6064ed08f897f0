"""Where a command prints: standard output or error, or what is left of it."""

from __future__ import annotations

import errno
import os

from rich.console import Console

__all__ = ["Output", "discard"]


def discard(descriptor: int) -> None:
    """Let what is written to a file descriptor go nowhere from now on."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


class Output(Console):
    """A console that says no more once nobody reads it; what is under way goes on.

    That is so behind `| head -1`, and where the terminal has gone.
    """

    def on_broken_pipe(self) -> None:
        """Let what is left in the buffer go nowhere, where rich would end the process with exit code 1."""
        self.quiet = True
        discard(self.file.fileno())

    def _check_buffer(self) -> None:
        try:
            super()._check_buffer()
        except OSError as error:
            if error.errno != errno.EIO:  # a terminal that has gone
                raise
            self.on_broken_pipe()
