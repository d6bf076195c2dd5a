"""Received documents: expenses, credit notes and delivery notes of suppliers, and what waits to become one.

`documents` is the resource; `completion` and `payments` say how a body is completed, `pending` holds what came in and
is not registered yet; `totals` and `info` are the operations around them.
"""
