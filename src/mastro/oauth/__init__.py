"""Who may call: tokens, and the OAuth2 server that gives them."""
