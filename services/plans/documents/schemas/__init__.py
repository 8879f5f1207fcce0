"""The JSON Schema of the export, written down so that other systems can build on it."""
