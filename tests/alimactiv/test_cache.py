"""The shared cache on a Redis that dies and comes back."""

import logging

import pytest

from alimactiv import limits
from alimactiv.cache import ForgetfulCache
from tests.processes import Redis


@pytest.fixture
def server(tmp_path):
    server = Redis(tmp_path)
    yield server
    server.kill()


@pytest.fixture
def shared(server):
    cache = ForgetfulCache(server.url, {})
    yield cache
    cache.close()


def tried(cache) -> list:
    """What each of its ways says of one key, twice where it tells."""
    said = [cache.add("a", 1, 60), cache.add("a", 1, 60), cache.get("a", 0)]
    try:
        said.append(cache.incr("a"))
    except ValueError:
        said.append("not there")
    cache.set("a", 5, 60)
    return [*said, cache.get("a"), cache.get_or_set("b", lambda: 7, 60), cache.delete("a")]


def test_it_keeps_while_redis_answers(shared):
    assert tried(shared) == [True, False, 1, 2, 5, 7, True]


def test_it_forgets_while_redis_does_not_answer_and_says_so(server, shared, caplog):
    shared.set("a", 1, 60)
    server.kill()
    with caplog.at_level(logging.WARNING, "alimactiv.cache"):
        assert tried(shared) == [True, True, 0, "not there", None, 7, False]
    assert {record.name for record in caplog.records} == {"alimactiv.cache"}
    server.start()
    assert tried(shared) == [True, False, 1, 2, 5, 7, True]


def test_limits_let_pass_meanwhile(server, shared, monkeypatch, rf):
    monkeypatch.setattr(limits, "cache", shared)
    few, visit = limits.Limit("few", 2, 10**9), rf.get("/")
    assert [few.count(visit) for _ in range(3)] == [1, 2, 3]
    assert few.is_reached(visit)
    server.kill()
    assert [few.count(visit) for _ in range(3)] == [1, 1, 1]
    assert not few.is_reached(visit)
