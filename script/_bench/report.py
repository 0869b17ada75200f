"""The report as PDF, beside WeasyPrint alone and Chromium on the same HTML."""

import csv
import io
import json
import os
import re
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pypdf
from playwright.sync_api import sync_playwright

from _bench.measuring import ROOT, Clock, Measure, child, manage, peak_memory, site

SESSIONS_1_3 = ROOT / "data" / "sessions-1-3"
STYLE = ROOT / "static" / "alimactiv" / "report.css"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
RUNS = 3
SIZES = (20, 50, 100, 200)


def report() -> Iterator[Measure]:
    """Sessions 1 to 3: from content to PDF (``render``), beside ``weasyprint`` alone and ``chromium`` on the same HTML;
    memory; then larger ones. Time on a clock, and of processors, which a busy machine does not stretch."""
    with tempfile.TemporaryDirectory(prefix="alimactiv-bench-") as folder:
        work = Path(folder)
        content = contents(work, SESSIONS_1_3)
        child("report.page", content)
        names = ["render", "weasyprint", *(["chromium"] if CHROMIUM else [])]
        runs: dict[str, list[dict]] = {name: [] for name in names}
        for _ in range(RUNS):
            for name in names:  # one after the other, so that a busy machine is busy for all
                runs[name].append(child(f"report.{name}", content))
        for unit, what in (("seconds", "s"), ("cpu", "s of processor")):
            for name in names:
                yield Measure(name, statistics.median(run[unit] for run in runs[name]), what)
            yield Measure(f"render / weasyprint, {unit}", ratio(runs, "render", "weasyprint", unit), "×", at_most=1.15)
            if "chromium" in runs:
                found = ratio(runs, "render", "chromium", unit, "printing_")
                yield Measure(f"HTML to PDF: ours / chromium, {unit}", found, "×", at_most=1)
        memory = max(run["megabytes"] for run in runs["render"])
        yield Measure("memory of render", memory, "MB", at_most=300)
        for size in SIZES:
            found = child("report.render", contents(work, enlarged(work, size)))
            name = f"{size} territories, {found['pages']} pages: processor for each"
            yield Measure(name, found["cpu"] / size, "s")


def ratio(runs: dict[str, list[dict]], one: str, other: str, unit: str, part: str = "") -> float:
    """The median of the ratios, each of two measures taken side by side."""
    return statistics.median(a[part + unit] / b[unit] for a, b in zip(runs[one], runs[other], strict=True))


def contents(work: Path, workbook: Path) -> Path:
    """The report of a workbook, as a renderer is given it."""
    database = work / f"{workbook.name}.sqlite3"
    for command in (["migrate", "--verbosity", "0"], ["import_evaluation", workbook]):
        manage(*command, DATABASE_URL=f"sqlite:///{database}")
    file = work / f"{workbook.name}.json"
    child("report.content", file, DATABASE_URL=f"sqlite:///{database}")
    return file


