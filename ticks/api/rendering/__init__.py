"""Answers as JSON, CSV, JSON lines, HTML."""
