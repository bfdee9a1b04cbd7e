"""What the reading steps write: states that follow, retries that heal, secrets that lock, gaps that are mended."""

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings as SettingsWrapper

from dms.accounts.operations import SETUP, operator
from dms.audit.models import Event
from dms.documents import indexing, operations, reading
from dms.documents.intake import COMMAND
from dms.documents.models import Document, Page, Suggestion, SuggestionState, Version, VersionState
from dms.documents.reconciling import reconcile, reread
from dms.pipeline.models import Step, StepState
from dms.pipeline.operations import cancel, retry
from search.index import carry_over, rebuild
from search.queries import find
from tests.factories import a_document, a_page, done, read, taken_in
from tests.ledger import NOON
from tests.people import People

pytestmark = pytest.mark.usefixtures("vankho_data")
LATER = NOON + timedelta(hours=1)
S = VersionState


def begun(people: People, pages: int = 2, content: bytes = b"x") -> Version:
    version = taken_in(content, by=people.owner).version
    reading.begin(
        version, kind="pdf", media_type="application/pdf", signed=False, sizes=[(10, 10)] * pages,
        at=NOON,
    )  # fmt: skip
    done(str(version.pk), "inspect")
    return Version.objects.select_related("document").get(pk=version.pk)


def fresh(version: Version) -> Version:
    return Version.objects.select_related("document", "document__current").get(pk=version.pk)


def steps(version: Version, name: str) -> list[tuple[str, str]]:
    rows = Step.objects.filter(target=str(version.pk), name=name).order_by("id")
    return list(rows.values_list("part", "state"))


def page_done(version: Version, number: int, **facts: Any) -> None:
    Step.objects.filter(target=str(version.pk), name="read", part=f"{number}-{number}").update(
        state=StepState.DONE
    )
    reading.pages_read(fresh(version), [a_page(number, f"trang {number}", **facts)], at=NOON)


def page_failed(version: Version, number: int) -> None:
    Step.objects.filter(target=str(version.pk), name="read", part=f"{number}-{number}").update(
        state=StepState.QUARANTINED
    )
    reading.pages_failed(fresh(version), [number], "flaky", at=NOON)


def described_and_indexed(version: Version, *suggestions: dict[str, Any]) -> None:
    done(str(version.pk), "describe")
    reading.described(fresh(version), suggestions, at=NOON)
    indexed(version)


def indexed(version: Version) -> None:
    document = Document.objects.select_related("current").get(pk=version.document_id)
    done(str(document.pk), "index")
    indexing.indexed(document.pk, document.revision)
    reading.became_searchable(document, at=NOON)


def test_chunks() -> None:
    assert reading.chunks(1) == ["1-1"]
    assert reading.chunks(3) == ["1-1", "2-2", "3-3"]
    assert reading.chunks(10) == ["1-2", "3-4", "5-6", "7-8", "9-10"]
    assert len(reading.chunks(500)) == 63
    assert reading.chunks(500)[-1] == "497-500"


def test_a_version_comes_to_rest(people: People) -> None:
    version = begun(people)
    page_done(version, 2)
    assert steps(version, "describe") == []
    page_done(version, 1)
    assert steps(version, "describe") == [("", "waiting")]
    described_and_indexed(version)
    assert fresh(version).state == S.SEARCHABLE
    done(str(version.pk), "render")
    done(str(version.pk), "pdfa")
    reading.complete_if_done(version, at=NOON)
    assert fresh(version).state == S.COMPLETE
    kinds = Event.objects.about(version.document).values_list("kind", flat=True)
    assert list(kinds).count("documents.version.searchable") == 1


def test_a_page_that_fails_leaves_the_others_and_heals_when_retried(people: People) -> None:
    version = begun(people)
    page_failed(version, 1)
    page_done(version, 2)
    described_and_indexed(version)
    assert fresh(version).state == S.QUARANTINED
    assert fresh(version).searchable_at is not None, "the other page is found"
    step = Step.objects.get(target=str(version.pk), name="read", part="1-1")
    retry(step, by=people.administrator, at=NOON)
    page_done(version, 1)
    assert steps(version, "describe") == [("", "waiting")], "what follows is done anew"
    described_and_indexed(version)
    assert (fresh(version).state, fresh(version).problem) == (S.SEARCHABLE, "")


