"""What is kept beside electronic invoices, mail and imports, in the reader's language: outcomes, reasons, remedies.

Such texts are stored as they were said, whoever reads them later. The tables are as those of `refusals_table`.
"""

from mastro.fatturapa.errors import in_both_languages
from mastro.fatturapa.phrases import UNREADABLE, pairs_of

ITALIAN: dict[str, str] = {
    **UNREADABLE,
    # documents of files
    "The document is there already, with the id {}.": "Il documento c’è già (id {0}).",
    "The document is in these files more than once.": "Il documento è più volte in questi file.",
    "The number {} is taken by the document with the id {}.": "Il numero {0} è già di un altro documento (id {1}).",
    "The number {} is that of another document of these files.": "Il numero {0} è di un altro di questi documenti.",
    "The rows add up to {}, the file declares {}.": "Le righe sommano a {0}, il file dichiara {1}.",
    "{} and VAT {}": "{0} e IVA {1}",
    "The file is of {}, not of this company.": "Il file è di {0}, non di questa azienda.",
    "The file has no date.": "Il file non ha una data.",
    "The import is not there any more.": "L’importazione non c’è più.",
    "The uploaded file is not there any more: upload it again.": "Il file caricato non c’è più: caricalo di nuovo.",
    "Unexpected error ({}); the log of the server says more.": (
        "Errore inatteso ({0}): il registro del server dice di più."
    ),
    "A document of type {} is no e-invoice.": "Un documento di tipo {0} non è una fattura elettronica.",
    # packages
    "{} is not a package, or it is cut off: {}": "{0} non è un pacchetto, o è troncato: {1}",
    "{} is not an archive package": "{0} non è un pacchetto per la conservazione",
    "there are foreign bytes before {}": "ci sono byte estranei prima di {0}",
    "there are foreign bytes behind the entries": "ci sono byte estranei dopo i file",
    "there are foreign bytes at the end": "ci sono byte estranei alla fine",
    "the manifest is not the one that the package was closed with": (
        "il manifesto non è quello con cui il pacchetto è stato chiuso"
    ),
    "the manifest cannot be read: {}": "il manifesto non si può leggere: {0}",
    "{} is cut off": "{0} è troncato",
    "{} is longer than the manifest says": "{0} è più lungo di quanto dice il manifesto",
    "{} has changed: its hash is not the manifest's": "{0} è cambiato: l’impronta non è quella del manifesto",
    "{} cannot be read: {}": "{0} non si può leggere: {1}",
    "{} is not in the manifest": "{0} non è nel manifesto",
    "{} is missing": "manca {0}",
    "{} is not as the index says": "{0} non è come dice l’indice",
    "The storage does not have this file.": "L’archivio dei file non ha questo file.",
    # sentences of ours that end with the reason of somebody else
    "Il file non è una notifica dello SdI. {}": "Il file non è una notifica dello SdI. {0}",
    "{}: la fattura è per un'altra azienda. {}": "{0}: la fattura è per un’altra azienda. {1}",
}
"""English → Italian."""

