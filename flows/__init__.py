"""What happens when: the stories a drop, an exception and a dossier go through."""
