"""What the pages say, in Italian and in English, and the scopes in words."""

from typing import Literal

Language = Literal["it", "en"]

_WORDS: dict[str, tuple[str, str]] = {
    "sign_in": ("Accedi", "Sign in"),
    "sign_in_to": ("Accedi a Mastro", "Sign in to Mastro"),
    "sign_out": ("Esci", "Sign out"),
    "email": ("Indirizzo e-mail", "E-mail address"),
    "password": ("Password", "Password"),
    "wrong_password": ("Indirizzo o password non corretti.", "The address or the password is wrong."),
    "too_many": (
        "Troppi tentativi: riprova tra un quarto d'ora.",
        "Too many attempts: try again in a quarter of an hour.",
    ),
    "second_step": ("Codice di verifica", "Verification code"),
    "second_step_help": (
        "Scrivi il codice di sei cifre dell'app di autenticazione, oppure uno dei codici di recupero.",
        "Type the six digits that your authenticator app shows, or one of your recovery codes.",
    ),
    "wrong_second_step": (
        "Il codice non è corretto o è già stato usato.",
        "The code is wrong or has been used already.",
    ),
    "other_account": ("Accedi con un altro indirizzo", "Sign in with another address"),
    "sign_in_for": ("Dopo l'accesso deciderai se autorizzare", "Once signed in, you decide whether to let in"),
    "signed_in_as": ("Hai effettuato l'accesso come", "Signed in as"),
    "skip": ("Vai al contenuto", "Skip to the content"),
    "home": ("Mastro, pagina iniziale", "Mastro, home"),
    "consent": ("Autorizza {name}", "Let {name} in"),
    "asks": ("{name} chiede di accedere ai tuoi dati.", "{name} asks for access to your data."),
    "company": ("Azienda", "Company"),
    "which_company": ("A quale azienda?", "To which company?"),
    "all_companies": ("Tutte le mie aziende, anche future", "All my companies, future ones too"),
    "no_company": (
        "Non appartieni ancora a nessuna azienda: non c'è nulla da autorizzare.",
        "You do not belong to any company yet: there is nothing to give access to.",
    ),
    "may": ("Potrà", "It will be able to"),
    "within": (
        "Non potrà fare nulla che non sia permesso anche a te.",
        "It can do nothing that you are not allowed to do yourself.",
    ),
    "goes_to": ("Poi tornerai a", "You will then go back to"),
    "allow": ("Autorizza", "Allow"),
    "deny": ("Rifiuta", "Refuse"),
    "untrusted": ("Richiesta non valida", "This request is not valid"),
    "untrusted_client_id": (
        "L'applicazione che ti ha mandato qui non è registrata su questo server.",
        "The application that sent you here is not registered on this server.",
    ),
    "untrusted_redirect_uri": (
        "L'indirizzo di ritorno non è tra quelli registrati dall'applicazione.",
        "The address to go back to is not one that the application registered.",
    ),
    "no_data_sent": ("Nessun dato è stato comunicato.", "No data has been given to anybody."),
    "foreign_form": (
        "Il modulo è stato inviato da un altro sito e non è stato accettato.",
        "The form was sent by another site and was not accepted.",
    ),
    "bad_form": ("Il modulo inviato non è leggibile.", "The form that was sent cannot be read."),
    "connect": ("Collega un dispositivo", "Connect a device"),
    "connect_help": (
        "Scrivi il codice mostrato dal dispositivo o dal programma.",
        "Type the code that the device or program shows.",
    ),
    "code": ("Codice", "Code"),
    "continue": ("Continua", "Continue"),
    "wrong_code": ("Il codice non esiste o è scaduto.", "The code does not exist or has expired."),
    "device_caution": (
        "Autorizza solo se hai avviato tu il collegamento e il codice sul dispositivo è questo:",
        "Allow this only if you began it yourself and the device shows this code:",
    ),
    "device_allowed": ("Dispositivo collegato", "Device connected"),
    "device_denied": ("Richiesta rifiutata", "Request refused"),
    "go_back": (
        "Puoi chiudere questa pagina e tornare al dispositivo.",
        "You may close this page and go back to the device.",
    ),
    "applications": ("Applicazioni e token", "Applications and tokens"),
    "granted": ("Applicazioni autorizzate", "Applications you let in"),
    "granted_none": ("Non hai autorizzato nessuna applicazione.", "You have let no application in."),
    "since": ("dal", "since"),
    "put_out": ("Revoca l'accesso", "Revoke access"),
    "personal": ("Token personali", "Personal tokens"),
    "personal_help": (
        "Un token personale apre l'API a un tuo programma. Non scade: revocalo quando non serve più.",
        "A personal token opens the API to a program of yours. It does not expire: revoke it when it is not needed.",
    ),
    "personal_none": ("Nessun token personale.", "No personal tokens."),
    "new_token": ("Nuovo token", "New token"),
    "name": ("Nome", "Name"),
    "scopes": ("Permessi", "Permissions"),
    "no_access": ("Nessun accesso", "No access"),
    "read": ("Lettura", "Read"),
    "write": ("Lettura e modifica", "Read and change"),
    "access": ("Accesso", "Access"),
    "everything": ("Tutto", "Everything"),
    "everything_read": ("Tutto, in sola lettura", "Everything, to read only"),
    "chosen": ("Solo i permessi scelti qui sotto", "Only the permissions chosen below"),
    "choose_scopes": ("Scegli i permessi uno per uno", "Choose the permissions one by one"),
    "create_token": ("Crea il token", "Create the token"),
    "revoke": ("Revoca", "Revoke"),
    "your_token": ("Il tuo nuovo token", "Your new token"),
    "shown_once": ("Copialo ora: non sarà più mostrato.", "Copy it now: it is not shown again."),
    "your_application": ("La tua nuova applicazione", "Your new application"),
    "registered": ("Applicazioni registrate", "Registered applications"),
    "registered_help": (
        "Registra un programma che chiede l'accesso ai suoi utenti con OAuth2.",
        "Register a program that asks its users for access with OAuth2.",
    ),
    "registered_none": ("Non hai registrato nessuna applicazione.", "You have registered no application."),
    "new_application": ("Nuova applicazione", "New application"),
    "redirect_uris": ("Indirizzi di ritorno (redirect URI), uno per riga", "Redirect URIs, one a line"),
    "redirect_help": (
        "Sono confrontati carattere per carattere: https, oppure http://localhost per lo sviluppo.",
        "They are compared character by character: https, or http://localhost while developing.",
    ),
    "device_flow": ("Può usare il flusso per dispositivi", "May use the device flow"),
    "create_application": ("Registra l'applicazione", "Register the application"),
    "delete": ("Elimina", "Delete"),
    "all_scopes": ("tutti i permessi", "all permissions"),
    "wrong_scope": ("Scegli almeno un permesso.", "Choose at least one permission."),
    "wrong_name": ("Il nome ha da 1 a 100 caratteri.", "The name has 1 to 100 characters."),
    "wrong_company": ("Scegli un'azienda.", "Choose a company."),
    "wrong_application": ("L'applicazione non può essere registrata così:", "The application cannot be registered so:"),
    "too_many_tokens": ("Hai già {number} token: revocane qualcuno.", "You have {number} tokens already: revoke some."),
    "not_here": ("Pagina non trovata", "Page not found"),
    "not_here_help": (
        "La pagina non esiste, oppure non hai accesso a ciò che mostra.",
        "The page does not exist, or you have no access to what it shows.",
    ),
    "busy": ("Il server è occupato: riprova tra un momento.", "The server is busy: try again in a moment."),
}

