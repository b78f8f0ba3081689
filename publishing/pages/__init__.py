"""One module a kind of page: each function is (page, at) -> Artefact."""
