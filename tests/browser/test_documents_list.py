"""The list of documents in a real browser: keys, selecting, withdrawing with undo, filters, columns, pages, live states."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction
from playwright.sync_api import Locator, Page, expect

from dms.documents.listing import PAGE_SIZE
from dms.documents.models import Document
from tests.browser.archive import Archive
from tests.factories import read, taken_in
from tests.people import People

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("vankho_data")]


def titles(page: Page) -> list[str]:
    return page.locator("tbody [data-open]").all_inner_texts()


def at(page: Page) -> Locator:
    return page.locator("[data-row].at")


def asked(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_rows_by_keys_and_the_open_one(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner)
    page.goto("/documents/?sort=title")
    shown = titles(page)
    assert len(shown) == 4
    for key, place in (("j", 0), ("j", 1), ("j", 2), ("k", 1), ("k", 0), ("k", 0), ("j", 1)):
        page.keyboard.press(key)
        expect(at(page)).to_have_count(1)
        expect(at(page).locator("[data-open]")).to_have_text(shown[place])
        expect(at(page).locator("[data-open]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(shown[1])


def test_enter_on_a_ticked_row_opens_it_and_withdraws_nothing(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner)
    page.goto("/documents/")
    row = page.locator("[data-row]", has_text="thông báo")
    row.locator("input[type=checkbox]").click()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/documents/{archive.notice.pk}/")
    assert Document.objects.standing().count() == 4


def test_several_are_withdrawn_and_brought_back(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner)
    page.goto("/documents/?sort=title")
    shown = titles(page)
    expect(page.locator("[data-bulk-bar]")).to_be_hidden()
    for key in ("j", "x", "j", "j", "x"):
        page.keyboard.press(key)
    expect(page.locator("[data-bulk-count]")).to_contain_text("(2)")
    assert page.locator("[data-all]").evaluate("box => box.indeterminate")
    page.fill("#bulk-reason", "gửi nhầm")
    page.locator("[data-bulk-bar]").get_by_role("button", name="Withdraw").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    assert titles(page) == [shown[1], shown[3]]
    assert asked(page) == {"sort": ["title"]}
    gone = Document.objects.exclude(withdrawn_at=None).filter(withdrawn_reason="gửi nhầm")
    assert {document.title for document in gone} == {shown[0], shown[2]}
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".told .notice--good")).to_contain_text("2 documents are back")
    assert titles(page) == shown
    page.locator("[data-all]").check()
    expect(page.locator("[data-bulk-count]")).to_contain_text("(4)")
    page.locator("[data-all]").uncheck()
    expect(page.locator("[data-bulk-bar]")).to_be_hidden()


def test_filters_stand_in_the_address_and_come_back_with_it(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner)
    page.goto("/documents/")
    heading, kind, sort = page.locator("h1"), page.locator(".filters [name=kind]"), page.locator(".filters [name=sort]")  # fmt: skip
    kind.select_option("Quyết định")
    expect(heading).to_have_text("1 document")
    assert asked(page) == {"kind": ["Quyết định"]}
    sort.select_option("oldest")
    expect(page.locator(".filters [name=sort]")).to_have_value("oldest")
    page.wait_for_url("**sort=oldest**")
    assert asked(page) == {"kind": ["Quyết định"], "sort": ["oldest"]}
    assert page.locator("header.bar").count() == 1, "a fragment came, not a page in a page"
    page.go_back()
    page.wait_for_url(lambda url: "sort" not in url)
    expect(heading).to_have_text("1 document")
    expect(kind).to_have_value("Quyết định")
    expect(sort).to_have_value("newest")
    page.go_back()
    expect(heading).to_have_text("4 documents")
    expect(kind).to_have_value("")
    page.go_forward()
    expect(heading).to_have_text("1 document")
    expect(kind).to_have_value("Quyết định")
    page.reload()
    expect(heading).to_have_text("1 document")
    page.locator(".chip", has_text="Quyết định").click()
    expect(heading).to_have_text("4 documents")
    assert asked(page) == {}
    page.locator(".filters [name=withdrawn]").click()
    expect(heading).to_have_text("1 document")
    expect(page.locator("tbody")).to_contain_text("gửi nhầm nơi")


def test_columns_are_chosen_and_kept_by_the_address(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner)
    page.goto("/documents/?kind=Quyết định")
    expect(page.locator("thead")).not_to_contain_text("Taken in by")
    page.locator("summary", has_text="Columns").click()
    page.locator("[data-column][value=by]").check()
    page.get_by_role("button", name="Show these").click()
    expect(page.locator("thead")).to_contain_text("Taken in by")
    expect(page.locator("tbody")).to_contain_text("Owner")
    expect(page.locator("h1")).to_have_text("1 document")
    assert "by" in asked(page)["cols"][0].split()
    page.locator(".filters [name=kind]").select_option("")
    expect(page.locator("h1")).to_have_text("4 documents")
    expect(page.locator("thead")).to_contain_text("Taken in by")


def test_pages_of_the_list_show_all_once(page_of: Callable[..., Page], people: People) -> None:
    with transaction.atomic():
        for place in range(PAGE_SIZE + 3):
            taken_in(f"{place}".encode(), by=people.owner, name=f"văn bản {place:02}.txt")
    page = page_of(people.owner)
    page.goto("/documents/?sort=title")
    first = titles(page)
    assert len(first) == PAGE_SIZE
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.locator("[rel=next]").click()
    expect(page.locator("tbody tr")).to_have_count(3)
    assert sorted({*first, *titles(page)}) == [f"văn bản {n:02}.txt" for n in range(PAGE_SIZE + 3)]
    assert page.evaluate("scrollY") == 0
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(PAGE_SIZE)
    page.go_forward()
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_text("To the beginning").click()
    expect(page.locator("tbody tr")).to_have_count(PAGE_SIZE)


def test_a_row_tells_by_itself_when_it_can_be_found(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner)
    page.goto("/documents/?state=received")
    state = page.locator("[data-row]", has_text="đang chờ").locator("[data-live]")
    expect(state).not_to_contain_text("Searchable")
    version = archive.waiting.current
    assert version is not None
    with transaction.atomic():
        read(version, ["chữ vừa đọc"])
    expect(state).to_contain_text("Searchable", timeout=15_000)
    version.document.versions.update(state="complete")
    expect(state).to_have_attribute("data-again", "0", timeout=15_000)