_FAMILIES: dict[str, tuple[str, str]] = {
    "entity.clients": ("Clienti", "Clients"),
    "entity.suppliers": ("Fornitori", "Suppliers"),
    "products": ("Prodotti", "Products"),
    "stock": ("Magazzino", "Stock"),
    "issued_documents.invoices": ("Fatture", "Invoices"),
    "issued_documents.quotes": ("Preventivi", "Quotes"),
    "issued_documents.proformas": ("Proforma", "Proformas"),
    "issued_documents.receipts": ("Ricevute", "Receipts issued to clients"),
    "issued_documents.delivery_notes": ("Documenti di trasporto", "Delivery notes"),
    "issued_documents.credit_notes": ("Note di credito", "Credit notes"),
    "issued_documents.orders": ("Ordini", "Orders"),
    "issued_documents.work_reports": ("Rapporti di lavoro", "Work reports"),
    "issued_documents.supplier_orders": ("Ordini ai fornitori", "Supplier orders"),
    "issued_documents.self_invoices": ("Autofatture", "Self-invoices"),
    "received_documents": ("Documenti ricevuti", "Received documents"),
    "receipts": ("Corrispettivi", "Daily receipts"),
    "taxes": ("Tasse e F24", "Taxes and F24"),
    "calendar": ("Calendario", "Calendar"),
    "archive": ("Archivio", "Archive"),
    "cashbook": ("Prima nota", "Cashbook"),
    "settings": ("Impostazioni", "Settings"),
    "emails": ("E-mail inviate", "Sent e-mails"),
    "situation": ("Situazione dell'azienda", "Situation of the company"),
}
"""Scope family → what it is about."""


class Words:
    """The words of one language: `words.sign_in`, `words("asks", name=…)`, `words.family("products")`."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self._index = 0 if language == "it" else 1

    def __call__(self, key: str, **values: str) -> str:
        """A sentence with its values."""
        return _WORDS[key][self._index].format(**values) if values else _WORDS[key][self._index]

    def __getattr__(self, key: str) -> str:
        """A sentence without values."""
        if key not in _WORDS:
            raise AttributeError(key)
        return _WORDS[key][self._index]

    def family(self, family: str) -> str:
        """What a scope family is about."""
        return _FAMILIES[family][self._index]

    def day(self, timestamp: str) -> str:
        """The day of a timestamp, as it is written here: 23/11/2026 in Italian, 2026-11-23 in English."""
        year, month, day = timestamp[:10].split("-")
        return f"{day}/{month}/{year}" if self.language == "it" else timestamp[:10]

    def by_level(self, scopes: tuple[str, ...]) -> dict[str, list[str]]:
        """The scopes by what they allow: heading → what they are about. A family under both stands under the wider."""
        wide = {scope[:-2] for scope in scopes if scope.endswith(":a")}
        narrow = {scope[:-2] for scope in scopes} - wide
        found: dict[str, list[str]] = {}
        for heading, families in ((self.write, wide), (self.read, narrow)):
            if families:
                found[heading] = [self.family(family) for family in _FAMILIES if family in families]
        return found


WORDS: dict[Language, Words] = {"it": Words("it"), "en": Words("en")}
