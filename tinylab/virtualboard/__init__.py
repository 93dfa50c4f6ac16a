"""A micro:bit V2 without the micro:bit: an emulated nRF52833 that runs the real image."""