@pytest.mark.parametrize("state", [S.QUARANTINED, S.KEPT])
def test_what_could_not_be_opened_never_becomes_searchable(people: People, state: S) -> None:
    version = taken_in(b"x", by=people.owner).version
    reading.stop(version, state, problem="encrypted", at=NOON)
    indexed(version)
    assert (fresh(version).state, fresh(version).problem) == (state, "encrypted")


def test_images_that_fail_are_made_when_retried(people: People) -> None:
    version = begun(people, pages=1)
    page_done(version, 1)
    described_and_indexed(version)
    step = Step.objects.get(target=str(version.pk), name="render")
    done(str(version.pk), "pdfa")
    Step.objects.filter(pk=step.pk).update(state=StepState.QUARANTINED)
    reading.rendering_failed(fresh(version), at=NOON)
    assert (fresh(version).state, fresh(version).problem) == (S.QUARANTINED, "render_failed")
    operations.edit_metadata(version.document, {"subject": "x"}, by=people.owner, at=NOON)
    indexed(version)
    assert fresh(version).state == S.QUARANTINED, "a change of the description heals nothing"
    retry(step, by=people.administrator, at=NOON)
    Step.objects.filter(pk=step.pk).update(state=StepState.DONE)
    reading.complete_if_done(fresh(version), at=NOON)
    assert (fresh(version).state, fresh(version).problem) == (S.COMPLETE, "")


def test_what_a_person_decided_outlives_another_reading(people: People) -> None:
    version = begun(people, pages=1)
    page_done(version, 1)
    told = {"confidence": 0.9, "page": 1, "boxes": []}
    suggestions = [told | {"name": "place", "value": "Hà Nội"}, told | {"name": "subject", "value": "a"}]  # fmt: skip
    described_and_indexed(version, *suggestions)
    dismissed = Suggestion.objects.get(name="place")
    operations.decide_suggestion(dismissed, accept=False, by=people.owner, at=NOON)
    described_and_indexed(version, *suggestions)
    assert Suggestion.objects.get(name="place").state == SuggestionState.DISMISSED
    assert fresh(version).document.place == ""
    assert fresh(version).document.subject == "a"


def test_an_import_is_indexed_once_and_waits_behind_fresh_ones(people: People) -> None:
    version = taken_in(b"x", by=people.owner, channel=COMMAND).version
    reading.begin(
        version, kind="pdf", media_type="application/pdf", signed=False, sizes=[(9, 9)], at=NOON
    )
    done(str(version.pk), "inspect")
    page_done(version, 1)
    done(str(version.pk), "describe")
    told = {"name": "subject", "value": "a", "confidence": 0.9, "page": 1, "boxes": []}
    reading.described(fresh(version), [told], at=NOON)
    index = Step.objects.filter(target=str(version.document_id), name="index")
    assert [step.priority for step in index] == [10]


# -- secrets --------------------------------------------------------------------------------------


def test_a_secrecy_mark_locks_the_document(
    people: People, caplog: pytest.LogCaptureFixture
) -> None:
    rebuild()
    version = begun(people, content=b"secret")
    document = version.document
    page_done(version, 2)
    operations.edit_metadata(document, {"subject": "tuyetky"}, by=people.colleague, at=NOON)
    carry_over([str(document.pk)])
    assert find("trang", user=people.colleague).total == 1, "before the mark is met"
    with caplog.at_level(logging.CRITICAL):
        page_done(version, 1, secret_mark="TỐI MẬT")
    version = fresh(version)
    assert version.state == S.LOCKED
    assert version.document.secret_mark == "TỐI MẬT"
    seers = {name for name, user in people.signed_in() if Document.objects.visible_to(user)}
    assert seers == {"owner"}, "whoever sent it must take it away"
    assert find("trang", user=people.owner).total == 0, "at once, before the index has followed"
    carry_over([str(document.pk)])
    Document.objects.update(access_changed=False)
    assert find("trang", user=people.owner).total == 0
    assert not Page.objects.exclude(text="").exists()
    assert not version.renditions.exists()
    assert not Step.objects.filter(
        target=str(version.pk), state__in=["waiting", "running"]
    ).exists()
    assert Event.objects.filter(kind="documents.document.locked").count() == 1
    alert = caplog.records[-1].getMessage()
    assert str(document.pk) in alert
    assert "tuyetky" not in alert
    assert "TỐI" not in alert
    operations.edit_metadata(document, {"subject": "y"}, by=people.owner, at=NOON)
    indexed(version)
    assert fresh(version).state == S.LOCKED
    check_alerts(people, document)


