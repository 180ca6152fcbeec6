"""The demo: a story in steps, told by `demo`, with the command, a browser and a workload on the stage."""
