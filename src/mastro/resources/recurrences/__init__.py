"""Documents that come again and again: what is made, when, by whom, and what became of each date."""
