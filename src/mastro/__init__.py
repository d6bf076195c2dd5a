"""Mastro: an open server that speaks the Fatture in Cloud API v2."""
