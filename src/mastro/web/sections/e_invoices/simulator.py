"""The simulator's panel: test mode on or off, its clock, what it is to say, and a supplier's invoice to try."""

import datetime as dt
from typing import Any

from starlette.responses import Response

from mastro.api.errors import Conflict
from mastro.resources.test_arrivals import TestArrival
from mastro.web.operations import Operations
from mastro.web.saving import Saved, save
from mastro.web.sections.e_invoices import words
from mastro.web.sections.e_invoices.queue import PATH as QUEUE
from mastro.web.sections.e_invoices.queue import told
from mastro.web.visit import Visit

PATH = f"{QUEUE}/simulator"

STEPS = {"hour": {"hours": 1}, "day": {"days": 1}, "term": {"days": 15}}


async def show(visit: Visit) -> Response:
    """The panel."""
    return await _page(visit, Saved({}))


async def _page(visit: Visit, saved: Saved) -> Response:
    def ask(api: Operations) -> Any:
        return api("getTestMode")["data"], api("listTestPlan")["data"]

    mode, plan = await visit.read(ask)
    return visit.page(
        "e_invoices/simulator.html",
        **saved.shown,
        mode=mode,
        plan=[{**each, "words": visit.say(words.NOTICES.get(each["type"], each["type"]))} for each in plan],
        clock=_stamp(mode["clock"]),
        stamp=_stamp,
        codes=[(one, other, visit.say(label)) for one, other, label in words.CODES],
        others=[(id, name) for id, name, _ in visit.companies if id != visit.company_id],
        may_write=visit.may("settings", "a"),
        may_receive=visit.may("received_documents", "a"),
    )


def _stamp(iso: str) -> str:
    """A moment of the test clock as the wire has moments."""
    return dt.datetime.fromisoformat(iso).strftime("%Y-%m-%d %H:%M:%S")


async def switch(visit: Visit) -> Response:
    """Test mode on or off."""
    fields = await visit.form()
    enabled = fields.get("enabled") == "on"
    try:
        await visit.call("setTestMode", data={"enabled": enabled})
    except Conflict as why:
        return visit.go(PATH, told(visit, why))
    said = visit.say("Ambiente di prova acceso.") if enabled else visit.say("Ambiente di prova spento.")
    return visit.go(PATH, said)


async def move(visit: Visit) -> Response:
    """Move the clock on: by an hour, a day, the term of an administration, or to the next message."""
    fields = await visit.form()
    delta = STEPS.get(fields.get("by", ""))
    if delta is None:
        plan = (await visit.call("listTestPlan"))["data"]
        if not plan:
            return visit.go(PATH, visit.say("Nessun messaggio è in programma."))
        delta = {"seconds": plan[0]["seconds"]}
    moved = (await visit.call("moveTestClock", data=delta))["data"]
    when = visit.say.moment(_stamp(moved["clock"]))
    return visit.back(
        PATH, visit.say("Orologio al %(when)s; messaggi arrivati: %(num)s.", when=when, num=moved["notices"])
    )


async def receive(visit: Visit) -> Response:
    """Have another company send an invoice."""
    fields = await visit.form()
    saved = await save(visit, "createTestArrival", TestArrival, fields)
    if saved.done:
        said = visit.say("Fattura di prova in viaggio: tra un momento è tra quelle da registrare.")
        return visit.go("/received_documents/pending", said)
    return await _page(visit, saved)
