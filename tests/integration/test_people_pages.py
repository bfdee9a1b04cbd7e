"""People, units, one's own account: what the forms do and refuse."""

import re

import pytest
from django.test import Client

from dms.accounts.models import ApiToken, Unit, User
from dms.accounts.passwords import generated
from dms.accounts.roles import MAY, Role, Verb
from tests.people import People

pytestmark = pytest.mark.usefixtures("vankho_data")


@pytest.fixture
def administrator(people: People) -> Client:
    return people.client("administrator")


def test_a_new_person_signs_in_with_the_password_that_is_shown_once(
    administrator: Client, people: People
) -> None:
    given = {"username": "linh.mai", "full_name": "Lê Mai Linh", "unit": people.office.pk, "roles": ["clerk"]}  # fmt: skip
    answer = administrator.post("/people/new/", given)
    shown = re.search(r'id="password">([^<]+)<', answer.content.decode())
    assert shown
    assert answer["Cache-Control"] == "no-store"
    assert Client().login(username="linh.mai", password=shown[1])
    made = User.objects.get(username="linh.mai")
    assert (made.unit, made.role_names) == (people.office, frozenset({"clerk"}))
    assert shown[1] not in administrator.get(f"/people/{made.pk}/").content.decode()


def test_a_name_that_is_taken_is_told_at_its_field(administrator: Client, people: People) -> None:
    given = {"username": people.owner.username, "full_name": "Khác"}
    answer = administrator.post("/people/new/", given)
    assert answer.status_code == 422
    assert "Tên này đã có" in answer.content.decode()


def test_a_deactivated_person_leaves_the_usual_list(administrator: Client, people: People) -> None:
    address = f"/people/{people.stranger.pk}/"
    administrator.post(address, {"full_name": "Người cũ", "roles": ["staff"]})
    people.stranger.refresh_from_db()
    assert not people.stranger.is_active
    assert "Đã lưu: Người cũ" in administrator.get("/people/").content.decode()
    assert "Người cũ" not in administrator.get("/people/").content.decode()
    assert "Người cũ" in administrator.get("/people/?state=off").content.decode()
    assert "Người cũ" in administrator.get("/people/?state=all&q=người").content.decode()


def test_the_last_administrator_stays(administrator: Client, people: People) -> None:
    given = {"full_name": "Quản trị", "roles": ["reader"], "is_active": "on"}
    answer = administrator.post(f"/people/{people.administrator.pk}/", given)
    assert answer.status_code == 422
    assert "quản trị viên cuối cùng" in answer.content.decode()
    assert User.objects.get(pk=people.administrator.pk).role_names == {"administrator"}


def test_a_new_password_replaces_the_old(administrator: Client, people: People) -> None:
    answer = administrator.post(f"/people/{people.owner.pk}/password/")
    shown = re.search(r'id="password">([^<]+)<', answer.content.decode())
    assert shown
    assert Client().login(username=people.owner.username, password=shown[1])


def test_units_are_opened_moved_and_never_below_themselves(
    administrator: Client, people: People
) -> None:
    given = {"name": "Tổ một cửa", "parent": people.office.pk, "agency": people.agency.pk}
    assert administrator.post("/people/units/", given).status_code == 302
    made = Unit.objects.get(name="Tổ một cửa")
    assert "Đã lập đơn vị" in administrator.get("/people/units/").content.decode()
    page = administrator.get("/people/units/").content.decode()
    assert page.index("Văn phòng") < page.index("Tổ một cửa")
    assert "tree__2" in page
    loop = {"name": people.office.name, "parent": made.pk}
    answer = administrator.post(f"/people/units/{people.office.pk}/", loop)
    assert answer.status_code == 422
    assert "không thể trực thuộc chính nó" in answer.content.decode()
    moved = {"name": "Tổ tiếp nhận", "parent": people.elsewhere.pk}
    administrator.post(f"/people/units/{made.pk}/", moved)
    made.refresh_from_db()
    assert (made.name, made.parent) == ("Tổ tiếp nhận", people.elsewhere)


def test_ones_own_password_asks_for_the_old_one(people: People) -> None:
    people.owner.set_password("cũ-mà-rất-dài-1")
    people.owner.save()
    client, new = people.client("owner"), generated()
    wrong = {"old": "sai", "new": new, "again": new}
    assert client.post("/people/me/password/", wrong).status_code == 422
    differing = {"old": "cũ-mà-rất-dài-1", "new": new, "again": "khác"}
    assert client.post("/people/me/password/", differing).status_code == 422
    weak = {"old": "cũ-mà-rất-dài-1", "new": "123", "again": "123"}
    assert "quá yếu" in client.post("/people/me/password/", weak).content.decode()
    right = {"old": "cũ-mà-rất-dài-1", "new": new, "again": new}
    assert client.post("/people/me/password/", right).status_code == 302
    assert client.get("/people/me/").status_code == 200  # still signed in here
    assert Client().login(username=people.owner.username, password=new)


def test_a_token_opens_the_interface_until_it_is_revoked(people: People) -> None:
    client = people.client("owner")
    page = client.post("/people/me/tokens/", {"name": "máy quét"}).content.decode()
    shown = re.search(r'id="token">([^<]+)<', page)
    assert shown
    bearer = {"Authorization": f"Bearer {shown[1]}"}
    assert Client().get("/api/v1/documents", headers=bearer).status_code == 200
    token = ApiToken.objects.get()
    assert (
        people.client("colleague").post(f"/people/me/tokens/{token.pk}/revoke/").status_code == 404
    )
    client.post(f"/people/me/tokens/{token.pk}/revoke/")
    assert Client().get("/api/v1/documents", headers=bearer).status_code == 401


def test_the_table_of_roles_is_the_one_in_code(people: People) -> None:
    page = people.client("owner").get("/people/me/").content.decode()
    rows = re.findall(r'<tr[^>]*><th scope="row">.*?</tr>', page, re.S)
    assert [row.count("<svg") for row in rows] == [len(MAY[role]) for role in Role]
    assert page.count('<th scope="col">') == len(Verb)


def test_generated_passwords_differ_and_are_long() -> None:
    made = {generated() for _ in range(50)}
    assert len(made) == 50
    assert all(re.fullmatch(r"(?:[a-z2-9]{4}-){3}[a-z2-9]{4}", password) for password in made)
