"""Write `src/mastro/italy/data/cities.csv` and `provinces.csv` from two open sources.

    python scripts/italy/cities.py Elenco-comuni-italiani.csv

* Names, provinces and regions: ISTAT, "Elenco dei comuni italiani" (the CSV linked at istat.it/classificazioni,
  Latin-1, semicolons), licence CC BY 4.0.
* Postal codes: the localities of the Italian address provider of Faker (MIT), already a development dependency. They
  are older than some mergers of municipalities, so a merged or renamed one takes the codes of `FORMERLY`.
"""

import csv
import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

from faker.providers.address.it_IT import Provider

DATA = Path(__file__).parents[2] / "src" / "mastro" / "italy" / "data"

NAME, REGION, PROVINCE_NAME, PROVINCE = 6, 10, 11, 14
"""Columns of ISTAT's file."""

SARDINIA = frozenset({"CA", "NU", "OR", "SS", "SU"})
"""Provinces whose borders moved in 2016: there the name of a municipality is enough to recognise it."""

PROVINCE_NAMES = {
    "AO": "Aosta",
    "BZ": "Bolzano",
    "RE": "Reggio nell'Emilia",
}
REGION_NAMES = {
    "Valle d'Aosta/Vallée d'Aoste": "Valle d'Aosta",
    "Trentino-Alto Adige/Südtirol": "Trentino-Alto Adige",
}

