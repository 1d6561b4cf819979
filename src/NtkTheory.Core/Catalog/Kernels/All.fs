module NtkTheory.Catalog.Kernels.All

open NtkTheory.Claims

/// The statements on linearization, kernels, Gram matrices, convergence, reproducing kernel spaces and kernel
/// regression.
let items: CatalogItem list =
    List.concat [
        Linearization.all
        SmoothLinearization.all
        ReluLinearization.all
        ReluRates.all
        ReluFlips.all
        OuterWeights.all
        Hermite.all
        GramDefiniteness.all
        GramConcentration.all
        Concentration.all
        FeatureDeviation.all
        GramVectors.all
        Convergence.all
        Flow.all
        FlowLimits.all
        KernelForms.all
        Universality.all
        LinearClass.all
        DeepKernels.all
        LearningRate.all
        NoisyDescent.all
        TwoLayerGradients.all
        SongClaims.all
        SongSteps.all
        GradientFlow.all
        TangentKernel.all
        KernelDecay.all
        Examples.all
        Sawteeth.all
        SmoothActivation.all
        ReproducingKernels.all
        RidgeRegression.all
        KernelSections.all
        WideTraining.all
        WideRates.all
    ]
