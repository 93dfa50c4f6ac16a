"""The nRF52833's peripherals as far as firmware uses them, by the product specification's register maps."""
