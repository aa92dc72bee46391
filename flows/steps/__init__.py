"""Plain functions, data in and data out: no Prefect, no network, no PDF library, no clock."""
