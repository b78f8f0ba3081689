"""Who it hurt: accounts, plans, contracts, affected lists."""
