"""Journeys through what people really use: a browser, a language-model server. Run: make e2e."""
