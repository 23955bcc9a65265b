"""Parcours: a notebook course on concurrent Python, and the judge that grades it."""
