"""Everything of a company as one package, to be kept or taken to another program."""
