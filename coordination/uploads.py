"""Which files a logbook takes: the kind is told from the content, and the name must agree with it."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

MAX_BYTES = 15 * 1024 * 1024
ACCEPTED = "PDF, Word, Excel, PowerPoint, LibreOffice, image PNG ou JPEG, texte ou CSV"

_OFFICE = "application/vnd.openxmlformats-officedocument."
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": f"{_OFFICE}wordprocessingml.document",
    "xlsx": f"{_OFFICE}spreadsheetml.sheet",
    "pptx": f"{_OFFICE}presentationml.presentation",
    "odt": f"{_OPEN_DOCUMENT}text",
    "ods": f"{_OPEN_DOCUMENT}spreadsheet",
    "odp": f"{_OPEN_DOCUMENT}presentation",
    "png": "image/png",
    "jpg": "image/jpeg",
    "txt": "text/plain",
    "csv": "text/csv",
}
_SAME = {"jpeg": "jpg"}
_OFFICE_PARTS = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}


class RefusedFileError(Exception):
    """The file is not taken; the message says why, to its owner."""


@dataclass(frozen=True)
class Accepted:
    """What is known of a file that may be kept. ``name`` has no folder and no invisible character."""

    name: str
    media_type: str
    size: int


def examine(file: BinaryIO, name: str, size: int) -> Accepted:
    """Looks into a file and leaves it at its beginning. ``size`` is in bytes.

    Raises ``RefusedFileError`` if it is empty or too large, of a kind that is not taken, not what its name says, or
    carries macros.
    """
    name = clean_name(name)
    extension = PurePosixPath(name).suffix.lower().lstrip(".")
    extension = _SAME.get(extension, extension)
    if size == 0:
        raise RefusedFileError("Ce fichier est vide.")
    if size > MAX_BYTES:
        raise RefusedFileError(f"Ce fichier pèse {size / 1024 / 1024:.0f} Mio : c’est plus que les 15 Mio acceptés.")
    if extension not in MEDIA_TYPES:
        raise RefusedFileError(f"Ce type de fichier n’est pas accepté. Vous pouvez déposer : {ACCEPTED}.")
    if extension != _kind(file, extension):
        raise RefusedFileError(
            f"Le contenu de ce fichier n’est pas celui d’un .{extension}, ou il est abîmé. "
            "Ouvrez-le, enregistrez-le de nouveau, puis réessayez."
        )
    return Accepted(name, MEDIA_TYPES[extension], size)


def clean_name(name: str) -> str:
    """The last part of a file's name, without control characters, at most 150 characters, its extension kept."""
    name = name.replace("\\", "/").rsplit("/", 1)[-1]
    name = re.sub(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", name).strip(" .") or "document"
    path = PurePosixPath(name)
    return f"{path.stem[: 150 - len(path.suffix)]}{path.suffix}" if len(path.suffix) < 12 else name[:150]


def _kind(file: BinaryIO, claimed: str) -> str | None:
    file.seek(0)
    start = file.read(8)
    try:
        if start.startswith(b"%PDF-"):
            return "pdf"
        if start == b"\x89PNG\r\n\x1a\n":
            return "png"
        if start.startswith(b"\xff\xd8\xff"):
            return "jpg"
        if start.startswith(b"PK\x03\x04"):
            return _kind_of_archive(file)
        return claimed if claimed in {"txt", "csv"} and _is_text(file) else None
    finally:
        file.seek(0)


def _kind_of_archive(file: BinaryIO) -> str | None:
    """The kind of an office file. Reads its table of contents and at most 100 bytes of a member: bombs stay shut."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
                raise RefusedFileError("Ce fichier contient des macros : enregistrez-le sans macros, puis réessayez.")
            if "mimetype" in names:
                with archive.open("mimetype") as member:
                    declared = member.read(100).decode("ascii", "replace")
                return next((kind for kind in ("odt", "ods", "odp") if MEDIA_TYPES[kind] == declared), None)
            if "[Content_Types].xml" in names:
                return next((kind for part, kind in _OFFICE_PARTS.items() if part in names), None)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError, ValueError):
        return None
    return None


def _is_text(file: BinaryIO) -> bool:
    file.seek(0)
    content = file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # what French spreadsheets still write
    return not re.search(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]", text)
