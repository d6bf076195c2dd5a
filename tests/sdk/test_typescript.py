"""The vendor's TypeScript SDK, unmodified, runs a scenario against the server on a socket."""

import json
import subprocess
from pathlib import Path

from support import Clock, MakeCompany, MakeToken

SCENARIO = Path(__file__).parent / "typescript" / "scenario.cjs"


def test_the_typescript_sdk_invoices_is_paid_reads_back_and_is_refused(
    typescript: Path, served: str, make_company: MakeCompany, make_token: MakeToken, clock: Clock
) -> None:
    company_id = make_company(
        address_street="Via Garibaldi 1", address_postal_code="16124", address_city="Genova", address_province="GE"
    )
    run = subprocess.run(
        ["node", "--input-type=commonjs", "-", served, make_token(company_id=company_id), str(company_id)],
        input=SCENARIO.read_text(encoding="utf-8"),
        cwd=typescript,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == {
        "companies": [company_id],
        "due": 244,
        "number": 1,
        "pdf": [200, "application/pdf"],
        "xml": True,
        "paid": "paid",
        "listed": [True],
        "total": 1,
        "twin": {"status": 409, "code": "NUMBER_TAKEN"},
        "gone": {"status": 404, "code": "NOT_FOUND"},
    }
