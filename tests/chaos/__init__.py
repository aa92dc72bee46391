"""kill -9 of the worker in every step and at random: no drop is lost, none is decided twice."""
