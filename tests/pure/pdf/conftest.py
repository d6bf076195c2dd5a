"""Reading a printed document back."""

from collections.abc import Callable
from typing import Any

import pytest

from mastro.model.company import Company
from mastro.model.issued_document import IssuedDocument
from mastro.pdf import render
from pure.pdf.reading import pages_of


@pytest.fixture
def printed() -> Callable[..., list[str]]:
    """Prints a document and gives the text of its pages."""

    def pages(document: IssuedDocument, company: Company, **options: Any) -> list[str]:
        return pages_of(render(document, company, **options))

    return pages
