"""Starts a server that dies with the one who started it, as another user where it may not be root.

    python -I -S tether.py <parent pid> <uid>:<gid>|- <signal when the parent dies> <command> <argument>…

Runs as a script, before a server, in a few milliseconds: the standard library only.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, number: int) -> None:
    """Have the kernel send this process a signal when the thread that started it ends (Linux; elsewhere nothing).

    Must come after any change of user, which would undo it. Leaves at once if the parent has gone already.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _become(account: str) -> None:
    if account == "-":
        return
    uid, gid = (int(number) for number in account.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


if __name__ == "__main__":
    started_by, run_as, at_death, *command = sys.argv[1:]
    _become(run_as)
    die_with_parent(int(started_by), int(at_death))
    try:
        os.execv(command[0], command)  # noqa: S606 - the command is our own supervisor's
    except OSError as error:
        sys.exit(f"{command[0]} cannot be run: {error.strerror}")
