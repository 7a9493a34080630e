"""Processes that cannot outlive the test that started them, and waiting that has an end and a reason.

Run as a program (`process.py PARENT COMMAND…`) it is the launcher: it asks the kernel for SIGKILL at its parent's death and
then becomes COMMAND, so the pid that the test knows is the pid of COMMAND.
"""
import concurrent.futures
import ctypes
import os
import signal
import subprocess
import sys
import time

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.05

# The kernel means the death of the thread that forked, so all are forked by one thread that lives as long as the process.
_forker = concurrent.futures.ThreadPoolExecutor(max_workers=1, thread_name_prefix="forker")


def spawn(command, **options):
    """subprocess.Popen that dies with this process. A session of its own: Ctrl-C reaches the test alone, which then cleans up."""
    launcher = [sys.executable, "-S", "-E", "-B", os.path.abspath(__file__), str(os.getpid())]
    options.setdefault("stdin", subprocess.DEVNULL)
    return _forker.submit(subprocess.Popen, launcher + [str(c) for c in command], start_new_session=True, **options).result()


def wait_until(condition, seconds, what):
    """The first true value of condition(), which is asked again and again. TimeoutError names what never came."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds} s in vain for {what}")
        time.sleep(POLL_SECONDS)


def state(pid):
    """The kernel's letter for a process: R, S, T (stopped), Z (dead, not yet reaped) …; None if there is none."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return None


def _launch():
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0):
        sys.exit(f"prctl: {os.strerror(ctypes.get_errno())}")
    if os.getppid() != parent:  # it died before the kernel was asked
        sys.exit("the parent is gone")
    os.execvp(command[0], command)


if __name__ == "__main__":
    _launch()
