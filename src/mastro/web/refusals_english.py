"""The English of `mastro.web.refusals`: what operations say in Italian, or only to a program → what a page says.

The first one counts.
"""

ENGLISH: dict[str, str] = {
    "The {} field must be a number below 10^12 with at most 10 decimals.": (
        "Type a number below a thousand billion, with ten decimals at most."
    ),
    "The {} field must be a number below 10^12.": "Type a number below a thousand billion.",
    "The {} field must be a number.": "Type a number.",
    "The {} field must be an integer between {} and {}.": "Type a whole number from {1} to {2}.",
    "The {} field must be an integer.": "Type a whole number.",
    "The {} field must be between {} and {}.": "Type a number from {1} to {2}.",
    "A price must be below 10^12 without VAT and with it.": (
        "The price must be below a thousand billion, without VAT and with it."
    ),
    "The amounts of a document must be below 10^12.": "The amounts of a document must be below a thousand billion.",
    "The amounts of a receipt must be below 10^12.": "The amounts of a receipt must be below a thousand billion.",
    "La comunicazione contiene errori.": "The communication has errors.",
    "Esiste già {} con lo stesso numero ({}).": "This number is taken already ({1}).",
    "Esiste già {} con data successiva e numero inferiore ({}).": "A lower number has a later date already ({1}).",
    "Esiste già {} con data antecedente ma numero superiore ({}).": (
        "A higher number has an earlier date already ({1})."
    ),
    "Esiste già un {} con la stessa partita IVA ({})": (
        "Somebody with this VAT number is in the address book already ({1})."
    ),
    "Esiste già un {} con lo stesso codice ({})": "This code is taken already ({1}).",
    "Il campo data.pec.password è obbligatorio.": "The password is required.",
    "Il pagamento è già saldato.": "This payment is settled already.",
    "Il pagamento è stornato.": "This payment was reversed.",
    "Il pagamento non è saldato.": "This payment is not settled.",
    "Il campo data.pec.{}_host è il nome di un server, come {}.pec.example.it.": (
        "Type the name of a server, such as {1}.pec.example.it."
    ),
    "Il campo data.pec.{}_port deve essere tra 0 e 65535.": "Type a number between 0 and 65535.",
    "Il campo data.pec.{}_security deve essere tls o starttls.": "Choose tls or starttls.",
    "Il campo data.pec.{} ha al massimo {} caratteri visibili.": "At most {1} visible characters.",
    "Il canale {} non trasmette: consegnare il file firmato sul portale.": (
        "The channel {0} does not send: hand the signed file in at the portal."
    ),
    "Il file firmato non è la fattura preparata: scaricarla di nuovo e firmare quella.": (
        "The signed file is not the invoice that was prepared: download it again and sign that one."
    ),
    "Il file non è firmato.": "The file is not signed.",
    "Nessun file di questa fattura aspetta una persona.": "No file of this invoice waits for a person.",
    "Il codice di scarto ha cinque cifre, come 00423.": "The code of a rejection has five digits, such as 00423.",
    "Il documento {} di questo fornitore è già registrato (id {}).": (
        "Document {0} of this supplier is registered already (id {1})."
    ),
    "Il documento non è stato inviato in modalità di prova.": "The document was not sent in test mode.",
    "Il documento non è una fattura elettronica.": "The document is no e-invoice.",
    "Il documento è già stato fatturato (n. {}).": "The document was invoiced already (no. {0}).",
    "Il file è partito con il canale {}, non a mano.": "The file went out by the channel {0}, not by hand.",
    "Il messaggio ha già fatto ciò per cui è arrivato.": "The message has already done what it came for.",
    "Il messaggio non è conservato qui: è nella casella.": "The message is not kept here: it is in the mailbox.",
    "Il totale dei pagamenti non corrisponde al totale da pagare.": "The payments do not add up to the total due.",
    "Gli esiti sono: {}, NS:00404.": "The outcomes are: {0}, NS:00404.",
    "L'IdentificativoSdI ha al massimo {} lettere o cifre.": "The IdentificativoSdI has at most {0} letters or digits.",
    "L'azienda non ha una casella PEC.": "The company has no PEC mailbox.",
    "L'azienda non è in modalità di prova.": "The company is not in test mode.",
    "L'azienda trasmette con il canale {}: la modalità di prova è per chi non ne ha uno.": (
        "The company sends by the channel {0}: test mode is for who has none."
    ),
    (
        "L'orologio di prova va solo avanti, di venti anni al massimo: ciò che lo SdI simulato ha detto resta detto. "
        "Per ricominciare si svuota l'azienda di prova."
    ): (
        "The test clock goes only ahead, by twenty years at most: what the simulated SdI has said stays said. To begin "
        "anew, empty the test company."
    ),
    "La fattura elettronica contiene errori.": "The e-invoice has errors.",
    "La fattura elettronica non è ancora stata preparata: usare prima l'invio.": (
        "The e-invoice is not prepared yet: send it first."
    ),
    (
        "Il file è stato ritirato: inviare di nuovo la fattura e consegnare il file nuovo, oppure caricare la notifica "
        "dello SdI se lo ha ricevuto lo stesso."
    ): (
        "The file was withdrawn: send the invoice again and hand in the new file, or upload the SdI's message where it "
        "has received this one all the same."
    ),
    "Il file ha già l'identificativo {}: se è sbagliato, indicarlo in data.replaces.": (
        "The file has the identifier {0} already: if that is wrong, name it in data.replaces."
    ),
    "La fattura elettronica è già nello stato {}.": "The e-invoice is in the state {0} already.",
    "Lo SdI ha già risposto ({}): questo esito non può seguire.": (
        "The SdI has answered already ({0}): this outcome cannot follow."
    ),
    "Per trasmettere con la PEC serve una casella: indicarla in data.pec.": (
        "Sending by PEC takes a mailbox: set it up first."
    ),
    "Solo una pubblica amministrazione accetta, rifiuta o lascia scadere il termine.": (
        "Only a public administration accepts, rejects or lets the term pass."
    ),
    "É necessario impostare il conto di saldo nel pagamento": "Choose the account that the payment went to.",
    "Il fornitore non è in modalità di prova.": "The supplier is not in test mode.",
    "Il fornitore è un'altra azienda.": "The supplier is another company.",
    "La fattura elettronica è già in fase di invio.": "The e-invoice is being sent already.",
    "Esiste già un corrispettivo con lo stesso numero ({}).": "This number is taken already ({0}).",
}
"""Italian → English."""
