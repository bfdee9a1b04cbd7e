"""A warmed process that forks a child for each intake and, if told so, has it killed at the Nth system call.

One JSON object a line comes in (`content`, `key`, perhaps `call`, `number` and `error`), one goes out
(`acknowledged`: the document or nothing, `status`: the child's wait status). strace stops the child
before the call; all of SQLite's own calls count, too.
"""

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import django

django.setup()

from dms.backends import backend  # noqa: E402  # after setup
from dms.commands import commands_actor  # noqa: E402
from dms.documents.intake import WEB, store_chunks, take_in  # noqa: E402


def intake(content: str, key: str) -> str:
    """What a web request does, and the document it acknowledges."""
    store = backend("OBJECT_STORES")
    blob = store_chunks([content.encode()], store=store)
    receipt = take_in(
        blob, untrusted_name="a.txt", channel=WEB, by=commands_actor(), at=datetime.now(UTC),
        store=store, key=key,
    )  # fmt: skip
    return str(receipt.version.document_id)


def child(order: dict[str, str], acknowledge: int) -> None:
    """Wait for strace, take in, acknowledge, end at once."""
    if order.get("call"):
        os.kill(os.getpid(), signal.SIGSTOP)
    try:
        document = intake(order["content"], order["key"])
        os.write(acknowledge, document.encode())
    finally:
        os._exit(0)


def traced(pid: int, call: str, number: int, error: str) -> subprocess.Popen[bytes]:
    """strace attached to the stopped child."""
    what = f"error={error}" if error else "signal=SIGKILL"
    command = ["strace", "-qq", "-f", "-o", "/dev/null", "-p", str(pid), "-e", f"trace={call}", "-e", f"inject={call}:{what}:when={number}"]  # fmt: skip
    process = subprocess.Popen(command)
    while "TracerPid:\t0\n" in Path(f"/proc/{pid}/status").read_text():
        if process.poll() is not None:
            raise SystemExit(f"strace ended with {process.returncode}")
        time.sleep(0.002)
    return process


def serve(order: dict[str, str]) -> dict[str, object]:
    """One intake in a child of its own."""
    readable, writable = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(readable)
        child(order, writable)
    os.close(writable)
    tracer = None
    if order.get("call"):
        os.waitpid(pid, os.WUNTRACED)
        tracer = traced(pid, order["call"], int(order["number"]), order.get("error", ""))
        os.kill(pid, signal.SIGCONT)
    with os.fdopen(readable) as pipe:
        acknowledged = pipe.read()
    _, status = os.waitpid(pid, 0)
    if tracer:
        tracer.wait()
    killed = os.WIFSIGNALED(status)
    return {"acknowledged": acknowledged or None, "killed": killed}


print("ready", flush=True)
for line in sys.stdin:
    print(json.dumps(serve(json.loads(line))), flush=True)
