// DesignSpaceExploration
