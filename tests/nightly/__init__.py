"""The folder `nightly`: its script, played for several nights, and each way to have it run."""
