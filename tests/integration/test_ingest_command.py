"""`manage.py ingest` as programs rely on it: one JSON line a file, exit code 0 only when none was refused."""

import errno
import json
import os
import unicodedata
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from dms.accounts.queries import unit_called
from dms.documents import reading
from dms.documents.models import Document, Version, VersionState
from dms.pipeline.claim import beat
from dms.pipeline.models import Heartbeat, Step
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
    for option, name in (("--as", "nobody"), ("--unit", "nowhere")):
        with pytest.raises(CommandError, match=name) as error:
            call_command("ingest", str(folder), option, name)
        assert error.value.returncode == 66
    assert not Document.objects.exists()


def test_a_unit_is_known_by_a_name_whose_accents_stand_apart(people: People) -> None:
    assert unit_called(unicodedata.normalize("NFD", people.office.name)) == people.office
    assert unit_called(str(people.office.pk)) == people.office
    assert unit_called("V\udcffn") is None


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


def test_nothing_in_a_folder_is_passed_over_in_silence(
    people: People,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (folder / "broken link").symlink_to(folder / "nowhere")
    os.mkfifo(folder / "pipe")  # opened, it would hold us for ever
    closed, scandir = folder / "below", os.scandir

    def refuse(path: str | Path) -> Any:  # the owner of the machine is refused nothing
        if Path(path) == closed:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr("os.scandir", refuse)
    with pytest.raises(SystemExit):
        ingest(capsys, folder)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = {Path(line["path"]).name: (line["status"], line["message"]) for line in lines}
    assert {name: status for name, (status, _) in told.items()} == {
        "a.txt": "received", "below": "refused", "broken link": "refused", "pipe": "refused",
    }  # fmt: skip
    assert "Permission denied" in told["below"][1]
    assert not any("Errno" in message for _, message in told.values())


def test_a_name_that_is_no_utf8_is_told_as_one_may_read_it_back(
    people: People, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = b"v\xe3n b\xb6n.txt"  # an encoding of the time before Unicode
    (folder / os.fsdecode(name)).write_bytes(b"c")
    lines = ingest(capsys, folder / os.fsdecode(name))
    assert os.fsencode(Path(lines[0]["path"]).name) == name
    call_command("ingest", os.fsencode(folder).decode() + "/" + os.fsdecode(name))
    assert "duplicate" in capsys.readouterr().out


def test_workers_that_end_while_it_waits_are_replaced(
    people: People,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    beat(worker="elsewhere", isolation="none", doing="")
    sleep = "dms.documents.management.commands.ingest.time.sleep"
    monkeypatch.setattr(sleep, lambda _seconds: Heartbeat.objects.all().delete())
    monkeypatch.setattr("dms.documents.management.commands.ingest.LOOK_S", 0)
    monkeypatch.setattr("dms.documents.management.commands.ingest.Processes", PlayedWorkers)
    lines = ingest(capsys, folder, "--wait")
    assert [line["status"] for line in lines] == ["kept", "kept"]
    assert PlayedWorkers.heard == ["start", "stop"]


class PlayedWorkers:
    """Workers that end whatever waits at once."""

    heard: ClassVar[list[str]] = []

    def __init__(self, number: int) -> None:
        self.heard.clear()

    def start(self) -> None:
        self.heard.append("start")
        for version in Version.objects.filter(state=VersionState.RECEIVED):
            reading.stop(version, VersionState.KEPT, problem="unsupported", at=version.created_at)

    def revive(self) -> None: ...

    def stop(self) -> None:
        self.heard.append("stop")
