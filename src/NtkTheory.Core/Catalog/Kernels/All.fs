module NtkTheory.Catalog.Kernels.All

open NtkTheory.Claims

/// The statements on linearization, kernels, Gram matrices, convergence, reproducing kernel spaces and kernel
/// regression.
let items: CatalogItem list =
    List.concat [ Linearization.all; ReluLinearization.all; ReluFlips.all ]
