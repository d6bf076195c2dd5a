"""A person who looks at the pages of a company without a browser: opens addresses, fills in forms and sends them."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import html
from starlette.testclient import TestClient


@dataclass
class Pages:
    """Who is signed in, and the page that is open. A path that begins with a slash belongs to the company."""

    http: TestClient
    company_id: int
    session: str
    language: str = "it"
    address: str = field(init=False, default="")
    status: int = field(init=False, default=0)
    text: str = field(init=False, default="")
    answer: Any = field(init=False, default=None)
    cookies: dict[str, str] = field(init=False, default_factory=dict)

    def get(self, path: str, **headers: str) -> "Pages":
        """Open an address, and go where it leads."""
        return self._go("GET", self._absolute(path), headers)

    def post(
        self, path: str, fields: dict[str, str] | None = None, files: dict[str, Any] | None = None, **headers: str
    ) -> "Pages":
        """Send a form that is not on the page, and go where it leads."""
        return self._go("POST", self._absolute(path), headers, data=fields or {}, files=files)

    def submit(self, action: str = "", button: dict[str, str] | None = None, /, **filled: str) -> "Pages":
        """Fill in the form of the page that is sent to this path, or the only one in its content, and send it.

        A dot in the name of an input is written `__`.
        """
        form = self._form(action)
        fields = {name: value for name, value in form.form_values() if not hasattr(value, "read")}
        fields |= {name.replace("__", "."): value for name, value in filled.items()} | (button or {})
        target = urljoin(self.address, form.get("action") or self.address)
        if form.method == "GET":
            return self._go("GET", f"{urlsplit(target).path}?{urlencode(fields)}", {})
        multipart = form.get("enctype") == "multipart/form-data"
        sent = {"files": {name: (None, value) for name, value in fields.items()}} if multipart else {"data": fields}
        return self._go("POST", target, {}, **sent)

    def _form(self, action: str) -> Any:
        path = self._absolute(action) if action else ""
        forms = [
            form
            for form in self.tree.forms
            if (urlsplit(urljoin(self.address, form.get("action") or self.address)).path == path if path else True)
        ]
        if path:
            forms = [form for form in forms if form.xpath("ancestor::main")] or forms
        else:
            main = [form for form in forms if form.xpath("ancestor::main") and form.method == "POST"]
            forms = [form for form in main if not form.xpath("ancestor::*[@popover]")] or main
        assert len(forms) == 1, f"{len(forms)} forms for {action or 'the content'} on {self.address}"
        return forms[0]

    def _absolute(self, path: str) -> str:
        return path if path.startswith("/app") or path in {"/login", "/logout"} else f"/app/{self.company_id}{path}"

    def _go(self, method: str, target: str, headers: dict[str, str], **sent: Any) -> "Pages":
        for _ in range(5):
            kept = {"mastro": self.session, "language": self.language, **self.cookies}
            cookie = "; ".join(f"{name}={value}" for name, value in kept.items() if value)
            asked = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin", **headers}
            if self.address:
                asked.setdefault("Referer", urljoin("http://testserver", self.address))
            answer: Any = self.http.request(method, target, headers=asked, follow_redirects=False, **sent)
            self.cookies |= {name: value.strip('"') for name, value in answer.cookies.items()}
            self.http.cookies.clear()
            self.address = target
            if not answer.is_redirect:
                break
            method, target, sent = "GET", urljoin(target, answer.headers["location"]), {}
        self.answer, self.status, self.text = answer, answer.status_code, answer.text
        return self

    @property
    def tree(self) -> Any:
        """The page, parsed."""
        return html.fromstring(self.text)

    def find(self, path: str) -> list[Any]:
        """Elements or texts of the page by XPath."""
        return list(self.tree.xpath(path))

    def said(self, path: str = "//main") -> str:
        """The words of the page, or of the first element of a path."""
        found = self.find(path)
        return " ".join(found[0].text_content().split()) if found else ""

    @property
    def title(self) -> str:
        """The heading of the page."""
        return self.said("//h1")

    @property
    def rows(self) -> list[list[str]]:
        """The rows of the list, cell by cell."""
        return [
            [" ".join(cell.text_content().split()) for cell in row.xpath("./td|./th")]
            for row in self.find("//table[contains(@class, 'list')]/tbody/tr")
        ]

    @property
    def errors(self) -> dict[str, str]:
        """What is said to be wrong, by input."""
        found = {}
        for wrong in self.find("//*[@aria-invalid='true']"):
            help = self.find(f"//*[@id='{wrong.get('aria-describedby')}']")
            found[wrong.get("name")] = help[0].text_content().strip() if help else ""
        return found
