"""The main pages, each in the state that shows the most of it."""

from tests.browser.archive import Archive
from tests.people import People


def of_the_owner(archive: Archive) -> dict[str, str]:
    """What a clerk opens, by name."""
    document = f"/documents/{archive.decision.pk}/"
    return {
        "home": "/", "search": "/search/?q=uy+ban", "search failed": "/search/?q=ngay:x",
        "nothing found": "/search/?q=khongco", "list": "/documents/",
        "withdrawn": "/documents/?withdrawn=1", "upload": "/documents/upload/",
        "document": f"{document}?q=uy+ban", "versions": f"{document}?tab=versions",
        "access": f"{document}?tab=access", "history": f"{document}?tab=history",
        "form": f"{document}?edit=1", "unread": f"/documents/{archive.waiting.pk}/",
        "failed": f"/documents/{archive.failed.pk}/", "text alone": f"/documents/{archive.notice.pk}/",
        "gone": f"/documents/{archive.withdrawn.pk}/", "account": "/people/me/", "missing": "/nothing/",
    }  # fmt: skip


def of_the_administrator(people: People) -> dict[str, str]:
    """What only an administrator opens."""
    return {
        "operation": "/operate/", "people": "/people/", "new person": "/people/new/",
        "person": f"/people/{people.owner.pk}/", "units": "/people/units/",
        "unit": f"/people/units/{people.office.pk}/", "take access": "/documents/access/",
    }  # fmt: skip
