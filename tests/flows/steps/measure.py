"""`python -m tests.flows.steps.measure`: how many header fields of made-up papers are read exactly."""

from tests.bench.fields import main

if __name__ == "__main__":
    main()
