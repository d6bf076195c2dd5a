"""The resources of the API: one module per address, the path of the file is the path of the URL."""
