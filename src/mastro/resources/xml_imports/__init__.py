"""Electronic invoices brought in as files: issued or received documents made of them, tried first, undone whole."""
