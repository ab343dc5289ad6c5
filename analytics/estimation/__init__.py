"""Survey statistics as pure functions on frozen values: NumPy and SciPy, never Django."""
