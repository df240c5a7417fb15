"""Runs a command that must not outlive the lab: `python leash.py PARENT_PID COMMAND...` asks the kernel to end this
process when its parent dies, however it dies, and then becomes the command. So a killed lab leaves no homeserver
behind. Where the kernel offers no such thing (all but Linux) it only becomes the command.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""prctl(2)."""


def main(parent: int, command: list[str]) -> None:
    """Becomes the command; never returns."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # It died before the kernel was asked.
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
