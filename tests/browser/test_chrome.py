"""What stands around every page: the search box of the bar, and what is left of it on paper."""

from collections.abc import Callable

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from dms.documents import operations
from search.index import rebuild
from tests.factories import a_document
from tests.ledger import NOON
from tests.people import People, make_people

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("vankho_data")]


@pytest.fixture
def people(transactional_db: None) -> People:
    made = make_people()
    with transaction.atomic():
        document = a_document(by=made.owner, name="09.pdf", texts=["Quy trình nội bộ"])
        changes = {"type_name": "Quyết định", "subject": "Quy trình nội bộ"}
        operations.edit_metadata(document, changes, by=made.owner, at=NOON)
    rebuild()
    return made


def test_the_search_box_offers_titles_and_no_empty_list(
    page_of: Callable[..., Page], people: People
) -> None:
    page = page_of(people.owner)
    page.goto("/search/")
    box, offers = page.locator("#finder"), page.locator("#finder-offers")
    box.press_sequentially("quyet d")
    expect(offers.get_by_role("option")).to_have_count(1)
    with page.expect_response("**/search/complete/**xyzzy"):
        box.press_sequentially(" xyzzy")
    expect(offers.get_by_role("option")).to_have_count(0)
    expect(offers).to_be_hidden()


def test_on_paper_there_is_what_was_found_and_nothing_to_press(
    page_of: Callable[..., Page], people: People
) -> None:
    page = page_of(people.owner)
    page.emulate_media(media="print")
    page.goto("/search/?q=quy+trinh")
    expect(page.locator(".hit")).to_be_visible()
    expect(page.locator(".facets")).to_be_hidden()
    page.goto("/documents/")
    expect(page.get_by_text("Quyết định · Quy trình nội bộ").first).to_be_visible()
    for part in (".filters", "input[type=checkbox]"):
        for found in page.locator(part).all():
            expect(found).to_be_hidden()
