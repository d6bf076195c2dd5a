"""The objects of the API as typed values, named and shaped as on the wire. Pure: no web, no database.

Every other layer speaks in these structs: the totals engine, the PDF and the electronic invoice read them, the
resources store them. What only one resource needs is declared in that resource's own file.
"""