def enlarged(work: Path, size: int) -> Path:
    """Sessions 1 to 3 again and again, under other names and codes, until there are so many trained territories."""
    folder = work / f"of-{size}"
    folder.mkdir()
    trained = read("participations", lambda row: row["statut"] == "forme" and row["perimetre"] == "oui")
    copies = -(-size // len(trained))
    kept = {(row["session"], row["territoire"], copy) for copy in range(copies) for row in trained}
    kept = set(sorted(kept, key=lambda key: (key[2], key))[:size])
    names = {(name, copy) for _, name, copy in kept}
    for table in ("evaluation", "sessions", "chiffres_publies"):
        (folder / f"{table}.csv").write_text((SESSIONS_1_3 / f"{table}.csv").read_text("utf-8"), "utf-8")
    for table in ("territoires", "participations", "repondants", "entretiens", "constats"):
        rows = []
        for copy in range(copies):
            for row in read(table):
                if (row["territoire"], copy) in names and (
                    "session" not in row or (row["session"], row["territoire"], copy) in kept
                ):
                    rows.append(row | {"territoire": named(row["territoire"], copy)} | moved(row, copy))
        write(folder / f"{table}.csv", rows)
    return folder


def named(name: str, copy: int) -> str:
    return f"{name} {copy + 1}" if copy else name


def moved(row: dict, copy: int) -> dict:
    """Another code, another place in the country."""
    if "code" not in row or not copy:
        return {}
    place = {"latitude": 43.5 + copy % 4 * 1.5, "longitude": -0.5 + copy // 4 * 2.5}
    base = {"latitude": 48.8, "longitude": 2.3}
    found = {name: f"{float(row[name]) - base[name] + at:.4f}" for name, at in place.items() if row.get(name)}
    return found | {"code": f"B{copy:02d}{row['code']}"[:12]}


def read(table: str, keep=lambda row: True) -> list[dict]:
    with (SESSIONS_1_3 / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if keep(row)]


def write(file: Path, rows: list[dict]) -> None:
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


# In a child ---------------------------------------------------------------------------------------


def content(path: str) -> dict:
    site()
    file = Path(path)
    from evaluation.models import Evaluation
    from evaluation.report import as_json, build

    file.write_text(json.dumps(as_json(build(Evaluation.objects.get()))), "utf-8")
    return {}


def page(path: str) -> dict:
    """Writes the final HTML beside the content."""
    site()
    file = Path(path)
    from evaluation.rendering import pdf

    file.with_suffix(".html").write_text(pdf.page(json.loads(file.read_text("utf-8"))), "utf-8")
    return {}


def render(path: str) -> dict:
    site()
    file = Path(path)
    values = json.loads(file.read_text("utf-8"))
    whole = Clock()
    from evaluation.rendering import pdf

    html = pdf.page(values)
    printing = Clock()
    from alimactiv.pdf import render_pdf

    data = render_pdf(html, stylesheet="alimactiv/report.css")
    measured = whole.read() | printing.read("printing_")
    return measured | {"megabytes": peak_memory(), "pages": len(pypdf.PdfReader(io.BytesIO(data)).pages)}


def weasyprint(path: str) -> dict:
    """As one would call it: the same HTML, stylesheet and kind of PDF."""
    site()
    file = Path(path)
    html = file.with_suffix(".html").read_text("utf-8")
    clock = Clock()
    from weasyprint import HTML

    HTML(string=html).write_pdf(stylesheets=[str(STYLE)], pdf_variant="pdf/ua-1", pdf_tags=True)
    return clock.read()


def chromium(path: str) -> dict:
    """Started and printing; what drives it is not counted, nor its end."""
    file = Path(path)
    linked = f'<link rel="stylesheet" href="{STYLE.as_uri()}"></head>'
    source = file.with_suffix(".chromium.html")
    source.write_text(file.with_suffix(".html").read_text("utf-8").replace("</head>", linked), "utf-8")
    options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
    with sync_playwright() as playwright:
        start = time.perf_counter()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*options, "--disable-component-update"])
        printed = browser.new_page()
        printed.goto(source.as_uri())
        printed.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
        measured = {"seconds": time.perf_counter() - start, "cpu": of_processes("chrom")}
        browser.close()
    return measured


def of_processes(name: str) -> float:
    """The processor time of our descendants so named."""
    found: dict[int, tuple[int, str, float]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, command, rest = re.fullmatch(r"(\d+) \((.*)\) (.*)", file.read_text().strip()).groups()
            words = rest.split()
            ticks = int(words[11]) + int(words[12])
            found[int(pid)] = int(words[1]), command, ticks / os.sysconf("SC_CLK_TCK")

    def is_ours(pid: int) -> bool:
        return pid == os.getpid() or (pid in found and is_ours(found[pid][0]))

    return sum(seconds for pid, (_, command, seconds) in found.items() if name in command and is_ours(pid))
