// TableArithmetic
