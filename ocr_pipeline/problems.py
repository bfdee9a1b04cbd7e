"""What can be wrong with a file, as codes: the state it ends in and the sentence that says what to do."""

from collections.abc import Mapping
from dataclasses import dataclass


def _(sentence: str) -> str:
    """Mark a sentence for translators; it is translated where it is shown."""
    return sentence


@dataclass(frozen=True, slots=True)
class Problem:
    """A terminal outcome: `status` is a version state (`kept` or `quarantined`)."""

    status: str
    sentence: str


KEPT, QUARANTINED = "kept", "quarantined"

PROBLEMS: Mapping[str, Problem] = {
    # found by inspection: what the file is
    "unsupported": Problem(KEPT, _("This kind of file is kept but cannot be read here. Download the original to open it.")),
    "binary_text": Problem(KEPT, _("This looks like text, but not in an encoding that is known here. Save it as UTF-8 and upload it again.")),
    "empty": Problem(QUARANTINED, _("The file holds no pages. Check the original and upload it again.")),
    "truncated": Problem(QUARANTINED, _("The file is incomplete; its end is missing. Copy or scan it again and upload it again.")),
    "damaged": Problem(QUARANTINED, _("The file is damaged and cannot be opened. Open it in the program that made it, save it again, and upload the new copy.")),
    "encrypted": Problem(QUARANTINED, _("The file is protected by a password. Open it, save it without a password, and upload it again.")),
    "contradictory": Problem(QUARANTINED, _("Two readers disagree on what this file holds, so it is not trusted. Print or scan it to a new PDF and upload that.")),
    "polyglot": Problem(QUARANTINED, _("The file is two kinds of file in one, which is a way to hide content. Save it again in one format and upload the new copy.")),
    "too_many_pages": Problem(QUARANTINED, _("The file has more pages than are read here. Split it into smaller files and upload those.")),
    "page_too_large": Problem(QUARANTINED, _("A page is larger than what is read here. Save it at a smaller size or resolution and upload it again.")),
    "page_unreadable": Problem(QUARANTINED, _("A page cannot be opened; the file is damaged. Scan or export it again and upload the new copy.")),
    "bad_page_size": Problem(QUARANTINED, _("A page has no size that makes sense. Print it to a new PDF and upload that.")),
    "bomb": Problem(QUARANTINED, _("The file unpacks to far more than its size, as harmful files do. Save its content to a new file and upload that.")),
    "forbidden_xml": Problem(QUARANTINED, _("The file holds instructions that no office document needs, and is not opened. Save its content to a new file and upload that.")),
    # a job that overstepped: found by the sandbox
    "crashed": Problem(QUARANTINED, _("Reading the file makes the reader fail. Open it in the program that made it, save it again, and upload the new copy.")),
    "out_of_memory": Problem(QUARANTINED, _("Reading the file needs more memory than one file may use. Split it or save it at a lower resolution, and upload it again.")),
    "too_slow": Problem(QUARANTINED, _("Reading the file takes longer than one file may take. Split it or save it again more simply, and upload it again.")),
    "too_much_output": Problem(QUARANTINED, _("Reading the file produces more than one file may produce. Split it into smaller files and upload those.")),
    "too_many_processes": Problem(QUARANTINED, _("Reading the file started more programs than it may. Save its content to a new file and upload that.")),
    "too_deep": Problem(QUARANTINED, _("The file is nested more deeply than any real document. Save its content to a new file and upload that.")),
    "unreadable": Problem(QUARANTINED, _("The file cannot be read. Open it in the program that made it, save it again, and upload the new copy.")),
    "bad_answer": Problem(QUARANTINED, _("Reading the file gave an answer that makes no sense, so nothing of it is believed. Save its content to a new file and upload that.")),
    # tried again, and given up
    "ocr_engine_missing": Problem(QUARANTINED, _("The text recogniser is not installed on this machine. Tell the operator, then try again.")),
    "ocr_language_missing": Problem(QUARANTINED, _("The text recogniser lacks the language that this document needs. Tell the operator, then try again.")),
    "ocr_engine_crashed": Problem(QUARANTINED, _("The text recogniser stopped again and again on this file. Scan it again more clearly, or download the original.")),
    "ocr_engine_killed": Problem(QUARANTINED, _("The machine ran short of memory again and again while it recognised text. Tell the operator, then try again.")),
    "ocr_engine_slow": Problem(QUARANTINED, _("Recognising the text of a page takes longer than it may. Scan it again more clearly, or download the original.")),
    "sandbox_died": Problem(QUARANTINED, _("The process that reads files stopped again and again on this file. Tell the operator; the original can be downloaded.")),
    "job_killed": Problem(QUARANTINED, _("The machine ran short of memory again and again while it read this file. Tell the operator, then try again.")),
    "job_missing": Problem(QUARANTINED, _("This installation lacks the program for this file. Tell the operator, then try again.")),
    "no_isolation": Problem(QUARANTINED, _("Files are not opened here because this machine cannot isolate their readers. Tell the operator to install bubblewrap, then try again.")),
    "unavailable": Problem(QUARANTINED, _("Something that reading needs was not available. Try again later, or tell the operator.")),
}  # fmt: skip
SENTENCES: Mapping[str, str] = {code: problem.sentence for code, problem in PROBLEMS.items()}
