"""The site itself: pages, who works on them, what can break, and what is measured."""
