"""A format for tests, as light as can be: the content itself."""

from evaluation.report import canonical


def render(content: dict) -> bytes:
    return canonical(content).encode()
