"""An invented commune to look around in: people of several units, and records with different readers."""

import os
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connections, transaction

from dms.accounts.models import User
from dms.accounts.operations import administrators, create_user, open_unit
from dms.accounts.passwords import generated
from dms.accounts.roles import Role
from dms.commands import DomainCommand, default_unit, now
from dms.documents.intake import Channel, store_file, take_in
from dms.documents.models import (
    GrantSubject,
    IdempotencyKey,
    Mode,
    Page,
    PageState,
    Version,
    VersionState,
)
from dms.documents.models.version import TERMINAL
from dms.documents.sharing import grant
from dms.errors import Conflict
from dms.pipeline.claim import live_workers
from dms.pipeline.processes import Processes
from dms.storage.default import store

FOLDER = settings.BASE_DIR / "dms" / "samples"
SAMPLE = Channel("sample")
ARRIVED = [VersionState.SEARCHABLE, *TERMINAL]
STALLED_S = 60.0  # then serving begins, and the workers go on reading behind it

OFFICE, LAND, CULTURE = "Văn phòng", "Địa chính - Xây dựng", "Văn hóa - Xã hội"


class NoAdministrator(Conflict):
    """There is no administrator yet; run create_administrator first."""

    code = "no_administrator"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the invented commune."""

    username: str
    full_name: str
    unit: str
    role: Role


@dataclass(frozen=True, slots=True)
class Record:
    """A file, who takes it in, and who else may read it."""

    name: str
    by: str
    mode: Mode = Mode.CONDITIONAL
    readers: tuple[str, ...] = ()


PEOPLE = (
    Person("vanthu", "Hồ Diệu Thảo Nguyên", OFFICE, Role.CLERK),
    Person("luutru", "Bùi Quế Lâm", OFFICE, Role.ARCHIVIST),
    Person("diachinh", "Đoàn Văn Khoát", LAND, Role.STAFF),
    Person("vanhoa", "Mạc Thị Hải Yến", CULTURE, Role.STAFF),
)
RECORDS = (
    Record("quyet-dinh-kien-toan-ban-chi-dao.pdf", "vanthu", Mode.OPEN),
    Record("thong-bao-lich-tiep-cong-dan.pdf", "vanthu", Mode.OPEN),
    Record("ke-hoach-chinh-ly-tai-lieu-luu-tru.pdf", "luutru", Mode.OPEN),
    Record("giay-moi-hop-xet-cong-nhan-gia-dinh-van-hoa.tif", "vanhoa", Mode.OPEN),
    Record("bao-cao-cai-cach-hanh-chinh-6-thang.pdf", "vanthu", readers=("diachinh",)),
    Record("cong-van-so-hoa-ho-so-dia-chinh.pdf", "diachinh", readers=("luutru",)),
    Record("bien-ban-kiem-tra-ranh-gioi-thua-dat.jpg", "diachinh"),
    Record("to-trinh-mua-sam-ke-luu-tru.docx", "vanthu"),
    Record("ghi-chep-giao-ban-tuan.txt", "vanthu"),
    Record("bao-cao-xac-minh-don-kien-nghi.pdf", "diachinh", Mode.SECRET),
)


class Command(DomainCommand):
    """Load the sample records once, through the real intake, and wait until they are read."""

    help = "Load the sample people and records; changes nothing where they are loaded."

    def handle(self, *args: Any, **options: Any) -> None:
        if IdempotencyKey.objects.filter(key__startswith="sample:").count() == len(RECORDS):
            self.tell({"loaded": 0}, as_json=options["json"], line="The sample records are loaded.")
            return
        people = self.people()
        versions = [self.take(record, people) for record in RECORDS]
        read = self.wait([str(version.pk) for version in versions])
        later = "" if read == len(versions) else "; the rest is read while the system runs"
        self.tell(
            {"loaded": len(versions), "read": read}, as_json=options["json"],
            line=f"{len(versions)} sample records loaded, {read} read{later}.",
        )  # fmt: skip

    def people(self) -> dict[str, User]:
        """The people with their units, made together; their one password is shown once."""
        names = [person.username for person in PEOPLE]
        if not User.objects.filter(username__in=names).exists():
            password = generated()
            with transaction.atomic():
                make_people(password)
            self.say(f"Sample people: {', '.join(names)}")
            self.say(f"Their password (shown only now): {password}")
        return {user.username: user for user in User.objects.filter(username__in=names)}

    def take(self, record: Record, people: dict[str, User]) -> Version:
        """One record in, with its grants."""
        by = people[record.by]
        receipt = take_in(
            store_file(FOLDER / record.name, store=store()), untrusted_name=record.name,
            channel=SAMPLE, by=by, at=now(), store=store(), mode=record.mode,
            key=f"sample:{record.name}",
        )  # fmt: skip
        for reader in record.readers:
            document, subject = receipt.version.document, str(people[reader].pk)
            grant(document, GrantSubject.USER, subject, by=by, at=now())
        return receipt.version

    def wait(self, versions: list[str]) -> int:
        """Tell how far the reading is, until it is done or nothing moves any more; how many are read."""
        helpers = None if live_workers().exists() else Processes(os.cpu_count() or 1)
        if helpers:
            connections.close_all()
            helpers.start()
        read, told, moved_at = 0, "", time.monotonic()
        try:
            while read < len(versions) and time.monotonic() - moved_at < STALLED_S:
                read = Version.objects.filter(pk__in=versions, state__in=ARRIVED).count()
                pages = Page.objects.filter(version_id__in=versions, state=PageState.READ).count()
                line = f"Read {pages} pages; {read} of {len(versions)} sample records can be found"
                if line != told:
                    told, moved_at = line, time.monotonic()
                    self.say(line)
                time.sleep(0.2)
        finally:
            if helpers:
                helpers.stop()
        return read


def make_people(password: str) -> None:
    """Units below the root unit, and a person or two in each. Raises: NoAdministrator."""
    administrator = administrators().order_by("pk").first()
    if administrator is None:
        raise NoAdministrator
    at, root = now(), default_unit()
    units = {
        name: open_unit(agency=root.agency, name=name, parent=root, by=administrator, at=at)
        for name in (OFFICE, LAND, CULTURE)
    }
    for person in PEOPLE:
        create_user(
            username=person.username, full_name=person.full_name, unit=units[person.unit],
            roles=[person.role], password=password, by=administrator, at=at,
        )  # fmt: skip
