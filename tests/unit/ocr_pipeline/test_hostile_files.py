"""Each harmful or broken file ends in a terminal outcome, within limits, and nothing else suffers."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from dms.lib.filenames import MAX_CHARS, harmless
from ocr_pipeline.problems import PROBLEMS
from ocr_pipeline.sandbox import JobFailed, Sandbox
from tests.resources.hostile import CASES, HARMFUL_NAMES, READ
from tests.sandboxes import SMALL


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the made files stand, once for both isolations."""
    return tmp_path_factory.mktemp("hostile")


def outcome(sandbox: Sandbox, path: Path, filename: str) -> str:
    """What comes of a file: READ, or the code of the problem."""
    arguments = {"filename": filename, "limits": asdict(SMALL)}
    try:
        found = sandbox.run("inspect", path, arguments, tick=lambda: None).result
    except JobFailed as error:
        return error.code
    assert (found["problem"] is None) == bool(found["pages"])
    return found["problem"] or READ


@pytest.mark.parametrize("name", CASES)
def test_each_harmful_file_ends_as_it_should(sandbox: Sandbox, files: Path, name: str) -> None:
    case = CASES[name]
    path = files / name
    if not path.exists():
        path.write_bytes(case.make())
    before = path.read_bytes()
    code = outcome(sandbox, path, case.filename)
    assert code in case.expected
    assert code == READ or code in PROBLEMS
    assert path.read_bytes() == before


def test_there_are_enough_of_them() -> None:
    assert len(CASES) >= 40
    makers = {case.make for case in CASES.values()}
    assert len(makers) == len(CASES)


@pytest.mark.parametrize("name", HARMFUL_NAMES.values(), ids=HARMFUL_NAMES)
def test_harmful_names_are_made_harmless(name: str) -> None:
    made = harmless(name)
    assert 0 < len(made) <= MAX_CHARS
    assert not set(made) & set("/\\\x00\n\r\u202e")
    assert not made.startswith(".")
    json.dumps(made).encode()


def test_every_problem_says_what_to_do() -> None:
    for code, problem in PROBLEMS.items():
        assert problem.status in {"kept", "quarantined"}, code
        assert problem.sentence.endswith("."), code
        assert len(problem.sentence.split(". ")) > 1 or "," in problem.sentence, code
