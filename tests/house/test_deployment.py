"""What runs the site elsewhere (Dockerfile, Compose, .env.example, the README's table) names what the site reads."""

import re

import psycopg
import pytest
import yaml
from django.conf import settings

from tests.processes import PostgreSQL

HOME = settings.BASE_DIR
COMPOSE = (HOME / "docker-compose.yml").read_text()
SERVICES = yaml.safe_load(COMPOSE)["services"]
SITE = ("migrate", "web", "worker", "beat")
READ = re.compile(r"""env\.\w+\(\s*"([A-Z][A-Z0-9_]+)"|os\.environ(?:\.get\(|\[)['"]([A-Z][A-Z0-9_]+)['"]""")
OURS = {"DJANGO_SETTINGS_MODULE"}  # not to be set by anyone
PROGRAMS = {"POSTGRESQL", "REDIS", "TEST_PARTS", "TEST_POSTGRES"}  # between our own scripts


def read_by(*files: str) -> set[str]:
    found = (READ.findall((HOME / file).read_text()) for file in files)
    return {first or second for pairs in found for first, second in pairs} - OURS


SITE_READS = read_by("alimactiv/settings.py", "alimactiv/gunicorn.py")


def test_the_readme_lists_every_variable_and_no_other():
    table = (HOME / "README.md").read_text().partition("| Variable |")[2].partition("\n\n")[0]
    listed = {name for line in table.splitlines() for name in re.findall(r"`([A-Z][A-Z0-9_]+)`", line.split("|")[1])}
    scripts = read_by("script/_run.py", "script/_test.py") - PROGRAMS
    assert listed - {"CI", "PYTHON"} == SITE_READS | scripts  # those two, the shell reads


def test_the_example_and_compose_name_the_same_variables():
    example = re.findall(r"^([A-Z0-9_]+)=", (HOME / ".env.example").read_text(), re.MULTILINE)
    assert sorted(example) == sorted(set(re.findall(r"\$\{([A-Z0-9_]+)", COMPOSE)))


def test_compose_sets_what_a_public_site_reads_and_nothing_else():
    never = {"DEBUG", "DEVELOPMENT", "BIND", "PORT"}  # the first two are refused there; the image says the others
    for name in SITE:
        assert set(SERVICES[name]["environment"]) == SITE_READS - never


def test_env_may_say_all_but_what_follows_from_the_sites_name():
    environment = SERVICES["web"]["environment"]
    fixed = {name for name, value in environment.items() if not str(value).startswith(f"${{{name}")}
    assert fixed == {"ALLOWED_HOSTS", "SITE_URL", "CSRF_TRUSTED_ORIGINS", "LOG_FORMAT"}


@pytest.mark.parametrize("name", SERVICES)
def test_each_part_is_looked_after_and_has_limits(name):
    part = SERVICES[name]
    limits = part["deploy"]["resources"]["limits"]
    assert set(limits) == {"memory", "cpus"}
    assert part["security_opt"] == ["no-new-privileges:true"]
    ends = name == "migrate"
    assert part["restart"] == ("no" if ends else "unless-stopped")
    assert ("healthcheck" in part) is not ends


@pytest.mark.parametrize("name", SITE)
def test_the_sites_own_parts_may_do_little(name):
    part = SERVICES[name]
    assert (part["cap_drop"], part["read_only"]) == (["ALL"], True)


def test_only_the_site_reaches_the_database_and_the_queue():
    assert {name for name, part in SERVICES.items() if "inside" in part.get("networks", ())} == {*SITE, "db", "redis"}
    assert [SERVICES[name]["networks"] for name in ("db", "redis")] == [["inside"]] * 2
    assert [name for name, part in SERVICES.items() if "ports" in part] == ["proxy"]


@pytest.mark.django_db
def test_the_databases_log_holds_no_row():
    database = PostgreSQL(*SERVICES["db"]["command"].split()[1:])
    try:
        with pytest.raises(psycopg.IntegrityError, match="Camille Fictive"):
            database.query("INSERT INTO accounts_user (name) VALUES ('Camille Fictive')")
        assert "violates not-null constraint" in database.log
        assert "Camille Fictive" not in database.log
    finally:
        database.close()


def test_images_are_of_a_stated_version():
    dockerfile = (HOME / "Dockerfile").read_text()
    bases = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    images = [part["image"] for name, part in SERVICES.items() if name not in SITE]
    assert [image for image in bases + images if not re.search(r":\d+\.\d+(\.\d+)?(-[a-z]+)+$", image)] == []


def test_the_image_runs_as_nobody_in_particular_what_the_lock_says():
    dockerfile = (HOME / "Dockerfile").read_text()
    assert re.findall(r"^USER (\S+)", dockerfile, re.MULTILINE) == ["alimactiv"]
    assert "pip install --require-hashes -r requirements.lock" in dockerfile
    ignored = (HOME / ".dockerignore").read_text().split()
    assert {".git", ".env", "var"} <= set(ignored), "no secret, no data in the image"


def test_the_image_has_the_tools_of_the_databases_version():
    version = re.search(r"postgres:(\d+)", SERVICES["db"]["image"])[1]
    assert f"postgresql-client-{version}" in (HOME / "Dockerfile").read_text()
