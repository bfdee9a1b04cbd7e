"""Everything a person reads has its Vietnamese, and the compiled catalogue is the one that was written."""

import gettext
import re
from datetime import date

import pytest
from django.apps import apps
from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as translated

from dms.audit.kinds import declared
from dms.documents.presenting import sentences
from dms.management.commands.makemessages import error_sentences
from tests.catalogue import MESSAGES, Entry, asked_for, entries

PLACEHOLDER = re.compile(r"%\((\w+)\)s|(?<!%)\{(\w+)\}")


@pytest.fixture(scope="module")
def catalogue() -> dict[str, Entry]:
    return {entry.msgid: entry for entry in entries()}


def test_nothing_waits_for_a_translation(catalogue: dict[str, Entry]) -> None:
    assert len(catalogue) > 500
    assert [entry.msgid for entry in catalogue.values() if not entry.text or entry.fuzzy] == []


def test_every_sentence_in_code_and_templates_is_known(catalogue: dict[str, Entry]) -> None:
    asked = list(asked_for())
    assert len({where for where, _ in asked}) > 40
    assert sorted({(where, msgid) for where, msgid in asked if msgid not in catalogue}) == []


def test_every_error_has_its_vietnamese(catalogue: dict[str, Entry]) -> None:
    assert "There is nothing here, or you may not see it." in error_sentences()
    assert [sentence for sentence in error_sentences() if sentence not in catalogue] == []


def test_every_event_and_problem_has_its_vietnamese(catalogue: dict[str, Entry]) -> None:
    asked = {*declared().values(), *sentences().values()}
    assert [msgid for msgid in sorted(asked) if msgid not in catalogue] == []


def test_every_label_of_a_model_has_its_vietnamese() -> None:
    """Names of fields that are ours and choices that forms and lists show."""
    english = set()
    for config in apps.get_app_configs():
        if not config.name.startswith(("dms", "search", "ocr_pipeline")):
            continue
        for model in config.get_models():
            for field in model._meta.local_fields:
                for _, label in field.flatchoices:
                    with translation.override("en"):
                        here = str(label)
                    with translation.override("vi"):
                        english |= {here} if str(label) == here else set()
    assert english == set()


def test_placeholders_survive(catalogue: dict[str, Entry]) -> None:
    wrong = [
        entry.msgid for entry in catalogue.values()
        if named(entry.msgid) | named(entry.plural) != named(entry.text)
    ]  # fmt: skip
    assert wrong == []


def named(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def test_the_compiled_catalogue_is_in_step(catalogue: dict[str, Entry]) -> None:
    with (MESSAGES / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    held = {
        key[0] if isinstance(key, tuple) else key: text
        for key, text in compiled._catalog.items()  # type: ignore[attr-defined]
        if key
    }
    assert held == {
        f"{entry.context}\x04{entry.msgid}" if entry.context else entry.msgid: entry.text
        for entry in catalogue.values()
    }


def test_dates_and_numbers_are_written_as_in_the_office() -> None:
    with translation.override("vi"):
        assert formats.date_format(date(2023, 9, 15)) == "15/09/2023"
        assert formats.number_format(1774, force_grouping=True) == "1.774"
        assert formats.number_format(2.1, decimal_pos=1) == "2,1"
        assert translated("Documents") == "Tài liệu"
    with translation.override("en"):
        assert formats.number_format(1774, force_grouping=True) == "1,774"
    assert settings.LANGUAGE_CODE == "vi"
