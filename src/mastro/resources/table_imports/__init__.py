"""Customers, suppliers and products brought in from spreadsheets: looked at, tried, done, and taken back."""
