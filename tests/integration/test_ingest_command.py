"""`manage.py ingest` as programs rely on it: one JSON line a file, exit code 0 only when none was refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from dms.documents import reading
from dms.documents.models import Document, Version, VersionState
from dms.pipeline.claim import beat
from dms.pipeline.models import Step
from dms.pipeline.operations import BULK
from tests.factories import a_document
from tests.people import People

pytestmark = pytest.mark.usefixtures("vankho_data")
KEYS = {"path", "document", "version", "status", "pages", "seconds_to_searchable", "message"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "in"
    (root / "below").mkdir(parents=True)
    (root / "a.txt").write_bytes(b"a")
    (root / "below" / "b.txt").write_bytes(b"b")
    return root


def ingest(capsys: pytest.CaptureFixture[str], *arguments: object) -> list[dict[str, Any]]:
    call_command("ingest", *map(str, arguments), "--json")
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_files_and_folders(
    people: People, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ingest(capsys, folder, "--unit", "Văn phòng", "--mode", "01")
    assert [set(line) for line in lines] == [KEYS, KEYS]
    assert [line["status"] for line in lines] == ["received", "received"]
    assert {d.unit for d in Document.objects.all()} == {people.office}
    assert {d.mode for d in Document.objects.all()} == {"01"}
    assert all(step.priority >= BULK for step in Step.objects.all())
    again = ingest(capsys, folder / "a.txt")
    assert again[0]["status"] == "duplicate"
    assert again[0]["document"] == lines[0]["document"]


def test_a_refusal_is_a_line_and_an_exit_code(
    people: People, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "0.txt").write_bytes(b"")
    with pytest.raises(SystemExit) as ended:
        ingest(capsys, folder, folder / "not there")
    assert ended.value.code == 65
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["status"] for line in lines] == ["refused", "received", "received", "refused"]
    assert lines[0]["message"]
    assert lines[0]["document"] is None


def test_an_unknown_person_or_unit_stops_it(people: People, folder: Path) -> None:
    for wrong in (["--as", "nobody"], ["--unit", "nowhere"]):
        with pytest.raises(CommandError) as error:
            call_command("ingest", str(folder), *wrong)
        assert error.value.returncode == 66
    assert not Document.objects.exists()


def test_somebodys_files_are_his(
    people: People, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ingest(capsys, folder, "--as", people.stranger.username)
    assert {d.created_by for d in Document.objects.all()} == {people.stranger}
    assert {d.unit for d in Document.objects.all()} == {people.elsewhere}


def test_waiting_tells_each_file_when_it_is_at_rest(
    people: People,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a worker at work elsewhere: here the test plays it, between two looks."""
    beat(worker="elsewhere", isolation="none", doing="")
    a_document(b"b", by=people.parent, texts=["đã đọc"])

    def work(seconds: float) -> None:
        for version in Version.objects.filter(state=VersionState.RECEIVED):
            reading.stop(version, VersionState.KEPT, problem="unsupported", at=version.created_at)

    monkeypatch.setattr("dms.documents.management.commands.ingest.time.sleep", work)
    lines = {Path(line["path"]).name: line for line in ingest(capsys, folder, "--wait")}
    assert lines["a.txt"]["status"] == "kept"
    assert lines["a.txt"]["message"]
    assert lines["b.txt"]["status"] == "duplicate"
    assert lines["b.txt"]["pages"] == 1
