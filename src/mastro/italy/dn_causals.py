"""The reasons of transport (*causali*, DPR 472/1996) that a delivery note offers; it takes any other text too."""

CAUSALS: tuple[str, ...] = (
    "Vendita",
    "Conto visione",
    "Conto deposito",
    "Conto vendita",
    "Tentata vendita",
    "Prestito d'uso",
    "Conto lavorazione",
    "Omaggio",
    "Riparazione",
    "Reso per accredito",
    "Reso per sostituzione",
)
