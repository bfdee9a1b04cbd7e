"""Sandboxes of both isolations with saboteurs for jobs; one of each for all tests."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ocr_pipeline import isolation
from ocr_pipeline.isolation import Isolation
from ocr_pipeline.jobs import JOBS, Job
from ocr_pipeline.limits import Limits
from ocr_pipeline.sandbox import Sandbox

SABOTEURS = Path(__file__).parent / "saboteurs"
MIB = 1024**2
SMALL = Limits(
    pages=200, unpacked_bytes=32 * MIB, memory_bytes=1024 * MIB, cpu_s=4, wall_s=5.0, output_bytes=8 * MIB,
    output_files=300, answer_bytes=MIB, processes=24,
)  # fmt: skip
FORMS: Mapping[str, Mapping[str, object]] = {"answer_wrongly": {"size": int}}


def saboteur_jobs() -> dict[str, Job]:
    """Every function of the saboteurs as a job, beside the real ones."""
    text = (SABOTEURS / "hostile_jobs.py").read_text()
    names = [line[4 : line.index("(")] for line in text.splitlines() if line.startswith("def ")]
    found = {name: Job(f"saboteurs.hostile_jobs.{name}", FORMS.get(name, {})) for name in names}
    return {"inspect": replace(JOBS["inspect"], cpu_s=20), **found}


@pytest.fixture(scope="session", params=list(Isolation))
def sandbox(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Sandbox]:
    """A running sandbox of each isolation."""
    if request.param is Isolation.BUBBLEWRAP and isolation.best() is not Isolation.BUBBLEWRAP:
        pytest.skip("bubblewrap does not work on this machine")
    scratch = tmp_path_factory.mktemp("sandbox") / "scratch"
    code = (*isolation.PROJECT_CODE, SABOTEURS)
    with Sandbox(
        scratch=scratch, limits=SMALL, kind=request.param, jobs=saboteur_jobs(), code=code
    ) as opened:
        yield opened
