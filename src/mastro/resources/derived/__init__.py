"""What follows from documents and is kept beside them, in the transaction that stores them: cashbook and stock.

`cash` says which money a document moved, `stock` which goods; `source` ties both to the resource that they follow from,
and `rebuild` makes them anew from the documents.
"""
