"""The house rules that a machine can see: AST checks of our own, each proved by a test."""
