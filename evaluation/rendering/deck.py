"""Slides that one can edit: real titles, lists, tables and charts of PowerPoint, never pictures of them."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import ZipFile

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.lang import MSO_LANGUAGE_ID
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.util import Emu, Pt

from alimactiv.tabular import MAX_UNPACKED_BYTES

TEMPLATE = Path(__file__).with_name("slides.pptx")
COVER, PART, CONTENT, TITLE_ONLY = "title", "secHead", "obj", "titleOnly"
MARGIN, FOOT = Emu(576_000), Emu(500_000)
GAP = Emu(200_000)
CM = 360_000


class TemplateError(ValueError):
    """A template that slides cannot be made from; its words are for the person who gave it."""


@dataclass(frozen=True)
class Series:
    """Bars of one meaning; ``hollow`` ones are drawn as an outline."""

    name: str
    values: Sequence[int | None]
    hollow: bool = False


def check(file: BinaryIO) -> None:
    """Whether slides can be made from this template. Raises ``TemplateError``, with words to show."""
    try:
        with ZipFile(file) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_UNPACKED_BYTES:
                raise TemplateError("Ce modèle est bien trop volumineux une fois ouvert.")
        deck = Presentation(file)
    except TemplateError:
        raise
    except Exception as error:  # whatever is wrong with a file that anyone may hand in, it is no template
        raise TemplateError("Ce fichier n’est pas un diaporama .pptx lisible.") from error
    for kind, name in ((COVER, "diapositive de titre"), (CONTENT, "titre et contenu"), (TITLE_ONLY, "titre seul")):
        if _layout(deck, kind) is None:
            raise TemplateError(f"Il manque à ce modèle la disposition « {name} » de PowerPoint.")


class Deck:
    """A presentation being written. ``template`` replaces the one that ships; its own slides are dropped."""

    def __init__(self, *, title: str, author: str, template: bytes | None = None):
        self._deck = Presentation(io.BytesIO(template) if template else str(TEMPLATE))
        self._drop_slides()
        properties = self._deck.core_properties
        properties.title, properties.author, properties.language = title, author, "fr-FR"

    def bytes(self) -> bytes:
        file = io.BytesIO()
        self._deck.save(file)
        return file.getvalue()

    # Slides ---------------------------------------------------------------------------------------

    def cover(self, title: str, lines: Sequence[str]) -> None:
        self._opening(COVER, title, lines)

    def part(self, title: str, lines: Sequence[str]) -> None:
        self._opening(PART if _layout(self._deck, PART) is not None else COVER, title, lines)

    def bullets(self, title: str, paragraphs: Sequence[str], *, notes: str = "") -> None:
        slide = self._slide(CONTENT, title, notes)
        body = next(shape for shape in slide.placeholders if shape.placeholder_format.idx == 1)
        _fill(body.text_frame, paragraphs, _size(sum(len(text) + 40 for text in paragraphs)))

    def number(self, title: str, number: str, lines: Sequence[str], *, notes: str = "") -> None:
        """One figure, large, and what there is to say of it."""
        slide = self._slide(TITLE_ONLY, title, notes)
        top, width = self._below(slide), self._deck.slide_width - 2 * MARGIN
        box = slide.shapes.add_textbox(MARGIN, top, width, Emu(int(3.4 * CM)))
        _fill(box.text_frame, [number], 72, colour=MSO_THEME_COLOR.ACCENT_1, bold=True)
        rest = slide.shapes.add_textbox(MARGIN, top + Emu(int(3.8 * CM)), width, Emu(6 * CM))
        _fill(rest.text_frame, lines, _size(2 * sum(map(len, lines))))

    def table(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        *,
        points: int,
        centred: Sequence[int] = (),
        headings: Sequence[int] = (),
        notes: str = "",
    ) -> None:
        """``widths`` are the columns' shares, ``points`` the size of the text; ``centred`` columns hold short cells,
        ``headings`` are the rows (from 0) that stand over others. The caller sees to it that all fits."""
        slide = self._slide(TITLE_ONLY, title, notes)
        width = self._deck.slide_width - 2 * MARGIN
        height = Pt(points * 1.7)
        frame = slide.shapes.add_table(
            len(rows) + 1, len(columns), MARGIN, self._below(slide), width, height * (len(rows) + 1)
        )
        _describe(frame, title)
        table = frame.table
        for place, share in enumerate(widths):
            table.columns[place].width = Emu(int(width * share / sum(widths)))
        for line, cells in enumerate([columns, *rows]):
            table.rows[line].height = height
            is_heading = line - 1 in headings
            for place, text in enumerate(cells):
                cell = table.cell(line, place)
                _write(cell, text, points, is_bold=line == 0 or is_heading, is_centred=place in centred)
                _colour(cell, line, is_heading=is_heading)

    def chart(
        self, title: str, categories: Sequence[str], series: Sequence[Series], *, of: int, notes: str = ""
    ) -> None:
        """Horizontal bars, stacked, from the first category down, on a scale to ``of``."""
        slide = self._slide(TITLE_ONLY, title, notes)
        data = CategoryChartData()
        data.categories = categories
        for one in series:
            data.add_series(one.name, one.values)
        top = self._below(slide)
        size = self._deck.slide_width - 2 * MARGIN, self._deck.slide_height - top - FOOT
        frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_STACKED, MARGIN, top, *size, data)
        _describe(frame, title)
        _style_chart(frame.chart, series, of)

    def add_notes(self, text: str) -> None:
        """What is to be said with the last slide."""
        frame = self._deck.slides[-1].notes_slide.notes_text_frame
        frame.text = f"{frame.text}\n\n{text}".strip()

    # Inside ---------------------------------------------------------------------------------------

    def _opening(self, kind: str, title: str, lines: Sequence[str]) -> None:
        slide = self._slide(kind, title, "")
        for shape in slide.placeholders:
            if shape.placeholder_format.idx == 1:
                _fill(shape.text_frame, lines, None)

    def _slide(self, kind: str, title: str, notes: str):
        slide = self._deck.slides.add_slide(_layout(self._deck, kind))
        slide.shapes.title.text_frame.text = title
        _speak(slide.shapes.title.text_frame)
        if kind in (CONTENT, TITLE_ONLY):
            for run in slide.shapes.title.text_frame.paragraphs[0].runs:
                run.font.size = Pt(28 if len(title) < 75 else 24 if len(title) < 120 else 20)
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
        return slide

    def _below(self, slide) -> Emu:
        """Where the title ends."""
        title = slide.shapes.title
        return Emu(title.top + title.height + GAP)

    def _drop_slides(self) -> None:
        listed = self._deck.slides._sldIdLst
        for one in list(listed):
            self._deck.part.drop_rel(one.rId)
            listed.remove(one)


def _layout(deck, kind: str):
    return next((layout for layout in deck.slide_layouts if layout._element.get("type") == kind), None)


def _size(characters: int) -> int:
    """What lets so many characters stand on a slide."""
    return next((points for points, most in ((20, 420), (18, 620), (16, 900), (14, 1300)) if characters < most), 12)


def _fill(frame, paragraphs: Sequence[str], points: int | None, *, colour=None, bold: bool | None = None) -> None:
    frame.word_wrap = True
    for place, text in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
        run = paragraph.add_run()
        run.text = text
        if points:
            run.font.size = Pt(points)
            paragraph.space_after = Pt(points / 2)
        run.font.bold = bold
        if colour is not None:
            run.font.color.theme_color = colour
    _speak(frame)


def _speak(frame) -> None:
    """Spelling and voices read French."""
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.language_id = MSO_LANGUAGE_ID.FRENCH


def _describe(frame, words: str) -> None:
    frame._element.find(f".//{qn('p:cNvPr')}").set("descr", words)


def _write(cell, text: str, points: int, *, is_bold: bool, is_centred: bool) -> None:
    cell.margin_top = cell.margin_bottom = Emu(30_000)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    _fill(cell.text_frame, [text], None)
    paragraph = cell.text_frame.paragraphs[0]
    paragraph.alignment = PP_ALIGN.CENTER if is_centred else PP_ALIGN.LEFT
    for run in paragraph.runs:
        run.font.size, run.font.bold = Pt(points), is_bold


def _colour(cell, line: int, *, is_heading: bool) -> None:
    """White on green for the columns' names, then lines light and white in turn."""
    light = is_heading or line % 2 == 0
    back = MSO_THEME_COLOR.BACKGROUND_2 if light else MSO_THEME_COLOR.BACKGROUND_1
    cell.fill.solid()
    cell.fill.fore_color.theme_color = back if line else MSO_THEME_COLOR.ACCENT_1
    for run in cell.text_frame.paragraphs[0].runs:
        run.font.color.theme_color = MSO_THEME_COLOR.TEXT_1 if line else MSO_THEME_COLOR.BACKGROUND_1


