"""Which files a process may touch from here on, asked of the kernel by the process itself.

It needs no privilege, so it works in containers too; where the kernel lacks it, `abi()` is 0.
Source: Linux `Documentation/userspace-api/landlock.rst`.
"""

import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446  # the same on all architectures
ASK_VERSION, PATH_BENEATH = 1, 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_DIR, MAKE_FILE, REFER, TRUNCATE = 1 << 7, 1 << 8, 1 << 13, 1 << 14
KNOWN_RIGHTS = {
    1: (1 << 13) - 1,
    2: (1 << 14) - 1,
    3: (1 << 15) - 1,
    4: (1 << 15) - 1,
    5: (1 << 16) - 1,
}
READ = EXECUTE | READ_FILE | READ_DIR
CHANGE = WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_FILE | REFER | TRUNCATE
WORK = READ_FILE | READ_DIR | CHANGE
DEVICE = READ_FILE | WRITE_FILE
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE  # rights that a plain file can have
TCP_BIND_AND_CONNECT = 0b11
ABSTRACT_SOCKETS_AND_SIGNALS = 0b11
SIGNALS_SINCE = 6


def abi() -> int:
    """The version of the interface; 0 where there is none."""
    version: int = ctypes.CDLL(None).syscall(CREATE_RULESET, None, ctypes.c_size_t(0), ASK_VERSION)
    return max(version, 0)


def restrict(
    *, readable: Iterable[Path], writable: Iterable[Path], devices: Iterable[Path]
) -> None:
    """Leave only these paths (those that exist) to this process and all it starts, for good.

    From version 6 on, signals reach only processes restricted together. Raises: OSError.
    """
    version = abi()
    known = KNOWN_RIGHTS[min(version, max(KNOWN_RIGHTS))]
    network = TCP_BIND_AND_CONNECT if version >= 4 else 0  # noqa: PLR2004  # see the source
    scope = ABSTRACT_SOCKETS_AND_SIGNALS if version >= SIGNALS_SINCE else 0
    size = 24 if version >= SIGNALS_SINCE else 16 if network else 8
    attributes = struct.pack("QQQ", known, network, scope)[:size]
    ruleset = call(CREATE_RULESET, attributes, ctypes.c_size_t(size), 0)
    try:
        for paths, rights in ((readable, READ), (writable, WORK), (devices, DEVICE)):
            for path in paths:
                allow(ruleset, path, rights & known)
        call(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def allow(ruleset: int, path: Path, rights: int) -> None:
    """One rule; a path that does not exist needs none."""
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights = rights if path.is_dir() else rights & ON_FILES
        call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, opened), 0)
    finally:
        os.close(opened)


def call(number: int, *arguments: object) -> int:
    """A system call that raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    result: int = libc.syscall(number, *arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result