ENGLISH: dict[str, str] = {
    # what became of a file
    "Il file è stato ritirato prima di partire.": "The file was withdrawn before it left.",
    "Il file era stato ritirato, ma lo SdI lo ha ricevuto: vale la sua risposta.": (
        "The file had been withdrawn, but the SdI has received it: its answer counts."
    ),
    "Il file risultava non inviato, ma lo SdI lo ha ricevuto: vale la sua risposta.": (
        "The file seemed not to have left, but the SdI has received it: its answer counts."
    ),
    "Il documento è stato modificato dopo: per lo SdI vale il file, non ciò che il documento dice ora.": (
        "The document was changed since: for the SdI the file counts, not what the document says now."
    ),
    "Lo SdI ha già il file {}, che era stato ritirato, e gli ha risposto.": (
        "The SdI has the file {0} already, which had been withdrawn, and has answered it."
    ),
    "Non consegnare anche questo file: la stessa fattura risulterebbe emessa due volte.": (
        "Do not hand this file in as well: the same invoice would have been issued twice."
    ),
    "Attendere: lo SdI tenta il recapito per dieci giorni, poi attesta di avere trasmesso la fattura.": (
        "Wait: the SdI tries to deliver for ten days, then it attests that it has transmitted the invoice."
    ),
    "La fattura è emessa: avvisare il cliente che la trova nella sua area riservata.": (
        "The invoice is issued: tell the customer that it is in their reserved area."
    ),
    "La fattura è emessa: farla avere all'amministrazione per altra via, con questa attestazione.": (
        "The invoice is issued: let the administration have it another way, with this attestation."
    ),
    "La fattura è emessa: chiedere l'esito all'amministrazione per altra via.": (
        "The invoice is issued: ask the administration for its answer another way."
    ),
    "Correggere la fattura e inviarla di nuovo con lo stesso numero, o emettere una nota di credito.": (
        "Correct the invoice and send it again with the same number, or issue a credit note."
    ),
    "Reinviare la fattura elettronica.": "Send the e-invoice again.",
    "Il canale {} non esiste.": "There is no channel {0}.",
    "Scegliere uno di questi canali: {}.": "Choose one of these channels: {0}.",
    # uploaded messages
    "Il file non è una notifica dello SdI. {}": "The file is no message of the SdI. {0}",
    "Un messaggio {} non è una risposta a una fattura inviata.": "A message {0} answers no invoice that was sent.",
    "La notifica riguarda il file {}, che non è di questo documento.": (
        "The message is about the file {0}, which is not of this document."
    ),
    "La notifica riguarda il file {}, che non è partito da qui.": (
        "The message is about the file {0}, which did not leave here."
    ),
    "La notifica ha l'identificativo {}, ma il file ha {}.": "The message has the identifier {0}, the file has {1}.",
    "Manca il permesso {}.": "The permission {0} is missing.",
    # certified mail
    "L'azienda non ha una casella PEC.": "The company has no PEC mailbox.",
    "Controllare server, utente e password della casella PEC nelle impostazioni, poi inviare di nuovo.": (
        "Check server, user and password of the PEC mailbox in the settings, then send again."
    ),
    "Una fattura alla pubblica amministrazione deve essere firmata prima di partire.": (
        "An invoice to the public administration must be signed before it leaves."
    ),
    "Scaricare il file, firmarlo senza cambiarne il nome e caricarlo firmato: parte da sé.": (
        "Download the file, sign it without changing its name and upload it signed: it then leaves by itself."
    ),
    "Il gestore della casella PEC non ha accettato il messaggio.": "The PEC provider did not accept the message.",
    "Leggere la ricevuta, correggere le impostazioni della casella e inviare di nuovo.": (
        "Read the receipt, correct the settings of the mailbox and send again."
    ),
    "Il messaggio non è stato consegnato allo SdI.": "The message was not delivered to the SdI.",
    "Controllare l'indirizzo dello SdI nelle impostazioni e inviare di nuovo.": (
        "Check the SdI's address in the settings and send again."
    ),
    "Il gestore della casella PEC ha rilevato un virus nel messaggio.": "The PEC provider found a virus in it.",
    "Controllare gli allegati della fattura e inviare di nuovo.": "Check the invoice's attachments and send again.",
    "Il messaggio non è ancora stato consegnato allo SdI; il gestore della PEC continua a provare.": (
        "The message was not delivered to the SdI yet; the PEC provider goes on trying."
    ),
    "Attendere: entro un giorno arriva la ricevuta di consegna o quella di errore.": (
        "Wait: within a day the receipt of delivery comes, or that of an error."
    ),
    "La ricevuta riguarda un messaggio che non è partito da qui.": (
        "The receipt is about a message that did not leave here."
    ),
    "Il messaggio non viene dal Sistema di Interscambio.": "The message does not come from the SdI.",
    "Il messaggio non è stato elaborato per un errore del programma, che è nel registro del server.": (
        "The message was not processed because of an error of the program, which is in the server's log."
    ),
    "Il messaggio non è stato elaborato per un errore del programma, che è nel registro del server. ({})": (
        "The message was not processed because of an error of the program, which is in the server's log. ({0})"
    ),
    "Il messaggio non ha né notifiche né fatture.": "The message has neither messages of the SdI nor invoices.",
    "Il messaggio è di una prova (SIMULAZIONE) dello SdI.": "The message is of a test (SIMULAZIONE) of the SdI.",
    "Il messaggio ha {} byte, troppi per essere letto: è nella casella.": (
        "The message has {0} bytes, too many to be read: it is in the mailbox."
    ),
    "La firma della busta non si può leggere.": "The signature of the envelope cannot be read.",
    "Il contenuto della busta non è quello che è stato firmato.": "The content of the envelope is not what was signed.",
    "Il certificato non era valido quando la busta è stata firmata.": (
        "The certificate was not valid when the envelope was signed."
    ),
    "{}: manca la fattura di cui parla.": "{0}: the invoice that it speaks of is missing.",
    "{}: il file {} non è partito da qui.": "{0}: the file {1} did not leave here.",
    "{}: la fattura è per un'altra azienda. {}": "{0}: the invoice is for another company. {1}",
    "L'archivio dei file non risponde: la posta resta nella casella.": (
        "The storage of files does not answer: the mail stays in the mailbox."
    ),
    **pairs_of(in_both_languages()),
}
"""Italian → English."""
