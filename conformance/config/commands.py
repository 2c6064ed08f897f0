"""A secret that a program prints: ``command:PROGRAM ARGUMENTS``, started without a shell."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from conformance.config.mistakes import Wrong

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["SECONDS", "output_of"]

SECONDS = 30.0
_MOST = 100_004  # enough to see that it is too long for a token, even with a line break
_MEND = "let it print the token, and nothing else, on standard output"


def output_of(line: str, environ: Mapping[str, str], directory: Path, seconds: float = SECONDS) -> str:
    """Return what the program prints, in latin-1.

    It runs in ``directory``, with nothing on its standard input; what it writes to standard error is not shown, since
    it may be secret. Raises Wrong where it cannot be started, fails, or is not done after so many seconds.
    """
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise Wrong(f"what follows command: cannot be taken apart ({error})", "quote it as a shell would") from None
    if not words:
        raise Wrong("what follows command: is empty", 'write "command:PROGRAM ARGUMENTS"')
    try:
        process = subprocess.Popen(  # noqa: S603 - the user's own program, without a shell
            words,
            cwd=directory,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,  # whoever closes or outlives a buffered pipe waits for the thread that reads it
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a program"
        raise Wrong(f"the program {words[0]} cannot be started ({reason})", "give a path, or a name on PATH") from None
    printed = _printed(process, words[0], seconds)
    if process.returncode:
        raise Wrong(f"the program {words[0]} failed (exit code {process.returncode})", "run it by hand to see why")
    return printed.decode("latin-1")


def _printed(process: subprocess.Popen[bytes], program: str, seconds: float) -> bytes:
    """What it prints, up to a limit; a thread reads it, since a pipe cannot be waited for everywhere.

    Where something that left the program's process group holds the pipe open, the thread is abandoned with it.
    """
    printed = bytearray()
    deadline = time.monotonic() + seconds
    reader = threading.Thread(target=_read, args=(process, printed), daemon=True)
    reader.start()
    try:
        reader.join(seconds)
        late = reader.is_alive()
        if not late and len(printed) < _MOST:
            process.wait(max(deadline - time.monotonic(), 0.1))
    except subprocess.TimeoutExpired:
        late = True
    finally:
        if process.returncode is None:
            _kill(process)
    if late:
        raise Wrong(f"the program {program} did not end within {seconds:g} seconds", _MEND)
    if len(printed) == _MOST:
        raise Wrong(f"the program {program} prints over 100,000 characters", _MEND)
    return bytes(printed)


def _read(process: subprocess.Popen[bytes], printed: bytearray) -> None:
    """Read what it prints until it ends, or there is too much of it."""
    assert process.stdout is not None  # noqa: S101 - it is a pipe
    with process.stdout as pipe:
        while len(printed) < _MOST and (more := pipe.read(_MOST - len(printed))):
            printed += more


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Leave nothing of its process group running; nobody has waited for it yet, so the number is still its own."""
    if os.name == "posix":
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
