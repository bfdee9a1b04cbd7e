"""What nobody's browser sends: it is answered with a sentence, and leaves nothing behind."""

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.core.cache.backends.filebased import FileBasedCache
from django.test import Client
from pytest_django.fixtures import Settings as SettingsWrapper

from dms.documents.models import Document
from dms.documents.models.document import METADATA
from dms.env import BASE_DIR
from dms.middleware import CONTENT_POLICY
from tests.factories import a_document
from tests.people import People

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vankho_data")]


@pytest.fixture
def document(people: People) -> Document:
    return a_document(by=people.owner, name="công văn.pdf", texts=["trang"])


def sent(people: People, method: str, path: str, body: str) -> Any:
    url = f"/api/v1/documents/{path}"
    return people.client("owner").generic(method, url, body, content_type="application/json")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", '{"subject": "\\ud800"}'),
        ("POST", "/withdraw", '{"reason": "a\\udfff"}'),
        ("PATCH", "", '{"subject": "\\ud800\\u0041"}'),
    ],
)
def test_half_a_character_is_refused(
    people: People, document: Document, method: str, path: str, body: str
) -> None:
    answer = sent(people, method, f"{document.pk}{path}", body)
    assert answer.status_code == 400
    document.refresh_from_db()
    assert (document.subject, document.withdrawn_at) == ("", None)


@pytest.mark.parametrize("name", [name for name in METADATA if name != "issued_on"])
def test_a_field_takes_no_more_than_its_column(
    people: People, document: Document, name: str
) -> None:
    limit = getattr(Document._meta.get_field(name), "max_length", None)
    assert isinstance(limit, int)
    answer = sent(people, "PATCH", str(document.pk), f'{{"{name}": "{"x" * (limit + 1)}"}}')
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert sent(people, "PATCH", str(document.pk), f'{{"{name}": "{"x" * limit}"}}').status_code == 200  # fmt: skip


@pytest.mark.parametrize(
    ("path", "host", "status"),
    [
        ("/static/picture.svg", "localhost", 200), ("/static/none.js", "localhost", 404),
        ("/none/", "localhost", 404), ("/", "localhost", 302), ("/accounts/login/", "elsewhere.example", 400),
    ],
)  # fmt: skip
def test_every_answer_has_the_policy(
    path: str, host: str, status: int, settings: SettingsWrapper, tmp_path: Path
) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "picture.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    answer = Client(raise_request_exception=False).get(path, headers={"host": host})
    assert answer.status_code == status
    assert answer.headers["Content-Security-Policy"] == CONTENT_POLICY
    assert answer.headers["X-Frame-Options"] == "DENY"
    answer.close()


def test_guesses_of_many_names_push_out_no_count(tmp_path: Path) -> None:
    ours = import_module("dms.settings").CACHES["default"]  # tests have a cache of their own
    cache = FileBasedCache(str(tmp_path), ours)
    cache.set("count", 10)
    for number in range(1_000):
        cache.set(f"guess-{number}", number)
    assert cache.get("count") == 10


ADDRESS = """
import django; django.setup()
from django.test import RequestFactory
from allauth.core.internal.httpkit import get_client_ip
print(get_client_ip(RequestFactory().get("/", headers={"x-forwarded-for": "6.6.6.6, 10.0.0.9"})))
"""


@pytest.mark.parametrize(("behind", "address"), [("1", "10.0.0.9"), ("0", "127.0.0.1")])
def test_limits_on_sign_in_go_by_the_address_that_our_proxy_saw(
    tmp_path: Path, behind: str, address: str
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", ADDRESS], capture_output=True, text=True, check=True,
        cwd=BASE_DIR,
        env={
            "VANKHO_DATA": str(tmp_path), "VANKHO_BEHIND_PROXY": behind,
            "DJANGO_SETTINGS_MODULE": "dms.settings",
        },
    )  # fmt: skip
    assert told.stdout.strip() == address


def test_a_body_that_is_no_json_is_told_in_our_form(people: People, document: Document) -> None:
    answer = sent(people, "PATCH", f"{document.pk}", "{")
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.json()["status"], answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api/v9/documents", "/uploads/nothing/"])
def test_an_address_that_leads_nowhere_is_a_problem_for_programs(people: People, path: str) -> None:
    answer = people.client("owner").get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "not_found"


def test_an_address_that_leads_nowhere_is_a_page_for_people(people: People) -> None:
    answer = people.client("owner").get("/nothing/")
    assert answer.status_code == 404
    assert answer["Content-Type"].startswith("text/html")
