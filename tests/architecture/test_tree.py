"""What must not stand in any file of the project."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, texts, tracked

HOME = re.compile(r"(?<![\w.])/(?:home|Users|root|work|workspace|mnt)/[\w.-]+")
PACKAGE_HOST = "https://files.pythonhosted.org/"
LARGEST_BYTES = 1_000_000


def test_no_path_of_a_developers_machine() -> None:
    found = {
        f"{path}: {match[0]}" for path, text in texts() if path.name != "uv.lock"
        for match in HOME.finditer(text)
    }  # fmt: skip
    assert found == set()


def test_packages_come_from_the_public_registry() -> None:
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    for package in lock["package"]:
        source = package["source"]
        assert source in ({"registry": "https://pypi.org/simple"}, {"virtual": "."}), package[
            "name"
        ]
        files = [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
        assert all(file["url"].startswith(PACKAGE_HOST) for file in files), package["name"]


def test_no_file_is_large() -> None:
    sizes = {str(path): (ROOT / path).stat().st_size for path in tracked()}
    assert {name: size for name, size in sizes.items() if size > LARGEST_BYTES} == {}


@pytest.mark.parametrize(
    ("what", "forbidden"),
    [
        (
            "script in the page",
            re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.I),
        ),
        ("style in the page", re.compile(r"<style\b|\sstyle\s*=", re.I)),
        ("code in an attribute", re.compile(r"\son[a-z]+\s*=\s*[\"']|javascript:|\shx-on", re.I)),
        ("another host", re.compile(r"(?:src|href)=[\"'](?:https?:)?//", re.I)),
    ],
)
def test_pages_keep_the_content_policy(what: str, forbidden: re.Pattern[str]) -> None:
    assert [str(path) for path, text in texts(".html") if forbidden.search(text)] == []


def test_nothing_is_left_open() -> None:
    marks = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b")
    here = Path(__file__).relative_to(ROOT)
    found = [
        str(path)
        for path, text in texts(".py", ".html", ".js", ".css")
        if path != here and marks.search(text)
    ]
    assert [name for name in found if "/vendor/" not in name] == []


def test_scripts_are_runnable_and_parse() -> None:
    for name in ("dev", ".ci/run"):
        assert (ROOT / name).stat().st_mode & 0o111, name
        subprocess.run(["bash", "-n", str(ROOT / name)], check=True)


def test_the_layers_hold() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
