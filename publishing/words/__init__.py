"""How things are said to readers: times, figures, shares and addresses, in each language."""