FORMERLY = {
    "Abetone Cutigliano": "Abetone",
    "Alluvioni Piovera": "Alluvioni Cambio'",
    "Alpago": "Pieve D'Alpago",
    "Alta Val Tidone": "Nibbiano",
    "Alta Valle Intelvi": "Lanzo D'Intelvi",
    "Altavalle": "Faver",
    "Alto Reno Terme": "Porretta Terme",
    "Alto Sermenza": "Rimasco",
    "Altopiano della Vigolana": "Vigolo Vattaro",
    "Amblar-Don": "Amblar",
    "Aquila d'Arroscia": "Aquila Di Arroscia",
    "Barbarano Mossano": "Barbarano Vicentino",
    "Barberino Tavarnelle": "Barberino Val D'Elsa",
    "Bardello con Malgesso e Bregano": "Bardello",
    "Bastia Umbra": "Bastia",
    "Borgo Chiese": "Condino",
    "Borgo Lares": "Zuclo",
    "Borgo Mantovano": "Revere",
    "Borgo Valbelluna": "Mel",
    "Borgo Veneto": "Saletto",
    "Borgo d'Anaunia": "Fondo",
    "Borgocarbonara": "Borgofranco Sul Po",
    "Borgomezzavalle": "Seppiana",
    "Brenzone sul Garda": "Brenzone",
    "Caderzone Terme": "Caderzone",
    "Cadrezzate con Osmate": "Cadrezzate",
    "Calliano": "38060",
    "Calliano Monferrato": "Calliano",
    "Campolongo Tapogliano": "Campolongo Al Torre",
    "Campospinoso Albaredo": "Campospinoso",
    "Capaccio Paestum": "Capaccio",
    "Casali del Manco": "Casole Bruzio",
    "Casorzo Monferrato": "Casorzo",
    "Cassano all'Ionio": "Cassano Allo Ionio",
    "Castel Ivano": "Strigno",
    "Castelgerundo": "Camairago",
    "Castellania Coppi": "Castellania",
    "Castellinaldo d'Alba": "Castellinaldo",
    "Castro": "Castro Marina",
    "Castronovo di Sicilia": "Castronuovo Di Sicilia",
    "Cellio con Breia": "Cellio",
    "Cembra Lisignago": "Cembra",
    "Centro Valle Intelvi": "San Fedele Intelvi",
    "Cerretto Langhe": "Cerreto Langhe",
    "Colceresa": "Mason Vicentino",
    "Colli Verdi": "Ruino",
    "Colli al Metauro": "Saltara",
    "Contà": "Cunevo",
    "Corigliano-Rossano": "Corigliano Calabro",
    "Corteolona e Genzone": "Corteolona",
    "Cosio d'Arroscia": "Cosio Di Arroscia",
    "Costermano sul Garda": "Costermano",
    "Dimaro Folgarida": "Dimaro",
    "Fiumicello Villa Vicentina": "Fiumicello",
    "Fubine Monferrato": "Fubine",
    "Gattico-Veruno": "Gattico",
    "Godiasco Salice Terme": "Godiasco",
    "Grana Monferrato": "Grana",
    "Gravedona ed Uniti": "Gravedona",
    "Ionadi": "Jonadi",
    "Jesolo": "Iesolo",
    "Laterina Pergine Valdarno": "Laterina",
    "Livo": "38020",
    "Lonato del Garda": "Lonato",
    "Lu e Cuccaro Monferrato": "Lu",
    "Lusiana Conco": "Lusiana",
    "Misiliscemi": "Fulgatore",
    "Monguelfo-Tesido": "Monguelfo",
    "Montagna sulla strada del vino": "Montagna",
    "Montalto Carpasio": "Montalto Ligure",
    "Monte Grimano Terme": "Montegrimano",
    "Montebello Jonico": "Montebello Ionico",
    "Montecopiolo": "47868",
    "Montemagno Monferrato": "Montemagno",
    "Montescudo-Monte Colombo": "Montescudo",
    "Moransengo-Tonengo": "Moransengo",
    "Negrar di Valpolicella": "Negrar",
    "Novella": "Revo'",
    "Peglio": "61049",
    "Piadena Drizzona": "Piadena",
    "Pieve del Grappa": "Crespano Del Grappa",
    "Pieve di Bono-Prezzo": "Pieve Di Bono",
    "Pojana Maggiore": "Poiana Maggiore",
    "Polesine Zibello": "Polesine Parmense",
    "Popoli Terme": "Popoli",
    "Porte di Rendena": "Villa Rendena",
    "Presicce-Acquarica": "Presicce",
    "Primiero San Martino di Castrozza": "Fiera Di Primiero",
    "Puegnago del Garda": "Puegnago Sul Garda",
    "Quaregna Cerreto": "Quaregna",
    "Reana del Rojale": "Reana Del Roiale",
    "Reggio di Calabria": "Reggio Calabria",
    "Reggio nell'Emilia": "Reggio Emilia",
    "Rio": "Rio Nell'Elba",
    "Riva del Po": "Berra",
    "Rivanazzano Terme": "Rivanazzano",
    "Roncegno Terme": "Roncegno",
    "Ruffrè-Mendola": "Ruffre'",
    "Salorno sulla strada del vino": "Salorno",
    "Samone": "10010",
    "San Basilio": "09040",
    "San Giorgio Bigarello": "San Giorgio Di Mantova",
    "San Giovanni di Fassa": "Vigo Di Fassa",
    "San Marcello Piteglio": "San Marcello Pistoiese",
    "San Stino di Livenza": "Santo Stino Di Livenza",
    "San Teodoro": "08020",
    "San Vito": "09040",
    "Santa Caterina d'Este": "Carceri",
    "Sappada": "33012",
    "Sassocorvaro Auditore": "Sassocorvaro",
    "Sassofeltrio": "47869",
    "Sella Giudicarie": "Roncone",
    "Sermide e Felonica": "Sermide",
    "Setteville": "Quero",
    "Solbiate con Cagno": "Solbiate",
    "Soraga di Fassa": "Soraga",
    "Sorbolo Mezzani": "Sorbolo",
    "Terre Roveresche": "Orciano Di Pesaro",
    "Terre d'Adige": "Zambana",
    "Terre del Reno": "Sant'Agostino",
    "Torre de' Busi": "24032",
    "Tre Ville": "Ragoli",
    "Tremosine sul Garda": "Tremosine",
    "Treppo Ligosullo": "Treppo Carnico",
    "Tresignana": "Tresigallo",
    "Trodena nel parco naturale": "Trodena",
    "Uggiate con Ronago": "Uggiate Trevano",
    "Val Liona": "Grancona",
    "Val di Chy": "Alice Superiore",
    "Val di Zoldo": "Forno Di Zoldo",
    "Valbrenta": "Valstagna",
    "Valchiusa": "Vico Canavese",
    "Valdilana": "Trivero",
    "Valfornace": "Pievebovigliana",
    "Valle Cannobina": "Cavaglio Spoccia",
    "Vallelaghi": "Vezzano",
    "Valvarrone": "Vestreno",
    "Ventasso": "Busana",
    "Vermezzo con Zelo": "Vermezzo",
    "Ville d'Anaunia": "Tuenno",
    "Ville di Fiemme": "Varena",
}
"""Merged, renamed or otherwise spelt municipalities: the locality whose codes hold, or the postal code itself."""

