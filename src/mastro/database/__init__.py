"""The store: one schema on SQLite and PostgreSQL, a resource's row as it is served, one transaction per request."""
