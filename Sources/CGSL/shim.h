#ifndef AXTRAIN_CGSL_SHIM_H
#define AXTRAIN_CGSL_SHIM_H
#include <gsl/gsl_errno.h>
#include <gsl/gsl_vector.h>
#include <gsl/gsl_matrix.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_interp.h>
/* GSL declares the solver's type as a mutable global, which Swift 6 does not let us read. */
static inline const gsl_multifit_nlinear_type *axtrain_trust_region(void) {
  return gsl_multifit_nlinear_trust;
}
#endif
