"""requirements.lock pins what pyproject.toml asks for, with hashes, and names no place it comes from."""

import re
import tomllib

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = (settings.BASE_DIR / "requirements.lock").read_text()
PROJECT = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())
ASKED = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
PINS = dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", LOCK, re.MULTILINE | re.IGNORECASE))


def test_names_no_address():
    assert not re.search(r"\w+://|--(extra-)?index-url|--find-links|file:", LOCK)


def test_every_pin_has_hashes():
    entries = re.split(r"\n(?=[a-z0-9])", LOCK, flags=re.IGNORECASE)
    assert len(entries) >= len(PINS)
    assert not [entry.split("==")[0] for entry in entries if "--hash=sha256:" not in entry]


@pytest.mark.parametrize("line", ASKED)
def test_pins_what_the_project_asks_for(line):
    asked = Requirement(line)
    assert asked.specifier.contains(PINS[canonicalize_name(asked.name)]), "run script/lock"
