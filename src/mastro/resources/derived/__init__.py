"""What follows from documents and is kept beside them, in the transaction that stores them.

`cash` says which money a document moved, `dues` which is to be paid, `stock` which goods it moved, `vat` what it puts
into the VAT registers (by `vat_rules`); `source` ties both to the resource that they follow from,
and `rebuild` makes them anew from the documents.
"""
