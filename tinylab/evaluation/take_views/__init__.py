"""Pictures of takes as numbers: spectra, overlays of a class, fingerprints, and a summary of each class."""
