"""The Italian of `mastro.web.refusals`: what operations say in English → what a page says. The first one counts."""

ITALIAN: dict[str, str] = {
    # one key of a form
    "The {} field must be a rate such as 22 or a natura such as N4.": (
        "Indica un’aliquota, per esempio 22, o una natura, per esempio N4."
    ),
    "The {} field is not the tax code of a person.": "Scrivi il codice fiscale di una persona, di 16 caratteri.",
    "The {} field is not one of the roles of the form.": "Scegli una delle cariche.",
    "The {} field has 1 to 5 letters or digits.": "Scrivi da 1 a 5 lettere o cifre.",
    "The company is not in the flat-rate regime (RF19).": "L’azienda non è nel regime forfettario (RF19).",
    "Only the owner of the company may fill it with demo data.": (
        "Solo il titolare dell’azienda può riempirla con dati di prova."
    ),
    "The company has data already: empty it first.": "L’azienda ha già dei dati: prima svuotala.",
    "The usual payment methods and a bank account are needed.": (
        "Servono i metodi di pagamento usuali e un conto di tipo banca."
    ),
    "Only the owner of the company may empty it.": "Solo il titolare dell’azienda può svuotarla.",
    "The name is not that of the company.": "Il nome scritto non è quello dell’azienda: non è cambiato nulla.",
    "The entity.name field must not be empty.": "Scegli o scrivi per chi è il documento.",
    "The data.entity field is required.": "Scegli o scrivi per chi è il documento.",
    "The selected data.entity.id is invalid.": "Questo nominativo non è più in rubrica: sceglilo di nuovo.",
    "The {}.id field is required: no VAT type has this value and ei_type.": (
        "Nessun tipo di IVA ha questa aliquota e natura."
    ),
    "The {}.vat.id field is required": "Scegli un'aliquota IVA.",
    "The {}.vat.id field is invalid": "Questa aliquota IVA non c'è più: scegline un'altra.",
    "The {} field must be between 0 and 100.": "Scrivi una percentuale tra 0 e 100.",
    "The {} field must be a number below 10^12 with at most 10 decimals.": (
        "Scrivi un numero sotto mille miliardi, con dieci decimali al massimo."
    ),
    "The {} field must be a number below 10^12.": "Scrivi un numero sotto mille miliardi.",
    "The {} field must be a number.": "Scrivi un numero.",
    "The {} field must be an integer between {} and {}.": "Scrivi un numero intero tra {1} e {2}.",
    "The {} field must be an integer.": "Scrivi un numero intero.",
    "The {} field must be between {} and {}.": "Scrivi un numero tra {1} e {2}.",
    "The {} field must be true or false between {} and {}.": "Il valore deve essere sì o no.",
    "The {} field must be true or false.": "Il valore deve essere sì o no.",
    "The {} field must be 0 or 1.": "Il valore deve essere 0 o 1.",
    "The {} field must be 0 or more, and below 10^10.": "Scrivi un numero da 0 a meno di dieci miliardi.",
    "The {} field is not a valid date (YYYY-MM-DD).": "Questa data non esiste.",
    "The {} field must be a day from today on, within ten years; null is never.": (
        "Scrivi un giorno da oggi in poi, entro dieci anni."
    ),
    "A document has at most {} open links: revoke one first.": (
        "Un documento ha al massimo {0} link attivi: revocane uno prima."
    ),
    "The {} field must be the hash of a seal: 64 hexadecimal digits.": (
        "Scrivi l’impronta di un sigillo: 64 cifre esadecimali."
    ),
    "The {} field must be a day such as 2026-01-31.": "Scrivi una data, per esempio 31/01/2026.",
    "The {} field must be a text.": "Scrivi un testo.",
    "The attachment is not a picture that can be printed.": "Il file non è un’immagine che si possa stampare.",
    "The {} field must be a string.": "Scrivi un testo.",
    "The {} field must be an object.": "Il valore deve essere un oggetto.",
    "The {} field must be an array.": "Il valore deve essere un elenco.",
    "The {} field must not hold the character NUL.": "Il testo contiene un carattere che non si può conservare.",
    "The {} field must be one line without control characters.": "Scrivi una riga sola, senza caratteri di controllo.",
    "The {} field is invalid; it must be one of: {}.": "Scegli uno di questi valori: {1}.",
    "The {} field is required; it is one of: {}.": "Scegli uno di questi valori: {1}.",
    "The {} field must be one of: {}.": "Scegli uno di questi valori: {1}.",
    "The {} field is one of: {}.": "Scegli uno di questi valori: {1}.",
    "The {} field is not a tree of texts: {}": "Questi dati non possono stare nella fattura elettronica: {1}",
    "The {} field has at most {} bytes.": "Il testo è troppo lungo: al massimo {1} byte.",
    "The {} field must not be longer than {} characters.": "Il testo è troppo lungo: al massimo {1} caratteri.",
    "The {}.body field must not be longer than {} bytes.": "Il messaggio è troppo lungo: al massimo {1} byte.",
    "The {} field has at most {} entries.": "Sono al massimo {1}.",
    # recurring documents
    "The {} field has {}, which stands for nothing; these are known: {}.": (
        "{1} non sta per nulla. Si possono usare: {2}."
    ),
    "The {} field must be a day of the years {} to {}.": "Scrivi una data tra gli anni {1} e {2}.",
    "The data.last date field must not be before data.first date.": "L’ultima data viene prima della prima.",
    "The data.document field is required when data.document id is not present.": "Scegli il documento modello.",
    "A company has at most {} recurrences: delete one first.": "Le ricorrenze sono al massimo {0}: eliminane una.",
    "Only an electronic invoice can be sent to the SdI: make the model one.": (
        "Allo SdI si invia solo una fattura elettronica: il documento modello non lo è."
    ),
    "The customer has no e-mail address: write one here, or into the registry.": (
        "Il cliente non ha un indirizzo e-mail: scrivilo qui, oppure nella sua scheda."
    ),
    "The company has no address that mail can come from.": "L’azienda non ha un indirizzo da cui spedire e-mail.",
    "Who made this recurrence is no longer a member of the company: save it again in your own name.": (
        "Chi ha salvato questa ricorrenza non fa più parte dell’azienda: salvala di nuovo a tuo nome."
    ),
    "The document_id field must be the id of a document.": "Questo documento non esiste.",
    "This recurrence has no further date.": "Questa ricorrenza non ha altre date.",
    "This date is done already.": "Questa data è già stata fatta.",
    "The data.date field must be the next date, or one that was not done.": (
        "Si può fare la prossima data, oppure una che non è stata fatta."
    ),
    "The data.date field must be one of the next {} dates.": "Scegli una delle prossime {0} date.",
    "The data.date field must be a date to come that is skipped.": "Si ripristina solo una data futura saltata.",
    "The {} field holds at most {} ids.": "Sono al massimo {1}.",
    "The {} field holds at most {} types.": "Sono al massimo {1}.",
    "The {} field must not have more than {} items.": "Sono al massimo {1}.",
    "The {} field must hold ids of documents.": "I documenti indicati non sono validi.",
    "The {} field must name 1 to {} documents.": "Indica da 1 a {1} documenti.",
    "The {} must be at least 1.": "Il numero deve essere almeno 1.",
    "The {} may not be greater than {}.": "Il numero può essere al massimo {1}.",
    "The data.number and data.numeration together may not be longer than {} characters.": (
        "Numero e sezionale insieme hanno al massimo {0} caratteri."
    ),
    "data.numeration format is invalid": (
        "Il sezionale contiene almeno una lettera o un segno tra . / _ -, al massimo 20 caratteri, e non "
        "finisce con uno spazio."
    ),
    "{} field is not valid": "Questo paese non esiste: scegline uno dall'elenco.",
    "{} is no key; the keys are {}.": "{0} non è tra le colonne conosciute: {1}.",
    # documents
    "A price must be below 10^12 without VAT and with it.": (
        "Il prezzo deve essere sotto mille miliardi, con l'IVA e senza."
    ),
    "The amounts of a document must be below 10^12.": "Gli importi di un documento devono essere sotto mille miliardi.",
    "The amounts of a receipt must be below 10^12.": (
        "Gli importi di un corrispettivo devono essere sotto mille miliardi."
    ),
    "The data.currency.id field is not a currency code, such as EUR.": (
        "Questa valuta non esiste: scrivi il suo codice, per esempio EUR."
    ),
    "The data.currency.exchange rate field must be a positive number.": (
        "Il cambio deve essere un numero maggiore di zero."
    ),
    "The data.language.code field is not a language of documents, such as it.": "Scegli una lingua dall'elenco.",
    "The data.e invoice field must be false for a {}.": "Un documento di questo tipo non può essere elettronico.",
    "The e invoice field must be 0 for a {}.": "Un documento di questo tipo non può essere elettronico.",
    "The data.type field is required.": "Scegli il tipo di documento.",
    "The type field is not the type of the documents, which are {}.": "Il tipo indicato non è quello dei documenti.",
    "The type field is not the type of the document, which is {}.": "Il tipo indicato non è quello del documento.",
    "Forbidden: document is not editable": "Il documento è stato inviato allo SdI e non si può più cambiare.",
    "A document of type {} cannot be transformed into {}; {}.": (
        "Un documento di questo tipo non può diventare quello che chiedi."
    ),
    "Only one document can be transformed; several are joined.": (
        "Si trasforma un documento alla volta; più documenti si uniscono."
    ),
    "An invoice can join documents of one of these types: {}; not {} into {}.": (
        "Si uniscono in una fattura DDT, ordini, preventivi o rapporti di intervento, tutti dello stesso tipo."
    ),
    "Documents cannot be joined that differ in: {}.": (
        "Questi documenti non si possono unire, perché differiscono in: {0}."
    ),
    "Documents of different customers cannot be joined.": "Si uniscono solo documenti dello stesso cliente.",
    "The selected data.payment method.id is invalid.": "Questo metodo di pagamento non c'è più: scegline un altro.",
    "The selected payment account is invalid.": "Questo conto di saldo non c'è più: scegline un altro.",
    "The selected {}.payment_account.id is invalid.": "Questo conto di saldo non c'è più: scegline un altro.",
    "The selected data.price list id is invalid.": "Questo listino non c'è più: scegline un altro.",
    "The selected data.attachment token is invalid.": "Questo allegato non c'è più: caricalo di nuovo.",
    "The selected data.sender email is invalid.": "Questo mittente non c'è: scegline un altro.",
    "The selected data.sender id is invalid.": "Questo mittente non c'è: scegline un altro.",
    "The selected pending id is invalid.": "Questo documento non è più tra quelli da registrare.",
    "The selected payment account is invalid": "Questo conto di saldo non c'è più: scegline un altro.",
    "The selected {} is invalid.": "Questa scelta non c'è più: fanne un'altra.",
    "The data.amount {} field is required and must be above zero.": "Scrivi un importo maggiore di zero.",
    "The data.amount {} field must not be below zero.": "L'importo non può essere negativo.",
    "Either the client id or the supplier id field is required.": "Scegli un cliente o un fornitore.",
    "The data.items list field is required when data.amount gross is not set.": (
        "Scrivi l'importo, oppure almeno una riga."
    ),
    "The payment account id field must be an integer.": "Scegli un conto di saldo dall'elenco.",
    "The SdI does not take a file called {}: check the company's tax code and VAT number.": (
        "Lo SdI non accetta un file che si chiama {0}: controlla codice fiscale e partita IVA dell'azienda."
    ),
    "The attachment has {} bytes: a file for the SdI has 5 MB at most, with all that is in it.": (
        "L'allegato è di {0} byte: un file per lo SdI può avere al massimo 5 MB in tutto."
    ),
    "The file names of this company are used up.": "I nomi di file di questa azienda sono esauriti.",
    # registry, products, settings
    "The data.first name field is required when data.type is person.": "Per una persona serve il nome di battesimo.",
    "The data.ei payment method field must be a code from MP01 to MP23.": "Scegli una modalità da MP01 a MP23.",
    "The data.ei type field is required when data.value is 0 and data.e invoice is true.": (
        "Con aliquota 0 serve la natura."
    ),
    "The data.ei type field must be a natura in force, from N1 to N7.": "Scegli una natura in vigore, da N1 a N7.",
    "The data.ei type field must be empty when data.value is not 0.": "La natura si indica solo con aliquota 0.",
    "New rows begin with this VAT type: choose another default first.": (
        "È l'aliquota predefinita delle righe nuove: scegline prima un'altra."
    ),
    "This VAT type belongs to every company and cannot be changed or deleted: create one of your own instead.": (
        "Questa aliquota è di tutte le aziende e non si può cambiare né eliminare: creane una tua."
    ),
    "A company has at most {} subscriptions.": "Un'azienda ha al massimo {0} sottoscrizioni.",
    "A company has at most {} {}.": "Ce ne sono già {0}, che è il massimo.",
    "The data.valid to field must not be before data.valid from.": "La fine non può venire prima dell'inizio.",
    "The i dati field must be an object of prices by product id.": "I prezzi non sono leggibili.",
    "The keys of data must be ids of products.": "I prodotti indicati non sono validi.",
    "The data.smtp.host field is the name of a server, such as smtp.example.com.": (
        "Scrivi il nome di un server, per esempio smtp.example.com."
    ),
    "There are templates for: {}.": "Ci sono modelli per: {0}.",
    "The enabled field is required.": "Scegli se attivarlo.",
    # mail and webhooks
    "The data.recipient email field is invalid: {}.": "Questo indirizzo non è valido: {0}.",
    "The data.sender id field is required when data.sender email is not present.": "Scegli un mittente.",
    "A message has at most {} characters.": "Un messaggio ha al massimo {0} caratteri.",
    "This company may send {} messages in 24 hours.": "Questa azienda può inviare {0} messaggi in 24 ore.",
    "The data.sink field is refused: it must begin with https://.": "L’indirizzo comincia con https://.",
    "The data.sink field is refused: it must be an address of at most {} characters, {}.": (
        "Scrivi un indirizzo di {0} caratteri al massimo, senza spazi né lettere accentate."
    ),
    "The data.sink field is refused: it must hold no user, password or fragment.": (
        "L’indirizzo non contiene utente, password o frammento (#)."
    ),
    "The data.sink field is refused: {} is {} of a private network.": "{0} sta in una rete privata.",
    "The data.sink field is refused: it is not an address.": "Scrivi un indirizzo, per esempio https://example.com/eventi.",
    "The data.sink field is refused: it names no host.": "L’indirizzo non nomina nessun server.",
    "The data.sink field is refused: {}.": "Questo indirizzo non è accettato: {0}.",
    "The data.type field must be a type of the subscription.": "Scegli un evento della sottoscrizione.",
    "The data.types field is required.": "Scegli almeno un evento.",
    "The type {} needs these scopes, too: {}.": "L'evento {0} richiede anche questi permessi: {1}.",
    "The sink is asked once in 10 minutes. Try again in {} seconds.": (
        "L'indirizzo viene chiamato una volta ogni 10 minuti. Riprova tra {0} secondi."
    ),
    "The sink was asked {} times. Change it or make another subscription.": (
        "L'indirizzo è stato chiamato {0} volte. Cambialo, oppure crea un'altra sottoscrizione."
    ),
    "The subscription is not verified.": "La sottoscrizione non è verificata.",
    "The key has at most {} characters.": "La chiave ha al massimo {0} caratteri.",
    "This Idempotency-Key was used for another address or body. Use a new key for a new request.": (
        "Questa Idempotency-Key è stata usata per un'altra richiesta: usane una nuova."
    ),
    # what is done with files, and in the background
    "The attachment field is required.": "Scegli un file.",
    "The attachment is longer than the {} bytes that are allowed.": "Il file è troppo grande: al massimo {0} byte.",
    "The file is longer than the {} bytes that are allowed.": "Il file è troppo grande: al massimo {0} byte.",
    "The content of the file is not that of a .{} file.": "Il contenuto del file non è quello di un file .{0}.",
    "Extension not valid.": "Questo tipo di file non è ammesso.",
    "The file has more than {} documents: split it.": "Il file ha più di {0} documenti: dividilo.",
    "These entries have more than {} documents: merge fewer at once.": (
        "Questi nominativi hanno più di {0} documenti: uniscine meno per volta."
    ),
    "The data.ids field must have between 1 and {} entries.": "Scegli da 1 a {0} righe.",
    "The ids field must have at most {} ids, separated by commas.": "Scegli al massimo {0} righe.",
    "The entry that was kept is gone: the merge cannot be taken back.": (
        "Il nominativo rimasto è stato eliminato: l'unione non si può annullare."
    ),
    "The list has more than {} rows: narrow it by a filter.": (
        "L'elenco ha più di {0} righe: restringilo con un filtro."
    ),
    "The file has no rows below the headings.": "Sotto le intestazioni il file non ha righe.",
    "The after field must be a row of the file.": "Indica una riga del file.",
    "The data.mapping field must have one key for each of {} columns.": (
        "Indica una scelta per ognuna delle {0} colonne."
    ),
    "The data.mapping field must have the key name, or a key to find entries by.": (
        "Indica la colonna del nome, o una con cui riconoscere le righe."
    ),
    "The data.mapping field must not have a key twice.": "Due colonne non possono avere lo stesso significato.",
    "The data.match field is one of: auto, none, {}.": "Scegli uno di questi valori: auto, none, {0}.",
    "The import has begun: let it go on, or take it back.": (
        "L'importazione è cominciata: lasciala finire, oppure annullala."
    ),
    "The import is being done: end its job first.": "L'importazione è in corso: prima fermala.",
    "The import is being done.": "L'importazione è in corso.",
    "The import was done already.": "L'importazione è già stata fatta.",
    "These documents were changed after the import: {}.": "Questi documenti sono cambiati dopo l'importazione: {0}.",
    "These were changed after the import: {}.": "Sono cambiati dopo l'importazione: {0}.",
    "One of these jobs is under way already.": "Un lavoro di questo tipo è già in corso.",
    "The job is another user's, or its scope is not covered.": (
        "È un lavoro di un altro utente, o non hai il permesso di vederlo."
    ),
    "A backup holds every company: only who owns them all may ask for it.": (
        "Una copia di sicurezza contiene tutte le aziende: può chiederla solo chi le possiede tutte."
    ),
    "A program that was let into one company does not reach a backup of all.": (
        "Un programma ammesso in una sola azienda non può avere la copia di tutte."
    ),
    "Only the owner of a company may take everything away.": "Solo il titolare dell'azienda può esportare tutto.",
    "The data.years field has at most {} entries.": "Sono al massimo {0} anni.",
    "The keys of data.years must be years such as 2026.": "Scrivi un anno, per esempio 2026.",
    "The year field is required; it is a year such as 2026.": "Scrivi un anno, per esempio 2026.",
    "The year field must be a year such as 2026.": "Scrivi un anno, per esempio 2026.",
    "The data.to date field is a day after data.from_date, ten years at most.": (
        "La fine viene dopo l'inizio, di dieci anni al massimo."
    ),
    "The to field must be a day from `from` on, at most five years after it.": (
        "La fine viene dopo l'inizio, di cinque anni al massimo."
    ),
    # lists and requests
    "Invalid query: {}": "Il filtro non è valido: {0}",
    "The sort field takes: {}; a leading - is descending.": (
        "Si può ordinare per: {0}; con - davanti in ordine decrescente."
    ),
    "The fields field asks for a key inside of one that holds no object.": "I campi richiesti non esistono.",
    "The fields field is too long.": "I campi richiesti sono troppi.",
    "The query is longer than {} bytes.": "La richiesta è più lunga di {0} byte.",
    "The query is not valid UTF-8.": "La richiesta non è leggibile.",
    "The query must not hold the character NUL.": "La richiesta non è leggibile.",
    "The body is not a JSON object.": "La richiesta non è leggibile.",
    "The body must be multipart/form-data.{}": "La richiesta non è leggibile.",
    "The body of the request is longer than the {} bytes that this server accepts.": (
        "La richiesta è più lunga di {0} byte."
    ),
    "The body of the request is too large.": "La richiesta è troppo lunga.",
    "A form has at most {} fields.": "Un modulo ha al massimo {0} campi.",
    "The headers of a field have at most {} bytes.": "La richiesta non è leggibile.",
    "Invalid JSON data in request body.": "La richiesta non è leggibile.",
    "Invalid request.": "La richiesta non è valida.",
    "Bad request.": "La richiesta non è valida.",
    "Conflict.": "Quello che chiedi contraddice quello che c'è.",
    "Method not allowed.": "Questa operazione non è possibile.",
    "The address does not exist.": "Questo indirizzo non esiste.",
    "The scope {} is required.": "Non hai il permesso di farlo.",
    "The token does not give access to this company.": "Non hai accesso a questa azienda.",
    "You do not have permission to do this.": "Non hai il permesso di farlo.",
    "The server is busy. Try again in a moment.": "Il server è occupato. Riprova tra un momento.",
    "An unexpected error occurred. Contact support for more information.": "Si è verificato un errore inatteso.",
    "{} not found.": "Non trovato: forse è stato eliminato.",
    "Not found.": "Non trovato: forse è stato eliminato.",
    # companies and people
    "A company keeps at least one owner: make somebody else one first.": (
        "Un'azienda ha sempre almeno un titolare: prima nominane un altro."
    ),
    "A list has at most {} saved filters: delete one first.": (
        "Un elenco ha al massimo {0} filtri salvati: prima eliminane uno."
    ),
    "A token that may only read ends nothing.": "Un token di sola lettura non può interrompere nulla.",
    "This company may test its mail {} times an hour.": "Si può provare la posta {0} volte all’ora.",
    "Only an owner of the company may delete it.": "Solo un titolare dell’azienda può eliminarla.",
    "Only an owner in person deletes a company, not a program.": (
        "Un’azienda la elimina un titolare in persona, non un programma."
    ),
    "Only an owner in person takes a company back, not a program.": (
        "Un’azienda eliminata la riprende un titolare in persona, non un programma."
    ),
    "There is no such deleted company, or it can be taken back no more.": (
        "Questa azienda eliminata non c’è, o non si può più riprendere."
    ),
    "Only a user in person leaves a company, not a program.": (
        "Un’azienda la lascia un utente in persona, non un programma."
    ),
    "Companies of this installation are made by whoever runs it.": (
        "In questa installazione le aziende le crea chi la gestisce."
    ),
    "Only a user in person makes a company, not a program.": (
        "Un'azienda la crea un utente di persona, non un programma."
    ),
    "Only an owner in person says who may do what in the company, not a program.": (
        "I permessi li decide un titolare di persona, non un programma."
    ),
    "Only an owner of the company says who may do what in it.": "I permessi li decide solo un titolare dell'azienda.",
    "Only who owns a company makes another one.": "Solo chi è titolare di un'azienda può crearne un'altra.",
    "The {} field has at most {} characters.": "Il testo è troppo lungo: al massimo {1} caratteri.",
    "The data.company.country iso field is not valid.": "Questo paese non esiste: scegline uno dall'elenco.",
    "The data.company.regime field is not one of the tax regimes RF01 … RF20.": (
        "Scegli un regime fiscale da RF01 a RF20."
    ),
    "The data.email field is of somebody who is in the company already.": (
        "Chi ha questo indirizzo è già nell'azienda."
    ),
    "The data.email field must be a valid email address.": "Scrivi un indirizzo e-mail valido.",
    "The data.list field must be the path of a list, such as issued_documents.": (
        "Indica un elenco, per esempio issued_documents."
    ),
    "The document has no electronic invoice.": "Il documento non ha una fattura elettronica.",
    # bank statements
    "A transfer goes between two accounts.": "Un giroconto passa tra due conti diversi.",
    "Another movement of the account is matched with this entry.": (
        "Questo movimento di prima nota è già abbinato a un’altra riga dell’estratto conto."
    ),
    "Every movement of this statement came with an earlier one.": (
        "Tutti i movimenti di questo estratto conto sono già arrivati con un altro."
    ),
    "The data.amount field must be {}: a form F24 is paid as a whole.": "Un F24 si paga per intero: {0} €.",
    "The data.amount field must be {}: this is paid as a whole.": "Questo si salda per intero: {0} €.",
    "The data.amount field must lie between 0 and the {} that are open.": (
        "L’importo può arrivare al massimo a quanto è da saldare: {0} €."
    ),
    "The data.amount field must lie between 0 and the installment's {}.": (
        "L’importo può arrivare al massimo a quello della scadenza: {0}."
    ),
    "The data.mapping field must have the key date, and an amount.": (
        "Indica la colonna della data e quella dell’importo (o entrate e uscite)."
    ),
    "The data.matches field must name 1 to {} payments or entries.": "Scegli almeno un documento, al massimo {0}.",
    "The entry is not one of this account.": "Questo movimento di prima nota è di un altro conto.",
    "The matches come to {}, the movement to {}.": (
        "Gli importi scelti fanno {0} €, il movimento {1} €: devono essere uguali."
    ),
    "The movement is matched or ignored already.": "Il movimento è già abbinato o ignorato.",
    "The movement is not matched.": "Il movimento non è abbinato.",
    "The movements of this statement are kept already.": "I movimenti di questo estratto conto sono già stati tenuti.",
    "The payment is not open any more.": "Il pagamento non è più da saldare.",
    "The statement has more than {} movements: split it.": "L’estratto conto ha più di {0} movimenti: dividilo.",
    "{} is not a date such as 31/12/2026.": "{0} non è una data, per esempio 31/12/2026.",
    "{} is not an amount such as 1.234,56.": "{0} non è un importo, per esempio 1.234,56.",
    "The row has an amount, but no date.": "La riga ha un importo, ma non una data.",
    "The row has a date, but no amount.": "La riga ha una data, ma non un importo.",
    "The row has money in and money out: only one of the two can be.": (
        "La riga ha entrata e uscita insieme: può essercene una sola."
    ),
    "The row is in {}: only euro can be taken.": "La riga è in {0}: si leggono solo euro.",
    # tables of files
    "The file is neither a csv file nor a workbook (xlsx, xls).": "Il file non è né CSV né Excel (xlsx, xls).",
    "The csv file cannot be read: {}.": "Il file CSV non si legge: salvalo di nuovo dal foglio di calcolo ({0}).",
    "The workbook takes too long to read: save it as csv.": "Il foglio di calcolo è troppo pesante: salvalo come CSV.",
    "The workbook cannot be read: save it anew, or as csv.": "Il foglio di calcolo non si legge: salvalo come CSV.",
    "The workbook has no sheet {}; it has {}.": "Il file non ha il foglio {0}; ha {1}.",
    "The file has more than {} rows: split it.": "Il file ha più di {0} righe: dividilo.",
    "The file has more than {} columns.": "Il file ha più di {0} colonne.",
    "The file has no cells with text.": "Il file non contiene nessun testo.",
    "The XML cannot be read: {}": "L’XML non si legge: {0}",
    "The XML is no bank statement (camt.052, camt.053 or camt.054).": (
        "L’XML non è un estratto conto (camt.052, camt.053 o camt.054)."
    ),
    "The XML holds no statement.": "L’XML non contiene nessun estratto conto.",
    "Bank statement not found.": "L’estratto conto non c’è più.",
    "Movement not found.": "Il movimento non c’è più.",
    # what is required, whatever it is
    "The {} field is required.": "Questo campo è obbligatorio.",
}
"""English → Italian."""
