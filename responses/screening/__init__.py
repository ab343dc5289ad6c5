"""Which answers to doubt: published rules, each with its reason and its strength."""
