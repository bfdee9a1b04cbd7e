"""A filter in the kernel that takes away the system calls no reader of files needs.

The program is classic BPF, put together here: for each call a comparison and a verdict.
Source: Linux `Documentation/userspace-api/seccomp_filter.rst`; numbers from `asm/unistd_64.h`
(x86_64) and `asm-generic/unistd.h` (aarch64).
"""

import ctypes
import errno
import os
import platform
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Machine:
    """A processor architecture: its audit number and its column in the table of calls."""

    audit: int
    column: int


MACHINES = {"x86_64": Machine(0xC000003E, 0), "aarch64": Machine(0xC00000B7, 1)}
X32_CALLS = 0x40000000  # the 32-bit-pointer calls of x86_64 begin here

NONE = -1  # the architecture has no such call
REFUSED: dict[str, tuple[int, int]] = {
    # network, and passing descriptors about
    "socket": (41, 198), "socketpair": (53, 199), "connect": (42, 203), "bind": (49, 200),
    "listen": (50, 201), "accept": (43, 202), "accept4": (288, 242), "sendto": (44, 206),
    "sendmsg": (46, 211), "sendmmsg": (307, 269), "recvfrom": (45, 207), "recvmsg": (47, 212),
    "recvmmsg": (299, 243),
    # a second way to every other call
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "tkill": (200, 130), "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    "setsid": (112, 157), "setpgid": (109, 154),  # what a job starts stays in its group, and dies with it
    # the kernel's keys, name spaces, mounts and itself
    "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218), "unshare": (272, 97),
    "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "chroot": (161, 51), "move_mount": (429, 429), "open_tree": (428, 428), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433), "mount_setattr": (442, 442),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "init_module": (175, 105),
    "finit_module": (313, 273), "delete_module": (176, 106), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "sethostname": (170, 161),
    "setdomainname": (171, 162), "quotactl": (179, 60), "quotactl_fd": (443, 443), "acct": (163, 89),
    "iopl": (172, NONE), "ioperm": (173, NONE), "modify_ldt": (154, NONE), "syslog": (103, 116),
    "personality": (135, 92), "settimeofday": (164, 170), "clock_settime": (227, 112),
    "clock_adjtime": (305, 266), "adjtimex": (159, 171), "fanotify_init": (300, 262),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "vhangup": (153, 58),
    "lookup_dcookie": (212, 18), "nfsservctl": (180, 42), "setrlimit": (160, 164),
    # memory that no limit counts
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "shmat": (30, 196),
    "msgget": (68, 186), "semget": (64, 190), "mq_open": (240, 180),
    # what a file is, apart from its bytes
    "chmod": (90, NONE), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, NONE), "lchown": (94, NONE), "fchown": (93, 55), "fchownat": (260, 54),
    "utime": (132, NONE), "utimes": (235, NONE), "utimensat": (280, 88), "futimesat": (261, NONE),
    "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14),
    "lremovexattr": (198, 15), "fremovexattr": (199, 16), "mknod": (133, NONE),
    "mknodat": (259, 33), "link": (86, NONE), "linkat": (265, 37),
}  # fmt: skip
CLONE, CLONE3, IOCTL, PRLIMIT64, KILL, TGKILL = (
    (56, 220), (435, 435), (16, 29), (302, 261), (62, 129), (234, 131),
)  # fmt: skip
NEW_NAMESPACES = 0x7E020000  # CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID, NET
TERMINAL_INPUT = (0x5412, 0x541C)  # TIOCSTI and TIOCLINUX type into the terminal of somebody else

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
ALLOW, KILL_PROCESS, ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
SET_NO_NEW_PRIVS, SET_SECCOMP, FILTER = 38, 22, 2

INSTRUCTION = struct.Struct("HBBI")
Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, constant


class SeccompMissing(OSError):
    """This kernel or processor offers no system call filter."""


def low_word(argument: int) -> int:
    """The offset of the lower half of an argument (both architectures are little-endian)."""
    return 16 + 8 * argument


