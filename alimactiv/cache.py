"""The shared cache, which forgets while Redis does not answer: no page depends on what it keeps.

Limits are counted there (``alimactiv/limits.py``, allauth's): they let everyone pass until Redis is back, which the
log says. The codes and links that they guard are too long to be guessed in that time.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


@contextmanager
def _forgetting() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        logger.warning("the cache does not answer, limits are not counted: %s", error)


class ForgetfulCache(RedisCache):
    """Redis as Django uses it; without it, nothing is found and everything may be added."""

    def add(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with _forgetting():
            return super().add(key, value, timeout, version)
        return True

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        with _forgetting():
            return super().get(key, default, version)
        return default

    def set(self, key: str, value: Any, timeout: float | None = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        with _forgetting():
            super().set(key, value, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        with _forgetting():
            return super().delete(key, version)
        return False

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raises ``ValueError`` for what is not there, as any cache does."""
        with _forgetting():
            return super().incr(key, delta, version)
        raise ValueError(f"Key '{key}' not found.")
