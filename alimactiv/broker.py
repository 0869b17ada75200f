"""The queue between the pages and the worker, looked at from outside."""

import redis
from kombu.exceptions import ChannelError, KombuError
from redis.backoff import NoBackoff
from redis.retry import Retry

from alimactiv.celery import app

PATIENCE = 1  # seconds, to connect and to be answered: someone waits before a page


class Unreachable(Exception):  # noqa: N818 (an outcome)
    """The broker does not answer."""


def waiting() -> int:
    """How many tasks no worker has taken yet. Raises ``Unreachable``, within ``2 * PATIENCE`` seconds."""
    url, queue = app.conf.broker_url, app.conf.task_default_queue
    try:
        if url.startswith(("redis://", "rediss://")):  # kombu would try for ten seconds
            with redis.Redis.from_url(
                url, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
            ) as server:
                return server.llen(queue)
        with app.connection_for_read() as connection, connection.channel() as channel:
            return channel.queue_declare(queue, passive=True).message_count
    except ChannelError:  # nothing was ever put there
        return 0
    except (OSError, KombuError, redis.RedisError) as error:
        raise Unreachable(str(error)) from error
