"""The outside world, one module each. Errors leave here as `Transient` or `Permanent`."""
