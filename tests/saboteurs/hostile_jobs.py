"""Jobs that a taken-over parser could turn into: each tries one thing that the sandbox must contain."""

import contextlib
import ctypes
import mmap
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

Arguments = dict[str, Any]


def attempt(action: Callable[[], object]) -> str:
    """What came of it: `done`, or the name of the error."""
    try:
        action()
    except Exception as error:
        return type(error).__name__
    return "done"


def behave(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    (files / "made.txt").write_text("made")
    size = path.stat().st_size if path else 0
    return {"size": size, "echo": arguments, "text": path.read_text() if path else ""}


def recognise(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    done = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True)
    return {"version": done.stdout.split()[1], "threads": os.environ["OMP_THREAD_LIMIT"]}


def segfault(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    ctypes.string_at(0)
    return {}


def abort(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    os.abort()


def leave(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    os._exit(0)


def kill_self(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)
    return {}


def eat_memory(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    eaten = [bytearray(64 * 1024**2) for _ in range(10**6)]
    return {"eaten": len(eaten)}


def eat_memory_in_children(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    for _ in range(8):
        if not os.fork():
            room = mmap.mmap(-1, 180 * 1024**2)
            for _page in range(0, len(room), 4096):
                room.write(b"x" * 4096)
            time.sleep(60)
    time.sleep(60)
    return {}


def spin(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    while True:
        pass


def sleep(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    time.sleep(600)
    return {}


def fork_bomb(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    while True:
        with contextlib.suppress(OSError):
            os.fork()


def outlive(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    """Leave a process behind that tries to slip out of the group."""
    if not os.fork():
        for escape in (os.setsid, lambda: os.setpgid(0, 0)):
            with contextlib.suppress(OSError):
                escape()
        while True:
            time.sleep(0.01)
            (files / "alive").write_text(str(time.time()))
    return {"left": 1}


def write_endlessly(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    with (files / "endless").open("wb") as file:
        while True:
            file.write(b"x" * 1024**2)


def write_many(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    for number in range(10**9):
        (files / str(number)).touch()
    return {}


def answer_endlessly(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    return {"text": "x" * arguments["chars"]}


def answer_garbage(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    """Write on every pipe there is, and end well."""
    for descriptor in range(3, 64):
        with contextlib.suppress(OSError):
            os.write(descriptor, bytes.fromhex(arguments["garbage"]))
    os._exit(0)


def answer_no_json(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    return {"number": float("nan")}


def answer_wrongly(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    return {"size": "many"}


def link_out(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    with contextlib.suppress(OSError):
        (files / "link").symlink_to(arguments["target"])
    with contextlib.suppress(OSError):
        (files / "hard").hardlink_to(arguments["target"])
    with contextlib.suppress(OSError):
        os.mkfifo(files / "pipe")
    (files / "directory").mkdir()
    return {"made": [entry.name for entry in files.iterdir()]}


def connect(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    def reach(family: int, address: Any) -> Callable[[], object]:
        def go() -> None:
            with socket.socket(family, socket.SOCK_STREAM) as opened:
                opened.connect(address)

        return go

    return {
        "inet": attempt(reach(socket.AF_INET, ("127.0.0.1", arguments["port"]))),
        "inet6": attempt(reach(socket.AF_INET6, ("::1", arguments["port"]))),
        "unix": attempt(reach(socket.AF_UNIX, arguments["unix"])),
        "udp": attempt(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)),
        "netlink": attempt(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)),
        "pair": attempt(socket.socketpair),
    }


def pry(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    """Read what is none of its business."""
    environs = []
    for process in ("self", str(os.getppid()), str(arguments["worker"])):
        with contextlib.suppress(OSError):
            environs.append(Path(f"/proc/{process}/environ").read_bytes().decode("latin-1"))
    return {
        "files": {name: attempt(Path(name).read_bytes) for name in arguments["files"]},
        "lists": {name: attempt(partial(os.listdir, name)) for name in arguments["lists"]},
        "environment": [*environs, str(dict(os.environ))],
        "descriptors": attempt(lambda: [os.write(fd, b"x") for fd in (0, 1, 2)]),
    }


def alter(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    """Change the original, the code, or who may read them."""
    assert path is not None
    descriptor = int(path.name)
    return {
        "original": attempt(lambda: path.open("r+b", buffering=0).write(b"changed")),
        "truncate": attempt(lambda: os.truncate(path, 0)),
        "descriptor": attempt(lambda: os.write(descriptor, b"changed")),
        "mode": attempt(lambda: os.fchmod(descriptor, 0o777)),
        "times": attempt(lambda: os.utime(descriptor)),
        "code": attempt(lambda: Path(__file__).write_text("")),
        "scratch": attempt(lambda: (files.parent.parent / "next").write_text("")),
    }


def call_kernel(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    """System calls by number, with arguments that would work; the error number of each (0: it worked)."""
    libc = ctypes.CDLL(None, use_errno=True)
    found = {}
    for name, (number, *rest) in arguments["calls"].items():
        ctypes.set_errno(0)
        result = libc.syscall(number, *[ctypes.c_long(value) for value in rest])
        found[name] = ctypes.get_errno() if result < 0 else 0
    return {"errors": found}


def signal_others(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    """Kill the warmed process and the worker."""
    targets = {"parent": os.getppid(), "worker": arguments["worker"], "init": 1, "all": -1}
    return {name: attempt(partial(os.kill, pid, signal.SIGTERM)) for name, pid in targets.items()}


def raise_limits(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    import resource

    top = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    return {"memory": attempt(lambda: resource.setrlimit(resource.RLIMIT_AS, top))}


def recurse(path: Path | None, arguments: Arguments, files: Path) -> dict[str, Any]:
    return recurse(path, arguments, files)
