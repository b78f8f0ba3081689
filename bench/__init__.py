"""How fast Candor is on this machine, beside a limit measured in the same run: `make bench`."""
