"""Accounts, login, one-time codes, delivery of messages: who is calling, and how we reach them."""
