"""From words on pages to the fields of a kind: labels are found, values beside them are read and weighed."""
