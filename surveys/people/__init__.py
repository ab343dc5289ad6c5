"""Pages about the people who sign in: what they did, whom they invite."""
