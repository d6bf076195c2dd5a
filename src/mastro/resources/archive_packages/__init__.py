"""The archive package: the electronic invoices of a period with their notices, to hand to a preservation service."""