def _style_chart(chart, series: Sequence[Series], of: int) -> None:
    chart.font.size = Pt(14)
    chart.has_title = False
    chart.has_legend = len(series) > 1
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    chart.category_axis.reverse_order = True
    chart.category_axis.format.line.fill.background()
    chart.category_axis.has_major_gridlines = False
    scale = chart.value_axis
    scale.minimum_scale, scale.maximum_scale, scale.visible, scale.has_major_gridlines = 0, of, False, False
    plot = chart.plots[0]
    plot.gap_width, plot.overlap = 40, 100
    for drawn, meant in zip(plot.series, series, strict=True):
        fill, line = drawn.format.fill, drawn.format.line
        line.width = Pt(1.5)
        fill.solid()
        if meant.hollow:
            fill.fore_color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
            line.color.theme_color = MSO_THEME_COLOR.ACCENT_2
        else:
            fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
            line.color.theme_color = MSO_THEME_COLOR.ACCENT_1
        labels = drawn.data_labels
        labels.show_value, labels.position = True, XL_LABEL_POSITION.CENTER
        labels.number_format, labels.number_format_is_linked = "0;;", False
        labels.font.size, labels.font.bold = Pt(14), True
        labels.font.color.theme_color = MSO_THEME_COLOR.TEXT_1 if meant.hollow else MSO_THEME_COLOR.BACKGROUND_1
