"""What the states, messages and outcomes of electronic invoices are called."""

from collections.abc import Mapping

from mastro.web.language import N_

STATES: Mapping[str, str] = {
    "to_send": N_("Da inviare"),
    "in_flight": N_("In viaggio"),
    "discarded": N_("Scartate"),
    "not_delivered": N_("Mancata consegna"),
    "delivered": N_("Consegnate"),
    "answered": N_("Esiti del cliente"),
}

NOTICES: Mapping[str, str] = {
    "RC": N_("Ricevuta di consegna"),
    "NS": N_("Notifica di scarto"),
    "MC": N_("Mancata consegna"),
    "NE": N_("Esito del committente"),
    "DT": N_("Decorrenza dei termini"),
    "AT": N_("Attestazione di avvenuta trasmissione"),
}

OUTCOMES: Mapping[str, str] = {
    "delivered": N_("Consegnata"),
    "not_delivered": N_("Mancata consegna"),
    "discarded": N_("Scartata"),
    "accepted": N_("Accettata dalla PA"),
    "refused": N_("Rifiutata dalla PA"),
    "no_response": N_("Consegnata, poi decorrenza dei termini"),
    "waiting": N_("Silenzio"),
}
"""What the simulated SdI can be asked for."""

CODES: tuple[tuple[str, str, str], ...] = (
    ("RC00000", "RC0000", N_("Consegnata")),
    ("MC00000", "MC0000", N_("Mancata consegna")),
    ("NS00404", "N00404", N_("Scartata con quel codice")),
    ("", "NEEC01", N_("Accettata dalla PA")),
    ("", "NEEC02", N_("Rifiutata dalla PA")),
    ("", "DT0000", N_("Decorrenza dei termini")),
    ("ZZ00000", "ZZ0000", N_("Silenzio")),
)
"""Recipient codes that ask for an outcome: of a private customer, of a public administration."""

MAIL_STATES: Mapping[str, tuple[str, str]] = {
    "taken": (N_("Elaborato"), "ok"),
    "unknown": (N_("Da guardare"), "warn"),
    "refused": (N_("Illeggibile"), "bad"),
}
