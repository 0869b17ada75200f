"""Files are told by what they hold, never by what they say they are."""

import io
import zipfile

import pytest

from coordination.uploads import MAX_BYTES, MEDIA_TYPES, RefusedFileError, clean_name, examine

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 20
PDF = b"%PDF-1.7\n%%EOF"


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


def office(part: str, **more: bytes) -> bytes:
    return archive(**{"[Content_Types].xml": b"<Types/>", part: b"<x/>"} | more)


def open_document(kind: str, **more: bytes) -> bytes:
    return archive(mimetype=MEDIA_TYPES[kind].encode(), **{"content.xml": b"<x/>"} | more)


def taken(name: str, content: bytes) -> str:
    return examine(io.BytesIO(content), name, len(content)).media_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("A.PDF", PDF),
        ("a.png", PNG),
        ("a.jpg", JPEG),
        ("a.docx", office("word/document.xml")),
        ("a.xlsx", office("xl/workbook.xml")),
        ("a.pptx", office("ppt/presentation.xml")),
        ("a.odt", open_document("odt")),
        ("a.ods", open_document("ods")),
        ("a.odp", open_document("odp")),
        ("a.txt", "Évry\r\n\tMelun".encode()),
        ("a.csv", "\ufeffnom;ville\r\n".encode()),
        ("a.csv", "Évry – l’été".encode("cp1252")),
    ],
)
def test_taken(name, content):
    assert taken(name, content) == MEDIA_TYPES[name.lower().rsplit(".")[1]]


def test_jpeg_by_its_other_name():
    assert taken("photo.JPEG", JPEG) == "image/jpeg"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"", "vide"),
        ("a.pdf", b"MZ\x90\0" + b"\0" * 100, "contenu"),
        ("a.pdf", b"<script>alert(1)</script>", "contenu"),
        ("a.pdf", b"\n%PDF-1.7", "contenu"),
        ("a.png", PDF, "contenu"),
        ("a.pdf", PNG, "contenu"),
        ("a.html", b"<script>alert(1)</script>", "accepté"),
        ("a.svg", b"<svg onload='alert(1)'/>", "accepté"),
        ("a.exe", b"MZ", "accepté"),
        ("a.zip", archive(a=b"a"), "accepté"),
        ("a.docm", office("word/document.xml"), "accepté"),
        ("a", PDF, "accepté"),
        ("a.pdf.exe", PDF, "accepté"),
        ("a.pdf\0.exe", PDF, "accepté"),
        ("a.docx", archive(a=b"a"), "contenu"),
        ("a.docx", office("xl/workbook.xml"), "contenu"),
        ("a.docx", open_document("odt"), "contenu"),
        ("a.odt", office("word/document.xml"), "contenu"),
        ("a.odt", open_document("ods"), "contenu"),
        ("a.odt", archive(mimetype=b"text/html"), "contenu"),
        ("a.docx", b"PK\x03\x04 and nothing", "contenu"),
        ("a.docx", office("word/document.xml")[:-30], "contenu"),
        ("a.txt", b"a\0b", "contenu"),
        ("a.txt", PDF, "contenu"),
        ("a.csv", b"\x7fELF\x02\x01\x01", "contenu"),
    ],
)
def test_refused(name, content, why):
    with pytest.raises(RefusedFileError, match=why):
        taken(name, content)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", office("word/document.xml", **{"word/vbaProject.bin": b"x"})),
        ("a.xlsx", office("xl/workbook.xml", **{"xl/VBAPROJECT.BIN": b"x"})),
        ("a.odt", open_document("odt", **{"Basic/Standard/Module1.xml": b"x"})),
    ],
)
def test_macros_are_refused(name, content):
    with pytest.raises(RefusedFileError, match="macros"):
        taken(name, content)


def test_size_is_limited():
    examine(io.BytesIO(PDF), "a.pdf", MAX_BYTES)
    with pytest.raises(RefusedFileError, match="15 Mio"):
        examine(io.BytesIO(PDF), "a.pdf", MAX_BYTES + 1)


def test_a_bomb_stays_shut():
    """A member of 200 MB packed in 200 kB: only the table of contents is read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", b"\0" * 200_000_000)
    with pytest.raises(RefusedFileError, match="contenu"):
        taken("a.odt", out.getvalue())


def test_the_file_is_left_at_its_beginning():
    file = io.BytesIO(PDF)
    examine(file, "a.pdf", len(PDF))
    assert file.tell() == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("carte.pdf", "carte.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        (r"C:\Users\ana\carte.pdf", "carte.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "aSet-Cookie: x.pdf"),
        ("cod\u202efdp.exe", "codfdp.exe"),
        ("été d’août.pdf", "été d’août.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("x" * 300, "x" * 150),
        ("...", "document"),
        ("", "document"),
    ],
)
def test_clean_name(given, kept):
    assert clean_name(given) == kept
