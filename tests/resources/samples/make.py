"""Make the sample records anew: `python -m tests.resources.samples.make` writes dms/samples/.

Needs Chromium and the Noto fonts, as `./dev test` installs them. The same seed gives the same pages.
"""

import html
import io
import subprocess
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from string import Template

import cv2
import numpy as np
import pikepdf
import pypdfium2
from PIL import Image

from tests.resources.samples import letters, paper
from tests.resources.samples.letters import Letter
from tests.resources.samples.paper import Picture

HERE = Path(__file__).parent
TARGET = HERE.parents[2] / "dms" / "samples"
SCAN_DPI = 150
FAX_DPI = 200
SIGNED_AT = (0.70, 0.70)  # where no signature block is found on a page
CHROMIUM = (
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking", "--no-pdf-header-footer",
)  # fmt: skip


def page_html(letter: Letter) -> str:
    """The letter in the layout of Decree 30/2020, annex I."""
    under = "" if letter.title else f"<small>{html.escape(letter.subject)}</small>"
    heading = f'<p class="addressed">{letter.addressed}</p>'
    if letter.title:
        heading = f"<h1>{letter.title}</h1><h2>{letter.subject}</h2>" + (
            heading if letter.addressed else ""
        )
    rows = "".join(
        "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in letter.table
    )
    figures = f'<table class="figures">{rows}</table>' if rows else ""
    bases = paragraphs(letter.bases)
    if not letter.table:
        bases, figures = "", f'<div class="bases">{bases}</div>'
        body = figures + paragraphs(letter.body)
    else:
        body = paragraphs(letter.body) + figures + bases
    return Template((HERE / "page.html").read_text()).substitute(
        title=letter.name, organ=letters.ORGAN, number=letter.number, under_number=under,
        date=f"{letters.PLACE}, {letter.date}", heading=heading, body=body,
        recipients="".join(f"<p>- {line}</p>" for line in letter.recipients),
        signed_as=letter.signed_as, signer=letter.signer,
    )  # fmt: skip


def paragraphs(lines: tuple[str, ...]) -> str:
    """Paragraphs; a line in capitals is the head of a part."""
    return "".join(
        f'<p class="{"part" if line.isupper() else ""}">{html.escape(line)}</p>' for line in lines
    )


def printed(letter: Letter) -> bytes:
    """The letter as a born-digital PDF."""
    with tempfile.TemporaryDirectory() as folder:
        page, pdf = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(page_html(letter))
        Path(folder, "page.css").write_text((HERE / "page.css").read_text())
        command = [*CHROMIUM, f"--user-data-dir={folder}", f"--print-to-pdf={pdf}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True)
        return pdf.read_bytes()


def digital(letter: Letter) -> bytes:
    """The PDF without the moment of its making, so that the same words give the same bytes."""
    with pikepdf.open(io.BytesIO(printed(letter))) as pdf:
        del pdf.trailer.Info
        saved = io.BytesIO()
        pdf.save(saved, deterministic_id=True, recompress_flate=True)
    return saved.getvalue()


def sheets(letter: Letter, dpi: int) -> list[Image.Image]:
    """The printed pages as images, the last one signed and sealed."""
    random = np.random.default_rng(len(letter.name))
    with pypdfium2.PdfDocument(printed(letter)) as pdf:
        pages = [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in pdf]
        place = signature_place(pdf[len(pdf) - 1], letter.signer)
    pages[-1] = paper.signed(pages[-1], place, random)
    return pages


def signature_place(page: pypdfium2.PdfPage, signer: str) -> tuple[float, float]:
    """The middle of the empty space above the signer's name, as shares of width and height."""
    text = page.get_textpage()
    search, found = text.search(signer), None
    while (place := search.get_next()) is not None:
        found = place  # the name may stand in the words too: the last one is the signature's
    if found is None:
        return SIGNED_AT
    left, _, right, top = text.get_charbox(found[0] + found[1] // 2)
    width, height = page.get_size()
    return ((left + right) / 2 / width, 1 - (top + 52) / height)


def scanned(letter: Letter, worn: Callable[[Picture, np.random.Generator], Picture]) -> bytes:
    """A PDF of JPEG pages, as an office scanner makes it."""
    random = np.random.default_rng(sum(letter.name.encode()))
    pdf = pikepdf.new()
    for sheet in sheets(letter, SCAN_DPI):
        add_picture(pdf, jpeg(worn(np.asarray(sheet), random), quality=42), sheet.size)
    saved = io.BytesIO()
    pdf.save(saved, deterministic_id=True)
    return saved.getvalue()


def add_picture(pdf: pikepdf.Pdf, content: bytes, size: tuple[int, int]) -> None:
    """A page that is one image."""
    width_pt, height_pt = (round(px * 72 / SCAN_DPI, 2) for px in size)
    picture = pikepdf.Stream(
        pdf, content, Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image, Width=size[0],
        Height=size[1], ColorSpace=pikepdf.Name.DeviceRGB, BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )  # fmt: skip
    page = pdf.add_blank_page(page_size=(width_pt, height_pt))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture))
    page.Contents = pdf.make_stream(f"q {width_pt} 0 0 {height_pt} 0 0 cm /Im0 Do Q".encode())


