"""What is done after a transaction: the worker, and one module per kind of job."""
