"""The reference pages say what the code says, and the documents point at what is there."""

import re
from pathlib import Path

import pytest

from dms.management.reference import PAGES, VARIABLES, printed, read_from_environment
from tests.architecture.source import ROOT, texts

LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#]+)")


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_page_is_in_step(name: str) -> None:
    page = (ROOT / "docs" / "reference" / name).read_text()
    assert page == printed()[name], "run manage.py print_reference --write"


def test_every_variable_is_described() -> None:
    assert {name for name, _ in read_from_environment()} == {*VARIABLES}


def test_documents_point_at_what_is_there() -> None:
    dead = {
        f"{path}: {target}"
        for path, text in texts(".md")
        for target in LINK.findall(text)
        if not (ROOT / path.parent / target).exists()
    }
    assert dead == set()


def test_commands_in_documents_exist() -> None:
    named = {
        command
        for path, text in texts(".md")
        if path != Path("CHANGELOG.md")
        for command in re.findall(r"manage\.py ([a-z_]+)", text)
    }
    known = set(re.findall(r"^\| `([a-z_]+)`", printed()["commands.md"], re.MULTILINE))
    assert named - known - {"check", "makemigrations", "changepassword"} == set()
