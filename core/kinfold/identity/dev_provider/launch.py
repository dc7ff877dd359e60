"""Becomes the provider's Node process, tied to the life of the process that asked for it.

In:  argv: the parent's process id, "1" if the kernel shall tie us to it, then the program and its arguments.
Out: nothing; this process image is replaced.

A program of its own instead of code between fork and exec, because such code can deadlock a threaded parent.
The kernel's tie follows the *thread* that started us, so it is used only when that was the main thread; the
script's watch on its standard input holds in every case.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, is_tied, *program = sys.argv[1:]
    if is_tied == "1" and sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != int(parent):  # it died before the tie held
        sys.exit(1)
    os.execv(program[0], program)  # noqa: S606  (no shell, and the program is ours)


main()