def refuse(code: int = errno.EPERM) -> Instruction:
    """The call fails with this error number."""
    return (RETURN, 0, 0, ERRNO | code)


def only(number: int, *body: Instruction) -> Iterator[Instruction]:
    """Run the body for one call, then allow it; the number is loaded before and stays for the next."""
    yield (JUMP_EQUAL, 0, len(body) + 1, number)
    yield from body
    yield (RETURN, 0, 0, ALLOW)


def program(machine: Machine, *, signals_to: int | None) -> list[Instruction]:
    """The whole filter; with `signals_to`, signals may go to that process and its group only."""
    column = machine.column
    code: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE),
        (JUMP_EQUAL, 1, 0, machine.audit),
        (RETURN, 0, 0, KILL_PROCESS),
        (LOAD, 0, 0, NUMBER),
        (JUMP_AT_LEAST, 0, 1, X32_CALLS),
        (RETURN, 0, 0, KILL_PROCESS),
    ]
    for numbers in REFUSED.values():
        if numbers[column] != NONE:
            code += [(JUMP_EQUAL, 0, 1, numbers[column]), refuse()]
    code += [(JUMP_EQUAL, 0, 1, CLONE3[column]), refuse(errno.ENOSYS)]  # libc then uses clone
    code += only(
        CLONE[column], (LOAD, 0, 0, low_word(0)), (JUMP_ANY_BIT, 0, 1, NEW_NAMESPACES), refuse()
    )
    code += only(
        IOCTL[column], (LOAD, 0, 0, low_word(1)),
        *((JUMP_EQUAL, 0, 1, TERMINAL_INPUT[0]), refuse()),
        *((JUMP_EQUAL, 0, 1, TERMINAL_INPUT[1]), refuse()),
    )  # fmt: skip
    code += only(  # limits may be read, not set
        PRLIMIT64[column],
        *((LOAD, 0, 0, low_word(0)), (JUMP_EQUAL, 1, 0, 0), refuse()),
        *((LOAD, 0, 0, low_word(2)), (JUMP_EQUAL, 1, 0, 0), refuse()),
        *((LOAD, 0, 0, low_word(2) + 4), (JUMP_EQUAL, 1, 0, 0), refuse()),
    )
    if signals_to is not None:
        for number, own in ((KILL[column], (0, signals_to)), (TGKILL[column], (signals_to,))):
            allowed = [(JUMP_EQUAL, len(own) - at, 0, pid) for at, pid in enumerate(own)]
            code += only(number, (LOAD, 0, 0, low_word(0)), *allowed, refuse())
    code.append((RETURN, 0, 0, ALLOW))
    return code


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]


def supported() -> bool:
    """Whether this processor is one the table knows."""
    return platform.machine() in MACHINES


def forbid_new_privileges() -> None:
    """No program started from here on gains rights by its file. Raises: SeccompMissing."""
    if ctypes.CDLL(None).prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise SeccompMissing(errno.ENOSYS, "no_new_privs")


@cache
def packed_program(signals_to: int | None) -> bytes:
    """The filter for this machine, as the kernel takes it; worth making before a fork. Raises: SeccompMissing."""
    machine = MACHINES.get(platform.machine())
    if machine is None:
        raise SeccompMissing(errno.ENOSYS, platform.machine())
    return b"".join(INSTRUCTION.pack(*step) for step in program(machine, signals_to=signals_to))


def apply(*, own_signals_only: bool) -> None:
    """Put the filter over this process and all it starts, for good. Raises: SeccompMissing."""
    packed = packed_program(os.getpid() if own_signals_only else None)
    buffer = ctypes.create_string_buffer(packed, len(packed))
    length = len(packed) // INSTRUCTION.size
    filter_program = _Program(length, ctypes.cast(buffer, ctypes.c_void_p))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(SET_SECCOMP, FILTER, ctypes.byref(filter_program), 0, 0):
        raise SeccompMissing(ctypes.get_errno(), "seccomp")
