/// The catalog of architecture, initialization, paths, regions and deep linear Bayesian nets.
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
        LayerRates.all
        Hessians.all
        TangentKernels.all
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
        LinearBayes.all
        EffectiveDepth.all
    ]
