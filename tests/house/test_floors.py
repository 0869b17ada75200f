"""Every app of ours stands on one of the floors that import-linter holds."""

import tomllib

from django.apps import apps
from django.conf import settings

CONTRACTS = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["tool"]["importlinter"]


def our_apps() -> set[str]:
    return {config.name for config in apps.get_app_configs() if (settings.BASE_DIR / config.name).is_dir()}


def test_every_app_is_checked():
    assert set(CONTRACTS["root_packages"]) == our_apps()


def test_every_app_has_its_floor():
    floors = next(contract for contract in CONTRACTS["contracts"] if contract["name"] == "Floors")
    assert our_apps() <= {layer.strip("()") for layer in floors["layers"]}