def check_alerts(people: People, document: Document) -> None:
    """Those who operate learn that it is here, and nothing of what it says."""
    for page in ("/", "/operate/"):
        told = people.client("administrator").get(page).content.decode()
        assert "tuyetky" not in told
        assert document.title not in told
        assert "TỐI MẬT" not in told
    home = people.client("administrator").get("/").content.decode()
    assert str(document.pk) in home
    assert str(people.owner) in home
    assert str(document.pk) not in people.client("stranger").get("/").content.decode()


# -- gaps -----------------------------------------------------------------------------------------


def lose(version: Version, *names: str) -> None:
    Step.objects.filter(target__in=[str(version.pk), str(version.document_id)], name__in=names).delete()  # fmt: skip


def gap(version: Version) -> list[str]:
    rows = Step.objects.filter(target__in=[str(version.pk), str(version.document_id)])
    return sorted(set(rows.filter(state="waiting").values_list("name", flat=True)))


def test_every_gap_is_filled(people: People) -> None:
    version = taken_in(b"x", by=people.owner).version
    lose(version, "inspect")
    assert reconcile(at=LATER) == 1
    assert gap(version) == ["inspect"]
    version = begun(people, content=b"y")
    lose(version, "read")
    reconcile(at=LATER)
    assert steps(version, "read") == [("1-1", "waiting"), ("2-2", "waiting")]
    for number in (1, 2):
        page_done(version, number)
    lose(version, "describe")
    reconcile(at=LATER)
    assert gap(version) == ["describe"]
    done(str(version.pk), "describe")
    reading.described(fresh(version), (), at=NOON)
    lose(version, "index", "render", "pdfa")
    reconcile(at=LATER)
    assert "index" in gap(version)
    indexed(version)
    lose(version, "render", "pdfa")
    Version.objects.filter(pk=version.pk).update(state=S.SEARCHABLE)
    reconcile(at=LATER)
    assert gap(version) == ["pdfa", "render"]
    done(str(version.pk), "render")
    done(str(version.pk), "pdfa")
    reconcile(at=LATER)
    assert fresh(version).state == S.COMPLETE
    Step.objects.filter(name="inspect").update(state=StepState.DONE)


def test_nothing_is_planned_that_somebody_stopped_or_is_doing(people: People) -> None:
    version = taken_in(b"x", by=people.owner).version
    before = Step.objects.count()
    assert reconcile(at=LATER) == 0
    assert reconcile(at=NOON) == 0
    Step.objects.filter(target=str(version.pk)).update(state=StepState.QUARANTINED)
    assert reconcile(at=LATER) == 0
    Step.objects.filter(target=str(version.pk)).update(state=StepState.CANCELLED, code_version=0)
    assert reconcile(at=LATER) == 0, "older code has been stopped here"
    assert Step.objects.count() == before


def test_a_lost_index_step_is_planned_anew(people: People) -> None:
    document = a_document(by=people.owner, texts=["a"])
    done(str(document.current_id), "render")
    done(str(document.current_id), "pdfa")
    Document.objects.filter(pk=document.pk).update(revision=99)
    assert reconcile(at=LATER) >= 1
    assert Step.objects.filter(target=str(document.pk), name="index", part="99").exists()


def test_rereading_is_deliberate(people: People, settings: SettingsWrapper) -> None:
    document, other = (a_document(c, by=people.owner, texts=["cũ"]) for c in (b"a", b"b"))
    assert reread(below=1, at=NOON) == 0
    assert reread(below=2, document_id=document.pk, at=NOON) == 1
    assert gap(fresh(document.current)) != gap(fresh(other.current))  # type: ignore[arg-type]
    version = fresh(document.current)  # type: ignore[arg-type]
    assert version.pages.get().text == "cũ", "it stays readable meanwhile"
    assert version.state == S.SEARCHABLE
    page_done(version, 1)
    described_and_indexed(version)
    assert version.pages.get().text == "trang 1"


def test_rereading_from_the_command_line(
    people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    operator(unit=people.root, at=NOON)
    a_document(by=people.owner, texts=["a"])
    call_command("reread", "--below", "2", "--json")
    assert capsys.readouterr().out.strip() == '{"planned": 1}'
    assert SETUP.actor_ref == "system:setup"


def test_a_cancelled_reading_is_said_so(people: People) -> None:
    version = taken_in(b"x", by=people.owner).version
    cancel(Step.objects.get(), by=people.administrator, at=NOON)
    assert (fresh(version).state, fresh(version).problem) == (S.QUARANTINED, "cancelled")
    read(version, ["text"])