DISTRICTS = {
    "Alessandria": ("15121", "15122"),
    "Cesena": ("47521", "47522"),
    "Ferrara": ("44121", "44124"),
    "Foggia": ("71121", "71122"),
    "Forlì": ("47121", "47122"),
    "Modena": ("41121", "41126"),
    "Parma": ("43121", "43126"),
    "Pesaro": ("61121", "61122"),
    "Piacenza": ("29121", "29122"),
    "Ravenna": ("48121", "48125"),
    "Reggio nell'Emilia": ("42121", "42124"),
    "Rimini": ("47921", "47924"),
    "Taranto": ("74121", "74123"),
    "Trento": ("38121", "38123"),
}
"""Cities that Poste Italiane divided after Faker's table was made: first and last code of the districts."""

SMALL_WORDS = re.compile(
    r"ad?|all?[aeo]?|ai|agli|con|dal?|dalla|dei|del|dell[aeo]|degli|di|ed?|in|l[aeo]|nel|nella|per|sul?|sull[ae]",
    re.IGNORECASE,
)
ACCENTS = {"a'": "à", "e'": "è", "i'": "ì", "o'": "ò", "u'": "ù"}

Place = tuple[str, str]
"""(name, province)."""


def key(name: str) -> str:
    """Return `name` without case, accents, spaces and punctuation."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z]", "", letters)


def written(name: str) -> str:
    """Return a locality as it is written: `San Martino Di Lupari` → `San Martino di Lupari`, `Citta'` → `Città`."""
    first, *others = (re.sub(r"[aeiou]'$", lambda end: ACCENTS[end.group()], word) for word in name.split())
    for word in others:
        article = re.sub(r"^(D|Dell|Dall|Nell|Sull|All)'(?=\w)", lambda start: start.group().lower(), word)
        first += " " + (word.lower() if SMALL_WORDS.fullmatch(word) else article)
    return first


class PostalCodes:
    """Faker's table of localities, looked up by name."""

    def __init__(self) -> None:
        self.by_place: dict[Place, set[str]] = defaultdict(set)
        self.by_name: dict[str, set[tuple[str, str]]] = defaultdict(set)
        for code, places in Provider.cap_city_province.items():
            for name, province in places:
                self.by_place[key(name), province].add(code)
                self.by_name[key(name)].add((code, province))

    def of(self, name: str, province: str) -> set[str]:
        """Return the codes of a municipality; raise KeyError where the table and `FORMERLY` know none."""
        if name in DISTRICTS:
            first, last = map(int, DISTRICTS[name])
            return {str(code) for code in range(first, last + 1)}
        if found := self.by_place.get((key(name), province)):
            return without_generic(found)
        same_name = self.by_name.get(key(name), set())
        if province in SARDINIA and same_name and {other for _, other in same_name} <= SARDINIA:
            return {code for code, _ in same_name}
        former = FORMERLY[name]
        return {former} if former.isdigit() else self.by_place[key(former), province]


def without_generic(codes: set[str]) -> set[str]:
    """Drop the retired code of a whole city (65100) where the city has codes by district (65121)."""
    districts = {code[:3] for code in codes if code[2] == "1" and code[3:] >= "21"}
    return {code for code in codes if not (code.endswith("00") and code[:3] in districts)}


def write(name: str, header: tuple[str, ...], rows: set[tuple[str, str, str]]) -> None:
    """Write `rows`, sorted, so that a new run differs only where the sources do."""
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *sorted(rows)])


def main(istat: Path) -> None:
    """Write both files; a municipality without a postal code is a KeyError: add it to `FORMERLY`."""
    codes = PostalCodes()
    cities: set[tuple[str, str, str]] = set()
    provinces: set[tuple[str, str, str]] = set()
    with istat.open(encoding="latin-1", newline="") as file:
        table = [row for row in csv.reader(file, delimiter=";") if len(row) > PROVINCE][1:]
    for row in table:
        name, province, region = row[NAME], row[PROVINCE], row[REGION]
        provinces.add((province, PROVINCE_NAMES.get(province, row[PROVINCE_NAME]), REGION_NAMES.get(region, region)))
        cities |= {(code, province, name) for code in codes.of(name, province)}
    # Codes that no municipality has as a whole (islands, large hamlets) stay with the name of the locality.
    covered = {code for code, _, _ in cities}
    for code, places in Provider.cap_city_province.items():
        if code not in covered and not code.endswith("100"):
            cities |= {(code, province, written(name)) for name, province in places}
    write("cities.csv", ("postal_code", "province", "city"), cities)
    write("provinces.csv", ("code", "name", "region"), provinces)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
