"""The tests and what they are made of: tests/README.md says what lies where."""
