"""The work of a day by the keyboard alone, seeing where one is; and what axe-core has to say."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from dms.documents.models import Document, Suggestion
from tests.browser import axe
from tests.browser.archive import DECISION, Archive, pictured
from tests.browser.looking import PHONE, focus
from tests.browser.screens import of_the_administrator, of_the_owner
from tests.factories import read
from tests.people import People
from tests.renditions import suggested

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("vankho_data")]
PASSWORD = "mot mat khau rat dai"


def tab_to(page: Page, selector: str, *, most: int = 40) -> None:
    """Press Tab until this has the keyboard; on the way one always sees where one is."""
    for _ in range(most):
        page.keyboard.press("Tab")
        at = focus(page)
        assert at["seen"], f"one cannot see that the keyboard is at {at['name']}"
        if page.locator(selector).first.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"{selector} cannot be reached")


def test_sign_in_send_open_and_accept_without_a_mouse(
    page_of: Callable[..., Page], people: People, tmp_path: Path
) -> None:
    people.owner.set_password(PASSWORD)
    people.owner.save()
    page = page_of(None)
    page.goto("/")
    expect(page.locator("[name=login]")).to_be_focused()
    page.keyboard.type(people.owner.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("today")
    page.wait_for_load_state()

    page.keyboard.press("u")
    expect(page.locator("h1")).to_have_text("Upload")
    tab_to(page, "#files")
    file = tmp_path / "quyết định.bin"
    file.write_bytes(b"%PDF-1.7")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(file)
    tab_to(page, "#files-sent a")
    with transaction.atomic():  # as a worker does meanwhile
        document = Document.objects.get()
        assert document.current is not None
        read(document.current, DECISION)
        pictured(document)
        suggested(document, "type_name", "Quyết định")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("quyết định")
    tab_to(page, '#panel button[value="accept"]')
    page.keyboard.press("Enter")
    expect(page.locator("#panel")).to_contain_text("confirmed")
    assert Suggestion.objects.get().state == "accepted"


def test_the_first_stop_skips_the_bar_and_a_question_mark_helps(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    page = page_of(people.owner)
    page.goto("/documents/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('#main').contains(document.activeElement)")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("[data-row].at")).to_have_count(0)  # behind a dialog nothing moves
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("?j")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("#finder")).to_have_value("?j")


@pytest.mark.parametrize("name", ["list", "search", "upload", "document", "access"])
def test_every_stop_of_the_keyboard_shows(
    page_of: Callable[..., Page], people: People, archive: Archive, name: str
) -> None:
    page = page_of(people.owner)
    page.goto(of_the_owner(archive)[name])
    unseen, stops = [], 0
    while stops < 90:
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        stops += 1
        at = focus(page)
        if not at["seen"]:
            unseen.append(at["name"])
    assert stops > 10
    assert unseen == []


def judged(page: Page, screens: dict[str, str]) -> list[str]:
    """What axe has against these screens."""
    found = []
    for name, path in screens.items():
        page.goto(path)
        found += [f"{name}: {words}" for words in axe.serious(page)]
    return found


def test_axe_finds_nothing_serious(
    page_of: Callable[..., Page], people: People, archive: Archive
) -> None:
    axe.source()
    desk = {"bypass_csp": True, "forgiven": ["status of 404"]}
    phone = desk | PHONE | {"color_scheme": "dark"}
    pages = of_the_owner(archive)
    most = {name: pages[name] for name in ("search", "list", "upload", "document", "history")}
    found = judged(page_of(people.owner, **desk), pages)
    found += judged(page_of(people.administrator, **phone), of_the_administrator(people))
    found += judged(page_of(people.owner, **phone), most)
    found += judged(page_of(None, **desk), {"sign-in": "/accounts/login/"})
    assert not found, "\n".join(found)


def test_axe_can_tell(page_of: Callable[..., Page], people: People, archive: Archive) -> None:
    axe.source()
    page = page_of(people.owner, bypass_csp=True)
    page.goto("/documents/")
    page.locator("#finder").evaluate(
        "box => { box.labels[0].remove(); box.removeAttribute('placeholder'); }"
    )
    assert [found.partition(" ")[0] for found in axe.serious(page)] == ["label"]
