// LogicSimulation
