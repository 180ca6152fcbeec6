"""What an operator does: clients, connections, links, rotations, keys, status. Everything it needs is an argument."""
