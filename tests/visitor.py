"""Someone who visits the web process over HTTP, as a browser without JavaScript does."""

from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPMessage
from http.cookies import SimpleCookie

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

PATIENCE = 60  # seconds for an answer


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Visitor:
    """Keeps cookies, follows no redirection. ``headers`` go with all that is asked: those of a proxy, say."""

    port: int
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, **fields: str | SimpleUploadedFile) -> Answer:
        """A form, with the token that the page which holds it gave."""
        sent = fields | {"csrfmiddlewaretoken": self.cookies.get("csrftoken", "")}
        return self.ask(
            "POST", path, body=encode_multipart(BOUNDARY, sent), headers={"Content-Type": MULTIPART_CONTENT}
        )

    def ask(
        self, method: str, path: str, *, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> Answer:
        """Raises ``OSError`` where nobody answers."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = self.headers | ({"Cookie": cookies} if cookies else {}) | (headers or {})
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)) as line:
            line.request(method, path, body=body, headers=sent)
            response = line.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        return answer

    def is_answered(self) -> bool:
        with suppress(OSError, HTTPException):
            return bool(self.get("/healthz").status)
        return False
