"""PDF files that are cut off, locked, contradictory, oversized, or two things at once."""

import struct
import zlib

import pikepdf

from tests.resources.hostile_parts import (
    MIB,
    READ,
    archive,
    case,
    letter,
    one_page,
    picture,
    saved,
    stream,
    written,
    zeros,
)


@case("half.pdf", "truncated")
def half_a_pdf() -> bytes:
    whole = one_page(b"/MediaBox[0 0 9 9]/Contents 4 0 R", objects={4: stream(b"q Q " * 20_000)})
    return whole[: len(whole) // 2]


@case("header.pdf", "truncated")
def only_a_pdf_header() -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


@case("many.pdf", "too_many_pages")
def pdf_claims_200000_pages() -> bytes:
    return one_page(tree=b"/Count 200000")


@case("claims.pdf", "contradictory")
def pdf_claims_100_pages_and_has_one() -> bytes:
    return one_page(tree=b"/Count 100")


@case("real.pdf", "too_many_pages")
def pdf_with_too_many_pages() -> bytes:
    return saved(letter(300))


@case("none.pdf", "empty", "contradictory", "damaged")
def pdf_without_pages() -> bytes:
    return written({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>"})


@case("negative.pdf", "contradictory", "empty", "damaged", READ)
def pdf_claims_minus_one_page() -> bytes:
    return one_page(tree=b"/Count -1")


@case("norooted.pdf", "damaged")
def pdf_without_a_root() -> bytes:
    return written({1: b"<</Type/Nothing>>"}, root=7)


@case("loop.pdf", "contradictory", "damaged", "empty")
def pdf_page_tree_that_holds_itself() -> bytes:
    return written(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"}
    )


@case("deep.pdf", "contradictory", "damaged", "empty", "crashed", "too_deep", READ)
def pdf_page_tree_of_5000_levels() -> bytes:
    levels = {
        n: b"<</Type/Pages/Count 1/Kids[%d 0 R]/Parent %d 0 R>>" % (n + 1, n - 1)
        for n in range(2, 5002)
    }
    page = b"<</Type/Page/Parent 5001 0 R/MediaBox[0 0 99 99]>>"
    return written({1: b"<</Type/Catalog/Pages 2 0 R>>", **levels, 5002: page})


@case("nested.pdf", "damaged", "contradictory", "crashed", "too_deep", "bad_page_size", READ)
def pdf_with_arrays_100000_deep() -> bytes:
    return one_page(b"/MediaBox[0 0 99 99]/Deep %s%s" % (b"[" * 100_000, b"]" * 100_000))


@case("shuffled.pdf", "damaged", "contradictory", READ)
def pdf_whose_table_points_nowhere() -> bytes:
    return one_page().replace(b"00000 n", b"00009 n").replace(b"startxref\n", b"startxref\n9")


@case("prev.pdf", "damaged", "contradictory", READ)
def pdf_whose_tables_point_at_each_other() -> bytes:
    whole = one_page()
    at = whole.index(b"xref\n0 1")
    return whole.replace(b"/Size", b"/Prev %d/Size" % at)


@case("xstream.pdf", "damaged", "contradictory", "truncated", "empty")
def pdf_of_garbage_between_the_marks() -> bytes:
    return b"%PDF-1.5\n" + bytes(range(256)) * 400 + b"\nstartxref\n9\n%%EOF\n"


@case("giant.pdf", "page_too_large")
def pdf_with_a_giant_page() -> bytes:
    return one_page(b"/MediaBox[0 0 9000000 9000000]")


@case("zero.pdf", "bad_page_size")
def pdf_with_a_page_of_no_size() -> bytes:
    return one_page(b"/MediaBox[0 0 0 0]")


@case("nan.pdf", "bad_page_size", READ)  # both readers take a letter for it
def pdf_with_a_page_of_nan() -> bytes:
    return one_page(b"/MediaBox[nan nan /NaN inf]")


@case("short.pdf", "bad_page_size", READ)
def pdf_with_half_a_box() -> bytes:
    return one_page(b"/MediaBox[0 0]")


@case("boxless.pdf", "bad_page_size", READ)
def pdf_without_a_box() -> bytes:
    return one_page(b"")


@case("upside.pdf", READ)
def pdf_with_a_box_the_wrong_way_round() -> bytes:
    return one_page(b"/MediaBox[595 842 0 0]")


@case("unit.pdf", "page_too_large", READ)
def pdf_with_a_giant_unit() -> bytes:
    return one_page(b"/MediaBox[0 0 595 842]/UserUnit 100000")


@case("sky.pdf", "page_too_large")
def pdf_with_an_image_of_60000_squared() -> bytes:
    image = b"/Type/XObject/Subtype/Image/Width 60000/Height 60000/BitsPerComponent 8/ColorSpace/DeviceGray/Filter/FlateDecode"
    page = b"/MediaBox[0 0 595 842]/Resources<</XObject<</I 4 0 R>>>>/Contents 5 0 R"
    return one_page(
        page, objects={4: stream(zeros(4 * MIB), image), 5: stream(b"595 0 0 842 0 0 cm /I Do")}
    )


@case("bomb.pdf", "bomb")
def pdf_bomb_packed_twice() -> bytes:
    twice = zlib.compress(zeros(100 * MIB), 9)
    page = b"/MediaBox[0 0 595 842]/Contents 4 0 R"
    return one_page(page, objects={4: stream(twice, b"/Filter[/FlateDecode /FlateDecode]")})


@case("bomb1.pdf", "bomb")
def pdf_bomb_packed_once() -> bytes:
    page = b"/MediaBox[0 0 595 842]/Contents 4 0 R"
    return one_page(page, objects={4: stream(zeros(100 * MIB), b"/Filter/FlateDecode")})


@case("bomb2.pdf", "bomb")
def pdf_bomb_in_an_object_stream() -> bytes:
    twice = zlib.compress(zeros(100 * MIB), 9)
    entries = b"/Type/ObjStm/N 1/First 4/Filter [ /FlateDecode/FlateDecode ]"
    return one_page(objects={4: stream(twice, entries)})


@case("locked.pdf", "encrypted")
def pdf_with_a_password() -> bytes:
    return saved(letter(), encryption=pikepdf.Encryption(user="secret", owner="owner"))


@case("owner.pdf", READ)
def pdf_with_an_owner_password_only() -> bytes:
    return saved(letter(), encryption=pikepdf.Encryption(user="", owner="owner"))


@case("handler.pdf", "encrypted", "damaged")
def pdf_locked_in_an_unknown_way() -> bytes:
    return written(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 0>>", 3: b"<</Filter/Strange/V 9/R 9>>"},
        more=b"/Encrypt 3 0 R/ID[<00><00>]",
    )  # fmt: skip


@case("both.pdf", "polyglot")
def pdf_that_is_an_archive() -> bytes:
    return one_page() + archive({"evil.js": "alert(1)"})


@case("comment.pdf", "polyglot")
def archive_whose_comment_ends_a_pdf() -> bytes:
    made = archive({"evil.js": "alert(1)"})
    tail = b"\nstartxref\n9\n%%EOF\n"
    return b"%PDF-1.4\n" + one_page()[9:] + made[:-2] + struct.pack("<H", len(tail)) + tail


@case("both.gif", "polyglot")
def gif_that_is_a_pdf() -> bytes:
    return b"GIF89a" + bytes(20) + one_page()


@case("both.html", "polyglot")
def page_of_a_browser_that_is_a_pdf() -> bytes:
    return b"<html><script>alert(1)</script>\n" + one_page()


@case("both.jpg", "polyglot")
def jpeg_that_begins_a_pdf() -> bytes:
    return b"\xff\xd8\xff\xfe\x00\x40" + one_page()


@case("letter.pdf", READ)
def jpeg_called_pdf() -> bytes:
    return picture("JPEG")


@case("noise.pdf", "unsupported")
def noise_called_pdf() -> bytes:
    return bytes(range(256)) * 100


@case("script.pdf", READ)
def pdf_with_a_script() -> bytes:
    document = letter()
    document.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.JavaScript, JS="app.alert(1); while(1);"
    )
    return saved(document)


@case("launch.pdf", READ)
def pdf_that_starts_a_program() -> bytes:
    document = letter()
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="/bin/sh")
    return saved(document)


@case("remote.pdf", READ)
def pdf_that_calls_home() -> bytes:
    document = letter()
    document.Root.OpenAction = pikepdf.Dictionary(
        S=pikepdf.Name.URI, URI="http://127.0.0.1:9/?read"
    )
    return saved(document)


@case("attached.pdf", READ)
def pdf_with_a_program_attached() -> bytes:
    document = letter()
    document.attachments["../../evil.exe"] = b"MZ" + bytes(100)
    return saved(document)


@case("selfform.pdf", "crashed", "out_of_memory", "too_slow", READ)
def pdf_whose_form_draws_itself() -> bytes:
    page = b"/MediaBox[0 0 595 842]/Resources<</XObject<</F 4 0 R>>>>/Contents 5 0 R"
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 4 0 R>>>>"
    return one_page(page, objects={4: stream(b"/F Do " * 50, form), 5: stream(b"/F Do")})


@case("saves.pdf", READ)
def pdf_that_saves_a_million_states() -> bytes:
    page = b"/MediaBox[0 0 595 842]/Contents 4 0 R"
    return one_page(
        page, objects={4: stream(zlib.compress(b"q " * 1_000_000), b"/Filter/FlateDecode")}
    )
