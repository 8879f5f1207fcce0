"""The contracts as files: JSON Schemas generated from the models, and what may change in them without a new version."""
