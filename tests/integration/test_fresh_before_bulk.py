"""A big import must not hold up who waits at the screen; a document goes from step to step without a pause."""

from collections.abc import Iterator

import pytest
from pytest_django.fixtures import Settings as SettingsWrapper

from dms.documents.intake import COMMAND
from dms.documents.models import Version, VersionState
from dms.pipeline.base import task
from dms.pipeline.models import Step, StepState
from dms.pipeline.worker import Worker
from tests.crash import settings as quick
from tests.crash import tasks
from tests.factories import taken_in
from tests.people import People

pytestmark = pytest.mark.usefixtures("vankho_data")
TO_SEARCHABLE = 3 + tasks.PAGES  # inspect, each page, describe, index


@pytest.fixture
def worker(settings: SettingsWrapper, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    settings.STEPS = quick.STEPS
    settings.CRON = {}
    monkeypatch.setattr(tasks.Quick, "seconds", 0.0)
    task.cache_clear()
    yield Worker(name="test:1")
    task.cache_clear()


def test_a_fresh_upload_passes_an_import(people: People, worker: Worker) -> None:
    for number in range(30):
        taken_in(b"bulk %d" % number, by=people.owner, channel=COMMAND)
    for _ in range(10):
        assert worker.turn()
    fresh = taken_in(b"fresh", by=people.owner).version
    turns = 0
    while Version.objects.get(pk=fresh.pk).searchable_at is None:
        assert worker.turn(), "the worker had nothing to do while somebody waited"
        turns += 1
    assert turns <= TO_SEARCHABLE + 1, "at most the one step that was claimed before it came"
    bulk = Version.objects.exclude(pk=fresh.pk)
    assert bulk.filter(state=VersionState.RECEIVED).count() >= 30 - 10 - 1


def test_reading_all_comes_before_rendering_any(people: People, worker: Worker) -> None:
    for number in range(5):
        taken_in(b"%d" % number, by=people.owner)
    while worker.turn():
        rendered = Step.objects.filter(name__in=["render", "pdfa"], state=StepState.DONE)
        if rendered.exists():
            assert not Version.objects.filter(searchable_at=None).exists()
    assert set(Version.objects.values_list("state", flat=True)) == {VersionState.COMPLETE}
    assert set(Step.objects.values_list("state", flat=True)) == {StepState.DONE}
