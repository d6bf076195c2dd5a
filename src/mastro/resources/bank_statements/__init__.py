"""Bank statements (*riconciliazione*): what a bank says has moved, matched with what is to be paid, and taken back."""
