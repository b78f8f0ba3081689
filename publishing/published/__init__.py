"""The public face as files: which there are, what touches them, who writes and who reads them."""
