"""The payment methods and accounts that a new company gets; it may change or delete each of them.

The names of methods follow the FatturaPA list MP01 … MP23, which the XML carries (*ModalitaPagamento*).
"""

from mastro.model.settings import PaymentAccount, PaymentMethod

_METHODS = (
    ("Bonifico bancario", "MP05"),
    ("Contanti", "MP01"),
    ("Carta di pagamento", "MP08"),
    ("Assegno", "MP02"),
    ("Assegno circolare", "MP03"),
    ("RiBa", "MP12"),
    ("SEPA Direct Debit (SDD)", "MP19"),
    ("Bollettino postale", "MP18"),
    ("PagoPA", "MP23"),
    ("Rimessa diretta", "MP01"),
)

CASH_ACCOUNT = "Cassa"
BANK_ACCOUNT = "Banca"


def default_accounts() -> list[PaymentAccount]:
    """Return new accounts without id: the cash desk and a bank account whose IBAN is still to be given."""
    return [PaymentAccount(name=CASH_ACCOUNT, type="standard"), PaymentAccount(name=BANK_ACCOUNT, type="bank")]


def default_methods() -> list[PaymentMethod]:
    """Return new methods without id, the bank transfer first and default; only RiBa is of its own type."""
    return [
        PaymentMethod(
            name=name,
            type="riba" if code == "MP12" else "standard",
            is_default=position == 0,
            details=[],
            ei_payment_method=code,
        )
        for position, (name, code) in enumerate(_METHODS)
    ]
