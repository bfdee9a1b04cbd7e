"""Memory of a process with all below it, shared pages counted once."""

import os
import subprocess
import sys
import time

from tests.bench.memory import Peak, children, family, pss_mb

HOLD = "b = bytearray(b'x') * (80 << 20)"


def test_what_forks_share_counts_once() -> None:
    script = (
        f"import os, sys; {HOLD}; child = os.fork(); child and print(flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        together = family(process.pid, children())
        assert len(together) == 2
        assert 80 <= sum(map(pss_mb, together)) < 130
        process.stdin.close()
    assert pss_mb(process.pid) == 0.0


def test_the_peak_is_that_of_the_largest() -> None:
    with Peak(lambda: [os.getpid()]) as peak:
        held = bytearray(b"x") * (60 << 20)
        for _ in range(200):
            if peak.mb:
                break
            time.sleep(0.05)
    assert peak.mb > len(held) >> 20
