// Technology
