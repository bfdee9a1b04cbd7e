"""The judge of PDF/A: veraPDF, from Maven, kept outside the checkout."""

import json
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

VERSION = "1.28.2"
ARTIFACT = f"org.verapdf.apps:greenfield-apps:{VERSION}"
CACHE = Path.home() / ".cache" / "vankho" / "verapdf"
JAR = CACHE / f"greenfield-apps-{VERSION}.jar"


@cache
def jar() -> Path:
    """The program; skips the test, with the reason, where Java or Maven cannot be had."""
    if shutil.which("java") is None:
        pytest.skip("PDF/A is not judged: there is no Java here")
    if not JAR.exists():
        fetch()
    return JAR


def fetch() -> None:
    """Bring it by Maven, or skip."""
    if shutil.which("mvn") is None:
        pytest.skip("PDF/A is not judged: there is no Maven here to bring veraPDF")
    CACHE.mkdir(parents=True, exist_ok=True)
    command = [
        "mvn",
        "-q",
        "-B",
        "dependency:copy",
        f"-Dartifact={ARTIFACT}",
        f"-DoutputDirectory={CACHE}",
    ]
    brought = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if brought.returncode or not JAR.exists():
        pytest.skip(f"PDF/A is not judged: Maven did not bring veraPDF: {brought.stdout[-300:]}")


def complaints(paths: list[Path]) -> dict[str, list[str]]:
    """What veraPDF finds against PDF/A-2b, by file name."""
    command = [
        "java",
        "-cp",
        str(jar()),
        "org.verapdf.apps.GreenfieldCliWrapper",
        "--format",
        "json",
        "-f",
        "2b",
    ]
    told = subprocess.run(
        [*command, *map(str, paths)], capture_output=True, text=True, timeout=300, check=False
    )
    found = {}
    for job in json.loads(told.stdout)["report"]["jobs"]:
        results = job.get("validationResult") or [
            {
                "compliant": False,
                "details": {"ruleSummaries": [{"clause": "?", "description": str(job)}]},
            }
        ]
        rules = [
            rule
            for result in results
            if not result["compliant"]
            for rule in result["details"]["ruleSummaries"]
        ]
        found[job["itemDetails"]["name"]] = [f"{r['clause']}: {r['description']}" for r in rules]
    return found
