"""The promises of Candor, proven on the running product: `make proof`, `make proof ONLY=told`."""
