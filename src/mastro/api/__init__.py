"""The wire, once for all resources: who asks, what is asked, how bodies are read, answers shaped and errors told."""
