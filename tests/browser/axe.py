"""The judge of accessibility: axe-core, from npm, kept outside the checkout."""

import shutil
import subprocess
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

VERSION = "4.10.3"
CACHE = Path.home() / ".cache" / "vankho"
ARCHIVE = CACHE / f"axe-core-{VERSION}.tgz"


@cache
def source() -> str:
    """The script; skips the test, with the reason, where npm cannot bring it."""
    if not ARCHIVE.exists():
        fetch()
    with tarfile.open(ARCHIVE) as packed:
        script = packed.extractfile("package/axe.min.js")
        assert script is not None
        return script.read().decode()


def fetch() -> None:
    if shutil.which("npm") is None:
        pytest.skip("accessibility is not judged: there is no npm here to bring axe-core")
    CACHE.mkdir(parents=True, exist_ok=True)
    command = ["npm", "pack", f"axe-core@{VERSION}", "--silent"]
    brought = subprocess.run(
        command, cwd=CACHE, capture_output=True, text=True, timeout=120, check=False
    )
    if brought.returncode or not ARCHIVE.exists():
        pytest.skip(f"accessibility is not judged: npm did not bring axe-core: {brought.stderr[-300:]}")  # fmt: skip


def serious(page: Page) -> list[str]:
    """What keeps somebody out: the rule, how bad, and where."""
    page.evaluate(source())
    told: list[dict[str, Any]] = page.evaluate(
        "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"
    )
    return [
        f"{found['id']} ({found['impact']}): {found['nodes'][0]['html'][:160]} × {len(found['nodes'])}"
        for found in told
        if found["impact"] in {"serious", "critical"}
    ]
