/// The statements of the dynamics third: quadratic models, catapult, implicit bias, margins, SGD, entropy and widths.
module NtkTheory.Catalog.Dynamics.All

open NtkTheory.Claims

let private first: CatalogItem list = [
    Theorem.pack FeatureLearning.featuresMoveAsPrinted
    Theorem.pack FeatureLearning.featuresMoveTowardsTheLimit
    Theorem.pack CatapultRecursion.residualFollowsTheRecursion
    Theorem.pack CatapultRecursion.kernelFollowsTheRecursion
    Theorem.pack Potential.qIsTheIntegralOfTheInverseHyperbolicSine
    Theorem.pack Potential.potentialTendsToTheL1NormAsPrinted
    Theorem.pack Potential.potentialIsTheL1NormTimesTwiceTheLogarithm
    Theorem.pack Potential.scaledPotentialTendsToAWeightedL2Norm
    Theorem.pack ImplicitBias.gradientFlowEndsAtTheMinimizerOfThePotential
    Theorem.pack MaxMargin.leastNormGivesTheLargestMargin
    Theorem.pack MaxMargin.primalAndDualOptimaOfTheSeparatorAgree
    Theorem.pack MarginRate.directionApproachesTheSeparatorAtLogarithmicRate
    Theorem.pack MarginRate.directionApproachesTheSeparatorAtLogarithmicRateRepaired
    Theorem.pack MarginRate.degenerateFlowFollowsLambertsFunction
    Theorem.pack Fluctuation.gradientAlignsWithHalfTheNoise
    Theorem.pack Entropy.closedFormsAreTheRadiiOfGreedyCovers
    Theorem.pack Widths.randomProjectionsKeepDistances
    Theorem.pack Widths.stableWidthsAreBelowThreeEntropyNumbers
]

/// In the order of the lectures, topic by topic.
let items: CatalogItem list =
    List.concat [
        first
        QuadraticModels.all
        QuadraticExpansion.all
        QuadraticFlow.all
        MarginGeometry.all
        MarginDescent.all
        MarginLimits.all
        MarginScope.all
    ]
