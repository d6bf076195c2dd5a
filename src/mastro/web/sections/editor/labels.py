"""What the keys of a document are called on the form."""

import re

from mastro.web.language import N_, Locale
from mastro.web.sections.editor.kinds import Kind

LABELS: dict[str, str] = {
    "entity": N_("Cliente"),
    "entity.name": N_("Nome o ragione sociale"),
    "entity.code": N_("Codice interno"),
    "entity.type": N_("Tipo"),
    "entity.vat_number": N_("Partita IVA"),
    "entity.tax_code": N_("Codice fiscale"),
    "entity.first_name": N_("Nome di battesimo"),
    "entity.last_name": N_("Cognome"),
    "entity.address_street": N_("Indirizzo"),
    "entity.address_postal_code": N_("CAP"),
    "entity.address_city": N_("Città"),
    "entity.address_province": N_("Provincia"),
    "entity.country": N_("Paese"),
    "entity.email": N_("E-mail"),
    "entity.certified_email": N_("PEC"),
    "entity.ei_code": N_("Codice destinatario"),
    "entity.shipping_address": N_("Indirizzo di spedizione"),
    "entity.intent_declaration_protocol_number": N_("Protocollo della dichiarazione"),
    "entity.intent_declaration_protocol_date": N_("Data del protocollo"),
    "date": N_("Data"),
    "number": N_("Numero"),
    "numeration": N_("Sezionale"),
    "visible_subject": N_("Oggetto visibile"),
    "subject": N_("Oggetto interno"),
    "rc_center": N_("Centro di ricavo"),
    "notes": N_("Note"),
    "currency": N_("Valuta"),
    "currency.id": N_("Valuta"),
    "currency.exchange_rate": N_("Cambio"),
    "language": N_("Lingua"),
    "language.code": N_("Lingua"),
    "items_list": N_("Righe"),
    "items_list.name": N_("Prodotto o servizio"),
    "items_list.code": N_("Codice"),
    "items_list.description": N_("Descrizione"),
    "items_list.category": N_("Categoria"),
    "items_list.qty": N_("Quantità"),
    "items_list.measure": N_("U.M."),
    "items_list.net_price": N_("Prezzo"),
    "items_list.gross_price": N_("Prezzo"),
    "items_list.discount": N_("Sconto %%"),
    "items_list.ei_raw": N_("Altri dati della fattura elettronica"),
    "items_list.apply_withholding_taxes": N_("Soggetta a ritenuta e contributi"),
    "items_list.not_taxable": N_("Non imponibile"),
    "items_list.vat": N_("IVA"),
    "items_list.vat.id": N_("IVA"),
    "payments_list": N_("Pagamenti"),
    "payments_list.due_date": N_("Scadenza"),
    "payments_list.amount": N_("Importo"),
    "payments_list.status": N_("Stato"),
    "payments_list.payment_account": N_("Conto di saldo"),
    "payments_list.payment_account.id": N_("Conto di saldo"),
    "payments_list.paid_date": N_("Data del saldo"),
    "payments_list.ei_raw": N_("Altri dati della fattura elettronica"),
    "payment_method": N_("Metodo di pagamento"),
    "payment_method.id": N_("Metodo di pagamento"),
    "use_gross_prices": N_("Prezzi"),
    "use_split_payment": N_("Scissione dei pagamenti (split payment)"),
    "rivalsa": N_("Rivalsa INPS %%"),
    "cassa": N_("Cassa %%"),
    "cassa_taxable": N_("Cassa: imponibile %%"),
    "cassa2": N_("Seconda cassa %%"),
    "cassa2_taxable": N_("Seconda cassa: imponibile %%"),
    "global_cassa_taxable": N_("Imponibile di entrambe le casse %%"),
    "withholding_tax": N_("Ritenuta d’acconto %%"),
    "withholding_tax_taxable": N_("Ritenuta: imponibile %%"),
    "other_withholding_tax": N_("Altra ritenuta %%"),
    "ei_cassa_type": N_("Tipo di cassa"),
    "ei_cassa2_type": N_("Tipo della seconda cassa"),
    "ei_withholding_tax_causal": N_("Causale della ritenuta"),
    "ei_other_withholding_tax_type": N_("Tipo dell’altra ritenuta"),
    "ei_other_withholding_tax_causal": N_("Causale dell’altra ritenuta"),
    "stamp_duty": N_("Bollo"),
    "amount_due_discount": N_("Sconto sul totale"),
    "e_invoice": N_("Fattura elettronica"),
    "ei_data": N_("Dati della fattura elettronica"),
    "ei_raw": N_("Altri dati della fattura elettronica"),
    "template": N_("Modello"),
    "delivery_note_template": N_("Modello del DDT"),
    "acc_inv_template": N_("Modello dell’accompagnatoria"),
    "delivery_note": N_("DDT allegato"),
    "accompanying_invoice": N_("Fattura accompagnatoria"),
    "dn_number": N_("Numero del DDT"),
    "dn_date": N_("Data del DDT"),
    "dn_ai_packages_number": N_("Numero di colli"),
    "dn_ai_weight": N_("Peso"),
    "dn_ai_causal": N_("Causale del trasporto"),
    "dn_ai_destination": N_("Luogo di destinazione"),
    "dn_ai_transporter": N_("Trasporto a cura di"),
    "dn_ai_notes": N_("Annotazioni di trasporto"),
    "show_payments": N_("Mostra le scadenze"),
    "show_payment_method": N_("Mostra il metodo di pagamento"),
    "show_totals": N_("Totali in stampa"),
    "attachment": N_("Allegato"),
    "attachment_token": N_("Allegato"),
    "price_list_id": N_("Listino"),
    "is_marked": N_("In evidenza"),
}

OF_SUPPLIERS = {"entity": N_("Fornitore"), "rc_center": N_("Centro di costo")}
"""What is called otherwise where the other party is a supplier."""

_INDEX = re.compile(r"\.(\d+)(?=\.|$)")


def label_of(name: str, say: Locale, kind: Kind) -> str:
    """What an input is called, with the number of its row: `Riga 3, prezzo`; "" for what the form does not name."""
    plain, found = _INDEX.sub("", name), _INDEX.search(name)
    while plain and plain not in LABELS:
        plain = plain.rpartition(".")[0]
    words = OF_SUPPLIERS.get(plain) if kind.for_supplier else None
    label = say(words or LABELS[plain]) if plain else ""
    if found is None:
        return label
    row = int(found[1]) + 1
    where = say("Riga %(number)s", number=row) if name.startswith("items_list") else say("Rata %(number)s", number=row)
    return f"{where}, {label[:1].lower()}{label[1:]}" if label and "." in plain else where
