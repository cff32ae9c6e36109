#ifndef AXTRAIN_COPENBLAS_SHIM_H
#define AXTRAIN_COPENBLAS_SHIM_H
/* OpenBLAS and GSL both install a cblas.h, with enums that differ, which one Swift program cannot
   import side by side: so only what we call is declared here, by the Fortran interface of BLAS. */
void sgemm_(const char *transa, const char *transb, const int *m, const int *n, const int *k,
            const float *alpha, const float *a, const int *lda, const float *b, const int *ldb,
            const float *beta, float *c, const int *ldc);
void openblas_set_num_threads(int count);
char *openblas_get_corename(void);
char *openblas_get_config(void);
#endif
