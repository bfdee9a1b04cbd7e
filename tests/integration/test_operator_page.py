"""The operator page: true figures, sentences, no titles that the operator may not see."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from dms.accounts.models import RoleAssignment, User
from dms.audit.models import Event
from dms.documents import reading
from dms.documents.models import Document, Page, PageState, Version
from dms.documents.presenting import problem_sentence
from dms.pipeline.claim import beat
from dms.pipeline.models import Step, StepState
from dms.pipeline.queries import overview
from tests.factories import a_document, a_page, taken_in
from tests.ledger import NOON
from tests.people import ACTORS, People

pytestmark = pytest.mark.usefixtures("vankho_data")
URL = "/operate/"


@pytest.fixture
def operator(people: People) -> User:
    RoleAssignment.objects.create(user=people.stranger, role="archivist")
    return User.objects.get(pk=people.stranger.pk)


def failed(document: Document, *, error: str = "worker_died", detail: str = "") -> Step:
    step = Step.objects.get(target=str(document.current_id), name="inspect")
    Step.objects.filter(pk=step.pk).update(
        state=StepState.QUARANTINED, error=error, detail=detail, attempts=5, finished_at=NOON
    )
    step.refresh_from_db()
    return step


@pytest.mark.parametrize("actor", ACTORS)
def test_only_operators_see_it(people: People, actor: str) -> None:
    status = people.client(actor).get(URL).status_code
    assert status == {"administrator": 200, "anonymous": 302}.get(actor, 403)


def test_figures_are_those_of_the_rows(people: People, operator: User) -> None:
    for number in range(4):
        a_document(b"%d" % number, by=people.owner)
    now = timezone.now()
    first, second, third = Step.objects.filter(name="inspect")[:3]
    Step.objects.filter(pk=first.pk).update(state=StepState.DONE, finished_at=now)
    Step.objects.filter(pk=second.pk).update(
        state=StepState.DONE, finished_at=now - timedelta(minutes=6)
    )
    Step.objects.filter(pk=third.pk).update(
        state=StepState.RUNNING, lease_until=now, planned_at=NOON - timedelta(days=1)
    )
    [inspect] = [q for q in overview(user=operator, at=now).queues if q.name == "inspect"]
    assert (inspect.waiting, inspect.running, inspect.failed) == (1, 1, 0)
    assert (inspect.per_minute, inspect.oldest_at) == (0.2, NOON)
    assert (inspect.left_s, inspect.time_left) == (300, "0:05:00")


def test_titles_and_details_are_shown_only_of_what_is_visible(
    people: People, operator: User
) -> None:
    hidden = a_document(b"a", by=people.owner, name="kỷ luật ông X.pdf")
    seen = a_document(b"b", by=people.stranger, name="công khai.pdf")
    failed(hidden, detail="lời khai của X")
    failed(seen, detail="thiếu trang")
    shown = people.client("stranger").get(URL).content.decode()
    assert "công khai.pdf" in shown
    assert reverse("documents:document", args=[seen.pk]) in shown
    assert "thiếu trang" in shown
    assert "kỷ luật" not in shown
    assert "lời khai" not in shown
    assert str(hidden.pk) not in shown


def test_a_failure_is_told_as_a_sentence(people: People, operator: User) -> None:
    failed(a_document(by=people.owner))
    client = people.client("stranger")
    client.cookies["django_language"] = "en"
    shown = client.get(URL).content.decode()
    with translation.override("en"):
        assert escape(problem_sentence("worker_died")) in shown


def test_a_failed_step_is_tried_again_or_let_rest(people: People, operator: User) -> None:
    one, other = (
        failed(a_document(b"a", by=people.owner)),
        failed(a_document(b"b", by=people.owner)),
    )
    client = people.client("stranger")
    client.post(reverse("pipeline:retry", args=[one.pk]))
    client.post(reverse("pipeline:cancel", args=[other.pk]))
    states = dict(Step.objects.filter(pk__in=[one.pk, other.pk]).values_list("pk", "state"))
    assert states == {one.pk: StepState.WAITING, other.pk: StepState.CANCELLED}
    assert client.post(reverse("pipeline:retry", args=[one.pk])).status_code == 409
    assert client.post(reverse("pipeline:retry", args=[10**9])).status_code == 404


def test_reading_of_one_document_is_stopped(people: People, operator: User) -> None:
    """What waits and what is under way; the other document and what was read stay."""
    client = people.client("stranger")
    mine, other = (taken_in(content, by=people.owner).version for content in (b"a", b"b"))
    reading.begin(
        mine, kind="pdf", media_type="application/pdf", signed=False, sizes=[(9, 9)] * 3, at=NOON
    )
    Step.objects.filter(target=str(mine.pk), name="inspect").update(state=StepState.DONE)
    first, second, third = Step.objects.filter(target=str(mine.pk), name="read").order_by("pk")
    Step.objects.filter(pk=first.pk).update(state=StepState.DONE)
    Step.objects.filter(pk=second.pk).update(state=StepState.RUNNING, lease_until=NOON)
    reading.pages_read(Version.objects.get(pk=mine.pk), [a_page(1, "read")], at=NOON)
    shown = client.get(URL).content.decode()
    stop = reverse("pipeline:stop", args=[third.pk])
    assert shown.count(stop) == 1, "it waits"
    assert reverse("pipeline:stop", args=[second.pk]) in shown
    client.post(stop)
    for step, state in ((first, "done"), (second, "cancelled"), (third, "cancelled")):
        step.refresh_from_db()
        assert step.state == state
    states = dict(Page.objects.filter(version=mine).values_list("number", "state"))
    assert states == {1: PageState.READ, 2: PageState.FAILED, 3: PageState.FAILED}
    assert Step.objects.get(target=str(mine.pk), name="describe").state == StepState.WAITING
    assert Step.objects.get(target=str(other.pk)).state == StepState.WAITING
    assert Event.objects.filter(kind="pipeline.step.cancelled").count() == 2
    Step.objects.filter(target=str(mine.pk), name="describe").update(state=StepState.DONE)
    assert client.post(stop).status_code == 409, "nothing is open any more"


@pytest.mark.parametrize(("name", "state"), [("retry-all", "waiting"), ("cancel-all", "cancelled")])
def test_all_that_failed_for_one_reason_at_once(
    people: People, operator: User, name: str, state: str
) -> None:
    dead = [failed(a_document(b"%d" % n, by=people.owner)) for n in range(3)]
    odd = failed(a_document(b"odd", by=people.owner), error="unexpected")
    form = {"name": "inspect", "error": "worker_died"}
    people.client("stranger").post(reverse(f"pipeline:{name}"), form)
    states = Step.objects.filter(pk__in=[step.pk for step in dead]).values_list("state", flat=True)
    assert set(states) == {state}
    odd.refresh_from_db()
    assert odd.state == StepState.QUARANTINED
    assert Event.objects.filter(kind__startswith="pipeline.step.").count() == len(dead)


@pytest.mark.parametrize("actor", ["owner", "stranger"])
def test_who_may_operate(people: People, actor: str) -> None:
    step = failed(a_document(by=people.owner))
    client = people.client(actor)
    for name, args in (
        ("retry", [step.pk]),
        ("cancel", [step.pk]),
        ("stop", [step.pk]),
        ("retry-all", []),
        ("cancel-all", []),
    ):
        answer = client.post(
            reverse(f"pipeline:{name}", args=args), {"name": "inspect", "error": step.error}
        )
        assert answer.status_code == 403, name
    step.refresh_from_db()
    assert step.state == StepState.QUARANTINED


def test_workers_tell_their_isolation(people: People, operator: User) -> None:
    beat(worker="may-chu:4711", isolation="bubblewrap", doing="read 1-8 of …")
    shown = people.client("stranger").get(URL).content.decode()
    assert "may-chu:4711" in shown
    assert "bubblewrap" in shown


def test_without_work_and_workers_it_says_so(people: People, operator: User) -> None:
    client = people.client("stranger")
    client.cookies["django_language"] = "en"
    shown = client.get(URL).content.decode()
    assert "Nothing needs attention." in shown
    assert "No worker runs on any machine." in shown


def test_the_living_part_is_fetched_alone(people: People, operator: User) -> None:
    answer = people.client("stranger").get(URL, headers={"HX-Target": "machine"})
    assert answer.content.decode().lstrip().startswith('<div id="machine"')


def test_the_page_costs_the_same_however_much_there_is(
    people: People, operator: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    failed(a_document(b"a", by=people.stranger))
    client = people.client("stranger")
    with CaptureQueriesContext(connection) as captured:
        client.get(URL)
        few = len(captured)
    for number in range(20):
        failed(a_document(b"%d" % number, by=people.owner), error=f"error_{number % 3}")
    with django_assert_num_queries(few):
        client.get(URL)


def test_the_rate_is_counted_through_its_index(people: People, operator: User) -> None:
    recent = Step.objects.filter(state=StepState.DONE, finished_at__gte=NOON)
    assert "steps_finished" in recent.explain()
