"""Three sample dossiers that `make run` drops: two clean, one with a planted disagreement."""
