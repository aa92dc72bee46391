"""What is true: document kinds, identifiers, rules and the record itself. No I/O but reading its own files."""
