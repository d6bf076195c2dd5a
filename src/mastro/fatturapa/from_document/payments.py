"""DatiPagamento: how, where to and when the customer pays."""

from mastro.fatturapa.from_document.raw import overlay
from mastro.fatturapa.from_document.shapes import Case, date, money, present
from mastro.fatturapa.schema.ordinary import DETTAGLIO_PAGAMENTO
from mastro.fatturapa.text import latin
from mastro.fatturapa.tree import Tree
from mastro.model.issued_document import Payment
from mastro.model.settings import PaymentMethod

TRANSFER = "MP05"


def payment_data(case: Case) -> Tree:
    """The block DatiPagamento; empty for self-invoices, where nobody pays anybody."""
    payments = [payment for payment in case.document.payments_list or [] if payment.amount]
    if not payments or case.role != "seller":
        return {}
    return {
        "CondizioniPagamento": "TP02" if len(payments) == 1 else "TP01",
        "DettaglioPagamento": [_payment(case, number, payment) for number, payment in enumerate(payments)],
    }


def _payment(case: Case, number: int, payment: Payment) -> Tree:
    data, method = case.data, case.document.payment_method or PaymentMethod()
    way = (data.payment_method or method.ei_payment_method).strip().upper()
    account = payment.payment_account
    # The company's own account is a fair guess for a transfer only: a RiBa or a direct debit names the customer's.
    own = (case.company.bank_iban, case.company.bank_name) if way == TRANSFER else ("", "")
    iban = data.bank_iban or method.bank_iban or (account.iban if account and way == TRANSFER else "") or own[0]
    tree = present(
        Beneficiario=latin(data.bank_beneficiary or method.bank_beneficiary, 200),
        ModalitaPagamento=way,
        DataScadenzaPagamento=date(payment.due_date),
        ImportoPagamento=money(payment.amount),
        IstitutoFinanziario=latin(data.bank_name or method.bank_name or (own[1] if iban == own[0] else ""), 80),
        IBAN="".join(iban.split()).upper(),
    )
    return overlay(tree, payment.ei_raw, DETTAGLIO_PAGAMENTO, f".payments_list[{number}]") if payment.ei_raw else tree
