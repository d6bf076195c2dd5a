"""The world outside, each part behind a Protocol of a few methods: what the server needs of it, and no more."""
