"""The formats of a frozen report, each a module of ``evaluation.rendering`` with ``render(content: dict) -> bytes``.

A module is loaded by who renders only: its libraries are heavy.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module


@dataclass(frozen=True)
class Format:
    """``module`` has the ``render``; ``suffix`` has its dot."""

    code: str
    label: str
    suffix: str
    media_type: str
    module: str
    takes_template: bool = False
    """Whether ``render`` takes a ``template``: the bytes of a .pptx (``evaluation/reporting/slide_template.py``)."""

    @property
    def render(self) -> Callable[..., bytes]:
        return import_module(self.module).render


_OFFICE = "application/vnd.openxmlformats-officedocument"
FORMATS = {
    one.code: one
    for one in (
        Format("pdf", "PDF à diffuser", ".pdf", "application/pdf", "evaluation.rendering.pdf"),
        Format(
            "slides",
            "Diaporama modifiable",
            ".pptx",
            f"{_OFFICE}.presentationml.presentation",
            "evaluation.rendering.slides",
            takes_template=True,
        ),
        Format(
            "workbook",
            "Classeur à vérifier",
            ".xlsx",
            f"{_OFFICE}.spreadsheetml.sheet",
            "evaluation.rendering.workbook",
        ),
    )
}
