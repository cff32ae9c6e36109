// NetworkEvaluation
