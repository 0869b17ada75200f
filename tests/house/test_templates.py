"""Every template is used: named by code or by another template, or in the place of a library's own."""

import re
from itertools import chain
from pathlib import Path

import pytest
from django.conf import settings
from django.template.utils import get_app_template_dirs

FOLDER = settings.BASE_DIR / "templates"
ERROR_PAGES = {"400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html", "503.html"}


def names_used() -> set[str]:
    sources = chain(FOLDER.rglob("*"), *((settings.BASE_DIR / name).rglob("*.py") for name in our_folders()))
    return set(
        chain.from_iterable(
            re.findall(r"""["']([\w/.-]+\.(?:html|txt|xml|ics))["'#]""", source.read_text())
            for source in sources
            if source.is_file()
        )
    )


def our_folders() -> list[str]:
    return [name for name in settings.INSTALLED_APPS if (settings.BASE_DIR / name).is_dir()]


def replaces_a_librarys(name: str) -> bool:
    return any((Path(folder) / name).is_file() for folder in get_app_template_dirs("templates"))


USED = names_used()


@pytest.mark.parametrize(
    "name", sorted(str(file.relative_to(FOLDER)) for file in FOLDER.rglob("*") if file.is_file()) or ["none"]
)
def test_is_used(name):
    used = name in USED or name in ERROR_PAGES or replaces_a_librarys(name)
    assert used, f"templates/{name} is used nowhere"
