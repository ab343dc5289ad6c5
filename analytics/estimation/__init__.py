"""Survey statistics as pure functions on frozen values: NumPy and SciPy, never Django.

README.md beside this file says which modules the scores use and what else there is.
"""
