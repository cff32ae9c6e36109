print("axtrain")
