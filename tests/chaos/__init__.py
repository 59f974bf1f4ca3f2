"""The service in trouble. What is named `long_` is too long for every run: `make chaos` names it."""
