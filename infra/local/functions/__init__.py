"""Lambda on this machine: the functions in this process, or the packaged artefact in processes of its own."""
