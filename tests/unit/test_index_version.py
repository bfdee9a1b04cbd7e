"""What is written into the index is what the schema's version says: another form needs another version."""

import hashlib
import json

from search.engines.tantivy.schema import VERSION, row
from tests.engines import an_entry, day

WRITTEN = {1: "ecc031317f625408"}
SAMPLE = an_entry(
    7, "Căn cứ Quyết định số 12/2022/QĐ-TTg; hòa, hoà, khoẻ\n9001:2015 x\u0302 đ", revision=3,
    title="Quyết định 05/QĐ-UBND · Thuỵ", subject="Thụy", filename="ban_scan 01.pdf",
    type_name="Quyết định", organ_name="UBND xã Tú Sơn", number="05/QĐ-UBND",
    issued_on=day("2023-09-15"), signer_name="Trần Thị Thủy", unit="3", state="kept",
    access=frozenset({"staff", "unit:3"}),
)  # fmt: skip


def test_the_version_says_what_is_written() -> None:
    plain = json.dumps(row(SAMPLE).to_dict(), sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(plain.encode()).hexdigest()[:16]
    assert WRITTEN.get(VERSION) == digest, "raise VERSION, so that old indexes are made anew"
