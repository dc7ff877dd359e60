"""The development OpenID provider: a real one, with invented people and no password. Never in production."""
