"""Web Push (RFC 8030, 8291, 8292): what is pushed, sealed for one browser and signed by us."""
