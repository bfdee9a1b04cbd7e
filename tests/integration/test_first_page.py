"""The first page, the bar around every page, language and look, and what is shown when something fails."""

import re

import pytest
from django.core.cache import cache
from django.core.checks import run_checks
from django.template.loader import render_to_string
from django.test import Client
from pytest_django.fixtures import Settings as SettingsWrapper

from dms.chrome import initials
from dms.documents.lifecycle import move
from dms.documents.models import VersionState
from tests.factories import a_document
from tests.people import People
from tests.renditions import current, suggested

pytestmark = pytest.mark.usefixtures("vankho_data")


def page(client: Client, path: str = "/", status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


def test_what_waits_is_counted_for_those_who_look_after_it(people: People) -> None:
    stopped = a_document(b"1", by=people.owner, name="hỏng.pdf", granted_to=people.granted)
    move(current(stopped), VersionState.QUARANTINED, problem="unexpected")
    suggested(a_document(b"2", by=people.owner, name="gợi ý.pdf", texts=["x"]), "subject", "y")
    assert "Hôm nay bạn có 2 việc" in page(people.client("owner"))
    assert "Hôm nay bạn có 1 việc" in page(people.client("colleague"))
    for actor in ("granted", "stranger", "administrator"):
        assert "Hôm nay bạn không có việc nào chờ" in page(people.client(actor))
    assert "hỏng.pdf" not in page(people.client("stranger"))


def test_what_is_on_its_way_is_followed(people: People) -> None:
    document = a_document(by=people.owner, name="đang đọc.pdf")
    shown = page(people.client("owner"))
    assert "Đang được đọc" in shown
    assert re.search(rf'data-live="{document.current_id}" data-again="[1-9]', shown)
    assert "Đang được đọc" not in page(people.client("colleague"))


def test_an_empty_archive_invites(people: People) -> None:
    assert "Kho chưa có gì cho bạn" in page(people.client("owner"))
    assert 'href="/documents/upload/"' in page(people.client("owner"))


def test_panels_are_wired_by_name(settings: SettingsWrapper) -> None:
    settings.HOME_PANELS = ["dms.documents.home_panels.nothing_of_this_name"]
    assert [check.id for check in run_checks() if "HOME_PANELS" in check.msg] == ["dms.E001"]


@pytest.mark.parametrize(
    ("actor", "sections"),
    [
        ("owner", ["/", "/search/", "/documents/"]),
        ("administrator", ["/", "/search/", "/documents/", "/operate/", "/people/"]),
    ],
)
def test_the_bar_shows_what_one_may_open(people: People, actor: str, sections: list[str]) -> None:
    shown = page(people.client(actor))
    bar = shown[shown.index('<nav class="sections"') : shown.index("</nav>")]
    links = [link for link in re.findall(r'href="([^"]+)"', bar) if "upload" not in link]
    assert links == sections
    assert bar.count('aria-current="page"') == 1


def test_vietnamese_whatever_the_browser_says_until_one_chooses(people: People) -> None:
    client = people.client("owner")
    answer = client.get("/", headers={"Accept-Language": "en"})
    assert '<html lang="vi"' in answer.content.decode()
    answer = client.post("/language/", {"language": "en", "next": "/documents/?sort=title"})
    assert answer["Location"] == "/documents/?sort=title"
    assert '<html lang="en"' in page(client)
    assert "Nothing waits for you today" in page(client)


def test_a_program_is_answered_in_its_own_language(people: People) -> None:
    for language, sentence in (("en", "Sign in first."), ("vi", "Hãy đăng nhập trước.")):
        answer = Client().get("/api/v1/documents", headers={"Accept-Language": language})
        assert answer.json()["title"] == sentence


def test_the_look_is_remembered_and_nothing_else_is_accepted(people: People) -> None:
    client = people.client("owner")
    client.post("/language/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert 'data-theme="dark"' in page(client)
    assert client.post("/language/theme/", {"theme": "pink"}).status_code == 422
    answer = client.post("/language/theme/", {"theme": "dark", "next": "//elsewhere.example/"})
    assert answer["Location"] == "/"


def test_signing_in_and_out(people: People) -> None:
    people.owner.set_password("một-mật-khẩu-dài")
    people.owner.save()
    client = Client()
    assert "Đăng nhập" in page(client, "/accounts/login/")
    wrong = client.post("/accounts/login/", {"login": people.owner.username, "password": "x"})
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in wrong.content.decode()
    given = {"login": people.owner.username, "password": "một-mật-khẩu-dài"}
    assert client.post("/accounts/login/?next=/documents/", given)["Location"] == "/documents/"
    assert "Đăng xuất?" in page(client, "/accounts/logout/")
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert client.get("/").status_code == 302


def test_too_many_attempts_are_told(people: People) -> None:
    cache.clear()
    client = Client()
    answers = [
        client.post("/accounts/login/", {"login": f"ai-đó-{n}", "password": "x"}) for n in range(31)
    ]
    assert answers[-1].status_code == 429
    assert "Thử quá nhiều lần" in answers[-1].content.decode()
    cache.clear()


@pytest.mark.parametrize(
    "path", ["/nothing/here/", "/documents/01a20fac-f4c2-76bd-ae5d-81f66580b243/"]
)
def test_nothing_here_looks_like_our_pages(people: People, path: str) -> None:
    shown = page(people.client("owner"), path, 404)
    assert "Ở đây không có gì, hoặc bạn không được xem." in shown
    assert "<nav" in shown


def test_an_error_in_a_fragment_is_a_fragment(people: People) -> None:
    answer = people.client("owner").get("/people/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert "<html" not in answer.content.decode()
    assert "Vai trò của bạn không cho phép" in answer.content.decode()


def test_a_page_left_open_too_long(people: People) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.owner)
    answer = client.post("/people/me/tokens/", {"name": "x"})
    assert answer.status_code == 403
    assert "Trang mở đã quá lâu" in answer.content.decode()


def test_the_page_of_our_own_failure_needs_nothing() -> None:
    assert "Hệ thống gặp trục trặc" in render_to_string("500.html")


@pytest.mark.parametrize(
    ("name", "shown"),
    [("Lê Mai Linh", "ML"), ("admin", "A"), ("Đặng Ý", "ĐÝ"), ("", ""), ("  ", "")],
)
def test_initials(name: str, shown: str) -> None:
    assert initials(name) == shown
