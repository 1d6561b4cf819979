/// The catalog of architecture, initialization, paths, regions and deep linear Bayesian nets.
///
/// One convention for layers throughout: widths n_0 .. n_L, one output unless said, so L hidden layers and L + 1 weight
/// matrices; z^(1) = W^(1) x + b^(1), z^(l+1) = W^(l+1) s(z^(l)) + b^(l+1), entries of W^(l) of variance C_w / n_{l-1} and
/// of b of variance C_b; K^(l) is the covariance of z^(l), K^(1) = C_b + (C_w / n_0) x.x'. "He" is C_w = 2, C_b = 0. The
/// notes start at z^(1) in some lectures and at z^(0) in others; their statements are moved to this convention.
module NtkTheory.Catalog.Architecture.All

open NtkTheory.Claims

/// Every line of this third.
let items: CatalogItem list =
    List.concat [
        Initialization.all
        InitialMoments.all
        VarianceMaps.all
        Criticality.all
        CriticalPoints.all
        WideLimits.all
        FiniteWidth.all
        LearningRates.all
        NoisyDescent.all
        LayerRates.all
        Hessians.all
        TangentKernels.all
        LogitHessians.all
        Classifiers.all
        Collapse.all
        Sharpness.all
        Paths.all
        PathMoments.all
        PathKernels.all
        PathTails.all
        MatrixChernoff.all
        Arrangements.all
        Regions.all
        Breakpoints.all
        Sawteeth.all
        DepthSeparation.all
        SampleCovariance.all
        DeepLinearNets.all
        DepthAgainstWidth.all
        LinearBayes.all
        Predictions.all
        EffectiveDepth.all
    ]
