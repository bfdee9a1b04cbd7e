"""Language, look, signing out, a session that ends while a page watches, and pages that say what went wrong."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from dms.errors import Conflict
from tests.browser.archive import Archive
from tests.browser.looking import faint, too_wide
from tests.people import People

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("vankho_data")]


def background(page: Page) -> str:
    return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))


def test_language_and_look_are_kept_and_one_stays_where_one_was(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner)
    page.goto("/documents/?kind=Quyết định")
    light = background(page)
    menu = page.locator("details.me summary")
    menu.click()
    page.locator("details.me button[lang=vi]").click()
    expect(page.locator("h1")).to_have_text("1 tài liệu")
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    assert "kind=" in page.url
    menu.click()
    page.get_by_role("button", name="Tối", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert background(page) != light
    assert "kind=" in page.url
    page.emulate_media(color_scheme="dark")
    menu.click()
    page.get_by_role("button", name="Sáng", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert background(page) == light
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(page.locator("html")).to_have_attribute("lang", "vi")


def test_after_signing_out_back_shows_nothing(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner)
    page.goto(f"/documents/{archive.decision.pk}/")
    page.locator("details.me summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("[name=login]")).to_be_visible()
    page.go_back()
    expect(page.locator("[name=login]")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("Quyết định")


def test_a_session_that_ends_while_the_document_is_watched_leads_to_signing_in(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner, forgiven=["status of 401", "Response Status Error Code 401"])
    page.goto(f"/documents/{archive.waiting.pk}/")
    expect(page.locator("#status[hx-trigger]")).to_have_count(1)
    Session.objects.all().delete()
    expect(page.locator("[name=login]")).to_be_visible(timeout=15_000)
    assert page.locator("body").count() == 1
    expect(page.locator("#status")).to_have_count(0)


def test_a_session_that_ends_while_the_list_is_watched_breaks_no_row(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner, forgiven=["status of 401", "Response Status Error Code 401"])
    page.goto("/documents/")
    state = page.locator("[data-row]", has_text="đang chờ").locator("[data-live]")
    before = state.inner_text()
    Session.objects.all().delete()
    with page.expect_response("**/documents/statuses/**", timeout=15_000) as answer:
        pass
    assert answer.value.status == 401
    expect(page.locator("[data-row]")).to_have_count(4)
    assert state.inner_text() == before
    page.locator(".filters [name=kind]").select_option("Quyết định")
    expect(page.locator("[name=login]")).to_be_visible()


@pytest.mark.parametrize(
    ("actor", "path", "status", "sentence"),
    [
        ("owner", "/nothing/at/all/", 404, "There is nothing here, or you may not see it."),
        ("owner", "/documents/00000000-0000-7000-8000-000000000000/", 404, "There is nothing here"),
        ("stranger", "{decision}", 404, "There is nothing here"),
        ("owner", "/people/", 403, "role"),
        ("owner", "/operate/", 403, "role"),
    ],
)  # fmt: skip
def test_what_is_not_there_or_not_allowed_is_a_page_with_the_bar(
    page_of: Callable[..., Page], people: People, archive: Archive,
    actor: str, path: str, status: int, sentence: str,
) -> None:  # fmt: skip
    page = page_of(people.named(actor), forgiven=[f"status of {status}"])
    answer = page.goto(path.format(decision=f"/documents/{archive.decision.pk}/"))
    assert answer is not None
    assert answer.status == status
    expect(page.locator("h1")).to_contain_text(sentence)
    assert faint(page) == too_wide(page) == []
    page.get_by_role("link", name="Home", exact=True).last.click()
    expect(page.locator("h1")).to_contain_text("today")


@pytest.mark.parametrize(("language", "sentence"), [("vi", "Hệ thống gặp trục trặc"), ("en", "Something broke here")])  # fmt: skip
def test_a_broken_server_says_so_in_the_readers_language(
    page_of: Callable[..., Page], people: People, archive: Archive, language: str, sentence: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("a programming error")

    page = page_of(people.owner, language=language, forgiven=["status of 500"])
    with monkeypatch.context() as breaking:
        breaking.setattr("search.views.find", broken)
        answer = page.goto("/search/?q=x")
    assert answer is not None
    assert answer.status == 500
    expect(page.get_by_role("alert").locator("h1")).to_have_text(sentence)
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert faint(page) == too_wide(page) == []
    assert "programming error" not in page.content()
    page.locator("a.button").click()
    expect(page.locator("header.bar")).to_be_visible()


def test_why_a_part_of_the_page_did_not_come_is_told(
    page_of: Callable[..., Page], people: People, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*args: object, **kwargs: object) -> None:
        raise Conflict

    page = page_of(people.owner, forgiven=["status of 4", "Error Code 4", "net::ERR", "htmx:"])
    page.goto(f"/documents/{archive.decision.pk}/")
    accept, failed = page.locator('#panel button[value="accept"]').first, page.locator("#failed")
    expect(failed).to_be_hidden()
    with monkeypatch.context() as refusing:
        refusing.setattr("dms.documents.operations.decide_suggestion", refused)
        accept.click()
        expect(failed).to_contain_text("Somebody else changed this meanwhile")
    page.context.set_offline(True)
    accept.click()
    expect(failed).to_have_text("This did not work")
    page.context.set_offline(False)
    accept.click()
    expect(page.locator("#panel")).to_contain_text("confirmed")
    expect(failed).to_be_hidden()
