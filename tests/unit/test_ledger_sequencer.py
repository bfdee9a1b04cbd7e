"""One sequencer: every event becomes one leaf, in order; checkpoints are signed and exported."""

import stat
from pathlib import Path

import pytest

from dms.audit import sequencer
from dms.audit.canonical import canonical
from dms.audit.export import ExportConflict
from dms.audit.merkle import Frontier, leaf_hash
from dms.audit.models import Checkpoint, Event, Leaf, TreeHead
from dms.audit.note import KeyMissing, Signer, WrongKey, write_new
from dms.audit.sequencer import append_leaves, last_settled_event
from dms.audit.tasks import append_ledger, checkpoint_ledger
from dms.audit.verifier import PublicKey, event_bytes, read_note
from tests.ledger import LedgerFiles, minutes, record_some


def test_leaves_follow_the_events(db: None, ledger_files: LedgerFiles) -> None:
    record_some(1, 5)
    assert [append_leaves(limit=3), append_leaves(limit=3), append_leaves(limit=3)] == [3, 2, 0]
    leaves = list(Leaf.objects.order_by("index"))
    assert [leaf.index for leaf in leaves] == [0, 1, 2, 3, 4]
    assert [leaf.event for leaf in leaves] == list(Event.objects.order_by("id"))
    assert [leaf.hash for leaf in leaves] == [
        leaf_hash(canonical(leaf.event)).hex() for leaf in leaves
    ]


def test_an_empty_ledger_has_nothing_to_append_or_sign(db: None, ledger_files: LedgerFiles) -> None:
    assert append_ledger(minutes(0)) == 0
    assert checkpoint_ledger(minutes(0)) is None


def test_a_second_sequencer_at_the_same_time_appends_nothing(
    db: None, ledger_files: LedgerFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one finishes between this one's reading and its writing."""
    record_some(1, 5)

    def other_first() -> int:
        monkeypatch.setattr(sequencer, "last_settled_event", last_settled_event)
        assert append_leaves() == 5
        return last_settled_event()

    monkeypatch.setattr(sequencer, "last_settled_event", other_first)
    assert append_leaves() == 0
    assert Leaf.objects.count() == TreeHead.objects.get().size == 5


def test_head_and_leaves_are_written_together(
    db: None, ledger_files: LedgerFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_some(1, 5)

    def full(*args: object, **options: object) -> None:
        raise OSError

    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(Leaf.objects, "bulk_create", full)
        append_leaves()
    assert TreeHead.objects.get().size == 0
    assert append_leaves() == 5


def test_the_verifier_reads_an_event_as_the_ledger_wrote_it(
    db: None, ledger_files: LedgerFiles
) -> None:
    record_some(1, 1)
    event = Event.objects.get()
    row = (
        event.pk,
        event.kind,
        event.target,
        event.actor,
        event.at,
        event.detail,
        event.salt,
        None,
    )
    assert event_bytes(row) == canonical(event)
    assert b'"at":"2026-03-02T12:01:00.000001Z"' in canonical(event)


def test_a_checkpoint_says_size_root_and_moment(ledger: LedgerFiles) -> None:
    key = PublicKey.from_pem(ledger.public_key.read_text())
    said = read_note(Checkpoint.objects.get(size=7).note, key)
    hashes = Leaf.objects.order_by("index").values_list("hash", flat=True)[:7]
    root = Frontier().extended(bytes.fromhex(text) for text in hashes).root
    assert (said.size, said.root, said.at) == (7, root, "2026-03-02T12:20:00.000020Z")


def test_an_unchanged_tree_is_not_signed_again(ledger: LedgerFiles) -> None:
    first = checkpoint_ledger(minutes(30))
    assert checkpoint_ledger(minutes(40)) == first
    assert Checkpoint.objects.count() == 3


def test_every_checkpoint_is_exported_for_reading_only(ledger: LedgerFiles) -> None:
    files = sorted(path for path in ledger.exported.iterdir() if path.name.startswith("checkpoint"))
    assert [path.name for path in files] == ["checkpoint-000000000003", "checkpoint-000000000007"]
    assert [path.read_text() for path in files] == [
        c.note for c in Checkpoint.objects.order_by("size")
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o444}


def test_an_export_that_failed_is_made_up_for(
    db: None, ledger_files: LedgerFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    record_some(1, 2)

    def full(*args: object, **options: object) -> None:
        raise OSError

    with monkeypatch.context() as patch, pytest.raises(OSError):
        patch.setattr(sequencer, "export", full)
        checkpoint_ledger(minutes(5))
    record_some(3, 4)
    checkpoint_ledger(minutes(6))
    names = {path.name for path in ledger_files.exported.iterdir()}
    assert names == {"ledger-public.pem", "checkpoint-000000000002", "checkpoint-000000000004"}


def test_another_history_is_not_exported_over_the_first(ledger: LedgerFiles) -> None:
    """As when an old backup was restored and work went on."""
    file = ledger.exported / "checkpoint-000000000007"
    file.chmod(0o644)
    file.write_text("another history")
    with pytest.raises(ExportConflict):
        checkpoint_ledger(minutes(30))
    assert file.read_text() == "another history"


def test_the_key_is_made_once_for_its_owner_only(ledger: LedgerFiles) -> None:
    assert stat.S_IMODE(ledger.key.stat().st_mode) == 0o600
    first = Signer.from_file(ledger.key, create=True)
    assert first.public_raw == Signer.from_file(ledger.key, create=False).public_raw
    assert [path.name for path in ledger.key.parent.iterdir()] == ["ledger.pem"], "no draft is left"


def test_a_lost_key_is_not_replaced_in_silence(ledger: LedgerFiles) -> None:
    ledger.key.unlink()
    with pytest.raises(KeyMissing):
        checkpoint_ledger(minutes(30))
    assert not ledger.key.exists()


@pytest.mark.parametrize("content", ["", "no key", "-----BEGIN PRIVATE KEY-----\n"])
def test_a_broken_key_says_so(tmp_path: Path, content: str) -> None:
    path = tmp_path / "ledger.pem"
    path.write_text(content)
    with pytest.raises(WrongKey):
        Signer.from_file(path, create=True)


def test_two_who_make_the_key_at_once_share_one(tmp_path: Path) -> None:
    path = tmp_path / "ledger.pem"
    write_new(path, b"first", mode=0o600)
    with pytest.raises(FileExistsError):
        write_new(path, b"second", mode=0o600)
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]
