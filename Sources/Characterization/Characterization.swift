// Characterization