def jpeg(page: Picture, quality: int) -> bytes:
    """The page as JPEG."""
    saved = io.BytesIO()
    Image.fromarray(page).save(saved, "JPEG", quality=quality, dpi=(SCAN_DPI, SCAN_DPI))
    return saved.getvalue()


def office(page: Picture, random: np.random.Generator) -> Picture:
    """A scanner with a feeder: a little crooked."""
    return paper.worn(paper.crooked(page, random.uniform(0.5, 1.1)), random, noise=3, blur_px=0.6)


def old(page: Picture, random: np.random.Generator) -> Picture:
    """Yellowed paper whose back shows through."""
    page = paper.showing_through(page, np.roll(page, 90, axis=0), 0.10)
    page = paper.shaded(page, 0.86, (1.0, 0.97, 0.88))
    return paper.worn(paper.crooked(page, random.uniform(-1.6, -0.9)), random, noise=4, blur_px=0.7)


def phone(page: Picture, random: np.random.Generator) -> Picture:
    """A telephone held over the desk."""
    page = paper.shaded(page, 0.68, (1.0, 0.98, 0.94))
    return paper.worn(paper.photographed(page, 0.012), random, noise=4, blur_px=0.7)


def photo(letter: Letter) -> bytes:
    """One page as a photograph."""
    random = np.random.default_rng(sum(letter.name.encode()))
    return jpeg(phone(np.asarray(sheets(letter, SCAN_DPI)[0]), random), quality=50)


def fax(letter: Letter) -> bytes:
    """Black and white only, as a fax machine sends it."""
    random = np.random.default_rng(sum(letter.name.encode()))
    pages = []
    for sheet in sheets(letter, FAX_DPI):
        page = paper.worn(paper.crooked(np.asarray(sheet), 0.4), random, noise=9, blur_px=0.8)
        grey = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
        pages.append(Image.fromarray(grey).point(lambda value: 255 * (value > 150)).convert("1"))
    saved = io.BytesIO()
    pages[0].save(
        saved, "TIFF", compression="group4", save_all=True, append_images=pages[1:],
        dpi=(FAX_DPI, FAX_DPI),
    )  # fmt: skip
    return saved.getvalue()


def word_file(letter: Letter) -> bytes:
    """The letter as DOCX: the least that a word processor opens."""
    lines = [
        *letters.ORGAN.split("\n"), "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc",
        letter.number, f"{letters.PLACE}, {letter.date}", letter.title, letter.subject,
        letter.addressed, *letter.body, "Nơi nhận:", *(f"- {line}" for line in letter.recipients),
        *letter.signed_as.split("\n"), letter.signer,
    ]  # fmt: skip
    text = "".join(f"<w:p><w:r><w:t>{html.escape(line)}</w:t></w:r></w:p>" for line in lines)
    space = "http://schemas.openxmlformats.org"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    types = f"{space}/package/2006"
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    parts = {
        "[Content_Types].xml": f'{head}<Types xmlns="{types}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'{head}<Relationships xmlns="{types}/relationships"><Relationship Id="rId1" '
        f'Type="{space}/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'{head}<w:document xmlns:w="{space}/wordprocessingml/2006/main">'
        f"<w:body>{text}</w:body></w:document>",
    }
    saved = io.BytesIO()
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)
    return saved.getvalue()


def made() -> dict[str, bytes]:
    """Every sample record by its file name."""
    return {
        f"{letters.DECISION.name}.pdf": scanned(letters.DECISION, office),
        f"{letters.REPLY.name}.pdf": digital(letters.REPLY),
        f"{letters.NOTICE.name}.pdf": scanned(letters.NOTICE, phone),
        f"{letters.REPORT.name}.pdf": digital(letters.REPORT),
        f"{letters.PLAN.name}.pdf": scanned(letters.PLAN, old),
        f"{letters.MINUTES.name}.jpg": photo(letters.MINUTES),
        f"{letters.INVITATION.name}.tif": fax(letters.INVITATION),
        f"{letters.COMPLAINT.name}.pdf": scanned(letters.COMPLAINT, office),
        f"{letters.PROPOSAL.name}.docx": word_file(letters.PROPOSAL),
        "ghi-chep-giao-ban-tuan.txt": letters.NOTES.encode(),
    }


if __name__ == "__main__":
    for file_name, file_content in made().items():
        (TARGET / file_name).write_bytes(file_content)
        print(f"{len(file_content):>9,} {file_name}")
