"""The settings of a company: VAT types, payment accounts and methods, templates, tax profile."""
