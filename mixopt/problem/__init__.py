"""From config and tables to a problem: what is planned, with which curves, terms and rules."""
