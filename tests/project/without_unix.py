"""Imports every module below the folders that are named, as on a system without what only Unix has; prints their names.

Python's library and the libraries of others choose by `sys.platform` what they load, so these are loaded beforehand.
"""

from __future__ import annotations

import importlib
import os
import signal
import socket
import sys
from pathlib import Path
from types import ModuleType

MODULES = (
    "crypt",
    "curses",
    "fcntl",
    "grp",
    "nis",
    "pty",
    "pwd",
    "readline",
    "resource",
    "spwd",
    "syslog",
    "termios",
    "tty",
)
CALLS: dict[ModuleType, tuple[str, ...]] = {
    os: (
        *("fork", "forkpty", "register_at_fork", "posix_spawn", "posix_spawnp", "wait3", "wait4", "waitid", "killpg"),
        *("getuid", "geteuid", "getgid", "getegid", "getgroups", "setuid", "setgid", "setsid", "getsid", "getpgid"),
        *(
            "getpgrp",
            "setpgid",
            "tcgetpgrp",
            "openpty",
            "chown",
            "fchown",
            "lchown",
            "mkfifo",
            "mknod",
            "nice",
            "uname",
        ),
        *("sched_getaffinity", "getloadavg", "ctermid", "memfd_create", "sendfile", "pread", "pwrite"),
    ),
    signal: (
        *("SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGXFSZ", "SIGWINCH"),
        *("alarm", "pause", "setitimer", "pthread_sigmask", "sigwait", "siginterrupt"),
    ),
    socket: ("AF_UNIX", "socketpair", "sendmsg"),
}
OTHERS = (
    *("asyncio", "multiprocessing", "subprocess"),
    *(
        "boto3.session",
        "botocore.crt",
        "click",
        "cryptography.x509",
        "httpx",
        "itsdangerous",
        "requests",
        "rich.console",
    ),
    *("ansible.module_utils.basic", "ansible.plugins.lookup", "ansible.errors"),
)


def load_others() -> None:
    """Load what chooses by `sys.platform`."""
    for name in OTHERS:
        importlib.import_module(name)


def take_away() -> None:
    """Make the modules impossible to import, and delete the names."""
    for name in MODULES:
        sys.modules[name] = None  # type: ignore[assignment]  # Python's own way to say that there is none
    for module, names in CALLS.items():
        for name in names:
            if hasattr(module, name):
                delattr(module, name)


def import_all(folder: Path) -> None:
    """Import each file below the folder by its dotted name."""
    sys.path.insert(0, str(folder))
    for path in sorted(folder.rglob("*.py")):
        name = ".".join(path.relative_to(folder).with_suffix("").parts).removesuffix(".__init__")
        importlib.import_module(name)
        sys.stdout.write(f"{name}\n")


def print_every_help() -> None:
    """Start as the command does, and print the help of all commands and of those below them."""
    import click

    from suitetoken.cli import core_dumps, standard_streams
    from suitetoken.cli.main import run, suitetoken

    standard_streams.reopen()
    core_dumps.forbid()
    for name in suitetoken.list_commands(click.Context(suitetoken)):
        command = suitetoken.get_command(click.Context(suitetoken), name)
        below = sorted(command.commands) if isinstance(command, click.Group) else []
        for words in ([name], *([name, each] for each in below)):
            assert run([*words, "--help"]) == 0, words


if __name__ == "__main__":
    load_others()
    take_away()
    for argument in sys.argv[1:]:
        import_all(Path(argument))
    if "suitetoken.cli.main" in sys.modules:
        print_every_help()
