"""Reports of the VAT: the registers, the periodic settlement, and the stamp duty of electronic invoices."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from mastro.lipe import LINES
from mastro.resources.reports.vat_registers import TREATMENTS, vat_type_key
from mastro.web.behind import behind, document
from mastro.web.language import N_
from mastro.web.sections.reports.sheets import Cell, Remark, Sheet, Shown, day, money, number, one_of, vat_type
from mastro.web.visit import Visit

REGISTERS = (("sales", N_("Vendite")), ("purchases", N_("Acquisti")), ("receipts", N_("Corrispettivi")))

Data = Mapping[str, Any]


def register(visit: Visit, data: Data) -> Shown:
    """A VAT register."""
    say = visit.say
    purchases = data["register"] == "purchases"
    party = say("Fornitore") if purchases else say("Cliente")
    counted = say("Detraibile") if purchases else say("Esigibile")
    amounts = [(say("Imponibile"), "num"), (say("Imposta"), "num"), (counted, "num")]
    head = [
        (say("Prot."), "num"),
        (say("Data"), "date"),
        (say("Numero"), ""),
        (say("Data doc."), "date"),
        (party, ""),
        (say("P. IVA o C.F."), ""),
        (say("Aliquota"), ""),
    ]
    noted = any(row["treatment"] or row["ei_status"] == "discarded" for row in data["rows"])
    notes_head = [(say("Note"), "")] if noted else []
    sums = [money(say, data[key]) for key in ("taxable", "tax", "counted")]
    whole = Cell(say("Totale"))
    totals_row = [Cell(), Cell(), Cell(), Cell(), whole, Cell(), Cell(), *sums, *([Cell()] if noted else [])]
    sheets = [
        Sheet(
            [*head, *amounts, *notes_head],
            [_entry(visit, row)[: None if noted else -1] for row in data["rows"]],
            totals_row if data["rows"] else (),
            empty=say("Nessun documento in questo periodo."),
        )
    ]
    if data["rows"]:
        totals = [
            [
                Cell(vat_type(total, say), href=_of_type(visit, data, total)),
                *_amounts(visit, total),
                Cell(_treated(visit, total["treatment"])),
            ]
            for total in data["totals"]
        ]
        columns = [(say("Aliquota o natura"), ""), *amounts, (say("Note"), "")]
        sheets.append(Sheet(columns, totals, [whole, *sums, Cell()], say("Totali per aliquota")))
    if data["collected"]:
        sheets.append(_collected(visit, data, party))
    notes = [say("Solo %(vat)s", vat=data["vat_type"])] if data["vat_type"] else []
    notes += [say.ngettext("%(num)s documento", "%(num)s documenti", data["documents"]) % {"num": data["documents"]}]
    if data["undeductible"]:
        notes.append(say("IVA non detraibile: %(amount)s", amount=say.money(data["undeductible"])))
    everything = _register(visit, data, data["register"])
    actions = [(everything, say("Tutte le aliquote"), "wrong")] if data["vat_type"] else []
    return Shown(sheets, notes=notes, actions=actions)


def _of_type(visit: Visit, data: Data, total: Data) -> str:
    """The register with the rows of a total alone."""
    rate = None if total["rate"] is None else Decimal(str(total["rate"]))
    key = vat_type_key(rate, total["natura"])
    return f"{_register(visit, data, data['register'])}&{urlencode({'vat_type': key})}" if key else ""


def _entry(visit: Visit, row: Data) -> list[Cell]:
    say = visit.say
    notes = [_treated(visit, row["treatment"]), say("Scartata dallo SdI") if row["ei_status"] == "discarded" else ""]
    return [
        number(say, row["protocol"]),
        day(say, row["date"]),
        Cell(row["number"] or "—", href=document(visit, row["kind"], row["document_id"])),
        day(say, row["document_date"]),
        Cell(row["party"]),
        Cell(row["vat_number"] or row["tax_code"]),
        Cell(vat_type(row, say)),
        *_amounts(visit, row),
        Cell(", ".join(filter(None, notes))),
    ]


def _amounts(visit: Visit, row: Data) -> list[Cell]:
    return [money(visit.say, row[key]) for key in ("taxable", "tax", "counted")]


def _treated(visit: Visit, treatment: str) -> str:
    return one_of(TREATMENTS[treatment], visit.say) if treatment else ""


def _collected(visit: Visit, data: Data, party: str) -> Sheet:
    say = visit.say
    columns = [
        (say("Incassato il"), "date"),
        (say("Numero"), ""),
        (party, ""),
        (say("Aliquota"), ""),
        (say("Imponibile"), "num"),
        (say("Imposta"), "num"),
    ]
    rows = [
        [
            day(say, row["paid_on"]),
            Cell(row["number"] or "—", href=document(visit, row["kind"], row["document_id"])),
            Cell(row["party"]),
            Cell(vat_type(row, say)),
            money(say, row["taxable"]),
            money(say, row["tax"]),
        ]
        for row in data["collected"]
    ]
    return Sheet(columns, rows, heading=say("IVA differita divenuta esigibile"))


def settlement(visit: Visit, data: Data) -> Shown:
    """The settlement of a period, with the lines of its communication; sums lead to the registers."""
    say = visit.say
    places = _sources(visit, data)
    rows = [
        [
            Cell(line.code),
            Cell(one_of((line.italian, line.english), say)),
            money(say, data[line.key], places.get(line.key, "")),
        ]
        for line in LINES
    ]
    columns = [(say("Rigo"), ""), (say("Descrizione"), ""), (say("Importo"), "num")]
    sheets = [Sheet(columns, rows)]
    notes, actions = [], []
    if data["carried_on"]:
        notes.append(say("Debito di %(amount)s riportato al periodo successivo", amount=say.money(data["carried_on"])))
    tribute = data["f24"]
    if tribute:
        heads = [(say("Codice tributo"), ""), (say("Descrizione"), ""), (say("Anno"), ""), (say("Entro il"), "date")]
        cells = [Cell(tribute["code"]), Cell(tribute["description"]), Cell(str(tribute["year"]))]
        line = [*cells, day(say, tribute["pay_by"]), money(say, tribute["amount"])]
        sheets.append(Sheet([*heads, (say("Importo"), "num")], [line], heading=say("Come si versa")))
        if visit.may("taxes", "a"):
            actions.append((_f24(visit, tribute), say("Registra l’F24"), "plus"))
    registers = [
        [Cell(say(words), href=_register(visit, data, name)), Cell("VP3, VP5" if name == "purchases" else "VP2, VP4")]
        for name, words in REGISTERS
    ]
    sheets.append(Sheet([(say("Registro"), ""), (say("Righi"), "")], registers, heading=say("Registri del periodo")))
    return Shown(sheets, notes=notes, actions=actions)


def _register(visit: Visit, data: Data, register: str) -> str:
    days = {"from": data["date_from"], "to": data["date_to"]}
    return f"{visit.base}/reports/vat_registers?{urlencode({'register': register, **days})}"


def _sources(visit: Visit, data: Data) -> dict[str, str]:
    """Where the figures of a settlement come from: registers, the period before, the settings."""
    sales, purchases = _register(visit, data, "sales"), _register(visit, data, "purchases")
    before = urlencode({"year": data["year"], "period": data["period"] - 1})
    earlier = f"{visit.base}/reports/vat_settlement?{before}"
    settings = f"{visit.base}/settings/taxes?year={data['year']}" if visit.may("settings") else ""
    return {
        **dict.fromkeys(("vp2", "vp4"), sales),
        **dict.fromkeys(("vp3", "vp5"), purchases),
        **dict.fromkeys(("vp7", "vp8"), earlier),
        **dict.fromkeys(("vp9", "vp12", "vp13"), settings),
    }


def lipe(visit: Visit, data: Data) -> Shown:
    """The communication of a quarter: a column for each month, each leading to its settlement."""
    say = visit.say
    columns = [(say("Rigo"), ""), (say("Descrizione"), "")]
    places = []
    for module in data["modules"]:
        name = say.month(module["month"]).capitalize() if module["month"] else _quarter(visit, module["period"])
        columns.append((name, "num"))
        asked = urlencode({"year": data["year"], "period": module["period"]})
        places.append(f"{visit.base}/reports/vat_settlement?{asked}")
    rows = [
        [
            Cell(line.code),
            Cell(one_of((line.italian, line.english), say)),
            *(money(say, module[line.key], place) for module, place in zip(data["modules"], places, strict=True)),
        ]
        for line in LINES
    ]
    notes = [say("Da inviare entro il %(day)s", day=say.date(data["send_by"])), data["file_name"]]
    return Shown(
        [Sheet(columns, rows)],
        notes=notes,
        actions=[(f"{visit.base}/settings/taxes?year={data['year']}", say("Dichiarante e acconto"), "gear")]
        if visit.may("settings")
        else [],
        file=("xml", say("Scarica il file XML")) if data["ready"] else None,
        remarks=[
            Remark(each["line"], each["message"], each["remedy"], bad=each["severity"] == "error")
            for each in data["findings"]
        ],
    )


def _quarter(visit: Visit, number: int) -> str:
    return visit.say("%(number)s° trimestre", number=number)


def _f24(visit: Visit, tribute: Data) -> str:
    """The form of a new F24, filled in."""
    words = f"{tribute['code']} {tribute['description']} {tribute['year']}"
    known = {"description": words, "amount": str(tribute["amount"]), "due_date": tribute["pay_by"]}
    return f"{visit.base}/taxes/new?{urlencode(known)}"


def stamp_duty(visit: Visit, data: Data) -> Shown:
    """The stamp duty by quarter."""
    say = visit.say
    columns = [
        (say("Trimestre"), ""),
        (say("Fatture"), "num"),
        (say("Importo"), "num"),
        (say("Non inviate"), "num"),
        (say("Codice tributo"), ""),
        (say("Entro il"), "date"),
    ]
    rows = [
        [
            Cell(_quarter(visit, row["quarter"])),
            number(say, row["count"], behind(visit, row["documents"])),
            money(say, row["amount"], behind(visit, row["documents"])),
            number(say, row["not_sent"], behind(visit, row["not_sent_documents"])),
            Cell(row["code"]),
            day(say, row["pay_by"]),
        ]
        for row in data["quarters"]
    ]
    counts = [sum(row[key] for row in data["quarters"]) for key in ("count", "not_sent")]
    totals = [Cell(say("Totale")), number(say, counts[0]), money(say, data["amount"]), number(say, counts[1])]
    return Shown([Sheet(columns, rows, [*totals, Cell(), Cell()])])
