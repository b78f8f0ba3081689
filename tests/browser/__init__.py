"""What people do in a real browser; a package, so that one browser and one site serve it."""
