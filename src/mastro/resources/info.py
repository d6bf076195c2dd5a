"""The lists that are the same for every company: countries, cities, languages, currencies, layouts, units, causals."""

from typing import Any

from mastro.api.call import Call
from mastro.api.errors import invalid
from mastro.api.operation import Handler, Operation, Parameter
from mastro.database.collection import encoder
from mastro.italy import cities, countries, currencies, dn_causals, languages, measures, templates
from mastro.italy.cities import City
from mastro.italy.countries import Country
from mastro.model.issued_document import Currency, Language
from mastro.model.settings import DocumentTemplate

MAX_TEXT = 100
"""Longest name of a city that is looked for."""

TEMPLATE_TYPES = ("standard", "delivery_note", "accompanying_invoice")
YES = {"1", "true"}
NO = {"", "0", "false"}


def _data(data: object) -> bytes:
    return encoder.encode({"data": data})


def list_countries(_call: Call) -> bytes:
    """Italian names of the countries."""
    return _data([country.name for country in countries.all_countries()])


def list_detailed_countries(_call: Call) -> bytes:
    """The countries with their codes."""
    return _data(countries.all_countries())


def list_cities(call: Call) -> bytes:
    """Italian cities whose postal code and name begin so."""
    postal_code, city = call.query.get("postal_code", ""), call.query.get("city", "")
    for name, text in (("postal_code", postal_code), ("city", city)):
        if len(text) > MAX_TEXT:
            raise invalid(name, f"The {name.replace('_', ' ')} field must not be longer than {MAX_TEXT} characters.")
    return _data(cities.search(postal_code, city))


def list_languages(_call: Call) -> bytes:
    """The languages of a document."""
    return _data(languages.all_languages())


def list_currencies(_call: Call) -> bytes:
    """The currencies of a document, with the rate that one starts with."""
    return _data(currencies.all_currencies())


def list_default_templates(call: Call) -> bytes:
    """The layouts of the PDF, all or of one type; all of them grouped by type with `by_type`."""
    wanted = call.query.get("type") or "all"
    if wanted not in {"all", *TEMPLATE_TYPES}:
        raise invalid("type", f"The type field must be one of: all, {', '.join(TEMPLATE_TYPES)}.")
    by_type = call.query.get("by_type", "").lower()
    if by_type not in YES | NO:
        raise invalid("by_type", "The by type field must be true or false.")
    if wanted != "all":
        return _data([template for template in templates.TEMPLATES if template.type == wanted])
    if by_type in YES:
        return _data({kind: [each for each in templates.TEMPLATES if each.type == kind] for kind in TEMPLATE_TYPES})
    return _data(templates.TEMPLATES)


def list_units_of_measure(_call: Call) -> bytes:
    """Units of measure that a row offers."""
    return _data(measures.MEASURES)


def list_delivery_notes_default_causals(_call: Call) -> bytes:
    """Reasons of transport that a delivery note offers."""
    return _data(dn_causals.CAUSALS)


_TEXT = {"type": "string"}


def _operation(id: str, name: str, handler: Handler, summary: str, answer: Any, *query: Parameter) -> Operation:
    return Operation(id, "GET", f"/info/{name}", handler, "Info", summary, query=query, answer=answer)


OPERATIONS = (
    _operation("listCountries", "countries", list_countries, "List Countries", list[str]),
    _operation(
        "listDetailedCountries",
        "detailed_countries",
        list_detailed_countries,
        "List Detailed Countries",
        list[Country],
    ),
    _operation(
        "listCities",
        "cities",
        list_cities,
        "List Cities",
        list[City],
        Parameter("postal_code", _TEXT, "Beginning of the postal code"),
        Parameter("city", _TEXT, "Beginning of the name"),
    ),
    _operation("listLanguages", "languages", list_languages, "List Languages", list[Language]),
    _operation(
        "listDefaultTemplates",
        "templates",
        list_default_templates,
        "List Default Templates",
        list[DocumentTemplate],
        Parameter("type", {"type": "string", "enum": ["all", *TEMPLATE_TYPES], "default": "all"}, "Type of layout"),
        Parameter("by_type", {"type": "boolean", "default": False}, "Group by type; only with type=all"),
    ),
    _operation("listCurrencies", "currencies", list_currencies, "List Currencies", list[Currency]),
    _operation("listUnitsOfMeasure", "measures", list_units_of_measure, "List Units of Measure", list[str]),
    _operation(
        "listDeliveryNotesDefaultCausals",
        "dn_causals",
        list_delivery_notes_default_causals,
        "List Delivery Notes Default Causals",
        list[str],
    ),
)
