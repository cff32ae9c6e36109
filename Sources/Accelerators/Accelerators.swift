// Accelerators
