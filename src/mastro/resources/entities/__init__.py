"""The registry: customers and suppliers."""
