"""What makes functions run: the queue's messages and the schedule's times."""
