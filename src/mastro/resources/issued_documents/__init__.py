"""Issued documents: invoices, quotes, delivery notes and the other eight types.

`documents` is the resource; the modules beside it say how a body is completed (`completion`), numbered (`numbers`) and
paid (`payments`), and hold the operations around it: `totals`, `info`, `e_invoice`, `links`.
"""
