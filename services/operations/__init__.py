"""Receives traces by OTLP/HTTP and answers them: where a handoff went, and where it stopped."""
